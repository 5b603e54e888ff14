from collections.abc import Iterator

from broxspec.catalog.model import Catalog, Name
from broxspec.kinds.indexes.model import IndexSpec
from broxspec.kinds.indexes.partitions import key_columns
from broxspec.project import Context
from broxspec.rule import Finding, rule


@rule("IX224", severity="error", about="spec")
def partition_key_left_out(spec: IndexSpec, context: Context) -> Iterator[Finding]:
    """A unique index on a partitioned table leaves out a column of the partition key.

    Each partition checks its own rows only, so rows are unique as a whole only where alike ones always meet in one partition. PostgreSQL
    wants every column that the table is partitioned by, and those of partitions that are partitioned in turn, and refuses the build; a key that is an
    expression can't be had at all.

    ## When it is fine
    Never: the build fails.

    ## Example
    ```sql schema
    CREATE TABLE events (id int, at timestamptz) PARTITION BY RANGE (at);
    ```
    ```yaml bad
    kind: indexes
    table: events
    indexes:
      - columns: [id]
    #            ^^^^
        unique: true
    ```

    ## Instead
    ```yaml good
    kind: indexes
    table: events
    indexes:
      - columns: [id, at]
        unique: true
    ```
    """
    if not spec.unique or context.existing.table(spec.table) is None:
        return
    has = {key.column for key in spec.keys if key.column is not None}
    for table in _split(context.existing, spec.table):
        key = key_columns(context.existing.tables[table].partition_key or "")
        missing = [column for column in key if column is None or column not in has]
        if not missing:
            continue
        column = missing[0]
        subject = {"schema": spec.table.schema, "table": spec.table.name, "index": spec.name}
        if column is None:
            yield Finding(spec.node.at("unique"), f"`{table}` is partitioned by an expression, so that nothing can be unique in it", help="leave `unique` out", subject=subject)
        else:
            yield Finding(
                spec.columns_at, f"`{table}` is partitioned by `{column}`, which a unique index must have", help=f"add `{column}` to the columns", subject=subject
            )
        return


def _split(catalog: Catalog, name: Name) -> Iterator[Name]:
    """The table and the partitions below it, as far as they are partitioned."""
    if catalog.tables[name].kind == "partitioned":
        yield name
        for table in catalog.tables.values():
            if table.partition is not None and table.parents and table.parents[0] == name:
                yield from _split(catalog, table.qualified)
