"""IX209."""

from collections.abc import Iterator

from broxspec.catalog.scope import scope_of, types_of
from broxspec.kinds.indexes.model import IndexSpec
from broxspec.postgres.expressions import judge
from broxspec.project import Context
from broxspec.rule import Finding, rule


@rule("IX209", severity="error", about="spec")
def mutable_expression(spec: IndexSpec, context: Context) -> Iterator[Finding]:
    """A key's expression or a predicate is not immutable, or holds what an index can't.

    An entry must stay true for ever, so PostgreSQL takes immutable functions only: not `now()`, and not what depends on the time zone
    (`timestamptz` to `date`), the locale or another setting. Subqueries, aggregates and functions that return sets are refused as well.

    Volatility is that of PostgreSQL's own catalog for the target version. Where a type or function can't be known, nothing is said here,
    and `verify` tells.

    ## When it is fine
    Never: the build fails.

    ## Example
    ```sql schema
    CREATE TABLE orders (id int PRIMARY KEY, created_at timestamptz);
    ```
    ```yaml bad
    kind: indexes
    table: orders
    indexes:
      - columns: [id]
        where: created_at > now() - interval '30 days'
    #                       ^^^
        label: recent
    ```

    ## Instead
    ```yaml good
    kind: indexes
    table: orders
    indexes:
      - columns: [id]
        where: created_at > '2026-01-01+00'
        label: from_2026
    ```
    """
    table = context.existing.table(spec.table)
    if table is None or not spec.fragments:
        return
    scope = scope_of(table, context.existing, types_of(context.existing, context.major))
    for sql, predicate in spec.fragments:
        if sql.node is None:
            continue
        judged = judge(sql.node, scope, predicate)
        subject = {"schema": table.schema, "table": table.name, "index": spec.name}
        where = "a predicate" if predicate else "an index expression"
        if judged.forbidden:
            yield Finding(
                sql.word_at(judged.forbidden.location),
                f"{where} can't hold {judged.forbidden.what}",
                note="refused by PostgreSQL",
                help="use columns, constants and immutable functions",
                subject=subject,
            )
        elif judged.because and judged.volatility in ("stable", "volatile"):
            yield Finding(
                sql.word_at(judged.because.location),
                f"{judged.because.what} is {judged.volatility}, and {where} must be immutable",
                note=f"{judged.volatility}",
                help=_HELP[predicate],
                subject=subject,
            )


_HELP = {
    True: "use a constant or another column; a condition that moves with time belongs in the query",
    False: "fix the time zone (`AT TIME ZONE 'UTC'`), name the configuration, or store the value in a generated column",
}
