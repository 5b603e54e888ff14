"""psql files for indexes on partitioned tables, on a real PostgreSQL: whatever was there before, what comes out is what a plain CREATE INDEX makes."""

from itertools import count

import pytest
from holding import Running, end_build
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from operations import asked, fragment

from broxspec.catalog.model import Index, Key, Name
from broxspec.catalog.server import read_connection
from broxspec.emit import Templates
from broxspec.kinds.indexes import emit
from broxspec.kinds.indexes.partitions import partitions
from broxspec.plan import Operation, reverse
from broxspec.quoting import sql
from broxspec.rehearsal.snapshot import differences, snapshot
from broxspec.runners import Job, psql

TREE = """
CREATE TABLE events (id bigint NOT NULL, "Kind" text NOT NULL, at timestamptz NOT NULL, gone int, total numeric) PARTITION BY RANGE (at);
ALTER TABLE events DROP COLUMN gone;
CREATE TABLE events_2024 PARTITION OF events FOR VALUES FROM ('2024-01-01') TO ('2025-01-01');
CREATE TABLE "Events 2025" PARTITION OF events FOR VALUES FROM ('2025-01-01') TO ('2026-01-01') PARTITION BY LIST ("Kind");
CREATE TABLE "e""2025 a" PARTITION OF "Events 2025" FOR VALUES IN ('a');
CREATE TABLE events_2025_b (total numeric, at timestamptz NOT NULL, "Kind" text NOT NULL, id bigint NOT NULL);
ALTER TABLE "Events 2025" ATTACH PARTITION events_2025_b FOR VALUES IN ('b');
CREATE TABLE events_2026 PARTITION OF events FOR VALUES FROM ('2026-01-01') TO ('2027-01-01') PARTITION BY HASH (id);
INSERT INTO events SELECT n, CASE n % 2 WHEN 0 THEN 'a' ELSE 'b' END, '2024-06-01'::timestamptz + (n % 500) * '1 day'::interval, n FROM generate_series(1, 900) n;
"""
KEYS = (Key("Kind"), Key("at", order="desc", nulls="first"))
INDEX = Index("public", "events", "idx_events_Kind_at", KEYS, predicate=fragment("total > 1"), storage=(("fillfactor", "80"),))
CREATE = Operation("create", None, INDEX)
CHANGE = Operation("change", INDEX, INDEX._replace(keys=(Key("Kind"),)))


def ok(done):
    assert done.returncode == 0, done.stderr
    return done


def seen(database):
    with database.connect() as connection:
        return snapshot(connection)


def tree(database):
    with database.connect() as connection:
        return partitions(read_connection(connection, ""))


def files(database, *operations):
    """The files up and down, as compiled when the schema is as the server has it now."""
    up, down = psql.compile(Job(asked(operations), (), Templates(), partitioned=tree(database)))
    return up.text, down.text


def plainly(new_database, database, index):
    """What the database should become."""
    copy = new_database(database.name)
    with copy.connect() as connection:
        connection.execute(emit.create(index, concurrently=False).encode())
    return seen(copy)


@pytest.fixture
def events(database):
    ok(database.psql(TREE))
    return database


def test_it_builds_part_by_part_again_and_back(events, new_database, golden):
    before, wanted = seen(events), plainly(new_database, events, INDEX)
    up, down = files(events, CREATE)
    golden("runners/golden/psql_partitioned.up.sql", up)
    golden("runners/golden/psql_partitioned.down.sql", down)
    ok(events.psql(up))
    assert differences(wanted, seen(events)) == []
    whole = seen(events)
    ok(events.psql(up))
    assert seen(events) == whole
    for text in (down, down):
        ok(events.psql(text))
        assert differences(before, seen(events)) == []


def test_an_index_is_built_anew_part_by_part_more_than_once(events, new_database):
    ok(events.psql(files(events, CREATE)[0]))
    once = seen(events)
    up, down = files(events, CHANGE)
    for text in (up, up):
        ok(events.psql(text))
        with events.connect() as connection:
            assert "idx_events_Kind_at" in {index.name for index in read_connection(connection, "").indexes()}
    further = Operation("change", CHANGE.after, CHANGE.after._replace(keys=(Key("Kind"), Key("id"))))
    up_further, down_further = files(events, further)
    for text in (up_further, down_further, down, down):
        ok(events.psql(text))
    assert differences(once, seen(events)) == []


