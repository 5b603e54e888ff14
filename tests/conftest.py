"""What every test may ask for: real servers, Prisma's engine, the corpus of schemas, golden files."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple, NoReturn

import pytest
from hypothesis import HealthCheck, settings

from broxspec.components import ComponentMissing, postgres, prisma_engine
from broxspec.components.postgres import Installation, Server
from broxspec.postgres import tables

ROOT = Path(__file__).resolve().parents[1]
UPDATE = "BROXSPEC_UPDATE"
# What one test has read must not answer for another; the tests of the cache name folders of their own.
os.environ["BROXSPEC_CACHE"] = "off"

# Wall-clock limits on examples fail on busy machines and say nothing about the code.
_CALM = {"deadline": None, "suppress_health_check": [HealthCheck.too_slow]}
settings.register_profile("fast", max_examples=50, **_CALM)
settings.register_profile("ci", max_examples=50, derandomize=True, **_CALM)
settings.register_profile("soak", max_examples=2000, **_CALM)
settings.load_profile("ci" if os.environ.get("CI") else "fast")


def missing(tool: str, reason: str) -> NoReturn:
    """Say that a test can't run for want of a tool: not run on a developer's machine, a failure where CI is set."""
    message = f"{tool}: {reason}"
    if os.environ.get("CI"):
        pytest.fail(f"{message} (in CI nothing may be missing)", pytrace=False)
    pytest.skip(message)


@pytest.fixture(scope="session", name="missing")
def _missing() -> Any:
    """The function `missing`, for tests that look for a tool of their own."""
    return missing


@pytest.fixture(scope="session")
def installation() -> Installation:
    """PostgreSQL 15, Broxiva's target; where that is not installed, the newest that is."""
    found = postgres.find(15) or next(reversed(postgres.installations()), None)
    if not found:
        missing("PostgreSQL", "no server is installed; `python3 .ci/install.py` installs one")
    if found.major != 15 and os.environ.get("CI"):
        missing("PostgreSQL 15", f"only {found} is here")
    return found


@pytest.fixture(scope="session", name="postgres")
def _postgres(installation: Installation) -> Iterator[Server]:
    """One running server for all tests of this worker. Make databases in it; change nothing that others would see."""
    with Server(installation) as running:
        yield running


@pytest.fixture(scope="session", params=tables.majors(), ids=str)
def major_server(request: pytest.FixtureRequest) -> Iterator[Server]:
    """One running server of each major that broxspec knows, one after another: a test that asks for it runs on all."""
    found = postgres.find(request.param)
    if not found:
        missing(f"PostgreSQL {request.param}", "not installed; `python3 .ci/install.py` installs it")
    with Server(found) as running:
        yield running


class Database(NamedTuple):
    """One test's own empty database."""

    name: str
    dsn: str
    server: Server

    def connect(self, **options: Any) -> Any:
        """A psycopg connection, in autocommit."""
        return self.server.connect(self.name, **options)

    def psql(self, sql: str | None = None, **options: Any) -> Any:
        """Run SQL through psql; see Server.psql."""
        return self.server.psql(self.name, sql, **options)


@pytest.fixture(scope="session")
def _database_names() -> Iterator[str]:
    return (f"test_{number}" for number in range(1, 1_000_000))


@pytest.fixture
def new_database(request: pytest.FixtureRequest, _database_names: Iterator[str]) -> Iterator[Any]:
    """A function that makes an empty database at each call; all are dropped after the test."""
    server: Server = request.getfixturevalue("postgres")
    made: list[str] = []

    def make(template: str = "template1") -> Database:
        name = next(_database_names)
        dsn = server.createdb(name, template)
        made.append(name)
        return Database(name, dsn, server)

    yield make
    for name in made:
        server.dropdb(name)


@pytest.fixture
def database(new_database: Any) -> Database:
    """An empty database of this test's own."""
    made: Database = new_database()
    return made


@pytest.fixture(scope="session")
def prisma_engine_process() -> Iterator[prisma_engine.PrismaEngine]:
    try:
        engine = prisma_engine.PrismaEngine()
    except ComponentMissing as reason:
        missing("Prisma's schema engine", str(reason))
    with engine:
        yield engine


@pytest.fixture(name="prisma_engine")
def _prisma_engine(prisma_engine_process: prisma_engine.PrismaEngine) -> prisma_engine.PrismaEngine:
    """Prisma's own schema engine, one process per worker."""
    return prisma_engine_process


def corpus_folder() -> Path:
    """Where the corpus of real schemas should be: BROXSPEC_CORPUS, else `../shared/corpus` beside the checkout."""
    return Path(os.environ.get("BROXSPEC_CORPUS") or ROOT.parent / "shared/corpus")


@pytest.fixture(scope="session")
def corpus() -> Path:
    """The corpus of real schemas with ground truth: `sql/`, `prisma/` and `truth/`."""
    folder = corpus_folder()
    if not (folder / "truth").is_dir():
        missing("corpus of schemas", "not found; set BROXSPEC_CORPUS to its folder")
    return folder


@pytest.fixture(scope="session")
def golden() -> Any:
    """`golden(path, text)`: the text must equal the file, whose path is relative to `tests/`.

    With BROXSPEC_UPDATE=1 the file is written instead; read the diff before you commit it.
    """

    def check(path: str | Path, text: str) -> None:
        __tracebackhide__ = True
        file = ROOT / "tests" / path
        if os.environ.get(UPDATE):
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(text, encoding="utf-8", newline="\n")
            return
        if not file.exists():
            pytest.fail(f"no golden file tests/{path}; make it with {UPDATE}=1", pytrace=False)
        wanted = file.read_text(encoding="utf-8")
        if wanted != text:
            from difflib import unified_diff

            lines = unified_diff(wanted.splitlines(), text.splitlines(), f"tests/{path}", "now", lineterm="")
            pytest.fail("\n".join([*lines, f"if this is right, write it with {UPDATE}=1"]), pytrace=False)

    return check


def pytest_terminal_summary(terminalreporter: Any) -> None:
    """List what was not run, and why, so that a green line is not taken for more than it is."""
    reasons: dict[str, int] = {}
    for report in terminalreporter.stats.get("skipped", []):
        reason = report.longrepr[2] if isinstance(report.longrepr, tuple) else str(report.longrepr)
        reason = reason.removeprefix("Skipped: ")
        reasons[reason] = reasons.get(reason, 0) + 1
    if reasons:
        terminalreporter.section("not run")
        for reason, count in sorted(reasons.items()):
            terminalreporter.line(f"{count} test{'s' if count > 1 else ''}: {reason}")
