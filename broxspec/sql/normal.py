"""The comparable form of an SQL expression.

What a person wrote and what PostgreSQL prints of it (`pg_get_expr`, `pg_get_indexdef`, pg_dump) have one normal form:
the server adds casts that mean nothing (`'x'::text`, `(name)::text` of a varchar column), parentheses and `pg_catalog.`,
and spells IN, BETWEEN and LIKE as operators. What differs in meaning stays different. The form is for comparing; `deparse` makes SQL for a server.
"""

import json
from collections.abc import Mapping
from typing import Any

from broxspec.catalog.model import Type
from broxspec.quoting.sql import identifier
from broxspec.sql.constants import INTEGERS, NUMBERS, constant, number, quoted
from broxspec.sql.infer import type_of
from broxspec.sql.parser import SyntaxFault, parse_expression
from broxspec.sql.typename import names, read_type, shown

Node = dict[str, Any]

_COMPARISONS = frozenset({"=", "<>", "<", ">", "<=", ">="})
_WIDER = {"int2": 0, "int4": 1, "int8": 2, "numeric": 3, "float4": 4, "float8": 5}
_STRINGS = frozenset({"text", "varchar"})
# Types that the server turns into text by itself where no function of their own takes them.
_TEXTUAL = frozenset({"bpchar", "citext", "name"})
# Key words of the grammar that are types when they stand bare.
_BARE_TYPES = frozenset({"numeric", "interval", "bit"})
# Functions of numbers for which it makes no difference which sort of number they are given.
_ARITHMETIC = frozenset(
    "round power pow sqrt cbrt ln log log10 exp floor ceil ceiling trunc sign degrees radians sin cos tan asin acos atan atan2".split()
)
_TEXT_SEARCH = frozenset({"to_tsvector", "to_tsquery", "plainto_tsquery", "phraseto_tsquery", "websearch_to_tsquery", "ts_headline"})
_TESTS = {
    "IS_TRUE": "IS TRUE", "IS_NOT_TRUE": "IS NOT TRUE", "IS_FALSE": "IS FALSE", "IS_NOT_FALSE": "IS NOT FALSE",
    "IS_UNKNOWN": "IS UNKNOWN", "IS_NOT_UNKNOWN": "IS NOT UNKNOWN",
}  # fmt: skip


def normal(expression: Node | str, column_types: Mapping[str, Type | None] = {}) -> str:
    """The normal form of an expression, given as text or as the parser's node.

    `column_types` are the types of the columns that it may name, domains already resolved to what they hold; a column
    that is missing has an unknown type, and a cast of it stays. Text that can't be parsed is returned without
    surplus blanks.
    """
    if isinstance(expression, str):
        node = parse_expression(expression)
        if isinstance(node, SyntaxFault):
            return " ".join(expression.split())
    else:
        node = expression
    try:
        return _Writer(column_types).write(node)
    except RecursionError:
        return _raw_flat(node)


def deparse(node: Node) -> str:
    """An expression's tree as SQL that means the same, casts and all. For a tree too deep or too rare to write: ValueError."""
    try:
        text = _Deparser({}).write(node)
    except RecursionError:
        raise ValueError("nested too deeply") from None
    return text


