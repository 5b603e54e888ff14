"""Which overload of a function or operator PostgreSQL takes for given argument types.

Follows the manual's chapter on type conversion, as the parser does it (`func_get_detail`, `oper`,
`func_select_candidate`). Argument types are internal names; `unknown` is an untyped literal.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

from broxspec.postgres import casts
from broxspec.postgres.functions import Function, Operator, functions, operators
from broxspec.postgres.polymorphism import POLYMORPHIC, UNKNOWN, bind
from broxspec.postgres.types import Types


class Candidate(NamedTuple):
    """An overload with as many `arguments` as the call has."""

    of: Function | Operator
    arguments: tuple[str, ...]


class Call(NamedTuple):
    """The overload taken, the types that the arguments are converted to, and the result's type (None: can't be told)."""

    of: Function | Operator
    arguments: tuple[str, ...]
    result: str | None


def coercible(source: str, target: str, types: Types) -> bool:
    if (source, target) not in types.coercible:
        types.coercible[source, target] = _converts(source, target, types)
    return types.coercible[source, target]


def _converts(source: str, target: str, types: Types) -> bool:
    if source == target or target in ("any", UNKNOWN) or target in POLYMORPHIC or source == UNKNOWN:
        return True
    if target == "record" and types.kind(source) == "composite":
        return True
    return casts.pathway(source, target, "implicit", types) is not None


def fits(candidate: Candidate, actual: Sequence[str], types: Types) -> bool:
    return all(coercible(have, want, types) for have, want in zip(actual, candidate.arguments)) and (
        bind(candidate.arguments, actual, types) is not None
    )


def select(candidates: list[Candidate], actual: Sequence[str], types: Types) -> Candidate | None:
    """The best of several that fit; None when there is no single one (`func_select_candidate`)."""
    bases = [have if have == UNKNOWN else types.base(have) for have in actual]
    categories = [types.category(base) for base in bases]

    def exact(want: str, at: int) -> bool:
        return bases[at] != UNKNOWN and want == bases[at]

    def preferred(want: str, at: int) -> bool:
        return bases[at] != UNKNOWN and (want == bases[at] or types.category(want) == categories[at] and types.preferred(want))

    for good in (exact, preferred):
        candidates = most(candidates, good)
        if len(candidates) == 1:
            return candidates[0]
    if UNKNOWN not in bases:
        return None
    candidates = by_category(candidates, bases, types)
    if len(candidates) == 1:
        return candidates[0]
    known = {base for base in bases if base != UNKNOWN}
    if len(known) == 1:
        assumed = [known.pop()] * len(bases)
        matching = [candidate for candidate in candidates if fits(candidate, assumed, types)]
        if len(matching) == 1:
            return matching[0]
    return None


def most(candidates: list[Candidate], good: Callable[[str, int], bool]) -> list[Candidate]:
    """The candidates with the most arguments that are `good`."""
    scores = [sum(good(want, at) for at, want in enumerate(candidate.arguments)) for candidate in candidates]
    return [candidate for candidate, score in zip(candidates, scores) if score == max(scores)]


def by_category(candidates: list[Candidate], bases: list[str], types: Types) -> list[Candidate]:
    """Narrow by the category that untyped literals most likely have: strings win, conflicts decide nothing."""
    slots = [at for at, base in enumerate(bases) if base == UNKNOWN]
    wanted: dict[int, tuple[str | None, bool]] = {}
    for at in slots:
        category, has_preferred, conflict = None, False, False
        for candidate in candidates:
            name = candidate.arguments[at]
            its = types.category(name)
            if category is None:
                category, has_preferred = its, types.preferred(name)
            elif its == category:
                has_preferred = has_preferred or types.preferred(name)
            elif its == "S":
                category, has_preferred = its, types.preferred(name)
            else:
                conflict = True
        if conflict and category != "S":
            return candidates
        wanted[at] = (category, has_preferred)

    def keep(candidate: Candidate) -> bool:
        return all(
            types.category(candidate.arguments[at]) == category and (not has_preferred or types.preferred(candidate.arguments[at]))
            for at, (category, has_preferred) in wanted.items()
        )

    return [candidate for candidate in candidates if keep(candidate)] or candidates


def chosen(candidate: Candidate, actual: Sequence[str], types: Types) -> Call:
    bound = bind(candidate.arguments, actual, types) or {}
    result = bound.get(candidate.of.result, None if candidate.of.result in POLYMORPHIC else candidate.of.result)
    return Call(candidate.of, tuple(bound.get(want, want) for want in candidate.arguments), result)


def choose(candidates: list[Candidate], actual: Sequence[str], types: Types) -> Call | None:
    for candidate in candidates:
        if candidate.arguments == tuple(actual) and fits(candidate, actual, types):
            return chosen(candidate, actual, types)
    fitting = [candidate for candidate in candidates if fits(candidate, actual, types)]
    best = fitting[0] if len(fitting) == 1 else select(fitting, actual, types) if fitting else None
    return chosen(best, actual, types) if best else None


def candidates_of(name: str, count: int, spread: bool, types: Types) -> list[Candidate]:
    """The overloads of function `name` for `count` arguments. `spread` lets a variadic array take them one by one.

    Of two with the same arguments the one that is not variadic wins, then the one with fewer defaults.
    """
    found: dict[tuple[str, ...], tuple[tuple[bool, int], Candidate]] = {}
    for one in functions(name, types):
        for arguments, variadic in shapes(one, count, spread, types):
            rank = (variadic, one.defaults)
            if arguments not in found or rank < found[arguments][0]:
                found[arguments] = (rank, Candidate(one, arguments))
    return [candidate for _, candidate in found.values()]


def shapes(one: Function, count: int, spread: bool, types: Types) -> list[tuple[tuple[str, ...], bool]]:
    total = len(one.arguments)
    if one.variadic and spread and count >= total:
        last = one.arguments[-1]
        each = {"anyarray": "anyelement", "anycompatiblearray": "anycompatible", "any": "any"}.get(last) or types.element(last)
        return [((*one.arguments[:-1], *[each or last] * (count - total + 1)), True)]
    if total - one.defaults <= count <= total and not (one.variadic and spread and one.arguments[-1] == "any"):
        return [(one.arguments[:count], False)]
    return []


def function(name: str, actual: Sequence[str], types: Types, spread: bool = True) -> Call | None:
    """The function that a call of `name` means, or None when there is none or no single best one."""
    question = (name, spread, *actual)
    if question not in types.calls:
        types.calls[question] = choose(candidates_of(name, len(actual), spread, types), actual, types)
    return types.calls[question]


def operator(name: str, actual: Sequence[str], types: Types) -> Call | None:
    """The operator that `name` means between operands of the `actual` types (one for a prefix operator)."""
    question = (name, None, *actual)
    if question not in types.calls:
        types.calls[question] = find_operator(name, actual, types)
    return types.calls[question]


def find_operator(name: str, actual: Sequence[str], types: Types) -> Call | None:
    candidates = [Candidate(one, one.arguments) for one in operators(name, len(actual), types)]
    if len(actual) == 2 and UNKNOWN in actual and tuple(actual) != (UNKNOWN, UNKNOWN):
        # An untyped operand is first taken to be of the other one's type.
        other = actual[0] if actual[1] == UNKNOWN else actual[1]
        for same in dict.fromkeys((other, types.base(other))):
            for candidate in candidates:
                if candidate.arguments == (same, same):
                    return chosen(candidate, (same, same), types)
    return choose(candidates, actual, types)
