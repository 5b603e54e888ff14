"""Names that PostgreSQL makes up for indexes, constraints and sequences that were given none.

The server's order in CREATE TABLE matters, because each name is chosen among those already taken: checks first,
then the indexes of primary key, unique and exclusion constraints, then foreign keys.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence

from broxspec.postgres.limits import NAME_BYTES


def clip(name: str, limit: int = NAME_BYTES) -> str:
    """`name` cut to at most `limit` bytes of UTF-8, between characters: what the server keeps of a longer identifier."""
    if len(name) <= limit and name.isascii():
        return name
    encoded = name.encode()
    return name if len(encoded) <= limit else encoded[:limit].decode("utf-8", "ignore")


def object_name(name1: str, name2: str | None = None, label: str | None = None) -> str:
    """`name1_name2_label` in 63 bytes: the longer of the two names gives way byte by byte, the label never (`makeObjectName`)."""
    room = NAME_BYTES - (1 if name2 is not None else 0) - (len(label.encode()) + 1 if label is not None else 0)
    length1, length2 = len(name1.encode()), len((name2 or "").encode())
    while length1 + length2 > room:
        if length1 > length2:
            length1 -= 1
        else:
            length2 -= 1
    parts = [clip(name1, length1)]
    if name2 is not None:
        parts.append(clip(name2, length2))
    return "_".join([*parts, label] if label is not None else parts)


def free(name1: str, name2: str | None, label: str, taken: Callable[[str], bool]) -> str:
    """The first of `…_label`, `…_label1`, `…_label2` that is not `taken`."""
    name, attempt = object_name(name1, name2, label), 0
    while taken(name):
        attempt += 1
        name = object_name(name1, name2, f"{label}{attempt}")
    return name


def joined(columns: Iterable[str]) -> str:
    """The column part of a name: joined by `_` until it is as long as a name can be (`ChooseIndexNameAddition`)."""
    text, size = "", 0
    for column in columns:
        text += ("_" if size else "") + clip(column)
        size = len(text.encode())
        if size > NAME_BYTES:
            break
    return text


def index_columns(names: Sequence[str | None]) -> list[str]:
    """The attribute names of an index, from the names of its keys and INCLUDE columns in order.

    A column has its own name, an expression the one that `expression_name` figures, None for one that has none
    (`expr`). Repeated names get numbers: `a, a` → `a, a1` (`ChooseIndexColumnNames`).
    """
    chosen: list[str] = []
    for name in names:
        wanted = current = name if name is not None else "expr"
        attempt = 0
        while current in chosen:
            attempt += 1
            current = clip(wanted, NAME_BYTES - len(str(attempt))) + str(attempt)
        chosen.append(current)
    return chosen


LABELS = {None: "idx", "primary": "pkey", "unique": "key", "exclusion": "excl"}


def index(
    table: str, names: Sequence[str | None], constraint: str | None, relations: Collection[str], constraints: Collection[str] = (),
) -> str:
    """The name of an index that was given none: `t_pkey`, `t_a_b_key`, `t_a_idx`, `t_lower_idx`, `t_a_excl`.

    `names` as for `index_columns`, INCLUDE columns at the end (they count). `constraint` is None for a plain index,
    else `primary`, `unique` or `exclusion`. `relations` are all tables, indexes, sequences and views of the schema,
    `constraints` all its constraints (a plain index may share a name with one).
    """
    columns = None if constraint == "primary" else joined(index_columns(names))
    backed = constraint is not None
    return free(table, columns, LABELS[constraint], lambda name: name in relations or backed and name in constraints)


def constraint(table: str, columns: Iterable[str] | None, label: str, constraints: Collection[str]) -> str:
    """The name of a constraint that has no index: foreign key (`t_a_b_fkey`, label `fkey`), check (`t_a_check`, or
    `t_check` when its expression names no column or several: `columns` None), NOT NULL from 18 (`t_a_not_null`).

    `constraints` are those of the whole schema, with those that the same statement has named.
    """
    return free(table, None if columns is None else joined(columns), label, lambda name: name in constraints)


def sequence(table: str, column: str, relations: Collection[str]) -> str:
    """The sequence of a serial or identity column: `t_id_seq`."""
    return free(table, column, "seq", lambda name: name in relations)
