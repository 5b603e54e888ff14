"""Every code and slug there is: of rules, and of what is found while reading."""

import re
from functools import cache

from broxspec.faults import all_faults
from broxspec.rule import rule_files

_CODE = re.compile(r"[A-Z]{2}\d+")


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


def did_you_mean(name: str) -> str:
    """The question for an unknown name; a code that is not there is near no other, whatever its digits."""
    from broxspec.suggest import did_you_mean

    return "" if _CODE.fullmatch(name.upper()) else did_you_mean(name, names())


def matches(name: str, code: str, slug: str) -> bool:
    """Whether a name, a code in any case or a slug, means a rule."""
    return name.upper() == code or name.lower() == slug