@pytest.mark.parametrize("leaf", ["events_2024", 'e"2025 a'])
def test_a_build_killed_in_a_partition_is_finished_by_running_again(events, new_database, leaf):
    wanted = plainly(new_database, events, INDEX)
    up, _ = files(events, CREATE)
    with events.connect(autocommit=False) as writer:
        writer.execute(f"UPDATE {sql.identifier(leaf)} SET id = id".encode())
        running = Running(events.psql, up)
        end_build(events)
        assert running.wait().result.returncode != 0
        writer.rollback()
    with events.connect() as connection:
        rows = connection.execute("SELECT indexrelid::regclass::text FROM pg_index WHERE NOT indisvalid ORDER BY 1").fetchall()
    assert len(rows) == (2 if leaf == "events_2024" else 3), rows  # the whole, the interrupted one, and the whole between them
    ok(events.psql(up))
    assert differences(wanted, seen(events)) == []


def test_down_after_a_killed_build_leaves_nothing_behind(events):
    before = seen(events)
    up, down = files(events, CREATE)
    with events.connect(autocommit=False) as writer:
        writer.execute(b"UPDATE events_2024 SET id = id")
        running = Running(events.psql, up)
        end_build(events)
        assert running.wait().result.returncode != 0
        writer.rollback()
    ok(events.psql(down))
    assert differences(before, seen(events)) == []


def test_what_a_partition_has_already_becomes_its_part_and_comes_back(events, new_database):
    ok(events.psql('CREATE INDEX mine ON events_2024 ("Kind", at) WHERE total > 1; CREATE INDEX other ON events_2024 ("Kind", at)'))
    before, wanted = seen(events), plainly(new_database, events, INDEX)
    up, down = files(events, CREATE)
    ok(events.psql(up))
    assert differences(wanted, seen(events)) == []
    ok(events.psql(down))
    assert differences(before, seen(events)) == []


def test_what_a_partitioned_partition_has_already_becomes_its_part_and_comes_back(events, new_database):
    ok(events.psql('CREATE INDEX mine ON "Events 2025" ("Kind", at DESC) WHERE total > 1'))
    before, wanted = seen(events), plainly(new_database, events, INDEX)
    up, down = files(events, CREATE)
    ok(events.psql(up))
    assert len(differences(wanted, seen(events))) == 0
    ok(events.psql(down))
    assert differences(before, seen(events)) == []


def test_partitions_made_after_compiling_are_covered(events, new_database):
    up, _ = files(events, CREATE)
    ok(events.psql("CREATE TABLE events_2023 PARTITION OF events FOR VALUES FROM ('2023-01-01') TO ('2024-01-01')"))
    wanted = plainly(new_database, events, INDEX)
    ok(events.psql(up))
    assert differences(wanted, seen(events)) == []


def test_an_attached_part_that_is_invalid_is_built_again(events, new_database):
    wanted = plainly(new_database, events, INDEX)
    up, _ = files(events, CREATE)
    ok(events.psql(up))
    with events.connect() as connection:
        connection.execute("UPDATE pg_index SET indisvalid = false WHERE indexrelid IN ('\"events_2024_idx_events_Kind_at\"'::regclass, '\"idx_events_Kind_at\"'::regclass)")
    ok(events.psql(up))
    assert differences(wanted, seen(events)) == []


def test_a_whole_with_another_definition_is_an_error_and_is_left_alone(events):
    ok(events.psql('CREATE INDEX "idx_events_Kind_at" ON ONLY events (id)'))
    before = seen(events)
    done = events.psql(files(events, CREATE)[0])
    assert done.returncode != 0 and "another definition" in done.stderr
    assert seen(events) == before


