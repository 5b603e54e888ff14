"""JSON, version 1: positions 1-based, sorted, deterministic. The shape is a contract; see docs/commands.md."""

from typing import Any

from broxspec.diagnostic import Diagnostic
from broxspec.report import Report, page
from broxspec.report._document import dumps
from broxspec.source import Span

VERSION = 1


def render(report: Report, colour: bool = False) -> str:
    counts = report.counts()
    document = {
        "version": VERSION,
        "diagnostics": [_diagnostic(diagnostic) for diagnostic in report.diagnostics],
        "summary": {
            "errors": counts["error"],
            "warnings": counts["warning"],
            "infos": counts["info"],
            "ignored": report.ignored,
            "baseline": report.in_baseline,
            "hidden": report.hidden,
            "skipped": [skipped._asdict() for skipped in report.skipped],
        },
    }
    return dumps(document, default=_plain)


def _diagnostic(diagnostic: Diagnostic) -> dict[str, Any]:
    return {
        "code": diagnostic.code,
        "rule": diagnostic.rule,
        "severity": diagnostic.severity,
        "message": diagnostic.message,
        **_place(diagnostic.span),
        "environments": list(diagnostic.environments),
        "subject": dict(diagnostic.subject),
        "labels": [{**_place(label.span), "text": label.text} for label in diagnostic.labels],
        "help": diagnostic.help,
        "url": page(diagnostic.code),
    }


def _place(span: Span) -> dict[str, Any]:
    if not span.has_place:
        return {"path": span.path, "line": None, "column": None, "end_line": None, "end_column": None}
    begin, finish = span.begin, span.finish
    return {
        "path": span.path,
        "line": begin.line,
        "column": begin.column,
        "end_line": finish.line,
        "end_column": finish.column,
    }


def _plain(value: Any) -> Any:
    """Sets in a subject, in one order."""
    if isinstance(value, set | frozenset):
        return sorted(value)
    raise TypeError(f"{type(value).__name__} is not JSON")
