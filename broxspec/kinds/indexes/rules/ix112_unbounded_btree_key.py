from collections.abc import Iterator

from broxspec.catalog.model import Table
from broxspec.kinds.indexes.cover import replaceable
from broxspec.postgres.limits import BTREE_ROW_BYTES
from broxspec.project import Context
from broxspec.rule import Finding, rule

_UNBOUNDED = {"text", "varchar", "bytea", "citext"}


@rule("IX112", severity="info", about="table", profile="strict")
def unbounded_btree_key(table: Table, context: Context) -> Iterator[Finding]:
    """A btree index has a text column without a length among its keys.

    A btree entry holds 2704 bytes. A longer value makes its own INSERT fail, years after the index was made.

    ## When it is fine
    Something else bounds the value: a check, a validation in front, its nature (an e-mail address, a slug).

    ## Example
    ```sql bad strict
    CREATE TABLE pages (id int PRIMARY KEY, url text);
    CREATE INDEX pages_url_idx ON pages (url);
    --           ^^^^^^^^^^^^^
    ```

    ## Instead
    ```sql good strict
    CREATE TABLE pages (id int PRIMARY KEY, url varchar(2000));
    CREATE INDEX pages_url_idx ON pages (url);
    ```
    """
    for index in table.indexes:
        if index.method != "btree" or not replaceable(index):
            continue
        for name in (*index.columns, *index.include):
            column = table.column(name or "")
            if column and column.type.name in _UNBOUNDED and not column.type.modifiers and not column.type.dimensions:
                yield Finding(
                    index.at or table.at,
                    f"btree index `{index.name}` holds `{column.name}`, which has no length; an entry holds {BTREE_ROW_BYTES} bytes",
                    note="a longer value fails to be written",
                    help="declare a length, or index a hash or a prefix of it",
                    fine="something else bounds the value",
                    subject={"schema": table.schema, "table": table.name, "index": index.name, "columns": [column.name]},
                )
