"""CREATE TABLE, in all its forms."""

from typing import NamedTuple

from broxspec.catalog.faults import UNKNOWN_COLUMNS
from broxspec.catalog.model import Column, Name
from broxspec.catalog.sql.columns import default_sql, define_column, make_sequence, placed
from broxspec.catalog.sql.constraints import Collected, add_check, collect, collected, inherit_key, make_all
from broxspec.catalog.sql.database import Database, string, strings
from broxspec.catalog.sql.indexes import copy_of, define, ensure
from broxspec.catalog.sql.state import Node, Rejected, Relation, TableState
from broxspec.postgres.names import clip
from broxspec.source import Span
from broxspec.sql.split import closing, elements
from broxspec.sql.typename import names as type_names

_PERSISTENCE = {"p": "permanent", "u": "unlogged", "t": "temporary"}
# The bits of LIKE … INCLUDING.
_DEFAULTS, _GENERATED, _IDENTITY, _INDEXES, _CONSTRAINTS = 1 << 3, 1 << 4, 1 << 5, 1 << 6, 1 << 2


class Draft(NamedTuple):
    """A table on its way: what its elements have said so far."""

    columns: dict[str, Column]
    generated: dict[str, frozenset[str]]
    inherited: dict[str, int]
    local: set[str]
    found: Collected
    likes: list[tuple[int, int]]


def create_table(db: Database, body: Node, kind: str = "table") -> None:
    """CREATE TABLE and CREATE FOREIGN TABLE."""
    relation = body["relation"]
    schema = creation_schema(db, relation)
    name = clip(relation["relname"])
    at = db.at(relation.get("location"))
    if name in db.relations(schema):
        if body.get("if_not_exists"):
            db.skip("CREATE TABLE IF NOT EXISTS", "a relation of this name exists")
            return
        raise Rejected(f"relation `{Name(schema, name)}` already exists", at, **db.holder(schema, name))
    number = db.number()
    draft = Draft({}, {}, {}, set(), collected(), [])
    parents = [db.table_of(node["RangeVar"]) for node in body.get("inhRelations", [])]
    for parent in parents:
        check_parent(parent, partition="partbound" in body)
    inherit(draft, parents)
    if "ofTypename" in body:
        _typed(db, draft, body["ofTypename"])
    read_elements(db, draft, body, number, schema, name)
    bound = body.get("partbound")
    key, key_columns = partition_key(db, body)
    for column in key_columns:
        if column is not None and column not in draft.columns:
            raise Rejected(f"column `{column}` named in partition key does not exist", at)
    table = TableState(
        id=number,
        schema=schema,
        name=name,
        kind="partitioned" if "partspec" in body else kind,
        columns=draft.columns,
        inherited=draft.inherited,
        local=frozenset(draft.local),
        generated=draft.generated,
        parents=tuple(parent.id for parent in parents),
        partition=bound_text(db, bound) if bound else None,
        partition_key=key,
        partition_columns=key_columns,
        persistence=_PERSISTENCE.get(relation.get("relpersistence", "p"), "permanent"),
        at=at,
    )
    db.claim(schema, name, Relation("table", number), at)
    db.tables[number] = table
    for parent in parents:
        adopt(db, parent.id, number, partition=bound is not None)
    for source, flags in draft.likes:
        _like_rest(db, source, number, flags)
    make_all(db, number, draft.found)


def creation_schema(db: Database, relation: Node) -> str:
    if relation.get("relpersistence") == "t":
        return "pg_temp"
    return db.creation_schema(relation.get("schemaname"))


def check_parent(parent: TableState, *, partition: bool) -> None:
    """Rejected where nothing can inherit from a table, or be its partition."""
    if partition and parent.kind != "partitioned":
        raise Rejected(f"`{parent.qualified}` is not partitioned")
    if not partition and parent.kind == "partitioned":
        raise Rejected(f"cannot inherit from partitioned table `{parent.qualified}`")
    if not partition and parent.partition is not None:
        raise Rejected(f"cannot inherit from partition `{parent.qualified}`")


def inherit(draft: Draft, parents: list[TableState]) -> None:
    """The columns of the parents come first; those of the same name become one."""
    for parent in parents:
        for name, column in parent.columns.items():
            former = draft.columns.get(name)
            if former is None:
                draft.columns[name] = column._replace(identity=None)
                if name in parent.generated:
                    draft.generated[name] = parent.generated[name]
            else:
                same_type(former, column)
                draft.columns[name] = former._replace(not_null=former.not_null or column.not_null, default=former.default or column.default)
            draft.inherited[name] = draft.inherited.get(name, 0) + 1


