"""The columns of a query, where they can be told without knowing every function."""

from broxspec.catalog.model import Column, Type
from broxspec.catalog.sql.database import Database, string
from broxspec.catalog.sql.state import Node, TableState
from broxspec.postgres.expression_names import expression_name
from broxspec.postgres.names import clip
from broxspec.sql.infer import type_of

_UNKNOWN = Type("", None)


def columns_of(db: Database, query: Node, aliases: list[str]) -> list[Column] | None:
    """The columns that a table made from a query has, None where they can't be told. Types that can't be told are empty."""
    select = _first(query)
    if select is None:
        return None
    tables = _sources(db, select.get("fromClause", []))
    columns = _targets(db, select.get("targetList", []), tables)
    if columns is None:
        return None
    return [column._replace(name=alias) for column, alias in zip(columns, aliases, strict=False)] + columns[len(aliases) :]


def _first(query: Node) -> Node | None:
    """The SELECT that names the columns: of a UNION, the first."""
    select = query.get("SelectStmt")
    while select is not None and "larg" in select:
        select = select["larg"]
    return select if select and "valuesLists" not in select else None


def _sources(db: Database, nodes: list[Node]) -> dict[str, TableState] | None:
    """The tables of a FROM clause by the name that the query uses; None when one of its items is something else."""
    found: dict[str, TableState] = {}
    pending = list(reversed(nodes))
    while pending:
        node = pending.pop()
        if "JoinExpr" in node:
            join = node["JoinExpr"]
            if "alias" in join or join.get("isNatural") or "usingClause" in join:
                return None
            pending += [join["rarg"], join["larg"]]
            continue
        body = node.get("RangeVar")
        relation = db.find_range(body) if body else None
        if relation is None or relation[1].kind != "table" or not db.tables[relation[1].id].known:
            return None
        alias = body.get("alias", {})
        if "colnames" in alias:
            return None
        found[alias.get("aliasname", body["relname"])] = db.tables[relation[1].id]
    return found


def _targets(db: Database, nodes: list[Node], tables: dict[str, TableState] | None) -> list[Column] | None:
    columns: list[Column] = []
    for node in nodes:
        target = node["ResTarget"]
        value = target["val"]
        fields = value.get("ColumnRef", {}).get("fields", [])
        if fields and "A_Star" in fields[-1]:
            expanded = _star(fields, tables)
            if expanded is None:
                return None
            columns += expanded
            continue
        name = target.get("name") or expression_name(value, db.major) or "?column?"
        columns.append(Column(clip(name), _type(db, value, tables)))
    return columns


def _star(fields: list[Node], tables: dict[str, TableState] | None) -> list[Column] | None:
    if tables is None:
        return None
    chosen = [tables.get(string(fields[-2]))] if len(fields) > 1 else list(tables.values())
    if any(table is None for table in chosen):
        return None
    return [Column(column.name, column.type, collation=column.collation) for table in chosen if table for column in table.columns.values()]


def _type(db: Database, value: Node, tables: dict[str, TableState] | None) -> Type:
    if "TypeCast" in value:
        return db.type_of(value["TypeCast"]["typeName"])
    if qualified := _qualified(value, tables or {}):
        return qualified
    types: dict[str, Type | None] = {}
    for table in (tables or {}).values():
        for name, column in table.columns.items():
            # A name that two tables have is left unknown: inside of an expression its qualification is not looked at.
            types[name] = column.type if name not in types else None
    return type_of(value, types) or _UNKNOWN


def _qualified(value: Node, tables: dict[str, TableState]) -> Type | None:
    """The type of `table.column`."""
    fields = value.get("ColumnRef", {}).get("fields", [])
    table = tables.get(string(fields[-2])) if len(fields) > 1 else None
    column = table.columns.get(string(fields[-1])) if table else None
    return column.type if column else None


def sources(db: Database, query: Node) -> frozenset[int]:
    """The numbers of all tables and views that a query reads anywhere inside."""
    found: set[int] = set()
    pending: list[object] = [query]
    while pending:
        item = pending.pop()
        if isinstance(item, dict):
            body = item.get("RangeVar")
            if isinstance(body, dict) and (relation := db.find_range(body)):
                found.add(relation[1].id)
            pending.extend(value for value in item.values() if isinstance(value, (dict, list)))
        elif isinstance(item, list):
            pending.extend(item)
    return frozenset(found - {0})
