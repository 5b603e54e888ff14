"""Statements that converge when run again, each sent alone, on a real PostgreSQL; without a session, each on a connection of its own."""

import psycopg
import pytest
from holding import Running, end_build, held
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from operations import ALL, CHANGE, CREATE, CREATED, DROP, RENAME, SCHEMA, asked, fragment, indexes, on_orders

from broxspec.catalog.model import Key
from broxspec.emit import Templates
from broxspec.kinds.indexes.emit import Step, lower
from broxspec.plan import Operation, reverse
from broxspec.quoting import sql
from broxspec.runners._statements import outcome, statements

TEMPLATES = Templates()


def up(operations, **more):
    return statements(TEMPLATES, lower(asked(operations)), **more)


def down(operations, **more):
    return statements(TEMPLATES, lower(reverse(asked(operations))), **more)


def run(database, statements, *, pooled=False):
    """One by one in autocommit; `pooled`: each in another session, as a pool may do."""
    if pooled:
        for statement in statements:
            with database.connect() as connection:
                connection.execute(statement.encode())
        return
    with database.connect() as connection:
        for statement in statements:
            connection.execute(statement.encode())


@pytest.fixture
def orders(database):
    done = database.psql(SCHEMA)
    assert done.returncode == 0, done.stderr
    return database


def state(database):
    with database.connect() as connection:
        return indexes(connection)


@pytest.mark.parametrize("session", [True, False])
@pytest.mark.parametrize("operations", [CREATE, [CHANGE], [RENAME], [DROP], ALL])
def test_up_again_and_down(orders, operations, session):
    before = state(orders)
    run(orders, up(operations, session=session), pooled=not session)
    after = state(orders)
    kept, gone = outcome(lower(operations))
    assert all(after[index.name][1] for index in kept) and not {index.name for index in gone} & after.keys()
    run(orders, up(operations, session=session), pooled=not session)
    assert state(orders) == after
    run(orders, down(operations, session=session), pooled=not session)
    assert state(orders) == before
    run(orders, down(operations, session=session), pooled=not session)
    assert state(orders) == before


@pytest.mark.parametrize("operations", [ALL, [CHANGE], [DROP]])
def test_cut_off_anywhere_it_is_finished_by_running_again(new_database, operations):
    """After each statement in turn the session ends. Nothing that was built is built again."""
    todo = up(operations)
    first = new_database()
    assert first.psql(SCHEMA).returncode == 0
    run(first, todo)
    wanted = state(first)
    for end in range(1, len(todo)):
        database = new_database()
        assert database.psql(SCHEMA).returncode == 0
        run(database, todo[:end])
        with database.connect() as connection:
            made = dict(connection.execute("SELECT relfilenode, 1 FROM pg_class WHERE relkind = 'i' AND relnamespace = 'public'::regnamespace").fetchall())
        run(database, todo)
        assert state(database) == wanted
        with database.connect() as connection:
            now = dict(connection.execute("SELECT relfilenode, 1 FROM pg_class WHERE relkind = 'i' AND relnamespace = 'public'::regnamespace").fetchall())
        lost = sum(operation.action in ("change", "drop") for operation in operations)
        assert len(made.keys() - now.keys()) <= lost


@pytest.mark.parametrize("operations", [ALL, [CHANGE]])
def test_a_killed_build_is_found_and_finished(orders, operations):
    with held(orders):
        running = Running(run, orders, up(operations))
        end_build(orders)
        assert isinstance(running.wait().error, psycopg.errors.AdminShutdown)
    assert [valid for _, valid in state(orders).values()].count(False) == 1
    run(orders, up(operations))
    assert all(valid for _, valid in state(orders).values())
    assert {operation.after.name for operation in operations if operation.after} <= state(orders).keys()


def test_a_killed_drop_is_finished(orders):
    with held(orders):
        running = Running(run, orders, up([DROP]))
        end_build(orders, "DROP INDEX CONCURRENTLY")
        assert running.wait().error
    assert not state(orders)["orders_dropped"][1]
    run(orders, up([DROP]))
    assert "orders_dropped" not in state(orders)


@pytest.mark.parametrize(("sql", "words"), [
    (f'CREATE INDEX "{CREATED.name}" ON orders (total)', "another definition: CREATE INDEX"),
    (f'CREATE INDEX "{CREATED.name}" ON users (name)', "on table users"),
    (f'CREATE VIEW "{CREATED.name}" AS SELECT 1', "is no index"),
])  # fmt: skip
def test_another_object_of_the_name_is_an_error_and_is_left_alone(orders, sql, words):
    assert orders.psql(sql).returncode == 0
    before = state(orders)
    with pytest.raises(psycopg.Error, match=words) as caught:
        run(orders, up(CREATE[:1]))
    assert CREATED.name in str(caught.value)
    assert state(orders) == before


def test_an_index_that_is_not_the_recorded_one_is_not_dropped(orders):
    assert orders.psql("DROP INDEX orders_dropped; CREATE INDEX orders_dropped ON orders (total)").returncode == 0
    with pytest.raises(psycopg.Error, match="another definition"):
        run(orders, up([DROP]))
    assert "orders_dropped" in state(orders)


