"""Predicates: what a partial index's WHERE says about single columns, where that can be told from its text.

Only simple conjuncts are understood (`column IS NOT NULL`, `column = constant`, `column IN (…)`, a bare boolean column);
everything else is `other`, about which rules stay silent.
"""

from collections.abc import Iterator
from typing import Any, NamedTuple

from broxspec.catalog.model import Fragment
from broxspec.sql.parser import SyntaxFault, parse_expression

Node = dict[str, Any]


class Conjunct(NamedTuple):
    """One of the conditions that AND joins.

    `test`: `not null`, `null`, `equal` (to one of `values`), `unequal` (to each of `values`), `true`, `false`, `compare` (one column with something
    else), `other`. `columns` are all the columns that it mentions; `values` the constants as text.
    """

    test: str
    columns: tuple[str, ...]
    values: tuple[str, ...] = ()

    @property
    def column(self) -> str | None:
        """The one column that it is about."""
        return self.columns[0] if len(self.columns) == 1 else None


def conjuncts(fragment: Fragment) -> list[Conjunct]:
    """The conditions of a predicate; none where its text can't be parsed."""
    node = parse_expression(fragment.sql)
    return [] if isinstance(node, SyntaxFault) else [_conjunct(part) for part in _ands(node)]


def _ands(node: Node) -> Iterator[Node]:
    body = node.get("BoolExpr")
    if body and body["boolop"] == "AND_EXPR":
        for part in body["args"]:
            yield from _ands(part)
    else:
        yield node


def _conjunct(node: Node) -> Conjunct:
    columns = tuple(sorted(set(columns_of(node))))
    (kind, body), *_ = node.items()
    read = _READERS.get(kind)
    test, values = read(body) if read and len(columns) == 1 else ("other", ())
    return Conjunct(test, columns, values)


def columns_of(node: Any) -> Iterator[str]:
    """Every column that a node mentions, as stored (the last part of a qualified reference)."""
    if isinstance(node, list):
        for item in node:
            yield from columns_of(item)
    elif isinstance(node, dict):
        for kind, body in node.items():
            if kind == "ColumnRef":
                last = body["fields"][-1]
                if "String" in last:
                    yield last["String"]["sval"]
            else:
                yield from columns_of(body)


def _null_test(body: Node) -> tuple[str, tuple[str, ...]]:
    if not _column(body["arg"]):
        return "other", ()
    return ("not null" if body["nulltesttype"] == "IS_NOT_NULL" else "null"), ()


def _bare_column(body: Node) -> tuple[str, tuple[str, ...]]:
    return "true", ()


def _negation(body: Node) -> tuple[str, tuple[str, ...]]:
    negated = body["boolop"] == "NOT_EXPR" and _column(body["args"][0])
    return ("false" if negated else "other"), ()


def _boolean_test(body: Node) -> tuple[str, tuple[str, ...]]:
    tests = {"IS_TRUE": "true", "IS_FALSE": "false"}
    return (tests.get(body["booltesttype"], "other") if _column(body["arg"]) else "other"), ()


def _operator(body: Node) -> tuple[str, tuple[str, ...]]:
    operator = body["name"][-1]["String"]["sval"]
    kind = body["kind"]
    if not _column(body.get("lexpr", {})):
        return "other", ()
    values = _constants(body.get("rexpr", {}))
    if values is None:
        return "compare", ()
    if kind in ("AEXPR_OP", "AEXPR_IN", "AEXPR_OP_ANY") and operator == "=":
        return _truth(values) or ("equal", values)
    if operator == "<>" and kind in ("AEXPR_OP", "AEXPR_IN", "AEXPR_OP_ALL"):
        return "unequal", values
    return "compare", ()


def _truth(values: tuple[str, ...]) -> tuple[str, tuple[str, ...]] | None:
    return (values[0], ()) if values in (("true",), ("false",)) else None


def _column(node: Node) -> bool:
    """Whether a node is a column, casts aside."""
    while "TypeCast" in node:
        node = node["TypeCast"]["arg"]
    return "ColumnRef" in node


def _constants(node: Node) -> tuple[str, ...] | None:
    """The constants that a node is made of, as text; None where it is anything else."""
    if "TypeCast" in node:
        return _constants(node["TypeCast"]["arg"])
    if "A_Const" in node:
        value = _constant(node["A_Const"])
        return None if value is None else (value,)
    items = node.get("List", {}).get("items") or node.get("A_ArrayExpr", {}).get("elements")
    if not items:
        return None
    parts = [_constants(item) for item in items]
    return None if None in parts else tuple(value for part in parts for value in part or ())


def _constant(body: Node) -> str | None:
    if body.get("isnull"):
        return None
    if "sval" in body:
        return body["sval"].get("sval", "")
    if "boolval" in body:
        return "true" if body["boolval"].get("boolval") else "false"
    if "ival" in body:
        return str(body["ival"].get("ival", 0))
    return body.get("fval", {}).get("fval")


_READERS = {
    "NullTest": _null_test,
    "ColumnRef": _bare_column,
    "BoolExpr": _negation,
    "BooleanTest": _boolean_test,
    "A_Expr": _operator,
}
