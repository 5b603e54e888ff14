from collections.abc import Iterator

from broxspec.catalog.model import Table
from broxspec.project import Context
from broxspec.rule import Finding, rule

# Beyond the primary key. Each index costs an insert about as much as writing the row once more; the two figures are where the
# published write benchmarks of ten and more indexes begin to lose half of the throughput. They are a convention, not a limit.
_BUSY_WRITES_PER_SECOND = 50.0
_MANY = 8


@rule("IX217", severity="warning", about="table")
def too_many_indexes(table: Table, context: Context) -> Iterator[Finding]:
    """A table that is written often has many indexes.

    Every insert writes to each of them, and so does every update that is not HOT. What counts as often is 50 writes a second or more, stated
    in `kind: database` under `tables:`; many are more than eight besides the primary key, those of specs included.

    ## When it is fine
    The writes come in bulk at night, and all indexes are used by day.

    ## Example
    ```sql schema
    CREATE TABLE events (id int PRIMARY KEY, a int, b int, c int, d int, e int, f int, g int, h int, i int);
    CREATE INDEX ON events (a);
    CREATE INDEX ON events (b);
    CREATE INDEX ON events (c);
    CREATE INDEX ON events (d);
    CREATE INDEX ON events (e);
    CREATE INDEX ON events (f);
    CREATE INDEX ON events (g);
    CREATE INDEX ON events (h);
    ```
    ```yaml bad
    kind: database
    name: app
    server_version: 15
    schema: schema.sql
    runner: psql
    migrations: migrations
    tables:
      events: {rows: 1000000, writes: 200/s}
    ---
    kind: indexes
    table: events
    indexes:
      - [i]
    #   ^^^
    ```

    ## Instead
    ```yaml good
    kind: database
    name: app
    server_version: 15
    schema: schema.sql
    runner: psql
    migrations: migrations
    tables:
      events: {rows: 1000000, writes: 1/s}
    ---
    kind: indexes
    table: events
    indexes:
      - [i]
    ```
    """
    writes = context.database.spec.writes_per_second(table.qualified) if context.database else None
    if not writes or writes < _BUSY_WRITES_PER_SECOND:
        return
    indexes = [index for index in table.indexes if not index.primary]
    wanted = [index for index in indexes if index.wanted]
    if len(indexes) > _MANY and wanted:
        last = wanted[-1]
        yield Finding(
            last.at or table.at,
            f"`{table.qualified}` has {len(indexes)} indexes besides its primary key, and {writes:g} writes a second",
            note=f"index {len(indexes)} of a table that is written often",
            help="merge or drop some: every insert writes to each",
            fine="the writes come in bulk, and every index is used",
            subject={"schema": table.schema, "table": table.name, "indexes": sorted(index.name for index in indexes)},
        )
