from collections.abc import Iterator

from broxspec.handwritten.change import AddConstraint, Change
from broxspec.handwritten.safe import index_first, lines
from broxspec.handwritten.words import alone, matters, subject
from broxspec.project import Context
from broxspec.rule import Finding, rule

_BUILT = {"primary key": "a primary key", "unique": "a unique constraint", "exclusion": "an exclusion constraint"}


@rule("MG102", severity="warning", about="change")
def blocking_constraint_index(change: Change, context: Context) -> Iterator[Finding]:
    """A migration adds a constraint whose index is built while the table is locked.

    ADD PRIMARY KEY, UNIQUE and EXCLUDE hold an ACCESS EXCLUSIVE lock for as long as the build takes: reads wait as well as writes. A unique
    index that was built CONCURRENTLY before becomes the constraint's in no time.

    ## When it is fine
    The table is small. Tables of the same file, and those with at most 10,000 rows in `tables:`, are left alone.

    ## Example
    ```sql schema
    CREATE TABLE users (id bigint PRIMARY KEY, email text);
    ```
    ```sql bad
    ALTER TABLE users ADD CONSTRAINT users_email_key UNIQUE (email);
    --                ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
    ```

    ## Instead
    ```sql good
    CREATE UNIQUE INDEX CONCURRENTLY users_email_key ON users (email);
    ALTER TABLE users ADD CONSTRAINT users_email_key UNIQUE USING INDEX users_email_key;
    ```
    """
    effect, table = change.effect, change.table
    if not isinstance(effect, AddConstraint) or effect.form not in _BUILT or effect.using or table is None or not matters(change, context):
        return
    split = table.kind == "partitioned"
    if split and (effect.only or not table.partitions):
        return
    word = "PRIMARY KEY" if effect.form == "primary key" else "UNIQUE"
    if effect.form == "exclusion":
        help = "it can't be built concurrently: choose a quiet hour, and set a lock_timeout"
    elif split:
        help = f"ALTER TABLE ONLY … ADD {word}, build a unique index CONCURRENTLY on each partition, ADD {word} USING INDEX there, then ALTER INDEX … ATTACH PARTITION each"
    elif effect.with_column:
        help = f"add the column alone, then build it by CREATE UNIQUE INDEX CONCURRENTLY{alone(change, more=True)}; then ADD CONSTRAINT … {word} USING INDEX"
    else:
        help = f"build it by CREATE UNIQUE INDEX CONCURRENTLY{alone(change, more=True)}; then ADD CONSTRAINT … {word} USING INDEX" + lines(*index_first(change))
    yield Finding(
        change.at,
        f"adding {_BUILT[effect.form]} to `{table.name}` builds its index while every read and write waits",
        note="ACCESS EXCLUSIVE lock",
        help=help,
        fine="the table is small",
        subject=subject(change, constraint=effect.name),
    )
