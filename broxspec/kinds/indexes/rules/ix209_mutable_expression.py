from collections.abc import Iterator

from broxspec.kinds.indexes.judgement import judged
from broxspec.kinds.indexes.model import IndexSpec
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
    if table is None:
        return
    for sql, predicate in spec.fragments:
        if sql.node is None:
            continue
        said = judged(sql, predicate, table, context.existing, context.major)
        subject = {"schema": table.schema, "table": table.name, "index": spec.name}
        where = "a predicate" if predicate else "an index expression"
        if said.forbidden:
            yield Finding(
                sql.word_at(said.forbidden.location),
                f"{where} can't hold {said.forbidden.what}",
                note="refused by PostgreSQL",
                help="use columns, constants and immutable functions",
                subject=subject,
            )
        elif said.because and said.volatility in ("stable", "volatile"):
            yield Finding(
                sql.word_at(said.because.location),
                f"{said.because.what} is {said.volatility}, and {where} must be immutable",
                note=f"{said.volatility}",
                help=_HELP[predicate],
                subject=subject,
            )


_HELP = {
    True: "use a constant or another column; a condition that moves with time belongs in the query",
    False: "fix the time zone (`AT TIME ZONE 'UTC'`), name the configuration, or store the value in a generated column",
}
