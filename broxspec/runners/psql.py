"""psql: `NNNN_name.sql`, and the way back in `down/` under the same name.

Each file is run by `psql -X -v ON_ERROR_STOP=1 -f FILE`, outside a transaction, and may be run again after any failure: before each
step it asks the server what is there. Whether an index is the wanted one is judged by the server itself: it builds the
same definition on an empty temporary copy of the table and compares the two in its catalog, so that no text of ours has
to equal what some version prints.
"""

import re
from collections.abc import Iterable
from pathlib import Path

from broxspec.emit import HEADER
from broxspec.kinds.indexes import emit
from broxspec.kinds.indexes.emit import Step, lower
from broxspec.plan import reverse
from broxspec.runners import Job, Migration, RunnerFault, slug
from broxspec.runners._statements import outcome

TEMPLATES = ("indexes/psql.sql.j2", "indexes/psql_begin.sql.j2", "indexes/psql_functions.sql.j2", "indexes/partitions_functions.sql.j2")
# The partitions of a table are asked of the server by the file itself.
ASKS_FOR_PARTITIONS = True
_NUMBER = re.compile(r"V?(\d+)")


def names(folder: Path) -> tuple[str, ...]:
    """The migrations in the folder, by file name; the ways down are not among them."""
    if not folder.is_dir():
        return ()
    found = (path.name for path in folder.iterdir() if path.suffix == ".sql" and path.is_file())
    return in_order(folder, (name for name in found if not name.endswith(".down.sql")))


def in_order(folder: Path, names: Iterable[str]) -> tuple[str, ...]:
    return tuple(sorted(names, key=_order))


def _order(name: str) -> tuple:
    """By number first, as `catalog.migrations` replays them; what has none comes last."""
    match = _NUMBER.match(name)
    return (match is None, int(match[1]) if match else 0, name)


def name_of(path: str) -> str:
    """The migration that a file belongs to, up or down."""
    return path.rpartition("/")[2]


def compile(job: Job) -> tuple[Migration, ...]:
    """One file up and one down for all operations; nothing where none has SQL."""
    steps = lower(job.operations, job.partitioned, at_run_time=True)
    if not steps:
        return ()
    name = f"{number(job.existing, job.stamp)}_{slug(job.operations)}.sql"
    back = lower(reverse(job.operations), job.partitioned, at_run_time=True)
    begins = tuple(range(len(job.operations)))
    return (
        Migration(name, _render(job, f"{name}", steps), "up", steps, begins),
        Migration(f"down/{name}", _render(job, f"down/{name}", back), "down", back),
    )


def number(existing: tuple[str, ...], stamp: str | None) -> str:
    """The number after the highest, as wide as that one is; `0001` in an empty folder."""
    if stamp is not None:
        if not stamp.isascii() or not stamp.isdigit() or len(stamp) > 30:
            raise RunnerFault(f"`{stamp}` is not a number of at most 30 digits")
        return stamp
    found = [match[1] for name in existing if (match := _NUMBER.match(name))]
    if not found:
        return "0001"
    highest = max(found, key=int)
    return str(int(highest) + 1).zfill(len(highest))


def _render(job: Job, name: str, steps: tuple[Step, ...]) -> str:
    kept, gone = outcome(steps)
    return job.templates.render(
        TEMPLATES[0], header=HEADER, name=name, specs=job.asked_in(steps), steps=steps, kept=kept, gone=gone, emit=emit,
        partitioned=any(step.index and not step.concurrently for step in steps),
        finals={step.index.name: step.name for step in steps if step.action == "build" and step.name},
    )
