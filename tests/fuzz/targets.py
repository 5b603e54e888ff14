"""What is fed to which command. Whatever it is, the command ends with a code that says what it found; 3 is our own failure."""

import io
import json
import os
import random
import re
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple
from xml.etree import ElementTree

from fuzz.mutate import mutated

ROOT = Path(__file__).resolve().parents[2]
SCHEMA = """\
CREATE TYPE mood AS ENUM ('sad', 'ok');
CREATE TABLE customers (id int PRIMARY KEY, email text NOT NULL, "userId" int, m mood, tags text[], doc jsonb);
CREATE TABLE orders (id int PRIMARY KEY, customer_id int NOT NULL REFERENCES customers, status text NOT NULL, total numeric);
CREATE TABLE events (id int, at timestamptz) PARTITION BY RANGE (at);
CREATE TABLE events_1 PARTITION OF events FOR VALUES FROM ('2026-01-01') TO ('2026-02-01');
CREATE INDEX orders_status_idx ON orders (status);
"""
DATABASE = "kind: database\nname: shop\nserver_version: 15\nschema: schema.sql\nrunner: {runner}\nmigrations: migrations\nenvironments: [staging, production]\n"
RUNNERS = ("psql", "prisma 6.2.1", "dbmate", "goose", "flyway", "golang-migrate", "alembic", "django")
FORMATS = ("text", "json", "sarif", "gitlab", "junit", "github", "markdown")


class Broken(Exception):
    """A run that did what none may do."""


class Target(NamedTuple):
    """`seeds` are the texts to begin with; `run` is given a folder and a text."""

    name: str
    seeds: tuple[str, ...]
    run: Callable[[Path, str, random.Random], None]


def command(folder: Path, *arguments: str) -> tuple[int, str]:
    from broxspec.cli import run

    out, err = io.StringIO(), io.StringIO()
    code = run(arguments, io.StringIO(), out, err, {"BROXSPEC_TRACEBACK": "1", "COLUMNS": "100"}, folder)
    if code not in (0, 1, 2):
        raise Broken(f"`broxspec {' '.join(arguments)}` ends with {code}\n{err.getvalue()[-4000:]}")
    if "Traceback" in err.getvalue():
        raise Broken(err.getvalue()[-4000:])
    return code, out.getvalue()


def write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(text.encode("utf-8", "replace"))


def project(folder: Path, rng: random.Random) -> None:
    shutil.rmtree(folder, ignore_errors=True)
    write(folder / "broxspec.toml", "")
    write(folder / "schema.sql", SCHEMA)
    write(folder / "specs/database.yaml", DATABASE.format(runner=rng.choice(RUNNERS)))


def read_back(format: str, out: str) -> None:
    """What machines read must be readable whatever it speaks of."""
    if format in ("json", "sarif", "gitlab"):
        json.loads(out)
    elif format == "junit":
        ElementTree.fromstring(out)


def lint(folder: Path, rng: random.Random) -> None:
    format = rng.choice(FORMATS)
    code, out = command(folder, "lint", "--format", format)
    if code != 2:
        read_back(format, out)


def specs(folder: Path, text: str, rng: random.Random) -> None:
    project(folder, rng)
    write(folder / "specs/fuzz.yaml", text)
    lint(folder, rng)
    way = rng.randrange(4)
    if way == 0:
        code, _ = command(folder, "compile")
        if code == 0:
            command(folder, "compile", "--check")
            command(folder, "plan")
    elif way == 1:
        command(folder, "lint", "--diff")
    elif way == 2:
        command(folder, "baseline")
        lint(folder, rng)


def settings(folder: Path, text: str, rng: random.Random) -> None:
    project(folder, rng)
    write(folder / "broxspec.toml", text)
    lint(folder, rng)


def history(folder: Path, text: str, rng: random.Random) -> None:
    project(folder, rng)
    write(folder / "generated/shop.migrations.lock", text)
    lint(folder, rng)
    command(folder, "compile")