class _Writer:
    def __init__(self, types: Mapping[str, Type | None]) -> None:
        self.types = types

    def write(self, node: Node, wanted: str | None = None) -> str:
        """A node as text. `wanted` is the type that its surroundings give to a string constant."""
        ((kind, body),) = node.items()
        if kind == "A_Const":
            return self.constant(body, wanted)
        method = getattr(self, kind, None)
        return method(body) if method else _raw(node)

    def operand(self, node: Node, wanted: str | None = None) -> str:
        """A node as part of a larger expression: in parentheses unless it holds together by itself."""
        text = self.write(node, wanted)
        ((kind, _),) = self.bare(node).items()
        negative = kind == "A_Const" and text.startswith("-")
        return f"({text})" if kind in _LOOSE or negative else text

    def all(self, nodes: list[Node], wanted: str | None = None) -> str:
        return ", ".join(self.write(node, wanted) for node in nodes)

    def type(self, node: Node) -> Type | None:
        return type_of(node, self.types)

    # Constants and casts

    def constant(self, body: Node, wanted: str | None) -> str:
        if "sval" in body:
            return constant(body["sval"].get("sval", ""), wanted)
        if "ival" in body:
            return str(body["ival"].get("ival", 0))
        if "fval" in body:
            return number(body["fval"].get("fval", "0"))
        if "boolval" in body:
            return "true" if body["boolval"].get("boolval") else "false"
        if "bsval" in body:
            return f"'{body['bsval'].get('bsval', '')}'"
        return "NULL"

    def bare(self, node: Node, place: str = "") -> Node:
        """The node without the casts around it that mean nothing at this place: `compared`, `argument`, `concatenated`."""
        while True:
            if "TypeCast" in node and self.redundant(node["TypeCast"], place):
                node = node["TypeCast"]["arg"]
            elif "CollateClause" in node and node["CollateClause"]["collname"][-1]["String"]["sval"] == "default":
                node = node["CollateClause"]["arg"]
            else:
                return node

    def redundant(self, body: Node, place: str) -> bool:
        target, inside = read_type(body["typeName"]), body["arg"]
        if "A_Const" in inside:
            return not target.modifiers and _constant_keeps(inside["A_Const"], target)
        if "A_ArrayExpr" in inside and target.dimensions:
            return not target.modifiers
        found = self.type(inside)
        if found is None or found.dimensions != target.dimensions:
            return False
        if target.name == found.name:
            return not target.modifiers or target.modifiers == found.modifiers
        if target.modifiers:
            return False
        if target.name in _STRINGS and found.name in _STRINGS:
            return True
        return found.name in _TEXTUAL and target.name == "text" and (place == "argument" or place == "concatenated" and found.name != "citext")

    def TypeCast(self, body: Node) -> str:
        if self.redundant(body, ""):
            target = read_type(body["typeName"])
            return self.write(body["arg"], None if target.dimensions else target.name)
        schema, name = names(body["typeName"])
        target = read_type(body["typeName"])
        text = shown(target._replace(schema="pg_catalog"))
        if text.partition("[")[0].partition("(")[0] == name and name not in _BARE_TYPES:
            text = identifier(name) + text[len(name) :]
        prefix = "" if schema in (None, "pg_catalog", "public") else identifier(schema) + "."
        return f"{self.operand(body['arg'])}::{prefix}{text}"

    def CollateClause(self, body: Node) -> str:
        name = body["collname"][-1]["String"]["sval"]
        if name == "default":
            return self.write(body["arg"])
        return f"{self.operand(body['arg'])} COLLATE {identifier(name)}"

    # Names and calls

    def ColumnRef(self, body: Node) -> str:
        last = body["fields"][-1]
        return identifier(last["String"]["sval"]) if "String" in last else "*"

    def FuncCall(self, body: Node) -> str:
        if set(body) & {"agg_filter", "agg_order", "over", "agg_within_group"}:
            return _raw({"FuncCall": body})
        parts = [part["String"]["sval"] for part in body["funcname"]]
        if len(parts) > 1 and parts[0] in ("pg_catalog", "public"):
            parts = parts[1:]
        name = ".".join(identifier(part, function=True) for part in parts)
        arguments = [self.argument(parts[-1], argument) for argument in body.get("args", [])]
        if parts[-1] in _TEXT_SEARCH and len(arguments) > 1:
            arguments[0] = self.write(self.bare(body["args"][0]), "regconfig")
        if body.get("func_variadic"):
            arguments[-1] = f"VARIADIC {arguments[-1]}"
        distinct = "DISTINCT " if body.get("agg_distinct") else ""
        return f"{name}({distinct}{'*' if body.get('agg_star') else ', '.join(arguments)})"

    def argument(self, function: str, node: Node) -> str:
        wanted = _given(node)
        node = self.bare(node, "argument")
        if function in _ARITHMETIC and "TypeCast" in node:
            body = node["TypeCast"]
            found, target = self.type(body["arg"]), read_type(body["typeName"])
            if found and found.name in INTEGERS and target.name in ("float8", "numeric") and not target.modifiers:
                node = body["arg"]
        return self.write(node, wanted)

    def NamedArgExpr(self, body: Node) -> str:
        return f"{identifier(body['name'])} => {self.write(body['arg'])}"

    def CoalesceExpr(self, body: Node) -> str:
        return f"COALESCE({self.same_type(body['args'])})"

    def MinMaxExpr(self, body: Node) -> str:
        return f"{'GREATEST' if body['op'] == 'IS_GREATEST' else 'LEAST'}({self.same_type(body['args'])})"

    def same_type(self, nodes: list[Node]) -> str:
        common = self.common(nodes)
        wanted = common.name if common else None
        return ", ".join(self.write(self.unwidened(self.bare(node, "argument"), common), _given(node) or wanted) for node in nodes)

    def common(self, nodes: list[Node]) -> Type | None:
        """The type to which all come: the widest number, else the first that is known."""
        found = [found for node in nodes if (found := self.type(node))]
        numbers = [type_ for type_ in found if type_.name in _WIDER]
        return max(numbers, key=lambda type_: _WIDER[type_.name]) if numbers else found[0] if found else None

    def SQLValueFunction(self, body: Node) -> str:
        name = body["op"].removeprefix("SVFOP_")
        return f"{name[:-2]}({body.get('typmod', 0)})" if name.endswith("_N") else name

    def A_ArrayExpr(self, body: Node, wanted: str | None = None) -> str:
        return f"ARRAY[{self.all(body.get('elements', []), wanted)}]"

    def RowExpr(self, body: Node) -> str:
        return f"ROW({self.all(body.get('args', []))})"

    def A_Indirection(self, body: Node) -> str:
        text = f"({self.write(body['arg'])})"
        for step in body["indirection"]:
            if "String" in step:
                text += f".{identifier(step['String']['sval'])}"
            elif "A_Indices" in step:
                bounds = step["A_Indices"]
                ends = [self.write(bounds[end]) if end in bounds else "" for end in ("lidx", "uidx")]
                text += f"[{':'.join(ends) if bounds.get('is_slice') else ends[1]}]"
            else:
                text += ".*"
        return text

    def CaseExpr(self, body: Node) -> str:
        parts = ["CASE"] + ([self.operand(body["arg"])] if "arg" in body else [])
        found = self.type({"CaseExpr": body})
        wanted = found.name if found else None
        for when in (when["CaseWhen"] for when in body["args"]):
            parts += ["WHEN", self.write(when["expr"]), "THEN", self.write(self.bare(when["result"], "argument"), wanted)]
        default = self.write(self.bare(body["defresult"], "argument"), wanted) if "defresult" in body else "NULL"
        # The server prints ELSE NULL where none was written.
        return " ".join([*parts, "ELSE", default, "END"])

    # Conditions

    def BoolExpr(self, body: Node) -> str:
        if body["boolop"] == "NOT_EXPR":
            return f"NOT {self.operand(body['args'][0])}"
        word = body["boolop"].removesuffix("_EXPR")
        return f" {word} ".join(self.operand(node) for node in self.flat(body))

    def flat(self, body: Node) -> list[Node]:
        """The terms of an AND or OR, those of nested ones of the same sort included."""
        found: list[Node] = []
        pending = list(reversed(body["args"]))
        while pending:
            node = pending.pop()
            inner = node.get("BoolExpr")
            if inner and inner["boolop"] == body["boolop"]:
                pending.extend(reversed(inner["args"]))
            else:
                found.append(node)
        return found

    def NullTest(self, body: Node) -> str:
        return f"{self.operand(body['arg'])} {'IS NULL' if body['nulltesttype'] == 'IS_NULL' else 'IS NOT NULL'}"

    def BooleanTest(self, body: Node) -> str:
        return f"{self.operand(body['arg'])} {_TESTS[body['booltesttype']]}"

    def A_Expr(self, body: Node) -> str:
        kind = body["kind"]
        if kind == "AEXPR_IN":
            return self.membership(body)
        if kind.startswith(("AEXPR_BETWEEN", "AEXPR_NOT_BETWEEN")):
            return self.between(body)
        if kind == "AEXPR_NULLIF":
            return f"NULLIF({self.same_type([body['lexpr'], body['rexpr']])})"
        if kind in ("AEXPR_OP_ANY", "AEXPR_OP_ALL"):
            return self.quantified(body, _operator(body), "ANY" if kind == "AEXPR_OP_ANY" else "ALL")
        if kind == "AEXPR_DISTINCT":
            return self.binary(body["lexpr"], "IS DISTINCT FROM", body["rexpr"])
        if kind == "AEXPR_NOT_DISTINCT":
            return f"NOT ({self.binary(body['lexpr'], 'IS DISTINCT FROM', body['rexpr'])})"
        if "lexpr" not in body:
            return f"{_operator(body)} {self.operand(body['rexpr'])}"
        return self.binary(body["lexpr"], _operator(body), body["rexpr"])

    def binary(self, left: Node, operator: str, right: Node) -> str:
        compared = operator in _COMPARISONS or operator == "IS DISTINCT FROM"
        if operator in ("=", "<>") and "RowExpr" in left and "RowExpr" in right:
            return self.rows(left["RowExpr"], operator, right["RowExpr"])
        given = _given(left), _given(right)
        place = "compared" if compared else "concatenated" if operator in ("||", "~~", "!~~", "~~*", "!~~*", "~", "!~", "~*", "!~*") else ""
        left, right = self.bare(left, self.beside(right, place)), self.bare(right, self.beside(left, place))
        left_type, right_type = self.type(left), self.type(right)
        if compared or operator in ("+", "-", "*", "/", "%"):
            cast = [Type(name) if name else None for name in given]
            left, right = self.unwidened(left, right_type or cast[1]), self.unwidened(right, left_type or cast[0])
        same = compared or operator in ("@>", "<@", "&&", "||")
        first = self.operand(left, given[0] or (right_type.name if right_type and same else None))
        second = self.operand(right, given[1] or (left_type.name if left_type and same else None))
        return f"{first} {operator} {second}"

    def rows(self, left: Node, operator: str, right: Node) -> str:
        """Equality of rows, which the server keeps as that of their columns."""
        pairs = zip(left.get("args", []), right.get("args", []), strict=False)
        return (" AND " if operator == "=" else " OR ").join(f"({self.binary(first, operator, second)})" for first, second in pairs)

    def beside(self, other: Node, place: str) -> str:
        """Next to text, a `char(n)` is made text in a comparison as well."""
        found = self.type(other) if place == "compared" and "A_Const" not in other and "TypeCast" not in other else None
        return "concatenated" if found and found.name in _STRINGS else place

    def unwidened(self, node: Node, other: Type | None) -> Node:
        """Without the cast to a wider number that the other side would bring about anyway."""
        body = node.get("TypeCast")
        if body is None or other is None:
            return node
        target, found = read_type(body["typeName"]), self.type(body["arg"])
        if found is None or target.modifiers or target.name not in _WIDER or found.name not in _WIDER:
            return node
        implied = other.name == target.name and _WIDER[found.name] < _WIDER[target.name]
        return body["arg"] if implied else node

    def membership(self, body: Node) -> str:
        """IN as the server keeps it: `= ANY (ARRAY[…])` for two constants or more, else ORed comparisons."""
        items = body["rexpr"]["List"]["items"]
        operator = _operator(body)
        fixed = [item for item in items if not _has_column(item)]
        if len(fixed) < 2:
            fixed = []
        rest = [item for item in items if not fixed or _has_column(item)]
        terms = []
        if fixed:
            array = {"A_ArrayExpr": {"elements": fixed}}
            terms.append(self.quantified({**body, "rexpr": array}, operator, "ANY" if operator == "=" else "ALL"))
        terms += [self.binary(body["lexpr"], operator, item) for item in rest]
        if len(terms) == 1:
            return terms[0]
        return (" OR " if operator == "=" else " AND ").join(f"({term})" for term in terms)

    def quantified(self, body: Node, operator: str, word: str) -> str:
        left = self.bare(body["lexpr"], "compared")
        right = self.bare(body["rexpr"])
        found = self.type(left)
        wanted = found.name if found else None
        if "A_ArrayExpr" in right:
            elements = right["A_ArrayExpr"].get("elements", [])
            kept = [self.unwidened(self.bare(element, "compared"), found) for element in elements]
            text = f"ARRAY[{self.all(kept, wanted)}]"
        else:
            text = self.write(right)
        return f"{self.operand(left)} {operator} {word} ({text})"

    def between(self, body: Node) -> str:
        left = body["lexpr"]
        low, high = body["rexpr"]["List"]["items"]
        negated = "NOT" in body["kind"]

        def within(first: Node, last: Node) -> str:
            operators, word = (("<", ">"), "OR") if negated else ((">=", "<="), "AND")
            terms = (self.binary(left, operators[0], first), self.binary(left, operators[1], last))
            return f"({terms[0]}) {word} ({terms[1]})"

        if not body["kind"].endswith("_SYM"):
            return within(low, high)
        return f"({within(low, high)}) {'AND' if negated else 'OR'} ({within(high, low)})"


