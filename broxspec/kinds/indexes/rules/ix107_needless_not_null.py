from collections.abc import Iterator

from broxspec.catalog.model import Table
from broxspec.kinds.indexes.predicate import conjuncts
from broxspec.project import Context
from broxspec.rule import Finding, rule


@rule("IX107", severity="warning", about="table")
def needless_not_null(table: Table, context: Context) -> Iterator[Finding]:
    """A predicate asks `IS NOT NULL` of a column that is NOT NULL.

    It excludes no row, and makes the index partial all the same: a foreign key check or an upsert may then not see it as covering.

    ## When it is fine
    While the column is on its way to become nullable.

    ## Example
    ```sql bad
    CREATE TABLE orders (id int PRIMARY KEY, paid_at timestamptz NOT NULL);
    CREATE INDEX orders_paid_idx ON orders (paid_at) WHERE paid_at IS NOT NULL;
    --           ^^^^^^^^^^^^^^^
    ```

    ## Instead
    ```sql good
    CREATE TABLE orders (id int PRIMARY KEY, paid_at timestamptz);
    CREATE INDEX orders_paid_idx ON orders (paid_at) WHERE paid_at IS NOT NULL;
    ```
    """
    for index in table.indexes:
        for condition in conjuncts(index.predicate) if index.predicate else ():
            column = table.column(condition.column or "")
            if condition.test == "not null" and column and column.not_null:
                yield Finding(
                    index.at or table.at,
                    f"the predicate of `{index.name}` asks `{column.name} IS NOT NULL`, which `{table.qualified}` guarantees",
                    note="excludes no row",
                    help="leave the condition out",
                    subject={"schema": table.schema, "table": table.name, "index": index.name, "columns": [column.name]},
                )
