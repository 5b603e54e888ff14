"""What a plan says of an operation, held against a real server where it can be."""

import pytest

from broxspec.catalog.model import Catalog, Column, Enum, Fragment, Index, Key, Name, Table, Type
from broxspec.kinds.indexes.estimate import duration, estimate, size
from broxspec.kinds.indexes.risk import risk
from broxspec.plan import Operation

TABLE = Table(
    "public",
    "things",
    columns=(
        Column("id", Type("int8")), Column("small", Type("int4")), Column("at", Type("timestamptz")), Column("key", Type("uuid")),
        Column("state", Type("state", "public")), Column("tags", Type("text", dimensions=1)), Column("name", Type("text")),
    ),
)  # fmt: skip
CATALOG = Catalog(tables={TABLE.qualified: TABLE}, enums={Name("public", "state"): Enum("public", "state", ("A",))})
SQL = """
CREATE TYPE state AS ENUM ('A');
CREATE TABLE things (id bigint, small int, at timestamptz, key uuid, state state, tags text[], name text);
INSERT INTO things SELECT n, n, now() + n * interval '1 s', gen_random_uuid(), 'A', ARRAY['a' || n, 'b'], lpad(n::text, 20, 'x')
FROM generate_series(1, 60000) n;
"""


def index(*keys, **more):
    return Index("public", "things", "idx", tuple(Key(key) for key in keys), **more)


@pytest.mark.parametrize("wanted", [
    index("id"), index("small"), index("key", "at"), index("id", include=("small", "at")), index("name"), index("at", method="brin"),
    index("tags", method="gin"), index("id", method="hash"), index("id", storage=(("fillfactor", "50"),)),
])  # fmt: skip
def test_the_estimate_of_a_fresh_index_is_near_what_the_server_needs(database, wanted):
    from broxspec.kinds.indexes.emit import create

    assert database.psql(SQL).returncode == 0
    done = database.psql(create(wanted, concurrently=False) + ";")
    assert done.returncode == 0, done.stderr
    with database.connect() as connection:
        (found,) = connection.execute("SELECT pg_relation_size('idx')").fetchone()
    guess = estimate(wanted, CATALOG, 60000)
    assert guess.smallest * 0.75 <= found <= max(guess.largest * 1.1, 40960)


@pytest.mark.parametrize("columns, extra", [(("small",), {}), (("small", "name"), {"nulls_not_distinct": True})])
def test_the_query_finds_just_what_a_unique_build_trips_over(database, columns, extra):
    unique = index(*columns, unique=True, predicate=Fragment("id > 10", "id > 10"), **extra)
    query = risk(Operation("create", None, unique), CATALOG, None).duplicates
    assert database.psql(SQL).returncode == 0
    with database.connect() as connection:
        assert connection.execute(query).fetchall() == []
        connection.execute("INSERT INTO things (id, small) SELECT 5, 77 UNION ALL SELECT 5, 77")
        assert connection.execute(query).fetchall() == []
        connection.execute("INSERT INTO things (id, small) SELECT 100000, 60077 UNION ALL SELECT 100001, 60077")
        assert len(connection.execute(query).fetchall()) == 1


def test_what_is_locked_and_how_it_is_undone():
    one = index("id")
    change = risk(Operation("change", one, one._replace(include=("at",))), CATALOG, 1_000_000)
    assert [lock.statement for lock in change.locks] == ["CREATE INDEX CONCURRENTLY", "ALTER INDEX RENAME", "DROP INDEX CONCURRENTLY"]
    assert {lock.lock for lock in change.locks} == {"ShareUpdateExclusiveLock"}
    assert change.room == 2 * change.estimate.largest
    split = risk(Operation("create", None, one), CATALOG, None, frozenset({TABLE.qualified}))
    assert [lock.statement for lock in split.locks] == ["CREATE INDEX ON ONLY", "CREATE INDEX CONCURRENTLY", "ALTER INDEX ATTACH PARTITION"]
    assert split.estimate is None and "every reader and writer waits" in split.undo


@pytest.mark.parametrize("statement, lock", [
    ("CREATE INDEX one ON things (id)", "ShareLock"), ("DROP INDEX two", "AccessExclusiveLock"), ("ALTER INDEX two RENAME TO three", "ShareUpdateExclusiveLock"),
])  # fmt: skip
def test_locks_are_what_the_server_takes(database, statement, lock):
    from broxspec.kinds.indexes.locks import locks

    database.psql("CREATE TABLE things (id bigint); CREATE INDEX two ON things (id)")
    with database.connect(autocommit=False) as connection:
        connection.execute(statement)
        rows = connection.execute("SELECT mode FROM pg_locks WHERE pid = pg_backend_pid() AND locktype = 'relation' AND relation >= 16384").fetchall()
        connection.rollback()
    words = " ".join(statement.split()[:2]) + (" RENAME" if "RENAME" in statement else "")
    assert lock in {mode for (mode,) in rows} and locks()[words].lock == lock


def test_words():
    assert size(10_000_000, 20_000_000) == "9.5–19 MB" and size(100, 100) == "100 bytes" and size(999 * 1024**2, 1001 * 1024**2) == "1 GB"
    assert duration(0.1, 0.5) == "less than 1 s" and duration(2, 10.2) == "2–10 s" and duration(60, 420) == "1–7 min"