def sql(folder: Path, text: str, rng: random.Random) -> None:
    shutil.rmtree(folder, ignore_errors=True)
    names = ("schema.sql", "0001_a.sql", "V1__a.sql", "20260101000000_a/migration.sql")
    name = rng.choice(names)
    write(folder / "m" / name, text)
    if rng.random() < 0.5:
        write(folder / "before.sql", SCHEMA)
    format = rng.choice(FORMATS)
    schema = ["before.sql"] if (folder / "before.sql").exists() else []
    code, out = command(folder, "audit", *schema, "m" if name != "schema.sql" else "m/schema.sql", "--format", format)
    if code != 2:
        read_back(format, out)
        if rng.random() < 0.2:
            command(folder, "import", *schema, "m" if name != "schema.sql" else "m/schema.sql")


def prisma(folder: Path, text: str, rng: random.Random) -> None:
    shutil.rmtree(folder, ignore_errors=True)
    write(folder / "schema.prisma", text)
    code, _ = command(folder, "audit", "schema.prisma")
    if code != 2 and rng.random() < 0.2:
        command(folder, "import", "schema.prisma")


def python(folder: Path, text: str, rng: random.Random) -> None:
    """Migrations in Python that others have written: read, never run."""
    project(folder, rng)
    runner = rng.choice(("alembic", "django"))
    write(folder / "specs/database.yaml", DATABASE.format(runner=runner))
    write(folder / "specs/fuzz.yaml", "kind: indexes\ntable: orders\nindexes: [[customer_id]]\n")
    write(folder / "migrations/0001_x.py", text)
    command(folder, "compile")


_FENCE = re.compile(r"```(\w+)[^\n]*\n(.*?)```", re.DOTALL)


def targets() -> Iterator[Target]:
    """All of them, with seeds from the project's own specs, documents and tests, and from the corpus where that is."""
    fenced = [(match[1], match[2]) for path in sorted((ROOT / "docs").rglob("*.md")) for match in _FENCE.finditer(path.read_text("utf-8"))]
    rules = [match for path in sorted((ROOT / "broxspec").rglob("rules/*.py")) for match in _FENCE.finditer(path.read_text("utf-8"))]
    fenced += [(match[1], match[2].replace("\n    ", "\n")) for match in rules]
    corpus = Path(os.environ.get("BROXSPEC_CORPUS") or ROOT.parent / "shared/corpus")
    of = {kind: tuple(dict.fromkeys(text for language, text in fenced if language == kind)) for kind in ("yaml", "sql", "prisma", "toml", "python")}
    yaml = tuple(_pieces(path.read_text("utf-8") for path in sorted((ROOT / "specs").rglob("*.yaml"))))
    dumps = tuple(_pieces(path.read_text("utf-8") for path in sorted(corpus.glob("*/*.sql"))))
    models = tuple(_pieces(path.read_text("utf-8") for path in sorted([*corpus.glob("*/*.prisma"), *(ROOT / "specs").rglob("*.prisma")])))
    scenarios = tuple(path.read_text("utf-8") for path in sorted((ROOT / "tests/catalog/scenarios").glob("*.sql")))
    own = tuple(_pieces(path.read_text("utf-8") for path in sorted((ROOT / "tests").rglob("golden/*.sql"))))
    locks = tuple(_pieces(path.read_text("utf-8") for path in sorted((ROOT / "tests").rglob("golden/*.lock"))))
    made = tuple(path.read_text("utf-8") for path in sorted((ROOT / "tests").rglob("golden/*.py")))
    yield Target("specs", of["yaml"] + yaml, specs)
    yield Target("settings", of["toml"] + ((ROOT / "broxspec.toml").read_text("utf-8"),), settings)
    yield Target("history", locks or ("history 1\n",), history)
    yield Target("sql", of["sql"] + scenarios + dumps + own + (SCHEMA,), sql)
    yield Target("prisma", of["prisma"] + models, prisma)
    yield Target("python", made + of["python"] + ("revision = 'a'\ndown_revision = None\n",), python)


def _pieces(texts: Iterator[str], size: int = 6000) -> Iterator[str]:
    """Long texts in pieces, so that one example takes milliseconds."""
    for text in texts:
        for at in range(0, len(text), size):
            yield text[at : at + size]


def example(target: Target, seed: int) -> tuple[random.Random, str]:
    rng = random.Random(f"{target.name} {seed}")
    return rng, mutated(rng, target.seeds)
