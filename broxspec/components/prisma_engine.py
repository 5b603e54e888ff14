"""Prisma's own schema engine, as WebAssembly under Node: the oracle for what Prisma makes of a schema.

Without a database it says which SQL a schema stands for (`ddl`), or what would change between two schemas (`diff`). With one it
says what the next `prisma migrate dev` would drop and create (`diff_database_to_schema`), and deploys and resolves
migrations as `prisma migrate` does on a driver adapter. How Prisma below 7.4 sends a migration is modelled in prisma_deploy.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import tempfile
import threading
from collections.abc import Mapping
from pathlib import Path
from typing import IO, Any

from broxspec.components import ComponentFailed, ComponentMissing, components_folder, shown

DEBIAN = (("nodejs", "node"), ("npm", "npm"))
# Tried together. The engine is newer than the adapter, which is the newest that there is; they share one interface.
NPM = (
    "@prisma/schema-engine-wasm@8.1.0-2.59be4fda12412a79eeb9c2ae727b6aa723593323",
    "@prisma/adapter-pg@7.10.1",
    "@prisma/driver-adapter-utils@7.10.1",
    "pg@8.23.1",
)
OLDEST_NODE = 18
ANSWER_SECONDS = 300.0

_DRIVER = Path(__file__).with_name("prisma_engine.mjs")
_DATASOURCE = re.compile(r"^\s*datasource\s+\w+\s*\{.*?^\s*\}", re.MULTILINE | re.DOTALL)
_CONNECTION = re.compile(r"^([ \t]*)(url|directUrl|shadowDatabaseUrl)\b(\s*=)", re.MULTILINE)
_PREVIEW_FEATURES = re.compile(r"(\bpreviewFeatures\s*=\s*\[)([^\]]*)(\])")
_EMPTY = "-- This is an empty migration."
_UNKNOWN_FEATURE = re.compile(r'preview feature "([^"]+)" is not known')

Schema = str | Mapping[str, str] | Path
"""One schema: its text, its files as name → text, or a `.prisma` file or a folder of them."""


class PrismaError(ComponentFailed):
    """The engine refused: an invalid schema, a migration that failed, a failed one in the way. `code` is Prisma's (`P3009`)
    or PostgreSQL's, where there is one."""

    def __init__(self, message: str, code: str | None) -> None:
        super().__init__(message)
        self.code = code


def find() -> Path | None:
    """The folder whose `node_modules` holds the engine, if Node is there too."""
    try:
        return require()
    except ComponentMissing:
        return None


def require() -> Path:
    """As find(), or ComponentMissing saying what is missing and how to get it."""
    node = shutil.which("node")
    if not node:
        raise ComponentMissing("Node is not installed; on Debian and Ubuntu: `apt install nodejs npm`")
    said = subprocess.run([node, "--version"], capture_output=True, text=True, check=False).stdout.strip()
    major = re.match(r"v(\d+)", said)
    if not major or int(major[1]) < OLDEST_NODE:
        raise ComponentMissing(f"Prisma's schema engine needs Node {OLDEST_NODE} or later; found `{said}`")
    folder = components_folder()
    for package in NPM:
        if not (folder / "node_modules" / package.rpartition("@")[0]).is_dir():
            raise ComponentMissing(f"Prisma's schema engine is not installed: `npm install --prefix {shown(folder)} {package}`")
    return folder


