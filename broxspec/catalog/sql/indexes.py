"""Indexes: what a statement asks for, and what the server makes of it."""

import re
from typing import NamedTuple

from broxspec.catalog.model import Index, Key, Name, Type
from broxspec.catalog.sql.database import Database, string, strings
from broxspec.catalog.sql.expressions import columns_in, key_text, raw, where_text
from broxspec.catalog.sql.state import IndexState, Node, Rejected, Relation, TableState
from broxspec.postgres import methods, names, opclasses
from broxspec.postgres import types as builtin_types
from broxspec.postgres.expression_names import expression_name
from broxspec.postgres.names import clip
from broxspec.source import Span
from broxspec.sql.infer import type_of
from broxspec.sql.split import closing, elements

_UNORDERED = "asc", "last"


class KeySpec(NamedTuple):
    """A key as asked for: a column or an expression. `attribute` is what the server would call it in the index."""

    column: str | None
    node: Node | None = None
    sql: str | None = None
    opclass: str | None = None
    options: tuple[tuple[str, str], ...] = ()
    collation: str | None = None
    order: str = "asc"
    nulls: str | None = None
    attribute: str | None = None


class IndexSpec(NamedTuple):
    """An index as asked for, by CREATE INDEX or a constraint. `name` is None where the server chooses. `include_attributes` are other
    names for the columns in `include` to be called by in the index, as a copied one has them after its table's column was renamed."""

    keys: tuple[KeySpec, ...]
    name: str | None = None
    constraint: str | None = None
    method: str = "btree"
    include: tuple[str, ...] = ()
    include_attributes: tuple[str, ...] = ()
    predicate: Node | None = None
    predicate_sql: str | None = None
    unique: bool = False
    nulls_not_distinct: bool = False
    deferrable: bool = False
    storage: tuple[tuple[str, str], ...] = ()
    tablespace: str | None = None
    operators: tuple[str, ...] = ()
    only: bool = False
    at: Span | None = None


def option_text(node: Node | None) -> str:
    """The value of an option in parentheses, as text."""
    if not node:
        return "true"
    ((kind, body),) = node.items()
    if kind == "Integer":
        return str(body.get("ival", 0))
    if kind == "Float":
        return body.get("fval", "0")
    if kind == "String":
        return body.get("sval", "")
    if kind == "Boolean":
        return "true" if body.get("boolval") else "false"
    return strings(body["names"])[-1] if kind == "TypeName" else kind


def options(nodes: list[Node]) -> tuple[tuple[str, str], ...]:
    """Storage or operator class parameters, sorted by name."""
    return tuple(sorted((item["DefElem"]["defname"], option_text(item["DefElem"].get("arg"))) for item in nodes))


def key_spec(body: Node, major: int, sql: str | None = None) -> KeySpec:
    """An index element. Parentheses or a COLLATE around a plain column make it no expression."""
    node, column = body.get("expr"), body.get("name")
    collation = strings(body["collation"])[-1] if "collation" in body else None
    bare = node
    while bare and "CollateClause" in bare:
        collation = collation or strings(bare["CollateClause"]["collname"])[-1]
        bare = bare["CollateClause"]["arg"]
    if bare and "ColumnRef" in bare and "String" in bare["ColumnRef"]["fields"][-1]:
        column, node = string(bare["ColumnRef"]["fields"][-1]), None
    nulls = {"SORTBY_NULLS_FIRST": "first", "SORTBY_NULLS_LAST": "last"}.get(body.get("nulls_ordering", ""))
    attribute = clip(column) if column is not None else expression_name(node, major) if node else None
    return KeySpec(
        column=clip(column) if column is not None else None,
        node=node if column is None else None,
        sql=sql,
        opclass=strings(body["opclass"])[-1] if "opclass" in body else None,
        options=options(body.get("opclassopts", [])),
        collation=collation,
        order="desc" if body.get("ordering") == "SORTBY_DESC" else "asc",
        nulls=nulls,
        attribute=attribute,
    )


def key_specs(db: Database, nodes: list[Node], start: int, end: int) -> tuple[KeySpec, ...]:
    """The keys of a list whose parenthesis opens at or after `start`."""
    bodies = [node["IndexElem"] for node in nodes]
    if not any("expr" in body for body in bodies):
        return tuple(key_spec(body, db.major) for body in bodies)
    text = db.source.text
    spans = elements(text, start, end)
    found = []
    for place, body in enumerate(bodies):
        sql = key_text(text, *spans[place]) if "expr" in body and len(spans) == len(bodies) else None
        found.append(key_spec(body, db.major, sql))
    return tuple(found)


