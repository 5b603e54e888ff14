"""Aids beside the history: what a person needs when a migration has failed."""

from collections.abc import Callable, Iterable
from typing import NamedTuple

from broxspec.kinds.indexes.emit import definition, temporary
from broxspec.kinds.indexes.partitions import partitions, stem_of_change
from broxspec.migrations.lock import File
from broxspec.migrations.settle import Settled
from broxspec.plan import table_of
from broxspec.runners import Migration
from broxspec.runners._single import RepairStep


def repair_steps(files: Iterable[Migration | File], name_of: Callable[[str], str]) -> list[RepairStep]:
    """The steps of files up, as `repair.sql` looks at them. `name_of` is the runner's."""
    found = []
    for file in files:
        if file.role == "up":
            for step in file.steps:
                found.append(RepairStep(name_of(file.path), *(step if isinstance(file, File) else step.record)))
    return found


class Whole(NamedTuple):
    """An index on a partitioned table as `partitions.sql` looks for it: one of its names, and what its parts are then called after."""

    schema: str
    table: str
    name: str
    stem: str


def wholes(settled: Settled) -> list[Whole]:
    """Every index that our migrations make on a partitioned table, by the names that it has in the course of them."""
    split = partitions(settled.current)
    found = set()
    for operation in (*settled.frozen, *settled.plan.operations):
        index = operation.after
        if index is not None and table_of(index) in split and operation.action in ("create", "change", "rename"):
            found.add(Whole(index.schema, index.table, index.name, index.name))
            if operation.action == "change":
                stem = stem_of_change(index, definition(index))
                found.add(Whole(index.schema, index.table, temporary(index.name, "new"), stem))
    return sorted(found)
