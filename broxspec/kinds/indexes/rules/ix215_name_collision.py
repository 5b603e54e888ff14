from collections.abc import Iterator

from broxspec.catalog.model import Catalog, Name
from broxspec.kinds.indexes.model import IndexSpec
from broxspec.memo import latest
from broxspec.project import Context
from broxspec.rule import Finding, rule


@rule("IX215", severity="error", about="spec")
def name_collision(spec: IndexSpec, context: Context) -> Iterator[Finding]:
    """An index's name is taken by something else in the same schema.

    Tables, indexes, views and sequences share one namespace. `IF NOT EXISTS` would hide the collision: no index is made and no error is given.

    ## When it is fine
    Never.

    ## Example
    ```sql schema
    CREATE TABLE orders (id int PRIMARY KEY, total int);
    CREATE VIEW idx_orders_total AS SELECT total FROM orders;
    ```
    ```yaml bad
    kind: indexes
    table: orders
    indexes:
      - [total]
    #   ^^^^^^^
    ```

    ## Instead
    ```yaml good
    kind: indexes
    table: orders
    indexes:
      - columns: [total]
        name: idx_orders_total_key
    ```
    """
    holder = _holder(spec, context.existing)
    if holder:
        yield Finding(
            spec.name_at,
            f"the name `{spec.name}` is taken by {holder}",
            help="give the index another `name`",
            subject={"schema": spec.table.schema, "table": spec.table.name, "index": spec.name},
        )


def _holder(spec: IndexSpec, catalog: Catalog) -> str:
    name = Name(spec.table.schema, spec.name)
    if catalog.table(name):
        return "a table"
    if name in catalog.relations:
        return f"a {catalog.relations[name]}"
    table = _tables_of_indexes(catalog).get(name)
    return f"an index of `{table}`" if table and table != spec.table else ""


@latest
def _tables_of_indexes(catalog: Catalog) -> dict[Name, Name]:
    return {Name(index.schema, index.name): Name(index.schema, index.table) for index in catalog.indexes()}
