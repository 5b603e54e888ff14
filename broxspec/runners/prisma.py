"""Prisma Migrate: one statement per folder, `<YYYYMMDDHHMMSS>_<name>/migration.sql`, each with the way back in `down.sql`.

Below 7.4 the engine sends a file as one query, which PostgreSQL runs as one transaction where it holds several statements;
CREATE INDEX CONCURRENTLY works only alone. From 7.4 on files are split, and the engine for JavaScript drivers splits at
every semicolon, in comments and DO bodies too. One plain statement per file, with no semicolon but the last, is right for all of
them below 8. There is no guard in the files: a build that failed must fail again, loudly, until `repair.sql` has run.
"""

import re
from collections.abc import Iterable, Sequence
from pathlib import Path

from broxspec.emit import HEADER, Templates
from broxspec.kinds.indexes import emit
from broxspec.quoting.sql import unbroken
from broxspec.runners import Job, Migration, RunnerFault
from broxspec.runners._numbers import numbers
from broxspec.runners._single import RepairStep, columns, options, singles

TEMPLATES = ("indexes/prisma.sql.j2", "indexes/prisma_down.sql.j2", "indexes/prisma_faults.sql.j2")
REPAIR = ("indexes/prisma_repair.sql.j2",)
_STAMP = re.compile(r"\d{14}")
# What the first migration is called where there is none and no --stamp: a date, but nobody's clock.
_FIRST = "20000101000000"


def names(folder: Path) -> tuple[str, ...]:
    """The migrations in the folder, by folder name."""
    if not folder.is_dir():
        return ()
    return tuple(sorted(path.name for path in folder.iterdir() if (path / "migration.sql").is_file()))


def in_order(folder: Path, names: Iterable[str]) -> tuple[str, ...]:
    return tuple(sorted(names))


def name_of(path: str) -> str:
    """The migration that a file belongs to."""
    return path.partition("/")[0]


def compile(job: Job) -> tuple[Migration, ...]:
    """A folder per step. RunnerFault for a version of Prisma that this does not fit, and for a stamp that is none."""
    if job.version and int(job.version.split(".")[0]) >= 8:
        raise RunnerFault(f"prisma {job.version} runs migrations in a way that is not known yet; known are versions below 8")
    existing = [match[0] for name in job.existing if (match := _STAMP.match(name))]
    stamps = numbers(existing, job.stamp, _FIRST, longest=14, form="YYYYMMDDHHMMSS")
    files: list[Migration] = []
    for single in singles(job):
        folder = f"{next(stamps)}_{single.title}"
        values = {"header": HEADER, "emit": emit}
        text = job.templates.render(
            TEMPLATES[0], specs=job.asked_in(single.steps), steps=single.steps, columns=columns, options=options, **values
        )
        # Not in quotes either may there be a semicolon that is no statement's end.
        files.append(Migration(f"{folder}/migration.sql", unbroken(text, ";"), "up", single.steps, single.begins))
        if single.back:
            text = job.templates.render(TEMPLATES[1], folder=folder, specs=job.asked_in(single.back), steps=single.back, **values)
            files.append(Migration(f"{folder}/down.sql", text, "down", single.back))
    return tuple(files)


def repair(templates: Templates, steps: Sequence[RepairStep], names: Sequence[str] = ()) -> str:
    """SQL that makes a failed migration ready to be run again. `names` are all migrations in their order."""
    return templates.render(REPAIR[0], header=HEADER, steps=steps)
