from collections.abc import Iterator

from broxspec.kinds.indexes.model import IndexSpec
from broxspec.postgres import methods, opclasses
from broxspec.project import Context
from broxspec.rule import Finding, rule


@rule("IX206", severity="error", about="spec")
def missing_extension(spec: IndexSpec, context: Context) -> Iterator[Finding]:
    """An index needs an extension that the schema does not create.

    ## When it is fine
    The extension is installed outside of the schema source (by the platform, by hand). Better say so there: `CREATE EXTENSION IF NOT EXISTS`, or
    `extensions = […]` in schema.prisma.

    ## Example
    ```sql schema
    CREATE TABLE products (id int PRIMARY KEY, title text);
    ```
    ```yaml bad
    kind: indexes
    table: products
    indexes:
      - columns: [{column: title, opclass: gin_trgm_ops}]
    #                                      ^^^^^^^^^^^^
        using: gin
    ```

    ## Instead
    ```yaml good
    kind: indexes
    table: products
    indexes:
      - columns: [{column: title, opclass: text_pattern_ops}]
    ```
    """
    present = set(context.existing.extensions)
    method = methods.get(spec.method, context.major)
    if method and method.extension and method.extension not in present:
        yield _finding(spec, spec.node.at("using"), f"method `{spec.method}`", method.extension)
    for key in spec.keys:
        known = opclasses.named(spec.method, key.opclass, context.major) if key.opclass else None
        if known and known.extension and known.extension not in present:
            yield _finding(spec, key.opclass_at, f"operator class `{key.opclass}`", known.extension)


def _finding(spec: IndexSpec, span, what: str, extension: str) -> Finding:
    return Finding(
        span,
        f"{what} belongs to extension `{extension}`, which the schema does not create",
        note="not installed",
        help=f"add `CREATE EXTENSION {extension};` to the schema",
        fine="it is installed outside of the schema source",
        subject={"schema": spec.table.schema, "table": spec.table.name, "index": spec.name},
    )
