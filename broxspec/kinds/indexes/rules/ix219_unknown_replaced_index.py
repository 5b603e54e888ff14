from collections.abc import Iterator

from broxspec.kinds.indexes.model import IndexSpec
from broxspec.project import Context
from broxspec.rule import Finding, rule
from broxspec.suggest import did_you_mean


@rule("IX219", severity="error", about="spec")
def unknown_replaced_index(spec: IndexSpec, context: Context) -> Iterator[Finding]:
    """A `replaces:` or `drop:` names an index that is not there.

    It never was, has another name, or belongs to another table. One that an own migration has dropped already is known, and silent.

    ## When it is fine
    Never; take the line out.

    ## Example
    ```sql schema
    CREATE TABLE orders (id int PRIMARY KEY, user_id int, total int);
    CREATE INDEX orders_user_id_idx ON orders (user_id);
    ```
    ```yaml bad
    kind: indexes
    table: orders
    indexes:
      - columns: [user_id, total]
        replaces: [orders_userid_idx]
    #              ^^^^^^^^^^^^^^^^^
    ```

    ## Instead
    ```yaml good
    kind: indexes
    table: orders
    indexes:
      - columns: [user_id, total]
        replaces: [orders_user_id_idx]
    ```
    """
    database = context.database
    table = context.existing.table(spec.table)
    if table is None or database is None:
        return
    # The base still has what an own frozen migration dropped or replaced.
    base = database.base.table(spec.table)
    known = {index.name for index in (*table.indexes, *(base.indexes if base else ()))}
    for name, span in spec.removals:
        if name not in known:
            yield Finding(
                span,
                f"`{table.qualified}` has no index `{name}`",
                note="no such index",
                help=did_you_mean(name, known) or "take it out",
                subject={"schema": table.schema, "table": table.name, "index": name},
            )
