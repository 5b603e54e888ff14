"""Text for people: each finding with the place it speaks of, the reason, and what to do; then one line that sums up."""

from collections.abc import Callable

from broxspec.diagnostic import Diagnostic
from broxspec.report import Report, plural
from broxspec.report._cells import escape, printed
from broxspec.report._excerpt import Mark, excerpt, last_line
from broxspec.source import Source

_SEVERITY = {"error": "1;31", "warning": "1;33", "info": "1;36"}
_STYLES = {"": "", "bold": "1", "gutter": "1;34", "label": "1;34", "dim": "2"}

Paint = Callable[[str, str], str]


def render(report: Report, colour: bool = False) -> str:
    blocks = [finding(diagnostic, report.environments, colour) for diagnostic in report.diagnostics]
    return "".join(block + "\n\n" for block in blocks) + (closing(report) + "\n" if blocks else "")


def finding(diagnostic: Diagnostic, environments: tuple[str, ...] = (), colour: bool = False) -> str:
    """One finding as lines, without a line end after the last."""
    paint = _painter(diagnostic.severity, colour)
    head = paint(f"{diagnostic.severity}[{diagnostic.code}]", "primary")
    lines = [f"{head}{paint(': ' + printed(diagnostic.message), 'bold')}"]
    marks = _marks(diagnostic)
    gutter = max((len(str(last_line(mark))) for mark in marks), default=1)
    shown = [diagnostic.span.source, *(mark.span.source for mark in marks if mark.span.source.path != diagnostic.span.path)]
    for number, source in enumerate(_distinct(shown)):
        here = [mark for mark in marks if mark.span.source.path == source.path]
        if number and marks:
            lines.append(paint(" " * gutter + " |", "gutter"))
        lines.append(_place(source, here, "-->" if number == 0 else ":::", gutter, paint))
        if here:
            lines += excerpt(source, here, gutter, paint)
    notes = _notes(diagnostic, environments)
    if notes and marks:
        lines.append(paint(" " * gutter + " |", "gutter"))
    for name, text in notes:
        lines += _note(name, text, gutter, paint)
    return "\n".join(lines)


def closing(report: Report) -> str:
    """The line that sums up: `3 errors, 1 warning; 40 in the baseline; 12 statements skipped (CREATE FUNCTION 10, COPY 2)`."""
    counted = [plural(count, severity) for severity, count in report.counts().items() if count]
    found = ", ".join(counted) or "no findings"
    read = f" in {report.read}" if report.read else ""
    return f"{found}{read}{_left_out(report)}{_skipped(report)}"


def _left_out(report: Report) -> str:
    """How many findings are not shown, and why."""
    counted = ((report.ignored, "ignored"), (report.in_baseline, "in the baseline"), (report.hidden, "outside of the change"))
    listed = ", ".join(f"{count:,} {why}" for count, why in counted if count)
    return f"; {listed}" if listed else ""


def _skipped(report: Report) -> str:
    total = sum(skipped.count for skipped in report.skipped)
    if not total:
        return ""
    counts: dict[str, int] = {}
    for skipped in report.skipped:
        counts[skipped.what] = counts.get(skipped.what, 0) + skipped.count
    listed = sorted(counts.items(), key=lambda item: (-item[1], item[0]))
    shown = ", ".join(f"{what} {count:,}" for what, count in listed[:4])
    return f"; {plural(total, 'statement')} skipped ({shown}{', …' if len(listed) > 4 else ''})"


def _marks(diagnostic: Diagnostic) -> list[Mark]:
    marks = [Mark(diagnostic.span, diagnostic.note, True)] if diagnostic.span.has_place else []
    return marks + [Mark(label.span, label.text, False) for label in diagnostic.labels if label.span.has_place]


def _distinct(sources: list[Source]) -> list[Source]:
    """Each source once, in the order in which the finding names them."""
    return list({source.path: source for source in sources}.values())


def _place(source: Source, marks: list[Mark], arrow: str, gutter: int, paint: Paint) -> str:
    place = escape(source.path)
    if marks:
        mark = next((mark for mark in marks if mark.primary), marks[0])
        begin = mark.span.begin
        place += f":{begin.line}:{begin.column}"
    return f"{paint(' ' * gutter + arrow, 'gutter')} {place}"


def _notes(diagnostic: Diagnostic, environments: tuple[str, ...]) -> list[tuple[str, str]]:
    notes = []
    if not diagnostic.span.has_place and diagnostic.note:
        notes.append(("note", diagnostic.note))
    notes += [("note", label.text) for label in diagnostic.labels if not label.span.has_place and label.text]
    if diagnostic.help:
        notes.append(("help", diagnostic.help))
    if diagnostic.fine:
        notes.append(("fine when", diagnostic.fine))
    if diagnostic.environments and set(diagnostic.environments) != set(environments):
        notes.append(("only in", ", ".join(diagnostic.environments)))
    return notes


def _note(name: str, text: str, gutter: int, paint: Paint) -> list[str]:
    first, *rest = printed(text).split("\n")
    indent = " " * (gutter + len(name) + 5)
    return [f"{paint(' ' * gutter + ' =', 'gutter')} {paint(name + ':', 'bold')} {first}", *(indent + line for line in rest)]


def _painter(severity: str, colour: bool) -> Paint:
    """Turns a style's name into escape codes, or leaves the text as it is."""
    if not colour:
        return lambda text, style: text
    codes = {**_STYLES, "primary": _SEVERITY[severity]}
    return lambda text, style: f"\x1b[{codes[style]}m{text}\x1b[0m" if codes[style] else text
