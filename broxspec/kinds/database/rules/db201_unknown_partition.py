from collections.abc import Iterator
from typing import TYPE_CHECKING

from broxspec.catalog.model import Catalog, Name
from broxspec.project import Context
from broxspec.rule import Finding, rule
from broxspec.suggest import did_you_mean, listed

if TYPE_CHECKING:
    from broxspec.kinds.database.model import DatabaseSpec


@rule("DB201", severity="error", about="spec")
def unknown_partition(spec: "DatabaseSpec", context: Context) -> Iterator[Finding]:
    """A stated list of partitions names a table that is no partition of it in the schema.

    `partitions:` says on which partitions migrations build an index one by one. Those that it leaves out are completed by `partitions.sql`, which asks the
    server, so that a list need not hold what the schema source does not show.

    ## When it is fine
    Never: a migration that works on a table which nobody has seen can't be tried.

    ## Example
    ```sql schema
    CREATE TABLE events (id int, at timestamptz) PARTITION BY RANGE (at);
    CREATE TABLE events_2026 PARTITION OF events FOR VALUES FROM ('2026-01-01') TO ('2027-01-01');
    ```
    ```yaml bad
    kind: database
    name: shop
    server_version: 15
    schema: schema.sql
    tables:
      events: {partitions: [events_2025]}
    #                       ^^^^^^^^^^^
    ```

    ## Instead
    ```yaml good
    kind: database
    name: shop
    server_version: 15
    schema: schema.sql
    tables:
      events: {partitions: [events_2026]}
    ```
    """
    for table, stated in spec.partitions.items():
        known = {str(name): name for name in _below(context.existing, table)}
        for place, name in enumerate(stated):
            if name in known.values():
                continue
            what = "is not partitioned" if not known else f"has no partition `{name}` in the schema"
            yield Finding(
                spec.node.at("tables", _key(spec, table), "partitions", place),
                f"`{table}` {what}",
                note=did_you_mean(str(name), sorted(known)),
                help=f"its partitions are {listed(sorted(known)[:8], 'and')}" if known else "take the list out",
                subject={"schema": table.schema, "table": table.name},
            )


def _key(spec: "DatabaseSpec", table: Name) -> str:
    """What the spec calls the table."""
    names = spec.node.get("tables").entries  # type: ignore[union-attr]
    return str(table) if str(table) in names else f"{table.schema}.{table.name}"


def _below(catalog: Catalog, name: Name) -> Iterator[Name]:
    for table in catalog.tables.values():
        if table.partition is not None and table.parents and table.parents[0] == name:
            yield table.qualified
            yield from _below(catalog, table.qualified)
