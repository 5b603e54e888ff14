from collections.abc import Iterator

from broxspec.catalog.model import Catalog, Index, Name, Table
from broxspec.kinds.indexes.cover import replaceable
from broxspec.project import Context
from broxspec.rule import Finding, rule


@rule("IX106", severity="warning", about="table")
def two_valued_index(table: Table, context: Context) -> Iterator[Finding]:
    """An index's only key has two values.

    An index on a boolean splits the table in two. Unless one side is rare the planner reads the table instead, and every write still
    maintains the index. What is wanted is nearly always the rare side: a partial index, on a column that orders or narrows it.

    ## When it is fine
    One value is rare, and the queries that look for it vary too much for one partial index.

    ## Example
    ```sql bad
    CREATE TABLE jobs (id int PRIMARY KEY, done boolean NOT NULL);
    CREATE INDEX jobs_done_idx ON jobs (done);
    --           ^^^^^^^^^^^^^
    ```

    ## Instead
    ```sql good
    CREATE TABLE jobs (id int PRIMARY KEY, done boolean NOT NULL);
    CREATE INDEX jobs_open_idx ON jobs (id) WHERE NOT done;
    ```
    """
    for index in table.indexes:
        if len(index.keys) > 1 or index.predicate or index.include or not replaceable(index):
            continue
        column = table.column(index.keys[0].column or "")
        values = _values(column.type.schema, column.type.name, context.catalog) if column else ""
        if column and values and not column.type.dimensions:
            yield _finding(table, index, values)


def _values(schema: str | None, name: str, catalog: Catalog) -> str:
    """The two values of a type, or nothing."""
    if name == "bool":
        return "`true` and `false`"
    enum = catalog.enums.get(Name(schema or "public", name))
    return " and ".join(f"`{label}`" for label in enum.labels) if enum and len(enum.labels) == 2 else ""


def _finding(table: Table, index: Index, values: str) -> Finding:
    column = index.keys[0].column
    return Finding(
        index.at or table.at,
        f"the only key of `{index.name}` has two values, {values}",
        note=f"`{column}` splits `{table.qualified}` in two",
        help=f"index another column, WHERE `{column}` has the rare value",
        fine="one of the values is rare and is what queries look for",
        subject={"schema": table.schema, "table": table.name, "index": index.name, "columns": [column]},
    )
