"""What is claimed of a statement's lock, and of reading or writing the table, is what a real server does."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

import pytest
from handwritten.written_migrations import changes, findings
from psycopg import Error, errors

from broxspec.components import postgres
from broxspec.components.postgres import Server
from broxspec.handwritten.alterations import BUILT
from broxspec.handwritten.change import AddColumn, AddConstraint, AlterType, BuildIndex, Change, Reindex, Rewrite, SetNotNull, Validate

SCHEMA = """
CREATE TABLE u (id int PRIMARY KEY, k text UNIQUE);
CREATE DOMAIN plain AS text;
CREATE DOMAIN strict AS int CHECK (value > 0);
CREATE TYPE e AS ENUM ('a', 'b');
CREATE TABLE t (id int, a int, b varchar(20), c text, n numeric(10,2), ts timestamp, tz timestamptz, ch char(5), arr varchar(10)[],
  ba bit(4), vb varbit(4), iv interval(3), en e, ip cidr, uid int, ts3 timestamp(3), lab varchar, num numeric, req int NOT NULL);
CREATE INDEX t_b_idx ON t (b);
ALTER TABLE t ADD CONSTRAINT nn CHECK (c IS NOT NULL AND length(c) > 0);
ALTER TABLE t ADD CONSTRAINT nv CHECK (a IS NOT NULL) NOT VALID;
CREATE UNIQUE INDEX req_idx ON t (req);
CREATE UNIQUE INDEX id_idx ON t (id);
"""
ROWS = """
INSERT INTO t SELECT g, g, 'x', 'y', 1, now(), now(), 'x', '{x}', '1010', '1010', '1s', 'a', '10.0.0.0/8', 1, now(), 'l', 1, g
  FROM generate_series(1, 100) g;
