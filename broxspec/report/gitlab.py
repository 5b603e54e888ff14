"""GitLab Code Quality: a list of issues, for `artifacts: reports: codequality`."""

import json
from typing import Any

from broxspec.diagnostic import Diagnostic
from broxspec.report import Report
from broxspec.report._cells import escape
from broxspec.report._fingerprint import fingerprints
from broxspec.report._links import online

_SEVERITIES = {"error": "critical", "warning": "major", "info": "info"}


def render(report: Report, colour: bool = False) -> str:
    prints = fingerprints(report.diagnostics)
    issues = [_issue(found, key) for found, key in zip(report.diagnostics, prints, strict=True)]
    return json.dumps(issues, indent=2, ensure_ascii=True) + "\n"


def _issue(found: Diagnostic, fingerprint: str) -> dict[str, Any]:
    span = found.span
    begin, end = (span.begin.line, span.finish.line) if span.has_place else (1, 1)
    body = "\n\n".join(part for part in (found.help, f"See {online(found.code)}") if part)
    return {
        "type": "issue",
        "check_name": found.code,
        "description": escape(found.message, keep="\n"),
        "content": {"body": escape(body, keep="\n")},
        "categories": ["Bug Risk"],
        "severity": _SEVERITIES[found.severity],
        "fingerprint": fingerprint,
        "location": {"path": span.path.removeprefix("./"), "lines": {"begin": begin, "end": end}},
    }
