"""What is known of an SQL expression's value while it is judged, and how a conversion changes that."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from broxspec.postgres import casts
from broxspec.postgres.polymorphism import UNKNOWN
from broxspec.postgres.types import Types


class Cause(NamedTuple):
    """What makes an expression less than immutable, or is not allowed in it; `location` is the parser's (bytes, -1 unknown)."""

    what: str
    location: int


class Literal(NamedTuple):
    """An untyped literal and the type that the context gave it."""

    value: str
    type: str
    location: int


class Value(NamedTuple):
    """`type` is None where it can't be told, `volatility` None where it can't (but never where something is known to
    be stable or volatile).

    `constant` says what the planner can fold: `no`; `null`, `true`, `false`; `some` for another value than null;
    `maybe` for what is perhaps a constant, or is one of unknown value. `literal` is the text of an untyped string.
    `columns` tells whether a column is in it.
    """

    type: str | None
    volatility: str | None = "immutable"
    because: Cause | None = None
    constant: str = "no"
    literal: tuple[str, int] | None = None
    columns: bool = False


#: Something of which nothing can be said.
NOTHING = Value(None, None, constant="maybe", columns=True)


def worst(parts: Iterable[Value]) -> tuple[str | None, Cause | None]:
    """The least stable volatility of several values and its cause. What is unknown yields to what is known to be bad."""
    parts = list(parts)
    for bad in ("volatile", "stable"):
        for part in parts:
            if part.volatility == bad:
                return bad, part.because
    return (None if any(part.volatility is None for part in parts) else "immutable"), None


def together(type_name: str | None, parts: Iterable[Value], constant: str | None = None) -> Value:
    """A value that is computed, immutably, from `parts`."""
    parts = list(parts)
    volatility, because = worst(parts)
    if constant is None:
        constant = "no" if any(part.constant == "no" for part in parts) else "maybe"
    return Value(type_name, volatility, because, constant, columns=any(part.columns for part in parts))


def doubtful(part: Value) -> Value:
    """`part` where the planner may or may not leave it out: only what is immutable either way is certain."""
    return part if part.volatility == "immutable" else part._replace(volatility=None, because=None)


def less_stable(value: Value, volatility: str, because: Cause) -> Value:
    """`value` after something of `volatility` was done with it."""
    if volatility == "immutable":
        return value
    if value.volatility == "volatile" or value.volatility == volatility:
        return value
    return value._replace(volatility=volatility, because=because, constant="no")


def convert(value: Value, target: str | None, context: str, location: int, types: Types, literals: list[Literal]) -> Value:
    """`value` as a `target`, in the `context` of `casts.pathway`. A conversion that does not exist gives an unknown value."""
    if target is None or types.get(target) is None and target != UNKNOWN:
        return value._replace(type=None, volatility=value.volatility if value.volatility != "immutable" else None, constant="maybe")
    if value.type is None:
        # A conversion from an unknown type may be of any volatility.
        return value._replace(type=target, volatility=None if value.volatility == "immutable" else value.volatility)
    if value.type == target or target == "any":
        return value
    domain = types.kind(target) == "domain"
    if target == "record" and types.kind(types.base(value.type)) == "composite":
        return value._replace(type=target, constant=value.constant if value.constant in ("no", "null") else "maybe")
    if value.type == UNKNOWN:
        # The parser reads an untyped literal at once, whatever the volatility of the type's input function.
        if value.literal:
            literals.append(Literal(value.literal[0], target, value.literal[1]))
        constant = "maybe" if domain else as_boolean(value) if target == "bool" and value.constant == "some" else value.constant
        return value._replace(type=target, constant=constant, literal=None)
    pathway = casts.pathway(value.type, target, context, types)
    if pathway is None:
        return NOTHING
    return converted(value, target, pathway, domain, location)


def converted(value: Value, target: str, pathway: casts.Pathway, domain: bool, location: int) -> Value:
    if value.constant == "null" and not domain:
        return value._replace(type=target)
    # A cast makes no null of another value, but for the null that a jsonb can hold.
    kept = "maybe" if value.constant != "no" and (domain or value.type == "jsonb" or target == "bool") else value.constant
    made = value._replace(type=target, constant=kept)
    if pathway.volatility != "immutable" and value.constant == "maybe":
        return made._replace(volatility=None)
    return less_stable(made, pathway.volatility, Cause(f"the cast from `{value.type}` to `{target}`", location))


TRUTHS = {"t": "true", "true": "true", "y": "true", "yes": "true", "on": "true", "1": "true"}


def as_boolean(value: Value) -> str:
    text = value.literal[0].strip().lower() if value.literal else ""
    return TRUTHS.get(text) or ("false" if text in ("f", "false", "n", "no", "off", "0") else "maybe")
