"""Risk: what an operation locks, how it is undone, what room and time it takes, what to look at first."""

from collections.abc import Collection
from typing import NamedTuple

from broxspec.catalog.model import Catalog, Index, Name
from broxspec.kinds.indexes import emit
from broxspec.kinds.indexes.estimate import Estimate, estimate
from broxspec.kinds.indexes.locks import Lock, locks
from broxspec.plan import Operation, table_of
from broxspec.quoting import sql


class Risk(NamedTuple):
    """`locks` are those of the operation's statements, in their order. `undo` is what its way down does, in words. `room` is the disk
    in bytes that must be free while it runs, None where rows are not known. `duplicates` finds the rows that would make a unique
    build fail; empty for other operations."""

    locks: tuple[Lock, ...]
    undo: str
    estimate: Estimate | None
    room: int | None
    duplicates: str


_STATEMENTS = {
    "create": ("CREATE INDEX CONCURRENTLY",),
    "drop": ("DROP INDEX CONCURRENTLY",),
    "rename": ("ALTER INDEX RENAME",),
    "change": ("CREATE INDEX CONCURRENTLY", "ALTER INDEX RENAME", "DROP INDEX CONCURRENTLY"),
}
# On a partitioned table the whole is put together of its parts, and goes with all of them at once.
_OF_PARTITIONED = {
    "CREATE INDEX CONCURRENTLY": ("CREATE INDEX ON ONLY", "CREATE INDEX CONCURRENTLY", "ALTER INDEX ATTACH PARTITION"),
    "DROP INDEX CONCURRENTLY": ("DROP INDEX of a partitioned table",),
}


def risk(operation: Operation, catalog: Catalog, rows: int | None, partitioned: Collection[Name] = ()) -> Risk:
    """`catalog` has the operation's table with its columns; `rows` are the table's, None where unknown."""
    names = _STATEMENTS.get(operation.action, ())
    if table_of(operation.subject) in partitioned:
        names = tuple(part for name in names for part in _OF_PARTITIONED.get(name, (name,)))
    built = operation.after if operation.action in ("create", "change") else None
    # Undoing a drop builds the index again, and that takes as long as building it did.
    found = estimate(built, catalog, rows) if built and rows is not None else None
    # The finished index, and as much again for sorting it.
    room = 2 * found.largest if found else None
    undo = _undo(operation)
    if table_of(operation.subject) in partitioned and operation.action == "create":
        undo = "drop it with all its parts: at once, but every reader and writer waits for the lock"
    return Risk(tuple(locks()[name] for name in names), undo, found, room, _duplicates(built) if built else "")


def _undo(operation: Operation) -> str:
    if operation.action == "create":
        return "drop it: at once"
    if operation.action == "drop":
        return "build it again as it was: as long as a build takes"
    if operation.action == "rename":
        return "rename it back: at once"
    if operation.action == "change":
        return "build the former one again and swap: as long as a build takes"
    return "take `adopt` out of the spec: nothing runs"


def _duplicates(index: Index) -> str:
    """The query that finds rows alike, NULLs as the index treats them."""
    if not index.unique:
        return ""
    keys = [sql.identifier(key.column) if key.expression is None else f"({emit.fragment(key.expression)})" for key in index.keys]
    conditions = [f"({emit.fragment(index.predicate)})"] if index.predicate else []
    if not index.nulls_not_distinct:
        conditions += [f"{key} IS NOT NULL" for key in keys]
    where = f" WHERE {' AND '.join(conditions)}" if conditions else ""
    listed = ", ".join(keys)
    return f"SELECT {listed}, count(*) FROM {emit.table(index)}{where} GROUP BY {listed} HAVING count(*) > 1"
