from collections.abc import Iterator

from broxspec.diagnostic import Label
from broxspec.handwritten.change import Change, Validate
from broxspec.handwritten.words import matters, subject
from broxspec.project import Context
from broxspec.rule import Finding, rule


@rule("MG111", severity="warning", about="change")
def validated_in_same_transaction(change: Change, context: Context) -> Iterator[Finding]:
    """A constraint is added NOT VALID and validated in the same transaction.

    VALIDATE CONSTRAINT itself lets writers pass, but the lock of ADD CONSTRAINT is held until the transaction ends: the table is read under it, and nothing
    was won by NOT VALID.

    ## When it is fine
    The table is small.

    ## Example
    ```sql schema
    CREATE TABLE orders (id bigint PRIMARY KEY, total int);
    ```
    ```sql bad
    BEGIN;
    ALTER TABLE orders ADD CONSTRAINT total_positive CHECK (total > 0) NOT VALID;
    ALTER TABLE orders VALIDATE CONSTRAINT total_positive;
    --                 ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
    COMMIT;
    ```

    ## Instead
    ```sql good
    ALTER TABLE orders ADD CONSTRAINT total_positive CHECK (total > 0) NOT VALID;
    ALTER TABLE orders VALIDATE CONSTRAINT total_positive;
    ```
    """
    effect = change.effect
    if not isinstance(effect, Validate) or effect.added is None or change.table is None or not matters(change, context):
        return
    yield Finding(
        change.at,
        f"`{change.table.name}` is read under the lock that added `{effect.name}`",
        labels=(Label(effect.added, "added here, in the same transaction"),),
        help="validate it in a migration of its own" if change.within != "own" else "validate it in a later transaction",
        fine="the table is small",
        subject=subject(change, constraint=effect.name),
    )
