"""goose: `<number>_<name>.sql` with a section up and a section down, statements sent one by one outside a transaction.

They go over a pool of connections, so nothing may depend on the session. A file is recorded when all of it is done; one that failed is begun anew by
the next `goose up`.
"""

import re
from collections.abc import Iterable
from pathlib import Path

from broxspec.emit import HEADER
from broxspec.kinds.indexes.emit import lower
from broxspec.plan import reverse
from broxspec.quoting.sql import unbroken
from broxspec.runners import Job, Migration, RunnerFault, _statements, slug
from broxspec.runners._numbers import numbers
from broxspec.runners._summary import summary

TEMPLATES = ("indexes/goose.sql.j2", *_statements.TEMPLATES)
_FILE = re.compile(r"([0-9]+)_.*\.(?:sql|go)", re.DOTALL)
_FIRST = "00001"


def names(folder: Path) -> tuple[str, ...]:
    """The migrations in the folder, in SQL and in Go, by file name."""
    if not folder.is_dir():
        return ()
    found = (path.name for path in folder.iterdir() if _FILE.fullmatch(path.name) and path.is_file())
    return in_order(folder, (name for name in found if not name.endswith("_test.go")))


def in_order(folder: Path, names: Iterable[str]) -> tuple[str, ...]:
    return tuple(sorted(names, key=lambda name: (version(name), name)))


def name_of(path: str) -> str:
    """The migration that a file is."""
    return path.rpartition("/")[2]


def version(name: str) -> int:
    """The number that goose knows a migration by, -1 for none."""
    match = _FILE.fullmatch(name)
    return int(match[1]) if match else -1


def compile(job: Job) -> tuple[Migration, ...]:
    """One file for all operations, both ways; nothing where none has SQL."""
    steps = lower(job.operations, job.partitioned)
    if not steps:
        return ()
    found = numbers([match[1] for name in job.existing if (match := _FILE.fullmatch(name))], job.stamp, _FIRST)
    number = next(found)
    if int(number) == 0:
        raise RunnerFault("goose takes no migration with the number 0")
    back = lower(reverse(job.operations), job.partitioned)
    text = job.templates.render(
        TEMPLATES[0],
        header=HEADER,
        specs=job.asked_in(steps),
        summary=summary(steps),
        up=_statements.statements(job.templates, steps, session=False),
        down=_statements.statements(job.templates, back, session=False),
    )
    # goose looks for its marks at the beginning of every line.
    return (Migration(f"{number}_{slug(job.operations)}.sql", unbroken(text), "up", steps, tuple(range(len(job.operations)))),)
