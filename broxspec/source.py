"""Source: one text that was read, and spans in it.

Offsets count characters (code points), not bytes. Lines and columns are made from offsets only
when something is shown, and are 1-based everywhere.
"""

from bisect import bisect_right
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from broxspec.diagnostic import Diagnostic


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


def read_source(path: Path, display: str | None = None) -> "tuple[Source | None, list[Diagnostic]]":
    """Read a UTF-8 file; line ends stay as they are, a byte order mark is reported and left out.

    `display` is the path to show (default: `path` itself, with `/`). What can't be read is a finding and no source.
    """
    from broxspec.specs import faults

    shown = display if display is not None else path.as_posix()
    try:
        data = path.read_bytes()
    except OSError as error:
        place = Source(shown, "").span(0, 0)
        return None, [faults.UNREADABLE.at(place, f"`{shown}` can't be read: {(error.strerror or str(error)).lower()}")]
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        return None, [_undecodable(shown, data, error.start)]
    if not text.startswith("\ufeff"):
        return Source(shown, text), []
    source = Source(shown, text[1:])
    finding = faults.BYTE_ORDER_MARK.at(source.span(0, 0), "the file begins with a byte order mark", help="save it as UTF-8 without a BOM")
    return source, [finding]


def _undecodable(shown: str, data: bytes, at: int) -> "Diagnostic":
    """The finding at the first byte that is not UTF-8."""
    from broxspec.specs import faults

    # The text is for the excerpt alone: what comes before the bad byte decodes, so its length is the offset.
    source = Source(shown, data.decode("utf-8", "replace"))
    offset = len(data[:at].decode("utf-8"))
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return faults.NOT_UTF8.at(source.span(0, 1), "the file is UTF-16, not UTF-8", help="save it as UTF-8")
    message = f"byte {at + 1} of the file, 0x{data[at]:02x}, is not UTF-8"
    return faults.NOT_UTF8.at(source.span(offset, offset + 1), message, help="save the file as UTF-8")


def shown(path: Path, display: Path | None = None) -> str:
    """A path as diagnostics show it: relative where it lies below the folder, with `/`."""
    folder = (display or Path.cwd()).resolve()
    absolute = path if path.is_absolute() else folder / path
    try:
        return absolute.relative_to(folder).as_posix()
    except ValueError:
        pass
    try:
        return absolute.resolve().relative_to(folder).as_posix()
    except ValueError:
        return absolute.as_posix()
