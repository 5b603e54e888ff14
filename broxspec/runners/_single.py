"""Runners that send a file as one batch: one step per file.

CREATE INDEX CONCURRENTLY works only alone in a batch, so no guard can stand beside it. A build that failed fails again, loudly, until
`repair.sql` has run; a file of its own then checks what was built, before anything is renamed or dropped. What is in no need of being alone
may have `SET LOCAL lock_timeout` before it: a batch of several statements is one transaction.
"""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from broxspec.catalog.model import Index
from broxspec.kinds.indexes.emit import Step, lower
from broxspec.plan import Operation
from broxspec.runners import Job, plain


class RepairStep(NamedTuple):
    """A step of a migration as the lock records it: `action`, and the index under the name that it has then."""

    migration: str
    action: str
    schema: str
    name: str
    table: str

    @property
    def folder(self) -> str:
        """The migration, as Prisma calls it."""
        return self.migration


class Single(NamedTuple):
    """What goes into one file: `steps` is always one; `back` takes it back and is empty where nothing is to be done; `begins` are the
    places, in the job, of the operations that begin in it."""

    steps: tuple[Step, ...]
    back: tuple[Step, ...]
    begins: tuple[int, ...]

    @property
    def title(self) -> str:
        """What the file does, as a part of a file name."""
        step = self.steps[0]
        if step.action == "check":
            return "check_indexes"
        assert step.index
        return plain(f"{step.action}_{step.name if step.action == 'swap' else step.index.name}")


def singles(job: Job) -> Iterable[Single]:
    """The files of a job, in order."""
    begun: set[int] = set()
    for step in lower(job.operations, job.partitioned):
        begins = tuple(number for number, operation in enumerate(job.operations) if number not in begun and _begins(step, operation))
        begun.update(begins)
        reverse = step.reverse
        yield Single((step,), (reverse,) if reverse else (), begins)


def _begins(step: Step, operation: Operation) -> bool:
    """Whether a step is the first of an operation."""
    index = step.index
    if index is None:
        return False
    if step.action == "build":
        after = operation.after
        return after is not None and operation.action in ("create", "change") and (after.schema, after.name) == (index.schema, step.name or index.name)
    before = operation.before
    return before is not None and operation.action == step.action and (before.schema, before.name) == (index.schema, index.name)


# What the check compares with the catalog


def columns(index: Index) -> list[str]:
    """Every column of the index as the catalog names it, empty for an expression."""
    return [key.column or "" for key in index.keys] + list(index.include)


def options(index: Index) -> str:
    """`pg_index.indoption`: bit 1 for DESC, bit 2 for NULLS FIRST."""
    return " ".join(str((key.order == "desc") + 2 * (key.nulls == "first")) for key in index.keys)


def alone(steps: Sequence[Step]) -> bool:
    """Whether a file has a statement that PostgreSQL runs in no transaction."""
    return any(step.action in ("build", "drop") and step.concurrently for step in steps)
