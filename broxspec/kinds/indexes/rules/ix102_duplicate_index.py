from collections.abc import Iterator

from broxspec.catalog.model import Index, Table
from broxspec.diagnostic import Label
from broxspec.kinds.indexes.words import drop_index, give_up, names_text
from broxspec.project import Context
from broxspec.rule import Finding, rule


@rule("IX102", severity="warning", about="table")
def duplicate_index(table: Table, context: Context) -> Iterator[Finding]:
    """Two or more indexes of a table are the same but for their names.

    They have the same method, keys, operator classes, collations, order, INCLUDE columns and predicate. The planner uses one of them; every
    insert and most updates write all, and each takes its place in memory and in backups. An index that repeats a primary key or unique
    constraint is the usual case.

    ## When it is fine
    For the minutes in which one is built to take the other's place.

    ## Example
    ```sql bad
    CREATE TABLE users (id int PRIMARY KEY, email text UNIQUE);
    CREATE INDEX users_email_idx ON users (email);
    --           ^^^^^^^^^^^^^^^
    ```

    ## Instead
    ```sql good
    CREATE TABLE users (id int PRIMARY KEY, email text UNIQUE);
    ```
    """
    groups: dict[tuple, list[Index]] = {}
    for index in table.indexes:
        groups.setdefault(index.shape, []).append(index)
    for group in groups.values():
        if len(group) > 1 and not all(index.parent for index in group):
            yield _finding(table, group, context)


def _finding(table: Table, group: list[Index], context: Context) -> Finding:
    extra, *others = sorted(group, key=_worth)
    names = sorted(index.name for index in group)
    return Finding(
        extra.at or table.at,
        f"indexes {names_text(names)} of `{table.qualified}` are the same",
        note=f"the same as `{others[0].name}`",
        labels=tuple(Label(index.at, f"`{index.name}`") for index in others if index.at),
        help=f"{give_up(extra, others, context)}; `{others[-1].name}` serves" if extra.wanted else f"drop one: {drop_index(extra)}",
        subject={"schema": table.schema, "table": table.name, "indexes": names},
    )


def _worth(index: Index) -> tuple:
    """What to give up first: what a spec adds, then what enforces nothing, then the one made last."""
    return (index.constraint == "primary", index.constraint is not None, index.unique, not index.wanted, index.name)
