"""The live server reader and the SQL reader make the same catalog of the same DDL."""

from pathlib import Path
from typing import Any

import pytest
from conftest import corpus_folder

from broxspec.catalog.model import Catalog
from broxspec.catalog.server import read_server
from broxspec.catalog.sql import read_sql
from broxspec.components.postgres import Installation
from broxspec.source import Source

FILES = sorted([*(corpus_folder() / "sql").glob("*.sql"), *(corpus_folder() / "prisma").glob("*.ddl.sql")])

# Texts are kept as they were written, and the server writes its own: these fields have no normal form.
# `only` can't be asked of a server, and what a file says of extensions and views needs those to be installed.
AS_WRITTEN = {"at", "sql", "default", "partition_key", "partition", "only", "skipped", "extensions", "extension_schemas", "functions", "schemas", "relations"}


def plain(value: Any) -> Any:
    """Values as nested dicts, named things by their name, without the fields that are kept as written."""
    if hasattr(value, "_fields"):
        return {field: plain(getattr(value, field)) for field in value._fields if field not in AS_WRITTEN}
    if isinstance(value, dict):
        return {str(name): plain(inner) for name, inner in value.items()}
    if isinstance(value, tuple) and value and hasattr(value[0], "name") and hasattr(value[0], "at"):
        return {inner.name: plain(inner) for inner in value}
    return [plain(inner) for inner in value] if isinstance(value, tuple) else value


def differences(path: str, one: Any, other: Any) -> list[str]:
    if isinstance(one, dict) and isinstance(other, dict):
        both = sorted(one.keys() | other.keys())
        return [line for name in both for line in differences(f"{path}.{name}", one.get(name), other.get(name))]
    return [] if one == other else [f"{path}: SQL {one!r}, server {other!r}"]


@pytest.mark.parametrize("file", FILES, ids=[file.name for file in FILES])
def test_of_the_corpus(file: Path, corpus_database: Any, installation: Installation) -> None:
    read, _ = read_sql([Source(file.name, file.read_text("utf-8"))], major=installation.major)
    live = read_server(corpus_database(file.name.split(".")[0]).dsn)
    assert differences("", plain(read), plain(live)) == []


def test_names_of_other_things_agree(new_database: Any) -> None:
    ddl = """
        CREATE SCHEMA a; CREATE TABLE a.t (id serial, n int GENERATED ALWAYS AS IDENTITY);
        CREATE VIEW a.v AS SELECT 1 AS one; CREATE SEQUENCE s; CREATE TYPE pair AS (x int, y int);
        CREATE FUNCTION f(int, text[]) RETURNS int IMMUTABLE LANGUAGE sql AS 'SELECT 1';
        CREATE COLLATION german (provider = libc, locale = 'C');
    """
    database = new_database()
    assert database.psql(ddl).returncode == 0
    live = read_server(database.dsn)
    read: Catalog = read_sql([Source("x.sql", ddl)], major=database.server.installation.major)[0]
    assert sorted(read.schemas) == sorted(live.schemas)
    assert read.relations == live.relations
    assert sorted(read.functions) == sorted(live.functions)
    assert read.collations == live.collations
