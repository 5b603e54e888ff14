"""The finished catalog, from the state that the statements have left."""

from broxspec.catalog.model import Catalog, Check, ForeignKey, Fragment, Index, Name, Skipped, Table, Type
from broxspec.catalog.sql.database import Database
from broxspec.catalog.sql.state import IndexState, KeyState, TableState
from broxspec.sql.normal import normal

_TEMPORARY = "pg_temp"


def freeze(db: Database) -> Catalog:
    """The catalog as the last statement left it. Temporary tables are gone by then."""
    tables = {table.qualified: _table(db, table) for table in db.tables.values() if table.schema != _TEMPORARY}
    relations = {
        name: "composite type" if relation.kind == "composite" else relation.kind
        for name, relation in db.all_relations()
        if relation.kind not in ("table", "index") and name.schema != _TEMPORARY
    }
    return Catalog(
        tables=tables,
        enums={name: state.enum for name, state in db.types.items() if state.enum},
        domains={name: state.domain for name, state in db.types.items() if state.domain},
        functions=tuple(db.functions.values()),
        schemas=tuple(db.schemas),
        extensions=tuple(db.extensions),
        relations=dict(sorted(relations.items())),
        collations=tuple(db.collations),
        opclasses=tuple(db.opclasses),
        skipped=tuple(Skipped(what, reason, count) for (what, reason), count in sorted(db.skipped.items())),
        extension_schemas={name: schema for name, schema in db.extensions.items() if schema},
    )


def _table(db: Database, table: TableState) -> Table:
    types: dict[str, Type | None] = db.column_types(table) if _speaks(db, table) else {}
    return Table(
        schema=table.schema,
        name=table.name,
        kind=table.kind,
        columns=tuple(table.columns.values()),
        indexes=tuple(_index(db, table, db.indexes[number], types) for number in table.indexes),
        foreign_keys=tuple(_key(db, state) for state in table.keys.values()),
        checks=tuple(_check(state.check, state.node, types) for state in table.checks.values()),
        parents=tuple(db.tables[parent].qualified for parent in table.parents),
        partition=table.partition,
        partition_key=table.partition_key,
        replica_identity="nothing" if table.kind == "foreign" else table.replica_identity,
        persistence=table.persistence,
        columns_known=table.known,
        at=table.at,
    )


def _speaks(db: Database, table: TableState) -> bool:
    """Whether the table has any expression."""
    return bool(table.checks) or any(db.indexes[number].predicate or any(db.indexes[number].nodes) for number in table.indexes)


def index_of(db: Database, state: IndexState) -> Index:
    """One index as it is at present."""
    table = db.tables[state.table]
    return _index(db, table, state, db.column_types(table))


def _index(db: Database, table: TableState, state: IndexState, types: dict[str, Type | None]) -> Index:
    index = state.index
    keys = index.keys
    if any(state.nodes):
        keys = tuple(
            key._replace(expression=Fragment(key.expression.sql, normal(node, types))) if node and key.expression else key
            for key, node in zip(keys, state.nodes, strict=True)
        )
    predicate = Fragment(index.predicate.sql, normal(state.predicate, types)) if index.predicate and state.predicate else None
    parent = db.name_of(db.indexes[state.parent]) if state.parent is not None else None
    return index._replace(schema=table.schema, table=table.name, keys=keys, predicate=predicate, parent=parent)


def _check(check: Check, node: dict, types: dict[str, Type | None]) -> Check:
    return check._replace(expression=Fragment(check.expression.sql, normal(node, types)))


def _key(db: Database, state: KeyState) -> ForeignKey:
    if state.ref is None:
        return state.key
    target: Name = db.tables[state.ref].qualified
    return state.key._replace(ref_schema=target.schema, ref_table=target.name)
