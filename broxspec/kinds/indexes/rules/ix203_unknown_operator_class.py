from collections.abc import Iterator

from broxspec.catalog.scope import internal, types_of
from broxspec.kinds.indexes.model import IndexSpec
from broxspec.postgres import opclasses
from broxspec.project import Context
from broxspec.rule import Finding, rule
from broxspec.suggest import did_you_mean


@rule("IX203", severity="error", about="spec")
def unknown_operator_class(spec: IndexSpec, context: Context) -> Iterator[Finding]:
    """A key names an operator class that its method does not have, or that does not take its type.

    Operator classes that the schema itself makes count as well.

    ## When it is fine
    Never: the build fails.

    ## Example
    ```sql schema
    CREATE EXTENSION pg_trgm;
    CREATE TABLE products (id int PRIMARY KEY, title text);
    ```
    ```yaml bad
    kind: indexes
    table: products
    indexes:
      - columns: [{column: title, opclass: gin_trgm_op}]
    #                                      ^^^^^^^^^^^
        using: gin
    ```

    ## Instead
    ```yaml good
    kind: indexes
    table: products
    indexes:
      - columns: [{column: title, opclass: gin_trgm_ops}]
        using: gin
    ```
    """
    table = context.existing.table(spec.table)
    types = types_of(context.existing, context.major)
    for key in spec.keys:
        if not key.opclass or (spec.method, key.opclass) in context.existing.opclasses:
            continue
        known = opclasses.named(spec.method, key.opclass, context.major)
        column = table.column(key.column) if table and key.column else None
        if known is None:
            yield _finding(spec, key, f"`{spec.method}` has no operator class `{key.opclass}`", _offer(spec, key, context))
        elif column and not column.type.schema:
            continue
        elif column and opclasses.accepts(spec.method, key.opclass, internal(column.type), context.major, types) is False:
            message = f"operator class `{key.opclass}` does not take `{column.name}`, a `{internal(column.type)}`"
            yield _finding(spec, key, message, f"use one for `{internal(column.type)}`, or leave it out")


def _offer(spec: IndexSpec, key, context: Context) -> str:
    names = sorted({known.name for known in opclasses.table(spec.method, context.major)})
    return did_you_mean(key.opclass, names) or f"leave it out for the default of the type, or see `\\dAc {spec.method}` in psql"


def _finding(spec: IndexSpec, key, message: str, help: str) -> Finding:
    return Finding(
        key.opclass_at,
        message,
        help=help,
        subject={"schema": spec.table.schema, "table": spec.table.name, "index": spec.name},
    )
