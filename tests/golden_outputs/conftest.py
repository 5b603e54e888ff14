"""A small shop as a project in a folder of its own, and a session at its terminal."""

import io
import os
import re
import shlex
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from broxspec.cli import run
from broxspec.components.postgres import Server

FILES = {
    "broxspec.toml": 'specs = ["specs"]\n',
    "schema.sql": """\
CREATE TYPE order_status AS ENUM ('PENDING', 'PAID', 'SHIPPED', 'CANCELLED');

CREATE TABLE users (
    id bigint PRIMARY KEY,
    email text NOT NULL,
    created_at timestamptz NOT NULL
);

CREATE TABLE orders (
    id bigint PRIMARY KEY,
    user_id bigint NOT NULL,
    status order_status NOT NULL,
    total numeric(12, 2) NOT NULL,
    created_at timestamptz NOT NULL,
    CONSTRAINT orders_user_fk FOREIGN KEY (user_id) REFERENCES users
);

CREATE INDEX orders_user_idx ON orders (user_id);
CREATE INDEX orders_status_idx ON orders (status, created_at);
CREATE INDEX orders_total_idx ON orders (total);
""",
    "specs/database/shop.yaml": """\
kind: database
name: shop
server_version: 15
schema: schema.sql
runner: psql
migrations: migrations
tables:
  orders: {rows: 1500000}
  users: {rows: 80000}
""",
    "specs/indexes/orders.yaml": """\
kind: indexes
table: orders
indexes:
  - columns: [created_at desc]
    where: status = 'PENDING'
    label: pending
    why: the queue of orders to work on
""",
}
# Nobody's configuration, nobody's clock.
_GIT = {
    **{f"GIT_{who}_{what}": value for who in ("AUTHOR", "COMMITTER") for what, value in (("NAME", "a"), ("EMAIL", "a@b"))},
    "GIT_CONFIG_GLOBAL": os.devnull,
    "GIT_CONFIG_NOSYSTEM": "1",
}


class Shop:
    """The project, and what its terminal shows: every command line with its output and, where it is not 0, its exit code."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.shown: list[str] = []
        for path, text in FILES.items():
            self.write(path, text)

    def write(self, path: str, text: str) -> None:
        (self.folder / path).parent.mkdir(parents=True, exist_ok=True)
        (self.folder / path).write_text(text, encoding="utf-8", newline="\n")

    def edit(self, path: str, old: str, new: str) -> None:
        text = (self.folder / path).read_text("utf-8")
        assert old in text, f"{path} has no {old!r}"
        self.write(path, text.replace(old, new, 1))

    def indexes(self, *entries: str) -> None:
        """The indexes of `orders` that the spec asks for instead."""
        self.write("specs/indexes/orders.yaml", "kind: indexes\ntable: orders\nindexes:\n" + "".join(f"  - {entry}\n" for entry in entries))

    def git(self, *arguments: str) -> None:
        subprocess.run(["git", *arguments], cwd=self.folder, env=os.environ | _GIT, check=True, capture_output=True)

    def commit(self) -> None:
        """All that is there, on the base branch."""
        if not (self.folder / ".git").exists():
            self.git("init", "-b", "main")
        self.git("add", "-A")
        self.git("commit", "-m", "as it was")

    def branch(self) -> None:
        self.commit()
        self.git("checkout", "-b", "change")

    def quietly(self, line: str) -> None:
        """Run a command that must succeed, and show nothing."""
        code, text = self._run(line)
        assert code == 0, text

    def type(self, line: str) -> int:
        code, text = self._run(line)
        self.shown.append(f"$ broxspec {line}\n{text}" + (f"[exit {code}]\n" if code else ""))
        return code

    def screen(self) -> str:
        text = "\n".join(self.shown)
        text = text.replace(str(self.folder), "/srv/shop")
        text = re.sub(r"\b[0-9a-f]{12}\b", "0123456789ab", text)  # a commit
        return re.sub(r"PostgreSQL (\d+)\.\d+ \([^)]*\)(, psql \d+\.\d+)?", r"PostgreSQL \1.N", text)

    def _run(self, line: str) -> tuple[int, str]:
        out = io.StringIO()
        code = run(shlex.split(line), io.StringIO(), out, out, {"COLUMNS": "100"}, self.folder)
        return code, out.getvalue()


@pytest.fixture
def shop(tmp_path: Path) -> Shop:
    return Shop(tmp_path)


@pytest.fixture
def running(postgres: Server, monkeypatch: pytest.MonkeyPatch) -> Iterator[Server]:
    """`verify` rehearses on this worker's server, which is there already."""
    monkeypatch.setattr("broxspec.rehearsal.bench.Bench.server", lambda bench, target: postgres)
    yield postgres
    with postgres.connect() as connection:
        rows = connection.execute("SELECT datname FROM pg_database WHERE datname ~ '^rehearsal_'").fetchall()
    for (name,) in rows:
        postgres.dropdb(name)


@pytest.fixture
def no_engine(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """A machine without Prisma's engine."""
    monkeypatch.setenv("BROXSPEC_COMPONENTS", str(tmp_path / "nowhere"))
