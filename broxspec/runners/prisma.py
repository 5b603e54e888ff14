"""Prisma Migrate: one statement per folder, `<YYYYMMDDHHMMSS>_<name>/migration.sql`, each with the way back in `down.sql`.

Below 7.4 the engine sends a file as one query, which PostgreSQL runs as one transaction where it holds several statements;
CREATE INDEX CONCURRENTLY works only alone. From 7.4 on files are split, and the engine for JavaScript drivers splits at
every semicolon, in comments and DO bodies too. One plain statement per file, with no semicolon but the last, is right for all of
them below 8. There is no guard in the files: a build that failed must fail again, loudly, until `repair.sql` has run.
"""

import re
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import NamedTuple

from broxspec.catalog.model import Index
from broxspec.emit import HEADER, Templates
from broxspec.kinds.indexes import emit
from broxspec.kinds.indexes.emit import Step, lower
from broxspec.runners import Job, Migration, RunnerFault, plain

TEMPLATES = ("indexes/prisma.sql.j2", "indexes/prisma_down.sql.j2", "indexes/prisma_faults.sql.j2")
REPAIR = ("indexes/prisma_repair.sql.j2",)
_STAMP = re.compile(r"\d{14}")
_FORMAT = "%Y%m%d%H%M%S"
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
    stamps = _stamps(job.existing, job.stamp)
    files: list[Migration] = []
    for steps, begins in _files(job):
        folder = f"{next(stamps)}_{_name(steps)}"
        files.append(_up(job, folder, steps, begins))
        back = tuple(reverse for step in reversed(steps) if (reverse := step.reverse))
        if back:
            text = job.templates.render(TEMPLATES[1], header=HEADER, folder=folder, specs=job.asked_in(back), steps=back, emit=emit)
            files.append(Migration(f"{folder}/down.sql", text, "down", back))
    return tuple(files)


def _up(job: Job, folder: str, steps: tuple[Step, ...], begins: tuple[int, ...]) -> Migration:
    text = job.templates.render(
        TEMPLATES[0], header=HEADER, specs=job.asked_in(steps), steps=steps, emit=emit, columns=_columns, options=_options
    )
    return Migration(f"{folder}/migration.sql", text, "up", steps, begins)


def _files(job: Job) -> Iterable[tuple[tuple[Step, ...], tuple[int, ...]]]:
    """The steps of each file, and which operations of the job begin in it."""
    begun: set[int] = set()
    for step in lower(job.operations, job.partitioned):
        begins = tuple(number for number, operation in enumerate(job.operations) if number not in begun and _begins(step, operation))
        begun.update(begins)
        yield (step,), begins


def _begins(step: Step, operation) -> bool:  # noqa: ANN001
    """Whether a step is the first of an operation."""
    index = step.index
    if index is None:
        return False
    if step.action == "build":
        after = operation.after
        return after is not None and operation.action in ("create", "change") and (after.schema, after.name) == (index.schema, step.name or index.name)
    before = operation.before
    return before is not None and operation.action == step.action and (before.schema, before.name) == (index.schema, index.name)


def _name(steps: Sequence[Step]) -> str:
    step = steps[0]
    if step.action == "check":
        return "check_indexes"
    assert step.index
    return plain(f"{step.action}_{step.name if step.action == 'swap' else step.index.name}")


def _stamps(existing: Sequence[str], stamp: str | None) -> Iterable[str]:
    if stamp is not None:
        if not (_STAMP.fullmatch(stamp) and stamp.isascii()):
            raise RunnerFault(f"`{stamp}` is not of the form YYYYMMDDHHMMSS")
        current = stamp
    else:
        found = [match[0] for name in existing if (match := _STAMP.match(name))]
        current = _after(max(found)) if found else _FIRST
    while True:
        yield current
        current = _after(current)


def _after(stamp: str) -> str:
    """A second later; where the digits are no date, one more."""
    try:
        return (datetime.strptime(stamp, _FORMAT) + timedelta(seconds=1)).strftime(_FORMAT)
    except (ValueError, OverflowError):
        following = str(int(stamp) + 1).zfill(14)
        if len(following) > 14:
            raise RunnerFault(f"no migration can sort after `{stamp}`") from None
        return following


def _columns(index: Index) -> list[str]:
    """Every column of the index as the catalog names it, empty for an expression."""
    return [key.column or "" for key in index.keys] + list(index.include)


def _options(index: Index) -> str:
    """`pg_index.indoption`: bit 1 for DESC, bit 2 for NULLS FIRST."""
    return " ".join(str((key.order == "desc") + 2 * (key.nulls == "first")) for key in index.keys)


class RepairStep(NamedTuple):
    """A step of a migration as the lock records it: `action`, and the index under the name that it has then."""

    folder: str
    action: str
    schema: str
    name: str
    table: str


def repair(templates: Templates, steps: Sequence[RepairStep]) -> str:
    """SQL that makes a failed migration ready to be run again."""
    return templates.render(REPAIR[0], header=HEADER, steps=steps)
