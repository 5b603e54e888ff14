"""Text as a terminal shows it: how many cells a character takes, and what must not reach a terminal as it is."""

import re
from collections.abc import Sequence
from typing import NamedTuple
from unicodedata import category, east_asian_width

_TAB = 4
# Controls, surrogates, line separators and the bidirectional overrides, which can make a line read as another one.
_UNSAFE = {"Cc", "Cs", "Zl", "Zp"}
_ORDERS = re.compile(r"(^\s*|#)(:(?=:)|(?<=#)#(?=\[))", re.MULTILINE)
_BIDI = set("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\ufeff")


def escape(text: str, keep: str = "") -> str:
    """The text with every character that could steer a terminal written as an escape, except those to keep."""
    if text.isascii() and text.isprintable():
        return text
    return "".join(c if c in keep else _shown(c) for c in text)


def printed(text: str) -> str:
    """Lines that steer neither a terminal nor the CI server that reads a job's output: to GitHub a line that begins with `::` is a command."""
    return _ORDERS.sub(lambda match: f"{match[1]}\\x{ord(match[2]):02x}", escape(text, keep="\n"))


def width(text: str) -> int:
    """How many cells a safe text takes."""
    return len(text) if text.isascii() else sum(_cells(c) for c in text)


class Line(NamedTuple):
    """One line of a source as it is shown: for each character its text, and the cell at which it begins.

    `starts` has one entry more than `shown`: the cell after the last character.
    """

    shown: Sequence[str]
    starts: Sequence[int]


def lay_out(text: str) -> Line:
    """Expand tabs, escape what is unsafe, and measure."""
    if text.isascii() and text.isprintable():
        return Line(text, range(len(text) + 1))
    shown, starts, at = [], [0], 0
    for character in text:
        piece = " " * (_TAB - at % _TAB) if character == "\t" else _shown(character)
        shown.append(piece)
        at += width(piece)
        starts.append(at)
    return Line(shown, starts)


def _shown(character: str) -> str:
    if character.isascii() and character.isprintable():
        return character
    if category(character) in _UNSAFE or character in _BIDI:
        code = ord(character)
        return f"\\x{code:02x}" if code < 256 else f"\\u{code:04x}"
    return character


def _cells(character: str) -> int:
    if category(character) in ("Mn", "Me", "Cf"):
        return 0
    return 2 if east_asian_width(character) in ("W", "F") else 1
