from collections.abc import Iterator

from broxspec.kinds.indexes.model import IndexSpec
from broxspec.postgres import methods
from broxspec.project import Context
from broxspec.rule import Finding, rule


@rule("IX210", severity="error", about="spec")
def include_unsupported(spec: IndexSpec, context: Context) -> Iterator[Finding]:
    """An index has INCLUDE columns, and its method can't hold any.

    Btree, gist and (since PostgreSQL 14) spgist can.

    ## When it is fine
    Never: the build fails.

    ## Example
    ```sql schema
    CREATE TABLE products (id int PRIMARY KEY, title text, tags text[]);
    ```
    ```yaml bad
    kind: indexes
    table: products
    indexes:
      - columns: [tags]
        using: gin
        include: [title]
    #            ^^^^^^^
    ```

    ## Instead
    ```yaml good
    kind: indexes
    table: products
    indexes:
      - {columns: [tags], using: gin}
    ```
    """
    method = methods.get(spec.method, context.major)
    if spec.include and method and not method.can_include:
        yield Finding(
            spec.node.at("include"),
            f"`{spec.method}` indexes hold no INCLUDE columns",
            help="leave `include` out, or use btree",
            subject={"schema": spec.table.schema, "table": spec.table.name, "index": spec.name},
        )
