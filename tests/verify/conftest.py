"""Projects to verify."""

import shutil
from pathlib import Path

import pytest
from conftest import ROOT
from verify_projects import PRISMA, Project

from broxspec.components import prisma_engine


@pytest.fixture
def running(postgres, monkeypatch):
    """`verify` rehearses on this worker's server, which is already there, and not on one of its own."""
    monkeypatch.setattr("broxspec.rehearsal.bench.Bench.server", lambda bench, target: postgres)
    yield postgres
    with postgres.connect() as connection:
        rows = connection.execute("SELECT datname FROM pg_database WHERE datname ~ '^rehearsal_'").fetchall()
    for (name,) in rows:
        postgres.dropdb(name)


@pytest.fixture
def node(missing) -> None:
    if not prisma_engine.find():
        missing("Prisma's schema engine", "not installed; run `python3 .ci/install.py`")


@pytest.fixture
def fresh(tmp_path: Path, installation) -> Project:
    """A project for psql; `verify` starts a server of its own."""
    return Project(tmp_path)


@pytest.fixture
def project(tmp_path: Path, running) -> Project:
    return Project(tmp_path)


@pytest.fixture
def prisma_project(tmp_path: Path, running) -> Project:
    return Project(tmp_path, "prisma 6.2.1", PRISMA)


@pytest.fixture
def broxiva(tmp_path: Path, installation):
    """A function that makes a copy of the repository's own project that has never been compiled, for a runner."""

    def copy(runner: str) -> Project:
        made = Project(tmp_path)
        shutil.rmtree(tmp_path / "specs")
        (tmp_path / "schema.sql").unlink()
        shutil.copytree(ROOT / "specs", tmp_path / "specs", ignore=shutil.ignore_patterns("migrations"))
        shutil.copy(ROOT / "broxspec.toml", tmp_path / "broxspec.toml")
        spec = made.read("specs/database/broxiva.yaml")
        made.write("specs/database/broxiva.yaml", spec.replace("runner: prisma 6.2.1", f"runner: {runner}"))
        schema = made.read("specs/prisma/schema.prisma").splitlines(keepends=True)
        made.write("specs/prisma/schema.prisma", "".join(line for line in schema if not line.rstrip().endswith("// broxspec")))
        return made

    return copy
