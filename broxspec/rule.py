"""Rules: what can be wrong. One rule is one file, `kinds/<kind>/rules/<code>_<slug>.py`, or `relations/<code>_<slug>.py` where it is
about several kinds, or `handwritten/rules/<code>_<slug>.py` where it is about migrations that people have written.

A rule is a generator function that yields findings about one thing. Its docstring is its page, its
`explain` text and its executed test. The registry finds rules by file name, so that `explain IX101`
imports one file, and a new rule needs no edit elsewhere.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from importlib import import_module
from pathlib import Path
from typing import Any, NamedTuple

from broxspec import handwritten, kinds, relations
from broxspec.diagnostic import Diagnostic, Fix, Label
from broxspec.source import Span

# What a rule is called with, besides the context:
#   table    each table of the wanted catalog      f(table, context)     runs in `audit` and `lint`
#   catalog  the wanted catalog as a whole         f(catalog, context)   runs in `audit` and `lint`
#   spec     each resolved spec of the rule's kind f(spec, context)      runs in `lint`
#   project  all specs together                    f(project, context)   runs in `lint`
#   change   each thing that a migration does      f(change, context)    runs in `audit` and `lint`, where there are hand-written migrations
#   migration  each file of migrations as a whole  f(migration, context) the same

# What stands for the kind in a rule about several, and in one about migrations.
RELATIONS = "relations"
HANDWRITTEN = "handwritten"


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
        kind = RELATIONS if function.__module__.startswith(f"{relations.__name__}.") else function.__module__.split(".")[-3]
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
        """A kind's codes from 200 up are about what specs ask for; those below need a schema alone."""
        return self.kind == RELATIONS or self.code[2:3] >= "2"


def rule_files() -> list[RuleFile]:
    """Every rule file, sorted by code. Nothing is imported."""
    of_kinds = (path for folder in kinds.__path__ for path in Path(folder).glob("*/rules/[!_]*_*.py"))
    between = (path for folder in relations.__path__ for path in Path(folder).glob("[!_]*_*.py"))
    migrations = (path for folder in handwritten.__path__ for path in Path(folder).glob("rules/[!_]*_*.py"))
    found = [_file(path, path.parents[1].name, f"{kinds.__name__}.{path.parents[1].name}.rules") for path in of_kinds]
    found += (_file(path, HANDWRITTEN, f"{handwritten.__name__}.rules") for path in migrations)
    return sorted([*found, *(_file(path, RELATIONS, relations.__name__) for path in between)])


def _file(path: Path, kind: str, package: str) -> RuleFile:
    code, _, slug = path.stem.partition("_")
    return RuleFile(code.upper(), slug.replace("_", "-"), kind, f"{package}.{path.stem}")


def load(file: RuleFile) -> Rule:
    """Import a rule file; the rule is the function named as the file says."""
    return getattr(import_module(file.module), file.slug.replace("-", "_"))


def rules_for(kinds: frozenset[str], profile: str = "default") -> list[Rule]:
    """The rules that have something to look at, sorted by code: those that need a schema alone, of any kind; with specs of some `kinds`
    also what is about these, and what is between kinds. The others are not imported."""
    wanted = kinds | {RELATIONS} if kinds else kinds
    files = (file for file in rule_files() if file.kind != HANDWRITTEN)
    return _loaded((file for file in files if not file.needs_specs or file.kind in wanted), profile)


def rules_of_migrations(profile: str = "default") -> list[Rule]:
    """The rules about hand-written migrations, sorted by code."""
    return _loaded((file for file in rule_files() if file.kind == HANDWRITTEN), profile)


def _loaded(files: Iterable[RuleFile], profile: str) -> list[Rule]:
    return [rule for rule in map(load, files) if profile == "strict" or rule.profile == "default"]
