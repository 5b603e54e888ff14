"""A model of `migrate up`, `down` and `force` of golang-migrate 4 with its driver `postgres`. This is not golang-migrate, which no registry packages for us.

What is modelled, from its sources: which files are migrations and in which order they run; that only versions above the recorded one are looked at, so that a lower one
is never run; the table `schema_migrations` of one row, rewritten as dirty before a file is sent and as clean after it; that a file is sent whole, as one
simple query; the refusal to run anything over a dirty version; that a version without a file down is passed over. The lock is a waiting
`pg_advisory_lock`, with its limit of 15 seconds. What is left out: `x-multi-statement`, other tables than `schema_migrations`, `goto`, `drop`, and how the lock's
number is made.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from broxspec.components import ComponentFailed

if TYPE_CHECKING:
    import psycopg

NIL = -1  # the version of a database without migrations
LOCK = 1486364155  # the real one is computed from the names of database, schema and table
LOCK_SECONDS = 15
_FILE = re.compile(r"([0-9]+)_.*\.(up|down)\..*", re.DOTALL)
_TABLE = "CREATE TABLE IF NOT EXISTS schema_migrations (version bigint NOT NULL PRIMARY KEY, dirty boolean NOT NULL)"


class MigrateError(ComponentFailed):
    """golang-migrate ended with an error. `version` is the migration that it ran, None where it ran none."""

    def __init__(self, message: str, version: int | None = None) -> None:
        super().__init__(message)
        self.version = version


def up(connection: psycopg.Connection[Any], folder: Path) -> tuple[int, ...]:
    """Run every migration above the recorded version; returns those versions. The connection must be in autocommit."""
    with _locked(connection):
        current = _clean(connection)
        files = found(folder)
        _must_exist(current, files)
        done = []
        for version in sorted(files):
            if version > current:
                _run(connection, version, version, files[version].get("up"))
                done.append(version)
    return tuple(done)


def down(connection: psycopg.Connection[Any], folder: Path, count: int) -> tuple[int, ...]:
    """Take back the newest `count` migrations; returns their versions."""
    with _locked(connection):
        current = _clean(connection)
        files = found(folder)
        _must_exist(current, files)
        waiting = [version for version in sorted(files, reverse=True) if version <= current][:count]
        for version in waiting:
            before = max((other for other in files if other < version), default=NIL)
            _run(connection, version, before, files[version].get("down"))
    return tuple(waiting)


def force(connection: psycopg.Connection[Any], version: int) -> None:
    """Record a version as clean, whatever has been done."""
    if version < NIL:
        raise MigrateError("argument V must be >= -1")
    with _locked(connection):
        _record(connection, version, dirty=False)


def version(connection: psycopg.Connection[Any]) -> tuple[int, bool]:
    """The recorded version, and whether it is dirty."""
    row = connection.execute("SELECT version, dirty FROM schema_migrations LIMIT 1").fetchone()
    return (row[0], row[1]) if row else (NIL, False)


def found(folder: Path) -> Mapping[int, Mapping[str, Path]]:
    """The files of a folder by version and direction; others are passed over. MigrateError where two have the same."""
    files: dict[int, dict[str, Path]] = {}
    for path in sorted(folder.iterdir()):
        match = _FILE.fullmatch(path.name)
        if match and path.is_file():
            if match[2] in files.setdefault(int(match[1]), {}):
                raise MigrateError(f"duplicate migration file: {path.name}")
            files[int(match[1])][match[2]] = path
    return files


def _must_exist(current: int, files: Mapping[int, object]) -> None:
    if current != NIL and current not in files:
        raise MigrateError(f"no migration found for version {current}")


def _run(connection: psycopg.Connection[Any], version: int, target: int, path: Path | None) -> None:
    import psycopg

    _record(connection, target, dirty=True)
    try:
        if path is not None and (script := path.read_bytes()).strip():
            # Without parameters psycopg sends the text as it is, in one simple query.
            connection.execute(script, prepare=False)
    except psycopg.Error as error:
        raise MigrateError(f"migration failed: {' '.join(str(error).split())}", version) from error
    _record(connection, target, dirty=False)


def _clean(connection: psycopg.Connection[Any]) -> int:
    """The recorded version; MigrateError where it is dirty."""
    current, dirty = version(connection)
    if dirty:
        raise MigrateError(f"Dirty database version {current}. Fix and force version.")
    return current


def _record(connection: psycopg.Connection[Any], version: int, *, dirty: bool) -> None:
    with connection.transaction():
        connection.execute("TRUNCATE schema_migrations")
        if version >= 0 or dirty:
            connection.execute("INSERT INTO schema_migrations (version, dirty) VALUES (%s, %s)", [version, dirty])


@contextmanager
def _locked(connection: psycopg.Connection[Any]) -> Iterator[None]:
    """The lock of a run, taken anew after the table is there, as the real one does."""
    import psycopg

    try:
        connection.execute(f"SET lock_timeout = '{LOCK_SECONDS}s'".encode())
        connection.execute("SELECT pg_advisory_lock(%s)", [LOCK])
        connection.execute("SET lock_timeout = 0")
    except psycopg.errors.LockNotAvailable as error:
        raise MigrateError("timeout: can't acquire database lock") from error
    try:
        connection.execute(_TABLE.encode())
        yield
    finally:
        if not connection.closed:
            connection.execute("SELECT pg_advisory_unlock(%s)", [LOCK])
