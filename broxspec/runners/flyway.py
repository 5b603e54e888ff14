"""Flyway: `V<version>__<name>.sql`, beside it `V….sql.conf`, which takes it out of a transaction, and the undo script `U<version>__<name>.sql` (undo is a
paid feature; psql runs the file too).

Flyway cuts a script into statements itself and sends them one by one over one connection. What has failed outside a transaction is recorded as failed:
`flyway repair` removes the record, and `flyway migrate` begins the script anew.
"""

import re
from collections.abc import Iterable
from itertools import takewhile
from pathlib import Path

from broxspec.emit import HEADER
from broxspec.kinds.indexes.emit import Step, lower
from broxspec.plan import reverse
from broxspec.quoting.sql import unbroken
from broxspec.runners import Job, Migration, RunnerFault, _statements, slug
from broxspec.runners._numbers import following
from broxspec.runners._summary import summary

TEMPLATES = ("indexes/flyway.sql.j2", "indexes/flyway.conf.j2", *_statements.TEMPLATES)
_FILE = re.compile(r"V([0-9]+(?:[._][0-9]+)*)__.*\.sql", re.DOTALL)
_VERSION = re.compile(r"[0-9]+(?:[._][0-9]+)*")
_FIRST = "1"


def names(folder: Path) -> tuple[str, ...]:
    """The versioned migrations in SQL, by path in the folder; repeatable ones and undo scripts are not among them."""
    if not folder.is_dir():
        return ()
    return in_order(folder, (path.relative_to(folder).as_posix() for path in folder.rglob("V*.sql") if version(path.name) and path.is_file()))


def in_order(folder: Path, names: Iterable[str]) -> tuple[str, ...]:
    return tuple(sorted(names, key=lambda name: (version(name), name)))


def name_of(path: str) -> str:
    """The migration that a script, its configuration or its undo script belongs to."""
    folder, slash, name = path.removesuffix(".conf").rpartition("/")
    return folder + slash + (f"V{name[1:]}" if name.startswith("U") else name)


def version(name: str) -> tuple[int, ...]:
    """The version as Flyway compares it: `1.0` is `1`. Empty for what has none."""
    match = _FILE.fullmatch(name.rpartition("/")[2])
    return _numbers(match[1]) if match else ()


def compile(job: Job) -> tuple[Migration, ...]:
    """A script for all operations, its undo script, and the configuration of each; nothing where none has SQL."""
    steps = lower(job.operations, job.partitioned)
    if not steps:
        return ()
    name = f"{_number(job)}__{slug(job.operations)}.sql"
    back = lower(reverse(job.operations), job.partitioned)
    begins = tuple(range(len(job.operations)))
    return (*_script(job, f"V{name}", "up", steps, begins), *_script(job, f"U{name}", "down", back, (), f"V{name}"))


def _script(job: Job, name: str, role: str, steps: tuple[Step, ...], begins: tuple[int, ...], of: str = "") -> Iterable[Migration]:
    statements = _statements.statements(job.templates, steps)
    # Flyway knows quotes; a line break in them is escaped all the same, so that its checksums and reports have a name on one line.
    values = {"header": HEADER, "specs": job.asked_in(steps), "summary": summary(steps), "name": name, "of": of, "statements": statements}
    text = unbroken(job.templates.render(TEMPLATES[0], **values))
    yield Migration(name, text, role, steps, begins)
    yield Migration(f"{name}.conf", job.templates.render(TEMPLATES[1], header=HEADER, literal_dollars="${" in text), "companion")


def _number(job: Job) -> str:
    """The version after the highest, its last part one more."""
    if job.stamp is not None:
        if not _VERSION.fullmatch(job.stamp) or len(job.stamp) > 40:
            raise RunnerFault(f"`{job.stamp}` is not a version: numbers with `.` or `_` between them")
        return job.stamp
    found = [match[1] for name in job.existing if (match := _FILE.fullmatch(name.rpartition("/")[2]))]
    if not found:
        return _FIRST
    highest = max(found, key=_numbers)
    last = "".join(takewhile(str.isdigit, reversed(highest)))[::-1]
    return highest.removesuffix(last) + following(last)


def _numbers(text: str) -> tuple[int, ...]:
    """The parts of a version, without the zeros at its end."""
    parts = [int(part) for part in re.split("[._]", text)]
    while len(parts) > 1 and not parts[-1]:
        parts.pop()
    return tuple(parts)