class _Deparser(_Writer):
    """Keeps what the normal form leaves out."""

    def redundant(self, body: Node, place: str) -> bool:
        return False

    def unwidened(self, node: Node, other: Type | None) -> Node:
        return node

    def constant(self, body: Node, wanted: str | None) -> str:
        return quoted(body["sval"].get("sval", "")) if "sval" in body else super().constant(body, None)

    def membership(self, body: Node) -> str:
        word = "IN" if _operator(body) == "=" else "NOT IN"
        return f"{self.operand(body['lexpr'])} {word} ({self.all(body['rexpr']['List']['items'])})"

    def argument(self, function: str, node: Node) -> str:
        return self.write(node)

    def FuncCall(self, body: Node) -> str:
        text = super().FuncCall(body)
        # A function of the same name may stand in `pg_catalog` and in `public`.
        return text if len(body["funcname"]) < 2 or body["funcname"][0]["String"]["sval"] != "public" else f"public.{text}"


# Kinds that need parentheses inside of a larger expression.
_LOOSE = frozenset({"A_Expr", "BoolExpr", "NullTest", "BooleanTest", "CollateClause", "CaseExpr"})


def _operator(body: Node) -> str:
    parts = [part["String"]["sval"] for part in body["name"]]
    if len(parts) == 1 or parts[0] in ("pg_catalog", "public"):
        return parts[-1]
    return f"OPERATOR({identifier(parts[0])}.{parts[-1]})"


