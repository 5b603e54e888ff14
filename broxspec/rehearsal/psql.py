"""Rehearsing psql: each file by `psql -X -v ON_ERROR_STOP=1 -f FILE`; after any failure the same file again."""

from broxspec.components.postgres import Server
from broxspec.rehearsal import scripts
from broxspec.rehearsal.attempt import Failed
from broxspec.rehearsal.deployment import Files
from broxspec.rehearsal.snapshot import differences, snapshot


class PsqlDeployment:
    tables: tuple[str, ...] = ()
    timeouts = True

    def __init__(self, server: Server, files: Files) -> None:
        self._server, self._files = server, files
        self._done: dict[str, int] = {}
        self.label = _label(server)

    def prepare(self, database: str) -> None:
        pass

    def baseline(self, database: str) -> None:
        pass

    def deploy(self, database: str) -> None:
        for number, path in enumerate(self._files.ups):
            if number >= self._done.get(database, 0):
                self._run(database, path)
                self._done[database] = number + 1

    def again(self, database: str) -> None:
        """Each file alone could be judged only before the next one ran, which may drop what it built; so the last one."""
        last = self._files.ups[-1:]
        before = self._snapshot(database)
        for path in last:
            self._run(database, path)
            changed = differences(before, self._snapshot(database))
            if changed:
                raise Failed(path, f"run again, it changes the database: {changed[0]}")

    def retry(self, database: str, failed: str) -> None:
        """Nothing comes before the same file again."""

    def down(self, database: str) -> None:
        for path in self._files.downs:
            self._run(database, path)
        self._done[database] = 0

    def close(self) -> None:
        pass

    def _run(self, database: str, path: str) -> None:
        scripts.run(self._server, database, self._files.root, [path])

    def _snapshot(self, database: str):
        with self._server.connect(database) as connection:
            return snapshot(connection)


def deployment(server: Server, files: Files, version: str) -> PsqlDeployment:
    return PsqlDeployment(server, files)


def _label(server: Server) -> str:
    said = server.psql("postgres", "\\echo :VERSION_NAME\n").stdout.split()
    return f"psql {said[0]}" if said else "psql"
