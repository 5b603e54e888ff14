from collections.abc import Iterator

from broxspec.catalog.model import ForeignKey, Table
from broxspec.diagnostic import Label
from broxspec.project import Context
from broxspec.rule import Finding, rule


@rule("DB102", severity="warning", about="table")
def duplicate_foreign_key(table: Table, context: Context) -> Iterator[Finding]:
    """Two foreign keys of a table check the same.

    They lead from the same columns to the same columns. Every insert and update runs both checks, and where their actions differ (one
    cascades, the other restricts) what a delete does depends on which trigger fires first.

    ## When it is fine
    While a NOT VALID copy with another action is being validated to take the place of the old one.

    ## Example
    ```sql bad
    CREATE TABLE users (id int PRIMARY KEY);
    CREATE TABLE orders (id int PRIMARY KEY, user_id int REFERENCES users);
    CREATE INDEX ON orders (user_id);
    ALTER TABLE orders ADD CONSTRAINT orders_user_fk FOREIGN KEY (user_id) REFERENCES users (id);
    --                     ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
    ```

    ## Instead
    ```sql good
    CREATE TABLE users (id int PRIMARY KEY);
    CREATE TABLE orders (id int PRIMARY KEY, user_id int REFERENCES users);
    CREATE INDEX ON orders (user_id);
    ```
    """
    seen: dict[tuple, ForeignKey] = {}
    for key in table.foreign_keys:
        if key.inherited or not key.enforced:
            continue
        pairs = frozenset(zip(key.columns, key.ref_columns, strict=False))
        first = seen.setdefault((key.ref_schema, key.ref_table, pairs), key)
        if first is not key:
            yield _finding(table, key, first)


def _finding(table: Table, key: ForeignKey, first: ForeignKey) -> Finding:
    differs = (key.on_delete, key.on_update) != (first.on_delete, first.on_update)
    return Finding(
        key.at or table.at,
        f"foreign keys `{first.name}` and `{key.name}` of `{table.qualified}` check the same"
        + (", with different actions" if differs else ""),
        note=f"the same as `{first.name}`",
        labels=(Label(first.at, f"`{first.name}`"),) if first.at else (),
        help="drop one of them",
        fine="one is a NOT VALID copy about to take the other's place",
        subject={
            "schema": table.schema,
            "table": table.name,
            "constraint": key.name,
            "duplicate_of": first.name,
            "columns": list(key.columns),
        },
    )