def _given(node: Node) -> str | None:
    """The type that a cast gives to a constant."""
    body = node.get("TypeCast")
    return read_type(body["typeName"]).name if body and "A_Const" in body["arg"] else None


def _constant_keeps(body: Node, target: Type) -> bool:
    """Whether a constant says the same without its cast to this type."""
    if "sval" in body or body.get("isnull"):
        return True
    if "ival" in body:
        return target.name in NUMBERS
    if "fval" in body:
        return target.name in NUMBERS - INTEGERS or target.name == "int8" and body["fval"].get("fval", "").lstrip("-").isdigit()
    return "boolval" in body and target.name == "bool"


def _has_column(node: Any) -> bool:
    """Whether a column is named anywhere inside."""
    pending = [node]
    while pending:
        item = pending.pop()
        if isinstance(item, dict):
            if "ColumnRef" in item:
                return True
            pending.extend(item.values())
        elif isinstance(item, list):
            pending.extend(item)
    return False


def _raw(node: Any) -> str:
    """A rare node as its tree without places: not SQL, but comparable."""
    return json.dumps(_placeless(node), sort_keys=True, ensure_ascii=False)


def _placeless(node: Any) -> Any:
    if isinstance(node, dict):
        return {key: _placeless(value) for key, value in node.items() if key not in _PLACES}
    if isinstance(node, list):
        return [_placeless(item) for item in node]
    return node


def _raw_flat(node: Node) -> str:
    """For a tree too deep to walk by calls: its words in the order of the text."""
    words: list[str] = []
    pending: list[Any] = [node]
    while pending:
        item = pending.pop()
        if isinstance(item, dict):
            pending.extend(value for key, value in sorted(item.items(), reverse=True) if key not in _PLACES)
        elif isinstance(item, list):
            pending.extend(reversed(item))
        else:
            words.append(str(item))
    return " ".join(words)


_PLACES = frozenset({"location", "list_start", "list_end", "rexpr_list_start", "rexpr_list_end", "typemod", "stmt_location", "stmt_len"})
