"""Types, domains, functions and the other things that tables are made of."""

from broxspec.catalog.model import Column, Domain, Enum, Fragment, Function, Name
from broxspec.catalog.sql.columns import collation
from broxspec.catalog.sql.database import Database, dotted, string, strings
from broxspec.catalog.sql.expressions import parenthesized
from broxspec.catalog.sql.state import Node, Rejected, Relation, TypeState
from broxspec.postgres.names import clip
from broxspec.source import Span
from broxspec.sql.normal import normal


def _claim(db: Database, names: list[Node]) -> Name:
    schema, bare = dotted(names)
    name = Name(db.creation_schema(schema), bare)
    if name in db.types:
        raise Rejected(f"type `{name}` already exists")
    return name


def create_enum(db: Database, body: Node) -> None:
    name = _claim(db, body["typeName"])
    labels = tuple(string(node) for node in body.get("vals", []))
    db.types[name] = TypeState("enum", enum=Enum(name.schema, name.name, labels, db.here))


def alter_enum(db: Database, body: Node) -> None:
    """ADD VALUE and RENAME VALUE."""
    schema, bare = dotted(body["typeName"])
    found = db.find_type(schema, bare)
    if found is None or db.types[found].enum is None:
        raise Rejected(f"enum type `{bare}` does not exist")
    state = db.types[found]
    labels = list(state.enum.labels)
    new, old, neighbor = body.get("newVal", ""), body.get("oldVal"), body.get("newValNeighbor")
    if new in labels:
        if body.get("skipIfNewValExists"):
            return
        raise Rejected(f"enum label `{new}` already exists in `{found}`")
    for needed in (old, neighbor):
        if needed is not None and needed not in labels:
            raise Rejected(f"`{needed}` is not a label of enum `{found}`")
    if old is not None:
        labels[labels.index(old)] = new
    elif neighbor is not None:
        labels.insert(labels.index(neighbor) + bool(body.get("newValIsAfter")), new)
    else:
        labels.append(new)
    db.types[found] = state._replace(enum=state.enum._replace(labels=tuple(labels)))


def create_domain(db: Database, body: Node) -> None:
    name = _claim(db, body["domainname"])
    base = db.type_of(body["typeName"])
    constraints = [node["Constraint"] for node in body.get("constraints", [])]
    checks = tuple(_domain_check(db, constraint) for constraint in constraints if constraint["contype"] == "CONSTR_CHECK")
    not_null = any(constraint["contype"] == "CONSTR_NOTNULL" for constraint in constraints)
    domain = Domain(name.schema, name.name, base, not_null, checks, db.here)
    db.types[name] = TypeState("domain", domain=domain, base=base)


def _domain_check(db: Database, constraint: Node) -> Fragment:
    start = db.statement.offset(constraint["location"])
    sql = parenthesized(db, start, db.statement.end)
    text = normal(constraint["raw_expr"])
    return Fragment(sql or text, text)


def alter_domain(db: Database, body: Node) -> None:
    schema, bare = dotted(body["typeName"])
    found = db.find_type(schema, bare)
    if found is None or db.types[found].domain is None:
        raise Rejected(f"domain `{bare}` does not exist")
    state = db.types[found]
    kind = body.get("subtype")
    if kind in ("O", "N", "AD_SetNotNull", "AD_DropNotNull"):
        db.types[found] = state._replace(domain=state.domain._replace(not_null=kind in ("O", "AD_SetNotNull")))
    elif kind in ("C", "AD_AddConstraint"):
        constraint = body["def"]["Constraint"]
        if constraint["contype"] == "CONSTR_CHECK":
            checks = (*state.domain.checks, _domain_check(db, constraint))
            db.types[found] = state._replace(domain=state.domain._replace(checks=checks))
    else:
        db.skip("ALTER DOMAIN", "no effect on tables")


