"""SQL read without a server, against PostgreSQL: the same statements make the same catalog, and the same ones are refused."""

import re
from pathlib import Path
from typing import Any

import pytest
from catalog.catalog_differences import differences
from conftest import Database, corpus_folder
from hypothesis import given, settings
from hypothesis import strategies as st
from catalog.sql_histories import History
from catalog.sql_oracle import disagreements, load

from broxspec.catalog.ddl import ddl
from broxspec.catalog.sql import read_sql
from broxspec.components.postgres import Installation
from broxspec.source import Source

SCENARIOS = sorted((Path(__file__).parent / "scenarios").glob("*.sql"))
CORPUS = sorted([*(corpus_folder() / "sql").glob("*.sql"), *(corpus_folder() / "prisma").glob("*.sql")])
# What needs the types of expressions, or the contents of partition bounds: not the reader's business.
_UNJUDGED = re.compile(
    "only the server refuses .*(invalid input|operator does not|function .* does not|cannot be impl|incompatible|must be type|malformed"
    "|cannot be cast|cannot be matched|argument of|would overlap|value for domain)"
)


@pytest.mark.parametrize("file", SCENARIOS, ids=lambda file: file.stem)
def test_scenarios_agree_with_the_server(file: Path, database: Database) -> None:
    assert disagreements(database, file.read_text("utf-8")) == []


@pytest.mark.parametrize("file", CORPUS, ids=lambda file: file.stem)
def test_corpus_agrees_with_the_server(file: Path, database: Database) -> None:
    sql = file.read_text("utf-8")
    ours, _ = read_sql([Source(file.name, sql)], major=database.server.installation.major)
    found = differences(ours, load(database, sql).catalog)
    # A view on an extension's table exists only where the extension is installed.
    assert [line for line in found if file.stem != "supabase" or not line.startswith("relation vault.")] == []


@pytest.fixture(scope="module")
def fresh(postgres: Any) -> Any:
    """A function that empties one database and gives it back."""

    def make() -> Database:
        postgres.dropdb("test_histories")
        return Database("test_histories", postgres.createdb("test_histories"), postgres)

    postgres.createdb("test_histories")
    yield make
    postgres.dropdb("test_histories")


@settings(max_examples=max(12, settings().max_examples // 4))
@given(st.integers(0, 1_000_000), st.integers(10, 70))
def test_random_histories_agree_with_the_server(fresh: Any, seed: int, length: int) -> None:
    sql = History(seed).write(length)
    found = disagreements(fresh(), sql)
    assert found == [] or any(_UNJUDGED.search(line) for line in found), sql


# What a catalog does not hold: composite types, the bodies of functions, operator classes, foreign servers.
_LOST = re.compile("relation |table public.(comps|ft) |table public.(users|refs) index (users_imm_idx|refs_a_idx) ")


@pytest.mark.parametrize("file", [*CORPUS, *SCENARIOS], ids=lambda file: file.stem)
def test_ddl_makes_the_same_database_again(file: Path, new_database: Any, installation: Installation) -> None:
    sql = file.read_text("utf-8")
    theirs = load(new_database(), sql).catalog
    ours, _ = read_sql([Source(file.name, sql)], major=installation.major)
    for catalog in (ours, theirs):
        again = load(new_database(), ddl(catalog)).catalog
        assert [line for line in differences(again, theirs) if not _LOST.match(line)] == []