def test_a_name_that_is_taken_is_passed_over(events, new_database):
    ok(events.psql('CREATE INDEX "events_2024_idx_events_Kind_at" ON events_2024 (id)'))
    wanted = plainly(new_database, events, INDEX)
    ok(events.psql(files(events, CREATE)[0]))
    assert differences(wanted, seen(events)) == []


FOREIGN = "CREATE FOREIGN DATA WRAPPER nobody; CREATE SERVER far FOREIGN DATA WRAPPER nobody; CREATE FOREIGN TABLE events_far PARTITION OF events FOR VALUES FROM ('2020-01-01') TO ('2021-01-01') SERVER far"


@pytest.mark.parametrize("unique", [False, True])
def test_a_foreign_partition_is_refused_before_anything_is_built(events, unique):
    other = INDEX._replace(name="other", keys=(Key("at"), Key("id")), predicate=None, unique=unique)
    up, _ = files(events, CREATE, Operation("create", None, other))
    ok(events.psql(FOREIGN))
    before = seen(events)
    done = events.psql(up)
    assert done.returncode != 0 and "has foreign tables as partitions: public.events_far" in done.stderr
    assert seen(events) == before


def test_with_a_foreign_partition_the_whole_never_becomes_valid(events):
    """Why it is refused."""
    whole = INDEX._replace(name="by_hand", keys=(Key("id"),))
    steps = [step for step in emit.lower([Operation("create", None, whole)], tree(events)) if step.index]
    ok(events.psql(FOREIGN))
    with events.connect() as connection:
        for step in steps:
            text = emit.create(step.index, step.concurrently) if step.action == "build" else emit.attach(step.index, step.parent)
            connection.execute(text.encode())
        assert not connection.execute("SELECT indisvalid FROM pg_index WHERE indexrelid = 'by_hand'::regclass").fetchone()[0]
        assert not {index.name: index for index in read_connection(connection, "").indexes()}["by_hand"].valid


def test_on_every_major(major_server):
    """Apart, put together, built anew, taken back."""
    name = "partitions_of_major"
    major_server.createdb(name)
    try:
        with major_server.connect(name) as connection:
            for statement in TREE.strip().rstrip(";").split(";\n"):
                connection.execute(statement.encode())
            connection.execute(b'CREATE INDEX mine ON events_2024 ("Kind", at) WHERE total > 1')
            before, known = snapshot(connection), partitions(read_connection(connection, ""))
            up, down = psql.compile(Job((CREATE,), (), Templates(), partitioned=known))
            change, back = psql.compile(Job((CHANGE,), (), Templates(), partitioned=known))
            connection.execute(emit.create(INDEX, concurrently=False).encode())
            wanted = snapshot(connection)
            connection.execute(b'DROP INDEX "idx_events_Kind_at"')
            connection.execute(b'CREATE INDEX mine ON events_2024 ("Kind", at) WHERE total > 1')
            connection.execute(b'CREATE INDEX "events_2025_b_idx_events_Kind_at" ON events_2025_b ("Kind", at DESC) WITH (fillfactor = 80) WHERE total > 1')
            connection.execute("UPDATE pg_index SET indisvalid = false WHERE indexrelid = '\"events_2025_b_idx_events_Kind_at\"'::regclass")
            ok(major_server.psql(name, up.text))
            assert differences(wanted, snapshot(connection)) == []
            ok(major_server.psql(name, change.text))
            ok(major_server.psql(name, back.text))
            assert [line for line in differences(wanted, snapshot(connection)) if line.object.kind != "index"] == []
            ok(major_server.psql(name, down.text))
            assert {line.name for line in snapshot(connection) if line.kind == "index"} == {line.name for line in before if line.kind == "index"}
    finally:
        major_server.dropdb(name)


# Any tree, anything there before


NAMES = st.one_of(st.sampled_from(["p", "P q", 'p"q', "select", "é" * 28, "x" * 60]), st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), min_size=1, max_size=8))
COLUMNS = ("a", 'B "c"', "d")
INDEXES = st.builds(
    lambda keys, unique, method, partial, order: (keys, unique, method, partial, order),
    st.lists(st.sampled_from(COLUMNS), min_size=1, max_size=3, unique=True),
    st.booleans(),
    st.sampled_from(["btree", "btree", "hash", "brin"]),
    st.booleans(),
    st.booleans(),
)


