from collections.abc import Iterator

from broxspec.handwritten.change import BuildIndex, Change, DetachPartition, DropIndex, Refresh, Reindex
from broxspec.handwritten.words import per_partition, subject
from broxspec.project import Context
from broxspec.rule import Finding, rule


@rule("MG105", severity="error", about="change")
def concurrently_refused(change: Change, context: Context) -> Iterator[Finding]:
    """PostgreSQL refuses CONCURRENTLY here.

    An index of a partitioned table can be neither built nor dropped so; a concurrent DROP INDEX takes one index and no CASCADE; REFRESH needs
    a unique index on columns alone, over all rows; DETACH needs 14 and no default partition; system catalogs can't be reindexed so.

    ## When it is fine
    Never: the migration fails.

    ## Example
    ```sql schema
    CREATE TABLE events (id int, at date) PARTITION BY RANGE (at);
    CREATE TABLE events_2026 PARTITION OF events FOR VALUES FROM ('2026-01-01') TO ('2027-01-01');
    ```
    ```sql bad
      CREATE INDEX CONCURRENTLY events_at_idx ON events (at);
    --^^^^^^^^^^^^^^^^^^^^^^^^^
    ```

    ## Instead
    ```sql good
    CREATE INDEX events_at_idx ON ONLY events (at);
    CREATE INDEX CONCURRENTLY events_2026_at_idx ON events_2026 (at);
    ALTER INDEX events_at_idx ATTACH PARTITION events_2026_at_idx;
    ```
    """
    effect, table = change.effect, change.table
    split = table is not None and table.kind == "partitioned"
    if isinstance(effect, BuildIndex) and effect.concurrently and split and not effect.former:
        message, help = f"an index of partitioned table `{table.name}` can't be built CONCURRENTLY", per_partition("make it")
    elif isinstance(effect, DropIndex) and effect.concurrently and split:
        message, help = f"`{effect.index.name}`, an index of a partitioned table, can't be dropped CONCURRENTLY", "leave CONCURRENTLY out, and set a lock_timeout"
    elif isinstance(effect, DropIndex) and effect.concurrently and effect.several:
        message, help = "DROP INDEX CONCURRENTLY takes one index at a time", "write a statement for each"
    elif isinstance(effect, DropIndex) and effect.concurrently and effect.cascade:
        message, help = "DROP INDEX CONCURRENTLY does not take CASCADE", "drop what depends on it first"
    elif isinstance(effect, Refresh) and effect.concurrently and not effect.unique:
        message = f"`{table.name if table else ''}` has no unique index for REFRESH CONCURRENTLY"
        help = "give it a unique index on columns alone, without WHERE"
    elif isinstance(effect, DetachPartition) and effect.concurrently and context.major < 14:
        message, help = f"PostgreSQL {context.major} has no DETACH PARTITION CONCURRENTLY", "leave it out, and set a lock_timeout"
    elif isinstance(effect, DetachPartition) and effect.concurrently and effect.default:
        message = f"`{table.name if table else ''}` has a default partition, with which none can be detached CONCURRENTLY"
        help = "leave CONCURRENTLY out, and set a lock_timeout"
    elif isinstance(effect, Reindex) and effect.concurrently and effect.what == "system":
        message, help = "system catalogs can't be reindexed CONCURRENTLY", "leave CONCURRENTLY out"
    else:
        return
    yield Finding(change.at, message, help=help, subject=subject(change))
