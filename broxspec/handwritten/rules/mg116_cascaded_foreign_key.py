from collections.abc import Iterator

from broxspec.handwritten.change import Change, DropConstraint
from broxspec.handwritten.words import subject
from broxspec.project import Context
from broxspec.rule import Finding, rule


@rule("MG116", severity="warning", about="change")
def cascaded_foreign_key(change: Change, context: Context) -> Iterator[Finding]:
    """CASCADE drops foreign keys of other tables.

    Nothing in the statement names them; from then on those tables may hold rows that reference nothing.

    ## When it is fine
    The other tables go next, or get other foreign keys. Then say so: drop these foreign keys by name.

    ## Example
    ```sql schema
    CREATE TABLE users (id bigint PRIMARY KEY);
    CREATE TABLE orders (id bigint PRIMARY KEY, user_id bigint REFERENCES users);
    ```
    ```sql bad
      ALTER TABLE users DROP CONSTRAINT users_pkey CASCADE;
    --^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
    ```

    ## Instead
    ```sql good
    ALTER TABLE orders DROP CONSTRAINT orders_user_id_fkey;
    ALTER TABLE users DROP CONSTRAINT users_pkey;
    ```
    """
    effect = change.effect
    if isinstance(effect, DropConstraint) and effect.loses:
        several = f"foreign key {effect.loses[0]}" if len(effect.loses) == 1 else f"{len(effect.loses)} foreign keys, {', '.join(effect.loses[:3])}"
        yield Finding(
            change.at,
            f"CASCADE drops {several}{' …' if len(effect.loses) > 3 else ''}",
            help="drop them by name first, and leave CASCADE out",
            subject=subject(change),
        )
