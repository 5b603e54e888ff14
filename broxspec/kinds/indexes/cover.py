"""Which index covers what: a foreign key, or another index."""

from broxspec.catalog.model import ForeignKey, Index, Table


def covers(index: Index, key: ForeignKey) -> bool:
    """Whether PostgreSQL's foreign key checks can use the index: a valid btree whose first keys are exactly the
    columns, in any order, for all rows that can match."""
    width = len(key.columns)
    if index.method != "btree" or not index.valid or set(index.columns[:width]) != set(key.columns):
        return False
    if index.predicate is None:
        return True
    return width == 1 and excludes_only_nulls(index, key.columns[0])


def excludes_only_nulls(index: Index, column: str) -> bool:
    """Whether the predicate is exactly `column IS NOT NULL`."""
    if index.predicate is None:
        return False
    # Lazy: it brings the SQL parser, which few schemas and no `explain` need for this.
    from broxspec.kinds.indexes.predicate import conjuncts

    found = conjuncts(index.predicate)
    return len(found) == 1 and found[0].test == "not null" and found[0].columns == (column,)


def near_misses(table: Table, key: ForeignKey) -> str:
    """Words on the indexes that look as if they covered the key, and why each does not; empty where there are none."""
    reasons = []
    for index in table.indexes:
        reason = _why_not(index, key)
        if reason:
            reasons.append(f"`{index.name}` {reason}")
    return ", ".join(reasons[:3])


def _why_not(index: Index, key: ForeignKey) -> str:
    width = len(key.columns)
    columns = set(key.columns)
    if set(index.columns[:width]) == columns:
        if not index.valid:
            return "is invalid"
        if index.method != "btree":
            return f"is a {index.method} index"
        if index.predicate is not None:
            return "covers only some rows"
    if index.predicate is None and index.method == "btree" and columns <= {*index.columns, *index.include}:
        if index.columns[0] not in columns:
            return f"begins with `{index.keys[0].text}`"
        return "has other keys in between"
    return ""


def prefix_of(short: Index, long: Index) -> bool:
    """Whether every search that the short index serves is served by the longer one as well.

    Both are btree; the short one's keys are a strict leading prefix of the other's (operator class, collation and order
    included), the predicates are the same, and what the short one INCLUDEs the other holds.
    """
    if short.method != "btree" or long.method != "btree" or not long.valid:
        return False
    if len(short.keys) >= len(long.keys):
        return False
    if any(mine.identity != other.identity for mine, other in zip(short.keys, long.keys, strict=False)):
        return False
    mine = short.predicate.normal if short.predicate else None
    other = long.predicate.normal if long.predicate else None
    return mine == other and set(short.include) <= {*long.columns, *long.include}


def replaceable(index: Index) -> bool:
    """Whether an index serves searches alone: it is not unique and backs no constraint."""
    return not index.unique and index.constraint is None


def both_inherited(first: Index, second: Index) -> bool:
    """Whether both belong to partitioned indexes, so that the finding is about the parents."""
    return first.parent is not None and second.parent is not None
