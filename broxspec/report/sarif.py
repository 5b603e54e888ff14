"""SARIF 2.1.0: what code scanning reads. One run, with the pages of the rules that found something.

Columns count UTF-16 code units, because the readers that take no notice of `columnKind` count so.
"""

import json
from collections.abc import Sequence
from typing import Any

from broxspec import __version__
from broxspec.diagnostic import SEVERITIES, Diagnostic, Fix
from broxspec.report import Report, Suppressed, plural
from broxspec.report._cells import escape
from broxspec.report._fingerprint import fingerprints
from broxspec.report._links import HOME, online
from broxspec.report._places import on_server, qualified, region, uri
from broxspec.source import Span

SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
# GitHub refuses a file with more of either.
_RESULTS = 25_000
_PLACES = 1_000
_LEVELS = {"error": "error", "warning": "warning", "info": "note"}
_PROBLEM = {"error": "error", "warning": "warning", "info": "recommendation"}


def render(report: Report, colour: bool = False) -> str:
    # Suppressed ones come last, so that with a new suppression no other finding gets another fingerprint.
    every = [*((found, None) for found in _worst(report.diagnostics)), *((one.diagnostic, one) for one in report.suppressed)]
    told = every[:_RESULTS]
    codes = sorted({found.code for found, _ in told})
    number = {code: at for at, code in enumerate(codes)}
    prints = fingerprints(found for found, _ in told)
    run = {
        "tool": {
            "driver": {
                "name": "broxspec",
                "informationUri": HOME,
                "version": __version__,
                "semanticVersion": __version__,
                "rules": [_rule(code) for code in codes],
            }
        },
        "invocations": [_invocation(len(every) - len(told))],
        "originalUriBaseIds": {"%SRCROOT%": {"description": {"text": "The root of the checkout."}}},
        "columnKind": "utf16CodeUnits",
        "results": [_result(found, number[found.code], key) | _suppression(why) for (found, why), key in zip(told, prints, strict=True)],
    }
    # ASCII, so that nothing in a name can steer whatever shows the file.
    return json.dumps({"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}, indent=2, ensure_ascii=True) + "\n"


def _worst(diagnostics: Sequence[Diagnostic]) -> Sequence[Diagnostic]:
    """In their order; where there are too many the worst first, so that these are kept."""
    if len(diagnostics) <= _RESULTS:
        return diagnostics
    return sorted(diagnostics, key=lambda found: SEVERITIES.index(found.severity))


def _invocation(left_out: int) -> dict[str, Any]:
    if not left_out:
        return {"executionSuccessful": True}
    text = f"{plural(left_out, 'finding')} left out: no more than {_RESULTS:,} are taken."
    return {"executionSuccessful": True, "toolExecutionNotifications": [{"level": "warning", "message": {"text": text}}]}


def _rule(code: str) -> dict[str, Any]:
    from broxspec.cli._pages import find

    page = find(code)
    if page is None:  # a finding of a rule that has no page: nothing more is known of it
        return {"id": code, "helpUri": online(code)}
    return {
        "id": code,
        "name": "".join(word.capitalize() for word in page.slug.split("-")),
        "shortDescription": {"text": page.fact},
        "fullDescription": {"text": _why(page.text) or page.fact},
        "help": {"text": page.text, "markdown": page.markdown},
        "helpUri": online(code),
        "defaultConfiguration": {"level": _LEVELS[page.severity]},
        "properties": {"tags": [page.kind or "reading"], "problem.severity": _PROBLEM[page.severity]},
    }


def _why(text: str) -> str:
    """The first paragraph behind the fact, on one line."""
    blocks = text.split("\n\n")
    return " ".join(blocks[1].split()) if len(blocks) > 1 and not blocks[1].startswith(("#", "`")) else ""


def _result(found: Diagnostic, rule: int, fingerprint: str) -> dict[str, Any]:
    result: dict[str, Any] = {
        "ruleId": found.code,
        "ruleIndex": rule,
        "level": _LEVELS[found.severity],
        "message": {"text": _message(found)},
        "locations": [_location(found.span, qualified(found.subject))],
        "partialFingerprints": {"broxspec/v1": fingerprint},
    }
    if found.labels:
        places = [label for label in found.labels if label.span.path][:_PLACES]
        result["relatedLocations"] = [
            {"id": at, **_location(label.span), "message": {"text": _text(label.text or "see here")}} for at, label in enumerate(places, 1)
        ]
    if found.fix and found.fix.safe:
        result["fixes"] = [_fix(found.fix)]
    if found.environments:
        result["properties"] = {"environments": list(found.environments)}
    return result


def _suppression(why: Suppressed | None) -> dict[str, Any]:
    if why is None:
        return {}
    said = why.reason or f"in the {why.how}"
    return {"suppressions": [{"kind": "inSource" if why.how == "comment" else "external", "justification": _text(said)}]}


def _message(found: Diagnostic) -> str:
    parts = [found.message]
    parts += [found.note] if found.note else []
    parts += [f"help: {found.help}"] if found.help else []
    parts += [f"fine when: {found.fine}"] if found.fine else []
    return _text("\n".join(parts))


def _text(text: str) -> str:
    """SARIF reads `[words](target)` in a message as a link; a name must not make one."""
    return escape(text, keep="\n").replace("](", "\\](")


def _location(span: Span, name: str = "") -> dict[str, Any]:
    logical = {"logicalLocations": [{"fullyQualifiedName": name or span.path, "kind": "object" if name else "resource"}]}
    if on_server(span):
        return logical
    return {"physicalLocation": {**_artifact(span), "region": region(span)}} | (logical if name else {})


def _artifact(span: Span) -> dict[str, Any]:
    where = uri(span.path)
    return {"artifactLocation": {"uri": where} if where.startswith("file:") else {"uri": where, "uriBaseId": "%SRCROOT%"}}


def _fix(fix: Fix) -> dict[str, Any]:
    changes: dict[str, dict[str, Any]] = {}
    for edit in fix.edits:
        change = changes.setdefault(edit.span.path, {**_artifact(edit.span), "replacements": []})
        change["replacements"].append({"deletedRegion": region(edit.span), "insertedContent": {"text": edit.text}})
    return {"description": {"text": _text(fix.title)}, "artifactChanges": list(changes.values())}
