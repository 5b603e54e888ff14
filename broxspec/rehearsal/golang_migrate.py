"""Rehearsing golang-migrate by a model of it: `migrate up`; after a failure repair.sql, the `migrate force` that it prints, and up again; back by
`migrate down N`."""

import re
import shutil
import tempfile
from pathlib import Path

from broxspec.components import golang_migrate
from broxspec.components.golang_migrate import MigrateError
from broxspec.components.postgres import Server
from broxspec.rehearsal import scripts
from broxspec.rehearsal.attempt import Failed
from broxspec.rehearsal.deployment import Files
from broxspec.runners.golang_migrate import version

_PRINTED = re.compile(r"NOTICE:\s+run: migrate .* force (?:-- )?(-?\d+)")


class GolangMigrateDeployment:
    tables = ("schema_migrations",)
    # Nothing but the one statement may stand in a file, so timeouts are for the connection to set.
    timeouts = False

    def __init__(self, server: Server, files: Files, version: str) -> None:
        self._server, self._files = server, files
        self.label = f"a model of golang-migrate {version}".rstrip()
        # The real folder, in which what is in the base already does nothing.
        self._folder = Path(tempfile.mkdtemp(prefix="golang_migrate_", dir=server.folder))
        for name in files.others:
            (self._folder / f"{name}.up.sql").touch()
        for path in (*files.ups, *files.downs):
            shutil.copyfile(files.root / path, self._folder / Path(path).name)

    def prepare(self, database: str) -> None:
        pass

    def baseline(self, database: str) -> None:
        """The table is made before the first snapshot, and stays at the last version before ours."""
        first = min(map(_version, self._files.ups), default=0)
        before = max((number for name in self._files.others if (number := version(name)) < first), default=golang_migrate.NIL)
        with self._server.connect(database) as connection:
            golang_migrate.force(connection, before)

    def deploy(self, database: str) -> None:
        self._up(database)

    def again(self, database: str) -> None:
        applied = self._up(database)
        if applied:
            raise Failed(self._path(applied[0], "up"), "deployed again, it is applied a second time")

    def retry(self, database: str, failed: str) -> None:
        try:
            self._up(database)
        except Failed as again:
            if "Dirty database version" not in again.message:
                raise
        else:
            raise Failed(failed, "after the failure, the next run went on as if nothing had happened")
        if not self._files.repairs:
            raise Failed(failed, "there is no repair.sql to run after the failure")
        said = scripts.run(self._server, database, self._files.root, self._files.repairs)
        printed = _PRINTED.findall(said)
        if not printed:
            raise Failed(self._files.repairs[0], f"it does not print which version to force, but: {said.strip() or 'nothing'}")
        with self._server.connect(database) as connection:
            golang_migrate.force(connection, int(printed[-1]))

    def down(self, database: str) -> None:
        first = min(map(_version, self._files.ups), default=0)
        try:
            with self._server.connect(database) as connection:
                count = sum(number >= first for number in golang_migrate.found(self._folder))
                golang_migrate.down(connection, self._folder, count)
        except MigrateError as error:
            raise Failed(self._path(error.version, "down"), str(error)) from error

    def close(self) -> None:
        shutil.rmtree(self._folder, ignore_errors=True)

    def _up(self, database: str) -> tuple[int, ...]:
        try:
            with self._server.connect(database) as connection:
                return golang_migrate.up(connection, self._folder)
        except MigrateError as error:
            raise Failed(self._path(error.version, "up"), str(error)) from error

    def _path(self, number: int | None, role: str) -> str:
        """The file of a version, where it is one of ours."""
        return next((path for path in getattr(self._files, f"{role}s") if _version(path) == number), "")


def _version(path: str) -> int:
    return version(Path(path).name)


def deployment(server: Server, files: Files, version: str) -> GolangMigrateDeployment:
    return GolangMigrateDeployment(server, files, version)
