from collections.abc import Iterator

from broxspec.kinds.indexes.model import IndexSpec
from broxspec.kinds.indexes.needed import needed
from broxspec.project import Context
from broxspec.rule import Finding, rule


@rule("IX220", severity="error", about="spec")
def needed_index_dropped(spec: IndexSpec, context: Context) -> Iterator[Finding]:
    """A `replaces:` or `drop:` names an index that something needs.

    It backs a constraint, a foreign key references its columns, it is the replica identity or the cluster order, it is a partition's
    part of a partitioned index, or, once all that is to go has gone, it was a foreign key's only cover.

    ## When it is fine
    Never as it stands: drop the constraint in a migration of your own, or cover the foreign key first.

    ## Example
    ```sql schema
    CREATE TABLE users (id int PRIMARY KEY);
    CREATE TABLE orders (id int PRIMARY KEY, user_id int REFERENCES users, total int);
    CREATE INDEX orders_user_id_idx ON orders (user_id);
    ```
    ```yaml bad
    kind: indexes
    table: orders
    indexes:
      - {drop: orders_user_id_idx, why: never scanned}
    #          ^^^^^^^^^^^^^^^^^^
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
    table = context.existing.table(spec.table)
    wanted = context.catalog.table(spec.table)
    if table is None or wanted is None:
        return
    for name, span in spec.removals:
        index = table.index(name)
        reason = needed(index, wanted, context.catalog) if index else ""
        if reason:
            yield Finding(
                span,
                f"`{name}` can't go: {reason}",
                note="needed",
                help="add an index that covers the foreign key, or keep this one" if "foreign key `" in reason else "keep it",
                subject={"schema": table.schema, "table": table.name, "index": name},
            )
