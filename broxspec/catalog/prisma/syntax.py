"""The text of a `.prisma` file as declarations: blocks, fields, attributes, with exact spans.

Prisma's grammar goes by lines. What does not fit is a finding at its line, and reading goes on with the next one, so
that a broken model does not hide the others.
"""

import re
from typing import NamedTuple

from broxspec.catalog.prisma.faults import SYNTAX, finding
from broxspec.catalog.prisma.lexer import IDENTIFIER, STRING, Attribute, Malformed, Value, attributes, unescape, value
from broxspec.diagnostic import Diagnostic
from broxspec.source import Source, Span

BLOCKS = ("model", "view", "type", "enum", "datasource", "generator")

_LINE = re.compile(r"([^\r\n]*)(\r\n|\n|\r|\Z)")
_OPEN = re.compile(rf"[ \t\xa0]*({'|'.join(BLOCKS)})[ \t\xa0]+({IDENTIFIER})[ \t\xa0]*\{{")
_FIELD = re.compile(
    rf"[ \t\xa0]*({IDENTIFIER})[ \t\xa0]+(?:({IDENTIFIER})|Unsupported\(({STRING})\))[ \t\xa0]*(\[\]|\?)?(?=[ \t\xa0@/]|$)"
)
_UNSUPPORTED = re.compile(rf"[ \t\xa0]*({IDENTIFIER})[ \t\xa0]+Unsupported\([ \t]*({STRING})[ \t]*\)[ \t\xa0]*(\[\]|\?)?")
_LABEL = re.compile(rf"[ \t\xa0]*({IDENTIFIER})")
_PAIR = re.compile(rf"[ \t\xa0]*({IDENTIFIER})[ \t\xa0]*=")
_BLANK = re.compile(r"[ \t\xa0]*(?://.*)?$")
_COMMENTS = re.compile(r'"(?:[^"\\\r\n]|\\.)*"|//[^\r\n]*|/\*.*?\*/', re.DOTALL)
_VISIBLE = re.compile(r"[^\r\n]")


class Field(NamedTuple):
    """A field, an enum's label (`type` is empty) or a setting of a datasource (`value`).

    `arity` is ``, `?` or `[]`. `unsupported` holds the SQL type of `Unsupported("…")`.
    `start` and `name_end` are the name's offsets, `end` is that of the declaration.
    """

    name: str
    type: str
    arity: str
    unsupported: str | None
    attributes: tuple[Attribute, ...]
    start: int
    name_end: int
    end: int
    value: Value | None = None


class Block(NamedTuple):
    """A declaration with braces. `start` and `name_end` are the name's offsets; `close` is that of its `}`.

    `close` is None where the file ends first.
    """

    keyword: str
    name: str
    source: Source
    fields: tuple[Field, ...]
    attributes: tuple[Attribute, ...]
    start: int
    name_end: int
    close: int | None

    def span(self, start: int, end: int) -> Span:
        return Span(self.source, start, end)

    @property
    def at(self) -> Span:
        return Span(self.source, self.start, self.name_end)


def parse(source: Source) -> tuple[list[Block], list[Diagnostic]]:
    """The blocks of a file, in order, and what was not understood."""
    found: list[Diagnostic] = []
    blocks: list[Block] = []
    lines = [(match[1], match.start()) for match in _LINE.finditer(_without_comments(source.text))]
    number = 0
    while number < len(lines):
        line, base = lines[number]
        match = _OPEN.match(line)
        if match:
            block, number = _block(match, lines, number, source, found)
            blocks.append(block)
            continue
        if not _BLANK.match(line):
            found.append(_not_understood(source, line, base, 0, "a block"))
        number += 1
    return blocks, found


def _without_comments(text: str) -> str:
    """The text with `/* … */` blanked out, so that offsets stay."""
    if "/*" not in text:
        return text
    return _COMMENTS.sub(lambda match: _VISIBLE.sub(" ", match[0]) if match[0][:2] == "/*" else match[0], text)


def _block(
    opening: re.Match[str], lines: list[tuple[str, int]], number: int, source: Source, found: list[Diagnostic]
) -> tuple[Block, int]:
    """The block that opens on a line, and the number of the line where reading goes on.

    What follows its `}` on the same line is put back as a line of its own.
    """
    keyword, name = opening[1], opening[2]
    start, name_end = lines[number][1] + opening.start(2), lines[number][1] + opening.end(2)
    read = _READERS.get(keyword, _field)
    fields: list[Field] = []
    marks: list[Attribute] = []
    close = None
    for number in range(number + 1, len(lines)):
        line, at = lines[number]
        bare = line.lstrip(" \t\xa0")
        first = bare[:1]
        if first == "" or bare[:2] == "//":
            continue
        if first == "}":
            close = at + len(line) - len(bare)
            lines[number] = (bare[1:], close + 1)
            break
        try:
            if first == "@":
                marks.extend(_block_attribute(line, at))
            else:
                fields.append(read(line, at))
        except Malformed as wrong:
            found.append(_not_understood(source, line, at, wrong.start - at, wrong.expected))
    if close is None:
        message = f"`{keyword} {name}` is not closed"
        found.append(finding(SYNTAX, Span(source, start, name_end), message, help="end the block with `}` on a line of its own"))
        number = len(lines)
    return Block(keyword, name, source, tuple(fields), tuple(marks), start, name_end, close), number


def _block_attribute(line: str, base: int) -> tuple[Attribute, ...]:
    found = attributes(line, 0, base)
    if len(found) != 1 or not found[0].block:
        raise Malformed(found[-1].start, "one `@@…` attribute")
    return found


def _field(line: str, base: int) -> Field:
    match = _FIELD.match(line) or _UNSUPPORTED.match(line)
    if match is None:
        raise Malformed(base + len(line) - len(line.lstrip()), "a field: name, type, attributes")
    groups = match.groups()
    unsupported = groups[-2]
    kind = "" if unsupported is not None else groups[1]
    marks = _field_attributes(line, match.end(), base)
    end = marks[-1].end if marks else base + match.end()
    return Field(
        groups[0],
        kind,
        groups[-1] or "",
        None if unsupported is None else unescape(unsupported[1:-1]),
        marks,
        base + match.start(1),
        base + match.end(1),
        end,
    )


def _field_attributes(line: str, at: int, base: int) -> tuple[Attribute, ...]:
    if at == len(line):
        return ()
    found = attributes(line, at, base)
    for mark in found:
        if mark.block:
            raise Malformed(mark.start, "`@…`, not `@@…`, after a field")
    return found


def _label(line: str, base: int) -> Field:
    match = _LABEL.match(line)
    if match is None:
        raise Malformed(base, "a label")
    marks = _field_attributes(line, match.end(), base)
    end = marks[-1].end if marks else base + match.end()
    return Field(match[1], "", "", None, marks, base + match.start(1), base + match.end(1), end)


def _setting(line: str, base: int) -> Field:
    match = _PAIR.match(line)
    if match is None:
        raise Malformed(base, "a setting: name = value")
    parsed = value(line, match.end(), base)
    return Field(match[1], "", "", None, (), base + match.start(1), base + match.end(1), parsed.end, parsed)


_READERS = {"enum": _label, "datasource": _setting, "generator": _setting}


def _not_understood(source: Source, line: str, base: int, at: int, expected: str) -> Diagnostic:
    """A finding over the line from the place where it stopped to make sense."""
    text = line.rstrip()
    start = max(0, min(at, len(text) - 1))
    return finding(
        SYNTAX,
        Span(source, base + start, base + max(start + 1, len(text))),
        f"this line is not understood: expected {expected}",
    )
