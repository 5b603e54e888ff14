"""The corpus in a real server, each schema loaded once."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from conftest import Database


@pytest.fixture(scope="session")
def corpus_database(postgres, corpus: Path) -> Iterator[Callable[[str], Database]]:
    """`corpus_database(name)`: a database with a schema of the corpus. Tests only read it."""
    made: dict[str, Database] = {}

    def load(name: str) -> Database:
        if name not in made:
            ddl = next(path for path in (corpus / f"sql/{name}.sql", corpus / f"prisma/{name}.ddl.sql") if path.exists())
            dsn = postgres.createdb(f"corpus_{name}")
            # Extensions that are not installed leave errors behind, as they did when the truth was made.
            postgres.psql(f"corpus_{name}", file=ddl, options=("-v", "ON_ERROR_STOP=0"))
            made[name] = Database(f"corpus_{name}", dsn, postgres)
        return made[name]

    yield load
    for database in made.values():
        postgres.dropdb(database.name)
