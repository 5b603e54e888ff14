from collections.abc import Iterator

from broxspec.handwritten.change import Alone, BuildIndex, Change, DetachPartition, DropIndex, Reindex
from broxspec.handwritten.words import subject
from broxspec.project import Context
from broxspec.rule import Finding, rule


@rule("MG104", severity="error", about="change")
def concurrently_in_transaction(change: Change, context: Context) -> Iterator[Finding]:
    """A statement that PostgreSQL refuses in a transaction stands in one.

    CREATE, DROP and REINDEX INDEX CONCURRENTLY, DETACH PARTITION CONCURRENTLY, VACUUM, CREATE DATABASE and the like fail with `25001`. What
    makes the transaction is told from the file (BEGIN, a DO block) or from the runner: many run each file in a transaction, others send it as one query, which
    PostgreSQL runs as one transaction when it holds several statements. The advice is the one that works with that runner; where the runner is not known, only
    what the file says itself counts.

    ## When it is fine
    Never: the migration fails.

    ## Example
    ```sql schema
    CREATE TABLE orders (id bigint PRIMARY KEY, user_id bigint);
    ```
    ```sql bad
      -- +goose Up
      CREATE INDEX CONCURRENTLY orders_user_id_idx ON orders (user_id);
    --^^^^^^^^^^^^^^^^^^^^^^^^^
    ```

    ## Instead
    ```sql good
    -- +goose NO TRANSACTION
    -- +goose Up
    CREATE INDEX CONCURRENTLY orders_user_id_idx ON orders (user_id);
    ```
    """
    what = _refused(change)
    if not what or not change.within:
        return
    sent = change.file.delivery
    if change.within == "own":
        why, help = "the file has begun one", "take it out of BEGIN and COMMIT"
        if sent.sends in ("transaction", "query"):
            help += f", and write it {sent.alone()}"
    elif change.within == "block":
        why, help = "a DO block or function is one", f"write it as a statement of its own, {sent.alone()}".removesuffix(", ")
    else:
        why, help = sent.together(), f"write it {sent.alone(why=False)}"
    yield Finding(
        change.at,
        f"{what} can't run in a transaction: {why}",
        note="fails with 25001",
        help=help,
        subject=subject(change),
    )


def _refused(change: Change) -> str:
    """The statement, where it is one that can't run in a transaction."""
    effect = change.effect
    if isinstance(effect, Alone):
        return effect.what
    if isinstance(effect, (BuildIndex, DropIndex, Reindex, DetachPartition)) and effect.concurrently:
        return {BuildIndex: "CREATE INDEX CONCURRENTLY", DropIndex: "DROP INDEX CONCURRENTLY", Reindex: "REINDEX CONCURRENTLY"}.get(
            type(effect), "DETACH PARTITION CONCURRENTLY"
        )
    if isinstance(effect, Reindex) and effect.what in ("schema", "database", "system"):
        return f"REINDEX {effect.what.upper()}"
    return ""
