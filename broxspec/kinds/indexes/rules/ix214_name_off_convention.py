from collections.abc import Iterator

from broxspec.kinds.indexes.model import IndexSpec
from broxspec.project import Context
from broxspec.rule import Finding, rule


@rule("IX214", severity="info", about="spec")
def name_off_convention(spec: IndexSpec, context: Context) -> Iterator[Finding]:
    """An index's explicit name does not follow the convention `idx_{table}_{columns}_{condition}`.

    A name that says the table and the columns makes a plan or a log line readable. The derived name does so by itself; this is about a `name:`
    that neither is the derived one nor begins with `idx_{table}_`. An index that exists already under its name is left in peace, and so is
    one that is adopted.

    ## When it is fine
    The name is used elsewhere (a hint, an upsert, a dashboard) and must stay.

    ## Example
    ```sql schema
    CREATE TABLE orders (id int PRIMARY KEY, total int);
    ```
    ```yaml bad
    kind: indexes
    table: orders
    indexes:
      - columns: [total]
        name: by_total
    #         ^^^^^^^^
    ```

    ## Instead
    ```yaml good
    kind: indexes
    table: orders
    indexes:
      - columns: [total]
        name: idx_orders_total_for_report
    ```
    """
    if not spec.explicit_name or spec.adopt or spec.name.startswith(f"idx_{spec.table.name}_"):
        return
    table = context.existing.table(spec.table)
    if table is not None and table.index(spec.name) is None:
        yield Finding(
            spec.name_at,
            f"index name `{spec.name}` does not follow the convention `idx_{spec.table.name}_…`",
            help="leave `name` out for the derived one",
            fine="the name is used elsewhere",
            subject={"schema": spec.table.schema, "table": spec.table.name, "index": spec.name},
        )
