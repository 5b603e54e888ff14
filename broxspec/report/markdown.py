"""Markdown, for the summary of a job and for comments: a table of the findings, worst first."""

from collections.abc import Sequence

from broxspec.diagnostic import SEVERITIES, Diagnostic
from broxspec.quoting import markdown as quoted
from broxspec.report import Report, plural
from broxspec.report._cells import escape
from broxspec.report._links import online
from broxspec.report.text import closing

_HEAD = "| | place | rule | finding |\n|---|---|---|---|\n"
# One message may not take the place of all others.
_LONGEST = 1_500


def render(report: Report, colour: bool = False, room: int | None = None) -> str:
    """A line that sums up, and the findings; where there is not room for all of them, so many characters of them."""
    return f"**broxspec**: {quoted.message(closing(report))}\n\n{table(report.diagnostics, room)}".rstrip("\n") + "\n"


def table(diagnostics: Sequence[Diagnostic], room: int | None = None) -> str:
    """The findings as rows, worst first; of more than fit into so many characters the worst, and how many are left out."""
    if not diagnostics:
        return ""
    worst_first = sorted(diagnostics, key=lambda found: SEVERITIES.index(found.severity))
    rows, left = kept([_row(found) for found in worst_first], None if room is None else room - len(_HEAD) - 100)
    return _HEAD + "".join(rows) + (f"\n{plural(left, 'more finding')}, not shown here for want of room.\n" if left else "")


def kept(blocks: Sequence[str], room: int | None) -> tuple[list[str], int]:
    """The first blocks that fit into so many characters together, and how many do not. Characters are counted as code hosts do."""
    if room is None:
        return list(blocks), 0
    for at, block in enumerate(blocks):
        room -= length(block)
        if room < 0:
            return list(blocks[:at]), len(blocks) - at
    return list(blocks), 0


def length(text: str) -> int:
    """In UTF-16 code units: no code host counts a character as more."""
    return len(text) if text.isascii() else len(text.encode("utf-16-le", "surrogatepass")) // 2


def _row(found: Diagnostic) -> str:
    span = found.span
    place = f"{span.path}:{span.begin.line}" if span.has_place else span.path
    words = _short(found.message) + (f"\nhelp: {_short(found.help)}" if found.help else "")
    cells = "<br>".join(quoted.message(escape(line)) for line in words.split("\n"))
    return f"| {found.severity} | {quoted.name(escape(place))} | [{found.code}]({online(found.code)}) | {cells} |\n"


def _short(text: str) -> str:
    return text if len(text) <= _LONGEST else text[:_LONGEST] + " …"
