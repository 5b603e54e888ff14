"""Statements: steps as a list of single SQL statements that converges when it is run again from its beginning.

For runners that send statements one by one outside a transaction and, after a failure, run the whole script again. SQL alone can't leave
out a concurrent build, which may not stand in a block; so a block before all builds makes `IF NOT EXISTS` true to its word:
what an interrupted build has left INVALID is dropped, anything else under a wanted name is an error, and a swap of an earlier run is
taken back by names. A block at the end demands that all is as wanted. No statement needs a temporary object of an earlier one.
"""

from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from broxspec.catalog.model import Index
from broxspec.emit import Templates
from broxspec.kinds.indexes import emit
from broxspec.kinds.indexes.emit import Step
from broxspec.quoting import sql

TEMPLATES = (
    "indexes/statements_block.sql.j2",
    "indexes/statements_begin.sql.j2",
    "indexes/statements_end.sql.j2",
    "indexes/statements_short.sql.j2",
)
_BLOCK, _BEGIN, _END, _SHORT = TEMPLATES
_ACTIONS = {"rename", "rewind", "build", "demand", "swap", "release", "gone"}
_ROWS = "(VALUES\n"
_SAFE = "-- IF NOT EXISTS is safe here: what an interrupted build has left INVALID under such a name was just put away, and the last block checks."
# Under this name an INVALID index waits for its drop. At most one, as a run ends at its first failure.
_LEFTOVER = "broxspec_leftover"


class Row(NamedTuple):
    """A step of a block: indexes of one table under possible names, and the commands that may have to be run."""

    action: str
    schema: str
    table: str
    names: tuple[str, ...]
    unique: tuple[bool, ...]
    definitions: tuple[str, ...]
    commands: tuple[str, ...] = ()


def statements(templates: Templates, steps: Sequence[Step], *, session: bool = True, alike: bool = False) -> tuple[str, ...]:
    """Single statements without their semicolon, some with a comment above; none where there are no steps.

    To be sent one by one, in order, none in a transaction. When one fails, all that follow must not run, and the whole list is to be
    run again. `session`: all run in one session, which then holds an advisory lock and puts away its timeouts; without it two
    runs at once are told apart by PostgreSQL's own locks, and timeouts are for the connection or the role to set. `alike`: the blocks are
    the same but for their rows, see frame().
    """
    if not steps:
        return ()
    before = list(_before(steps))
    found = [_block(templates, before, alike)] if before else []
    found += [f"DROP INDEX CONCURRENTLY IF EXISTS {sql.qualified(schema, _LEFTOVER)}" for schema in sorted({row.schema for row in before if row.action == "build"})]
    found += _middle(templates, [step for step in steps if step.action in ("build", "attach")])
    change = list(_change(steps))
    if change:
        built = [_row("demand", index) for step in steps if step.action == "check" for index in step.built]
        found.append(_block(templates, [*built, *change], alike))
    for step in steps:
        if step.action == "drop":
            found += [_drop(templates, step), *(emit.create(index, if_not_exists=True) for index in step.taken)]
    found.append(_block(templates, list(_after(steps)), alike))
    if session:
        found = [_do(templates.render(_BEGIN)), *found, _do(templates.render(_END))]
    return tuple(found)


def outcome(steps: Iterable[Step]) -> tuple[list[Index], list[Index]]:
    """The indexes that are there when all steps are done, by their final names, and those that are not."""
    kept: dict[tuple[str, str], Index] = {}
    gone: dict[tuple[str, str], Index] = {}
    for step in steps:
        index = step.index
        if index is None or step.action == "attach":
            continue
        if step.action in ("rename", "swap"):
            kept.pop((index.schema, index.name), None)
            gone[index.schema, index.name] = index
            index = index._replace(name=step.name)
        if step.action == "drop":
            kept.pop((index.schema, index.name), None)
            gone[index.schema, index.name] = index
            kept |= {(part.schema, part.name): part for part in step.taken}
        else:
            kept[index.schema, index.name] = index
            gone.pop((index.schema, index.name), None)
    return [index for _, index in sorted(kept.items())], [index for _, index in sorted(gone.items())]


# The parts of the list


