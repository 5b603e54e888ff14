"""The SQL that a finding advises: a server takes it as printed, it makes what was asked for, and nothing is said of it."""

from __future__ import annotations

from typing import Any

import pytest
from handwritten.written_migrations import codes, findings

from conftest import Database

BEFORE = """
CREATE TABLE users (id bigint PRIMARY KEY, email text, name text, "Ref" uuid, CONSTRAINT users_name_check CHECK (name <> ''));
CREATE TABLE orders (id bigint PRIMARY KEY, user_id bigint, total int, code varchar(20));
CREATE INDEX orders_total_idx ON orders (total);
CREATE MATERIALIZED VIEW sums AS SELECT user_id, sum(total) AS total FROM orders GROUP BY user_id;
CREATE UNIQUE INDEX sums_user ON sums (user_id);
CREATE SCHEMA "Shop";
CREATE TABLE "Shop"."Item" ("Id" int NOT NULL, "Name" text, CONSTRAINT "Item_pkey" PRIMARY KEY ("Id"));
CREATE INDEX "Item_Name" ON "Shop"."Item" ("Name");
CREATE TABLE events (id int, at date) PARTITION BY RANGE (at);
CREATE TABLE events_1 PARTITION OF events FOR VALUES FROM ('2026-01-01') TO ('2027-01-01');
"""

# Each with what it makes in the catalog, by a query that gives a row once it is there.
INDEX = "SELECT 1 FROM pg_index WHERE indexrelid = to_regclass('{}') AND indisvalid"
CONSTRAINT = "SELECT 1 FROM pg_constraint WHERE conname = '{}' AND convalidated"
NOT_NULL = "SELECT 1 FROM pg_attribute WHERE attrelid = '{}'::regclass AND attname = '{}' AND attnotnull"
STATEMENTS = {
    "CREATE INDEX i ON orders (code);": INDEX.format("i"),
    "create unique index if not exists i\n  on orders -- a comment; with a semicolon\n  (code text_pattern_ops) where code <> 'a  b';": INDEX.format("i"),
    'CREATE INDEX ON "Shop"."Item" ("Name" DESC);': INDEX.format('"Shop"."Item_Name_idx"'),
    "CREATE INDEX CONCURRENTLY IF NOT EXISTS i ON orders (code);": INDEX.format("i"),
    "ALTER TABLE users ADD CONSTRAINT k UNIQUE (email, name);": CONSTRAINT.format("k"),
    'ALTER TABLE users ADD UNIQUE ("Ref");': CONSTRAINT.format("users_Ref_key"),
    'ALTER TABLE "Shop"."Item" DROP CONSTRAINT "Item_pkey",\nADD CONSTRAINT "Item_pkey" PRIMARY KEY ("Id");': CONSTRAINT.format("Item_pkey"),
    "ALTER TABLE orders ADD CONSTRAINT f FOREIGN KEY (user_id) REFERENCES users (id) ON DELETE CASCADE DEFERRABLE;": CONSTRAINT.format("f"),
    "ALTER TABLE orders ADD FOREIGN KEY (user_id) REFERENCES users;": CONSTRAINT.format("orders_user_id_fkey"),
    "ALTER TABLE orders ADD COLUMN note text, ADD CONSTRAINT c CHECK (total > 0);": CONSTRAINT.format("c"),
    "ALTER TABLE orders ADD CHECK (total > 0);": CONSTRAINT.format("orders_check"),
    "ALTER TABLE users ALTER name SET NOT NULL;": NOT_NULL.format("users", "name"),
    'ALTER TABLE ONLY "Shop"."Item" ALTER COLUMN "Name" SET NOT NULL;': NOT_NULL.format('"Shop"."Item"', "Name"),
    "DROP INDEX orders_total_idx;": "SELECT 1 WHERE to_regclass('orders_total_idx') IS NULL",
    'DROP INDEX IF EXISTS "Shop"."Item_Name";': "SELECT 1 WHERE to_regclass('\"Shop\".\"Item_Name\"') IS NULL",
    "REINDEX (VERBOSE) TABLE orders;": "SELECT 1",
    "REINDEX INDEX orders_total_idx;": "SELECT 1",
    "REFRESH MATERIALIZED VIEW sums;": "SELECT 1",
    "ALTER TABLE events DETACH PARTITION events_1;": "SELECT 1 FROM pg_class WHERE relname = 'events_1' AND NOT relispartition",
}  # fmt: skip


@pytest.mark.parametrize("statement", STATEMENTS)
def test_the_advice_is_run_as_printed(statement: str, database: Database) -> None:
    (found,) = [one for one in findings({"1.sql": BEFORE, "2.sql": statement}) if one.code.startswith("MG") and one.code != "MG108"]
    _, *advised = found.help.split("\n")
    assert advised and all(line.endswith(";") for line in advised)
    with database.connect() as connection:
        connection.execute(BEFORE)
        connection.execute("REFRESH MATERIALIZED VIEW sums")
        for line in advised:
            connection.execute(line)
        assert connection.execute(STATEMENTS[statement]).fetchone() == (1,)
    assert codes(BEFORE, *advised) == []


def test_what_cannot_be_printed_for_sure_is_told_in_words() -> None:
    """An index with more than keys, a column of the same statement, a string over two lines."""
    words: list[Any] = []
    for statement in (
        "ALTER TABLE users ADD CONSTRAINT k UNIQUE (email) INCLUDE (name);",
        "ALTER TABLE users ADD COLUMN z int, ADD CONSTRAINT k UNIQUE (z);",
        "ALTER TABLE users ADD COLUMN z int UNIQUE;",
        "CREATE INDEX i ON orders (code) WHERE code <> 'a\nb';",
        "ALTER TABLE events ADD UNIQUE (id, at);",
    ):
        words += [one.help for one in findings({"1.sql": BEFORE, "2.sql": statement}) if one.code in ("MG101", "MG102")]
    assert len(words) == 5 and not any("\n" in help for help in words)
