from collections.abc import Iterator

from broxspec.handwritten.change import AddColumnAgain, BuildIndex, Change
from broxspec.handwritten.words import subject
from broxspec.project import Context
from broxspec.rule import Finding, rule


@rule("MG107", severity="warning", about="change")
def hidden_definition(change: Change, context: Context) -> Iterator[Finding]:
    """IF NOT EXISTS finds the name taken by something else, and does nothing.

    PostgreSQL compares the name alone. The index or column that the migration asks for is not made, and it reports success.

    ## When it is fine
    Never: either the statement does nothing, or the two differ by mistake.

    ## Example
    ```sql schema
    CREATE TABLE orders (id bigint PRIMARY KEY, user_id bigint, placed_at timestamptz);
    CREATE INDEX orders_user_idx ON orders (user_id);
    ```
    ```sql bad
    CREATE INDEX CONCURRENTLY IF NOT EXISTS orders_user_idx ON orders (user_id, placed_at);
    --                                      ^^^^^^^^^^^^^^^
    ```

    ## Instead
    ```sql good
    CREATE INDEX CONCURRENTLY orders_user_placed_idx ON orders (user_id, placed_at);
    DROP INDEX CONCURRENTLY orders_user_idx;
    ```
    """
    effect = change.effect
    if isinstance(effect, AddColumnAgain) and change.table is not None:
        message = f"nothing is added: `{change.table.name}` has a column `{effect.column}` of type {effect.found}, not {effect.wanted}"
        yield Finding(change.at, message, help="alter its type, or choose another name", subject=subject(change, column=effect.column))
    if not isinstance(effect, BuildIndex) or effect.former in ("", "same"):
        return
    taken = f"`{effect.name}` is {effect.shown}" if effect.former != "other" or effect.shown.startswith("an ") else f"`{effect.name}` is there, on {effect.shown}"
    yield Finding(
        change.at,
        f"no index is built: {taken}",
        help="give the new one another name, and drop the old one when the new one is valid",
        subject=subject(change, index=effect.name),
    )
