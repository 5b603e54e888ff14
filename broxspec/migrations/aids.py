"""Aids beside the history: what a person needs when a migration has failed."""

from collections.abc import Iterable

from broxspec.kinds.indexes.emit import Step
from broxspec.runners import Migration
from broxspec.runners.prisma import RepairStep


def repair_steps(migrations: Iterable[Migration]) -> list[RepairStep]:
    """The steps of files up, as `repair.sql` looks at them."""
    return [
        found
        for migration in migrations
        if migration.role == "up"
        for step in migration.steps
        for found in _of_step(migration.path.rpartition("/")[0], step)
    ]


def _of_step(folder: str, step: Step) -> Iterable[RepairStep]:
    index = step.index or (step.built[0] if step.built else None)
    if index:
        yield RepairStep(folder, step.action, index.schema, step.name if step.action in ("rename", "swap") else index.name, index.table)
