from collections.abc import Iterator

from broxspec.diagnostic import Fix
from broxspec.kinds.indexes.model import IndexSpec
from broxspec.project import Context
from broxspec.rule import Finding, rule
from broxspec.source import Span
from broxspec.specs.edits import without_field, without_item


@rule("IX212", severity="warning", about="spec")
def duplicate_column(spec: IndexSpec, context: Context) -> Iterator[Finding]:
    """An index holds a column twice.

    A second key on the same column narrows nothing, and an INCLUDE column that is a key already is stored twice. The same column with another
    operator class or collation is another key, and fine.

    ## When it is fine
    Never.

    ## Example
    ```sql schema
    CREATE TABLE orders (id int PRIMARY KEY, user_id int, total int);
    ```
    ```yaml bad
    kind: indexes
    table: orders
    indexes:
      - columns: [user_id, total]
        include: [total]
    #             ^^^^^
    ```

    ## Instead
    ```yaml good
    kind: indexes
    table: orders
    indexes:
      - columns: [user_id]
        include: [total]
    ```
    """
    seen = set()
    for key in spec.keys:
        identity = (key.column, key.opclass, key.collation)
        if key.column is not None and identity in seen:
            yield _finding(spec, key.at, key.column, "is a key twice")
        seen.add(identity)
    keys = {key.column for key in spec.keys if not key.opclass and not key.collation}
    for place, name in enumerate(spec.include):
        if name in keys:
            yield _finding(spec, spec.node.at("include", place), name, "is a key, and in `include` as well", _without(spec, place))
        elif name in spec.include[:place]:
            yield _finding(spec, spec.node.at("include", place), name, "is in `include` twice", _without(spec, place))


def _without(spec: IndexSpec, place: int) -> Fix | None:
    """Take a column out of `include`. A key can't be taken out unasked: the index's name may come from it."""
    listed = spec.node.get("include")
    if listed is None or listed.kind != "sequence":
        return None
    edit = without_item(listed, place) if len(listed.elements) > 1 else without_field(spec.node, "include")
    return Fix(f"take `{spec.include[place]}` out of `include`", (edit,), safe=True) if edit else None


def _finding(spec: IndexSpec, span: Span, column: str, what: str, fix: Fix | None = None) -> Finding:
    return Finding(
        span,
        f"column `{column}` {what}",
        help="leave one out",
        subject={"schema": spec.table.schema, "table": spec.table.name, "index": spec.name, "columns": [column]},
        fix=fix,
    )
