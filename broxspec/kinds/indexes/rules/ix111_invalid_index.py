from collections.abc import Iterator

from broxspec.catalog.model import Index, Name, Table
from broxspec.kinds.indexes.words import drop_index
from broxspec.project import Context
from broxspec.rule import Finding, rule


@rule("IX111", severity="warning", about="table")
def invalid_index(table: Table, context: Context) -> Iterator[Finding]:
    """An index is invalid: no query uses it, and every write maintains it.

    It is what a concurrent build leaves behind that failed or was killed. An index of a partitioned table is invalid too as long as one
    partition lacks its own; building those and attaching them mends it. One that a spec asks for is not reported: its migration builds and
    attaches them, and checks.

    ## When it is fine
    While it is being built.

    ## Example
    ```sql bad
    CREATE TABLE events (id int, at timestamptz) PARTITION BY RANGE (at);
    CREATE TABLE events_2026 PARTITION OF events FOR VALUES FROM ('2026-01-01') TO ('2027-01-01');
    CREATE INDEX events_at_idx ON ONLY events (at);
    --           ^^^^^^^^^^^^^
    ```

    ## Instead
    ```sql good
    CREATE TABLE events (id int, at timestamptz) PARTITION BY RANGE (at);
    CREATE TABLE events_2026 PARTITION OF events FOR VALUES FROM ('2026-01-01') TO ('2027-01-01');
    CREATE INDEX events_at_idx ON ONLY events (at);
    CREATE INDEX events_2026_at_idx ON events_2026 (at);
    ALTER INDEX events_at_idx ATTACH PARTITION events_2026_at_idx;
    ```
    """
    for index in table.indexes:
        if index.valid:
            continue
        partitioned = table.kind == "partitioned"
        if partitioned and _being_built(table, index, context):
            continue
        yield Finding(
            index.at or table.at,
            f"index `{index.name}` of `{table.qualified}` is invalid",
            note="a partition lacks its index" if partitioned else "left behind by a failed build",
            help="build and attach the missing ones" if partitioned else f"drop it: {drop_index(index)}, then build it again",
            fine="it is being built right now",
            subject={"schema": table.schema, "table": table.name, "index": index.name},
        )


def _being_built(table: Table, index: Index, context: Context) -> bool:
    """Whether a migration of ours sees to its parts."""
    return index.wanted or (context.database is not None and Name(table.schema, index.name) in context.database.owned)