def statement_spec(db: Database, body: Node) -> IndexSpec:
    """What CREATE INDEX asks for."""
    start, end = db.statement.offset(body["relation"].get("location", 0)), db.statement.end
    predicate_sql = None
    if "whereClause" in body:
        text = db.source.text
        predicate_sql = where_text(text, closing(text, text.find("(", start, end), end), end)
    return IndexSpec(
        keys=key_specs(db, body["indexParams"], start, end),
        name=clip(body["idxname"]) if "idxname" in body else None,
        method=_method(body.get("accessMethod", "btree")),
        include=tuple(clip(node["IndexElem"].get("name", "")) for node in body.get("indexIncludingParams", [])),
        predicate=body.get("whereClause"),
        predicate_sql=predicate_sql,
        unique=body.get("unique", False),
        nulls_not_distinct=body.get("nulls_not_distinct", False),
        storage=options(body.get("options", [])),
        tablespace=body.get("tableSpace"),
        only=not body["relation"].get("inh", False),
        at=_named_at(db, start) if "idxname" in body else db.here,
    )


# What stands between an index's name and its table's.
_NAME = re.compile(r'("(?:[^"]|"")+"|[^\s"]+)\s+ON\s+(?:ONLY\s+)?\Z', re.IGNORECASE)


def _named_at(db: Database, table_start: int) -> Span:
    """The index's name in CREATE INDEX; the whole statement where a comment hides it."""
    found = _NAME.search(db.source.text, db.statement.start, table_start)
    return Span(db.source, *found.span(1)) if found else db.here


def _method(name: str) -> str:
    # The R-tree method was folded into GiST in 8.2, and old dumps still name it.
    return "gist" if name == "rtree" else name


def create_index(db: Database, body: Node) -> None:
    """CREATE INDEX."""
    found = db.find_range(body["relation"])
    if found and found[1].kind == "view":
        raise Rejected(f"cannot create an index on view `{found[0]}`", db.at(body["relation"].get("location")))
    table = db.table_of(body["relation"])
    spec = statement_spec(db, body)
    if body.get("if_not_exists") and spec.name in db.relations(table.schema):
        check(db, table, spec)
        db.skip("CREATE INDEX IF NOT EXISTS", "a relation of this name exists")
        return
    if table.kind == "foreign":
        raise Rejected(f"cannot create an index on foreign table `{table.qualified}`", db.at(body["relation"].get("location")))
    define(db, table.id, spec)


def define(db: Database, table_id: int, spec: IndexSpec, parent: int | None = None) -> int:
    """Make an index, and on a partitioned table those of its partitions. Returns its number."""
    table = db.tables[table_id]
    check(db, table, spec)
    called = [key.attribute for key in spec.keys] + list(spec.include_attributes or spec.include)
    attributes = names.index_columns(called)
    schema = table.schema
    name = spec.name or names.index(table.name, called, spec.constraint, db.relations(schema), db.constraints(schema))
    number = db.number()
    db.claim(schema, name, Relation("index", number), spec.at)
    if spec.constraint:
        db.add_constraint_name(schema, name)
    split = table.kind == "partitioned"
    index = Index(
        schema=schema,
        table=table.name,
        name=name,
        keys=tuple(resolved_key(db, table, spec.method, key) for key in spec.keys),
        method=spec.method,
        include=spec.include,
        predicate=raw(spec.predicate, spec.predicate_sql) if spec.predicate else None,
        unique=spec.unique,
        nulls_not_distinct=spec.nulls_not_distinct,
        constraint=spec.constraint,
        deferrable=spec.deferrable,
        valid=not (split and spec.only and table.children),
        only=spec.only and split,
        storage=spec.storage,
        tablespace=spec.tablespace,
        operators=spec.operators,
        at=spec.at,
    )
    nodes = tuple(key.node for key in spec.keys)
    db.indexes[number] = IndexState(number, table_id, index, nodes, tuple(attributes), spec.predicate, parent)
    db.tables[table_id] = table._replace(indexes=(*table.indexes, number))
    if parent is not None:
        db.indexes[parent] = db.indexes[parent]._replace(children=(*db.indexes[parent].children, number))
    if spec.constraint == "primary":
        require_values(db, table_id, [key.column for key in spec.keys if key.column is not None])
    if split and not spec.only:
        for child in table.children:
            ensure(db, number, child)
    return number


