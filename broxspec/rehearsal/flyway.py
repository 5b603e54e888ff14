"""Rehearsing Flyway by a model of it: `flyway migrate`; after a failure `flyway repair` and migrate again; back by `flyway undo`."""

import shutil
import tempfile
from pathlib import Path

from broxspec.components import flyway
from broxspec.components.flyway import FlywayError
from broxspec.components.postgres import Server
from broxspec.rehearsal.attempt import Failed
from broxspec.rehearsal.deployment import Files


class FlywayDeployment:
    tables = ("flyway_schema_history",)
    timeouts = True

    def __init__(self, server: Server, files: Files, version: str) -> None:
        self._server, self._files = server, files
        self.label = f"a model of Flyway {version}".rstrip()
        # Our files alone, each with its configuration: what else the folder has is in the base.
        self._folder = Path(tempfile.mkdtemp(prefix="flyway_", dir=server.folder))
        self._paths = {Path(path).name: path for path in (*files.ups, *files.downs)}
        for name, path in self._paths.items():
            for suffix in ("", ".conf"):
                if (files.root / f"{path}{suffix}").is_file():
                    shutil.copyfile(files.root / f"{path}{suffix}", self._folder / f"{name}{suffix}")

    def prepare(self, database: str) -> None:
        pass

    def baseline(self, database: str) -> None:
        """The history is made before the first snapshot."""
        flyway.repair(lambda: self._server.connect(database))

    def deploy(self, database: str) -> None:
        self._migrate(database)

    def again(self, database: str) -> None:
        applied = self._migrate(database)
        if applied:
            raise Failed(self._paths[applied[0]], "deployed again, it is applied a second time")

    def retry(self, database: str, failed: str) -> None:
        try:
            self._migrate(database)
        except Failed as again:
            if "Detected failed migration" not in again.message:
                raise
        else:
            raise Failed(failed, "after the failure, the next run went on as if nothing had happened")
        if flyway.repair(lambda: self._server.connect(database)) != 1:
            raise Failed(failed, "after the failure there is not one failed record for `flyway repair` to remove")

    def down(self, database: str) -> None:
        for _ in self._files.downs:
            try:
                flyway.undo(lambda: self._server.connect(database), self._folder)
            except FlywayError as error:
                raise Failed(self._paths.get(error.script, ""), str(error)) from error

    def close(self) -> None:
        shutil.rmtree(self._folder, ignore_errors=True)

    def _migrate(self, database: str) -> tuple[str, ...]:
        try:
            return flyway.migrate(lambda: self._server.connect(database), self._folder)
        except FlywayError as error:
            raise Failed(self._paths.get(error.script, ""), str(error)) from error


def deployment(server: Server, files: Files, version: str) -> FlywayDeployment:
    return FlywayDeployment(server, files, version)
