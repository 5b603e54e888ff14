"""Aids beside the history: what a person needs when a migration has failed."""

from collections.abc import Iterable

from broxspec.migrations.lock import File
from broxspec.runners import Migration
from broxspec.runners.prisma import RepairStep


def repair_steps(files: Iterable[Migration | File]) -> list[RepairStep]:
    """The steps of files up, as `repair.sql` looks at them."""
    found = []
    for file in files:
        if file.role != "up":
            continue
        folder = file.path.rpartition("/")[0]
        for step in file.steps:
            found.append(RepairStep(folder, *(step if isinstance(file, File) else step.record)))
    return found
