"""Collations that every installation has. All others come from the operating system or from ICU, and differ by machine."""

from __future__ import annotations

from functools import cache
from typing import NamedTuple

from broxspec.postgres import tables


class Collation(NamedTuple):
    name: str
    #: `libc`, `icu`, `builtin` or `default`.
    provider: str
    deterministic: bool
    #: The only database encoding that it works with, None for all.
    encoding: str | None


PROVIDERS = {"c": "libc", "i": "icu", "b": "builtin", "d": "default"}


@cache
def get(name: str, major: int) -> Collation | None:
    """The collation that every PostgreSQL `major` calls `name`. None means: it may or may not exist, the machine decides."""
    for _, provider, deterministic, encoding in tables.rows("collations", name, major):
        return Collation(name, PROVIDERS[provider], bool(deterministic), encoding or None)
    return None
