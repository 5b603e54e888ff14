"""Run the rules: over a catalog alone, or over the resolved specs of an environment; then choose, merge and sort."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from broxspec.catalog.model import Catalog
from broxspec.diagnostic import Diagnostic, order
from broxspec.project import Context, Database, Project
from broxspec.rule import Rule, diagnostic, rules_for

# What rules have found, by the rule and the identities of what it was given. Those must outlive it.
Known = dict[tuple[Any, ...], list[Diagnostic]]


class _Witness(Context):
    """A context that remembers whether a rule has looked at what is another value in each environment."""

    looked = False

    @property
    def database(self) -> Database | None:  # type: ignore[override]
        self.looked = True
        return super().database

    @property
    def project(self) -> Project | None:  # type: ignore[override]
        self.looked = True
        return super().project


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
    return list(_about_catalog(rules_for(frozenset(), profile), context, {}))


def of_project(project: Project, profile: str = "default", known: Known | None = None) -> list[Diagnostic]:
    """What all rules find in the specs of one environment.

    Give the same `known` for each environment of a project, so that a rule which has nothing new to see is not run again.
    """
    known = {} if known is None else known
    rules = rules_for(frozenset(spec.kind for spec in project.specs), profile)
    found: list[Diagnostic] = []
    contexts = [_context(database, project, profile) for database in project.databases]
    for context in contexts:
        of_database = [*_about_catalog(rules, context, known)]
        of_database += _about_specs(rules, {"database": (context.database.spec,), **context.database.models}, context, known)
        found += [_of(context.database, one) for one in of_database] if len(contexts) > 1 else of_database
    # What is about the whole cluster is seen once, whichever database stands for it.
    whole = contexts[0] if contexts else Context(Catalog(), Catalog(), 0, profile, None, project)
    found += _about_specs(rules, project.models, whole, known)
    for rule in rules:
        if rule.about == "project":
            found += run(rule, project, whole)
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
    subject = repr(sorted(found.subject.items()))  # on a live server all findings have one place
    return (found.code, span.path, span.start, span.end, found.message, found.help, labels, found.severity, subject)


def _of(database: Database, found: Diagnostic) -> Diagnostic:
    """Of several databases, which one the finding's object is in."""
    return found._replace(subject={"database": database.name, **found.subject}) if "table" in found.subject else found


def _context(database: Database, project: Project, profile: str) -> Context:
    return Context(database.wanted, database.current, database.spec.major, profile, database, project)


def _about_specs(rules: Iterable[Rule], models: Mapping[str, Sequence[Any]], context: Context, known: Known) -> Iterator[Diagnostic]:
    """Rules about specs are given each model of their kind."""
    for rule in rules:
        if rule.about == "spec":
            yield from _about_all(rule, models.get(rule.kind, ()), context, known)


def _about_catalog(rules: Iterable[Rule], context: Context, known: Known) -> Iterator[Diagnostic]:
    tables = tuple(context.catalog.tables.values())
    for rule in rules:
        if rule.about == "table":
            yield from _about_all(rule, tables, context, known)
        elif rule.about == "catalog":
            yield from _about_all(rule, (context.catalog,), context, known)


def _about_all(rule: Rule, subjects: Sequence[Any], context: Context, known: Known) -> list[Diagnostic]:
    """What a rule finds in its subjects: what it has found before, if it was given the same and did not look at the environment."""
    key = (rule.code, context.major, context.profile, id(context.catalog), id(context.existing), *map(id, subjects))
    if key not in known:
        witness = _Witness(*context)
        found = [diagnostic for subject in subjects for diagnostic in run(rule, subject, witness)]
        if witness.looked:
            return found
        known[key] = found
    return known[key]


def run(rule: Rule, subject: Any, context: Context) -> Iterator[Diagnostic]:
    """What one rule finds in one subject."""
    try:
        for finding in rule.check(subject, context):
            yield diagnostic(rule, finding)
    except Exception as error:
        name = getattr(subject, "qualified", None) or getattr(subject, "name", "")
        raise RuleFailed(f"rule {rule.code} {rule.slug} on `{name}`: {type(error).__name__}: {error}") from error
