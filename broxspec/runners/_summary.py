"""Summary: what a migration does, as plain statements in comments, one on each line.

For people who review it, and for reading the folder as a schema: blocks that look at the server before they act tell a reader nothing
(`broxspec.sql.sections`).
"""

from collections.abc import Iterable, Iterator

from broxspec.kinds.indexes import emit
from broxspec.kinds.indexes.emit import Step
from broxspec.quoting.sql import unbroken
from broxspec.sql.sections import POINT, SUMMARY


def summary(steps: Iterable[Step]) -> str:
    """The comment, without its last line end."""
    return "\n".join([SUMMARY, *(f"{POINT}{unbroken(statement)};" for step in steps for statement in _does(step))])


def _does(step: Step) -> Iterator[str]:
    index = step.index
    if index is None:
        return
    if step.action == "build":
        yield emit.create(index, step.concurrently)
    elif step.action == "attach":
        assert step.parent
        yield emit.attach(index, step.parent)
    elif step.action == "rename":
        yield emit.rename(index.schema, index.name, step.name)
    elif step.action == "swap":
        assert step.former
        yield emit.rename(step.former.schema, step.former.name, step.aside)
        yield emit.rename(index.schema, index.name, step.name)
    elif step.action == "drop":
        yield emit.drop(index, step.concurrently)
        yield from (emit.again(part) for part in step.taken)
