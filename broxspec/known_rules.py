"""Every code and slug there is: of rules, and of what is found while reading."""

from functools import cache

from broxspec.faults import all_faults
from broxspec.rule import rule_files


@cache
def slugs() -> dict[str, str]:
    """The slug of every code."""
    return {named.code: named.slug for named in (*rule_files(), *all_faults())}


@cache
def names() -> frozenset[str]:
    """All codes and slugs."""
    return frozenset(slugs()) | frozenset(slugs().values())


def is_known(name: str) -> bool:
    return name.upper() in slugs() or name.lower() in names()


def matches(name: str, code: str, slug: str) -> bool:
    """Whether a name, a code in any case or a slug, means a rule."""
    return name.upper() == code or name.lower() == slug
