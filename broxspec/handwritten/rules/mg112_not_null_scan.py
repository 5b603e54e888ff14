from collections.abc import Iterator

from broxspec.handwritten.change import AddConstraint, Change, SetNotNull
from broxspec.handwritten.safe import lines, proven_first
from broxspec.handwritten.words import later, matters, subject
from broxspec.project import Context
from broxspec.rule import Finding, rule


@rule("MG112", severity="warning", about="change")
def not_null_scan(change: Change, context: Context) -> Iterator[Finding]:
    """SET NOT NULL reads the whole table while every read and write waits.

    A valid check that says `column IS NOT NULL` spares the reading; the check can be made NOT VALID first and validated while everybody works on, and dropped
    afterwards. PostgreSQL 18 has NOT NULL … NOT VALID itself. A primary key on a nullable column is the same thing, also with USING INDEX.

    ## When it is fine
    The table is small.

    ## Example
    ```sql schema
    CREATE TABLE orders (id bigint PRIMARY KEY, user_id bigint);
    ```
    ```sql bad
    ALTER TABLE orders ALTER COLUMN user_id SET NOT NULL;
    --                 ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
    ```

    ## Instead
    ```sql good
    ALTER TABLE orders ADD CONSTRAINT user_id_there CHECK (user_id IS NOT NULL) NOT VALID;
    ALTER TABLE orders VALIDATE CONSTRAINT user_id_there;
    ALTER TABLE orders ALTER COLUMN user_id SET NOT NULL;
    ALTER TABLE orders DROP CONSTRAINT user_id_there;
    ```
    """
    columns = _read(change)
    table = change.table
    if not columns or table is None or table.kind == "foreign" or table.kind == "partitioned" and not table.partitions or not matters(change, context):
        return
    named = ", ".join(f"`{column}`" for column in columns)
    if context.major >= 18 and not isinstance(change.effect, AddConstraint):
        help = f"add it NOT VALID; VALIDATE CONSTRAINT {later(change)}"
    else:
        help = f"add a check that proves it, NOT VALID; VALIDATE CONSTRAINT {later(change)}, then this"
    help += lines(*proven_first(change, columns, context.major))
    yield Finding(
        change.at,
        f"all of `{table.name}` is read for nulls in {named} while every read and write waits",
        note="ACCESS EXCLUSIVE lock",
        help=help,
        fine="the table is small",
        subject=subject(change, columns=list(columns)),
    )


def _read(change: Change) -> tuple[str, ...]:
    """The columns whose nulls are looked for."""
    effect = change.effect
    if isinstance(effect, SetNotNull):
        return () if effect.already or effect.proof else (effect.column,)
    if isinstance(effect, AddConstraint) and effect.form == "not null" and effect.checked:
        return effect.columns
    # Without USING INDEX the finding is the build of the index.
    return effect.nulls if isinstance(effect, AddConstraint) and effect.using else ()
