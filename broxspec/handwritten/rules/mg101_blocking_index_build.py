from collections.abc import Iterator

from broxspec.handwritten.change import BuildIndex, Change
from broxspec.handwritten.safe import concurrently, lines
from broxspec.handwritten.words import alone, matters, per_partition, subject
from broxspec.project import Context
from broxspec.rule import Finding, rule


@rule("MG101", severity="warning", about="change")
def blocking_index_build(change: Change, context: Context) -> Iterator[Finding]:
    """A migration builds an index without CONCURRENTLY on a table that is in use.

    The build holds a SHARE lock: reads go on, every write to the table waits until it is done. CONCURRENTLY takes about twice as long and
    lets them pass. It can't run in a transaction, so the advice says how the runner of the file sends it.

    ## When it is fine
    The table is small or nobody writes to it. Tables that the same file has made, and those that `tables:` of the database says have at most
    10,000 rows, are left alone.

    ## Example
    ```sql schema
    CREATE TABLE orders (id bigint PRIMARY KEY, user_id bigint);
    ```
    ```sql bad
      CREATE INDEX orders_user_id_idx ON orders (user_id);
    --^^^^^^^^^^^^
    ```

    ## Instead
    ```sql good
    CREATE INDEX CONCURRENTLY orders_user_id_idx ON orders (user_id);
    ```
    On a partitioned table, where CONCURRENTLY is refused:
    ```sql good
    CREATE TABLE events (id int, at date) PARTITION BY RANGE (at);
    CREATE INDEX events_at_idx ON ONLY events (at);
    ```
    """
    effect, table = change.effect, change.table
    if not isinstance(effect, BuildIndex) or effect.concurrently or effect.former or table is None or not matters(change, context):
        return
    if table.kind == "matview" or table.kind == "partitioned" and (effect.only or not table.partitions):
        return
    help = per_partition("make it") if table.kind == "partitioned" else f"build it CONCURRENTLY{alone(change)}" + lines(concurrently(change))
    yield Finding(
        change.at,
        f"building an index on `{table.name}` blocks every write to it until it is done",
        note="SHARE lock",
        help=help,
        fine="the table is small, or nobody writes to it",
        subject=subject(change, index=effect.name),
    )
