"""Diagnostic: what broxspec has to say, where, and what to do about it.

Every mistake of a user becomes one of these; an exception means a fault of broxspec's own.
"""

from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from broxspec.source import Span

# From worst to mildest; `--fail-on` compares by this order.
SEVERITIES = ("error", "warning", "info")


def at_least(severity: str, threshold: str) -> bool:
    """Whether a severity is as bad as the threshold, or worse."""
    return SEVERITIES.index(severity) <= SEVERITIES.index(threshold)


class Label(NamedTuple):
    """Another place that belongs to the finding, with a few words on why."""

    span: Span
    text: str


class Edit(NamedTuple):
    """Replace the text of a span."""

    span: Span
    text: str


class Fix(NamedTuple):
    """Edits that mend a finding. `safe` means that the meaning of nothing else can change."""

    title: str
    edits: tuple[Edit, ...]
    safe: bool


class Diagnostic(NamedTuple):
    """One finding.

    `span` is where it is shown; `span.has_place` is false for objects of a live server.
    `note` is a few words under the caret. `fine` says when the finding may be ignored.
    `subject` names the database object for machines (see the JSON contract in docs/commands.md).
    """

    code: str
    rule: str
    severity: str
    message: str
    span: Span
    note: str = ""
    labels: tuple[Label, ...] = ()
    help: str = ""
    fine: str = ""
    subject: Mapping[str, Any] = {}
    environments: tuple[str, ...] = ()
    fix: Fix | None = None


def order(diagnostic: Diagnostic) -> tuple:
    """The one order in which diagnostics are shown: by place, then code, then words."""
    span = diagnostic.span
    return (span.path, span.start, span.end, diagnostic.code, diagnostic.message)


def worst(diagnostics: Iterable[Diagnostic]) -> str | None:
    """The worst severity among the diagnostics, or None where there are none."""
    found = {diagnostic.severity for diagnostic in diagnostics}
    return next((severity for severity in SEVERITIES if severity in found), None)
