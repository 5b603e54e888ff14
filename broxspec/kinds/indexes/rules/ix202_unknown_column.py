from collections.abc import Iterator

from broxspec.catalog.model import Table
from broxspec.diagnostic import Fix
from broxspec.kinds.indexes.mentions import mentions
from broxspec.kinds.indexes.model import IndexSpec
from broxspec.project import Context
from broxspec.rule import Finding, rule
from broxspec.source import Span
from broxspec.specs.edits import sql_name_quoted
from broxspec.specs.tree import Node
from broxspec.suggest import did_you_mean


@rule("IX202", severity="error", about="spec")
def unknown_column(spec: IndexSpec, context: Context) -> Iterator[Finding]:
    """A spec names a column that the table does not have, among its keys, in INCLUDE, in an expression or in its predicate.

    In lists of columns a name is as stored. In expressions and predicates SQL's rule holds: an unquoted name folds to lower case, so `userId`
    there means `userid`; write `"userId"`.

    ## When it is fine
    Never: no index can be made.

    ## Example
    ```sql schema
    CREATE TABLE orders (id int PRIMARY KEY, status text, "deletedAt" timestamptz);
    ```
    ```yaml bad
    kind: indexes
    table: orders
    indexes:
      - columns: [id, status]
        where: deleted_at IS NULL
    #          ^^^^^^^^^^
        label: live
    ```

    ## Instead
    ```yaml good
    kind: indexes
    table: orders
    indexes:
      - columns: [id, status]
        where: '"deletedAt" IS NULL'
        label: live
    ```
    """
    table = context.existing.table(spec.table)
    if table is None or not table.columns:
        return
    for name, span, in_sql in mentions(spec):
        if table.column(name) is None:
            meant = [column.name for column in table.columns if column.name.lower() == name] if in_sql else []
            folded = meant[0] if meant else None
            yield Finding(
                span,
                f"column `{name}` is not in `{table.qualified}`",
                note="no such column",
                help=f'write `"{folded}"`: an unquoted name folds to lower case' if folded else _help(name, table),
                subject={"schema": table.schema, "table": table.name, "columns": [name]},
                fix=_quoted(spec, span) if meant == [span.text] else None,
            )


def _quoted(spec: IndexSpec, span: Span) -> Fix | None:
    """Quotes around a name that is spelt as the column is. PostgreSQL knows no other that it could mean."""
    scalars = [node for node in _scalars(spec.node) if node.source is span.source and node.start <= span.start < span.end <= node.end]
    edit = sql_name_quoted(scalars[0], span) if len(scalars) == 1 else None
    return Fix(f'write `"{span.text}"`', (edit,), safe=True) if edit else None


def _scalars(node: Node) -> Iterator[Node]:
    if node.kind == "scalar":
        yield node
    for inner in (*node.elements, *(value for _, value in node.items)):
        yield from _scalars(inner)


def _help(name: str, table: Table) -> str:
    names = [column.name for column in table.columns]
    shown = ", ".join(f"`{column}`" for column in names[:12]) + (" …" if len(names) > 12 else "")
    return did_you_mean(name, names) or f"it has {shown}"
