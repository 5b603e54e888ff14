from collections.abc import Iterator

from broxspec.catalog.model import ForeignKey, Table
from broxspec.kinds.indexes.cover import covers, near_misses
from broxspec.kinds.indexes.words import add_index, columns_text
from broxspec.project import Context
from broxspec.rule import Finding, rule


@rule("IX101", severity="warning", about="table")
def unindexed_foreign_key(table: Table, context: Context) -> Iterator[Finding]:
    """A foreign key has no index on the referencing side.

    PostgreSQL indexes the referenced columns (they must be unique) but never the referencing ones. Each delete of a
    referenced row, and each update of its key, then reads the whole referencing table, once per row, and holds its locks meanwhile.
    Joins from parent to children suffer the same way.

    What covers a foreign key of N columns is a valid btree index whose first N keys are those columns, in any order. For one
    column, an index with the predicate `column IS NOT NULL` covers too, since the check never looks for NULL. Hash, GIN and
    BRIN indexes, other predicates and expressions do not count; the message names such a near miss.

    ## When it is fine
    The referenced table is never deleted from and its key never updated (a list of countries), and nobody joins that way.

    ## Example
    ```sql bad
    CREATE TABLE users (id int PRIMARY KEY);
    CREATE TABLE orders (
        id int PRIMARY KEY,
        user_id int REFERENCES users
    --              ^^^^^^^^^^^^^^^^
    );
    ```

    ## Instead
    ```sql good
    CREATE TABLE users (id int PRIMARY KEY);
    CREATE TABLE orders (
        id int PRIMARY KEY,
        user_id int REFERENCES users
    );
    CREATE INDEX ON orders (user_id, id);
    ```
    """
    for key in table.foreign_keys:
        if key.inherited or not key.enforced or any(covers(index, key) for index in table.indexes):
            continue
        yield _finding(table, key, context)


def _finding(table: Table, key: ForeignKey, context: Context) -> Finding:
    misses = near_misses(table, key)
    return Finding(
        key.at or table.at,
        f"foreign key `{key.name}` of `{table.qualified}` has no index on {columns_text(key.columns)}"
        + (f": {misses}" if misses else ""),
        note="no index",
        help=add_index(table, key.columns, context),
        fine=f"rows of `{key.ref_table}` are never deleted and their keys never change",
        subject={
            "schema": table.schema,
            "table": table.name,
            "constraint": key.name,
            "columns": list(key.columns),
        },
    )
