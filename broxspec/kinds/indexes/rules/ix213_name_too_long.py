from collections.abc import Iterator

from broxspec.kinds.indexes.model import IndexSpec
from broxspec.postgres.limits import NAME_BYTES
from broxspec.project import Context
from broxspec.rule import Finding, rule


@rule("IX213", severity="error", about="spec")
def name_too_long(spec: IndexSpec, context: Context) -> Iterator[Finding]:
    """An index's name has more than 63 bytes.

    PostgreSQL cuts it with no more than a notice. Two names that begin alike then become one, and what looks for the index by the name in
    the spec does not find it. Bytes count, not characters: `ü` has two.

    ## When it is fine
    Never.

    ## Example
    ```sql schema
    CREATE TABLE orders (id int PRIMARY KEY, total int);
    ```
    ```yaml bad
    kind: indexes
    table: orders
    indexes:
      - columns: [total]
        name: idx_orders_total_and_all_of_the_other_columns_that_the_report_on_sales_needs
    #         ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
    ```

    ## Instead
    ```yaml good
    kind: indexes
    table: orders
    indexes:
      - [total]
    ```
    """
    size = len(spec.name.encode())
    if size > NAME_BYTES:
        yield Finding(
            spec.name_at,
            f"index name has {size} bytes; PostgreSQL keeps {NAME_BYTES}",
            note=f"becomes `{spec.name.encode()[:NAME_BYTES].decode(errors='ignore')}`",
            help="shorten it, or leave `name` out for the derived one",
            subject={"schema": spec.table.schema, "table": spec.table.name, "index": spec.name},
        )