def create_composite(db: Database, body: Node) -> None:
    typevar = body["typevar"]
    schema = db.creation_schema(typevar.get("schemaname"))
    name = Name(schema, clip(typevar["relname"]))
    if name in db.types:
        raise Rejected(f"type `{name}` already exists")
    db.claim(schema, name.name, Relation("composite"))
    columns = {}
    for node in body.get("coldeflist", []):
        inside = node["ColumnDef"]
        column = Column(clip(inside["colname"]), db.type_of(inside["typeName"]), collation=collation(inside.get("collClause")))
        columns[column.name] = column
    db.types[name] = TypeState("composite", columns=columns)


def create_range(db: Database, body: Node) -> None:
    name = _claim(db, body["typeName"])
    subtype = next((item["DefElem"]["arg"].get("TypeName") for item in body.get("params", []) if item["DefElem"]["defname"] == "subtype"), None)
    db.types[name] = TypeState("range", base=db.type_of(subtype) if subtype else None)


def define(db: Database, body: Node) -> None:
    """CREATE TYPE of a base type, CREATE COLLATION; aggregates, operators and the like have no effect on tables."""
    kind = body["kind"]
    schema, bare = dotted(body["defnames"])
    if kind == "OBJECT_COLLATION":
        db.collations[Name(db.creation_schema(schema), bare)] = True
    elif kind == "OBJECT_TYPE":
        name = Name(db.creation_schema(schema), bare)
        # A shell type is defined a second time, in full.
        db.types[name] = TypeState("base")
    else:
        db.skip(f"CREATE {kind.removeprefix('OBJECT_').replace('_', ' ')}", "no effect on tables")


def create_opclass(db: Database, body: Node) -> None:
    db.opclasses[body["amname"], strings(body["opclassname"])[-1]] = True


def create_extension(db: Database, body: Node) -> None:
    name = body["extname"]
    if name in db.extensions:
        if body.get("if_not_exists"):
            return
        raise Rejected(f"extension `{name}` already exists")
    given = next((item["DefElem"]["arg"]["String"]["sval"] for item in body.get("options", []) if item["DefElem"]["defname"] == "schema"), None)
    db.extensions[name] = given


_VOLATILITIES = frozenset({"immutable", "stable", "volatile"})
_INPUT = ("FUNC_PARAM_IN", "FUNC_PARAM_INOUT", "FUNC_PARAM_VARIADIC", "FUNC_PARAM_DEFAULT")


def create_function(db: Database, body: Node) -> None:
    """CREATE FUNCTION: kept, since an index may call it."""
    from broxspec.catalog.sql.calls import remember

    schema, name = dotted(body["funcname"])
    given = {item["DefElem"]["defname"]: item["DefElem"].get("arg") for item in body.get("options", [])}
    parameters = [node["FunctionParameter"] for node in body.get("parameters", [])]
    arguments = tuple(db.type_of(parameter["argType"]) for parameter in parameters if parameter["mode"] in _INPUT)
    volatility = (given.get("volatility") or {}).get("String", {}).get("sval", "volatile")
    result = db.type_of(body["returnType"]) if "returnType" in body else None
    function = Function(db.creation_schema(schema), name, arguments, volatility if volatility in _VOLATILITIES else "volatile", result)
    former = [n for n, other in db.functions.items() if other[:3] == function[:3]] if body.get("replace") else []
    db.functions[former[0] if former else db.number()] = function
    db.skip("CREATE PROCEDURE" if body.get("is_procedure") else "CREATE FUNCTION", "no effect on tables")
    remember(db, name, given, Span(db.source, db.statement.start, db.statement.end).text)


def drop_functions(db: Database, body: Node) -> None:
    from broxspec.catalog.sql.calls import forget

    for node in body["objects"]:
        schema, name = dotted(node["ObjectWithArgs"]["objname"])
        for number, function in list(db.functions.items()):
            if function.name == name and schema in (None, function.schema):
                del db.functions[number]
        forget(db, name)
    db.skip("DROP FUNCTION", "no effect on tables")
