from collections.abc import Iterator

from broxspec.catalog.model import Name
from broxspec.diagnostic import Label
from broxspec.kinds.indexes.model import IndexSpec
from broxspec.project import Context
from broxspec.rule import Finding, rule


@rule("IX222", severity="error", about="spec")
def unadopted_index(spec: IndexSpec, context: Context) -> Iterator[Finding]:
    """An index of that name exists with another definition, and broxspec did not make it.

    A spec that names an existing index with the same definition refers to it, and nothing happens. With another definition the index would
    have to be rebuilt, and broxspec changes only what it owns. `adopt: true` says that it may.

    ## When it is fine
    Never: decide whether the spec or the schema is right.

    ## Example
    ```sql schema
    CREATE TABLE orders (id int PRIMARY KEY, user_id int, total int);
    CREATE INDEX idx_orders_user_id ON orders (user_id, total);
    ```
    ```yaml bad
    kind: indexes
    table: orders
    indexes:
      - [user_id]
    #   ^^^^^^^^^
    ```

    ## Instead
    ```yaml good
    kind: indexes
    table: orders
    indexes:
      - columns: [user_id]
        name: idx_orders_user_id
        adopt: true
    ```
    """
    table = context.existing.table(spec.table)
    wanted = spec.index
    index = table.index(spec.name) if table else None
    if index is None or wanted is None or spec.adopt or context.database is None:
        return
    if Name(table.schema, index.name) in context.database.owned or index._replace(constraint=None).definition == wanted.definition:
        return
    yield Finding(
        spec.name_at,
        f"`{table.qualified}` has an index `{index.name}` with another definition",
        note="not owned",
        labels=(Label(index.at, "as it is"),) if index.at else (),
        help="add `adopt: true` to rebuild it as the spec says, or give the wanted index another `name`",
        subject={"schema": table.schema, "table": table.name, "index": index.name},
    )
