from collections.abc import Iterator

from broxspec.catalog.scope import internal, types_of
from broxspec.kinds.indexes.model import IndexSpec
from broxspec.postgres import opclasses
from broxspec.project import Context
from broxspec.rule import Finding, rule


@rule("IX204", severity="error", about="spec")
def no_default_operator_class(spec: IndexSpec, context: Context) -> Iterator[Finding]:
    """The method can't index a key's type as it stands.

    A method indexes a type through an operator class, and there is no default one here: `gin` on plain text needs `gin_trgm_ops` of pg_trgm,
    `json` has none at all (`jsonb` has), `point` has one for gist alone.

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
      - columns: [title]
    #             ^^^^^
        using: gin
    ```

    ## Instead
    ```yaml good
    kind: indexes
    table: products
    indexes:
      - {columns: [tags], using: gin}
    ```
    """
    table = context.existing.table(spec.table)
    types = types_of(context.existing, context.major)
    for key in spec.keys if table else ():
        column = table.column(key.column) if key.column else None
        if column is None or key.opclass or types.get(internal(column.type)) is None:
            continue
        if opclasses.default(spec.method, internal(column.type), context.major, types) is None:
            yield Finding(
                key.at,
                f"`{spec.method}` has no default operator class for `{column.name}`, a `{internal(column.type)}`",
                note="can't be indexed as it stands",
                help=_help(spec.method, internal(column.type), context.major),
                subject={"schema": table.schema, "table": table.name, "index": spec.name, "columns": [column.name]},
            )


def _help(method: str, type_name: str, major: int) -> str:
    offered = opclasses.choices(method, type_name, major)
    if not offered:
        return "use another method, or index an expression of another type"
    first = offered[0]
    extension = f" of extension `{first.extension}`" if first.extension else ""
    return f"name one: `opclass: {first.name}`{extension}"
