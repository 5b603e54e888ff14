"""Words that several rules about migrations share, and what they all leave alone."""

from typing import Any

from broxspec.handwritten.change import Change, Timeouts
from broxspec.project import Context

# On PostgreSQL 15 and two busy cores an index over so many rows took 10 to 100 ms, and writing the table anew 40 to 80 ms; over a
# million rows 0.8 to 7 s and 2 to 3 s.
SMALL = 10_000


def small(change: Change, context: Context) -> bool:
    """Whether the table is known to be so small that work on it takes no time. Unknown counts as big."""
    if change.table is None:
        return False
    name = change.table.name
    rows = context.rows.get(name) if context.database is None else context.database.spec.rows(name)
    return rows is not None and rows <= SMALL


def matters(change: Change, context: Context) -> bool:
    """Whether the statement holds up others: the table was there before the file, and is not known to be small."""
    return change.existing and not small(change, context)


def subject(change: Change, **more: Any) -> dict[str, Any]:
    """The object for machines: the same thing done to a table in two migrations is two findings."""
    table = {"schema": change.table.name.schema, "table": change.table.name.name} if change.table else {}
    return {"migration": migration_name(change.file.source.path), **table, **more}


def migration_name(path: str) -> str:
    """A migration as its runner calls it: the file, or the folder where each has one."""
    folder, _, name = path.rpartition("/")
    return folder.rpartition("/")[2] if name in ("migration.sql", "up.sql") and folder else name


def alone(change: Change, *, more: bool = False) -> str:
    """Where CONCURRENTLY works for the file's runner, as the end of a sentence; empty where it works as it stands. `more` says that another
    statement follows it."""
    if change.within == "block":
        return ", outside of the block"
    place = change.file.delivery.alone()
    if change.within == "own":
        return ", outside of BEGIN and COMMIT" + (f", {place}" if place and change.file.delivery.runner else "")
    if not change.within and change.file.delivery.sends == "query" and not more:
        return ""  # it is alone already
    return f", {place}" if place else ""


def later(change: Change) -> str:
    """When what must not share the transaction of this can be run."""
    if change.within in ("runner", "query") or not change.within and change.file.delivery.sends == "query":
        return "in a later migration"
    return "after COMMIT" if change.within == "own" else "in a later transaction"


def per_partition(what: str) -> str:
    """How an index comes to a partitioned table without blocking writers."""
    return f"{what} ON ONLY the partitioned table, build one CONCURRENTLY on each partition, then ALTER INDEX … ATTACH PARTITION each"


def set_in(timeouts: Timeouts) -> list[str]:
    """The timeouts in force."""
    return [name for name, at in zip(("lock_timeout", "statement_timeout"), timeouts, strict=True) if at is not None]


BLOCKED = {
    "ShareLock": "every write",
    "ShareRowExclusiveLock": "every write",
    "ExclusiveLock": "every write",
    "AccessExclusiveLock": "every read and write",
}
