from collections.abc import Iterator

from broxspec.handwritten.change import Change, LockTable
from broxspec.handwritten.words import BLOCKED, matters, subject
from broxspec.project import Context
from broxspec.rule import Finding, rule


@rule("MG114", severity="info", about="change")
def explicit_lock(change: Change, context: Context) -> Iterator[Finding]:
    """LOCK TABLE keeps others from a table until the transaction ends.

    Whatever comes after it in the transaction lengthens the time. Most statements take the lock that they need themselves, and hold it no longer.

    ## When it is fine
    The transaction is short, and what it does needs the table to stand still.

    ## Example
    ```sql schema
    CREATE TABLE orders (id bigint PRIMARY KEY);
    ```
    ```sql bad
      BEGIN;
      LOCK TABLE orders;
    --^^^^
      COMMIT;
    ```

    ## Instead
    ```sql good
    BEGIN;
    LOCK TABLE orders IN SHARE UPDATE EXCLUSIVE MODE;
    COMMIT;
    ```
    """
    effect = change.effect
    if isinstance(effect, LockTable) and change.lock in BLOCKED and change.table is not None and matters(change, context):
        yield Finding(
            change.at,
            f"{BLOCKED[change.lock]} of `{change.table.name}` waits until the transaction ends",
            note=f"{effect.mode} lock",
            help="leave the lock to the statements that need it",
            fine="the transaction is short and needs it",
            subject=subject(change),
        )
