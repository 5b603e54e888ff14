"""The Prisma reader against Prisma's own engine: its DDL, loaded into a real PostgreSQL, is the same database."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import psycopg
import pytest

from broxspec.catalog.model import Catalog
from broxspec.catalog.prisma import read_prisma
from broxspec.catalog.sql import read_sql
from broxspec.components.prisma_engine import PrismaEngine, PrismaError
from broxspec.source import Source
from catalog.prisma_oracle import differences, of_catalog, of_server
from catalog.prisma_schemas import Schema

NAMES = ("langfuse", "litellm", "umami")
SEEDS = range(60)


def compare(schema: str, ddl: str, database: Any) -> list[str]:
    catalog, found = read_prisma([Source("schema.prisma", schema)])
    with database.connect(autocommit=False) as connection:
        try:
            connection.execute(ddl)
        except psycopg.errors.UndefinedObject as refused:
            # Prisma's engine lets pass what PostgreSQL has no operator class for.
            assert [one.rule for one in found] == ["prisma-index"] * max(1, len(found)), str(refused)
            return []
        result = differences(of_catalog(catalog, connection), of_server(connection))
        connection.rollback()
    return [f"finding: {one.code} {one.message}" for one in found] + result


@pytest.mark.parametrize("name", NAMES)
def test_the_corpus_is_what_the_engine_makes(name: str, corpus: Path, database: Any) -> None:
    schema = (corpus / "prisma" / f"{name}.prisma").read_text(encoding="utf-8")
    ddl = (corpus / "prisma" / f"{name}.ddl.sql").read_text(encoding="utf-8")
    assert compare(schema, ddl, database) == []


@pytest.mark.parametrize("name", NAMES)
def test_the_corpus_equals_its_truth(name: str, corpus: Path) -> None:
    schema = (corpus / "prisma" / f"{name}.prisma").read_text(encoding="utf-8")
    truth = json.loads((corpus / "truth" / f"{name}.json").read_text(encoding="utf-8"))
    catalog, found = read_prisma([Source("schema.prisma", schema)])
    assert found == ()
    assert len(catalog.tables) == truth["counts"]["tables"]
    assert sum(len(table.columns) for table in catalog.tables.values()) == truth["counts"]["columns"]
    # The truth quotes a column where pg_get_indexdef does.
    assert {(i.table, i.name, i.method, i.unique, i.primary, tuple(key.text for key in i.keys)) for i in catalog.indexes()} == {
        (i["table"], i["name"], i["method"], i["unique"], i["primary"], tuple(key.strip('"') for key in i["keys"]))
        for i in truth["indexes"]
    }
    enforced = [(table, key) for table, key in catalog.foreign_keys() if key.enforced]
    assert {(table.name, key.name, key.columns, key.ref_table, key.ref_columns) for table, key in enforced} == {
        (k["table"], k["name"], tuple(k["columns"]), k["ref_table"], tuple(k["ref_columns"])) for k in truth["foreign_keys"]
    }


@pytest.mark.parametrize("name", NAMES)
def test_the_two_readers_agree(name: str, corpus: Path) -> None:
    """The schema read as Prisma, and the engine's DDL read as SQL, are one catalog."""
    mine, _ = read_prisma([Source("a", (corpus / "prisma" / f"{name}.prisma").read_text(encoding="utf-8"))])
    other = read_sql([Source("b", (corpus / "prisma" / f"{name}.ddl.sql").read_text(encoding="utf-8"))])[0]
    assert placeless(mine) == placeless(other)


def placeless(catalog: Catalog) -> list[Any]:
    """Tables and enums without where they stand, and without the relations that only Prisma knows."""
    bare = lambda values: [value._replace(at=None) for value in values]  # noqa: E731
    tables = [
        table._replace(
            at=None, columns=bare(table.columns), indexes=bare(table.indexes),
            foreign_keys=sorted(bare(key for key in table.foreign_keys if key.enforced)),
        )
        for table in catalog.tables.values()
    ]  # fmt: skip
    return [tables, bare(catalog.enums.values()), sorted(catalog.relations.items())]


@pytest.mark.parametrize("seed", SEEDS)
def test_a_generated_schema_is_what_the_engine_makes(seed: int, prisma_engine: PrismaEngine, database: Any) -> None:
    """Where the engine refuses a schema, the reader has a finding too."""
    schema = Schema(seed).text
    try:
        ddl = prisma_engine.ddl(schema)
    except PrismaError as refused:
        _, found = read_prisma([Source("schema.prisma", schema)])
        assert found, str(refused)
        return
    assert compare(schema, ddl, database) == []
