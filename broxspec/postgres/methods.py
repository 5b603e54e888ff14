"""Index access methods and what each can do."""

from __future__ import annotations

from functools import cache
from typing import NamedTuple

from broxspec.postgres import tables


class Method(NamedTuple):
    name: str
    can_order: bool
    can_unique: bool
    can_multi_column: bool
    can_include: bool
    can_exclude: bool
    #: The extension that brings it, None when it is built in.
    extension: str | None


@cache
def get(name: str, major: int) -> Method | None:
    """The access method `name`, or None when PostgreSQL `major` and its own extensions have none."""
    for _, properties, extension in tables.rows("methods", name, major):
        can = properties.split()
        return Method(
            name, "can_order" in can, "can_unique" in can, "can_multi_col" in can, "can_include" in can,
            "can_exclude" in can, extension or None,
        )
    return None


@cache
def names(major: int) -> tuple[str, ...]:
    """All access methods, sorted."""
    return tuple(sorted(fields[0] for fields in tables.all_rows("methods", major)))
