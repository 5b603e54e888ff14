"""Small projects that are compiled and verified through the command line."""

import hashlib
import io
import json
from pathlib import Path
from typing import NamedTuple

from conftest import ROOT

from broxspec.cli import run

SCHEMA = """\
CREATE TABLE customers (id int PRIMARY KEY, email text NOT NULL, name text);
CREATE TABLE orders (id int PRIMARY KEY, customer_id int NOT NULL REFERENCES customers, status text NOT NULL, total numeric, note text);
CREATE INDEX orders_status_idx ON orders (status);
CREATE INDEX orders_total_idx ON orders (total);
"""
PRISMA = """\
datasource db {
  provider = "postgresql"
  url      = env("DATABASE_URL")
}

model customers {
  id     Int      @id
  email  String
  name   String?
  orders orders[]
}

model orders {
  id          Int       @id
  customer_id Int
  status      String
  total       Decimal?
  note        String?
  customer    customers @relation(fields: [customer_id], references: [id])

  @@index([status])
  @@index([total])
}
"""
# One of each: created, unique, partial, changed, replaced.
INDEXES = """\
kind: indexes
table: orders
indexes:
  - columns: [customer_id, total desc]
    why: The orders of a customer, the largest first.
  - columns: [customer_id]
    unique: true
    where: status = 'open'
    label: open
    why: One open order each.
  - columns: [status, total]
    name: orders_status_idx
    adopt: true
    why: Orders of a state by their worth.
  - columns: [total, status]
    replaces: orders_total_idx
    why: Orders by their worth.
---
kind: indexes
table: customers
indexes:
  - columns: [lower(email)]
    why: Sign-in.
"""


class Ran(NamedTuple):
    code: int
    out: str
    err: str

    @property
    def verdict(self) -> str:
        return self.out.splitlines()[-1] if self.out else ""


class Project:
    """A project in a folder of its own, without git."""

    def __init__(self, folder: Path, runner: str = "psql", schema: str = SCHEMA, indexes: str = INDEXES, version: int = 15) -> None:
        self.folder = folder
        source = "schema.prisma" if schema.startswith("datasource") else "schema.sql"
        self.write(source, schema)
        self.write("broxspec.toml", "")
        self.write(
            "specs/database.yaml",
            f"kind: database\nname: shop\nserver_version: {version}\nschema: {source}\nrunner: {runner}\nmigrations: migrations\n",
        )
        self.write("specs/indexes.yaml", indexes)

    def write(self, path: str, text: str) -> None:
        file = self.folder / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8", newline="\n")

    def read(self, path: str) -> str:
        return (self.folder / path).read_text(encoding="utf-8")

    def broxspec(self, *arguments: str) -> Ran:
        out, err = io.StringIO(), io.StringIO()
        code = run(arguments, io.StringIO(), out, err, {}, self.folder)
        return Ran(code, out.getvalue(), err.getvalue())

    def compile(self, *options: str) -> "Project":
        ran = self.broxspec("compile", *options)
        assert ran.code == 0, ran.out + ran.err
        return self

    def verify(self, *options: str) -> Ran:
        return self.broxspec("verify", *options)

    def proofs(self, *options: str) -> dict[str, dict]:
        """The artifacts of `verify --format json`, by path."""
        return {artifact["path"]: artifact for artifact in json.loads(self.verify("--format", "json", *options).out)["artifacts"]}

    def forge(self, path: str, old: str, new: str) -> None:
        """Edit a released migration, and its hash in the lock, so that nothing but a trial can tell."""
        before = self.read(path)
        assert old in before
        self.write(path, before.replace(old, new))
        lock = "generated/shop.migrations.lock"
        recorded = self.read(lock)
        assert _hash(before) in recorded
        self.write(lock, recorded.replace(_hash(before), _hash(before.replace(old, new))))

    def template(self, name: str, old: str, new: str) -> None:
        """A template of the project's own: ours, with one change."""
        text = (ROOT / "templates" / name).read_text("utf-8")
        assert old in text
        self.write(f"templates/{name}", text.replace(old, new))


def _hash(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
