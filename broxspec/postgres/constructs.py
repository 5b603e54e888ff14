"""SQL's own constructs in an expression: CASE, COALESCE, IN, ANY, ARRAY[…], AND and OR, with what the planner folds."""

from __future__ import annotations

from typing import TYPE_CHECKING

from broxspec.postgres import calls
from broxspec.postgres.expressions import Node
from broxspec.postgres.polymorphism import UNKNOWN
from broxspec.postgres.spelling import array_of
from broxspec.postgres.values import NOTHING, Value, doubtful, together

if TYPE_CHECKING:
    from broxspec.postgres.walk import Walk


def conjunction(parts: list[Value], decided_by: str) -> Value:
    """AND (`decided_by` false) or OR (true): one constant part may decide, and all others are then left out."""
    if any(part.constant == decided_by for part in parts):
        return Value("bool", constant=decided_by)
    if any(part.constant == "maybe" for part in parts):
        parts = [doubtful(part) for part in parts]
    constants = {part.constant for part in parts}
    return together("bool", parts, constants.pop() if len(constants) == 1 and constants != {"some"} else None)


def case(walk: Walk, node: Node) -> Value:
    """A branch that can't be reached is left out before volatility is looked at."""
    subject = walk.value(node["arg"]) if "arg" in node else None
    if subject and subject.type == UNKNOWN:
        subject = walk.convert(subject, "text")
    whens = [when["CaseWhen"] for when in node["args"]]
    conditions = [condition(walk, when["expr"], subject) for when in whens]
    results = walk.values([when["result"] for when in whens])
    default = walk.value(node["defresult"]) if "defresult" in node else Value(UNKNOWN, constant="null")
    # The parser looks at the default first when it chooses the type.
    common = walk.common([default, *results])
    parts: list[Value] = []
    certain = True
    for test, result in [*zip(conditions, results), (Value("bool", constant="true"), default)]:
        if test.constant in ("false", "null"):
            continue
        if test.constant == "maybe":
            certain = False
        here = [test, walk.convert(result, common)]
        parts += here if certain else map(doubtful, here)
        if test.constant == "true":
            break
    if len(parts) == 2 and parts[0].constant == "true":
        # A lone result without a test that remains is the whole.
        return together(common, parts, parts[1].constant)
    return together(common, parts, "no" if certain and parts[0].constant == "no" else "maybe")


def condition(walk: Walk, node: Node, subject: Value | None) -> Value:
    if subject is None:
        return walk.boolean(node)
    return calls.operator_call(walk, "=", [subject, walk.value(node)], -1)


def coalesce(walk: Walk, values: list[Value]) -> Value:
    """Nulls fall out; nothing after the first constant is looked at."""
    common = walk.common(values)
    parts: list[Value] = []
    certain = True
    for value in (walk.convert(value, common) for value in values):
        if value.constant == "null":
            continue
        parts.append(value if certain else doubtful(value))
        if value.constant in ("some", "true", "false"):
            break
        certain = certain and value.constant != "maybe"
    if not parts:
        return Value(common, constant="null")
    return together(common, parts, parts[0].constant if len(parts) == 1 else None)


def null_if(walk: Walk, operands: list[Value], at: int) -> Value:
    compared = calls.operator_call(walk, "=", operands, at)
    types = [operand.type for operand in operands]
    call = None if None in types else calls.overloads.operator("=", types, walk.types)  # type: ignore[arg-type]
    if any(operand.constant in ("null", "maybe") for operand in operands):
        compared = doubtful(together(None, [*operands, compared]))
    # The result is the left operand as it was converted for the comparison.
    certain = all(operand.constant != "null" for operand in operands) and compared.constant == "no"
    return together(call.arguments[0] if call else None, [compared], "no" if certain else "maybe")


def membership(walk: Walk, node: Node, name: str, at: int) -> Value:
    """`x IN (…)`: constants are brought to one type and searched as an array, columns compared one by one."""
    items = node["rexpr"]["List"]["items"]
    if "RowExpr" in node["lexpr"]:
        return together("bool", [rows_compared(walk, node["lexpr"], item, name, at) for item in items], "no")
    subject, values = walk.value(node["lexpr"]), walk.values(items)
    listed = [value for value in values if not value.columns]
    parts: list[Value] = []
    if len(listed) > 1 and (common := walk.common([subject, *listed])) and walk.types.array(common):
        one_type = [walk.convert(value, common) for value in listed]
        # In an array a null is one value among others and folds nothing away.
        constant = "no" if any(value.constant == "no" for value in listed) else "maybe"
        parts = [*one_type, calls.operator_call(walk, name, [subject, Value(common, constant=constant, columns=True)], at)]
        values = [value for value in values if value.columns]
    parts += [calls.operator_call(walk, name, [subject, value], at) for value in values]
    if any(part.constant == "maybe" for part in parts) and not all(part.volatility == "immutable" for part in parts):
        parts = [doubtful(part) for part in parts]
    return together("bool", parts, "no" if any(part.constant == "no" for part in parts) else "maybe")


def one_of(walk: Walk, name: str, subject: Value, listed: Value, at: int) -> Value:
    """`x = ANY (array)`."""
    if listed.type is None or subject.type is None:
        return calls.unresolved([subject, listed])
    if listed.type == UNKNOWN:
        element: str | None = UNKNOWN
    else:
        element = walk.types.element(walk.types.base(listed.type))
    if element is None:
        return NOTHING
    # The array's elements are compared one at a time, so its own nulls fold nothing.
    each = Value(element, listed.volatility, listed.because, "no", columns=listed.columns)
    if element == UNKNOWN:
        target = calls.overloads.operator(name, [subject.type, UNKNOWN], walk.types)
        if target is None:
            return calls.unresolved([subject])
        walk.convert(listed, array_of(target.arguments[1]), "implicit", at)
        each = Value(target.arguments[1], constant="no")
    found = calls.operator_call(walk, name, [subject, each], at)
    return found._replace(constant="no" if subject.constant == "no" or listed.constant == "no" else "maybe")


def rows_compared(walk: Walk, left: Node, right: Node, name: str, at: int) -> Value:
    """`(a, b) = (c, d)`: column by column."""
    if "RowExpr" not in right:
        return calls.unresolved([walk.value(left), walk.value(right)])
    pairs = zip(left["RowExpr"].get("args", []), right["RowExpr"].get("args", []))
    parts = [calls.operator_call(walk, name, walk.values([one, other]), at) for one, other in pairs]
    if any(part.constant in ("null", "maybe", "true", "false") for part in parts):
        parts = [doubtful(part) for part in parts]
    return together("bool", parts, "maybe")


def array(walk: Walk, node: Node, element: str | None = None) -> Value:
    """`ARRAY[…]`, with the element type that a cast around it asks for."""
    items = node.get("elements", [])
    if not items:
        return Value(element and walk.types.array(element), constant="some")
    values = [array(walk, item["A_ArrayExpr"], element) if "A_ArrayExpr" in item else walk.value(item) for item in items]
    nested = any(value.type and walk.types.element(value.type) for value in values)
    whole = element and walk.types.array(element)
    common = (whole if nested else element) if element else walk.common(values)
    converted = [walk.convert(value, common, "explicit" if element else "implicit") for value in values]
    made = together(whole or (common if nested else common and walk.types.array(common)), converted)
    return made if made.constant == "no" else made._replace(constant="some")
