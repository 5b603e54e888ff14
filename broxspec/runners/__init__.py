"""Migration runners: one file each, found by its name. A runner turns operations into the files that its team runs.

It has: `compile(job)`, the files of a set of operations; `names(folder)`, the migrations that are there, in the order in which they
run; `in_order(folder, names)`, the order of any names, some of which may not be there yet; `name_of(path)`, the migration that a file belongs to; TEMPLATES, what it
makes files from; and `repair(...)`, with REPAIR, where a failure needs more than running again. A runner's name may have a hyphen, its module has an underscore there.
"""

from collections.abc import Iterable, Mapping, Sequence
from importlib import import_module
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, NamedTuple


if TYPE_CHECKING:
    # The names of the runners are asked for by every `lint`, the rest by `compile` alone.
    from broxspec.emit import Templates
    from broxspec.kinds.indexes.emit import Step
    from broxspec.kinds.indexes.partitions import Partitions
    from broxspec.plan import Operation


class Migration(NamedTuple):
    """A file, its path relative to the migrations folder. `role` is `up`, `down`, or `companion`: a file that its runner reads with one of these; `number` are the places, in the job, of the
    operations that begin in it."""

    path: str
    text: str
    role: str
    steps: "tuple[Step, ...]" = ()
    begins: tuple[int, ...] = ()


class Job(NamedTuple):
    """What a runner is given. `existing` are the names of the other migrations, `specs` maps
    the paths that spans show to paths relative to the project.

    `stamp` is the number to begin with, or None to follow the highest that exists. `folder` is where the migrations lie, for a runner whose
    files name each other; `app` the Django app that they belong to, empty where the spec names none.
    """

    operations: "tuple[Operation, ...]"
    existing: tuple[str, ...]
    templates: "Templates"
    specs: Mapping[str, str] = {}
    partitioned: "Partitions" = MappingProxyType({})
    stamp: str | None = None
    version: str = ""
    folder: Path | None = None
    app: str = ""

    def asked_in(self, steps: "Iterable[Step]") -> list[str]:
        """The spec files that ask for the steps."""
        shown = {span.path for step in steps for span in step.because}
        return sorted({self.specs.get(path, path) for path in shown})


class RunnerFault(Exception):
    """The files can't be made; the message is for the user."""


def load(name: str) -> Any:
    return import_module(f"broxspec.runners.{name.replace('-', '_')}")


def available() -> list[str]:
    return sorted(path.stem.replace("_", "-") for path in Path(__file__).parent.glob("[!_]*.py"))


def slug(operations: "Sequence[Operation]") -> str:
    """A name for a set of operations: what it does, else the table, else `indexes`."""
    if len(operations) == 1:
        return plain(f"{operations[0].action}_{operations[0].subject.name}")
    tables = sorted({operation.subject.table for operation in operations})
    return plain(f"{tables[0]}_indexes") if len(tables) == 1 else "indexes"


def plain(name: str) -> str:
    """A file name that every system takes: letters, digits and underscores, at most 80."""
    return "".join(c if c.isascii() and c.isalnum() else "_" for c in name)[:80]
