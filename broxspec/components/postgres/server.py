"""A throw-away PostgreSQL server with what a client needs of it, for tests and for `verify`."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING, Any

from broxspec.components import ComponentFailed, ComponentMissing
from broxspec.components.postgres.cluster import SUPERUSER, Cluster, environment
from broxspec.components.postgres.installation import Installation, installations

if TYPE_CHECKING:
    import psycopg


class Server(Cluster):
    """One running server, and databases in it. Use as a context manager, or call start() and stop()."""

    def dsn(self, database: str = "postgres", *, tcp: bool = False) -> str:
        """A libpq connection string, over the Unix socket unless `tcp`."""
        if tcp and not self._tcp:
            raise ComponentFailed("this server was started without TCP; use Server(..., tcp=True)")
        host = "127.0.0.1" if tcp else str(self.folder)
        return f"host={_quoted(host)} port={self.port} user={SUPERUSER} dbname={_quoted(database)}"

    def connect(self, database: str = "postgres", **options: Any) -> psycopg.Connection[Any]:
        """A psycopg connection, in autocommit unless the options say otherwise."""
        try:
            import psycopg
        except ImportError:
            raise ComponentMissing("no PostgreSQL driver; install it with `pip install 'broxspec[server]'`") from None
        return psycopg.connect(self.dsn(database), **{"autocommit": True, **options})

    def createdb(self, name: str, template: str = "template1") -> str:
        """Make a database and return its connection string."""
        with self.connect() as connection:
            connection.execute(f"CREATE DATABASE {_identifier(name)} TEMPLATE {_identifier(template)}".encode())
        return self.dsn(name)

    def dropdb(self, name: str) -> None:
        """Drop a database, ending its sessions; harmless when it is not there."""
        with self.connect() as connection:
            connection.execute(f"DROP DATABASE IF EXISTS {_identifier(name)} WITH (FORCE)".encode())

    def psql(
        self,
        database: str,
        sql: str | None = None,
        *,
        file: Path | None = None,
        options: tuple[str, ...] = (),
    ) -> subprocess.CompletedProcess[str]:
        """Run SQL, or a file, through a real psql: one statement after another, stopping at the first error.

        The caller looks at `returncode` and `stderr`. Raises ComponentMissing where no psql is installed.
        """
        command = [str(_psql(self.installation)), "-X", "-q", "-v", "ON_ERROR_STOP=1", *options, "-d", self.dsn(database)]
        command += ["-f", str(file) if file else "-"]
        return subprocess.run(
            command,
            input=sql or "",
            capture_output=True,
            text=True,
            encoding="utf-8",
            env=environment(self.installation),
            check=False,
        )

    def kill_backend(self, pid: int, number: signal.Signals = signal.SIGTERM) -> None:
        """Signal one session's process: SIGINT cancels its statement, SIGTERM ends it, SIGKILL makes the server recover."""
        if pid == self.pid:
            raise ComponentFailed(f"process {pid} is the server itself, not a session of it")
        os.kill(pid, number)


def _psql(installation: Installation) -> Path:
    own = installation.program("psql")
    others = (other.program("psql") for other in reversed(installations()))  # the newest psql knows every older server
    on_path = shutil.which("psql")
    found = own or next((program for program in others if program), None) or (Path(on_path) if on_path else None)
    if not found:
        raise ComponentMissing("psql is not installed; on Debian and Ubuntu: `apt install postgresql-client`")
    return found


def _identifier(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def _quoted(value: str) -> str:
    return "'" + value.replace("\\", "\\\\").replace("'", "\\'") + "'"
