"""Whole histories: what is judged against what was there before its file, and what is left alone."""

from __future__ import annotations

import pytest
from handwritten.written_migrations import codes, findings

BEFORE = """
CREATE TABLE users (id bigint PRIMARY KEY, email text);
CREATE TABLE orders (id bigint PRIMARY KEY, user_id bigint, total numeric(10, 2), code varchar(20));
CREATE INDEX orders_total_idx ON orders (total);
CREATE MATERIALIZED VIEW sums AS SELECT user_id, sum(total) AS total FROM orders GROUP BY user_id;
CREATE TABLE events (id int, at date) PARTITION BY RANGE (at);
CREATE TABLE events_1 PARTITION OF events FOR VALUES FROM ('2026-01-01') TO ('2027-01-01');
CREATE INDEX events_id_idx ON events (id);
"""

QUIET = {
    "a table of the same file": "CREATE TABLE t (id int PRIMARY KEY, a int); CREATE INDEX ON t (a); ALTER TABLE t ADD UNIQUE (a), ALTER a TYPE bigint, ALTER a SET NOT NULL; DROP TABLE t;",
    "a foreign key from a table of the same file": "CREATE TABLE t (id int PRIMARY KEY, u bigint REFERENCES users); ALTER TABLE t ADD FOREIGN KEY (u) REFERENCES users;",
    "a renamed table of the same file": "CREATE TABLE t (id int); ALTER TABLE t RENAME TO s; CREATE INDEX ON s (id);",
    "a temporary table": "CREATE TEMP TABLE t (id int); CREATE INDEX ON t (id);",
    "a unique constraint from a ready index": "CREATE UNIQUE INDEX CONCURRENTLY k ON users (email); ALTER TABLE users ADD CONSTRAINT k UNIQUE USING INDEX k;",
    "what nobody can do concurrently": "DROP INDEX events_id_idx; REFRESH MATERIALIZED VIEW sums; CREATE INDEX ON sums (total);",
    "a partitioned table without partitions": "CREATE TABLE p (a int) PARTITION BY LIST (a); CREATE INDEX ON p (a);",
    "a new index on the partitioned table alone": "CREATE INDEX ON ONLY events (at);",
    "not null with a proof": "ALTER TABLE orders ADD CONSTRAINT c CHECK (user_id IS NOT NULL AND user_id > 0) NOT VALID; ALTER TABLE orders VALIDATE CONSTRAINT c; ALTER TABLE orders ALTER user_id SET NOT NULL;",
    "not null of what is not null": "ALTER TABLE orders ALTER id SET NOT NULL;",
    "columns that cost nothing": "ALTER TABLE orders ADD COLUMN a int NOT NULL DEFAULT 0, ADD COLUMN b timestamptz DEFAULT now(), ADD COLUMN c bigint REFERENCES users;",
    "types that stay": "ALTER TABLE orders ALTER code TYPE text, ALTER total TYPE numeric(14, 2);",
    "an index that is there and is not built": "CREATE INDEX IF NOT EXISTS orders_total_idx ON orders (total);",
    "dropped and built again": "DROP INDEX CONCURRENTLY IF EXISTS i; CREATE INDEX CONCURRENTLY IF NOT EXISTS i ON orders (code);",
    "a statement that is refused": "ALTER TABLE nowhere ALTER a TYPE bigint; CREATE INDEX ON orders (nothing);",
    "what an error handler catches": "DO $$ BEGIN ALTER TABLE orders ADD CONSTRAINT orders_pkey PRIMARY KEY (user_id); EXCEPTION WHEN duplicate_table THEN NULL; END $$;",
    "an unlogged table made unlogged": "CREATE UNLOGGED TABLE t (id int); ALTER TABLE t SET UNLOGGED;",
    "a check that is not enforced": "ALTER TABLE orders ADD CHECK (total > 0) NOT VALID;",
    "an analysis": "ANALYZE orders; COMMENT ON TABLE orders IS 'x'; ALTER TABLE orders SET (fillfactor = 90);",
}  # fmt: skip


