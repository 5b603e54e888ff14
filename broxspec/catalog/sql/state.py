"""A database while it is being built: what PostgreSQL's catalog would hold after each statement.

The values are frozen and live in few dictionaries keyed by number, as the server's by OID, so that renaming is one change.
Every change goes through a journal: a statement that is refused half way, or rolled back, leaves no trace.
"""

from collections.abc import Iterator
from typing import Any, NamedTuple

from broxspec.catalog.model import Check, Column, Enum, Domain, ForeignKey, Index, Name, Type
from broxspec.source import Span

Node = dict[str, Any]
_MISSING = object()


class Rejected(Exception):
    """PostgreSQL would refuse the statement. `at` narrows the place; None stands for the whole statement."""

    def __init__(self, message: str, at: Span | None = None, help: str = "") -> None:
        super().__init__(message)
        self.message, self.at, self.help = message, at, help


class Journal:
    """Changes that can be undone."""

    def __init__(self) -> None:
        self.entries: list[tuple[dict, Any, Any]] = []

    def undo(self, mark: int) -> None:
        """Take back all that was done since the journal was `mark` entries long."""
        while len(self.entries) > mark:
            table, key, old = self.entries.pop()
            if old is _MISSING:
                dict.pop(table, key, None)
            else:
                dict.__setitem__(table, key, old)


class Journaled(dict):
    """A dictionary whose changes are written down."""

    __slots__ = ("journal",)

    def __init__(self, journal: Journal) -> None:
        self.journal = journal

    def __setitem__(self, key: Any, value: Any) -> None:
        self.journal.entries.append((self, key, self.get(key, _MISSING)))
        dict.__setitem__(self, key, value)

    def __delitem__(self, key: Any) -> None:
        self.journal.entries.append((self, key, self[key]))
        dict.__delitem__(self, key)


class Relation(NamedTuple):
    """What a name stands for. `kind`: `table` (whatever sort), `index`, `view`, `sequence` or `composite`. `id` is 0 where none is kept."""

    kind: str
    id: int = 0
    owner: tuple[int, str] | None = None  # the table and column that own a sequence


class IndexState(NamedTuple):
    """An index; `index` lacks schema and table until the end.

    `nodes` are the trees of its key expressions, None for plain columns. `names` are the attribute names that
    the server gave the index's own columns: copies of the index are named after them.
    """

    id: int
    table: int
    index: Index
    nodes: tuple[Node | None, ...]
    names: tuple[str, ...]
    predicate: Node | None = None
    parent: int | None = None
    children: tuple[int, ...] = ()


class KeyState(NamedTuple):
    """A foreign key: `ref` is the referenced table's id, None for one outside of what was read; `index` the unique index it rests on."""

    key: ForeignKey
    ref: int | None
    index: int | None = None
    parent: tuple[int, str] | None = None


class CheckState(NamedTuple):
    """A check constraint; `inherited` counts the parents that have it, `local` says that it was also declared here. `validated` is
    false as long as rows from before it was added may break it."""

    check: Check
    node: Node
    columns: frozenset[str]
    inherited: int = 0
    local: bool = True
    validated: bool = True


class TableState(NamedTuple):
    """A table. `inherited` counts, per column, the parents that have it; `local` are the columns declared here."""

    id: int
    schema: str
    name: str
    kind: str = "table"
    columns: dict[str, Column] = {}
    known: bool = True
    inherited: dict[str, int] = {}
    local: frozenset[str] = frozenset()
    indexes: tuple[int, ...] = ()
    keys: dict[str, KeyState] = {}
    checks: dict[str, CheckState] = {}
    generated: dict[str, frozenset[str]] = {}
    parents: tuple[int, ...] = ()
    children: tuple[int, ...] = ()
    incoming: tuple[tuple[int, str], ...] = ()
    partition: str | None = None
    partition_key: str | None = None
    partition_columns: tuple[str | None, ...] = ()
    replica_identity: str = "default"
    persistence: str = "permanent"
    at: Span | None = None

    @property
    def qualified(self) -> Name:
        return Name(self.schema, self.name)


class TypeState(NamedTuple):
    """A user's type. `kind`: `enum`, `domain`, `composite`, `range` or `base`."""

    kind: str
    enum: Enum | None = None
    domain: Domain | None = None
    columns: dict[str, Column] = {}
    base: Type | None = None


class Store:
    """The dictionaries, and the journal behind them."""

    def __init__(self) -> None:
        self.journal = Journal()
        self.tables: dict[int, TableState] = Journaled(self.journal)
        self.indexes: dict[int, IndexState] = Journaled(self.journal)
        self.schemas: dict[str, bool] = Journaled(self.journal)
        self.types: dict[Name, TypeState] = Journaled(self.journal)
        self.extensions: dict[str, str | None] = Journaled(self.journal)
        self.collations: dict[Name, bool] = Journaled(self.journal)
        self.opclasses: dict[tuple[str, str], bool] = Journaled(self.journal)
        self.functions: dict[int, Any] = Journaled(self.journal)
        self.settings: dict[str, Any] = Journaled(self.journal)
        self.views: dict[int, frozenset[int]] = Journaled(self.journal)
        self.sequence_owners: dict[int, bool] = Journaled(self.journal)
        self._relations: dict[str, dict[str, Relation]] = {}
        self._constraints: dict[str, dict[str, int]] = {}
        self._last = 0

    def number(self) -> int:
        """A number that nothing has had before; a later object has a higher one, as OIDs do."""
        self._last += 1
        return self._last

    def relations(self, schema: str) -> dict[str, Relation]:
        """The names in a schema that tables, indexes, views and sequences share."""
        if schema not in self._relations:
            self._relations[schema] = Journaled(self.journal)
        return self._relations[schema]

    def constraints(self, schema: str) -> dict[str, int]:
        """How many constraints of a schema have each name."""
        if schema not in self._constraints:
            self._constraints[schema] = Journaled(self.journal)
        return self._constraints[schema]

    def all_relations(self) -> Iterator[tuple[Name, Relation]]:
        for schema, relations in self._relations.items():
            for name, relation in relations.items():
                yield Name(schema, name), relation

    def add_constraint_name(self, schema: str, name: str) -> None:
        names = self.constraints(schema)
        names[name] = names.get(name, 0) + 1

    def drop_constraint_name(self, schema: str, name: str) -> None:
        names = self.constraints(schema)
        if names.get(name, 0) > 1:
            names[name] -= 1
        elif name in names:
            del names[name]
