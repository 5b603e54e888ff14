"""Hold: a concurrent build or drop stopped in the middle, for as long as is wanted, without any race.

CREATE INDEX CONCURRENTLY writes the index down as invalid, commits, and then waits for every transaction that can write to the table;
DROP INDEX CONCURRENTLY marks it as invalid and does the same. Our own transaction is such a one. Where the builder works on another index of the same table first, it is let go by a second
transaction that begins before the first ends: the build goes on, and the next one meets the second.
"""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from broxspec.catalog.model import Name
from broxspec.quoting import sql

PATIENCE = 60.0  # seconds until a build must have come to the place where it waits
_POLL = 0.004

# The session that waits, and the index that it builds; for a drop, which reports no progress, its statement. A session is
# found by whom it waits for.
_WAITING = """
SELECT a.pid, coalesce(n.nspname, ''), coalesce(c.relname, ''), a.query FROM pg_stat_activity a
LEFT JOIN pg_stat_progress_create_index p ON p.pid = a.pid
LEFT JOIN pg_class c ON c.oid = p.index_relid LEFT JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE a.datname = current_database() AND %s = ANY (pg_blocking_pids(a.pid)) AND a.query ~* 'CONCURRENTLY'
"""


class NotCaught(Exception):
    """The build never came to the place where it waits."""


class Hold:
    """A table on which every concurrent build stops. Made by held()."""

    def __init__(self, connect: Callable[[], Any], table: Name) -> None:
        self._sessions = [connect(), connect()]
        self._watcher = connect()
        self._lock = f"LOCK TABLE {sql.qualified(table.schema, table.name)} IN ROW EXCLUSIVE MODE"
        self._begin(0)

    def catch(self, name: Name, going: Callable[[], bool], *, drop: bool = False) -> int:
        """Wait until the build of an index is stopped, or its drop; returns the backend's process id. `going` says whether its
        runner is still there. Raises NotCaught."""
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline:
            for pid, schema, index, query in self._watcher.execute(_WAITING, [self._sessions[0].info.backend_pid]).fetchall():
                if (schema, index) == name or (drop and not index and _drops(query, name)):
                    return pid
                self._let_go()
                break
            else:
                if not going():
                    raise NotCaught(f"the runner ended before it came to `{name}`")
                time.sleep(_POLL)
        raise NotCaught(f"the runner did not come to `{name}` within {PATIENCE:.0f} seconds")

    def terminate(self, pid: int) -> None:
        """End the builder's session, as a crash of its machine or an administrator would."""
        self._watcher.execute("SELECT pg_terminate_backend(%s)", [pid])
        self._gone(pid)

    def cancel(self, pid: int) -> None:
        """Cancel the build, as Ctrl-C or a timeout would."""
        self._watcher.execute("SELECT pg_cancel_backend(%s)", [pid])

    def release(self) -> None:
        for session in (*self._sessions, self._watcher):
            session.close()

    def _gone(self, pid: int) -> None:
        deadline = time.monotonic() + PATIENCE
        while self._watcher.execute("SELECT count(*) FROM pg_stat_activity WHERE pid = %s", [pid]).fetchone()[0]:
            if time.monotonic() > deadline:
                raise NotCaught(f"session {pid} did not end")
            time.sleep(_POLL)

    def _let_go(self) -> None:
        self._begin(1)
        self._sessions[0].execute("COMMIT")
        self._sessions.reverse()

    def _begin(self, number: int) -> None:
        # READ COMMITTED: between statements it holds no snapshot, for which builds on other tables would wait.
        self._sessions[number].execute("BEGIN ISOLATION LEVEL READ COMMITTED")
        self._sessions[number].execute(self._lock)


def _drops(query: str, name: Name) -> bool:
    written = sql.qualified(name.schema, name.name)
    return "DROP INDEX" in query and any(way in query for way in (written, sql.unbroken(written), sql.unbroken(written, ";")))


@contextmanager
def held(connect: Callable[[], Any], table: Name) -> Iterator[Hold]:
    """Stop every concurrent build on a table until the end of the block. `connect` opens sessions in autocommit."""
    hold = Hold(connect, table)
    try:
        yield hold
    finally:
        hold.release()
