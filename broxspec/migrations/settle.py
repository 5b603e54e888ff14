"""Settle: the four states of a database, and the plan between the last two.

    source → base → current → wanted
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

from broxspec.catalog.model import Catalog, Index, Name
from broxspec.diagnostic import Diagnostic, Label
from broxspec.kinds.indexes.plan import IndexPlan, Problem, Removal, Wanted, plan_indexes
from broxspec.migrations import faults
from broxspec.migrations.history import History, Operations, operations
from broxspec.migrations.shown import alike, marked
from broxspec.migrations.state import Reconciled, State, catalog_of, perform, reconcile, state_of
from broxspec.plan import Operation, qualified
from broxspec.source import Source, Span

if TYPE_CHECKING:
    from broxspec.kinds.indexes.model import IndexSpec


class Settled(NamedTuple):
    """`owned` are the indexes that frozen migrations made or adopted. `done` are the names that they dropped or renamed away:
    a `replaces:` or `drop:` of one is satisfied. `drafts` are what the lock holds as drafts, before they are built anew."""

    source: Catalog
    base: Catalog
    current: Catalog
    wanted: Catalog
    owned: frozenset[Name]
    done: frozenset[Name]
    plan: IndexPlan
    frozen: tuple[Operation, ...]
    drafts: tuple[Operation, ...]
    diagnostics: tuple[Diagnostic, ...]


def settle(source: Catalog, history: History, specs: "Sequence[IndexSpec]") -> Settled:
    """The states of a database. `source` was read without draft migrations; the specs have their `index` resolved against it."""
    recorded, known = reconciled(source, history)
    wishes, removals = wishes_of(specs)
    plan = plan_indexes(known.current, wishes, removals, done=known.done, estranged=known.estranged)
    after = perform(known.current, plan.operations)
    blocked = {problem.name for problem in plan.problems}
    asked = {qualified(wish.index): wish.index for wish in wishes if qualified(wish.index) not in blocked}
    # Where a spec asks for an index that is there, the spec is the place to speak of.
    indexes = {name: _as_asked(index, asked.get(name)) for name, index in after.indexes.items()}
    return Settled(
        source,
        catalog_of(source, known.base),
        catalog_of(source, known.current),
        catalog_of(source, after._replace(indexes=indexes)),
        known.current.owned,
        known.done,
        plan,
        recorded.frozen,
        recorded.drafts,
        (*_lock_faults(history), *(_diagnostic(problem) for problem in plan.problems)),
    )


def reconciled(source: Catalog, history: History) -> tuple[Operations, Reconciled]:
    """The recorded operations, and the states of a schema source that they lead to."""
    recorded = operations(history, source)
    shown = _without_orphans(state_of(source), [*recorded.frozen, *recorded.drafts])
    return recorded, reconcile(shown, recorded.frozen, recorded.drafts, alike)


def estranged(known: Reconciled, specs: "Sequence[IndexSpec]") -> list[Diagnostic]:
    """Own indexes that the source shows with a definition that no migration gave them, and that no spec adopts."""
    asked = {Name(spec.table.schema, spec.name): spec for spec in specs if spec.name}
    found = []
    for name, index in known.estranged.items():
        spec = asked.get(name)
        if spec is None or not spec.adopt:
            found.append(_diagnostic(Problem("own", name, index, spec.at if spec else None)))
    return found


def _as_asked(index: Index, asked: Index | None) -> Index:
    return index if asked is None else index._replace(wanted=True, at=asked.at)


def wishes_of(specs: "Sequence[IndexSpec]") -> tuple[list[Wanted], list[Removal]]:
    """What the specs ask for. An index that they can't say for certain (an unknown column) is left out; its finding is a rule's."""
    wishes, removals = [], []
    for spec in specs:
        schema = spec.table.schema
        if spec.drop is not None:
            removals.append(Removal(Name(schema, spec.drop), spec.node.at("drop")))
        elif spec.index is not None:
            wishes.append(Wanted(spec.index, tuple(Name(schema, name) for name in spec.replaces), spec.adopt))
    return wishes, removals


def _without_orphans(state: State, recorded: Sequence[Operation]) -> State:
    """Without declarations of ours that no lock knows: left by a merge, they stand for drafts of another time."""
    known = {qualified(index) for operation in recorded for index in (operation.before, operation.after) if index}
    kept = {name: index for name, index in state.indexes.items() if name in known or not marked(index)}
    return state._replace(indexes=kept)


def _lock_faults(history: History) -> list[Diagnostic]:
    if not history.faults:
        return []
    source = Source(history.path, history.text)
    found = []
    for fault in history.faults:
        start = source.starts[fault.line - 1]
        span = source.span(start, start + len(source.line(fault.line)))
        found.append(faults.UNREADABLE_LOCK.at(span, "this line of the migration lock can't be read", help=f"put `{history.path}` back from git"))
    return found


def _diagnostic(problem: Problem) -> Diagnostic:
    index, name = problem.existing, problem.name
    at = problem.at or index.at or Source(str(name), "").span(0, 0)
    labels = _labels(index, at)
    subject = {"schema": index.schema, "table": index.table, "index": index.name}
    if problem.reason == "foreign":
        message = f"`{name}` exists with another definition: {described(index)}"
        help = "add `adopt: true` to take it over, or give the wanted index another `name`"
        return faults.FOREIGN_DEFINITION.at(at, message, labels=labels, help=help, subject=subject)
    if problem.reason == "own":
        message = f"`{name}` is ours, but the schema source shows it with another definition: {described(index)}"
        help = "mend the source, or write what it shows into the spec with `adopt: true`"
        return faults.OWN_DEFINITION.at(at, message, labels=labels, help=help, subject=subject)
    if problem.reason == "constraint":
        kind = {"primary": "primary key", "unique": "unique constraint", "exclusion": "exclusion constraint"}[index.constraint or "unique"]
        message = f"`{name}` backs a {kind}, which no index migration can change"
        return faults.CONSTRAINT_INDEX.at(at, message, labels=labels, help="change the constraint in the schema itself", subject=subject)
    message = f"`{name}` is to be dropped here, but a spec wants it"
    return faults.CONTRADICTION.at(at, message, labels=labels, help="take one of the two out", subject=subject)


def _labels(index: Index, at: Span) -> tuple[Label, ...]:
    return (Label(index.at, "this one"),) if index.at is not None and index.at != at and index.at.has_place else ()


def described(index: Index) -> str:
    """The definition in a few words, for messages."""
    from broxspec.kinds.indexes.emit import definition

    text = definition(index).removeprefix("USING btree ")
    return f"`{'unique ' if index.unique else ''}{text}`"
