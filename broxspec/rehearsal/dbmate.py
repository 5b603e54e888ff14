"""Rehearsing dbmate, the real program: `dbmate migrate`; after a failure repair.sql and migrate again; back by `dbmate rollback`."""

import shutil
import tempfile
from pathlib import Path

from broxspec.components.dbmate import Dbmate, DbmateError, url
from broxspec.components.postgres import Server
from broxspec.components.postgres.server import SUPERUSER
from broxspec.rehearsal import scripts
from broxspec.rehearsal.attempt import Failed
from broxspec.rehearsal.deployment import Files
from broxspec.runners.dbmate import version


class DbmateDeployment:
    tables = ("schema_migrations",)
    # Nothing but the one statement may stand in a section, so timeouts are for the connection to set.
    timeouts = False
    # Seen: lib/pq under Go's database/sql does, with dbmate 2.37.
    resends = True

    def __init__(self, server: Server, files: Files) -> None:
        self._server, self._files = server, files
        self._dbmate = Dbmate()
        self.label = f"dbmate {self._dbmate.version()}"
        # Our files alone: what else the folder has is in the base.
        self._folder = Path(tempfile.mkdtemp(prefix="dbmate_", dir=server.folder))
        self._paths = {Path(path).name: path for path in files.ups}
        for name, path in self._paths.items():
            shutil.copyfile(files.root / path, self._folder / name)

    def prepare(self, database: str) -> None:
        pass

    def baseline(self, database: str) -> None:
        """dbmate makes its table when it first runs; here, before the first snapshot."""
        with self._server.connect(database) as connection:
            connection.execute("CREATE TABLE IF NOT EXISTS schema_migrations (version varchar(128) PRIMARY KEY)")
            # What is in the base is recorded, as repair.sql looks for the first that is not.
            for name in self._files.others:
                connection.execute("INSERT INTO schema_migrations (version) VALUES (%s) ON CONFLICT DO NOTHING", [version(name)])

    def deploy(self, database: str) -> None:
        self._call(lambda: self._dbmate.migrate(self._url(database), self._folder))

    def again(self, database: str) -> None:
        applied = self._call(lambda: self._dbmate.migrate(self._url(database), self._folder))
        if applied:
            raise Failed(self._paths[applied[0]], "deployed again, it is applied a second time")

    def retry(self, database: str, failed: str) -> None:
        """A build must fail again until repair.sql has run; a drop is finished by the next deploy."""
        if not self._files.repairs:
            raise Failed(failed, "there is no repair.sql to run after the failure")
        if "_build_" in Path(failed).name:
            try:
                self.deploy(database)
            except Failed as again:
                if "already exists" not in again.message:
                    raise
            else:
                raise Failed(failed, "after the failure, the next deploy went on as if nothing had happened")
        said = scripts.run(self._server, database, self._files.root, self._files.repairs)
        if "run: dbmate up" not in said:
            raise Failed(self._files.repairs[0], f"it does not say to run `dbmate up` again, but: {said.strip() or 'nothing'}")

    def down(self, database: str) -> None:
        for _ in self._paths:
            self._call(lambda: self._dbmate.rollback(self._url(database), self._folder))

    def close(self) -> None:
        shutil.rmtree(self._folder, ignore_errors=True)

    def _call(self, command):  # noqa: ANN001, ANN202
        try:
            return command()
        except DbmateError as error:
            raise Failed(self._paths.get(error.file, ""), str(error)) from error

    def _url(self, database: str) -> str:
        return url(str(self._server.folder), self._server.port, SUPERUSER, database)


def deployment(server: Server, files: Files, _: str) -> DbmateDeployment:
    return DbmateDeployment(server, files)
