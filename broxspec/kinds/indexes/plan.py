"""Plan: the least change from the current indexes to the wanted ones.

Who may be touched: what own migrations made or adopted, and what a spec names in `replaces:`, `drop:` or with `adopt: true`.
Nothing else, ever.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from broxspec.catalog.model import Index, Name
from broxspec.migrations.state import State, same
from broxspec.plan import Operation, bare, qualified
from broxspec.source import Span


class Wanted(NamedTuple):
    """An index that a spec asks for; `index.at` is the place. `replaces` are names in the schema of the index's table."""

    index: Index
    replaces: tuple[Name, ...] = ()
    adopt: bool = False


class Removal(NamedTuple):
    """A `drop:`."""

    name: Name
    at: Span | None = None


class Problem(NamedTuple):
    """Why a wish can't be planned: `foreign` (the index exists, is not ours and has another definition), `own` (ours, but the
    source shows another definition), `constraint` (it backs one), `contradiction` (dropped here, wanted there).
    `existing` is the index in the way, with `contradiction` the wanted one."""

    reason: str
    name: Name
    existing: Index
    at: Span | None


class IndexPlan(NamedTuple):
    operations: tuple[Operation, ...]
    problems: tuple[Problem, ...] = ()


def plan_indexes(
    current: State,
    wanted: Iterable[Wanted],
    removals: Iterable[Removal] = (),
    *,
    done: frozenset[Name] = frozenset(),
    estranged: Mapping[Name, Index] | None = None,
) -> IndexPlan:
    """The operations, in the order in which they are safe: ownership and names, then what is built, then what is dropped.

    `done` and `estranged` are those of `migrations.state.Reconciled`.
    """
    return _Planner(current, sorted(wanted, key=_order), removals, done, estranged or {}).plan()


def _order(wish: Wanted) -> tuple:
    index = wish.index
    return (index.schema, index.table, index.name)


class _Planner:
    """One run. `spoken` are names of current indexes for which a decision has fallen."""

    def __init__(
        self,
        current: State,
        wanted: Sequence[Wanted],
        removals: Iterable[Removal],
        done: frozenset[Name],
        estranged: Mapping[Name, Index],
    ) -> None:
        self.current, self.wanted, self.removals, self.done, self.estranged = current, wanted, removals, done, estranged
        self.names = {qualified(wish.index) for wish in wanted}
        self.spoken: set[Name] = set()
        self.by_action: dict[str, list[Operation]] = {"adopt": [], "rename": [], "create": [], "change": [], "drop": []}
        self.problems: list[Problem] = []

    def plan(self) -> IndexPlan:
        for wish in self.wanted:
            self._want(wish)
        for wish in self.wanted:
            for name in wish.replaces:
                self._drop_named(name, wish.index.at, replaced_by=wish)
        for removal in sorted(self.removals, key=lambda removal: removal.name):  # not in the order of the spec files
            self._drop_named(removal.name, removal.at)
        for name in sorted(self.current.owned - self.names - self.spoken):
            self._drop(self.current.indexes[name], None)
        for name in sorted(self.estranged.keys() - self.names - self.spoken):
            self._problem("own", self.estranged[name], None)
        operations = [operation for operations in self.by_action.values() for operation in operations]
        return IndexPlan(tuple(operations), tuple(self.problems))

    def _want(self, wish: Wanted) -> None:
        name = qualified(wish.index)
        existing = self.current.indexes.get(name)
        if existing is None:
            self._want_new(wish)
        elif name in self.estranged and not wish.adopt:
            self.spoken.add(name)
            self._problem("own", existing, wish.index.at)
        elif same(existing, wish.index):
            self._refer(wish, existing)
        elif existing.constraint:
            self._problem("constraint", existing, wish.index.at)
        elif name in self.current.owned or wish.adopt or name in wish.replaces:
            self._add("change", existing, wish.index)
        else:
            self._problem("foreign", existing, wish.index.at)

    def _refer(self, wish: Wanted, existing: Index) -> None:
        """It is there as wanted. Nothing to do, but perhaps to take it over."""
        if wish.adopt and qualified(existing) not in self.current.owned:
            if existing.constraint:
                self._problem("constraint", existing, wish.index.at)
            else:
                self._add("adopt", existing, existing._replace(at=wish.index.at))

    def _want_new(self, wish: Wanted) -> None:
        former = self._former(wish)
        if former:
            self.spoken.add(qualified(former))
            self._add("rename", former, wish.index)
        else:
            self._add("create", None, wish.index)

    def _former(self, wish: Wanted) -> Index | None:
        """The index that is the wanted one under another name, if it is one that may be renamed."""
        ours = sorted(self.current.owned - self.names - self.spoken)
        named = [name for name in wish.replaces if name not in self.names and name not in self.spoken]
        for name in [*named, *ours]:
            index = self.current.indexes.get(name)
            if index and not index.constraint and name not in self.estranged and same(index, wish.index):
                return index
        return None

    def _drop_named(self, name: Name, at: Span | None, replaced_by: Wanted | None = None) -> None:
        index = self.current.indexes.get(name)
        if replaced_by and name == qualified(replaced_by.index):
            return  # it replaces itself: a change, seen to already
        if name in self.names:
            wish = next(wish.index for wish in self.wanted if qualified(wish.index) == name)
            self._problem("contradiction", wish, at)
            return
        if index is None or name in self.spoken or (name in self.done and name not in self.current.owned):
            return
        if index.constraint:
            self._problem("constraint", index, at)
        else:
            self._drop(index, at)

    def _drop(self, index: Index, at: Span | None) -> None:
        self.spoken.add(qualified(index))
        self.by_action["drop"].append(Operation("drop", bare(index), None, (at,) if at else ()))

    def _add(self, action: str, before: Index | None, after: Index) -> None:
        because = (after.at,) if after.at else ()
        self.by_action[action].append(Operation(action, bare(before) if before else None, bare(after), because))

    def _problem(self, reason: str, existing: Index, at: Span | None) -> None:
        self.problems.append(Problem(reason, qualified(existing), existing, at))