@pytest.mark.parametrize("migration", QUIET.values(), ids=QUIET)
def test_nothing_is_said_of(migration: str) -> None:
    assert codes(BEFORE, migration) == []


LOUD = {
    "CREATE UNIQUE INDEX ON users (email);": ["MG101"],
    "CREATE INDEX ON events (at);": ["MG101"],
    "ALTER TABLE users ADD UNIQUE (email), ADD COLUMN x int UNIQUE;": ["MG102", "MG102"],
    "ALTER TABLE orders ADD EXCLUDE (id WITH =);": ["MG102"],
    "ALTER TABLE orders ADD COLUMN n bigserial UNIQUE;": ["MG113"],
    "DROP INDEX orders_total_idx;": ["MG103"],
    "REINDEX TABLE orders;": ["MG103"],
    "REINDEX SCHEMA public;": ["MG103"],
    "ALTER TABLE events DETACH PARTITION events_1;": ["MG103"],
    "CREATE UNIQUE INDEX ON sums (user_id); REFRESH MATERIALIZED VIEW sums;": ["MG103"],
    "CREATE INDEX CONCURRENTLY IF NOT EXISTS i ON orders (code);": ["MG106"],
    "CREATE INDEX CONCURRENTLY IF NOT EXISTS orders_total_idx ON orders (total);": ["MG106"],
    "CREATE INDEX IF NOT EXISTS orders_total_idx ON orders (total DESC);": ["MG107"],
    "CREATE INDEX IF NOT EXISTS orders_total_idx ON users (email);": ["MG107"],
    "CREATE INDEX IF NOT EXISTS users ON orders (total);": ["MG107"],
    "ALTER TABLE orders ADD COLUMN IF NOT EXISTS total int;": ["MG107"],
    "SET LOCAL statement_timeout = '5s'; REINDEX TABLE CONCURRENTLY orders;": ["MG109"],
    "SELECT set_config('lock_timeout', '5s', false); CREATE INDEX CONCURRENTLY i ON orders (code);": ["MG109"],
    "ALTER TABLE orders ADD FOREIGN KEY (user_id) REFERENCES users;": ["MG110"],
    "ALTER TABLE orders ADD CHECK (total > 0);": ["MG110"],
    "ALTER TABLE orders ADD COLUMN u bigint DEFAULT 1 REFERENCES users;": ["MG110"],
    "DO $$ BEGIN ALTER TABLE orders ADD CHECK (total > 0); EXCEPTION WHEN duplicate_object THEN NULL; END $$;": ["MG110"],
    "BEGIN; ALTER TABLE orders ADD CONSTRAINT c CHECK (total > 0) NOT VALID; ALTER TABLE orders VALIDATE CONSTRAINT c; COMMIT;": ["MG111"],
    "-- +goose Up\nALTER TABLE orders ADD CONSTRAINT c CHECK (total > 0) NOT VALID; ALTER TABLE orders VALIDATE CONSTRAINT c;": ["MG111"],
    "ALTER TABLE orders ALTER user_id SET NOT NULL;": ["MG112"],
    "CREATE UNIQUE INDEX CONCURRENTLY e ON sums (user_id);": [],
    "ALTER TABLE users DROP CONSTRAINT users_pkey; CREATE UNIQUE INDEX CONCURRENTLY e ON users (email); ALTER TABLE users ADD PRIMARY KEY USING INDEX e;": ["MG112"],
    "ALTER TABLE orders ADD CONSTRAINT c CHECK (user_id IS NOT NULL) NOT VALID; ALTER TABLE orders ALTER user_id SET NOT NULL;": ["MG112"],
    "VACUUM FULL orders; CLUSTER orders USING orders_total_idx; ALTER TABLE orders SET UNLOGGED;": ["MG113", "MG113", "MG113"],
    "ALTER TABLE orders ADD COLUMN k uuid DEFAULT gen_random_uuid();": ["MG113"],
    "BEGIN; LOCK TABLE orders, users; COMMIT;": ["MG114", "MG114"],
    "LOCK TABLE orders IN ROW EXCLUSIVE MODE;": [],
}  # fmt: skip


