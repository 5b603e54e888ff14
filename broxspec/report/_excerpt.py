"""Excerpts: the lines of a source that a finding speaks of, with marks under them."""

from collections.abc import Callable, Iterable
from typing import NamedTuple

from broxspec.report._cells import Line, escape, lay_out, width
from broxspec.source import Source, Span

# The widest part of a line that is shown, and how much of it stands before the first mark of a line that is cut.
_LONG = 4000  # characters
_WIDEST = 120
_BEFORE = 24

Paint = Callable[[str, str], str]


class Mark(NamedTuple):
    """A span to underline and the words beside it. One mark of a finding is the primary one."""

    span: Span
    text: str
    primary: bool


class _Stroke(NamedTuple):
    """The part of a mark that lies on one line, in characters from 0, the end exclusive."""

    line: int
    start: int
    end: int
    text: str
    primary: bool


def excerpt(source: Source, marks: Iterable[Mark], gutter: int, paint: Paint) -> list[str]:
    """The lines to print for the marks in one source. `gutter` is the width of the line numbers."""
    by_line: dict[int, list[_Stroke]] = {}
    for mark in marks:
        for stroke in _strokes(mark):
            by_line.setdefault(stroke.line, []).append(stroke)
    bar = paint(" " * gutter + " |", "gutter")
    lines, before = [bar], None
    for number in sorted(by_line):
        if before is not None and number == before + 2:
            lines += _source_line(source, before + 1, [], gutter, paint)
        elif before is not None and number > before + 2:
            lines.append(paint("...", "gutter"))
        lines += _source_line(source, number, by_line[number], gutter, paint)
        before = number
    return lines


def last_line(mark: Mark) -> int:
    """The last line that the mark shows: it gives the width of the line numbers."""
    return _strokes(mark)[-1].line


def _strokes(mark: Mark) -> list[_Stroke]:
    """One stroke, or for a span of several lines its first line and its last."""
    source, start, end = mark.span
    # White space at the end of a span is not what it speaks of, and a line end has no cell to mark.
    while end > start and source.text[end - 1].isspace():
        end -= 1
    first, last = source.position(start), source.position(end)
    if first.line == last.line:
        stop = max(last.column, first.column + 1)
        return [_Stroke(first.line, first.column - 1, stop - 1, mark.text, mark.primary)]
    top, bottom = source.line(first.line), source.line(last.line)
    indent = len(bottom) - len(bottom.lstrip())
    return [
        _Stroke(first.line, first.column - 1, max(len(top.rstrip()), first.column), "", mark.primary),
        _Stroke(last.line, min(indent, last.column - 2), last.column - 1, mark.text, mark.primary),
    ]


def _source_line(source: Source, number: int, strokes: list[_Stroke], gutter: int, paint: Paint) -> list[str]:
    text, strokes = _near(source.line(number), strokes)
    line = lay_out(text)
    # A mark may stand one past the end of its line: at what is missing there.
    cells = [(_cell(line, stroke.start), _cell(line, stroke.end), stroke) for stroke in strokes]
    left, shown = _crop(line, cells)
    head = paint(f"{number:>{gutter}} |", "gutter")
    rows = [f"{head} {shown}" if shown else head]
    bar = paint(" " * gutter + " |", "gutter")
    for row in _annotations(_moved(cells, left), paint):
        rows.append(f"{bar} {row}")
    return rows


def _near(text: str, strokes: list[_Stroke]) -> tuple[str, list[_Stroke]]:
    """Of a line of thousands of characters the part from which the crop is taken, so that no more is laid out."""
    if len(text) <= _LONG:
        return text, strokes
    start = max(0, min((stroke.start for stroke in strokes), default=0) - _LONG // 4)
    moved = [stroke._replace(start=stroke.start - start, end=min(stroke.end - start, _LONG)) for stroke in strokes]
    return text[start : start + _LONG], moved


def _cell(line: Line, character: int) -> int:
    beyond = max(0, character - len(line.shown))
    return line.starts[character - beyond] + beyond


def _crop(line: Line, cells: list[tuple[int, int, _Stroke]]) -> tuple[int, str]:
    """The part of the line to show, and the cell at which it begins."""
    total = line.starts[-1]
    if total <= _WIDEST:
        return 0, "".join(line.shown).rstrip()
    left = min((start for start, _, _ in cells), default=0)
    right = max((end for _, end, _ in cells), default=0)
    left = 0 if right <= _WIDEST else max(0, min(left - _BEFORE, total - _WIDEST))
    kept = [i for i, at in enumerate(line.starts[:-1]) if left <= at and line.starts[i + 1] <= left + _WIDEST]
    if left:
        # One cell makes room for the ellipsis; a wide character there leaves a blank beside it.
        dropped = kept.pop(0)
        fill = line.starts[kept[0]] - left - 1 if kept else width(line.shown[dropped]) - 1
        opening = "…" + " " * fill
    else:
        opening = ""
    closing = "…" if not kept or kept[-1] + 1 < len(line.shown) else ""
    return left, opening + "".join(line.shown[i] for i in kept) + closing


def _moved(cells: list[tuple[int, int, _Stroke]], left: int) -> list[tuple[int, int, _Stroke]]:
    """The marks against the cropped line; what is cut off is not underlined."""
    moved = []
    for start, end, stroke in cells:
        start, end = max(0, start - left), min(_WIDEST, end - left)
        moved.append((start, max(end, start + 1), stroke))
    return sorted(moved, key=lambda mark: (mark[0], mark[1], mark[2].primary))


def _annotations(marks: list[tuple[int, int, _Stroke]], paint: Paint) -> list[str]:
    """The row of underlines, with the words of the last mark beside it, and below it those of the others."""
    if not marks:
        return []
    under: dict[int, bool] = {}
    for start, end, stroke in marks:
        for cell in range(start, end):
            under[cell] = under.get(cell, False) or stroke.primary
    row = _draw({cell: ("^" if primary else "-", _style(primary)) for cell, primary in under.items()}, paint)
    *others, (_, end, last) = marks
    if last.text and end == max(under) + 1:
        row += " " + paint(escape(last.text), _style(last.primary))
    else:
        others = marks
    waiting = [(start, stroke) for start, _, stroke in others if stroke.text]
    rows = [row]
    if waiting:
        rows.append(_draw({start: ("|", _style(stroke.primary)) for start, stroke in waiting}, paint))
    while waiting:
        start, stroke = waiting.pop()
        bars = {at: ("|", _style(other.primary)) for at, other in waiting if at < start}
        rows.append(_draw(bars, paint, start) + paint(escape(stroke.text), _style(stroke.primary)))
    return rows


def _draw(cells: dict[int, tuple[str, str]], paint: Paint, length: int = 0) -> str:
    """A row of single characters, each with its style; neighbours of one style are painted together."""
    row, run, style = "", "", ""
    for at in range(max([length - 1, *cells]) + 1):
        character, wanted = cells.get(at, (" ", ""))
        if wanted != style:
            row, run, style = row + (paint(run, style) if run else ""), "", wanted
        run += character
    return row + (paint(run, style) if run else "")


def _style(primary: bool) -> str:
    return "primary" if primary else "label"
