"""The type of an expression, as far as it can be told without a server. None where it can't."""

from collections.abc import Mapping
from typing import Any

from broxspec.catalog.model import Type
from broxspec.sql.constants import INTEGERS, NUMBERS
from broxspec.sql.typename import read_type

Node = dict[str, Any]
Types = Mapping[str, Type | None]

_FUNCTIONS = {
    **dict.fromkeys(
        """lower upper initcap btrim ltrim rtrim concat concat_ws replace substring substr left right md5 to_char regexp_replace
        translate reverse split_part format encode lpad rpad repeat overlay array_to_string quote_ident quote_literal
        json_extract_path_text jsonb_extract_path_text jsonb_typeof json_typeof current_setting""".split(),
        "text",
    ),
    **dict.fromkeys("length char_length jsonb_array_length json_array_length character_length octet_length strpos ascii array_length cardinality".split(), "int4"),
    **dict.fromkeys("starts_with jsonb_exists isfinite isempty".split(), "bool"),
    "now": "timestamptz", "to_tsvector": "tsvector", "to_timestamp": "timestamptz", "extract": "numeric", "date_part": "float8",
    "to_date": "date", "gen_random_uuid": "uuid", "to_jsonb": "jsonb", "sha256": "bytea", "jsonb_extract_path": "jsonb",
    "tstzrange": "tstzrange", "tsrange": "tsrange", "daterange": "daterange", "int4range": "int4range", "int8range": "int8range",
    "numrange": "numrange", "count": "int8", "age": "interval",
}  # fmt: skip
_RANGES = {
    Type("tstzrange"): "timestamptz", Type("tsrange"): "timestamp", Type("daterange"): "date", Type("int4range"): "int4",
    Type("int8range"): "int8", Type("numrange"): "numeric",
}  # fmt: skip
_SAME_AS_ARGUMENT = {"abs": 0, "date_trunc": 1, "coalesce": 0, "greatest": 0, "least": 0, "round": 0, "ceil": 0, "floor": 0, "mod": 0, "timezone": 1}
_ZONED = {"timestamp": "timestamptz", "timestamptz": "timestamp"}
_TIMES = frozenset({"date", "timestamp", "timestamptz", "time", "timetz"})
_COMPARISONS = frozenset({"=", "<>", "<", ">", "<=", ">="})
_MATCHES = frozenset({"~", "~*", "!~", "!~*", "~~", "!~~", "~~*", "!~~*", "@>", "<@", "&&", "?", "?|", "?&", "@@", "@?"})


def type_of(node: Node, types: Types) -> Type | None:
    """The type of an expression over columns of these types."""
    ((kind, body),) = node.items()
    reader = _READERS.get(kind)
    return reader(body, types) if reader else None


def column_name(body: Node) -> str | None:
    """The column that a reference names, whatever table it is qualified with."""
    last = body["fields"][-1]
    return last["String"]["sval"] if "String" in last else None


def _column(body: Node, types: Types) -> Type | None:
    name = column_name(body)
    return types.get(name) if name is not None else None


def _constant(body: Node, types: Types) -> Type | None:
    if "ival" in body:
        return Type("int4")
    if "fval" in body:
        text = body["fval"].get("fval", "")
        return Type("int8" if text.lstrip("-").isdigit() else "numeric")
    return Type("bool") if "boolval" in body else None


def _cast(body: Node, types: Types) -> Type | None:
    return read_type(body["typeName"])


def _call(body: Node, types: Types) -> Type | None:
    name = body["funcname"][-1]["String"]["sval"]
    if name in _SAME_AS_ARGUMENT:
        place = _SAME_AS_ARGUMENT[name]
        arguments = body.get("args", [])
        found = type_of(arguments[place], types) if place < len(arguments) else None
        return Type(_ZONED.get(found.name, found.name)) if found and name == "timezone" else found and found._replace(modifiers=())
    if name in ("lower", "upper") and (ends := _RANGES.get(_first("args")(body, types) or Type(""))):
        return Type(ends)
    return Type(_FUNCTIONS[name]) if name in _FUNCTIONS else None


def _first(key: str):
    def read(body: Node, types: Types) -> Type | None:
        return next((found for argument in body.get(key, []) if (found := type_of(argument, types))), None)

    return read


def _case(body: Node, types: Types) -> Type | None:
    results = [when["CaseWhen"]["result"] for when in body.get("args", [])] + ([body["defresult"]] if "defresult" in body else [])
    return next((found for result in results if (found := type_of(result, types))), None)


def _operator(body: Node, types: Types) -> Type | None:
    if body["kind"] == "AEXPR_NULLIF":
        return type_of(body["lexpr"], types)
    if body["kind"] != "AEXPR_OP":
        return Type("bool")
    name = body["name"][-1]["String"]["sval"]
    if name in _COMPARISONS or name in _MATCHES:
        return Type("bool")
    left = type_of(body["lexpr"], types) if "lexpr" in body else None
    right = type_of(body["rexpr"], types) if "rexpr" in body else None
    if name in ("->>", "#>>"):
        return Type("text")
    if name in ("->", "#>", "#-"):
        return left
    if name == "||":
        found = left or right
        return Type("text") if found and found.name in ("varchar", "text", "bpchar") else found
    return _moments(left, name, right) or _arithmetic(left, right)


def _moments(left: Type | None, name: str, right: Type | None) -> Type | None:
    """Sums and differences of dates and times."""
    if left is None or right is None or name not in ("+", "-"):
        return None
    pair = left.name, right.name
    if pair[0] in _TIMES and pair[1] == "interval" or pair == ("date", "int4"):
        return Type("timestamp" if pair[0] == "date" and pair[1] == "interval" else pair[0])
    if name == "-" and pair[0] == pair[1] and pair[0] in _TIMES:
        return Type("int4" if pair[0] == "date" else "interval")
    return None


def _arithmetic(left: Type | None, right: Type | None) -> Type | None:
    if left is None or right is None:
        return left or right
    for name in ("float8", "numeric", "float4", "int8", "int4", "int2"):
        if name in (left.name, right.name) and left.name in NUMBERS and right.name in NUMBERS:
            return Type(name)
    return None


def _argument(body: Node, types: Types) -> Type | None:
    return type_of(body["arg"], types)


def _array(body: Node, types: Types) -> Type | None:
    found = next((found for element in body.get("elements", []) if (found := type_of(element, types))), None)
    return found._replace(dimensions=1) if found else None


def _boolean(body: Node, types: Types) -> Type | None:
    return Type("bool")


_READERS = {
    "ColumnRef": _column,
    "A_Const": _constant,
    "TypeCast": _cast,
    "FuncCall": _call,
    "CoalesceExpr": _first("args"),
    "MinMaxExpr": _first("args"),
    "CaseExpr": _case,
    "A_Expr": _operator,
    "CollateClause": _argument,
    "A_ArrayExpr": _array,
    "BoolExpr": _boolean,
    "NullTest": _boolean,
    "BooleanTest": _boolean,
}

__all__ = ["INTEGERS", "column_name", "type_of"]
