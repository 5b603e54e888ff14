"""Interrupting a concurrent build at a place that does not depend on time: it waits for a transaction of ours."""

import threading
import time
from contextlib import contextmanager

PATIENCE = 60.0


@contextmanager
def held(database, table="orders"):
    """A transaction that has written to the table, for which every concurrent build on it must wait."""
    with database.connect(autocommit=False) as writer:
        writer.execute(f'UPDATE "{table}" SET id = id WHERE id = 1'.encode())
        yield
        writer.rollback()


def end_build(database, words="CREATE%INDEX CONCURRENTLY"):
    """Wait for a build to be under way and end its session."""
    deadline = time.monotonic() + PATIENCE
    with database.connect() as watcher:
        while time.monotonic() < deadline:
            rows = watcher.execute(
                "SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid() "
                "AND wait_event_type = 'Lock' AND query LIKE %s "
                # Not one that waits a moment for this very query's snapshot.
                "AND EXISTS (SELECT FROM pg_stat_activity b WHERE b.pid = ANY (pg_blocking_pids(pg_stat_activity.pid)) AND b.state LIKE 'idle in %%')",
                [f"%{words}%"],
            ).fetchall()
            if rows:
                (pid,) = rows[0]
                watcher.execute("SELECT pg_terminate_backend(%s, 10000)", [pid])
                return
            time.sleep(0.02)
    raise AssertionError("no build was seen")


class Running(threading.Thread):
    """A function in a thread, its result or exception kept."""

    def __init__(self, function, *arguments, **options):
        super().__init__(daemon=True)
        self.call = (function, arguments, options)
        self.result = self.error = None
        self.start()

    def run(self):
        function, arguments, options = self.call
        try:
            self.result = function(*arguments, **options)
        except Exception as error:
            self.error = error

    def wait(self):
        self.join(PATIENCE)
        assert not self.is_alive()
        return self
