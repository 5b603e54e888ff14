"""Rules: what can be wrong. One rule is one file, `kinds/<kind>/rules/<code>_<slug>.py`.

A rule is a generator function that yields findings about one thing. Its docstring is its page, its
`explain` text and its executed test. The registry finds rules by file name, so that `explain IX101`
imports one file, and a new rule needs no edit elsewhere.
"""

from collections.abc import Callable, Iterator, Mapping
from importlib import import_module
from pathlib import Path
from typing import Any, NamedTuple

from broxspec.diagnostic import Diagnostic, Fix, Label
from broxspec.source import Span

# What a rule is called with, besides the context:
#   table    each table of the wanted catalog      f(table, context)     runs in `audit` and `lint`
#   catalog  the wanted catalog as a whole         f(catalog, context)   runs in `audit` and `lint`
#   spec     each resolved spec of the rule's kind f(spec, context)      runs in `lint`
#   project  all specs together                    f(project, context)   runs in `lint`
SUBJECTS = ("table", "catalog", "spec", "project")


class Finding(NamedTuple):
    """What a rule yields: a place and words. `check` makes it a Diagnostic with code and severity."""

    span: Span
    message: str
    note: str = ""
    labels: tuple[Label, ...] = ()
    help: str = ""
    fine: str = ""
    subject: Mapping[str, Any] = {}
    fix: Fix | None = None


class Rule(NamedTuple):
    """A rule and its metadata. `profile` is `default` or `strict`; strict ones run only when asked."""

    code: str
    slug: str
    kind: str
    severity: str
    about: str
    profile: str
    docstring: str
    check: Callable[..., Iterator[Finding]]


def rule(code: str, *, severity: str, about: str, profile: str = "default") -> Callable[[Callable], Rule]:
    """Make a rule of a generator function; its slug is the function's name."""

    def make(function: Callable[..., Iterator[Finding]]) -> Rule:
        kind = function.__module__.split(".")[-3]
        slug = function.__name__.replace("_", "-")
        return Rule(code, slug, kind, severity, about, profile, function.__doc__ or "", function)

    return make


def diagnostic(rule: Rule, finding: Finding, severity: str | None = None) -> Diagnostic:
    """A finding with the code, slug and severity of its rule."""
    return Diagnostic(
        code=rule.code,
        rule=rule.slug,
        severity=severity or rule.severity,
        message=finding.message,
        span=finding.span,
        note=finding.note,
        labels=finding.labels,
        help=finding.help,
        fine=finding.fine,
        subject=finding.subject,
        fix=finding.fix,
    )


class RuleFile(NamedTuple):
    """What a file name alone tells: enough to find a rule without importing all of them."""

    code: str
    slug: str
    kind: str
    module: str

    @property
    def needs_specs(self) -> bool:
        """Codes from 200 up are about what specs ask for; those below need a schema alone."""
        return self.code[2:3] >= "2"


_KINDS = Path(__file__).parent / "kinds"


def rule_files() -> list[RuleFile]:
    """Every rule file, sorted by code. Nothing is imported."""
    found = []
    for path in _KINDS.glob("*/rules/*_*.py"):
        if path.name.startswith("_"):
            continue
        code, _, slug = path.stem.partition("_")
        kind = path.parent.parent.name
        found.append(RuleFile(code.upper(), slug.replace("_", "-"), kind, f"broxspec.kinds.{kind}.rules.{path.stem}"))
    return sorted(found)


def load(file: RuleFile) -> Rule:
    """Import a rule file; the rule is the function named as the file says."""
    return getattr(import_module(file.module), file.slug.replace("-", "_"))


def rules_of(kinds: tuple[str, ...], *, specs: bool = True, profile: str = "default") -> list[Rule]:
    """The rules of some kinds, sorted by code. Without `specs`, only those that need a schema alone: the others are not imported."""
    loaded = [load(file) for file in rule_files() if file.kind in kinds and (specs or not file.needs_specs)]
    return [rule for rule in loaded if profile == "strict" or rule.profile == "default"]
