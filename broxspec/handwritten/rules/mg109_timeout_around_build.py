from collections.abc import Iterator

from broxspec.diagnostic import Label
from broxspec.handwritten.change import BuildIndex, Change, Reindex
from broxspec.handwritten.words import set_in, subject
from broxspec.project import Context
from broxspec.rule import Finding, rule


@rule("MG109", severity="warning", about="change")
def timeout_around_build(change: Change, context: Context) -> Iterator[Finding]:
    """A concurrent build runs under a timeout that can cut it off.

    It waits for every transaction that is older than itself, and may well take hours. A `statement_timeout` ends it in the middle, and a `lock_timeout` while it
    waits; both leave an INVALID index behind, which no query uses and every write maintains.

    ## When it is fine
    Something drops what is left and tries again.

    ## Example
    ```sql schema
    CREATE TABLE orders (id bigint PRIMARY KEY, user_id bigint);
    ```
    ```sql bad
      SET statement_timeout = '30s';
      CREATE INDEX CONCURRENTLY orders_user_id_idx ON orders (user_id);
    --^^^^^^^^^^^^^^^^^^^^^^^^^
    ```

    ## Instead
    ```sql good
    SET statement_timeout = 0;
    SET lock_timeout = 0;
    CREATE INDEX CONCURRENTLY orders_user_id_idx ON orders (user_id);
    ```
    """
    effect = change.effect
    # In a transaction it does not begin at all, which is MG104.
    if not isinstance(effect, (BuildIndex, Reindex)) or not effect.concurrently or not any(change.timeouts) or change.within:
        return
    names = set_in(change.timeouts)
    yield Finding(
        change.at,
        f"{' and '.join(f'`{name}`' for name in names)} can cut the build off, which leaves an INVALID index",
        labels=tuple(Label(at, "set here") for at in change.timeouts if at is not None),
        help="; ".join(f"SET {name} = 0" for name in names) + " before it",
        subject=subject(change),
    )
