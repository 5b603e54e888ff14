"""What each statement locks, and what that blocks.

`data/postgres/index_locks.tsv`, by hand, from PostgreSQL 18's manual, read on 2026-11-22: "Explicit Locking"
(https://www.postgresql.org/docs/current/explicit-locking.html), "CREATE INDEX", "DROP INDEX" and "ALTER INDEX". The same since 12, when
renaming an index ceased to block readers. What concerns partitions is seen in `pg_locks` by `tests/plan/test_partition_locks.py`.
"""

from functools import cache
from pathlib import Path
from typing import NamedTuple

_FILE = Path(__file__).resolve().parents[2] / "data/postgres/index_locks.tsv"


class Lock(NamedTuple):
    """`lock` is PostgreSQL's own name; `blocks` and `waits` are words."""

    statement: str
    lock: str
    blocks: str
    waits: str


@cache
def locks() -> dict[str, Lock]:
    rows = _FILE.read_text("utf-8").splitlines()[1:]
    return {row.split("\t")[0]: Lock(*row.split("\t")) for row in rows}
