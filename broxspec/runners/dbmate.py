"""dbmate: `<YYYYMMDDHHMMSS>_<name>.sql` with a section up and a section down, one step per file.

A section is sent as one query, whether or not its mark says `transaction:false`, which only leaves out dbmate's own BEGIN. A migration is recorded when it is
done; one that failed is not, so the next `dbmate up` tries it again.
"""

import re
from collections.abc import Iterable, Sequence
from pathlib import Path

from broxspec.emit import HEADER, Templates
from broxspec.kinds.indexes import emit
from broxspec.quoting.sql import unbroken
from broxspec.runners import Job, Migration, RunnerFault
from broxspec.runners._numbers import numbers
from broxspec.runners._single import RepairStep, alone, columns, options, singles

TEMPLATES = ("indexes/dbmate.sql.j2", "indexes/single.sql.j2", "indexes/prisma_faults.sql.j2")
REPAIR = ("indexes/dbmate_repair.sql.j2", "indexes/single_repair.sql.j2")
_FILE = re.compile(r"([0-9]+).*\.sql", re.DOTALL)
# A date, but nobody's clock.
_FIRST = "20000101000000"


def names(folder: Path) -> tuple[str, ...]:
    """The migrations in the folder, by file name."""
    if not folder.is_dir():
        return ()
    return in_order(folder, (path.name for path in folder.iterdir() if _FILE.fullmatch(path.name) and path.is_file()))


def in_order(folder: Path, names: Iterable[str]) -> tuple[str, ...]:
    """As text, as dbmate sorts them: `10_b.sql` comes before `9_a.sql`."""
    return tuple(sorted(names))


def name_of(path: str) -> str:
    """The migration that a file is."""
    return path.rpartition("/")[2]


def version(name: str) -> str:
    """The digits that dbmate records."""
    match = _FILE.fullmatch(name)
    return match[1] if match else ""


def compile(job: Job) -> tuple[Migration, ...]:
    """A file for each step, both ways. RunnerFault where a new one would sort before one that is there."""
    existing = in_order(Path(), (name for name in job.existing if version(name)))
    found = numbers([version(existing[-1])] if existing else [], job.stamp, _FIRST)
    files: list[Migration] = []
    for single in singles(job):
        name = f"{next(found)}_{single.title}.sql"
        if existing and name < existing[-1] and job.stamp is None:
            raise RunnerFault(f"dbmate sorts by text, in which nothing with the next number comes after `{existing[-1]}`; name one by `compile --stamp`")
        specs = job.asked_in(single.steps)
        text = job.templates.render(
            TEMPLATES[0], header=HEADER, specs=specs, steps=single.steps, back=single.back, emit=emit, columns=columns, options=options, alone=alone
        )
        # dbmate looks for its marks at the beginning of every line.
        files.append(Migration(name, unbroken(text), "up", single.steps, single.begins))
    return tuple(files)


def repair(templates: Templates, steps: Sequence[RepairStep], names: Sequence[str] = ()) -> str:
    """SQL that makes a failed migration ready to be run again. `names` are all migrations in their order."""
    versions = {step.migration: (version(step.migration), "") for step in steps}
    ordered = sorted(steps, key=lambda step: step.migration)
    return templates.render(REPAIR[0], header=HEADER, steps=ordered, versions=versions)
