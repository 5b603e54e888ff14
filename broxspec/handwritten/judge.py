"""Run the MG rules over what migrations do."""

from collections.abc import Iterator, Sequence

from broxspec.diagnostic import Diagnostic
from broxspec.handwritten.change import Migration
from broxspec.lint import run
from broxspec.project import Context
from broxspec.rule import Rule, rules_of_migrations


def judged(migrations: Sequence[Migration], context: Context) -> list[Diagnostic]:
    """What the rules about hand-written migrations find, file by file."""
    if not any(migration.changes or migration.declared for migration in migrations):
        return []
    rules = rules_of_migrations(context.profile)
    return [found for migration in migrations for rule in rules for found in _by(rule, migration, context)]


def _by(rule: Rule, migration: Migration, context: Context) -> Iterator[Diagnostic]:
    for subject in (migration,) if rule.about == "migration" else migration.changes:
        yield from run(rule, subject, context)
