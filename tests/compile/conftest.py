"""A small project in a folder of its own, with git."""

import io
import os
import subprocess
from pathlib import Path

import pytest

from broxspec.cli import run

SQL = """\
CREATE TABLE users (id bigint PRIMARY KEY, email text NOT NULL, name text);
CREATE TABLE orders (
    id bigint PRIMARY KEY, user_id bigint NOT NULL REFERENCES users (id), status text NOT NULL, total numeric(10,2), created_at timestamptz NOT NULL
);
CREATE INDEX orders_user ON orders (user_id);
CREATE INDEX orders_old ON orders (total);
"""

PRISMA = """\
generator client {
  provider = "prisma-client-js"
}

datasource db {
  provider = "postgresql"
  url      = env("DATABASE_URL")
}

model User {
  id     BigInt  @id
  email  String
  name   String?
  orders Order[]

  @@map("users")
}

model Order {
  id        BigInt   @id
  userId    BigInt   @map("user_id")
  user      User     @relation(fields: [userId], references: [id])
  status    String
  total     Decimal? @db.Decimal(10, 2)
  createdAt DateTime @map("created_at") @db.Timestamptz(6)

  @@index([userId], map: "orders_user")
  @@index([total],   map: "orders_old") // by hand
  @@map("orders")
}
"""


class Project:
    def __init__(self, root: Path, source: str = "psql") -> None:
        self.root = root
        root.mkdir(parents=True, exist_ok=True)
        runner = "psql" if source == "psql" else "prisma 6.2.1"
        schema = "schema.sql" if source == "psql" else "schema.prisma"
        self.write("broxspec.toml", 'base = "main"\n[rules]\nIX101 = "off"\nIX214 = "off"\nIX216 = "off"\n')
        self.write(schema, SQL if source == "psql" else PRISMA)
        self.write("specs/database.yaml", f"kind: database\nname: shop\nserver_version: 15\nschema: {schema}\nrunner: {runner}\nmigrations: migrations\ntables:\n  orders: {{rows: 100000}}\n")
        self.schema = schema

    def write(self, path, text):
        file = self.root / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(text.encode())

    def read(self, path):
        return (self.root / path).read_bytes().decode()

    def specs(self, *items, table="orders"):
        lines = "".join(f"  - {item}\n" for item in items)
        text = f"kind: indexes\ntable: {table}\nindexes:\n{lines}" if items else "# nothing\n"
        self.write(f"specs/{table}.yaml", text)

    def run(self, *arguments, folder=None, stdin=""):
        out, err = io.StringIO(), io.StringIO()
        environ = {**os.environ, "NO_COLOR": "1", "BROXSPEC_TRACEBACK": "1"}
        code = run(arguments, io.StringIO(stdin), out, err, environ, folder or self.root)
        self.output = out.getvalue() + err.getvalue()
        return code

    def compile(self, *arguments):
        code = self.run("compile", *arguments)
        assert code == 0, self.output
        assert self.run("compile", "--check") == 0, self.output
        return self

    def plan(self, *arguments):
        """The operations as words."""
        import json

        out, err = io.StringIO(), io.StringIO()
        code = run(["plan", "--format", "json", *arguments], io.StringIO(), out, err, dict(os.environ), self.root)
        assert code == 0, out.getvalue() + err.getvalue()
        (database,) = json.loads(out.getvalue())["databases"]
        return [f"{one['action']} {one['index']}" for one in database["operations"]]

    def files(self, pattern="migrations/**/*.sql"):
        return sorted(path.relative_to(self.root).as_posix() for path in self.root.glob(pattern) if path.is_file())

    def ups(self):
        return [path for path in self.files() if "/down" not in path]

    def tree(self):
        return {
            path.relative_to(self.root).as_posix(): path.read_bytes()
            for path in sorted(self.root.rglob("*"))
            if path.is_file() and ".git" not in path.parts
        }

    def git(self, *arguments, check=True):
        command = ["git", "-c", "user.name=t", "-c", "user.email=t@example.org", "-c", "commit.gpgsign=false", *arguments]
        done = subprocess.run(command, cwd=self.root, capture_output=True, text=True, check=False)
        assert not check or done.returncode == 0, done.stderr + done.stdout
        return done

    def init(self):
        self.git("init", "-q", "-b", "main", ".")
        return self.commit()

    def commit(self):
        self.git("add", "-A")
        self.git("commit", "-q", "--allow-empty", "-m", "x")
        return self

    def branch(self, name="work"):
        self.git("switch", "-q", "-c", name)
        return self

    def merge(self, name="work"):
        """Merge a branch into main and stand on main."""
        self.commit()
        self.git("switch", "-q", "main")
        self.git("merge", "-q", "--no-edit", name)
        return self

    def released(self, *items):
        """Specs that were compiled on a branch and merged; a new branch begins."""
        self.branch("first")
        self.specs(*items)
        self.compile()
        self.merge("first")
        return self.branch()


@pytest.fixture
def shop(tmp_path):
    project = Project(tmp_path / "shop")
    project.specs()
    return project.init()


@pytest.fixture
def prisma_shop(tmp_path):
    project = Project(tmp_path / "shop", "prisma")
    project.specs()
    return project.init()


@pytest.fixture
def make_project(tmp_path):
    return lambda name="other", source="psql": Project(tmp_path / name, source)
