"""Polymorphic arguments: what `anyelement`, `anyarray`, `anycompatible` … stand for in a call."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

from broxspec.postgres import casts
from broxspec.postgres.types import Types

UNKNOWN = "unknown"
SIMPLE = {"anyelement", "anynonarray", "anyenum", "anyarray", "anyrange", "anymultirange"}
COMPATIBLE = {"anycompatible", "anycompatiblenonarray", "anycompatiblearray", "anycompatiblerange", "anycompatiblemultirange"}
POLYMORPHIC = SIMPLE | COMPATIBLE


def common_type(names: Sequence[str], types: Types) -> str | None:
    """The type of a CASE, COALESCE, ARRAY[…], IN …, from those of its parts, or None when they don't fit together.

    `select_common_type`: all the same is that type; else the first known one, widened to a later one of the same
    category if it converts to it implicitly and not back; all unknown is text.
    """
    if names[0] != UNKNOWN and all(name == names[0] for name in names):
        return names[0]
    chosen = types.base(names[0])
    for name in map(types.base, names[1:]):
        if name in (UNKNOWN, chosen):
            continue
        if chosen == UNKNOWN:
            chosen = name
        elif types.category(name) != types.category(chosen):
            return None
        elif not types.preferred(chosen) and implicit(chosen, name, types) and not implicit(name, chosen, types):
            chosen = name
    return "text" if chosen == UNKNOWN else chosen


def implicit(source: str, target: str, types: Types) -> bool:
    return source == UNKNOWN or casts.pathway(source, target, "implicit", types) is not None


def range_with(subtype: str | None, kind: str, types: Types) -> str | None:
    """The range over `subtype`, if there is just one."""
    own = [name for name, one in types.own.items() if one.kind == "range" == kind and one.base == subtype]
    found = own + [name for name, over in builtin_ranges(kind, types.major) if over == subtype]
    return found[0] if len(found) == 1 else None


@cache
def builtin_ranges(kind: str, major: int) -> list[tuple[str, str]]:
    """PostgreSQL's own ranges or multiranges, each with what it ranges over."""
    from broxspec.postgres import tables

    letter = "m" if kind == "multirange" else "r"
    return [(row[0], row[8]) for row in tables.all_rows("types", major) if row[1] == letter]


def bind(declared: Sequence[str], actual: Sequence[str], types: Types) -> dict[str, str] | None:
    """What each polymorphic type in `declared` is in a call with `actual` types, or None when they contradict each other."""
    if not POLYMORPHIC.intersection(declared):
        return {}
    bound: dict[str, str] = {}
    pairs = [(want, types.base(have) if want not in ("anyelement", "anycompatible") else have) for want, have in zip(declared, actual)]
    pairs = [(want, have) for want, have in pairs if want in POLYMORPHIC and have != UNKNOWN]
    simple = bind_simple([pair for pair in pairs if pair[0] in SIMPLE], types)
    if simple is None:
        return None
    bound.update(simple)
    if COMPATIBLE.intersection(declared):
        compatible = bind_compatible([pair for pair in pairs if pair[0] in COMPATIBLE], types)
        if compatible is None:
            return None
        bound.update(compatible)
    return bound


def bind_simple(pairs: list[tuple[str, str]], types: Types) -> dict[str, str] | None:
    elements: set[str] = set()
    bound: dict[str, str] = {}
    for want, have in pairs:
        known = types.get(have)
        if known is None:
            return None
        if want in ("anyelement", "anynonarray", "anyenum"):
            elements.add(have)
            continue
        if known.kind != want[3:] or bound.setdefault(want, have) != have:
            return None
        elements.add(known.element or known.subtype or "")
    if len(elements) > 1:
        return None
    if not elements:
        return bound
    element = elements.pop()
    if any(want == "anynonarray" for want, _ in pairs) and types.kind(element) == "array":
        return None
    if any(want == "anyenum" for want, _ in pairs) and types.kind(element) != "enum":
        return None
    return around(bound, element, "", types)


def bind_compatible(pairs: list[tuple[str, str]], types: Types) -> dict[str, str] | None:
    parts: list[str] = []
    bound: dict[str, str] = {}
    for want, have in pairs:
        known = types.get(have)
        if known is None:
            return None
        if want in ("anycompatible", "anycompatiblenonarray"):
            parts.append(have)
            continue
        if known.kind != want[len("anycompatible") :]:
            return None
        if known.kind != "array" and bound.setdefault(want, have) != have:
            return None
        parts.append(known.element or known.subtype or "")
    common = common_type(parts, types) if parts else "text"
    if common is None or not all(implicit(part, common, types) for part in parts):
        return None
    if any(want == "anycompatiblenonarray" for want, _ in pairs) and types.kind(common) == "array":
        return None
    return around(bound, common, "compatible", types)


def around(bound: dict[str, str], element: str, family: str, types: Types) -> dict[str, str]:
    """`bound` with all that follows from the element's type."""
    for name in ("anyelement", "anynonarray", "anyenum") if not family else ("anycompatible", "anycompatiblenonarray"):
        bound[name] = element
    if array := types.array(element):
        bound.setdefault(f"any{family}array", array)
    for kind in ("range", "multirange"):
        if f"any{family}{kind}" not in bound and (made := range_with(element, kind, types)):
            bound[f"any{family}{kind}"] = made
    return bound
