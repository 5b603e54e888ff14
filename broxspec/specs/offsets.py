"""Offsets: where each character of a YAML scalar's value stands in the file.

An SQL parser says "column 14 of the predicate"; a person wants the column of their file. The value is built again
from the raw text with a note of where each character came from, and the result is used only where it equals what
libyaml made of the same text, so that a mistake here costs precision and never truth.
"""

import re
from functools import lru_cache

# Where one character of a value came from: start and end in the raw text.
Origin = tuple[int, int]
Rebuilt = tuple[str, list[Origin]]

_BREAK = re.compile("\r\n|[\n\r\x85\u2028\u2029]")
_BLANK = " \t"
_ESCAPES = {
    "0": "\0", "a": "\a", "b": "\b", "t": "\t", "\t": "\t", "n": "\n", "v": "\v", "f": "\f", "r": "\r", "e": "\x1b",
    " ": " ", '"': '"', "/": "/", "\\": "\\", "N": "\x85", "_": "\xa0", "L": "\u2028", "P": "\u2029",
}  # fmt: skip
_CODES = {"x": 2, "u": 4, "U": 8}


@lru_cache(8)  # of a long predicate each name is asked for, one after the other
def origins(raw: str, style: str, value: str) -> list[Origin] | None:
    """The origin of every character of `value`, whose text with quotes or block header is `raw`.

    `style` is libyaml's: empty for plain, `'`, `"`, `|` or `>`. None where the text could not be followed.
    """
    if style in ("|", ">"):
        candidates = _blocks(raw, folded=style == ">")
    elif style:
        candidates = iter([_flow(raw, 1, len(raw) - 1, style)])
    else:
        candidates = iter([_flow(raw, 0, len(raw), "")])
    return next((found for text, found in candidates if text == value), None)


def _normal(line_break: str) -> str:
    return line_break if line_break in "\u2028\u2029" else "\n"


def _flow(raw: str, at: int, end: int, style: str) -> Rebuilt:
    """Plain and quoted scalars: lines fold, and `''` or backslashes escape."""
    text: list[str] = []
    found: list[Origin] = []
    while at < end:
        char = raw[at]
        if char in _BLANK or _BREAK.match(raw, at):
            at = _fold(raw, at, end, text, found, escaped=False)
            continue
        width = 1
        if style == "'" and raw.startswith("''", at):
            width = 2
        elif style == '"' and char == "\\" and at + 1 < end:
            if _BREAK.match(raw, at + 1):
                at = _fold(raw, at + 1, end, text, found, escaped=True)
                continue
            char, width = _escape(raw, at)
        text.append(char)
        found.append((at, at + width))
        at += width
    return "".join(text), found


def _escape(raw: str, at: int) -> tuple[str, int]:
    code = raw[at + 1]
    if code in _CODES:
        digits = raw[at + 2 : at + 2 + _CODES[code]]
        return chr(int(digits, 16)), 2 + _CODES[code]
    return _ESCAPES.get(code, code), 2


def _fold(raw: str, at: int, end: int, text: list[str], found: list[Origin], *, escaped: bool) -> int:
    """Take in blanks and line breaks: one break is a space, each further one a newline. Returns where they end."""
    start, blanks, breaks = at, [], []
    while at < end:
        if line_break := _BREAK.match(raw, at):
            breaks.append((_normal(line_break[0]), at, line_break.end()))
            at = line_break.end()
        elif raw[at] in _BLANK:
            if not breaks:
                blanks.append(at)
            at += 1
        else:
            break
    if not breaks:
        kept = [(raw[blank], blank, blank + 1) for blank in blanks]
    elif escaped:
        kept = breaks[1:]
    elif breaks[0][0] != "\n":
        kept = breaks
    else:
        kept = breaks[1:] or [(" ", start, at)]
    for char, first, last in kept:
        text.append(char)
        found.append((first, last))
    return at


def _blocks(raw: str, *, folded: bool):
    """A block scalar built with each indentation that it may have, the likeliest first.

    The indentation is not written in the raw text where a header such as `|2` counts from the parent's.
    """
    header = _BREAK.search(raw)
    if header is None:
        yield "", []
        return
    indicators = raw[: header.start()].partition("#")[0]
    chomping = "-" if "-" in indicators else "+" if "+" in indicators else ""
    first = re.compile(r"[ \r\n]*?( *)[^ \r\n]").match(raw, header.end())
    likeliest = len(first[1]) if first else 0
    for indent in (likeliest, *range(likeliest)):
        yield _block(raw, header.end(), indent, folded, chomping)
    longest = max((len(line) - len(line.lstrip(" ")) for line in raw.split("\n")), default=0)
    for indent in range(likeliest + 1, longest + 1):
        yield _block(raw, header.end(), indent, folded, chomping)


def _block(raw: str, at: int, indent: int, folded: bool, chomping: str) -> Rebuilt:
    text: list[str] = []
    found: list[Origin] = []

    def put(pieces: list[tuple[str, int, int]]) -> None:
        for char, first, last in pieces:
            text.append(char)
            found.append((first, last))

    at, trailing = _indentation(raw, at, indent)
    leading: list[tuple[str, int, int]] = []
    after_blank = False
    while at < len(raw):
        if at - _line_start(raw, at) < indent:
            break
        blank = raw[at] in _BLANK
        if folded and leading and leading[0][0] == "\n" and not after_blank and not blank:
            if not trailing:
                put([(" ", leading[0][1], at)])
        else:
            put(leading)
        put(trailing)
        after_blank = blank
        line_break = _BREAK.search(raw, at)
        end = line_break.start() if line_break else len(raw)
        put([(raw[index], index, index + 1) for index in range(at, end)])
        leading = [(_normal(line_break[0]), end, line_break.end())] if line_break else []
        at, trailing = _indentation(raw, line_break.end() if line_break else end, indent)
    if chomping != "-":
        put(leading)
    if chomping == "+":
        put(trailing)
    return "".join(text), found


def _line_start(raw: str, at: int) -> int:
    """Where the line of an offset begins; within a block scalar's lines only spaces precede what is asked for."""
    while at > 0 and raw[at - 1] == " ":
        at -= 1
    return at


def _indentation(raw: str, at: int, indent: int) -> tuple[int, list[tuple[str, int, int]]]:
    """Skip the indentation of the next line that has content; blank lines on the way are its breaks."""
    breaks = []
    while True:
        start = at
        while at < len(raw) and at - start < indent and raw[at] == " ":
            at += 1
        line_break = _BREAK.match(raw, at)
        if line_break is None:
            return at, breaks
        breaks.append((_normal(line_break[0]), at, line_break.end()))
        at = line_break.end()
