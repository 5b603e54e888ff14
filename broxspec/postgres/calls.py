"""Calls of functions and operators in an expression: the overload, its volatility, what the planner makes of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from broxspec.postgres import casts, overloads
from broxspec.postgres.expressions import Forbidden, Node
from broxspec.postgres.functions import Function, Operator, functions, operators
from broxspec.postgres.polymorphism import UNKNOWN
from broxspec.postgres.values import NOTHING, Cause, Value, doubtful, less_stable, together, worst

if TYPE_CHECKING:
    from broxspec.postgres.walk import Walk

#: Functions in SQL whose body is as volatile as the conversion of this argument to text; the planner puts the body in their place.
TEXT_OF = {("textanycat", 1), ("anytextcat", 0), ("quote_literal", 0), ("quote_nullable", 0)}


def function_call(walk: Walk, node: Node) -> Value:
    """The value of a function call."""
    names = [part["String"]["sval"] for part in node["funcname"]]
    at, name = node.get("location", -1), names[-1]
    if node.get("over"):
        raise Forbidden(f"the window function `{name}`", at)
    if node.get("agg_star") or node.get("agg_filter") or node.get("agg_order") or node.get("agg_within_group"):
        raise Forbidden(f"the aggregate `{name}`", at)
    arguments = node.get("args", [])
    values = walk.values(arguments)
    own = own_volatility(walk, names)
    if own is not MISSING:
        return own_call(name, own, values, at)
    if name == "extract" and names[0] == "pg_catalog" and walk.types.major < 14:
        name = "date_part"
    candidates = functions(name, walk.types)
    if not candidates and not (len(values) == 1 and names[0] in (name, "pg_catalog")):
        return unresolved(values)
    refuse(candidates, at)
    if any("NamedArgExpr" in argument for argument in arguments) or any(value.type is None for value in values):
        return guessed(candidates, values, at)
    actual = [value.type for value in values]
    call = overloads.function(name, actual, walk.types, spread=not node.get("func_variadic"))  # type: ignore[arg-type]
    if len(values) == 1 and (call is None or call.arguments != tuple(actual)) and (cast := as_cast(walk, name, values[0], at)):
        return cast
    return called(walk, call, values, at) if call else unresolved(values)


MISSING = "missing"


def own_volatility(walk: Walk, names: list[str]) -> str | None:
    """The volatility of a function that the database defines, None when unknown, MISSING when it defines none."""
    own = walk.scope.functions
    for name in (".".join(names), names[-1]):
        if name in own and names[0] != "pg_catalog":
            # Beside a built-in of the same name only the argument types decide, and those of its own are not known.
            return own[name] if not functions(names[-1], walk.types) else None
    return MISSING


def own_call(name: str, volatility: str | None, values: list[Value], at: int) -> Value:
    made = together(None, values, "maybe" if all(value.constant != "no" for value in values) else "no")
    if volatility is None or any(value.constant in ("null", "maybe") for value in values) and volatility != "immutable":
        return made._replace(volatility=worst([*values, NOTHING])[0])
    return less_stable(made, volatility, Cause(f"`{name}()`", at))


def refuse(candidates: tuple[Function, ...], at: int) -> None:
    if candidates and all(one.kind != "function" or one.returns_set for one in candidates):
        one = candidates[0]
        raise Forbidden(f"the {one.kind} `{one.name}`" if one.kind != "function" else f"`{one.name}()`, which returns a set", at)


def as_cast(walk: Walk, name: str, value: Value, at: int) -> Value | None:
    """`type(value)` is a cast where the type converts without a function of its own."""
    if walk.types.get(name) is None:
        return None
    if value.type == UNKNOWN:
        return walk.convert(value, name, "explicit", at)
    pathway = casts.pathway(value.type or "", name, "explicit", walk.types)
    return walk.convert(value, name, "explicit", at) if pathway and pathway.method in ("none", "binary", "text") else None


def unresolved(values: list[Value]) -> Value:
    if any(value.constant in ("null", "maybe") for value in values):
        values = [doubtful(value) for value in values]
    volatility, because = worst([*values, NOTHING])
    # A call on columns is no constant, whatever it calls.
    constant = "no" if any(value.constant == "no" for value in values) else "maybe"
    return Value(None, volatility, because, constant, columns=True)


def guessed(candidates: tuple[Function | Operator, ...], values: list[Value], at: int) -> Value:
    """A call whose overload is not known: what all that it may be have in common."""
    if not candidates or any(value.constant in ("null", "maybe") for value in values):
        return unresolved(values)
    results = {one.result for one in candidates}
    made = together(results.pop() if len(results) == 1 else None, values)
    made = made._replace(type=None if made.type and made.type.startswith("any") else made.type)
    volatilities = {one.volatility for one in candidates}
    if len(volatilities) > 1 or any(isinstance(one, Function) and (one.inlined or one.returns_set) for one in candidates):
        return made._replace(volatility=worst([*values, NOTHING])[0])
    # The conversions of the arguments are not known either, and may be less than immutable.
    doubtful = made._replace(volatility=None) if made.volatility == "immutable" else made
    return less_stable(doubtful, volatilities.pop(), Cause(f"`{candidates[0].name}`", at))


def called(walk: Walk, call: overloads.Call, values: list[Value], at: int) -> Value:
    """The value of a resolved call, after what the planner folds."""
    one = call.of
    if isinstance(one, Function) and (one.kind != "function" or one.returns_set):
        refuse((one,), at)
    arguments = [walk.convert(value, want, "implicit", at) for value, want in zip(values, call.arguments)]
    # A row of columns named only at run time is never folded.
    if one.strict and one.result != "record" and any(argument.constant == "null" for argument in arguments):
        return Value(call.result, constant="null")
    made = together(call.result, arguments, "no" if one.result == "record" else None)
    volatility = after_inlining(walk, one, call) if not isinstance(one, Function) or one.inlined else one.volatility
    made = less_stable(made, volatility, Cause(described(one, call), at))
    # Null among the arguments would fold the call away.
    foldable = one.strict and one.result != "record" and any(argument.constant == "maybe" for argument in arguments)
    return doubtful(made)._replace(constant="maybe") if foldable else made


def after_inlining(walk: Walk, one: Function | Operator, call: overloads.Call) -> str:
    function = one.function if isinstance(one, Operator) else one.name
    for name, position in TEXT_OF:
        if function == name and position < len(call.arguments) and (len(call.arguments) == 2 or call.of.arguments == ("anyelement",)):
            known = walk.types.get(call.arguments[position])
            return casts.worst(known.writes) if known else one.volatility
    return one.volatility


def described(one: Function | Operator, call: overloads.Call) -> str:
    if isinstance(one, Function):
        return f"`{one.name}({', '.join(call.arguments)})`"
    return f"`{' '.join([*call.arguments[:-1], one.name, call.arguments[-1]])}`"


def operator_call(walk: Walk, name: str, operands: list[Value], at: int) -> Value:
    """The value of an operator between one or two operands."""
    if any(operand.type is None for operand in operands):
        return guessed(possible(walk, name, operands), operands, at)
    call = overloads.operator(name, [operand.type for operand in operands], walk.types)  # type: ignore[misc]
    return called(walk, call, operands, at) if call else unresolved(operands)


def possible(walk: Walk, name: str, operands: list[Value]) -> tuple[Operator, ...]:
    """The overloads that the operands of known type allow."""
    return tuple(
        one
        for one in operators(name, len(operands), walk.types)
        if all(operand.type is None or overloads.coercible(operand.type, want, walk.types) for operand, want in zip(operands, one.arguments))
    )