def same_type(first: Column, second: Column, at: Span | None = None) -> None:
    """Rejected unless two columns can be merged into one."""
    if first.type[:3] != second.type[:3] or bool(first.type.dimensions) != bool(second.type.dimensions):
        raise Rejected(f"column `{first.name}` has a type conflict", at, "give it the type that it has in the parent")
    if first.collation != second.collation:
        raise Rejected(f"column `{first.name}` has a collation conflict", at)


def read_elements(db: Database, draft: Draft, body: Node, number: int, schema: str, name: str) -> None:
    nodes = body.get("tableElts", [])
    if not nodes:
        return
    spans = _element_spans(db, body, nodes)
    for node, (start, end) in zip(nodes, spans, strict=True):
        ((kind, inside),) = node.items()
        at = Span(db.source, start, end)
        if kind == "ColumnDef":
            _column(db, draft, inside, number, schema, name, at)
        elif kind == "TableLikeClause":
            _like(db, draft, inside, number, schema, name)
        elif kind == "Constraint":
            if inside["contype"] == "CONSTR_PRIMARY":
                _not_null(draft, strings(inside.get("keys", [])))
            collect(db, draft.found, inside, at)


def _element_spans(db: Database, body: Node, nodes: list[Node]) -> list[tuple[int, int]]:
    start = db.at(body["relation"].get("location")).end
    spans = elements(db.source.text, start, db.statement.end)
    if len(spans) == len(nodes):
        return spans
    return [(db.statement.start, db.statement.end)] * len(nodes)


def _column(db: Database, draft: Draft, body: Node, number: int, schema: str, table: str, at: Span) -> None:
    name = clip(body["colname"])
    if name in draft.columns and "typeName" not in body:
        _refine(db, draft, body, draft.columns[name], at)
        return
    if name in draft.local:
        raise Rejected(f"column `{name}` specified more than once", db.at(body.get("location")))
    former = draft.columns.get(name)
    defined = define_column(db, body, number, schema, table, at, draft.found)
    column = defined.column
    if former is not None:
        same_type(former, column, at)
        column = column._replace(not_null=column.not_null or former.not_null, default=column.default or former.default)
    draft.columns[name] = column
    draft.local.add(name)
    if defined.reads is not None:
        draft.generated[name] = defined.reads


def _refine(db: Database, draft: Draft, body: Node, former: Column, at: Span) -> None:
    """A column of a partition or typed table, named again only to add constraints."""
    for constraint, span in placed(db, body, at):
        kind = constraint["contype"]
        if kind in ("CONSTR_NOTNULL", "CONSTR_PRIMARY"):
            former = former._replace(not_null=True)
        if kind == "CONSTR_DEFAULT":
            former = former._replace(default=default_sql(constraint, span))
        collect(db, draft.found, constraint, span, former.name)
    draft.columns[former.name] = former


def _not_null(draft: Draft, names: list[str]) -> None:
    for name in names:
        if name in draft.columns:
            draft.columns[name] = draft.columns[name]._replace(not_null=True)


def _typed(db: Database, draft: Draft, node: Node) -> None:
    schema, name = type_names(node)
    found = db.find_type(schema, name)
    if found is None or db.types[found].kind != "composite":
        raise Rejected(f"type `{name}` does not exist or is not a composite type")
    draft.columns.update(db.types[found].columns)
    draft.local.update(db.types[found].columns)


# LIKE


def _like(db: Database, draft: Draft, body: Node, number: int, schema: str, table: str) -> None:
    found = db.find_range(body["relation"])
    if found and found[1].kind in ("view", "composite"):
        db.report(UNKNOWN_COLUMNS, f"the columns of `{found[0]}` are not known here", db.at(body["relation"].get("location")))
        return
    source = db.table_of(body["relation"])
    flags = body.get("options", 0)
    for name, column in source.columns.items():
        if name in draft.local:
            raise Rejected(f"column `{name}` specified more than once", db.at(body["relation"].get("location")))
        if name in draft.columns:
            same_type(draft.columns[name], column)
        if column.identity and flags & _IDENTITY:
            make_sequence(db, number, schema, table, name)
        keep_default = flags & (_GENERATED if column.generated else _DEFAULTS)
        if keep_default and column.default and "nextval(" in column.default:
            db.settings["shared sequences"] = True
        draft.columns[name] = column._replace(
            default=column.default if keep_default else None,
            generated=column.generated if flags & _GENERATED else None,
            identity=column.identity if flags & _IDENTITY else None,
        )
        if flags & _GENERATED and name in source.generated:
            draft.generated[name] = source.generated[name]
        draft.local.add(name)
    if flags & (_INDEXES | _CONSTRAINTS):
        draft.likes.append((source.id, flags))


