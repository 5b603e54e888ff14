"""The real Alembic, on a project of our making: the given version files, and for every revision that they follow and do not have, an
empty one that stands for it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from broxspec.components import _python_program as program
from broxspec.quoting import python

PYPI = ("alembic", "psycopg")

_ENV = f'''"""As `alembic init` makes it, but for errors, which are one line."""
import os, sys

import psycopg
from alembic import context
from sqlalchemy import create_engine, pool
from sqlalchemy.exc import DBAPIError
{program.SAY}

if context.is_offline_mode():
    context.configure(dialect_name="postgresql", literal_binds=True)
    with context.begin_transaction():
        context.run_migrations()
else:
    engine = create_engine("postgresql+psycopg://", creator=lambda: psycopg.connect(os.environ["DSN"]), poolclass=pool.NullPool)
    try:
        with engine.connect() as connection:
            context.configure(connection=connection)
            with context.begin_transaction():
                context.run_migrations()
    except DBAPIError as error:
        sys.exit(say(error.orig))
'''


class Alembic:
    """`files` are texts by file name, `chain` their revisions with what each follows, in order. ComponentMissing where Alembic is not
    installed."""

    def __init__(self, folder: Path, files: Mapping[str, str], chain: Sequence[tuple[str, Sequence[str]]]) -> None:
        versions = [f"{name} {program.version(name, 'alembic psycopg[binary]')}" for name in ("alembic", "SQLAlchemy", "psycopg")]
        self.label = ", ".join(versions)
        self._folder = folder
        self._write("env.py", _ENV)
        self._write("alembic.ini", "[alembic]\nscript_location = %(here)s\npath_separator = os\n")
        for name, text in files.items():
            self._write(f"versions/{name}", text)
        known = {revision for revision, _ in chain}
        last: str | None = None
        for revision, follows in chain:
            for number, missing in enumerate(sorted(set(follows) - known)):
                known.add(missing)
                self._write(f"versions/stand_in_{len(known)}.py", _stand_in(missing, last if number == 0 else None))
            last = revision

    def upgrade(self, dsn: str) -> None:
        """`alembic upgrade head`. ComponentFailed with what the server said."""
        self._alembic(dsn, "upgrade", "head")

    def downgrade(self, dsn: str) -> None:
        self._alembic(dsn, "downgrade", "base")

    def stamp(self, dsn: str, revision: str) -> None:
        self._alembic(dsn, "stamp", revision)

    def offline(self, *what: str) -> str:
        """The SQL that `alembic upgrade --sql` prints, or `downgrade`."""
        return self._alembic("", *what, "--sql")

    def _alembic(self, dsn: str, *arguments: str) -> str:
        return program.run(self._folder, ["-m", "alembic", "-q", *arguments], dsn)

    def _write(self, path: str, text: str) -> None:
        file = self._folder / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, "utf-8", newline="\n")


def _stand_in(revision: str, follows: str | None) -> str:
    after = python.string(follows) if follows else "None"
    return f"revision = {python.string(revision)}\ndown_revision = {after}\n\n\ndef upgrade():\n    pass\n\n\ndef downgrade():\n    pass\n"
