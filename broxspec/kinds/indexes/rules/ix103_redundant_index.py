from collections.abc import Iterator

from broxspec.catalog.model import Index, Table
from broxspec.diagnostic import Label
from broxspec.kinds.indexes.cover import both_inherited, prefix_of, replaceable
from broxspec.kinds.indexes.words import give_up, names_text
from broxspec.project import Context
from broxspec.rule import Finding, rule


@rule("IX103", severity="warning", about="table")
def redundant_index(table: Table, context: Context) -> Iterator[Finding]:
    """An index is a leading part of another.

    A btree index on `(a, b)` serves every search that one on `(a)` serves, so the short one costs writes, memory and vacuum time for
    almost nothing. Operator classes, collations, order, predicate and INCLUDE columns must agree for that, and do here.

    ## When it is fine
    The short index is much smaller than the long one and hot, or the long one is about to go.

    ## Example
    ```sql bad
    CREATE TABLE orders (id int PRIMARY KEY, user_id int, created_at timestamptz);
    CREATE INDEX orders_user_idx ON orders (user_id);
    --           ^^^^^^^^^^^^^^^
    CREATE INDEX orders_user_created_idx ON orders (user_id, created_at);
    ```

    ## Instead
    ```sql good
    CREATE TABLE orders (id int PRIMARY KEY, user_id int, created_at timestamptz);
    CREATE INDEX orders_user_created_idx ON orders (user_id, created_at);
    CREATE UNIQUE INDEX orders_user_key ON orders (user_id);
    ```
    """
    longer = _by_first_key(table)
    for index in table.indexes:
        if index.method != "btree" or not replaceable(index):
            continue
        covers = [
            other
            for other in longer.get(index.keys[0].identity, ())
            # A wanted index that makes an existing one redundant is the business of `superseded-index`.
            if (index.wanted or not other.wanted) and prefix_of(index, other) and not both_inherited(index, other)
        ]
        if covers:
            yield _finding(table, index, sorted(covers, key=lambda other: other.name), context)


def _by_first_key(table: Table) -> dict[tuple, list[Index]]:
    """The btree indexes of two keys or more, by their first: only these can cover another."""
    found: dict[tuple, list[Index]] = {}
    for index in table.indexes:
        if index.method == "btree" and len(index.keys) > 1:
            found.setdefault(index.keys[0].identity, []).append(index)
    return found


def _finding(table: Table, index: Index, covers: list[Index], context: Context) -> Finding:
    names = [other.name for other in covers]
    return Finding(
        index.at or table.at,
        f"index `{index.name}` of `{table.qualified}` is a leading part of {names_text(names)}",
        note="its searches are served by the longer index",
        labels=tuple(Label(other.at, f"`{other.name}` covers it") for other in covers if other.at),
        help=give_up(index, covers, context),
        fine="it is much smaller than the longer one, and hot",
        subject={"schema": table.schema, "table": table.name, "index": index.name, "covered_by": names},
    )
