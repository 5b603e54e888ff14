from collections.abc import Iterator

from broxspec.handwritten.change import AddConstraint, Change
from broxspec.handwritten.safe import lines, not_valid
from broxspec.handwritten.words import later, matters, subject
from broxspec.project import Context
from broxspec.rule import Finding, rule


@rule("MG110", severity="warning", about="change")
def validating_constraint(change: Change, context: Context) -> Iterator[Finding]:
    """A foreign key or check is proven on all rows while the table is locked.

    ADD FOREIGN KEY blocks writes to both tables, ADD CHECK all reads and writes, for as long as it takes to read the table. With NOT VALID the
    constraint holds for new rows at once; VALIDATE CONSTRAINT, in a later transaction, reads the table while everybody works on.

    ## When it is fine
    The table is small. Tables of the same file, those with at most 10,000 rows in `tables:`, and a foreign key on a column that is
    added without a default, which has nothing to look up, are left alone.

    ## Example
    ```sql schema
    CREATE TABLE users (id bigint PRIMARY KEY);
    CREATE TABLE orders (id bigint PRIMARY KEY, user_id bigint);
    ```
    ```sql bad
    ALTER TABLE orders ADD CONSTRAINT orders_user_id_fkey FOREIGN KEY (user_id) REFERENCES users;
    --                 ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
    ```

    ## Instead
    ```sql good
    ALTER TABLE orders ADD CONSTRAINT orders_user_id_fkey FOREIGN KEY (user_id) REFERENCES users NOT VALID;
    ALTER TABLE orders VALIDATE CONSTRAINT orders_user_id_fkey;
    ```
    """
    effect, table = change.effect, change.table
    if not isinstance(effect, AddConstraint) or effect.form not in ("foreign key", "check") or not effect.checked or table is None:
        return
    if not matters(change, context) or table.kind == "foreign" or table.kind == "partitioned" and not table.partitions:
        return
    blocked = "every write to both tables" if effect.form == "foreign key" else "every read and write"
    if effect.form == "foreign key" and table.kind == "partitioned" and context.major < 18:
        help = f"PostgreSQL {context.major} takes no NOT VALID here: add it NOT VALID to each partition and validate it there, then add it here"
    elif effect.with_column:
        help = "add the column alone; then the constraint NOT VALID, and VALIDATE CONSTRAINT in a later transaction"
    else:
        help = f"add NOT VALID; VALIDATE CONSTRAINT {later(change)}" + lines(*not_valid(change))
    yield Finding(
        change.at,
        f"the {effect.form} is proven on all rows of `{table.name}` while {blocked} waits",
        note="SHARE ROW EXCLUSIVE lock" if change.lock == "ShareRowExclusiveLock" else "ACCESS EXCLUSIVE lock",
        help=help,
        fine="the table is small",
        subject=subject(change, constraint=effect.name),
    )