def ensure(db: Database, parent: int, child_id: int) -> None:
    """See that a partition has its part of an index: one of its own that is the same, else a new one."""
    child = db.tables[child_id]
    state = db.indexes[parent]
    if child.kind == "foreign":
        if state.index.unique:
            raise Rejected(f"cannot create a unique index on partitioned table `{db.tables[state.table].qualified}`: `{child.qualified}` is a foreign table")
        return
    wanted = same(db, state)
    for number in child.indexes:
        own = db.indexes[number]
        if own.parent is None and same(db, own) == wanted and (state.index.constraint is None or own.index.constraint == state.index.constraint):
            attach(db, parent, number)
            return
    define(db, child_id, copy_of(db, state), parent)


def attach(db: Database, parent: int, child: int) -> None:
    db.indexes[child] = db.indexes[child]._replace(parent=parent)
    state = db.indexes[parent]
    db.indexes[parent] = state._replace(children=(*state.children, child))
    complete(db, parent)


def complete(db: Database, number: int) -> None:
    """A partitioned index becomes valid when every partition has its valid part; a foreign table never has."""
    state = db.indexes[number]
    partitions = db.tables[state.table].children
    whole = len(state.children) == len(partitions) and all(db.indexes[child].index.valid for child in state.children)
    if whole and not state.index.valid:
        db.indexes[number] = state._replace(index=state.index._replace(valid=True))
        if state.parent is not None:
            complete(db, state.parent)


def same(db: Database, state: IndexState) -> tuple:
    """What must agree for an index to be a partition's part of another. PostgreSQL looks at neither names, storage nor the keys' order (DESC, NULLS FIRST)."""
    from broxspec.sql.normal import normal

    types = db.column_types(db.tables[state.table])
    index = state.index
    keys = tuple(
        (key.column, normal(node, types) if node else None, key.opclass, key.collation)
        for key, node in zip(index.keys, state.nodes, strict=True)
    )
    predicate = normal(state.predicate, types) if state.predicate else None
    return (index.method, keys, index.include, predicate, index.unique, index.nulls_not_distinct, index.operators)


def copy_of(db: Database, state: IndexState) -> IndexSpec:
    """The index as it would be asked for on a like table: for a partition, or LIKE … INCLUDING INDEXES."""
    index = state.index
    keys = tuple(
        KeySpec(
            column=key.column,
            node=node,
            sql=key.expression.sql if key.expression else None,
            opclass=key.opclass,
            options=key.opclass_options,
            collation=key.collation,
            order=key.order,
            nulls=key.nulls,
            attribute=attribute,
        )
        for key, node, attribute in zip(index.keys, state.nodes, state.names, strict=False)
    )
    return IndexSpec(
        keys=keys,
        constraint=index.constraint,
        method=index.method,
        include=index.include,
        include_attributes=state.names[len(keys) :],
        predicate=state.predicate,
        predicate_sql=index.predicate.sql if index.predicate else None,
        unique=index.unique,
        nulls_not_distinct=index.nulls_not_distinct,
        deferrable=index.deferrable,
        storage=index.storage,
        tablespace=index.tablespace,
        operators=index.operators,
        at=db.here,
    )


def require_values(db: Database, table_id: int, columns: list[str]) -> None:
    """NOT NULL, for the table and all that inherits from it."""
    table = db.tables[table_id]
    changed = dict(table.columns)
    for name in columns:
        if name in changed:
            changed[name] = changed[name]._replace(not_null=True)
    db.tables[table_id] = table._replace(columns=changed)
    for child in table.children:
        require_values(db, child, columns)


# What the server refuses


def check(db: Database, table: TableState, spec: IndexSpec) -> None:
    """Rejected where the server would not make the index."""
    for key in spec.keys:
        wanted = [key.column] if key.column is not None else sorted(columns_in(key.node))
        for column in wanted:
            need_column(table, column, spec.at)
    for column in (*spec.include, *(sorted(columns_in(spec.predicate)) if spec.predicate else ())):
        need_column(table, column, spec.at)
    if spec.constraint == "primary" and any(db.indexes[number].index.primary for number in table.indexes):
        raise Rejected(f"multiple primary keys for table `{table.qualified}` are not allowed", spec.at)
    method = methods.get(spec.method, db.major)
    if method:
        _check_method(spec, method)
        for key in spec.keys:
            _check_opclass(db, table, spec, key)
    if table.kind == "partitioned" and (spec.unique or spec.constraint):
        _check_partition_key(table, spec)


def need_column(table: TableState, name: str, at: Span | None) -> None:
    if table.known and name not in table.columns and name != "tableoid":
        raise Rejected(f"column `{name}` of table `{table.qualified}` does not exist", at)


