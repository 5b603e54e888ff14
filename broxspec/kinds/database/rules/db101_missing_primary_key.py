from collections.abc import Iterator

from broxspec.catalog.model import Table
from broxspec.project import Context
from broxspec.rule import Finding, rule


@rule("DB101", severity="warning", about="table")
def missing_primary_key(table: Table, context: Context) -> Iterator[Finding]:
    """A table has no primary key.

    Nothing then names a row: duplicates can't be told apart or deleted one by one, logical replication refuses updates and deletes, and
    tools that change tables online refuse to work.

    Partitions are judged by their parent, and a table whose REPLICA IDENTITY names a unique index has what it needs.

    ## When it is fine
    The table is only ever appended to or loaded whole, and is not replicated logically.

    ## Example
    ```sql bad
    CREATE TABLE settings (name text, value text);
    --           ^^^^^^^^
    ```

    ## Instead
    ```sql good
    CREATE TABLE settings (name text PRIMARY KEY, value text);
    ```
    """
    if table.kind not in ("table", "partitioned") or table.partition or table.persistence == "temporary":
        return
    if table.primary_key or table.replica_identity.startswith("index:") or not table.at:
        return
    candidates = [
        index.name
        for index in table.indexes
        if index.unique and not index.predicate and None not in index.columns and _all_not_null(table, index.columns)
    ]
    yield Finding(
        table.at,
        f"table `{table.qualified}` has no primary key",
        note="rows have no name",
        help=f"make unique index `{candidates[0]}` the primary key" if candidates else "add a primary key",
        fine="rows are only appended or loaded whole, and never replicated logically",
        subject={"schema": table.schema, "table": table.name},
    )


def _all_not_null(table: Table, columns: tuple[str | None, ...]) -> bool:
    found = [table.column(name) for name in columns if name]
    return all(column is not None and column.not_null for column in found)