@st.composite
def trees(draw, depth=0, number=None):
    number = number or count(1)
    kind = draw(st.sampled_from(["range", "list", "hash"]))
    children = []
    for _ in range(draw(st.integers(0 if depth else 1, 3))):
        split = depth < 2 and draw(st.integers(0, 3)) == 0
        # A number keeps names apart.
        name = f"{next(number)}{draw(NAMES)}".encode()[:60].decode(errors="ignore")
        children.append((name, draw(trees(depth + 1, number)) if split else None, draw(st.lists(INDEXES, max_size=2)) if not split else []))
    return (kind, children)


def bound(kind, number):
    return {
        "range": f"FOR VALUES FROM ({number}) TO ({number + 1})",
        "list": f"FOR VALUES IN ({number})",
        "hash": f"FOR VALUES WITH (MODULUS 4, REMAINDER {number})",
    }[kind]


def statements_of(name, made):
    kind, children = made
    for number, (child, below, indexes) in enumerate(children):
        split = f" PARTITION BY {below[0]} (a)" if below else ""
        yield f"CREATE TABLE {sql.identifier(child)} PARTITION OF {sql.identifier(name)} {bound(kind, number)}{split}"
        if below:
            yield from statements_of(child, below)
        for place, one in enumerate(indexes):
            yield emit.create(index_of(child, f"own {place} {child}"[:40], one), concurrently=False)


def index_of(table, name, one):
    keys, unique, method, partial, descending = one
    if method != "btree":
        keys, unique, descending = keys[:1] if method == "hash" else keys, False, False
    if unique and "a" not in keys:
        keys = [*keys, "a"]
    made = [Key(key, order="desc", nulls="first") if descending and place == 0 else Key(key) for place, key in enumerate(keys)]
    return Index("public", table, name, tuple(made), method=method, unique=unique, predicate=fragment("d > 0") if partial else None)


@settings(max_examples=6, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(made=trees(), wanted=INDEXES, name=NAMES, cut=st.integers(0, 12), spoilt=st.booleans())
def test_what_comes_out_is_what_a_plain_create_index_makes(postgres, made, wanted, name, cut, spoilt):
    """From any state that an interrupted run of single steps leaves; down takes back exactly."""
    target, work = "partitions_target", "partitions_work"
    for database in (target, work):
        postgres.createdb(database)
    try:
        index = index_of("root", name, wanted)
        for database in (target, work):
            with postgres.connect(database) as connection:
                connection.execute(f"CREATE TABLE root (a int NOT NULL, \"B \"\"c\"\"\" int, d int) PARTITION BY {made[0]} (a)".encode())
                for statement in statements_of("root", made):
                    connection.execute(statement.encode())
        with postgres.connect(target) as connection:
            before = snapshot(connection)
            known = partitions(read_connection(connection, ""))
            connection.execute(emit.create(index, concurrently=False).encode())
            expected = snapshot(connection)
        operation = Operation("create", None, index)
        with postgres.connect(work) as connection:
            steps = [step for step in emit.lower([operation], known) if step.index][:cut]
            for step in steps:
                text = emit.create(step.index, step.concurrently) if step.action == "build" else emit.attach(step.index, step.parent)
                connection.execute(text.encode())
            if spoilt and steps and steps[-1].action == "build" and steps[-1].concurrently:
                connection.execute("UPDATE pg_index SET indisvalid = false WHERE indexrelid = %s::regclass", [emit.relation(steps[-1].index)])
            up, down = psql.compile(Job((operation,), (), Templates(), partitioned=known))
            for text, end in ((up.text, expected), (up.text, expected), (down.text, before), (down.text, before)):
                ok(postgres.psql(work, text))
                assert differences(end, snapshot(connection)) == []
        assert emit.lower(reverse([operation]), known)[0].action == "drop"
    finally:
        for database in (target, work):
            postgres.dropdb(database)