class PrismaEngine:
    """One running engine; every call is answered in order. Use as a context manager, or call close()."""

    def __init__(self) -> None:
        folder = require()
        self._said: IO[bytes] = tempfile.TemporaryFile()
        self._calls = 0
        self._process = subprocess.Popen(
            ["node", str(_DRIVER), str(folder)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._said,
            text=True,
            encoding="utf-8",
            env={**os.environ, "NODE_NO_WARNINGS": "1"},
        )

    def __enter__(self) -> PrismaEngine:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """End the process; harmless when it has ended already."""
        if self._process.poll() is None:
            try:
                self._process.communicate(timeout=10)  # closes stdin, at which the driver ends by itself
            except subprocess.TimeoutExpired:
                self._process.kill()
                self._process.wait()
        self._said.close()

    # Schemas

    def version(self) -> str:
        """The commit of prisma-engines that the engine was built from."""
        return str(self._ask("version"))

    def ddl(self, schema: Schema) -> str:
        """The SQL that makes the schema in an empty database."""
        return self._script("ddl", files=schema)

    def diff(self, old: Schema, new: Schema) -> str:
        """The SQL that leads from one schema to another; empty when there is no difference that Prisma knows of."""
        return self._script("diff", **{"from": old, "to": new})

    def diff_database_to_schema(self, dsn: str, schema: Schema) -> str:
        """The SQL of the next `prisma migrate dev`: what it would drop and create; empty when there is nothing."""
        return self._script("diffDatabase", dsn=_address(dsn), files=schema)

    # Migrations

    def deploy(self, dsn: str, folder: Path) -> tuple[str, ...]:
        """Apply what is not applied yet, as `prisma migrate deploy`; returns the names just applied."""
        return tuple(self._ask("deploy", dsn=_address(dsn), **_migrations(folder)))

    def mark_applied(self, dsn: str, folder: Path, name: str) -> None:
        """`prisma migrate resolve --applied`."""
        self._ask("markApplied", dsn=_address(dsn), name=name, **_migrations(folder))

    def mark_rolled_back(self, dsn: str, name: str) -> None:
        """`prisma migrate resolve --rolled-back`."""
        self._ask("markRolledBack", dsn=_address(dsn), name=name)

    def diagnose(self, dsn: str, folder: Path) -> dict[str, Any]:
        """What `prisma migrate status` knows: edited and failed migrations, and whether folder and database agree."""
        return dict(self._ask("diagnose", dsn=_address(dsn), **_migrations(folder)))

    # The wire

    def _script(self, command: str, **request: Any) -> str:
        """Ask about schemas; the answer is SQL. Asks again without the preview features that the engine no longer knows,
        because they have become the default since."""
        files = {name: _files(value) for name, value in request.items() if name in ("files", "from", "to")}
        forgotten: set[str] = set()
        while True:
            sent = {name: _as_current(value, forgotten) for name, value in files.items()}
            try:
                script = str(self._ask(command, **{**request, **sent}))
            except PrismaError as error:
                unknown = set(_UNKNOWN_FEATURE.findall(str(error)))
                if unknown <= forgotten:
                    raise
                forgotten |= unknown
            else:
                return "" if script.strip() == _EMPTY else script

    def _ask(self, command: str, **request: Any) -> Any:
        self._calls += 1
        process = self._process
        assert process.stdin and process.stdout
        watchdog = threading.Timer(ANSWER_SECONDS, process.kill)
        watchdog.daemon = True
        watchdog.start()
        try:
            process.stdin.write(json.dumps({"id": self._calls, "command": command, **request}) + "\n")
            process.stdin.flush()
            line = process.stdout.readline()
        except BrokenPipeError:
            line = ""
        finally:
            watchdog.cancel()
        if not line:
            process.wait()
            self._said.seek(0)
            said = self._said.read().decode("utf-8", "replace").strip()[-2000:]
            raise ComponentFailed(f"Prisma's schema engine died in `{command}`; it said:\n{said or '(nothing)'}")
        answer = json.loads(line)
        if "error" in answer:
            raise PrismaError(answer["error"]["message"], answer["error"]["code"])
        return answer["result"]


def _files(schema: Schema) -> dict[str, str]:
    if isinstance(schema, str):
        return {"schema.prisma": schema}
    if isinstance(schema, Path):
        found = sorted(schema.rglob("*.prisma")) if schema.is_dir() else [schema]
        return {str(path): path.read_text(encoding="utf-8") for path in found}
    return dict(schema)


def _as_current(files: dict[str, str], forgotten: set[str]) -> list[dict[str, str]]:
    """The files as this engine wants them: since Prisma 7 connection URLs are errors in a schema, so they become comments."""

    def without_urls(match: re.Match[str]) -> str:
        return _CONNECTION.sub(r"\1// \2\3", match[0])

    def without_forgotten(match: re.Match[str]) -> str:
        kept = [name for name in re.findall(r'"([^"]+)"', match[2]) if name not in forgotten]
        return match[1] + ", ".join(f'"{name}"' for name in kept) + match[3]

    return [
        {"path": path, "content": _PREVIEW_FEATURES.sub(without_forgotten, _DATASOURCE.sub(without_urls, text))}
        for path, text in files.items()
    ]


def _migrations(folder: Path) -> dict[str, Any]:
    lock = folder / "migration_lock.toml"
    return {
        "folder": str(folder.absolute()),
        "lock": lock.read_text(encoding="utf-8") if lock.exists() else None,
        "migrations": [
            {"name": file.parent.name, "content": file.read_text(encoding="utf-8")}
            for file in sorted(folder.glob("*/migration.sql"))
        ],
    }


def _address(dsn: str) -> dict[str, Any]:
    """Host (or socket folder), port, user and database of a libpq connection string or URL."""
    try:
        from psycopg.conninfo import conninfo_to_dict
    except ImportError:
        raise ComponentMissing("no PostgreSQL driver; install it with `pip install 'broxspec[server]'`") from None
    parts = conninfo_to_dict(dsn)
    return {
        "host": parts.get("host", "localhost"),
        "port": int(parts.get("port") or 5432),
        "user": parts.get("user"),
        "database": parts.get("dbname"),
    }
