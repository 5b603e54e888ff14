from collections.abc import Iterator

from broxspec.kinds.indexes.model import IndexSpec
from broxspec.project import Context
from broxspec.rule import Finding, rule
from broxspec.suggest import did_you_mean


@rule("IX221", severity="error", about="spec")
def unknown_query(spec: IndexSpec, context: Context) -> Iterator[Finding]:
    """An index says that it serves a query that is not in the project's list.

    The list is the file that `queries` of `broxspec.toml` names, by default `specs/workload/queries.sql`: SQL, each query under a line
    `-- name: the_name`.

    ## When it is fine
    Never; name a query of the list, or add it there.

    ## Example
    ```sql schema
    CREATE TABLE orders (id int PRIMARY KEY, user_id int, created_at timestamptz);
    ```
    ```sql queries
    -- name: order_history
    SELECT id FROM orders WHERE user_id = $1 ORDER BY created_at DESC LIMIT 20;
    ```
    ```yaml bad
    kind: indexes
    table: orders
    indexes:
      - columns: [user_id, created_at desc]
        serves: [orders_history]
    #            ^^^^^^^^^^^^^^
    ```

    ## Instead
    ```yaml good
    kind: indexes
    table: orders
    indexes:
      - columns: [user_id, created_at desc]
        serves: [order_history]
    ```
    """
    if not spec.serves or context.project is None:
        return
    known = context.project.queries
    listed = context.project.config.queries or "specs/workload/queries.sql"
    for place, name in enumerate(spec.serves):
        if name not in known:
            yield Finding(
                spec.node.at("serves", place),
                f"query `{name}` is not in the list",
                note="no such query",
                help=did_you_mean(name, known) or f"add it to `{listed}`, under `-- name: {name}`",
                subject={"schema": spec.table.schema, "table": spec.table.name, "index": spec.name},
            )
