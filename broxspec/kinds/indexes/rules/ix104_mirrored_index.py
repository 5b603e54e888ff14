from collections.abc import Iterator

from broxspec.catalog.model import Index, Key, Table
from broxspec.diagnostic import Label
from broxspec.kinds.indexes.cover import both_inherited, replaceable
from broxspec.kinds.indexes.words import drop_index
from broxspec.project import Context
from broxspec.rule import Finding, rule


@rule("IX104", severity="warning", about="table")
def mirrored_index(table: Table, context: Context) -> Iterator[Finding]:
    """An index is another one read backwards.

    PostgreSQL scans a btree in both directions, so an index on `(a, b DESC)` answers `ORDER BY a DESC, b` just as well. Where every key has
    the other direction and the other place of its NULLs, the second index gives the planner nothing.

    ## When it is fine
    Never for speed; only while one takes the other's place.

    ## Example
    ```sql bad
    CREATE TABLE events (id int PRIMARY KEY, kind text, at timestamptz);
    CREATE INDEX events_newest ON events (kind, at DESC);
    CREATE INDEX events_oldest ON events (kind DESC, at);
    --           ^^^^^^^^^^^^^
    ```

    ## Instead
    ```sql good
    CREATE TABLE events (id int PRIMARY KEY, kind text, at timestamptz);
    CREATE INDEX events_newest ON events (kind, at DESC);
    CREATE INDEX events_mixed ON events (kind, at);
    ```
    """
    if not any(key.order == "desc" for index in table.indexes for key in index.keys):
        return
    seen: dict[tuple, Index] = {}
    for index in table.indexes:
        if index.method != "btree":
            continue
        other = seen.get(_signature(index, [_reversed(key) for key in index.keys]))
        if other is None:
            seen.setdefault(_signature(index, list(index.keys)), index)
            continue
        if both_inherited(index, other):
            continue
        yield from _finding(table, index, other)


def _signature(index: Index, keys: list[Key]) -> tuple:
    predicate = index.predicate.normal if index.predicate else None
    return (tuple(key.identity for key in keys), frozenset(index.include), predicate)


def _reversed(key: Key) -> Key:
    return key._replace(
        order="asc" if key.order == "desc" else "desc",
        nulls="first" if key.nulls == "last" else "last",
    )


def _finding(table: Table, index: Index, other: Index) -> Iterator[Finding]:
    if not replaceable(index) or (other.wanted and not index.wanted and replaceable(other)):
        index, other = other, index
    if not replaceable(index):
        return
    yield Finding(
        index.at or table.at,
        f"index `{index.name}` of `{table.qualified}` is `{other.name}` read backwards",
        note="a btree is scanned in both directions",
        labels=(Label(other.at, f"`{other.name}`"),) if other.at else (),
        help="remove it from the spec" if index.wanted else f"drop it: {drop_index(index)}",
        subject={"schema": table.schema, "table": table.name, "index": index.name, "mirror_of": other.name},
    )