def _like_rest(db: Database, source_id: int, number: int, flags: int) -> None:
    """Checks and indexes, once the table is there."""
    source = db.tables[source_id]
    if flags & _CONSTRAINTS:
        for state in source.checks.values():
            add_check(db, number, state._replace(inherited=0, local=True))
    if flags & _INDEXES:
        for index in source.indexes:
            define(db, number, copy_of(db, db.indexes[index]))


# Parents and partitions


def adopt(db: Database, parent_id: int, child_id: int, *, partition: bool) -> None:
    """Make a table the child of another: checks come down, and to a partition its part of indexes and foreign keys."""
    parent = db.tables[parent_id]
    db.tables[parent_id] = parent._replace(children=(*parent.children, child_id))
    for state in parent.checks.values():
        if not state.check.no_inherit:
            add_check(db, child_id, state, inherited=True)
    if not partition:
        return
    for index in parent.indexes:
        ensure(db, index, child_id)
    for name in parent.keys:
        inherit_key(db, (parent_id, name), child_id)


def partition_key(db: Database, body: Node) -> tuple[str | None, tuple[str | None, ...]]:
    """PARTITION BY as written, and its columns, None for an expression."""
    spec = body.get("partspec")
    if spec is None:
        return None, ()
    columns = []
    for node in spec.get("partParams", []):
        element = node["PartitionElem"]
        inside = element.get("expr", {}).get("ColumnRef")
        columns.append(clip(element["name"]) if "name" in element else string(inside["fields"][-1]) if inside else None)
    start = db.statement.offset(spec["location"])
    text = db.source.text
    end = closing(text, text.find("(", start), db.statement.end)
    written = " ".join(text[start:end].split())
    return written[len("PARTITION BY ") :] if written.upper().startswith("PARTITION BY ") else written, tuple(columns)


def bound_text(db: Database, bound: Node) -> str:
    """A partition's bound as written: `FOR VALUES IN (1)`, `DEFAULT`."""
    if bound.get("is_default"):
        return "DEFAULT"
    text, start, end = db.source.text, db.statement.start, db.statement.end
    # The parser's place is that of what follows FOR VALUES.
    begin = db.statement.offset(bound["location"]) if bound.get("location", -1) >= 0 else start
    head = text.upper().rfind("FOR", start, begin + 4)
    first = closing(text, text.find("(", begin), end)
    if bound.get("strategy") == "r":
        first = closing(text, text.find("(", first), end)
    return " ".join(text[head:first].split())


# Tables made by a query


def create_table_as(db: Database, body: Node) -> None:
    """CREATE TABLE AS and CREATE MATERIALIZED VIEW."""
    matview = body.get("objtype") == "OBJECT_MATVIEW"
    make_from_query(db, body["into"], body["query"], matview=matview, if_not_exists=body.get("if_not_exists", False))


def make_from_query(db: Database, into: Node, query: Node, *, matview: bool = False, if_not_exists: bool = False) -> None:
    from broxspec.catalog.sql.queries import columns_of, sources

    relation = into["rel"]
    schema, name = creation_schema(db, relation), clip(relation["relname"])
    at = db.at(relation.get("location"))
    if name in db.relations(schema) and if_not_exists:
        db.skip("CREATE … IF NOT EXISTS", "a relation of this name exists")
        return
    number = db.number()
    db.claim(schema, name, Relation("table", number), at)
    columns = columns_of(db, query, strings(into.get("colNames", [])))
    if columns is None and not matview:
        db.report(UNKNOWN_COLUMNS, f"the columns of `{Name(schema, name)}` can't be told from its query", at)
    made = {column.name: column for column in columns or []}
    persistence = _PERSISTENCE.get(relation.get("relpersistence", "p"), "permanent")
    kind = "matview" if matview else "table"
    if matview:
        db.views[number] = sources(db, query)
    db.tables[number] = TableState(
        number, schema, name, kind, made, columns is not None, local=frozenset(made), persistence=persistence, at=at
    )

