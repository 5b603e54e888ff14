"""Extensions of PostgreSQL's own distribution that bring types, functions and operator classes."""

from __future__ import annotations

from functools import cache
from typing import NamedTuple

from broxspec.postgres import tables

#: topic → (column of the thing's name, column of its extension)
PLACES = {"types": (0, -1), "methods": (0, -1), "opclasses": (1, -1), "functions": (0, -1), "operators": (0, -1)}


class Extension(NamedTuple):
    name: str
    #: The version that CREATE EXTENSION installs.
    version: str
    #: Whether the owner of a database may create it without being superuser.
    trusted: bool
    requires: tuple[str, ...]


@cache
def get(name: str, major: int) -> Extension | None:
    """The extension `name`; None when it is not one of PostgreSQL's own that are known here (it may still exist)."""
    for _, version, trusted, requires in tables.rows("extensions", name, major):
        return Extension(name, version, bool(trusted), tuple(requires.split()))
    return None


@cache
def names(major: int) -> tuple[str, ...]:
    return tuple(sorted({fields[0] for fields in tables.all_rows("extensions", major)}))


@cache
def provides(name: str, topic: str, major: int) -> tuple[str, ...]:
    """Names of the `types`, `methods`, `opclasses`, `functions` or `operators` that extension `name` brings, sorted."""
    what, owner = PLACES[topic]
    return tuple(sorted({fields[what] for fields in tables.all_rows(topic, major) if fields[owner] == name}))
