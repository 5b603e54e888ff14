"""Keeping schema.prisma in step: in place, and so that Prisma finds nothing to drop or create."""

from __future__ import annotations

from typing import Any

import pytest

from broxspec.catalog.model import Catalog, Fragment, Index, Key, Name
from broxspec.catalog.prisma import read_prisma
from broxspec.catalog.prisma.declare import declare, without_own
from broxspec.catalog.prisma.express import expressible
from broxspec.catalog.prisma.read import resolve
from broxspec.components.prisma_engine import PrismaEngine
from broxspec.source import Source

SCHEMA = """\
datasource db {
  provider = "postgresql"
}

generator client {
  provider = "prisma-client-js"
}

model Order {
  id        Int      @id
  userId    Int      @map("user_id")
  email     String   @unique(map: "old_unique") @map("e_mail") // keep me
  createdAt DateTime @map("created_at")
  tags      String[]
  doc       Json
  ip        String   @db.Inet
  deletedAt DateTime?

  @@index([userId], map: "old_plain") // theirs
  @@index([createdAt])
  @@map("orders")
}

model Item {
  id Int @id
  a  Int
}
"""


def index(name: str, *keys: Key | str, **more: Any) -> Index:
    return Index("public", "orders", name, tuple(Key(key) if isinstance(key, str) else key for key in keys), **more)


def predicate(sql: str) -> Fragment:
    return Fragment(sql, sql)


# The index in SQL, as broxspec has it.
KINDS = {
    "plain": ("(user_id, created_at)", index("idx", "user_id", "created_at")),
    "desc": ("(user_id, created_at DESC)", index("idx", "user_id", Key("created_at", None, "desc", "first"))),
    "desc nulls last": ("(created_at DESC NULLS LAST)", index("idx", Key("created_at", None, "desc", "last"))),
    "btree opclass": ("(e_mail text_pattern_ops)", index("idx", Key("e_mail", opclass="text_pattern_ops"))),
    "collation": ('(e_mail COLLATE "C")', index("idx", Key("e_mail", collation="C"))),
    "storage": ("(user_id, e_mail) WITH (fillfactor = 70)", index("idx", "user_id", "e_mail", storage=(("fillfactor", "70"),))),
    "gin array": ("USING gin (tags)", index("idx", "tags", method="gin")),
    "gin jsonb": ("USING gin (doc)", index("idx", "doc", method="gin")),
    "gin path": ("USING gin (doc jsonb_path_ops)", index("idx", Key("doc", opclass="jsonb_path_ops"), method="gin")),
    "gin trigrams": ("USING gin (e_mail gin_trgm_ops)", index("idx", Key("e_mail", opclass="gin_trgm_ops"), method="gin")),
    "gist trigrams": (
        "USING gist (e_mail gist_trgm_ops (siglen = 32))",
        index("idx", Key("e_mail", opclass="gist_trgm_ops", opclass_options=(("siglen", "32"),)), method="gist"),
    ),
    "gist inet": ("USING gist (ip inet_ops)", index("idx", Key("ip", opclass="inet_ops"), method="gist")),
    "spgist": ("USING spgist (e_mail)", index("idx", "e_mail", method="spgist")),
    "brin": ("USING brin (created_at) WITH (pages_per_range = 32)", index("idx", "created_at", method="brin")),
    "brin multi": (
        "USING brin (created_at timestamp_minmax_multi_ops)",
        index("idx", Key("created_at", opclass="timestamp_minmax_multi_ops"), method="brin"),
    ),
    "hash": ("USING hash (e_mail)", index("idx", "e_mail", method="hash")),
    "hash opclass": ("USING hash (e_mail text_pattern_ops)", index("idx", Key("e_mail", opclass="text_pattern_ops"), method="hash")),
    "include": ("(user_id) INCLUDE (e_mail)", index("idx", "user_id", include=("e_mail",))),
    "unique": ("UNIQUE (user_id, e_mail)", index("idx", "user_id", "e_mail", unique=True)),
    "unique include": ("UNIQUE (e_mail) INCLUDE (user_id)", index("idx", "e_mail", include=("user_id",), unique=True)),
    "partial": ("(user_id) WHERE deleted_at IS NULL", index("idx", "user_id", predicate=predicate('"deletedAt" IS NULL'))),
    "unique partial": (
        "UNIQUE (e_mail) WHERE user_id > 5 AND e_mail <> 'x'",
        index("idx", "e_mail", unique=True, predicate=predicate("user_id > 5 AND e_mail <> 'x'")),
    ),
    "expression": ("(lower(e_mail))", index("idx", Key(None, predicate("lower(e_mail)")))),
}


def one(text: str, *wanted: Index, remove: tuple[str, ...] = (), **options: Any) -> str:
    return declare([Source("schema.prisma", text)], wanted, [Name("public", name) for name in remove], **options)[0]


def create(definition: str) -> str:
    unique, _, rest = definition.partition("UNIQUE ") if definition.startswith("UNIQUE ") else ("", "", definition)
    kind = "UNIQUE INDEX" if definition.startswith("UNIQUE ") else "INDEX"
    return f"CREATE {kind} idx ON orders {rest}".replace("deleted_at", '"deletedAt"')


