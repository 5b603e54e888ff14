"""The name that PostgreSQL gives an index column made from an expression (`FigureIndexColname`)."""

from __future__ import annotations

from typing import Any

Node = dict[str, Any]

#: Values by how much a name says: none, good (a type's, `case`), best.
NONE, GOOD, BEST = 0, 1, 2

FIXED = {
    "A_ArrayExpr": "array", "RowExpr": "row", "CoalesceExpr": "coalesce", "GroupingFunc": "grouping", "XmlSerialize": "xmlserialize",
    "MergeSupportFunc": "merge_action", "JsonParseExpr": "json", "JsonScalarExpr": "json_scalar", "JsonSerializeExpr": "json_serialize",
    "JsonObjectConstructor": "json_object", "JsonArrayConstructor": "json_array", "JsonArrayQueryConstructor": "json_array",
    "JsonObjectAgg": "json_objectagg", "JsonArrayAgg": "json_arrayagg",
}  # fmt: skip
XML = {
    "IS_XMLCONCAT": "xmlconcat", "IS_XMLELEMENT": "xmlelement", "IS_XMLFOREST": "xmlforest", "IS_XMLPARSE": "xmlparse",
    "IS_XMLPI": "xmlpi", "IS_XMLROOT": "xmlroot",
}  # fmt: skip
JSON = {"JSON_EXISTS_OP": "json_exists", "JSON_QUERY_OP": "json_query", "JSON_VALUE_OP": "json_value"}
MINMAX = {"IS_GREATEST": "greatest", "IS_LEAST": "least"}


def expression_name(node: Node, major: int = 15) -> str | None:
    """The name that an expression gives to its index column, None when it has none (`expr` is then used).

    `node` is a node as `parse_sql_json` gives it, `{"FuncCall": {…}}`: a function's name, a cast's type if its
    argument has no better name, `case`, `coalesce`, … `major` matters to `extract`, which is `date_part` before 14.
    """
    return figure(node, major)[1]


def figure(node: Node, major: int) -> tuple[int, str | None]:
    (kind, inside), = node.items()
    if kind == "ColumnRef":
        return last_name(inside["fields"]) or (NONE, None)
    if kind == "A_Indirection":
        return last_name(inside.get("indirection", [])) or figure(inside["arg"], major)
    if kind == "FuncCall":
        name = inside["funcname"][-1]["String"]["sval"]
        return BEST, "date_part" if name == "extract" and major < 14 and len(inside["funcname"]) == 2 else name
    if kind == "A_Expr":
        return (BEST, "nullif") if inside["kind"] == "AEXPR_NULLIF" else (NONE, None)
    if kind == "TypeCast":
        found = figure(inside["arg"], major)
        return found if found[0] == BEST else (GOOD, inside["typeName"]["names"][-1]["String"]["sval"])
    if kind == "CollateClause":
        return figure(inside["arg"], major)
    if kind == "CaseExpr":
        found = figure(inside["defresult"], major) if "defresult" in inside else (NONE, None)
        return found if found[0] == BEST else (GOOD, "case")
    return fixed(kind, inside)


def fixed(kind: str, inside: Node) -> tuple[int, str | None]:
    name = FIXED.get(kind)
    if kind == "MinMaxExpr":
        name = MINMAX[inside["op"]]
    elif kind == "SQLValueFunction":
        # SVFOP_CURRENT_TIME_N is CURRENT_TIME(3), and is called the same.
        name = inside["op"].removeprefix("SVFOP_").removesuffix("_N").lower()
    elif kind == "XmlExpr":
        name = XML.get(inside["op"])
    elif kind == "JsonFuncExpr":
        name = JSON.get(inside["op"])
    return (BEST, name) if name else (NONE, None)


def last_name(fields: list[Node]) -> tuple[int, str] | None:
    names = [field["String"]["sval"] for field in fields if "String" in field]
    return (BEST, names[-1]) if names else None