@pytest.mark.parametrize(("migration", "wanted"), LOUD.items(), ids=LOUD)
def test_what_is_said_of(migration: str, wanted: list[str]) -> None:
    assert codes(BEFORE, migration) == wanted


def test_the_first_file_is_a_beginning() -> None:
    assert findings({"1.sql": BEFORE + "CREATE INDEX ON orders (code); ALTER TABLE orders ALTER id TYPE int;"}) == []


def test_a_dump_is_no_migration() -> None:
    dump = "--\n-- PostgreSQL database dump\n--\n\n"
    assert findings({"1.sql": BEFORE, "2.sql": dump + "CREATE INDEX ON orders (code);"}) == []


def test_what_a_timeout_reaches() -> None:
    """A file is a session; SET LOCAL ends with its transaction."""
    build = "CREATE INDEX CONCURRENTLY i ON orders (code);"
    assert codes(BEFORE, "SET lock_timeout = '2s';", build) == []
    assert codes(BEFORE, f"BEGIN; SET LOCAL lock_timeout = '2s'; COMMIT; {build}") == []
    assert codes(BEFORE, f"SET lock_timeout = '2s'; RESET lock_timeout; {build}") == []
    assert codes(BEFORE, f"SET lock_timeout = '0s'; {build}") == []


def test_lock_timeouts_are_missed_once_per_file() -> None:
    drop = "ALTER TABLE orders DROP COLUMN code; ALTER TABLE users DROP COLUMN email;"
    found = findings({"1.sql": BEFORE, "2.sql": drop, "3.sql": f"SET lock_timeout = '5s'; {drop}"})
    assert [(one.code, one.severity, one.span.path) for one in found] == [("MG108", "info", "2.sql")]


def test_a_cover_that_comes_later_counts() -> None:
    before = BEFORE + "ALTER TABLE orders ADD FOREIGN KEY (user_id) REFERENCES users; CREATE INDEX u ON orders (user_id);"
    assert codes(before, "DROP INDEX CONCURRENTLY u;") == ["MG115"]
    assert codes(before, "DROP INDEX CONCURRENTLY u; CREATE INDEX CONCURRENTLY v ON orders (user_id, total);") == []


def test_foreign_keys_that_cascade_away() -> None:
    before = BEFORE + "ALTER TABLE orders ADD CONSTRAINT f FOREIGN KEY (user_id) REFERENCES users;"
    for statement in ("DROP TABLE users CASCADE;", "ALTER TABLE users DROP CONSTRAINT users_pkey CASCADE;"):
        assert codes(before, statement) == ["MG116"]
    assert codes(before, "DROP TABLE orders CASCADE;") == []


def test_commit_and_chain_begins_anew() -> None:
    assert codes(BEFORE, "BEGIN; COMMIT AND CHAIN; CREATE INDEX CONCURRENTLY i ON orders (code); COMMIT;") == ["MG104"]


def test_two_statements_are_two_migrations_where_a_file_is_one_query() -> None:
    """A file of one statement needs nothing for a build, but the advice has two."""
    (found,) = [one for one in findings({"1_a/migration.sql": BEFORE, "2_b/migration.sql": "ALTER TABLE users ADD UNIQUE (email);"}) if one.code == "MG102"]
    assert "alone in its own migration" in found.help


def test_a_timeout_is_not_advised_around_what_should_be_concurrent() -> None:
    said = findings({"1.sql": BEFORE, "2.sql": "CREATE INDEX i ON orders (code); DROP INDEX orders_total_idx;"})
    assert [one.code for one in said] == ["MG101", "MG103"]


def test_a_name_in_another_schema_or_case() -> None:
    from broxspec.catalog.sql import read_sql
    from broxspec.source import Source

    before = 'CREATE SCHEMA app; CREATE TABLE app.accounts (id int); CREATE TABLE "Product" (id int);'
    for name, help in (("accounts", "`app.accounts`"), ("Product", '`"Product"`'), ("app.product", ""), ("nothing", "")):
        _, (wrong,) = read_sql([Source("1.sql", before), Source("2.sql", f"CREATE INDEX ON {name} (id);")])
        assert help in wrong.help and bool(help) == bool(wrong.help)