def _before(steps: Iterable[Step]) -> Iterator[Row]:
    """What a run that was cut off may have left, and what must not be there."""
    swaps = {step.index.name: step for step in steps if step.action == "swap" and step.index}
    for step in steps:
        index = step.index
        if index is None:
            continue
        if step.action == "drop":
            # What became a part of the dropped index goes with it, and is built again as it was.
            yield from map(_guard, step.taken)
        elif step.action == "rename":
            yield _row("rename", index._replace(name=step.name), index, commands=(emit.rename(index.schema, index.name, step.name),))
        elif step.action == "build":
            swap = swaps.get(index.name)
            yield _guard(index)
            if swap:
                assert swap.former
                final, aside = index._replace(name=swap.name), swap.former._replace(name=swap.aside)
                back = (emit.rename(index.schema, swap.name, index.name), emit.rename(index.schema, swap.aside, swap.name))
                yield _row("rewind", final, index, aside, commands=back)


def _guard(index: Index) -> Row:
    """Before a build: an INVALID index of its name is given another one, to be dropped by that; where that is taken, it is dropped at once."""
    aside = (emit.rename(index.schema, index.name, _LEFTOVER), emit.drop(index, concurrently=False), sql.qualified(index.schema, _LEFTOVER))
    return _row("build", index, commands=aside)


def _middle(templates: Templates, steps: Sequence[Step]) -> Iterator[str]:
    """Builds, and the parts of partitioned indexes put together."""
    first = next((step for step in steps if step.action == "build" and step.concurrently), None)
    for step in steps:
        assert step.index
        if step.action == "attach":
            assert step.parent
            yield _short(templates, emit.attach(step.index, step.parent))
        elif step.concurrently:
            comment = f"{_SAFE}\n" if step is first else ""
            yield comment + emit.create(step.index, if_not_exists=True)
        else:
            yield _short(templates, emit.create(step.index, concurrently=False, if_not_exists=True))


def _change(steps: Iterable[Step]) -> Iterator[Row]:
    """What may happen only when all that was built is valid."""
    for step in steps:
        index = step.index
        if step.action == "swap":
            assert index and step.former
            aside = emit.rename(index.schema, step.former.name, step.aside)
            yield _row("swap", index._replace(name=step.name), step.former, commands=(aside, emit.rename(index.schema, index.name, step.name)))
        elif step.action == "drop":
            assert index
            yield _row("release", index)


def _drop(templates: Templates, step: Step) -> str:
    assert step.index
    if step.concurrently:
        return emit.drop(step.index, if_exists=True)
    return _short(templates, emit.drop(step.index, concurrently=False, if_exists=True))


def _after(steps: Iterable[Step]) -> Iterator[Row]:
    kept, gone = outcome(steps)
    yield from (_row("demand", index) for index in kept)
    yield from (_row("gone", index) for index in gone)


# Their text


def _row(action: str, *indexes: Index, commands: tuple[str, ...] = ()) -> Row:
    """All of one table; each as one name may hold it."""
    names = tuple(index.name for index in indexes)
    definitions = tuple(emit.definition(index, tablespace=False) for index in indexes)
    return Row(action, indexes[0].schema, indexes[0].table, names, tuple(index.unique for index in indexes), definitions, commands)


def _block(templates: Templates, rows: Sequence[Row], alike: bool = False) -> str:
    actions = _ACTIONS if alike else {row.action for row in rows}
    return _do(templates.render(_BLOCK, rows=rows, actions=actions))


def frame(templates: Templates) -> tuple[str, str]:
    """What stands before and after the rows in blocks that are alike."""
    head, rows, tail = _block(templates, (), alike=True).partition(_ROWS)
    return head + rows, tail


def rows_of(statement: str, frame: tuple[str, str]) -> str | None:
    """The rows of a block in the frame; None for any other statement."""
    head, tail = frame
    return statement[len(head) : -len(tail)] if statement.startswith(head) and statement.endswith(tail) else None


def _short(templates: Templates, command: str) -> str:
    return _do(templates.render(_SHORT, command=command))


def _do(body: str) -> str:
    """A DO block; no name in it can end it."""
    return f"DO {sql.dollar(body, 'broxspec')}"
