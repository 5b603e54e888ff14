"""Keeping `schema.prisma` in step with the indexes that broxspec makes, in place.

Each line that is added is one attribute and ends in `// broxspec`; only such lines, and the declarations of indexes that
are to be removed, are ever touched. Every other byte stays.
"""

import re
from collections.abc import Collection, Iterable, Sequence
from typing import NamedTuple

from broxspec.catalog.model import Index, Name
from broxspec.catalog.prisma.express import expressible, model_of, sight
from broxspec.catalog.prisma.models import Model
from broxspec.catalog.prisma.read import Schema, indexes_by_model, resolve
from broxspec.diagnostic import Diagnostic
from broxspec.source import Source

MARK = "// broxspec"

_OWN_LINE = re.compile(r"(?<![^\r\n])[ \t]*@@[^\r\n]*//[ \t]*broxspec[ \t]*(\r\n|\n|\r|\Z)")
_LINE_END = re.compile(r"\r\n|\n|\r")


class Edit(NamedTuple):
    """Put `text` in place of what is between two offsets of a file."""

    start: int
    end: int
    text: str


def declare(
    sources: Sequence[Source],
    wanted: Iterable[Index],
    remove: Collection[Name] = (),
    *,
    version: tuple[int, ...] | None = None,
    major: int = 15,
) -> tuple[str, ...]:
    """The texts of the files with a declaration for every wanted index that Prisma sees and can express.

    Earlier lines of broxspec's own that are not wanted go; so do the declarations, anybody's, of the indexes named in
    `remove` (schema and name). Doing it twice is doing it once. `version` is Prisma's.
    """
    found: list[Diagnostic] = []
    schema = resolve([without_own(source) for source in sources], major, found)
    declared = indexes_by_model(schema, found)
    lines = _wanted_lines(wanted, schema, declared, version)
    edits: dict[str, list[Edit]] = {source.path: _own(source) for source in sources}
    texts = {source.path: source.text for source in sources}
    for model in schema.models.values():
        path = model.block.source.path
        new, replaced = lines.get(model.name, ([], frozenset()))
        gone = {Name(model.schema, name) for name in replaced} | set(remove)
        edits[path] += _removals(model, declared.get(model.name, ()), gone, texts[path])
        edits[path] += _insertions(model, new, gone, declared.get(model.name, ()), texts[path])
    return tuple(_applied(source.text, edits[source.path]) for source in sources)


def without_own(source: Source) -> Source:
    """The schema as if broxspec had added nothing; its lines are blank, so that every offset stays."""
    return Source(source.path, _OWN_LINE.sub(lambda match: " " * (match.start(1) - match.start()) + match[1], source.text))


def _own(source: Source) -> list[Edit]:
    return [Edit(match.start(), match.end(), "") for match in _OWN_LINE.finditer(source.text)]


def _wanted_lines(
    wanted: Iterable[Index], schema: Schema, declared: dict[str, list[Index]], version: tuple[int, ...] | None
) -> dict[str, tuple[list[str], frozenset[str]]]:
    """For each model its new attributes, sorted, and the names of declarations that say something else and give way."""
    lines: dict[str, tuple[list[str], frozenset[str]]] = {}
    for index in sorted(wanted, key=lambda index: (index.schema, index.table, index.name)):
        model = model_of(index, schema)
        declaration = expressible(index, schema, version).declaration
        if model is None or declaration is None:
            continue
        there = next((other for other in declared[model.name] if other.name == index.name), None)
        if there is not None and sight(there) == sight(index):
            continue
        new, replaced = lines.get(model.name, ([], frozenset()))
        lines[model.name] = ([*new, declaration], replaced | ({index.name} if there else frozenset()))
    return lines


def _removals(model: Model, declared: Sequence[Index], gone: Collection[Name], text: str) -> list[Edit]:
    """Whole lines for block attributes; for `@unique` on a field the attribute alone."""
    edits = []
    for index in declared:
        if index.primary or Name(index.schema, index.name) not in gone or index.at is None:
            continue
        start, end = index.at.start, index.at.end
        if text.startswith("@@", start):
            edits.append(_whole_line(text, start))
        else:
            # With the blanks after it, or before it where it is the last: what is aligned stays so.
            while text[end : end + 1] in (" ", "\t"):
                end += 1
            while text[end : end + 1] in ("", "\r", "\n") and text[start - 1] in " \t":
                start -= 1
            edits.append(Edit(start, end, ""))
    return edits


def _insertions(model: Model, new: Sequence[str], gone: Collection[Name], declared: Sequence[Index], text: str) -> list[Edit]:
    """The new lines, after the block's last attribute, or before its `}` where it has none."""
    if not new or model.block.close is None:
        return []
    removed = {index.at.start for index in declared if index.at and Name(index.schema, index.name) in gone}
    kept = [attribute.end for attribute in model.block.attributes if attribute.start not in removed]
    at = _next_line(text, kept[-1]) if kept else _line_start(text, model.block.close)
    end = _LINE_END.search(text, model.block.name_end)
    newline = end[0] if end else "\n"
    return [Edit(at, at, "".join(f"  {line} {MARK}{newline}" for line in new))]


def _applied(text: str, edits: Iterable[Edit]) -> str:
    parts = []
    at = 0
    # An insertion goes before a removal at the same place.
    for edit in sorted(set(edits)):
        parts += [text[at : edit.start], edit.text]
        at = max(at, edit.end)
    return "".join([*parts, text[at:]])


def _whole_line(text: str, at: int) -> Edit:
    return Edit(_line_start(text, at), _next_line(text, at), "")


def _line_start(text: str, at: int) -> int:
    return max(text.rfind("\n", 0, at), text.rfind("\r", 0, at)) + 1


def _next_line(text: str, at: int) -> int:
    end = _LINE_END.search(text, at)
    return end.end() if end else len(text)
