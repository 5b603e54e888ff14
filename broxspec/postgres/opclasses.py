"""Operator classes: how an access method sorts, hashes or searches a type."""

from __future__ import annotations

from functools import cache
from typing import NamedTuple

from broxspec.postgres import casts, tables
from broxspec.postgres.types import Types, of


class OperatorClass(NamedTuple):
    method: str
    name: str
    #: The type that it is for; other types that are binary coercible to it may use it.
    type: str
    #: Indexes of one family have comparable order: `text_ops` and `varchar_ops` are one.
    family: str
    is_default: bool
    #: The type that the index stores where it is not the column's, as `bpchar_ops` for `bpchar`.
    key_type: str | None
    extension: str | None


@cache
def table(method: str, major: int) -> tuple[OperatorClass, ...]:
    """All operator classes of `method` in PostgreSQL `major` and its own extensions, sorted."""
    rows = tables.rows("opclasses", method, major)
    return tuple(OperatorClass(*row[:4], bool(row[4]), row[5] or None, row[6] or None) for row in rows)


def usable(method: str, types: Types, type_name: str = "") -> list[OperatorClass]:
    # A column of an extension's type is proof enough that the extension is there.
    known = types.get(types.base(type_name))
    present = types.extensions | {known.extension if known else None, None}
    return [opclass for opclass in table(method, types.major) if opclass.extension in present]


def default(method: str, type_name: str, major: int = 15, types: Types | None = None) -> str | None:
    """The operator class that `method` uses for `type_name` when none is written, or None when there is none.

    Follows `GetDefaultOpClass`: a domain counts as its base; an exact match wins; else the one class for a type that
    the column is binary coercible to (varchar → text_ops, any enum → enum_ops, any array → array_ops, any row →
    record_ops), the preferred type of the category first. With `types`, its own types and extensions count.
    """
    types = types or of(major)
    type_name = types.base(type_name)
    found = [opclass for opclass in usable(method, types, type_name) if opclass.is_default]
    for opclass in found:
        if opclass.type == type_name:
            return opclass.name
    if types.get(type_name) is None:
        return None
    found = [opclass for opclass in found if casts.binary_coercible(type_name, opclass.type, types)]
    preferred = [opclass for opclass in found if types.preferred(opclass.type)]
    choice = preferred or found
    return choice[0].name if len(choice) == 1 else None


def named(method: str, name: str, major: int = 15) -> OperatorClass | None:
    """The operator class `name` of `method`, whether or not its extension is installed."""
    return next((opclass for opclass in table(method, major) if opclass.name == name), None)


def known(method: str, name: str, major: int = 15) -> bool:
    """Whether PostgreSQL `major` or one of its own extensions has operator class `name` for `method`."""
    return named(method, name, major) is not None


def accepts(method: str, name: str, type_name: str, major: int = 15, types: Types | None = None) -> bool | None:
    """Whether operator class `name` can index `type_name`; None when the class or the type is unknown."""
    types = types or of(major)
    opclass = named(method, name, types.major)
    if opclass is None or types.get(type_name) is None:
        return None
    return casts.binary_coercible(type_name, opclass.type, types)


def choices(method: str, type_name: str, major: int = 15, types: Types | None = None) -> tuple[OperatorClass, ...]:
    """Every operator class of `method` that takes `type_name`, of installable extensions too: what a help line may offer."""
    types = types or of(major)
    return tuple(opclass for opclass in table(method, types.major) if casts.binary_coercible(type_name, opclass.type, types))
