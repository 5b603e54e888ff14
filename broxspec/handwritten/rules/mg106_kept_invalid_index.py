from collections.abc import Iterator

from broxspec.handwritten.change import BuildIndex, Change
from broxspec.handwritten.safe import concurrently, lines
from broxspec.handwritten.words import subject
from broxspec.project import Context
from broxspec.quoting.sql import identifier
from broxspec.rule import Finding, rule


@rule("MG106", severity="warning", about="change")
def kept_invalid_index(change: Change, context: Context) -> Iterator[Finding]:
    """CREATE INDEX CONCURRENTLY IF NOT EXISTS keeps what a failed build has left.

    A concurrent build that fails or is killed leaves an INVALID index of that name: no query uses it, every write maintains it. Run again, IF NOT EXISTS finds the name
    taken, prints a notice and reports success, and nobody ever builds the index.

    ## When it is fine
    Something else checks `pg_index.indisvalid` after the migration.

    ## Example
    ```sql schema
    CREATE TABLE orders (id bigint PRIMARY KEY, user_id bigint);
    ```
    ```sql bad
      CREATE INDEX CONCURRENTLY IF NOT EXISTS orders_user_id_idx ON orders (user_id);
    --^^^^^^^^^^^^^^^^^^^^^^^^^
    ```

    ## Instead
    Let it fail loudly; `DROP INDEX CONCURRENTLY orders_user_id_idx` before the retry:
    ```sql good
    CREATE INDEX CONCURRENTLY orders_user_id_idx ON orders (user_id);
    ```
    Where every statement is sent on its own, what is left can be dropped first:
    ```sql good
    DROP INDEX CONCURRENTLY IF EXISTS orders_user_id_idx;
    CREATE INDEX CONCURRENTLY IF NOT EXISTS orders_user_id_idx ON orders (user_id);
    ```
    """
    effect = change.effect
    if not isinstance(effect, BuildIndex) or not effect.concurrently or not effect.guarded or not effect.name or effect.dropped:
        return
    if effect.former in ("other", "view", "table", "sequence", "composite"):
        return  # a matter of MG107
    yield Finding(
        change.at,
        f"run again after a failed build, this keeps the INVALID `{effect.name}` and reports success",
        help=f"leave IF NOT EXISTS out, so that a retry fails until DROP INDEX CONCURRENTLY {identifier(effect.name)} was run" + lines(concurrently(change)),
        fine="something checks pg_index.indisvalid afterwards",
        subject=subject(change, index=effect.name),
    )
