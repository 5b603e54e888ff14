"""Declarations: a Prisma schema in step with the indexes that broxspec makes, so that `prisma migrate dev` drops none of them."""

import re
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from broxspec.catalog.model import Catalog, Index, Name
from broxspec.compare import Output
from broxspec.migrations.history import History
from broxspec.migrations.lock import Declaration
from broxspec.migrations.settle import Settled
from broxspec.migrations.shown import marked
from broxspec.migrations.state import perform, state_of
from broxspec.plan import qualified
from broxspec.source import Source, Span

if TYPE_CHECKING:
    from broxspec.kinds.database.model import DatabaseSpec

_ATTRIBUTE = re.compile(r"^[ \t]*@@[^\n]*\n", re.MULTILINE)


class Declared(NamedTuple):
    """The schema's files as they should be, and what the lock remembers of lines that were taken out."""

    outputs: tuple[Output, ...] = ()
    declarations: tuple[Declaration, ...] = ()


def declared(
    sources: Sequence[Source], settled: Settled, history: History, spec: "DatabaseSpec", display: Path, root: Path
) -> Declared:
    """Every own index that Prisma sees is declared, every one that own migrations drop is not."""
    files = [source for source in sources if source.path.endswith(".prisma")]
    if not files or not (settled.plan.operations or settled.frozen or settled.drafts or history.working.declarations):
        return Declared()
    from broxspec.catalog.prisma.declare import declare

    current = state_of(settled.current)._replace(owned=settled.owned)
    after = perform(current, settled.plan.operations)
    done = [*settled.frozen, *settled.plan.operations]
    gone = {qualified(operation.before) for operation in done if operation.before} - after.indexes.keys()
    removed = _removed(settled, history, gone, display, root)
    restored = [line for line in history.working.declarations if line.change == "removed" and _back(line, after.indexes, settled.source)]
    whole = [Source(source.path, _restored(source, restored, display, root)) for source in files]
    texts = declare(
        whole, [after.indexes[name] for name in sorted(after.owned)], gone, version=_version(spec.runner), major=spec.major
    )
    outputs = tuple(
        Output(_relative(source.path, display, root), text, None, "schema") for source, text in zip(files, texts, strict=True)
    )
    return Declared(outputs, removed)


def _removed(settled: Settled, history: History, gone: set[Name], display: Path, root: Path) -> tuple[Declaration, ...]:
    """The declarations of others that are taken out now, or were and still are."""
    found = {_name(line): line for line in history.working.declarations if line.change == "removed" and _name(line) in gone}
    for index in settled.source.indexes():
        at = index.at
        if qualified(index) in gone and at is not None and at.path.endswith(".prisma") and not marked(index):
            line = at.source.line(at.begin.line)
            if line.lstrip().startswith("@@"):
                path = _relative(at.path, display, root)
                found[qualified(index)] = Declaration(path, _model(at.source, at.start), f"{index.schema}.{index.name}", "removed", line, _before(at))
    return tuple(sorted(found.values()))


def _before(at: Span) -> str:
    number = at.begin.line
    return at.source.line(number - 1).strip() if number > 1 else ""


def _name(line: Declaration) -> Name:
    schema, _, name = line.name.partition(".")
    return Name(schema, name)


def _back(line: Declaration, indexes: dict[Name, Index], source: Catalog) -> bool:
    """Whether an index whose declaration we took out is there again, the draft that dropped it being gone."""
    name = _name(line)
    return name in indexes and all(qualified(index) != name for index in source.indexes())


def _restored(source: Source, lines: Sequence[Declaration], display: Path, root: Path) -> str:
    text = source.text
    for line in lines:
        if line.path != _relative(source.path, display, root):
            continue
        opened = re.search(rf"^[ \t]*model[ \t]+{re.escape(line.block)}[ \t]*\{{", text, re.MULTILINE)
        close = re.compile(r"^[ \t]*\}", re.MULTILINE).search(text, opened.end()) if opened else None
        if opened and close:
            at = _place(text, opened.end(), close.start(), line.after)
            text = f"{text[:at]}{line.line}\n{text[at:]}"
    return text


def _place(text: str, start: int, end: int, after: str) -> int:
    """Behind the line that it followed; where that is gone, behind the last attribute, or at the end of the model."""
    former = re.search(rf"^[ \t]*{re.escape(after)}[ \t]*\n", text[start:end], re.MULTILINE) if after else None
    if former:
        return start + former.end()
    attributes = list(_ATTRIBUTE.finditer(text, start, end))
    return attributes[-1].end() if attributes else end


def _model(source: Source, at: int) -> str:
    """The name of the model that an offset lies in."""
    names = re.findall(r"^[ \t]*model[ \t]+(\w+)", source.text[:at], re.MULTILINE)
    return names[-1] if names else ""


def _relative(path: str, display: Path, root: Path) -> str:
    found = (display / path).resolve()
    return found.relative_to(root).as_posix() if found.is_relative_to(root) else found.as_posix()


def _version(runner) -> tuple[int, ...] | None:  # noqa: ANN001
    if runner.name != "prisma":
        return None
    return tuple(int(part) for part in re.findall(r"\d{1,9}", runner.version)[:3]) or None
