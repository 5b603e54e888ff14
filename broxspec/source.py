"""Source: one text that was read, and spans in it.

Offsets count characters (code points), not bytes. Lines and columns are made from offsets only
when something is shown, and are 1-based everywhere.
"""

from bisect import bisect_right
from typing import NamedTuple


class Position(NamedTuple):
    """A place as people and editors count it: both numbers start at 1, columns are characters."""

    line: int
    column: int


class Source:
    """A text and the path it is shown under.

    `path` is for display and machine formats: relative where possible, always with `/`.
    For a live server it is the URL without password, and the text is empty.
    """

    __slots__ = ("path", "text", "_starts")

    def __init__(self, path: str, text: str) -> None:
        self.path = path
        self.text = text
        self._starts: list[int] | None = None

    def __repr__(self) -> str:
        return f"Source({self.path!r}, {len(self.text)} characters)"

    @property
    def starts(self) -> list[int]:
        """The offset at which each line begins."""
        if self._starts is None:
            starts = [0]
            at = self.text.find("\n")
            while at >= 0:
                starts.append(at + 1)
                at = self.text.find("\n", at + 1)
            self._starts = starts
        return self._starts

    def position(self, offset: int) -> Position:
        """The line and column of an offset; one past the end is a valid place."""
        offset = max(0, min(offset, len(self.text)))
        line = bisect_right(self.starts, offset)
        return Position(line, offset - self.starts[line - 1] + 1)

    def line(self, number: int) -> str:
        """The text of a line (1-based), without its line end."""
        start = self.starts[number - 1]
        end = self.starts[number] - 1 if number < len(self.starts) else len(self.text)
        return self.text[start:end].removesuffix("\r")

    def span(self, start: int, end: int) -> "Span":
        return Span(self, start, end)


class Span(NamedTuple):
    """A part of a source, `start` inclusive and `end` exclusive, in characters."""

    source: Source
    start: int
    end: int

    @property
    def path(self) -> str:
        return self.source.path

    @property
    def text(self) -> str:
        return self.source.text[self.start : self.end]

    @property
    def begin(self) -> Position:
        return self.source.position(self.start)

    @property
    def finish(self) -> Position:
        return self.source.position(self.end)

    @property
    def has_place(self) -> bool:
        """False for what has no text to point into, such as an object of a live server."""
        return bool(self.source.text)
