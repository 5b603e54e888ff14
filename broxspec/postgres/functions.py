"""Functions and operators: signatures and volatility, from `pg_proc` and `pg_operator`."""

from __future__ import annotations

from functools import cache
from typing import NamedTuple

from broxspec.postgres import tables
from broxspec.postgres.types import VOLATILITY, Types

KINDS = {"f": "function", "a": "aggregate", "w": "window function"}


class Function(NamedTuple):
    """One overload. `kind`: `function`, `aggregate` or `window function`. `defaults` counts the arguments that may be
    left out at the end; `variadic` means that the last argument, an array, takes any number. `strict`: null in, null
    out. `inlined`: written in SQL, so that the planner may put its body in its place before volatility is looked at."""

    name: str
    arguments: tuple[str, ...]
    result: str
    kind: str
    volatility: str
    strict: bool
    returns_set: bool
    inlined: bool
    variadic: bool
    defaults: int
    extension: str | None


class Operator(NamedTuple):
    """One overload; `left` is None for a prefix operator. Volatility and strictness are those of its `function`."""

    name: str
    left: str | None
    right: str
    result: str
    function: str
    volatility: str
    strict: bool
    commutator: str | None
    negator: str | None
    extension: str | None

    @property
    def arguments(self) -> tuple[str, ...]:
        return (self.left, self.right) if self.left else (self.right,)


def function_of(row: list[str]) -> Function:
    name, arguments, result, flags, extension = row
    more = flags[2:]
    return Function(
        name, tuple(arguments.split()), result, KINDS[flags[0]], VOLATILITY[flags[1]], "s" in more, "r" in more, "q" in more,
        "v" in more, int(more.lstrip("srqv") or 0), extension or None,
    )


def operator_of(row: list[str]) -> Operator:
    name, left, right, result, function, flags, commutator, negator, extension = row
    return Operator(
        name, left or None, right, result, function, VOLATILITY[flags[0]], "s" in flags[1:], commutator or None, negator or None,
        extension or None,
    )


@cache
def every_function(name: str, major: int) -> tuple[Function, ...]:
    """All overloads of `name` in PostgreSQL `major` and in its own extensions."""
    return tuple(function_of(row) for row in tables.rows("functions", name, major))


@cache
def every_operator(name: str, major: int) -> tuple[Operator, ...]:
    """All overloads of operator `name` in PostgreSQL `major` and in its own extensions."""
    return tuple(operator_of(row) for row in tables.rows("operators", name, major))


def functions(name: str, types: Types) -> tuple[Function, ...]:
    """The overloads of `name` that the database has; its own functions are not known here."""
    return tuple(one for one in every_function(name, types.major) if not one.extension or one.extension in types.extensions)


def operators(name: str, arity: int, types: Types) -> tuple[Operator, ...]:
    """The overloads of operator `name` with `arity` operands that the database has."""
    return tuple(
        one
        for one in every_operator(name, types.major)
        if len(one.arguments) == arity and (not one.extension or one.extension in types.extensions)
    )
