from collections.abc import Iterator

from broxspec.catalog.model import Index, Table
from broxspec.diagnostic import Label
from broxspec.kinds.indexes.cover import prefix_of, replaceable
from broxspec.kinds.indexes.needed import needed
from broxspec.kinds.indexes.words import names_text
from broxspec.project import Context
from broxspec.rule import Finding, rule


@rule("IX216", severity="warning", about="table")
def superseded_index(table: Table, context: Context) -> Iterator[Finding]:
    """A wanted index makes an existing one redundant, and does not say that it replaces it.

    The existing index is a leading part of the wanted one. Naming it in `replaces:` drops it in the same migration, last, once the new
    index is valid. What something needs is never proposed: an index that backs a constraint, is unique, is the replica identity or the
    cluster order, belongs to a partitioned index, or is a foreign key's only cover after all that goes.

    ## When it is fine
    The existing index is much smaller and hot. Say so with an ignore and its reason.

    ## Example
    ```sql schema
    CREATE TABLE users (id int PRIMARY KEY);
    CREATE TABLE orders (id int PRIMARY KEY, user_id int REFERENCES users, created_at timestamptz);
    CREATE INDEX orders_user_id_idx ON orders (user_id);
    ```
    ```yaml bad
    kind: indexes
    table: orders
    indexes:
      - columns: [user_id, created_at desc]
    #   ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
    ```

    ## Instead
    ```yaml good
    kind: indexes
    table: orders
    indexes:
      - columns: [user_id, created_at desc]
        replaces: [orders_user_id_idx]
    ```
    """
    for wanted in table.indexes:
        if not wanted.wanted:
            continue
        gone = [index for index in table.indexes if _superseded(index, wanted, table)]
        if gone:
            yield _finding(table, wanted, gone)


def _superseded(index: Index, wanted: Index, table: Table) -> bool:
    if index.wanted or not replaceable(index) or not prefix_of(index, wanted):
        return False
    # An index that was redundant before says so itself.
    before = any(prefix_of(index, other) for other in table.indexes if not other.wanted)
    return not before and not needed(index, table)


def _finding(table: Table, wanted: Index, gone: list[Index]) -> Finding:
    names = [index.name for index in gone]
    return Finding(
        wanted.at or table.at,
        f"this index makes {names_text(names)} of `{table.qualified}` redundant",
        labels=tuple(Label(index.at, "its searches are served by the new index") for index in gone if index.at),
        help=f"add `replaces: [{', '.join(names)}]`",
        fine="the existing index is much smaller, and hot",
        subject={"schema": table.schema, "table": table.name, "index": wanted.name, "supersedes": names},
    )
