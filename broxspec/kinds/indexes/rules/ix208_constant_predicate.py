from collections.abc import Iterator

from broxspec.catalog.model import Catalog, Column, Enum, Name, Table
from broxspec.kinds.indexes.model import IndexSpec
from broxspec.kinds.indexes.predicate import Conjunct, conjuncts
from broxspec.project import Context
from broxspec.rule import Finding, rule


@rule("IX208", severity="warning", about="spec")
def constant_predicate(spec: IndexSpec, context: Context) -> Iterator[Finding]:
    """A predicate is true for every row, or for none.

    What the schema says of the column decides: `IS NULL` on a NOT NULL column holds for no row, an enum column `IN` all of its labels for every
    row, and so with two conditions that exclude each other, and with a value that a CHECK constraint forbids. An index that is empty serves
    nothing; one that excludes nothing is partial for no gain.

    ## When it is fine
    The column or the enum is about to change so that the predicate means something.

    ## Example
    ```sql schema
    CREATE TABLE orders (
        id int PRIMARY KEY,
        status text NOT NULL CHECK (status IN ('open', 'done')),
        total int
    );
    ```
    ```yaml bad
    kind: indexes
    table: orders
    indexes:
      - columns: [total]
        where: status = 'opened'
    #          ^^^^^^^^^^^^^^^^^
        label: opened
    ```

    ## Instead
    ```yaml good
    kind: indexes
    table: orders
    indexes:
      - columns: [total]
        where: status = 'open'
        label: open
    ```
    """
    table = context.existing.table(spec.table)
    if table is None or spec.where is None:
        return
    conditions = conjuncts(spec.where.fragment)
    reason = _never(conditions, table, context.existing)
    always = "" if reason else _always(conditions, table, context.existing)
    if reason or always:
        yield Finding(
            spec.node.at("where"),
            f"the predicate holds for {'no' if reason else 'every'} row of `{table.qualified}`: {reason or always}",
            note="never true" if reason else "always true",
            help="correct the predicate" if reason else "leave `where` out",
            subject={"schema": table.schema, "table": table.name, "index": spec.name},
        )


def _never(conditions: list[Conjunct], table: Table, catalog: Catalog) -> str:
    """Why no row can meet all the conditions; empty where one may."""
    equal: dict[str, set[str]] = {}
    tests: dict[str, set[str]] = {}
    for condition in conditions:
        column = table.column(condition.column or "")
        if column is None:
            continue
        tests.setdefault(column.name, set()).add(condition.test)
        if condition.test == "null" and column.not_null:
            return f"`{column.name}` is NOT NULL"
        if condition.test == "equal":
            wanted = equal.setdefault(column.name, set(condition.values))
            wanted &= set(condition.values)
            allowed = _allowed(column, table, catalog)
            # A wrong label is the business of `unknown-enum-label`.
            enum = _enum(column, catalog)
            if enum and not wanted <= set(enum.labels):
                continue
            if not wanted:
                return f"`{column.name}` can't have two values at once"
            if allowed is not None and not wanted & allowed:
                return f"`{column.name}` is one of " + ", ".join(f"`{value}`" for value in sorted(allowed))
    for name, found in tests.items():
        if {"true", "false"} <= found or ("null" in found and found & {"equal", "true", "false", "not null", "compare"}):
            return f"its conditions on `{name}` exclude each other"
    return ""


def _always(conditions: list[Conjunct], table: Table, catalog: Catalog) -> str:
    """Why every row meets all the conditions; empty where one may not."""
    reasons = [_excludes_nothing(condition, table, catalog) for condition in conditions]
    return reasons[0] if reasons and all(reasons) else ""


def _excludes_nothing(condition: Conjunct, table: Table, catalog: Catalog) -> str:
    column = table.column(condition.column or "")
    # `IS NOT NULL` on a NOT NULL column is the business of `needless-not-null`.
    if column is None or not column.not_null or condition.test not in ("equal", "unequal"):
        return ""
    allowed = _allowed(column, table, catalog)
    if allowed is None:
        return ""
    values = set(condition.values)
    excludes = allowed - values if condition.test == "equal" else allowed & values
    return "" if excludes else f"`{column.name}` is always one of " + ", ".join(f"`{value}`" for value in sorted(allowed))


def _enum(column: Column, catalog: Catalog) -> Enum | None:
    return catalog.enums.get(Name(column.type.schema or "public", column.type.name))


def _allowed(column: Column, table: Table, catalog: Catalog) -> set[str] | None:
    """The values that a column can have besides NULL, where an enum or a CHECK lists them."""
    if column.type.dimensions:
        return None
    enum = _enum(column, catalog)
    allowed = set(enum.labels) if enum else None
    for check in table.checks:
        for condition in conjuncts(check.expression):
            if condition.test == "equal" and condition.column == column.name:
                allowed = set(condition.values) if allowed is None else allowed & set(condition.values)
    return allowed
