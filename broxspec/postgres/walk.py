"""The walk over an expression's parse tree: one method per kind of node."""

from __future__ import annotations

from broxspec.postgres import calls
from broxspec.postgres.constructs import array, case, coalesce, conjunction, membership, null_if, one_of, rows_compared
from broxspec.postgres.expressions import Forbidden, Node, Scope
from broxspec.postgres.polymorphism import UNKNOWN, common_type
from broxspec.postgres.spelling import array_of
from broxspec.postgres.values import NOTHING, Cause, Literal, Value, convert, doubtful, together

SESSION = {
    "CURRENT_DATE": "date", "CURRENT_TIME": "timetz", "CURRENT_TIMESTAMP": "timestamptz", "LOCALTIME": "time",
    "LOCALTIMESTAMP": "timestamp",
}  # fmt: skip
#: Subscripts of types that are no arrays.
PARTS = {"point": "float8", "line": "float8", "lseg": "point", "box": "point", "name": "char"}
SUBSCRIPTABLE = {"jsonb": "jsonb", "hstore": "text"}


class Walk:
    """Judges nodes in a scope; `literals` collects the untyped literals that got a type."""

    def __init__(self, scope: Scope) -> None:
        self.scope = scope
        self.types = scope.types
        self.literals: list[Literal] = []

    def value(self, node: Node) -> Value:
        """The value of any expression node."""
        ((kind, inside),) = node.items()
        method = getattr(self, kind.lower(), None)
        return method(inside) if method else NOTHING

    def values(self, nodes: list[Node]) -> list[Value]:
        return [self.value(node) for node in nodes]

    def boolean(self, node: Node) -> Value:
        return self.convert(self.value(node), "bool", location=location_of(node))

    def convert(self, value: Value, target: str | None, context: str = "implicit", location: int = -1) -> Value:
        return convert(value, target, context, location, self.types, self.literals)

    def common(self, values: list[Value]) -> str | None:
        """The one type for several values; None when one is unknown or they don't fit together."""
        names = [value.type for value in values]
        return None if None in names else common_type(names, self.types)  # type: ignore[arg-type]

    # Constants and names

    def a_const(self, node: Node) -> Value:
        at = node.get("location", -1)
        if node.get("isnull"):
            return Value(UNKNOWN, constant="null")
        if "boolval" in node:
            return Value("bool", constant="true" if node["boolval"].get("boolval") else "false")
        if "sval" in node:
            return Value(UNKNOWN, constant="some", literal=(node["sval"].get("sval", ""), at))
        if "ival" in node:
            return Value("int4", constant="some")
        if "fval" in node:
            return Value(number_type(node["fval"]["fval"]), constant="some")
        return Value("bit", constant="some")

    def columnref(self, node: Node) -> Value:
        names = [field["String"]["sval"] for field in node["fields"] if "String" in field]
        if len(names) != len(node["fields"]) or not names:
            return NOTHING
        if names[-1] in self.scope.columns:
            return Value(self.scope.columns[names[-1]], columns=True)
        return NOTHING

    def sqlvaluefunction(self, node: Node) -> Value:
        name = node["op"].removeprefix("SVFOP_").removesuffix("_N")
        return Value(SESSION.get(name, "name"), "stable", Cause(f"`{name}`", node.get("location", -1)))

    # Calls

    def funccall(self, node: Node) -> Value:
        return calls.function_call(self, node)

    def a_expr(self, node: Node) -> Value:
        kind, name, at = node["kind"], node["name"][-1]["String"]["sval"], node.get("location", -1)
        if kind == "AEXPR_IN":
            return membership(self, node, name, at)
        if kind.endswith(("BETWEEN", "BETWEEN_SYM")):
            return self.between(node, at)
        if kind in ("AEXPR_DISTINCT", "AEXPR_NOT_DISTINCT") and any(is_null(node[side]) for side in ("lexpr", "rexpr")):
            return together("bool", [self.value(node["lexpr"]), self.value(node["rexpr"])], "no")
        left = node.get("lexpr")
        if left and "RowExpr" in left:
            return rows_compared(self, left, node["rexpr"], name, at)
        operands = self.values([left, node["rexpr"]] if left else [node["rexpr"]])
        if kind in ("AEXPR_OP_ANY", "AEXPR_OP_ALL"):
            return one_of(self, name, operands[0], operands[1], at)
        if kind == "AEXPR_NULLIF":
            return null_if(self, operands, at)
        found = calls.operator_call(self, name, operands, at)
        if kind in ("AEXPR_DISTINCT", "AEXPR_NOT_DISTINCT"):
            # Null operands are compared here, so that they don't make the whole null.
            return found._replace(type="bool", constant="no" if found.constant == "no" else "maybe")
        return found

    def between(self, node: Node, at: int) -> Value:
        subject, (low, high) = self.value(node["lexpr"]), self.values(node["rexpr"]["List"]["items"])
        inside = not node["kind"].startswith("AEXPR_NOT")
        pairs = [(">=" if inside else "<", low), ("<=" if inside else ">", high)]
        if node["kind"].endswith("SYM"):
            pairs += [(pairs[0][0], high), (pairs[1][0], low)]
            return together("bool", [calls.operator_call(self, name, [subject, end], at) for name, end in pairs], "maybe")
        return conjunction([calls.operator_call(self, name, [subject, end], at) for name, end in pairs], decided_by="false" if inside else "true")

    def namedargexpr(self, node: Node) -> Value:
        return self.value(node["arg"])

    # Conversions

    def typecast(self, node: Node) -> Value:
        target = self.type_named(node["typeName"])
        at = node.get("location", -1)
        at = at if at >= 0 else location_of(node["arg"])
        if "A_ArrayExpr" in node["arg"] and target and (element := self.types.element(self.types.base(target))):
            return self.convert(array(self, node["arg"]["A_ArrayExpr"], element), target, "explicit", at)
        return self.convert(self.value(node["arg"]), target, "explicit", at)

    def type_named(self, name: Node) -> str | None:
        if name.get("setof"):
            raise Forbidden("a set", name.get("location", -1))
        parts = [part["String"]["sval"] for part in name.get("names", [])]
        for spelled in (".".join(parts), parts[-1]) if parts else ():
            found = array_of(spelled) if name.get("arrayBounds") else spelled
            if self.types.get(found):
                return found
        return None

    def collateclause(self, node: Node) -> Value:
        value = self.value(node["arg"])
        return self.convert(value, "text") if value.type == UNKNOWN else value

    # Logic

    def boolexpr(self, node: Node) -> Value:
        parts = [self.boolean(part) for part in node["args"]]
        if node["boolop"] == "NOT_EXPR":
            return parts[0]._replace(constant={"true": "false", "false": "true"}.get(parts[0].constant, parts[0].constant))
        return conjunction(parts, decided_by="false" if node["boolop"] == "AND_EXPR" else "true")

    def nulltest(self, node: Node) -> Value:
        return self.tested(self.value(node["arg"]))

    def booleantest(self, node: Node) -> Value:
        return self.tested(self.boolean(node["arg"]))

    def tested(self, value: Value) -> Value:
        return value._replace(type="bool", constant="no" if value.constant == "no" else "maybe", literal=None)

    def caseexpr(self, node: Node) -> Value:
        return case(self, node)

    def coalesceexpr(self, node: Node) -> Value:
        return coalesce(self, self.values(node["args"]))

    def minmaxexpr(self, node: Node) -> Value:
        values = self.values(node["args"])
        common = self.common(values)
        made = together(common, [self.convert(value, common) for value in values])
        constants = {value.constant for value in values}
        if constants == {"null"}:
            return made._replace(constant="null")
        # Nulls are passed over, so that one value is enough.
        return made._replace(constant="some") if "some" in constants and "no" not in constants else made

    # Arrays, rows, parts

    def a_arrayexpr(self, node: Node) -> Value:
        return array(self, node)

    def rowexpr(self, node: Node) -> Value:
        return together("record", self.values(node.get("args", [])))

    def a_indirection(self, node: Node) -> Value:
        value = self.value(node["arg"])
        steps = node.get("indirection", [])
        subscripts = [step["A_Indices"] for step in steps if "A_Indices" in step]
        if subscripts and len(subscripts) == len(steps):
            return self.subscripted(value, subscripts)
        for step in steps:
            value = self.field(value, step["String"]["sval"]) if "String" in step else NOTHING
        return value

    def subscripted(self, value: Value, subscripts: list[Node]) -> Value:
        base = self.types.base(value.type) if value.type else ""
        part = self.types.element(base)
        places = [bound for subscript in subscripts for side in ("lidx", "uidx") if (bound := subscript.get(side))]
        if part or base in PARTS:
            kept = any(subscript.get("is_slice") for subscript in subscripts)
            bounds = [self.convert(self.value(place), "int4", "assignment", location_of(place)) for place in places]
            return together(base if kept else part or PARTS[base], [value, *bounds])
        if base in SUBSCRIPTABLE and self.types.major >= 14:
            return together(SUBSCRIPTABLE[base], [value, *(doubtful(bound) for bound in self.values(places))])
        return NOTHING

    def field(self, value: Value, name: str) -> Value:
        own = self.types.own.get(value.type or "")
        if own and own.kind == "composite" and name in own.fields:
            return value._replace(type=own.fields[name], constant="no" if value.constant == "no" else "maybe")
        return NOTHING

    def jsonispredicate(self, node: Node) -> Value:
        return together("bool", [self.value(node["expr"])])

    # What an index can't hold

    def sublink(self, node: Node) -> Value:
        raise Forbidden("a subquery", node.get("location", -1))

    def groupingfunc(self, node: Node) -> Value:
        raise Forbidden("`GROUPING`", node.get("location", -1))


def number_type(written: str) -> str:
    """`int8` for a whole number that fits, `numeric` for every other that is too large for `int4` or has a fraction."""
    try:
        # Base 0 reads 0x1F, 0o17 and 1_000 as PostgreSQL 16 does, but no leading zeros.
        number = int(written, 10 if written.lstrip("+-").isdigit() else 0)
    except ValueError:
        return "numeric"
    return "int8" if -(2**63) <= number < 2**63 else "numeric"


def is_null(node: Node) -> bool:
    return bool(node.get("A_Const", {}).get("isnull"))


def location_of(node: Node) -> int:
    """Where a node begins, or that of the first part of it that knows; -1 when none does."""
    ((_, inside),) = node.items()
    at = inside.get("location", -1)
    if at >= 0:
        return at
    return next((found for side in ("arg", "lexpr") if side in inside and (found := location_of(inside[side])) >= 0), -1)
