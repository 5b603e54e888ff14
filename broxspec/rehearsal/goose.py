"""Rehearsing goose by a model of it: `goose up`, after any failure `goose up` again, back by `goose down`."""

import shutil
import tempfile
from pathlib import Path

from broxspec.components import goose
from broxspec.components.goose import GooseError
from broxspec.components.postgres import Server
from broxspec.rehearsal.attempt import Failed
from broxspec.rehearsal.deployment import Files


class GooseDeployment:
    tables = ("goose_db_version",)
    # Statements go over a pool of connections, so timeouts are for the connection or the role to set.
    timeouts = False

    def __init__(self, server: Server, files: Files, version: str) -> None:
        self._server = server
        self.label = f"a model of goose {version}".rstrip()
        # Our files alone: what else the folder has is in the base.
        self._folder = Path(tempfile.mkdtemp(prefix="goose_", dir=server.folder))
        self._paths = {Path(path).name: path for path in files.ups}
        for name, path in self._paths.items():
            shutil.copyfile(files.root / path, self._folder / name)

    def prepare(self, database: str) -> None:
        pass

    def baseline(self, database: str) -> None:
        """The table is made before the first snapshot."""
        with self._server.connect(database) as connection:
            goose.recorded(connection)

    def deploy(self, database: str) -> None:
        self._up(database)

    def again(self, database: str) -> None:
        applied = self._up(database)
        if applied:
            raise Failed(self._paths[applied[0]], "deployed again, it is applied a second time")

    def retry(self, database: str, failed: str) -> None:
        """Nothing comes before the same file again, which must still be waiting."""
        with self._server.connect(database) as connection:
            recorded = goose.recorded(connection)
        versions = {path.name: version for version, path in goose.found(self._folder).items()}
        if versions[Path(failed).name] in recorded:
            raise Failed(failed, "it failed, but is recorded as applied")

    def down(self, database: str) -> None:
        for _ in self._paths:
            try:
                goose.down(lambda: self._server.connect(database), self._folder)
            except GooseError as error:
                raise Failed(self._paths.get(error.file, ""), str(error)) from error

    def close(self) -> None:
        shutil.rmtree(self._folder, ignore_errors=True)

    def _up(self, database: str) -> tuple[str, ...]:
        try:
            return goose.up(lambda: self._server.connect(database), self._folder)
        except GooseError as error:
            raise Failed(self._paths.get(error.file, ""), str(error)) from error


def deployment(server: Server, files: Files, version: str) -> GooseDeployment:
    return GooseDeployment(server, files, version)
