from collections.abc import Iterator

from broxspec.diagnostic import Label
from broxspec.kinds.indexes.model import IndexSpec
from broxspec.kinds.indexes.partitions import foreign_leaves
from broxspec.project import Context
from broxspec.rule import Finding, rule


@rule("IX223", severity="error", about="spec")
def foreign_partition(spec: IndexSpec, context: Context) -> Iterator[Finding]:
    """An index is asked for on a partitioned table that has a foreign table as a partition.

    On a partitioned table an index is put together: the whole `ON ONLY` the table, the index of each partition concurrently, then attached. The
    whole becomes valid with the last part, and a foreign table can have none, so it stays INVALID for ever. A unique index is refused by
    PostgreSQL in any case: nobody could check it.

    ## When it is fine
    Never as it stands: ask for the index on each partition that is a table, or detach the foreign one.

    ## Example
    ```sql schema
    CREATE TABLE events (id int, at timestamptz) PARTITION BY RANGE (at);
    CREATE TABLE events_2026 PARTITION OF events FOR VALUES FROM ('2026-01-01') TO ('2027-01-01');
    CREATE FOREIGN TABLE events_old PARTITION OF events DEFAULT SERVER archive;
    ```
    ```yaml bad
    kind: indexes
    table: events
    #      ^^^^^^
    indexes:
      - [at]
    ```

    ## Instead
    ```yaml good
    kind: indexes
    table: events_2026
    indexes:
      - [at]
    ```
    """
    table = context.existing.table(spec.table)
    if table is None or table.kind != "partitioned" or spec.index is None:
        return
    there = table.index(spec.name)
    if there is not None and there.valid and there._replace(constraint=None).definition == spec.index.definition:
        return
    foreign = foreign_leaves(context.existing, spec.table)
    if foreign:
        names = ", ".join(f"`{leaf.qualified}`" for leaf in foreign)
        yield Finding(
            spec.table_at,
            f"`{spec.name}` can never become valid: {names} is a foreign table" if len(foreign) == 1 else f"`{spec.name}` can never become valid: {names} are foreign tables",
            note=f"partitioned, with `{foreign[0].qualified}` as a partition",
            labels=tuple(Label(leaf.at, "a foreign table has no indexes") for leaf in foreign if leaf.at),
            help="ask for it on each partition that is a table, or detach the foreign one",
            subject={"schema": spec.table.schema, "table": spec.table.name, "index": spec.name},
        )