def test_nothing_is_dropped_before_all_is_valid(orders):
    """The last build is lost behind the runner's back: the old index stays, and the message names the lost one."""
    todo = up([CHANGE, DROP])
    built = next(number for number, statement in enumerate(todo) if "CREATE INDEX CONCURRENTLY IF" in statement)
    with orders.connect() as connection:
        for statement in todo[: built + 1]:
            connection.execute(statement.encode())
        connection.execute("UPDATE pg_index SET indisvalid = false WHERE indexrelid = 'orders_changed_new'::regclass")
        with pytest.raises(psycopg.Error, match="not as wanted: public.orders_changed_new is invalid"):
            connection.execute(todo[built + 1].encode())
    assert {"orders_changed", "orders_dropped"} <= state(orders).keys()


def test_two_runs_in_sessions_are_one_run_and_a_clear_word(orders):
    with held(orders), orders.connect() as other:
        running = Running(run, orders, up(ALL))
        while not other.execute("SELECT FROM pg_locks WHERE locktype = 'advisory' AND database = (SELECT oid FROM pg_database WHERE datname = current_database())").fetchall():
            assert running.is_alive()
        with pytest.raises(psycopg.Error, match="another session is running a migration of broxspec"):
            run(orders, up(ALL))
    assert not running.wait().error


def test_a_build_under_way_is_not_taken_for_a_leftover(orders):
    todo = up(CREATE[:1], session=False)
    with held(orders), orders.connect() as other:
        running = Running(run, orders, todo)
        while not other.execute("SELECT FROM pg_stat_progress_create_index WHERE index_relid > 0 AND datname = current_database()").fetchall():
            assert running.is_alive()
        with pytest.raises(psycopg.Error, match="is being built by session"):
            run(orders, todo)
    assert not running.wait().error
    assert state(orders)[CREATED.name][1]


def test_the_session_gets_its_timeouts_back(orders):
    with orders.connect() as connection:
        connection.execute("SET statement_timeout = '7s'")
        connection.execute("SET lock_timeout = '3s'")
        for statement in up(ALL):
            connection.execute(statement.encode())
        asked = connection.execute("SELECT current_setting('statement_timeout'), current_setting('lock_timeout')").fetchone()
        assert asked == ("7s", "3s")
        assert not connection.execute("SELECT FROM pg_locks WHERE locktype = 'advisory' AND pid = pg_backend_pid()").fetchall()


PARTITIONED = """
CREATE TABLE events (id bigint, day date) PARTITION BY RANGE (id);
CREATE TABLE events_1 PARTITION OF events FOR VALUES FROM (1) TO (9);
CREATE TABLE "events 2" PARTITION OF events FOR VALUES FROM (9) TO (99);
"""
PARENT = on_orders("events_day", "day")._replace(table="events", only=True)
LEAVES = tuple(PARENT._replace(table=table, name=f"{table}_day", only=False) for table in ("events_1", "events 2"))


def partitioned_steps(leaves=LEAVES):
    parts = [step for leaf in leaves for step in (Step("build", leaf, parent=PARENT), Step("attach", leaf, parent=PARENT))]
    return (Step("build", PARENT, concurrently=False), *parts, Step("check", built=(PARENT, *leaves)))


def test_a_partitioned_index_is_put_together_and_may_be_cut_off_anywhere(new_database):
    todo = statements(TEMPLATES, partitioned_steps())
    for end in range(1, len(todo) + 1):
        database = new_database()
        assert database.psql(PARTITIONED).returncode == 0
        run(database, todo[:end])
        run(database, todo)
        assert all(valid for _, valid in state(database).values()) and len(state(database)) == 3


def test_the_partition_that_lacks_its_index_is_named(database):
    assert database.psql(PARTITIONED).returncode == 0
    with pytest.raises(psycopg.Error, match='not as wanted: public.events_day lacks the index of "events 2"'):
        run(database, statements(TEMPLATES, partitioned_steps(LEAVES[:1])))


NAMES = st.text(st.one_of(st.sampled_from("\"'$\\%:;\n\t/*- ab😀\u2028{}"), st.characters(exclude_characters="\0", exclude_categories=["Cs"])), min_size=1).filter(
    lambda name: len(name.encode()) < 50
)


@pytest.fixture(scope="module")
def hostile(postgres):
    """One database for all examples, which take back what they make."""
    postgres.createdb("hostile_statements")
    yield postgres
    postgres.dropdb("hostile_statements")


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    name=st.one_of(NAMES, st.sampled_from(["$broxspec$", "a$broxspec$; DROP TABLE users; --", "%s", ":x", "a'b\"c"])),
    text=st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), max_size=20),
)
def test_no_name_and_no_text_breaks_out(hostile, name, text):
    index = on_orders(name, Key("email"), predicate=fragment(f"email <> {sql.literal(text)}"))._replace(table=f"t{name}")
    operations = [Operation("create", None, index)]
    with hostile.connect("hostile_statements") as connection:
        connection.execute(f"CREATE TABLE {sql.identifier(index.table)} (email text)".encode())
        try:
            for statement in (*up(operations), *up(operations)):
                connection.execute(statement.encode())
            assert indexes(connection)[name][1]
            for statement in down(operations):
                connection.execute(statement.encode())
            assert name not in indexes(connection)
        finally:
            connection.execute(f"DROP TABLE {sql.identifier(index.table)}".encode())
