"""The corpus of real schemas, read from SQL: equal to what PostgreSQL says of them."""

import json
from pathlib import Path
from typing import Any

import pytest
from conftest import corpus_folder

from broxspec.catalog.model import Catalog, Index, Table
from broxspec.catalog.sql import read_sql
from broxspec.source import Source
from broxspec.sql.normal import normal

ITEMS = sorted(path.stem for path in (corpus_folder() / "truth").glob("*.json")) or ["(no corpus)"]


@pytest.fixture
def item(request: pytest.FixtureRequest, corpus: Path) -> tuple[Catalog, dict[str, Any]]:
    name = request.param
    file = next(path for path in (corpus / f"sql/{name}.sql", corpus / f"prisma/{name}.ddl.sql") if path.exists())
    catalog, _ = read_sql([Source(file.name, file.read_text("utf-8"))])
    return catalog, json.loads((corpus / f"truth/{name}.json").read_text("utf-8"))


def index_facts(table: Table, index: Index) -> dict[str, Any]:
    ordered = [f"{key.order.upper()} NULLS {key.nulls.upper()}" for key in index.keys]
    return {
        "keys": [key.column if key.column is not None else key.expression.normal for key in index.keys],
        "include": list(index.include),
        "method": index.method,
        "unique": index.unique,
        "primary": index.primary,
        "predicate": index.predicate.normal if index.predicate else None,
        "opclasses": [key.opclass for key in index.keys] if any(key.opclass for key in index.keys) else None,
        "order": ordered if set(ordered) != {"ASC NULLS LAST"} else None,
    }


def true_facts(table: Table, wanted: dict[str, Any]) -> dict[str, Any]:
    types = {column.name: column.type for column in table.columns}

    def key(text: str) -> str:
        bare = text[1:-1].replace('""', '"') if text.startswith('"') else text
        return bare if bare in types else normal(text, types)

    return {
        "keys": [key(text) for text in wanted["keys"]],
        "include": wanted["include"],
        "method": wanted["method"],
        "unique": wanted["unique"],
        "primary": wanted["primary"],
        "predicate": normal(wanted["predicate"], types) if wanted["predicate"] else None,
        "opclasses": [name and name.removeprefix("pg_catalog.") for name in wanted["opclasses"]] if wanted["opclasses"] else None,
        "order": wanted["order"] if wanted["method"] == "btree" else None,
    }


@pytest.mark.parametrize("item", ITEMS, indirect=True)
def test_tables_and_columns(item: tuple[Catalog, dict[str, Any]]) -> None:
    catalog, truth = item
    tables = [table for table in catalog.tables.values() if table.kind != "matview"]
    assert sorted(f"{table.schema}.{table.name}" for table in tables) == sorted(truth["tables"]["list"])
    assert sum(len(table.columns) for table in tables) == truth["counts"]["columns"]
    assert sum(table.primary_key is None for table in tables) == truth["counts"]["tables_without_primary_key"]


@pytest.mark.parametrize("item", ITEMS, indirect=True)
def test_indexes(item: tuple[Catalog, dict[str, Any]]) -> None:
    catalog, truth = item
    ours = {(i.schema, i.table, i.name): index_facts(t, i) for t in catalog.tables.values() for i in t.indexes}
    tables = {(table.schema, table.name): table for table in catalog.tables.values()}
    theirs = {(i["schema"], i["table"], i["name"]): true_facts(tables[i["schema"], i["table"]], i) for i in truth["indexes"]}
    assert sorted(ours) == sorted(theirs)
    assert {name: ours[name] for name in ours if ours[name] != theirs[name]} == {name: theirs[name] for name in ours if ours[name] != theirs[name]}


@pytest.mark.parametrize("item", ITEMS, indirect=True)
def test_foreign_keys(item: tuple[Catalog, dict[str, Any]]) -> None:
    catalog, truth = item
    ours = sorted((t.schema, t.name, k.name, list(k.columns), k.ref_schema, k.ref_table, list(k.ref_columns)) for t, k in catalog.foreign_keys() if not k.inherited)
    fields = ("schema", "table", "name", "columns", "ref_schema", "ref_table", "ref_columns")
    assert ours == sorted(tuple(key[field] for field in fields) for key in truth["foreign_keys"])
