"""A model of `prisma migrate deploy` and `prisma migrate resolve` below Prisma 7.4.

This is not Prisma: that engine is a native program that is not packaged for us. It matters because it sends each migration file to
the server whole, as ONE simple query. PostgreSQL runs several statements in one such query as one transaction, so
`CREATE INDEX CONCURRENTLY` works only where it is alone in its file. From 7.4 on, and in prisma_engine, files are split.

What is modelled, and compared with the real engine of prisma_engine by tests/components/test_prisma_deploy.py: the table
`_prisma_migrations` and its rows (checksum, steps, started, finished, rolled back), the order of migrations, which count as applied,
the refusal to go on over a failed one (P3009) or to begin in a database with tables (P3005), and the answers to
`resolve --rolled-back` (P3011, P3012). Only the sending of the file differs from that engine, by intent.
"""

from __future__ import annotations

import hashlib
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from broxspec.components.prisma_engine import PrismaError

if TYPE_CHECKING:
    import psycopg

LOCK = 72707369  # the advisory lock that Prisma takes
LOCK_SECONDS = 10.0

_TABLE = """
CREATE TABLE _prisma_migrations (
    id                  VARCHAR(36) PRIMARY KEY NOT NULL,
    checksum            VARCHAR(64) NOT NULL,
    finished_at         TIMESTAMPTZ,
    migration_name      VARCHAR(255) NOT NULL,
    logs                TEXT,
    rolled_back_at      TIMESTAMPTZ,
    started_at          TIMESTAMPTZ NOT NULL DEFAULT now(),
    applied_steps_count INTEGER NOT NULL DEFAULT 0
)
"""


def deploy(connection: psycopg.Connection[Any], folder: Path) -> tuple[str, ...]:
    """Apply what the folder has and the database has not, in the order of names; returns the names just applied.

    The connection must be in autocommit. Raises PrismaError: P3018 when a migration fails (the database's own error is its
    cause), P3009 when one has failed before, P3005 when the database holds tables but no history, P1002 when another deploy
    holds the lock.
    """
    if not connection.autocommit:
        raise ValueError("Prisma begins no transaction of its own; the connection must be in autocommit")
    with _lock(connection):
        _ensure_table(connection)
        _refuse_failed(connection)
        done = _applied(connection)
        waiting = [file for file in sorted(folder.glob("*/migration.sql")) if file.parent.name not in done]
        for file in waiting:
            _apply(connection, file)
    return tuple(file.parent.name for file in waiting)


def resolve_applied(connection: psycopg.Connection[Any], folder: Path, name: str) -> None:
    """`prisma migrate resolve --applied NAME`: the database has what the migration makes, which is not run.

    Raises PrismaError: P3017 when the folder has no such migration, P3008 when it is recorded as applied already.
    """
    file = folder / name / "migration.sql"
    if not file.is_file():
        raise PrismaError(f"the migration `{name}` could not be found", "P3017")
    with _lock(connection):
        done = "SELECT count(*) FROM _prisma_migrations WHERE migration_name = %s AND finished_at IS NOT NULL AND rolled_back_at IS NULL"
        if _answer(connection, done, name):
            raise PrismaError(f"the migration `{name}` is already recorded as applied in the database", "P3008")
        connection.execute(
            "UPDATE _prisma_migrations SET rolled_back_at = now() WHERE migration_name = %s AND rolled_back_at IS NULL", [name]
        )
        connection.execute(
            "INSERT INTO _prisma_migrations (id, checksum, migration_name, finished_at) VALUES (%s, %s, %s, now())",
            [str(uuid.uuid4()), hashlib.sha256(file.read_bytes()).hexdigest(), name],
        )


def resolve_rolled_back(connection: psycopg.Connection[Any], name: str) -> None:
    """`prisma migrate resolve --rolled-back NAME`: the failed migration may be tried again.

    Raises PrismaError: P3011 when it never ran, P3012 when it has succeeded. Doing it twice does no harm.
    """
    with _lock(connection):
        rows = connection.execute(
            "SELECT finished_at IS NULL FROM _prisma_migrations WHERE migration_name = %s", [name]
        ).fetchall()
        if not rows:
            raise PrismaError(f"migration `{name}` can't be rolled back: it was never applied to the database", "P3011")
        if not any(unfinished for (unfinished,) in rows):
            raise PrismaError(f"migration `{name}` can't be rolled back: it is not in a failed state", "P3012")
        connection.execute(
            "UPDATE _prisma_migrations SET rolled_back_at = now() "
            "WHERE migration_name = %s AND finished_at IS NULL AND rolled_back_at IS NULL",
            [name],
        )


def _apply(connection: psycopg.Connection[Any], file: Path) -> None:
    import psycopg

    script = file.read_bytes()
    row = str(uuid.uuid4())
    connection.execute(
        "INSERT INTO _prisma_migrations (id, checksum, migration_name) VALUES (%s, %s, %s)",
        [row, hashlib.sha256(script).hexdigest(), file.parent.name],
    )
    try:
        # Without parameters psycopg sends the text as it is, in one simple query.
        connection.execute(script, prepare=False)
    except psycopg.Error as error:
        if not connection.closed:  # where the session died nobody is left to write down why
            connection.execute("UPDATE _prisma_migrations SET logs = %s WHERE id = %s", [str(error), row])
        message = f"migration `{file.parent.name}` failed to apply; no other is applied before this is resolved: {error}"
        raise PrismaError(message, "P3018") from error
    connection.execute(
        "UPDATE _prisma_migrations SET applied_steps_count = applied_steps_count + 1, finished_at = now() WHERE id = %s", [row]
    )


def _ensure_table(connection: psycopg.Connection[Any]) -> None:
    tables = {
        name
        for (name,) in connection.execute(
            "SELECT relname FROM pg_class WHERE relnamespace = current_schema()::regnamespace AND relkind IN ('r', 'p')"
        )
    }
    if "_prisma_migrations" in tables:
        return
    if tables:
        raise PrismaError("the database schema is not empty, and it has no migration history", "P3005")
    connection.execute(_TABLE)


def _refuse_failed(connection: psycopg.Connection[Any]) -> None:
    failed = [
        name
        for (name,) in connection.execute(
            "SELECT migration_name FROM _prisma_migrations "
            "WHERE finished_at IS NULL AND rolled_back_at IS NULL ORDER BY started_at"
        )
    ]
    if failed:
        names = ", ".join(f"`{name}`" for name in failed)
        raise PrismaError(f"failed migrations in the target database, no new ones are applied: {names}", "P3009")


def _applied(connection: psycopg.Connection[Any]) -> set[str]:
    rows = connection.execute("SELECT migration_name FROM _prisma_migrations WHERE rolled_back_at IS NULL")
    return {name for (name,) in rows}


@contextmanager
def _lock(connection: psycopg.Connection[Any]) -> Iterator[None]:
    deadline = time.monotonic() + LOCK_SECONDS
    while not _answer(connection, "SELECT pg_try_advisory_lock(%s)", LOCK):
        if time.monotonic() > deadline:
            raise PrismaError("timed out waiting for the lock of another deploy", "P1002")
        time.sleep(0.05)
    try:
        yield
    finally:
        if not connection.closed:
            connection.execute("SELECT pg_advisory_unlock(%s)", [LOCK])


def _answer(connection: psycopg.Connection[Any], query: str, *parameters: object) -> Any:
    row = connection.execute(query.encode(), parameters).fetchone()
    return row[0] if row else None