def _check_method(spec: IndexSpec, method: methods.Method) -> None:
    if spec.unique and not method.can_unique:
        raise Rejected(f"access method `{spec.method}` does not support unique indexes", spec.at)
    if spec.include and not method.can_include:
        raise Rejected(f"access method `{spec.method}` does not support included columns", spec.at)
    if len(spec.keys) > 1 and not method.can_multi_column:
        raise Rejected(f"access method `{spec.method}` does not support multicolumn indexes", spec.at)
    if not method.can_order and any(key.order == "desc" or key.nulls for key in spec.keys if spec.name is None or not spec.constraint):
        if any(key.order == "desc" or key.nulls == "first" for key in spec.keys):
            raise Rejected(f"access method `{spec.method}` does not support ASC/DESC options", spec.at)


def _check_opclass(db: Database, table: TableState, spec: IndexSpec, key: KeySpec) -> None:
    found = key_type(db, table, key)
    if found is not None and key.collation is not None and not _collatable(db, found):
        raise Rejected(f"collations are not supported by type `{found.name}`", spec.at)
    if key.opclass is not None or found is None:
        return
    own = db.types.get(Name(found.schema or "", found.name))
    if not (own and own.kind == "enum" or found.schema == "pg_catalog" and db.is_builtin(found.name)):
        return
    if default_opclass(db, spec.method, found) is None:
        name = builtin_types.array_of(found.name) if found.dimensions else found.name
        raise Rejected(f"data type `{name}` has no default operator class for access method `{spec.method}`", spec.at)


def _collatable(db: Database, found: Type) -> bool:
    if found.schema != "pg_catalog":
        return Name(found.schema or "", found.name) not in db.types
    known = builtin_types.builtin(found.name, db.major)
    return known is None or known.collatable


def _check_partition_key(table: TableState, spec: IndexSpec) -> None:
    if any(column is None for column in table.partition_columns):
        raise Rejected(f"unique constraint on partitioned table `{table.qualified}` must not be on partition key expressions", spec.at)
    missing = [column for column in table.partition_columns if column not in {key.column for key in spec.keys}]
    if missing and spec.constraint != "exclusion":
        raise Rejected(f"a unique constraint on partitioned table `{table.qualified}` must include its partition column `{missing[0]}`", spec.at)


# Keys


def key_type(db: Database, table: TableState, key: KeySpec) -> Type | None:
    """What a key holds; None where it can't be told."""
    if key.column is not None:
        column = table.columns.get(key.column)
        return db.resolved(column.type) if column else None
    return type_of(key.node, db.column_types(table)) if key.node else None


def resolved_key(db: Database, table: TableState, method: str, key: KeySpec) -> Key:
    """The key as the catalog has it: order complete, defaults left out."""
    known = methods.get(method, db.major)
    ordered = known.can_order if known else key.order == "desc"
    order, nulls = (key.order, key.nulls or ("first" if key.order == "desc" else "last")) if ordered else _UNORDERED
    opclass = key.opclass
    if opclass is not None:
        found = key_type(db, table, key)
        if found is not None and opclass == default_opclass(db, method, found):
            opclass = None
    collation = key.collation
    if collation is not None:
        column = table.columns.get(key.column) if key.column is not None else None
        if collation == ((column.collation if column else None) or "default"):
            collation = None
    expression = raw(key.node, key.sql) if key.node else None
    return Key(key.column, expression, order, nulls, opclass, key.options, collation)


def default_opclass(db: Database, method: str, found: Type) -> str | None:
    """The operator class that a type has when none is written."""
    name = builtin_types.array_of(found.name) if found.dimensions else found.name
    own = Name(found.schema or "", found.name) in db.types
    # Extensions bring defaults of their own to GiST and GIN for plain types, and to all methods for their own types.
    key = (method, name, tuple(db.extensions), len(db.types) if own else 0)
    if key not in db.default_opclasses:
        types = user_types(db) if own or db.extensions else None
        db.default_opclasses[key] = opclasses.default(method, name, db.major, types)
    return db.default_opclasses[key]


def user_types(db: Database) -> builtin_types.Types:
    """PostgreSQL's types with those that the database defines; by bare name, as operator classes are looked up."""
    own = {}
    for name, state in db.types.items():
        if state.kind in ("enum", "domain", "composite", "range"):
            own[name.name] = builtin_types.UserType(state.kind, state.base.name if state.base else None)
    return builtin_types.Types(db.major, db.extensions, own)
