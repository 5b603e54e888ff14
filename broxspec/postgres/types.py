"""Types: what PostgreSQL knows of its own, together with those that a database defines.

Types go by internal name (`int4`, `_text`, `timestamptz`); `spelling.canonical` makes it from SQL's.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cache
from typing import Any, NamedTuple

from broxspec.postgres import tables
from broxspec.postgres.spelling import array_of, canonical, serial

__all__ = ["Type", "Types", "UserType", "array_of", "builtin", "canonical", "of", "serial"]


class Type(NamedTuple):
    """`kind`: `base`, `array`, `domain`, `enum`, `composite`, `range`, `multirange` or `pseudo`.

    `category` is PostgreSQL's letter (`N` numbers, `S` strings, `D` dates and times, …); the preferred type of a
    category wins when overloads tie. `width` is the stored size in bytes, None when it varies. `base` is a domain's
    type. `subtype` is a range's. `reads` and `writes` are the volatilities of the conversion from and to text.
    """

    name: str
    kind: str
    category: str
    preferred: bool = False
    width: int | None = None
    collatable: bool = False
    element: str | None = None
    array: str | None = None
    subtype: str | None = None
    base: str | None = None
    reads: str = "immutable"
    writes: str = "immutable"
    extension: str | None = None


class UserType(NamedTuple):
    """A type that the database defines. `kind`: `enum`, `domain`, `composite` or `range`.

    `base` is a domain's underlying type or a range's subtype; `fields` are a composite's, name to type.
    """

    kind: str
    base: str | None = None
    fields: Mapping[str, str] = {}


KINDS = {"b": "base", "d": "domain", "r": "range", "m": "multirange", "p": "pseudo"}
VOLATILITY = {"i": "immutable", "s": "stable", "v": "volatile"}
CATEGORIES = {"enum": "E", "composite": "C", "range": "R"}


def parsed(fields: list[str]) -> Type:
    name, kind, category, preferred, length, collatable, element, array, over, reads, writes, extension = fields
    domain = kind == "d"
    return Type(
        name, "array" if element else KINDS[kind], category, bool(preferred), int(length) if int(length) > 0 else None,
        bool(collatable), element or None, array or None, None if domain else over or None, over if domain else None,
        VOLATILITY.get(reads, "volatile"), VOLATILITY.get(writes, "volatile"), extension or None,
    )


@cache
def builtin(name: str, major: int) -> Type | None:
    """A type of PostgreSQL or of one of its own extensions."""
    return next((parsed(fields) for fields in tables.rows("types", name, major)), None)


class Types:
    """The types that one database has: PostgreSQL's, those of its extensions, and its own.

    A type of its own hides one of the same name from an extension, but never a built-in one.
    """

    def __init__(self, major: int, extensions: Iterable[str] = (), own: Mapping[str, UserType] | None = None) -> None:
        self.major = tables.nearest(major)
        self.extensions = frozenset(extensions)
        self.own = dict(own or {})
        self.made: dict[str, Type | None] = {}
        #: What `overloads` has chosen before; a schema asks the same few questions thousands of times.
        self.calls: dict[tuple, Any] = {}
        #: What it has found of two types, for the same reason.
        self.coercible: dict[tuple[str, str], bool] = {}

    def get(self, name: str) -> Type | None:
        """The type of that internal name, or None when it is unknown here."""
        if name not in self.made:
            self.made[name] = self.find(name)
        return self.made[name]

    def find(self, name: str) -> Type | None:
        known = builtin(name, self.major)
        if known and (not known.extension or name not in self.own):
            return known
        if own := self.own.get(name):
            return self.define(name, own)
        bare = name.rpartition(".")[2]
        for element in self.own if bare.startswith("_") else ():
            if array_of(element) == name and (held := self.get(element)):
                return Type(name, "array", "A", collatable=held.collatable, element=element, reads="stable", writes="stable")
        return None

    def define(self, name: str, own: UserType) -> Type | None:
        array = array_of(name)
        if own.kind == "domain":
            base = self.get(own.base) if own.base else None
            # The category is copied from the base type, the preference is not.
            return base and base._replace(name=name, kind="domain", preferred=False, base=base.name, array=array, element=None, extension=None)
        subtype = own.base if own.kind == "range" else None
        width = 4 if own.kind == "enum" else None
        return Type(name, own.kind, CATEGORIES[own.kind], width=width, array=array, subtype=subtype, reads="stable", writes="stable")

    def base(self, name: str) -> str:
        """`name`, or what lies under it when it is a domain, all the way down."""
        while (known := self.get(name)) and known.base:
            name = known.base
        return name

    def category(self, name: str) -> str | None:
        return known.category if (known := self.get(name)) else None

    def element(self, name: str) -> str | None:
        """What an array holds; None for all others."""
        return known.element if (known := self.get(name)) else None

    def array(self, name: str) -> str | None:
        return known.array if (known := self.get(name)) else None

    def preferred(self, name: str) -> bool:
        return bool((known := self.get(name)) and known.preferred)

    def kind(self, name: str) -> str | None:
        return known.kind if (known := self.get(name)) else None


@cache
def of(major: int) -> Types:
    """The types of a database that defines none of its own."""
    return Types(major)