INSERT INTO u VALUES (1, 'x');
"""
# A `-- UTC` at the end says the session's time zone.
STATEMENTS = """
ALTER TABLE t ADD COLUMN z int DEFAULT 5
ALTER TABLE t ADD COLUMN z int NOT NULL DEFAULT 5
ALTER TABLE t ADD COLUMN z int DEFAULT 5 CHECK (z > 0)
ALTER TABLE t ADD COLUMN z int CHECK (z > 0)
ALTER TABLE t ADD COLUMN z int REFERENCES u
ALTER TABLE t ADD COLUMN z int DEFAULT 1 REFERENCES u
ALTER TABLE t ADD COLUMN z float DEFAULT random()
ALTER TABLE t ADD COLUMN z float DEFAULT random() CHECK (z < 2)
ALTER TABLE t ADD COLUMN z timestamptz DEFAULT now()
ALTER TABLE t ADD COLUMN z timestamptz DEFAULT CURRENT_TIMESTAMP
ALTER TABLE t ADD COLUMN z timestamptz DEFAULT clock_timestamp()
ALTER TABLE t ADD COLUMN z serial
ALTER TABLE t ADD COLUMN z int GENERATED ALWAYS AS IDENTITY
ALTER TABLE t ADD COLUMN z int GENERATED ALWAYS AS (a * 2) STORED
ALTER TABLE t ADD COLUMN z strict
ALTER TABLE t ADD COLUMN z strict DEFAULT 1
ALTER TABLE t ADD COLUMN z plain
ALTER TABLE t ADD COLUMN z int UNIQUE
ALTER TABLE t ALTER id SET NOT NULL
ALTER TABLE t ALTER c SET NOT NULL
ALTER TABLE t ALTER a SET NOT NULL
ALTER TABLE t ALTER req SET NOT NULL
ALTER TABLE t ALTER req DROP NOT NULL
ALTER TABLE t ADD CHECK (a > 0)
ALTER TABLE t ADD CHECK (a > 0) NOT VALID
ALTER TABLE t VALIDATE CONSTRAINT nv
ALTER TABLE t ADD FOREIGN KEY (uid) REFERENCES u
ALTER TABLE t ADD FOREIGN KEY (uid) REFERENCES u NOT VALID
ALTER TABLE t ADD PRIMARY KEY (req)
ALTER TABLE t ADD PRIMARY KEY USING INDEX req_idx
ALTER TABLE t ADD PRIMARY KEY USING INDEX id_idx
ALTER TABLE t ADD UNIQUE (id)
ALTER TABLE t ADD UNIQUE USING INDEX id_idx
ALTER TABLE t ADD EXCLUDE (a WITH =)
ALTER TABLE t ALTER b TYPE varchar(30)
ALTER TABLE t ALTER b TYPE varchar
ALTER TABLE t ALTER b TYPE text
ALTER TABLE t ALTER b TYPE varchar(10)
ALTER TABLE t ALTER b TYPE citext
ALTER TABLE t ALTER lab TYPE varchar(10)
ALTER TABLE t ALTER lab TYPE plain
ALTER TABLE t ALTER lab TYPE text
ALTER TABLE t ALTER a TYPE bigint
ALTER TABLE t ALTER uid TYPE strict
ALTER TABLE t ALTER uid TYPE oid
ALTER TABLE t ALTER uid TYPE text
ALTER TABLE t ALTER n TYPE numeric(12,2)
ALTER TABLE t ALTER n TYPE numeric(12,3)
ALTER TABLE t ALTER n TYPE numeric
ALTER TABLE t ALTER n TYPE numeric(8,2)
ALTER TABLE t ALTER num TYPE numeric(8,2)
ALTER TABLE t ALTER ts TYPE timestamptz
ALTER TABLE t ALTER ts TYPE timestamptz -- UTC
ALTER TABLE t ALTER ts TYPE timestamptz(3) -- UTC
ALTER TABLE t ALTER tz TYPE timestamp
ALTER TABLE t ALTER tz TYPE timestamp -- UTC
ALTER TABLE t ALTER ts TYPE timestamp(6)
ALTER TABLE t ALTER ts TYPE timestamp(3)
ALTER TABLE t ALTER ts3 TYPE timestamp(4)
ALTER TABLE t ALTER ts3 TYPE timestamp(2)
ALTER TABLE t ALTER ts3 TYPE timestamp
ALTER TABLE t ALTER ts TYPE date
ALTER TABLE t ALTER ch TYPE char(6)
ALTER TABLE t ALTER ch TYPE text
ALTER TABLE t ALTER arr TYPE varchar(20)[]
ALTER TABLE t ALTER arr TYPE varchar[]
ALTER TABLE t ALTER arr TYPE text[]
ALTER TABLE t ALTER ba TYPE bit(5) USING ba::bit(5)
ALTER TABLE t ALTER ba TYPE varbit
ALTER TABLE t ALTER vb TYPE varbit(8)
ALTER TABLE t ALTER iv TYPE interval
ALTER TABLE t ALTER iv TYPE interval(6)
ALTER TABLE t ALTER iv TYPE interval(1)
ALTER TABLE t ALTER en TYPE text
ALTER TABLE t ALTER ip TYPE inet
ALTER TABLE t ALTER b TYPE varchar(30) USING b::varchar(30)
ALTER TABLE t ALTER b TYPE varchar(30) USING trim(b)
ALTER TABLE t ALTER b TYPE text USING b
ALTER TABLE t SET (fillfactor = 90)
ALTER TABLE t SET UNLOGGED
ALTER TABLE t SET LOGGED
ALTER TABLE t CLUSTER ON t_b_idx
ALTER TABLE t ALTER a SET DEFAULT 5
ALTER TABLE t ALTER a SET STATISTICS 10
ALTER TABLE t ALTER a SET STORAGE plain
ALTER TABLE t DROP COLUMN a
ALTER TABLE t DROP CONSTRAINT nv
ALTER TABLE t RENAME TO q
ALTER TABLE t RENAME COLUMN a TO q
ALTER TABLE t ENABLE ROW LEVEL SECURITY
ALTER TABLE t DISABLE TRIGGER ALL
ALTER TABLE t REPLICA IDENTITY FULL
CLUSTER t USING t_b_idx
CREATE INDEX ON t (a)
DROP INDEX t_b_idx
REINDEX TABLE t
REINDEX INDEX t_b_idx
CREATE TRIGGER tr BEFORE INSERT ON t EXECUTE FUNCTION suppress_redundant_updates_trigger()
CREATE POLICY p ON t
LOCK TABLE t
LOCK TABLE t IN SHARE MODE
LOCK TABLE t IN SHARE ROW EXCLUSIVE MODE
CREATE TABLE w (i int REFERENCES u)
"""
# From 18 on.
NEWER = """
ALTER TABLE t ADD CONSTRAINT z NOT NULL a NOT VALID
ALTER TABLE t ADD CONSTRAINT z NOT NULL id
ALTER TABLE t ADD CONSTRAINT z NOT NULL c
ALTER TABLE t ADD COLUMN z int GENERATED ALWAYS AS (a * 2) VIRTUAL
"""
CASES = [line for line in STATEMENTS.splitlines() if line]
STRENGTH = ["AccessShareLock", "RowShareLock", "RowExclusiveLock", "ShareUpdateExclusiveLock", "ShareLock", "ShareRowExclusiveLock", "ExclusiveLock", "AccessExclusiveLock"]  # fmt: skip


class Measured(NamedTuple):
    """The strongest lock by table, and whether `t` was written anew or read."""

    locks: dict[str, str]
    rewritten: bool
    read: bool


@pytest.fixture(scope="module", params=postgres.installations(), ids=str)
def connection(request: pytest.FixtureRequest) -> Iterator[Any]:
    with Server(request.param) as server:
        server.createdb("measured")
        with server.connect("measured") as connection:
            connection.execute(SCHEMA + ROWS)
            yield connection


def measure(connection: Any, statement: str) -> Measured:
    files = "SELECT relname, relfilenode, pg_stat_get_xact_numscans(oid) FROM pg_class WHERE oid = ANY(%s)"
    locks = "SELECT c.relname, l.mode FROM pg_locks l JOIN pg_class c ON c.oid = l.relation WHERE l.pid = pg_backend_pid() AND l.relation = ANY(%s)"
    connection.execute(f"SET timezone = '{'UTC' if '-- UTC' in statement else 'Europe/Berlin'}'")
    oids = [row[0] for row in connection.execute("SELECT oid FROM pg_class WHERE relname IN ('t', 'u')").fetchall()]
    table = connection.execute("SELECT 't'::regclass::oid").fetchone()[0]
    connection.execute("BEGIN")
    try:
        before = connection.execute(files, [[table]]).fetchone()
        connection.execute(statement)
        after = connection.execute(files, [[table]]).fetchone()
        names = dict(connection.execute("SELECT relname, oid FROM pg_class WHERE oid = ANY(%s)", [oids]).fetchall())
        held: dict[str, str] = {}
        for name, mode in connection.execute(locks, [oids]).fetchall():
            key = "t" if names[name] == table else "u"
            if STRENGTH.index(mode) > max(2, STRENGTH.index(held.get(key, "AccessShareLock"))):
                held[key] = mode
        return Measured(held, before[1] != after[1], after[2] > before[2])
    finally:
        connection.execute("ROLLBACK")


def claimed(done: list[Change]) -> Measured:
    held: dict[str, str] = {}
    for change in done:
        name = str(change.table.name) if change.table else ""
        if change.lock and STRENGTH.index(change.lock) > STRENGTH.index(held.get(name, "AccessShareLock")):
            held[name] = change.lock
    effects = [change.effect for change in done]
    rewritten = any(isinstance(one, Rewrite) or isinstance(one, (AlterType, AddColumn)) and one.rewrites for one in effects)
    return Measured(held, bool(rewritten), bool(rewritten) or any(_reads(one) for one in effects))


def _reads(effect: Any) -> bool:
    if isinstance(effect, AddConstraint):
        return effect.checked or bool(effect.nulls) or effect.form in BUILT and not effect.using
    if isinstance(effect, SetNotNull):
        return not effect.proof and not effect.already
    return isinstance(effect, (BuildIndex, Reindex, Validate))


def test_statements_do_what_is_claimed(connection: Any) -> None:
    major = connection.info.server_version // 10000
    has_citext = connection.execute("SELECT 1 FROM pg_available_extensions WHERE name = 'citext'").fetchone()
    schema = f"CREATE EXTENSION citext;{SCHEMA}" if has_citext else SCHEMA
    if has_citext:
        connection.execute("CREATE EXTENSION citext")
    differing = []
    for statement in [*CASES, *(NEWER.strip().splitlines() if major >= 18 else [])]:
        if "citext" in statement and not has_citext:  # the embedded 18 comes without extensions
            continue
        zone = "SET timezone = 'UTC';\n" if "-- UTC" in statement else ""
        was, said = measure(connection, statement), claimed(changes(schema, zone + statement, major))
        if " TYPE " in statement:  # a check or an index on the column is looked at again, of which nothing is said
            was = was._replace(read=said.read)
        if said != was:
            differing.append((statement, said, was))
    assert not differing


REFUSED_IN_TRANSACTION = """
CREATE INDEX CONCURRENTLY x ON t (a)
DROP INDEX CONCURRENTLY t_b_idx
REINDEX TABLE CONCURRENTLY t
REINDEX INDEX CONCURRENTLY t_b_idx
ALTER TABLE part DETACH PARTITION part_1 CONCURRENTLY
VACUUM t
VACUUM (FULL) t
REINDEX SCHEMA public
REINDEX DATABASE measured
CREATE DATABASE x
ALTER SYSTEM SET work_mem = '8MB'
CLUSTER
""".strip().splitlines()
REFUSED_ALWAYS = """
CREATE INDEX CONCURRENTLY x ON part (a)
DROP INDEX CONCURRENTLY part_a
DROP INDEX CONCURRENTLY t_b_idx, id_idx
DROP INDEX CONCURRENTLY t_b_idx CASCADE
REFRESH MATERIALIZED VIEW CONCURRENTLY m
ALTER TABLE part DETACH PARTITION part_1 CONCURRENTLY
REINDEX SYSTEM CONCURRENTLY measured
""".strip().splitlines()
MORE = """
CREATE TABLE part (a int) PARTITION BY LIST (a);
CREATE TABLE part_1 PARTITION OF part FOR VALUES IN (1);
CREATE INDEX part_a ON part (a);
CREATE MATERIALIZED VIEW m AS SELECT a FROM t;
"""


def test_what_is_refused(connection: Any) -> None:
    """MG104: not in a transaction. MG105: not at all."""
    major = connection.info.server_version // 10000
    connection.execute(MORE)
    try:
        for statement in REFUSED_IN_TRANSACTION:
            if "DETACH" in statement and major < 14:
                continue
            found = findings({"1.sql": SCHEMA + MORE, "2.sql": f"BEGIN;\n{statement};\nCOMMIT;"}, major=major)
            assert "MG104" in {one.code for one in found}, statement
            connection.execute("BEGIN")
            with pytest.raises(errors.ActiveSqlTransaction):
                connection.execute(statement)
            connection.execute("ROLLBACK")
        connection.execute("CREATE TABLE part_d PARTITION OF part DEFAULT")
        for statement in REFUSED_ALWAYS:
            default = "CREATE TABLE part_d PARTITION OF part DEFAULT;"
            found = findings({"1.sql": SCHEMA + MORE + default, "2.sql": statement}, major=major)
            assert "MG105" in {one.code for one in found}, statement
            with pytest.raises(Error):
                connection.execute(statement)
    finally:
        connection.execute("DROP TABLE part; DROP MATERIALIZED VIEW m")
