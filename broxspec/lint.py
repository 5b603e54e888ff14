"""Run the rules: over a catalog alone, or over the resolved specs of an environment; then choose, merge and sort."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from broxspec.catalog.model import Catalog
from broxspec.diagnostic import Diagnostic, order
from broxspec.project import Context, Database, Project, Spec
from broxspec.rule import Rule, diagnostic, rules_of

# The kinds whose rules look at a catalog alone.
CATALOG_KINDS = ("database", "indexes")


class RuleFailed(Exception):
    """A rule raised instead of yielding: our fault, never the user's."""


class Selection(NamedTuple):
    """Which rules count, and how much. `severities` is the project's `[rules]`: a code or slug to a severity or `off`.

    `select` and `ignore` are codes, prefixes of codes (`IX`, `IX1`) or slugs.
    """

    profile: str = "default"
    select: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    severities: Mapping[str, str] = {}

    def severity(self, code: str, slug: str, given: str) -> str | None:
        """The severity to show a finding at, or None where it is not wanted."""
        if _named(code, slug, self.ignore) or (self.select and not _named(code, slug, self.select)):
            return None
        severity = self.severities.get(code, self.severities.get(slug, given))
        return None if severity == "off" else severity

    def apply(self, diagnostics: Iterable[Diagnostic]) -> Iterator[Diagnostic]:
        """The wanted ones, each at its severity. What could not be read is shown whatever was selected:
        else a selection would make a broken file look clean."""
        for found in diagnostics:
            severity = self.severity(found.code, found.rule, found.severity)
            if severity is None and unreadable(found) and not _named(found.code, found.rule, self.ignore):
                severity = found.severity
            if severity:
                yield found if severity == found.severity else found._replace(severity=severity)


def unreadable(found: Diagnostic) -> bool:
    """Whether the finding says that something could not be read, so that other findings may be missing."""
    return found.severity == "error" and found.code.startswith("SP")


def _named(code: str, slug: str, names: Sequence[str]) -> bool:
    return any(name == slug or code.startswith(name.upper()) for name in names)


def of_catalog(catalog: Catalog, major: int, profile: str = "default") -> list[Diagnostic]:
    """What the rules about tables and whole catalogs find: `audit`."""
    context = Context(catalog, catalog, major, profile)
    return list(_about_catalog(_rules(CATALOG_KINDS, profile), context))


def of_project(project: Project, profile: str = "default") -> list[Diagnostic]:
    """What all rules find in the specs of one environment."""
    kinds = tuple(sorted({*CATALOG_KINDS, *(spec.kind for spec in project.specs)}))
    rules = _rules(kinds, profile)
    found: list[Diagnostic] = []
    contexts = {database.name: _context(database, project, profile) for database in project.databases}
    for context in contexts.values():
        found += _about_catalog(rules, context)
    default = next(iter(contexts.values()), Context(Catalog(), Catalog(), 0, profile, None, project))
    for rule in rules:
        if rule.about == "spec":
            for spec in project.specs:
                if spec.kind == rule.kind:
                    found += run(rule, spec, _of_spec(spec, contexts, default))
        elif rule.about == "project":
            found += run(rule, project, default)
    return found


def merge(by_environment: Mapping[str, Iterable[Diagnostic]]) -> list[Diagnostic]:
    """One list: a finding that several environments share is one finding that names them. Sorted, nothing twice."""
    merged: dict[tuple, Diagnostic] = {}
    seen_in: dict[tuple, list[str]] = {}
    for environment, diagnostics in by_environment.items():
        for found in diagnostics:
            key = _key(found)
            merged.setdefault(key, found)
            names = seen_in.setdefault(key, [])
            names += [name for name in (*found.environments, environment) if name and name not in names]
    return sorted((found._replace(environments=tuple(sorted(seen_in[key]))) for key, found in merged.items()), key=order)


def _key(found: Diagnostic) -> tuple:
    """What makes two findings the same one, whichever environment they are of."""
    span = found.span
    labels = tuple((label.span.path, label.span.start, label.text) for label in found.labels)
    return (found.code, span.path, span.start, span.end, found.message, found.help, labels, found.severity)


def _rules(kinds: tuple[str, ...], profile: str) -> list[Rule]:
    return rules_of(kinds, profile=profile)


def _context(database: Database, project: Project, profile: str) -> Context:
    return Context(database.wanted, database.current, database.spec.major, profile, database, project)


def _of_spec(spec: Spec, contexts: Mapping[str, Context], default: Context) -> Context:
    """The context of the database that a spec speaks of: its identity begins with the database's name."""
    return contexts.get(spec.identity[0], default) if spec.identity else default


def _about_catalog(rules: Iterable[Rule], context: Context) -> Iterator[Diagnostic]:
    for rule in rules:
        if rule.about == "table":
            for table in context.catalog.tables.values():
                yield from run(rule, table, context)
        elif rule.about == "catalog":
            yield from run(rule, context.catalog, context)


def run(rule: Rule, subject: Any, context: Context) -> Iterator[Diagnostic]:
    """What one rule finds in one subject."""
    try:
        for finding in rule.check(subject, context):
            yield diagnostic(rule, finding)
    except Exception as error:
        name = getattr(subject, "qualified", None) or getattr(subject, "identity", "")
        raise RuleFailed(f"rule {rule.code} {rule.slug} on `{name}`: {type(error).__name__}: {error}") from error
