"""golang-migrate: `<version>_<name>.up.sql` and `.down.sql`, one step per pair.

A file is sent as one query. Its version is written down as dirty before it is sent, and as clean after that; over a dirty one nothing runs
until `migrate force`. A migration with a version below the one that is written down is never run, and nothing says so.
"""

import re
from collections.abc import Iterable, Sequence
from pathlib import Path

from broxspec.emit import HEADER, Templates
from broxspec.kinds.indexes import emit
from broxspec.kinds.indexes.emit import Step
from broxspec.quoting.sql import unbroken
from broxspec.runners import Job, Migration
from broxspec.runners._numbers import numbers
from broxspec.runners._single import RepairStep, Single, alone, columns, options, singles

TEMPLATES = ("indexes/golang_migrate.sql.j2", "indexes/single.sql.j2", "indexes/prisma_faults.sql.j2")
REPAIR = ("indexes/golang_migrate_repair.sql.j2", "indexes/single_repair.sql.j2")
_FILE = re.compile(r"([0-9]+)_.*\.(?:up|down)\.[^/]*", re.DOTALL)
_VERSION = re.compile(r"[0-9]+")
_FIRST = "000001"


def names(folder: Path) -> tuple[str, ...]:
    """The migrations in the folder, by file name without `.up.sql`."""
    if not folder.is_dir():
        return ()
    found = {name_of(path.name) for path in folder.iterdir() if _FILE.fullmatch(path.name) and ".up." in path.name and path.is_file()}
    return in_order(folder, found)


def in_order(folder: Path, names: Iterable[str]) -> tuple[str, ...]:
    return tuple(sorted(names, key=lambda name: (version(name), name)))


def name_of(path: str) -> str:
    """The migration that a file belongs to, up or down."""
    return re.sub(r"\.(?:up|down)\.[^.]*$", "", path.rpartition("/")[2])


def version(name: str) -> int:
    """The number that golang-migrate knows a migration by, -1 for none."""
    match = _VERSION.match(name)
    return int(match[0]) if match else -1


def compile(job: Job) -> tuple[Migration, ...]:
    """A file up for each step, and one down where there is something to take back."""
    found = numbers([match[0] for name in job.existing if (match := _VERSION.match(name))], job.stamp, _FIRST)
    files: list[Migration] = []
    for single in singles(job):
        name = f"{next(found)}_{single.title}"
        files += _pair(job, name, single)
    return tuple(files)


def _pair(job: Job, name: str, single: Single) -> Iterable[Migration]:
    yield Migration(f"{name}.up.sql", _render(job, single.steps, "up"), "up", single.steps, single.begins)
    if single.back:
        yield Migration(f"{name}.down.sql", _render(job, single.back, "down"), "down", single.back)


def _render(job: Job, steps: tuple[Step, ...], role: str) -> str:
    text = job.templates.render(
        TEMPLATES[0], header=HEADER, specs=job.asked_in(steps), steps=steps, role=role, emit=emit, columns=columns, options=options, alone=alone
    )
    # `x-multi-statement` splits files at semicolons, wherever they stand.
    return unbroken(text, ";")


def repair(templates: Templates, steps: Sequence[RepairStep], names: Sequence[str] = ()) -> str:
    """SQL that makes a failed migration ready to be run again. `names` are all migrations in their order."""
    ordered = list(names) or list(dict.fromkeys(step.migration for step in steps))
    before = ["-- -1", *(str(version(name)) for name in ordered)]  # `--`: -1 is no option
    versions = {name: (str(version(name)), before[place]) for place, name in enumerate(ordered)}
    return templates.render(REPAIR[0], header=HEADER, steps=steps, versions=versions)
