from collections.abc import Iterator

from broxspec.handwritten.change import BuildIndex, Change, DropIndex, Migration, Reindex
from broxspec.handwritten.words import BLOCKED, matters, subject
from broxspec.project import Context
from broxspec.rule import Finding, rule


@rule("MG108", severity="info", about="migration")
def missing_lock_timeout(migration: Migration, context: Context) -> Iterator[Finding]:
    """A migration locks a table that is in use, and would wait for the lock without end.

    While a statement waits for its lock, all that come after wait behind it, even plain reads. One long query is enough to stop the table. With a `lock_timeout` the
    migration gives up, and is run again. Said once per file, at the first such statement, and only as info: the role or the connection of the runner
    may set it, which a file does not show. Of an index that can be built or dropped CONCURRENTLY nothing is said: a timeout does harm there.

    ## When it is fine
    `ALTER ROLE … SET lock_timeout` or the runner's connection string sets it.

    ## Example
    ```sql schema
    CREATE TABLE orders (id bigint PRIMARY KEY, note text);
    ```
    ```sql bad
    ALTER TABLE orders DROP COLUMN note;
    --                 ^^^^^^^^^^^^^^^^
    ```

    ## Instead
    ```sql good
    SET lock_timeout = '5s';
    ALTER TABLE orders DROP COLUMN note;
    ```
    """
    for change in migration.changes:
        if change.lock in BLOCKED and matters(change, context) and change.timeouts.lock is None and change.table is not None:
            if change.table.kind == "matview" or _better_concurrently(change):
                continue
            yield Finding(
                change.at,
                f"nothing limits how long this waits for `{change.table.name}`, and {BLOCKED[change.lock]} waits behind it",
                # SET LOCAL does not outlive the transaction, and so does not reach a concurrent build of a later file.
                help=f"SET {'LOCAL ' if change.within in ('own', 'runner', 'query') else ''}lock_timeout = '5s' before it",
                fine="the runner's role or connection sets it",
                subject=subject(change),
            )
            return


def _better_concurrently(change: Change) -> bool:
    """Whether another rule asks for CONCURRENTLY, around which a timeout does harm."""
    return isinstance(change.effect, (BuildIndex, DropIndex, Reindex)) and change.table is not None and change.table.kind != "partitioned"
