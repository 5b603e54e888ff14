"""Partitions: what an index on a partitioned table is made of.

PostgreSQL builds nothing concurrently there, but it takes an index apart: the whole `ON ONLY` the table, INVALID for now; each partition its own, concurrently;
and the part attached to the whole, which becomes valid with the last one. A partition that is made after the whole gets its part by itself.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from hashlib import sha256
from itertools import count
from typing import NamedTuple

from broxspec.catalog.model import Catalog, Index, Name, Table

_ROOM = 63  # bytes that PostgreSQL keeps of a name


class Partition(NamedTuple):
    """One partition as the schema shows it: its indexes, and its own partitions where `split` says that it may have some. Without
    `named` it is not in a stated list, nor is any below it."""

    table: Name
    split: bool
    indexes: tuple[Index, ...] = ()
    parts: "tuple[Partition, ...]" = ()
    named: bool = True


# Every partitioned table with its partitions, as far as they are known.
Partitions = Mapping[Name, tuple[Partition, ...]]


def partitions(catalog: Catalog, stated: Mapping[Name, Sequence[Name]] | None = None) -> Partitions:
    """What PostgreSQL builds and drops nothing concurrently on. `stated` are lists of partitions that stand for those of the catalog."""
    children: dict[Name, list[Table]] = {}
    for table in catalog.tables.values():
        if table.partition is not None and table.parents:
            children.setdefault(table.parents[0], []).append(table)
    allowed = {name: set(listed) for name, listed in (stated or {}).items()}

    def below(name: Name, listed: set[Name] | None) -> tuple[Partition, ...]:
        listed = allowed.get(name, listed)
        found = []
        for table in sorted(children.get(name, ()), key=lambda table: table.qualified):
            if table.kind == "foreign":
                continue
            split = table.kind == "partitioned"
            parts = below(table.qualified, listed) if split else ()
            named = listed is None or table.qualified in listed or any(part.named for part in parts)
            found.append(Partition(table.qualified, split, table.indexes, parts, named))
        return tuple(found)

    return {name: below(name, None) for name, table in sorted(catalog.tables.items()) if table.kind == "partitioned"}


def leaves(catalog: Catalog, name: Name) -> Iterator[Table]:
    """The tables under a partitioned one that are not partitioned themselves, foreign ones too."""
    for table in catalog.tables.values():
        if table.partition is not None and table.parents and table.parents[0] == name:
            if table.kind == "partitioned":
                yield from leaves(catalog, table.qualified)
            else:
                yield table


def foreign_leaves(catalog: Catalog, name: Name) -> list[Table]:
    return sorted((table for table in leaves(catalog, name) if table.kind == "foreign"), key=lambda table: table.qualified)


class Names:
    """Which indexes and names the parts of one set of operations have got."""

    def __init__(self) -> None:
        self._given: set[Name] = set()

    def part_of(self, whole: Index, part: Partition) -> Index | None:
        """The partition's own index that PostgreSQL takes for its part: one like it that belongs to no other. It looks at neither
        names, storage nor order."""
        for index in part.indexes:
            name = Name(part.table.schema, index.name)
            free = index.parent is None and index.constraint != "exclusion" and (index.valid or part.split) and name not in self._given
            if free and _likeness(index) == _likeness(whole):
                self._given.add(name)
                return index
        return None

    def part_name(self, part: Partition, stem: str) -> str:
        """The first of the possible names that is free."""
        there = {index.name for index in part.indexes}
        for number in count(1):
            name = part_name(part.table.name, stem if number == 1 else f"{stem}_{number}")
            if name not in there and Name(part.table.schema, name) not in self._given:
                self._given.add(Name(part.table.schema, name))
                return name
        raise AssertionError


def _likeness(index: Index) -> tuple:
    keys = tuple((key.column, key.expression.normal if key.expression else None, key.opclass, key.collation) for key in index.keys)
    predicate = index.predicate.normal if index.predicate else None
    return (index.method, keys, index.include, predicate, index.unique, index.nulls_not_distinct)


def part_name(table: str, stem: str) -> str:
    """What a part is called: its table's name and the whole's, cut and ended by a hash where that is too long. The functions of
    `templates/indexes/partitions_functions.sql.j2` find the same names."""
    full = f"{table}_{stem}"
    if len(full.encode()) <= _ROOM:
        return full
    tail = f"_{sha256(full.encode()).hexdigest()[:8]}"
    return full.encode()[: _ROOM - len(tail)].decode(errors="ignore") + tail


def stem_of_change(index: Index, definition: str) -> str:
    """What parts of an index that is built anew are named after: not its name alone, which those of the former one have."""
    unique = "unique " if index.unique else ""
    return f"{index.name}_{sha256(f'{unique}{definition}'.encode()).hexdigest()[:8]}"


def key_columns(clause: str) -> tuple[str | None, ...]:
    """The columns of a PARTITION BY clause, `RANGE (at)`; None for an expression."""
    from broxspec.sql.parser import parse

    try:
        body = parse(f"CREATE TABLE t () PARTITION BY {clause}").statements[0].body
    except (ValueError, IndexError):
        return ()
    found = (param["PartitionElem"] for param in body["partspec"].get("partParams", ()))
    return tuple(element.get("name") for element in found)
