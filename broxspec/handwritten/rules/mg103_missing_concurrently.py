from collections.abc import Iterator

from broxspec.handwritten.change import Change, DetachPartition, DropIndex, Refresh, Reindex
from broxspec.handwritten.safe import concurrently, lines
from broxspec.handwritten.words import alone, matters, subject
from broxspec.project import Context
from broxspec.rule import Finding, rule


@rule("MG103", severity="warning", about="change")
def missing_concurrently(change: Change, context: Context) -> Iterator[Finding]:
    """DROP INDEX, REINDEX, REFRESH MATERIALIZED VIEW or DETACH PARTITION is not CONCURRENTLY.

    REINDEX blocks writes, and reads through the index, until it is done; REFRESH blocks reads. DROP INDEX and DETACH PARTITION are short themselves, but wait
    for every query on the table, and whoever comes after waits behind them.

    ## When it is fine
    The table is small or quiet. Where PostgreSQL has no concurrent form (the index of a partitioned table, a materialized view without a
    unique index), nothing is said.

    ## Example
    ```sql schema
    CREATE TABLE orders (id bigint PRIMARY KEY, total int);
    CREATE INDEX orders_total_idx ON orders (total);
    ```
    ```sql bad
      DROP INDEX orders_total_idx;
    --^^^^^^^^^^
    ```

    ## Instead
    ```sql good
    DROP INDEX CONCURRENTLY orders_total_idx;
    ```
    """
    effect, table = change.effect, change.table
    if isinstance(effect, Reindex) and table is None and effect.what in ("schema", "database") and not effect.concurrently:
        message, note = f"REINDEX {effect.what.upper()} blocks writes to each table while its indexes are rebuilt", "SHARE lock"
    elif table is None or not matters(change, context):
        return
    elif isinstance(effect, DropIndex) and not effect.concurrently and table.kind != "partitioned":
        message = f"dropping `{effect.index.name}` waits for all queries on `{table.name}`, and blocks those that come after"
        note = "ACCESS EXCLUSIVE lock"
    elif isinstance(effect, Reindex) and not effect.concurrently:
        message = f"REINDEX blocks writes to `{table.name}`, and reads through its indexes, until it is done"
        note = "SHARE lock on the table, ACCESS EXCLUSIVE on the index"
    elif isinstance(effect, Refresh) and not effect.concurrently and effect.unique:
        message, note = f"REFRESH blocks every read of `{table.name}` until it is done", "ACCESS EXCLUSIVE lock"
    elif isinstance(effect, DetachPartition) and not (effect.concurrently or effect.finalize or effect.default) and context.major >= 14:
        message = f"detaching `{effect.partition}` waits for all queries on `{table.name}`, and blocks those that come after"
        note = "ACCESS EXCLUSIVE lock"
    else:
        return
    yield Finding(
        change.at,
        message,
        note=note,
        help=_help(change),
        fine="the table is small or quiet",
        subject=subject(change, **({"index": effect.index.name} if isinstance(effect, DropIndex) else {})),
    )


def _help(change: Change) -> str:
    if isinstance(change.effect, Refresh):
        return "say CONCURRENTLY" + lines(concurrently(change))
    if isinstance(change.effect, DropIndex) and change.effect.several:
        return f"drop each CONCURRENTLY in a statement of its own{alone(change)}" + lines(concurrently(change))
    return f"say CONCURRENTLY{alone(change)}" + lines(concurrently(change))
