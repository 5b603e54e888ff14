"""State: what operations work on, and the way from the schema source to what migrations stand on.

    source ──undo every own operation, newest first──→ base ──redo the frozen ones──→ current

The source may be older than our migrations (a dump that nobody refreshed), newer, or in between, and undoing must give the
same base each time. So an operation is undone by what the lock recorded, not by what it finds.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import NamedTuple

from broxspec.catalog.model import Catalog, Index, Name
from broxspec.plan import Operation, qualified, table_of

Alike = Callable[[Index, Index], bool]


class State(NamedTuple):
    """Tables with their columns, indexes by schema and name, and the names of those that are ours."""

    tables: Mapping[Name, frozenset[str]]
    indexes: Mapping[Name, Index]
    owned: frozenset[Name] = frozenset()

    def bears(self, index: Index) -> bool:
        """Whether the index's table is there, with the columns that it names. PostgreSQL drops an index with its column."""
        columns = self.tables.get(table_of(index))
        if columns is None:
            return False
        named = {key.column for key in index.keys if key.column is not None} | set(index.include)
        return named <= columns


class Reconciled(NamedTuple):
    """`base` and `current` as the module says. `estranged` are own indexes that the source shows with a definition that
    was never recorded. `done` are the names that frozen operations have dropped or renamed away and not made again: a
    `replaces:` or `drop:` of one is satisfied."""

    base: State
    current: State
    estranged: Mapping[Name, Index]
    done: frozenset[Name]


def same(one: Index, other: Index) -> bool:
    """Whether two indexes are one but for their names. A constraint's index is what a unique index of the same keys is."""
    return table_of(one) == table_of(other) and _definition(one) == _definition(other)


def _definition(index: Index) -> tuple:
    return index._replace(constraint=None).definition


def state_of(catalog: Catalog) -> State:
    tables = {name: frozenset(column.name for column in table.columns) for name, table in catalog.tables.items()}
    return State(tables, {qualified(index): index for index in catalog.indexes()})


def catalog_of(catalog: Catalog, state: State) -> Catalog:
    """The catalog with the state's indexes in place of its own. The order of those that stay is kept; new ones follow by name."""
    by_table: dict[Name, list[Index]] = {}
    for index in state.indexes.values():
        by_table.setdefault(table_of(index), []).append(index)
    tables = {}
    for name, table in catalog.tables.items():
        place = {index.name: number for number, index in enumerate(table.indexes)}
        indexes = sorted(by_table.get(name, ()), key=lambda index: (place.get(index.name, len(place)), index.name))
        tables[name] = table if tuple(indexes) == table.indexes else table._replace(indexes=tuple(indexes))
    return catalog._replace(tables=tables)


def reconcile(source: State, frozen: Sequence[Operation], drafts: Sequence[Operation] = (), alike: Alike = same) -> Reconciled:
    """Base and current of a source. `alike` says whether a recorded index is what the source shows of it; a source that
    cannot show all of an index (a Prisma schema) brings its own."""
    strangers = _strangers(source, frozen, drafts, alike)
    base = source
    for operation in reversed([*frozen, *drafts]):
        base = undo(base, operation, strangers)
    current = base
    for operation in frozen:
        current = redo(current, operation, strangers)
    current = _with_parts(current, source)
    ours = _owned_after(frozen)
    return Reconciled(base, current, {name: strangers[name] for name in sorted(strangers) if name in ours}, _done(frozen))


def undo(state: State, operation: Operation, strangers: Iterable[Name] = ()) -> State:
    """The state before an operation, whether or not the state shows that it was done. Names of strangers are passed over."""
    before, after = operation.before, operation.after
    indexes = dict(state.indexes)
    if after and qualified(after) not in strangers:
        indexes.pop(qualified(after), None)
        if operation.action not in ("adopt", "release"):
            _let_go(indexes, after, before if operation.action == "rename" else None)
    if before and state.bears(before) and qualified(before) not in strangers:
        # Where the source is stale it still shows it: then that is what it is.
        indexes.setdefault(qualified(before), before)
    return state._replace(indexes=indexes)


def redo(state: State, operation: Operation, strangers: Iterable[Name] = ()) -> State:
    """The state after an operation. One whose table or column is gone makes nothing."""
    before, after = operation.before, operation.after
    indexes, owned = dict(state.indexes), set(state.owned)
    if before and qualified(before) not in strangers:
        indexes.pop(qualified(before), None)
        owned.discard(qualified(before))
        if operation.action not in ("adopt", "release"):
            _let_go(indexes, before, after if operation.action == "rename" else None)
    if after and state.bears(after) and qualified(after) not in strangers:
        indexes[qualified(after)] = after
        if operation.action != "release":
            owned.add(qualified(after))
    return state._replace(indexes=indexes, owned=frozenset(owned))


def _let_go(indexes: dict[Name, Index], whole: Index, heir: Index | None) -> None:
    """What becomes of the parts of a partitioned index: they go with it, or belong to what it is called now."""
    of = qualified(whole)
    parts = [(name, index) for name, index in indexes.items() if index.parent is not None and index.parent == of]
    for name, index in parts:
        if heir is not None:
            indexes[name] = index._replace(parent=qualified(heir))
        else:
            del indexes[name]
            _let_go(indexes, index, None)


def _with_parts(state: State, source: State) -> State:
    """With the parts of partitioned indexes that the source shows: what made the whole has made them, under names of the server's."""
    indexes = dict(state.indexes)
    missing = {name: index for name, index in source.indexes.items() if index.parent and name not in indexes}
    found = True
    while found:
        found = [name for name, index in missing.items() if index.parent in indexes]
        for name in found:
            indexes[name] = missing.pop(name)
    return state._replace(indexes=indexes)


def perform(state: State, operations: Iterable[Operation]) -> State:
    for operation in operations:
        state = redo(state, operation)
    return state


def _strangers(
    source: State, frozen: Iterable[Operation], drafts: Iterable[Operation], alike: Alike
) -> dict[Name, Index]:
    """What the source shows under a recorded name with a definition that was never recorded for it.

    Of a draft only what it makes counts: what it found is either in the frozen record, or was foreign when it was found.
    """
    recorded: dict[Name, list[Index]] = {}
    known = [index for operation in frozen for index in (operation.before, operation.after)]
    known += [operation.after for operation in drafts if operation.action != "adopt"]
    for index in known:
        if index:
            recorded.setdefault(qualified(index), []).append(index)
    return {
        name: source.indexes[name]
        for name, indexes in recorded.items()
        if name in source.indexes and not any(alike(index, source.indexes[name]) for index in indexes)
    }


def _owned_after(operations: Iterable[Operation]) -> frozenset[Name]:
    """The names that are ours after the operations, if every one of them took effect."""
    owned: set[Name] = set()
    for operation in operations:
        if operation.before:
            owned.discard(qualified(operation.before))
        if operation.after:
            owned.add(qualified(operation.after))
    return frozenset(owned)


def _done(frozen: Iterable[Operation]) -> frozenset[Name]:
    gone: set[Name] = set()
    for operation in frozen:
        if operation.before:
            gone.add(qualified(operation.before))
        if operation.after:
            gone.discard(qualified(operation.after))
    return frozenset(gone)
