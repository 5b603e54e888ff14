"""Plan: what changes, as data. Text is made of it in templates alone."""

from typing import NamedTuple

from broxspec.catalog.model import Index, Name
from broxspec.source import Span

# Each action with the one that undoes it.
REVERSES = {
    "create": "drop",
    "drop": "create",
    "rename": "rename",
    "change": "change",
    "adopt": "release",
    "release": "adopt",
}
SYMBOLS = {"create": "+", "drop": "-", "rename": "→", "change": "~", "adopt": "=", "release": "="}


class Operation(NamedTuple):
    """A change of one index.

    `create` has no `before` and `drop` no `after`. With `rename` the two differ in name only; with `change` the index is built
    anew. `adopt` changes nothing but who owns the index; `release` is its reverse. `because` is where specs ask for it.
    """

    action: str
    before: Index | None
    after: Index | None
    because: tuple[Span, ...] = ()

    @property
    def reverse(self) -> "Operation":
        return Operation(REVERSES[self.action], self.after, self.before, self.because)

    @property
    def subject(self) -> Index:
        """The index as it is afterwards, or was."""
        return self.after or self.before  # type: ignore[return-value]

    @property
    def bare(self) -> "Operation":
        """The operation without places: what the lock records, and by what two operations compare."""
        before = bare(self.before) if self.before else None
        return Operation(self.action, before, bare(self.after) if self.after else None)


def reverse(operations: "tuple[Operation, ...] | list[Operation]") -> tuple[Operation, ...]:
    """What undoes the operations, last one first."""
    return tuple(operation.reverse for operation in reversed(operations))


def bare(index: Index) -> Index:
    """The index without what is not its definition: where it was read, who wants it, in what state it was."""
    return index._replace(wanted=False, at=None, valid=True, clustered=False)


def qualified(index: Index) -> Name:
    """The index's name with its schema: indexes live in their table's schema."""
    return Name(index.schema, index.name)


def table_of(index: Index) -> Name:
    return Name(index.schema, index.table)
