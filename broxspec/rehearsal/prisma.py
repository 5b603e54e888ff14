"""Rehearsing Prisma Migrate: `migrate deploy`; after a failure repair.sql, the `migrate resolve` that it
prints, and deploy again.

Below 7.4 a file goes to the server as one simple query: that is modelled in components/prisma_deploy.py. From 7.4 on files are
split; there Prisma's real engine runs them, on its JavaScript driver.
"""

import re
from pathlib import Path
from typing import Any

from broxspec.components import prisma_deploy
from broxspec.components.postgres import Server
from broxspec.components.prisma_engine import PrismaEngine, PrismaError
from broxspec.rehearsal import scripts
from broxspec.rehearsal.attempt import Failed
from broxspec.rehearsal.deployment import Files

_PRINTED = re.compile(r'NOTICE:\s+run: npx prisma migrate resolve --(rolled-back|applied) "([^"]+)"')
_FAILED = "SELECT migration_name FROM _prisma_migrations WHERE finished_at IS NULL AND rolled_back_at IS NULL ORDER BY started_at DESC"
_SPLITS = (7, 4)  # the first version that sends a file's statements one by one


class PrismaDeployment:
    tables = ("_prisma_migrations",)
    # Nothing but the one statement may stand in a file, so timeouts are for the connection to set.
    timeouts = False

    def __init__(self, server: Server, files: Files, prisma: Any) -> None:
        self._server, self._files, self._prisma = server, files, prisma
        self.label: str = prisma.label

    def prepare(self, database: str) -> None:
        """Prisma refuses a database that has tables and no history, so the history comes first, empty."""
        assert self._server.folder
        empty = self._server.folder / "no_migrations"
        empty.mkdir(exist_ok=True)
        self._prisma.deploy(database, empty)

    def baseline(self, database: str) -> None:
        for name in self._files.others:
            self._prisma.mark_applied(database, self._files.folder, name)

    def deploy(self, database: str) -> None:
        try:
            self._prisma.deploy(database, self._files.folder)
        except PrismaError as error:
            raise Failed(self._path(self._failed(database)), str(error)) from error

    def again(self, database: str) -> None:
        applied = self._prisma.deploy(database, self._files.folder)
        if applied:
            raise Failed(self._path(applied[0]), "deployed again, it is applied a second time")

    def retry(self, database: str, failed: str) -> None:
        name = _name(failed)
        try:
            self._prisma.deploy(database, self._files.folder)
        except PrismaError as error:
            if error.code != "P3009":
                raise Failed(failed, f"after the failure, deploy says {error.code}, not P3009: {error}") from error
        else:
            raise Failed(failed, "after the failure, the next deploy went on as if nothing had happened")
        if not self._files.repairs:
            raise Failed(failed, "there is no repair.sql to run after the failure")
        said = scripts.run(self._server, database, self._files.root, self._files.repairs)
        printed = {migration: how for how, migration in _PRINTED.findall(said)}
        if name not in printed:
            raise Failed(self._files.repairs[0], f"it does not print how to resolve `{name}`")
        if printed[name] == "applied":
            self._prisma.mark_applied(database, self._files.folder, name)
        else:
            self._prisma.mark_rolled_back(database, name)

    def down(self, database: str) -> None:
        scripts.run(self._server, database, self._files.root, self._files.downs)
        ours = [_name(path) for path in self._files.ups]
        with self._server.connect(database) as connection:
            connection.execute("DELETE FROM _prisma_migrations WHERE migration_name = ANY (%s)", [ours])

    def close(self) -> None:
        self._prisma.close()

    def _path(self, name: str) -> str:
        """The file of a migration, where it is one of ours."""
        return next((path for path in self._files.ups if _name(path) == name), "")

    def _failed(self, database: str) -> str:
        """The migration that the history calls failed; empty where there is none."""
        with self._server.connect(database) as connection:
            rows = connection.execute(_FAILED).fetchall()
        return rows[0][0] if rows else ""


def _name(path: str) -> str:
    """What Prisma calls the migration in a file: the file's folder."""
    return path.split("/")[-2]


class Model:
    """Prisma below 7.4, modelled."""

    def __init__(self, server: Server, version: str) -> None:
        self._server = server
        self.label = f"a model of prisma migrate deploy {version}".rstrip()

    def deploy(self, database: str, folder: Path) -> tuple[str, ...]:
        with self._server.connect(database) as connection:
            return prisma_deploy.deploy(connection, folder)

    def mark_applied(self, database: str, folder: Path, name: str) -> None:
        with self._server.connect(database) as connection:
            prisma_deploy.resolve_applied(connection, folder, name)

    def mark_rolled_back(self, database: str, name: str) -> None:
        with self._server.connect(database) as connection:
            prisma_deploy.resolve_rolled_back(connection, name)

    def close(self) -> None:
        pass


class Real:
    """Prisma's engine on its JavaScript driver, which splits files at every semicolon."""

    def __init__(self, server: Server) -> None:
        self._server = server
        self._engine = PrismaEngine()
        self.label = f"Prisma's own schema engine {self._engine.version()[:7]}"

    def deploy(self, database: str, folder: Path) -> tuple[str, ...]:
        return self._engine.deploy(self._server.dsn(database), folder)

    def mark_applied(self, database: str, folder: Path, name: str) -> None:
        self._engine.mark_applied(self._server.dsn(database), folder, name)

    def mark_rolled_back(self, database: str, name: str) -> None:
        self._engine.mark_rolled_back(self._server.dsn(database), name)

    def close(self) -> None:
        self._engine.close()


def deployment(server: Server, files: Files, version: str) -> PrismaDeployment:
    return PrismaDeployment(server, files, Real(server) if _splits(version) else Model(server, version))


def _splits(version: str) -> bool:
    return tuple(int(part) for part in re.findall(r"\d+", version)[:2]) >= _SPLITS
