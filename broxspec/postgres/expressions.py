"""The type and the volatility of an SQL expression over one table, without a server.

An index, a generated column and a partition key take immutable expressions only. PostgreSQL decides that after its
planner has folded constants and put the bodies of SQL functions in place; so does `judge`. Where a type or an
overload can't be told it says nothing (None), and the real server decides.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from broxspec.postgres.types import Types
from broxspec.postgres.values import Cause, Literal, Value

Node = dict[str, Any]


class Judged(NamedTuple):
    """What is known of an expression.

    `type`: internal name, `unknown` for an untyped literal, or None. `volatility`: `immutable`, `stable`, `volatile`, or
    None. `because`: what makes it stable or volatile. `forbidden`: what no index expression may hold (a subquery, an
    aggregate, a window function, a function that returns a set). `literals`: the untyped literals with the
    types that they are read as, in the order met.
    """

    type: str | None
    volatility: str | None
    because: Cause | None = None
    forbidden: Cause | None = None
    literals: tuple[Literal, ...] = ()


class Forbidden(Exception):
    """Raised inside the walk at something that an index expression can't hold."""

    def __init__(self, what: str, location: int) -> None:
        super().__init__(what)
        self.cause = Cause(what, location)


class Scope(NamedTuple):
    """What names mean: the columns of the table with their types (None: unknown), the types, and the functions of the
    database's own by name, each with its volatility (None: unknown, also for SQL functions, which may be inlined)."""

    columns: Mapping[str, str | None]
    types: Types
    functions: Mapping[str, str | None] = {}
    table: str | None = None


def judge(node: Node, scope: Scope, predicate: bool = False) -> Judged:
    """Judge an expression, a node as `parse_sql_json` gives it. A `predicate` is converted to boolean at the end."""
    from broxspec.postgres.walk import Walk

    walk = Walk(scope)
    try:
        value = walk.boolean(node) if predicate else walk.value(node)
    except Forbidden as found:
        return Judged(None, None, None, found.cause, tuple(walk.literals))
    except RecursionError:
        # Thousands of levels deep: the parser can read that, we need not.
        return Judged(None, None)
    return Judged(value.type, value.volatility, value.because, None, tuple(walk.literals))


__all__ = ["Cause", "Forbidden", "Judged", "Literal", "Scope", "Value", "judge"]
