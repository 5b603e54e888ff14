"""Why an index can't be dropped, judged in the state that is wanted: what remains must still cover what it covered."""

from broxspec.catalog.model import Catalog, Index, Table
from broxspec.kinds.indexes.cover import covers


def needed(index: Index, table: Table, catalog: Catalog | None = None) -> str:
    """What needs the index, in words; empty where nothing does.

    `table` is the table as wanted, with or without the index. With a catalog, foreign keys that reference the index's columns count too.
    """
    if index.constraint:
        return f"it backs the {_CONSTRAINTS[index.constraint]} `{index.name}`"
    if index.parent:
        return f"it is the part of partitioned index `{index.parent.name}` that belongs to `{table.name}`"
    if table.replica_identity == f"index:{index.name}":
        return f"it is the replica identity of `{table.name}`"
    if catalog and (user := _referenced(index, table, catalog)):
        return f"foreign key {user} references its columns"
    if index.clustered:
        return f"`{table.name}` is clustered on it"
    for key in table.foreign_keys:
        if covers(index, key) and not any(covers(other, key) for other in table.indexes if other.name != index.name):
            return f"it is the only index that covers foreign key `{key.name}`"
    return ""


_CONSTRAINTS = {"primary": "primary key", "unique": "unique constraint", "exclusion": "exclusion constraint"}


def _referenced(index: Index, table: Table, catalog: Catalog) -> str:
    """A foreign key that depends on the unique index, unless another unique index has the same columns."""
    if not index.unique or index.predicate:
        return ""
    columns = set(index.columns)
    others = [
        other
        for other in table.indexes
        if other.name != index.name and other.unique and not other.predicate and set(other.columns) == columns
    ]
    if others:
        return ""
    for child, key in catalog.foreign_keys():
        if (key.ref_schema, key.ref_table) == (table.schema, table.name) and set(key.ref_columns) == columns:
            return f"`{key.name}` of `{child.name}`"
    return ""