@pytest.mark.parametrize("preview", [False, True], ids=["", "partialIndexes"])
def test_prisma_finds_nothing_to_drop_or_create(preview: bool, prisma_engine: PrismaEngine, database: Any) -> None:
    """For each kind of index: made in a real database, declared, and Prisma's own engine asked."""
    text = SCHEMA.replace('"prisma-client-js"', '"prisma-client-js"\n  previewFeatures = ["partialIndexes"]') if preview else SCHEMA
    with database.connect() as connection:
        connection.execute("CREATE EXTENSION pg_trgm")
        connection.execute(prisma_engine.ddl(text))
        for kind, (definition, wanted) in KINDS.items():
            connection.execute(create(definition))
            drift = prisma_engine.diff_database_to_schema(database.dsn, one(text, wanted))
            assert drift.strip() == "", kind
            schema = resolve([Source("schema.prisma", text)], 15, [])
            undeclared = prisma_engine.diff_database_to_schema(database.dsn, text)
            assert ("DROP INDEX" in undeclared) == expressible(wanted, schema).seen, kind
            connection.execute("DROP INDEX idx")


def test_lines_are_added_after_the_last_attribute() -> None:
    wanted = [index("idx_b", "user_id", Key("created_at", None, "desc", "first")), KINDS["gin path"][1]]
    assert one(SCHEMA, *wanted) == SCHEMA.replace(
        '  @@map("orders")\n',
        '  @@map("orders")\n'
        '  @@index([doc(ops: JsonbPathOps)], type: Gin, map: "idx") // broxspec\n'
        '  @@index([userId, createdAt(sort: Desc)], map: "idx_b") // broxspec\n',
    )


def test_a_block_without_attributes_gets_them_before_its_brace() -> None:
    wanted = Index("public", "Item", "idx", (Key("a"),))
    assert one(SCHEMA, wanted) == SCHEMA.replace("  a  Int\n}", '  a  Int\n  @@index([a], map: "idx") // broxspec\n}')


@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("final", [True, False])
def test_twice_is_once_and_taking_back_restores_every_byte(newline: str, final: bool) -> None:
    text = (SCHEMA if final else SCHEMA.rstrip("\n")).replace("\n", newline)
    wanted = [KINDS["plain"][1], index("idx_2", "e_mail", unique=True), Index("public", "Item", "idx_3", (Key("a"),))]
    once = one(text, *wanted)
    assert once != text
    assert one(once, *wanted) == once
    assert one(once) == text
    assert once.count(newline) == text.count(newline) + 3
    assert read_prisma([without_own(Source("schema.prisma", once))])[0].tables.keys() == names(text).keys()
    assert [i.name for i in read_prisma([without_own(Source("s", once))])[0].indexes()] == [i.name for i in read_prisma([Source("s", text)])[0].indexes()]


def names(text: str) -> Any:
    catalog: Catalog = read_prisma([Source("schema.prisma", text)])[0]
    return catalog.tables


def test_what_is_replaced_goes_whoever_wrote_it() -> None:
    changed = one(SCHEMA, remove=("old_plain", "old_unique", "orders_created_at_idx"))
    assert changed == SCHEMA.replace('  @@index([userId], map: "old_plain") // theirs\n', "").replace(
        '@unique(map: "old_unique") ', ""
    ).replace("  @@index([createdAt])\n", "")


def test_an_index_that_is_declared_already_is_not_declared_again() -> None:
    assert one(SCHEMA, index("old_plain", "user_id")) == SCHEMA
    assert one(SCHEMA, index("old_plain", Key("user_id", None, "asc", "first"))) == SCHEMA


def test_a_declaration_of_something_else_under_that_name_gives_way() -> None:
    changed = one(SCHEMA, index("old_plain", "user_id", "created_at"))
    assert "theirs" not in changed
    assert '  @@index([userId, createdAt], map: "old_plain") // broxspec\n' in changed


def test_what_prisma_does_not_see_is_said() -> None:
    schema = resolve([Source("schema.prisma", SCHEMA)], 15, [])
    said = expressible(index("idx", Key("created_at", None, "desc", "last"), include=("e_mail",)), schema)
    assert said.declaration == '@@index([createdAt(sort: Desc), email], map: "idx")'
    assert said.unsaid == ("INCLUDE (e_mail), declared as keys", "NULLS LAST of created_at")
    assert expressible(KINDS["partial"][1], schema).seen is False
    assert expressible(KINDS["partial"][1], schema, (7, 4, 0)).problem.startswith("Prisma 7.4.0 drops partial indexes")
    assert "INCLUDE column" in expressible(index("idx", Key("ip", opclass="inet_ops"), include=("id",), method="gist"), schema).problem


def test_several_files_are_one_schema() -> None:
    head, _, tail = SCHEMA.partition("model Item")
    files = [Source("a.prisma", head), Source("b.prisma", "model Item" + tail)]
    texts = declare(files, [Index("public", "Item", "idx", (Key("a"),))])
    assert texts[0] == head
    assert '@@index([a], map: "idx") // broxspec\n}' in texts[1]
