from collections.abc import Iterator

from broxspec.catalog.model import Enum
from broxspec.kinds.indexes.judgement import judged
from broxspec.kinds.indexes.model import IndexSpec
from broxspec.project import Context
from broxspec.rule import Finding, rule
from broxspec.suggest import did_you_mean


@rule("IX207", severity="error", about="spec")
def unknown_enum_label(spec: IndexSpec, context: Context) -> Iterator[Finding]:
    """A predicate or expression compares an enum column with a label that the enum does not have.

    Labels are case-sensitive. PostgreSQL refuses the statement, but only when the migration runs.

    ## When it is fine
    Never: the build fails.

    ## Example
    ```sql schema
    CREATE TYPE status AS ENUM ('PENDING', 'ACTIVE', 'CLOSED');
    CREATE TABLE orders (id int PRIMARY KEY, status status, created_at timestamptz);
    ```
    ```yaml bad
    kind: indexes
    table: orders
    indexes:
      - columns: [created_at]
        where: status = 'active'
    #                   ^^^^^^^^
        label: active
    ```

    ## Instead
    ```yaml good
    kind: indexes
    table: orders
    indexes:
      - columns: [created_at]
        where: status = 'ACTIVE'
        label: active
    ```
    """
    table = context.existing.table(spec.table)
    fragments = [(sql, predicate) for sql, predicate in spec.fragments if sql.node]
    if table is None or not fragments:
        return
    enums = {name.name: enum for name, enum in context.existing.enums.items()}
    for sql, predicate in fragments:
        for literal in judged(sql, predicate, table, context.existing, context.major).literals:
            enum = enums.get(literal.type.removeprefix("_")) if not literal.type.startswith("_") else None
            if enum and literal.value not in enum.labels:
                yield Finding(
                    sql.word_at(literal.location),
                    f"enum `{enum.name}` has no label `{literal.value}`",
                    note="no such label",
                    help=_help(literal.value, enum),
                    subject={"schema": table.schema, "table": table.name, "index": spec.name},
                )


def _help(value: str, enum: Enum) -> str:
    same = next((label for label in enum.labels if label.lower() == value.lower()), None)
    if same:
        return f"write `{same}`: labels are case-sensitive"
    return did_you_mean(value, enum.labels) or "it has " + ", ".join(f"`{label}`" for label in enum.labels)
