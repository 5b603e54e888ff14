"""GitHub Actions: a workflow command for each finding, and a table for the summary of the job."""

from broxspec.diagnostic import Diagnostic
from broxspec.report import Report
from broxspec.report._cells import escape

# A step's summary may have a mebibyte; a character has up to four bytes.
_SUMMARY = 250_000
_LEVELS = {"error": "error", "warning": "warning", "info": "notice"}


def render(report: Report, colour: bool = False) -> str:
    return "".join(_command(diagnostic) + "\n" for diagnostic in report.diagnostics)


def summary(report: Report) -> str:
    """Markdown for `$GITHUB_STEP_SUMMARY`: GitHub shows only the first few annotations of a step, this has as many as it takes."""
    from broxspec.report.markdown import render

    return render(report, room=_SUMMARY)


def _command(diagnostic: Diagnostic) -> str:
    properties = {"title": f"{diagnostic.code} {diagnostic.rule}"}
    span = diagnostic.span
    if span.has_place:
        begin, finish = span.begin, span.finish
        properties |= {"file": span.path, "line": str(begin.line), "endLine": str(finish.line)}
        # Columns on a span of several lines are refused.
        if begin.line == finish.line:
            properties |= {"col": str(begin.column), "endColumn": str(finish.column)}
    message = diagnostic.message
    if not span.has_place and span.path:
        message += f" ({span.path})"
    if diagnostic.help:
        message += f"\nhelp: {diagnostic.help}"
    listed = ",".join(f"{name}={_property(value)}" for name, value in properties.items())
    return f"::{_LEVELS[diagnostic.severity]} {listed}::{_data(message)}"


def _data(text: str) -> str:
    return escape(text, keep="\r\n").replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
