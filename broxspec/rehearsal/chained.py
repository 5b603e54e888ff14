"""Rehearsing runners whose migrations are Python files that name each other: only our own files are run, in a project made around copies of
them. What they follow of the team's is taken as done, by empty files of the same names; nothing of the user's is executed."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from tempfile import TemporaryDirectory
from typing import Any

from broxspec.components import ComponentFailed
from broxspec.components.postgres import Server
from broxspec.rehearsal.attempt import Failed
from broxspec.rehearsal.deployment import Files
from broxspec.rehearsal.snapshot import differences, snapshot


class ChainedDeployment:
    """Made by a runner's module, which says how to go up, down, and back before the last migration without undoing it."""

    timeouts = True

    def __init__(
        self,
        server: Server,
        files: Files,
        folder: "TemporaryDirectory[str]",
        label: str,
        tables: tuple[str, ...],
        up: Callable[[str], None],
        down: Callable[[str], None],
        forget_last: Callable[[str], None],
        clear: str,
        done: str,
        names: Sequence[str],
    ) -> None:
        """`clear` is SQL that forgets what a dump says was applied. `done` asks for the names of what is; `names` are those of `files.ups`."""
        self.label, self.tables = f"{label}, what ours follow taken as done", tables
        self._server, self._files, self._folder = server, files, folder
        self._up, self._down, self._forget_last = up, down, forget_last
        self._clear, self._done, self._names = clear, done, names

    def prepare(self, database: str) -> None:
        pass

    def baseline(self, database: str) -> None:
        """The schema may be a dump that brings the runner's own table along."""
        with self._server.connect(database) as connection:
            if connection.execute("SELECT to_regclass(%s)", [self.tables[0]]).fetchone()[0]:
                connection.execute(self._clear.encode())

    def deploy(self, database: str) -> None:
        with self._failing(database):
            self._up(self._server.dsn(database))

    def again(self, database: str) -> None:
        """Nothing is left to do; and the last file, made to run once more, changes nothing."""
        before = self._snapshot(database)
        with self._failing(database):
            self._up(self._server.dsn(database))
            self._forget_last(self._server.dsn(database))
            self._up(self._server.dsn(database))
        changed = differences(before, self._snapshot(database))
        if changed:
            raise Failed(self._files.ups[-1], f"run again, it changes the database: {changed[0]}")

    def retry(self, database: str, failed: str) -> None:
        """Nothing comes before the same command again."""

    def down(self, database: str) -> None:
        with self._failing(database, down=True):
            self._down(self._server.dsn(database))

    def close(self) -> None:
        self._folder.cleanup()

    @contextmanager
    def _failing(self, database: str, *, down: bool = False) -> Iterator[None]:
        try:
            yield
        except ComponentFailed as failed:
            raise Failed(self._at(database, down), str(failed)) from failed

    def _at(self, database: str, down: bool) -> str:
        """The file that was being run: the first that is not done, or on the way down the last that is."""
        with self._server.connect(database) as connection:
            there: Any = connection.execute("SELECT to_regclass(%s)", [self.tables[0]]).fetchone()[0]
            rows = connection.execute(self._done.encode()).fetchall() if there else []
        last = max((self._names.index(name) for (name,) in rows if name in self._names), default=-1)
        number = last if down else last + 1
        return self._files.ups[number] if 0 <= number < len(self._files.ups) else ""

    def _snapshot(self, database: str) -> Any:
        with self._server.connect(database) as connection:
            return snapshot(connection, self.tables)
