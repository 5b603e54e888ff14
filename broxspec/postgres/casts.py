"""How a value of one type becomes one of another: the rules of PostgreSQL's parser over its `pg_cast`."""

from __future__ import annotations

from functools import cache
from typing import NamedTuple

from broxspec.postgres import tables
from broxspec.postgres.types import VOLATILITY, Types

CONTEXTS = {"i": "implicit", "a": "assignment", "e": "explicit"}
METHODS = {"f": "function", "b": "binary", "i": "text"}
RANK = {"implicit": 0, "assignment": 1, "explicit": 2}
ORDER = ("immutable", "stable", "volatile")


class Cast(NamedTuple):
    """One row of `pg_cast`. `context` is the least explicit place that uses it."""

    source: str
    target: str
    context: str
    #: `function`, `binary` (the same bytes) or `text` (out to text and in again).
    method: str
    #: Of the function; immutable where there is none.
    volatility: str
    extension: str | None


class Pathway(NamedTuple):
    """How a conversion is done (`none`, `binary`, `function`, `text`, `array`) and how volatile it is."""

    method: str
    volatility: str


SAME = Pathway("none", "immutable")


def worst(*volatilities: str) -> str:
    """The least stable of several."""
    return max(volatilities, key=ORDER.index, default="immutable")


@cache
def table(major: int) -> dict[tuple[str, str], Cast]:
    """All casts of PostgreSQL and of its own extensions, by source and target."""
    rows = (
        Cast(source, target, CONTEXTS[context], METHODS[method], VOLATILITY.get(volatility, "immutable"), extension or None)
        for source, target, context, method, volatility, extension in tables.all_rows("casts", major)
    )
    return {(cast.source, cast.target): cast for cast in rows}


def get(source: str, target: str, types: Types) -> Cast | None:
    """The cast from `source` to `target` that the database has. Casts that a user creates are not known."""
    cast = table(types.major).get((source, target))
    return cast if cast and (not cast.extension or cast.extension in types.extensions) else None


def through_text(source: str, target: str, types: Types) -> Pathway | None:
    written, read = types.get(source), types.get(target)
    return Pathway("text", worst(written.writes, read.reads)) if written and read else None


def pathway(source: str, target: str, context: str, types: Types) -> Pathway | None:
    """How `source` becomes `target` in `context` (`implicit`, `assignment` or `explicit`), or None when it can't.

    Follows `find_coercion_pathway`: domains stand for their base, a row of `pg_cast` counts if the context is explicit
    enough, arrays convert element by element, and strings convert from anything on assignment, to anything explicitly.
    """
    source, target = types.base(source), types.base(target)
    if source == target:
        return SAME
    if cast := get(source, target, types):
        if RANK[context] < RANK[cast.context]:
            return None
        return through_text(source, target, types) if cast.method == "text" else Pathway(cast.method, cast.volatility)
    held, wanted = types.element(source), types.element(target)
    # The two vector types are arrays to read from, but nothing converts to them by element.
    if held and wanted and target not in ("oidvector", "int2vector") and (each := pathway(held, wanted, context, types)):
        return Pathway("array", each.volatility) if each.method != "none" else Pathway("binary", "immutable")
    if context != "implicit" and types.category(target) == "S" or context == "explicit" and types.category(source) == "S":
        return through_text(source, target, types)
    return None


def binary_coercible(source: str, target: str, types: Types) -> bool:
    """Whether an index or operator for `target` can take `source` as it is (`IsBinaryCoercible`)."""
    if source == target or target in ("any", "anyelement", "anycompatible"):
        return True
    source = types.base(source)
    if source == target:
        return True
    kind = types.kind(source)
    if target in POLYMORPHIC_KINDS:
        return kind == POLYMORPHIC_KINDS[target]
    if target in ("anynonarray", "anycompatiblenonarray"):
        return kind is not None and kind != "array"
    if target == "_record":
        return kind == "array" and types.kind(types.element(source) or "") == "composite"
    cast = get(source, target, types)
    return bool(cast and cast.method == "binary" and cast.context == "implicit")


POLYMORPHIC_KINDS = {
    "anyarray": "array", "anycompatiblearray": "array", "anyenum": "enum", "anyrange": "range", "anycompatiblerange": "range",
    "anymultirange": "multirange", "anycompatiblemultirange": "multirange", "record": "composite",
}  # fmt: skip
