"""Aids beside the history: what a person needs when a migration has failed."""

from collections.abc import Callable, Iterable

from broxspec.migrations.lock import File
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
