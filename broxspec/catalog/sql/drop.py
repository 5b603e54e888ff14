"""DROP, and what goes with what is dropped."""

from collections.abc import Collection

from broxspec.catalog.model import Name
from broxspec.catalog.sql.database import Database, dotted, string
from broxspec.catalog.sql.expressions import columns_in, whole_row
from broxspec.catalog.sql.state import IndexState, Node, Rejected, TableState
from broxspec.sql.typename import names as type_names


def drop(db: Database, body: Node) -> None:
    """A DROP statement; the objects that it names go together or not at all."""
    kind = body["removeType"]
    cascade = body.get("behavior") == "DROP_CASCADE"
    missing_ok = body.get("missing_ok", False)
    dropper = _DROPPERS.get(kind)
    if dropper is None:
        db.skip(f"DROP {kind.removeprefix('OBJECT_').replace('_', ' ')}", "no effect on tables")
        return
    names = [_name(node) for node in body["objects"]]
    # Tables that one statement drops together may refer to each other.
    together = {found[1].id for schema, name in names if kind == "OBJECT_TABLE" and (found := db.find(schema, name))}
    for schema, name in names:
        dropper(db, schema, name, cascade, missing_ok, together)


def _name(node: Node) -> tuple[str | None, str]:
    if "List" in node:
        return dotted(node["List"]["items"])
    if "TypeName" in node:
        return type_names(node["TypeName"])
    return None, string(node)


def _absent(kind: str, schema: str | None, name: str, missing_ok: bool) -> None:
    if not missing_ok:
        raise Rejected(f"{kind} `{schema + '.' if schema else ''}{name}` does not exist")


def _drop_relation(kind: str, wanted: tuple[str, ...]):
    def dropper(db: Database, schema: str | None, name: str, cascade: bool, missing_ok: bool, together: set[int]) -> None:
        found = db.find(schema, name)
        if found is None:
            return _absent(kind, schema, name, missing_ok)
        relation = found[1]
        sort = db.tables[relation.id].kind if relation.kind == "table" else relation.kind
        if sort not in wanted:
            raise Rejected(f"`{found[0]}` is not a {kind}")
        if relation.kind == "table":
            drop_table(db, relation.id, cascade, together)
        elif relation.kind == "index":
            drop_index(db, relation.id, cascade)
        elif relation.kind == "view":
            drop_view(db, found[0], relation.id, cascade)
        else:
            del db.relations(found[0].schema)[found[0].name]
        return None

    return dropper


def drop_view(db: Database, name: Name, number: int, cascade: bool) -> None:
    drop_readers(db, number, str(name), cascade)
    if number in db.views:
        del db.views[number]
    del db.relations(name.schema)[name.name]


def drop_readers(db: Database, number: int, name: str, cascade: bool) -> None:
    """Drop the views that read a table or view, or refuse to where CASCADE is missing."""
    for reader in [reader for reader, read in db.views.items() if number in read and reader != number]:
        if not cascade:
            raise Rejected(f"a view depends on `{name}`", help="drop the view first, or add CASCADE")
        if reader in db.tables:
            drop_table(db, reader, True)
        elif place := next((found for found, relation in db.all_relations() if relation.kind == "view" and relation.id == reader), None):
            drop_view(db, place, reader, True)


def drop_table(db: Database, number: int, cascade: bool, together: Collection[int] = ()) -> None:
    """Drop a table with its indexes, constraints, sequences and partitions."""
    table = db.tables[number]
    for child in table.children:
        if db.tables[child].partition is None and not cascade and child not in together:
            raise Rejected(f"table `{db.tables[child].qualified}` inherits from `{table.qualified}`", help="drop it too, or add CASCADE")
    for child in table.children:
        drop_table(db, child, cascade, together)
    drop_readers(db, number, str(db.tables[number].qualified), cascade)
    table = db.tables[number]
    incoming = [*table.incoming, *_incoming_above(db, table, together)]
    for owner, name in incoming:
        if owner != number and owner not in together and not cascade:
            raise Rejected(f"foreign key `{name}` of `{db.tables[owner].qualified}` refers to `{table.qualified}`", help="drop it first, or add CASCADE")
    for owner, name in incoming:
        if owner in db.tables and name in db.tables[owner].keys:
            drop_key(db, owner, name)
    for name in list(db.tables[number].keys):
        drop_key(db, number, name)
    for index in db.tables[number].indexes:
        forget_index(db, index)
    for name in table.checks:
        db.drop_constraint_name(table.schema, name)
    for parent in table.parents:
        if parent in db.tables:
            db.tables[parent] = db.tables[parent]._replace(children=tuple(child for child in db.tables[parent].children if child != number))
    drop_sequences(db, number, None, cascade)
    if number in db.views:
        del db.views[number]
    del db.relations(table.schema)[table.name]
    del db.tables[number]


def _incoming_above(db: Database, table: TableState, together: Collection[int]) -> list[tuple[int, str]]:
    """The foreign keys that refer to the partitioned tables above: each of their partitions is needed for them."""
    found: list[tuple[int, str]] = []
    while table.partition is not None and table.parents and table.parents[0] in db.tables and table.parents[0] not in together:
        table = db.tables[table.parents[0]]
        found += table.incoming
    return found


def drop_sequences(db: Database, number: int, column: str | None, cascade: bool = True) -> None:
    """The sequences that a table, or one column of it, owns, and the defaults of other tables that use them."""
    table = db.tables[number]
    if number not in db.sequence_owners:
        return
    relations = db.relations(table.schema)
    owned = [name for name, relation in relations.items() if relation.owner and relation.owner[0] == number and column in (None, relation.owner[1])]
    for name in owned:
        if db.settings.get("shared sequences"):
            _drop_defaults(db, number, name, cascade)
        del relations[name]


def _drop_defaults(db: Database, number: int, sequence: str, cascade: bool) -> None:
    """Defaults that LIKE has copied depend on the first table's sequence."""
    for other, table in list(db.tables.items()):
        for name, column in table.columns.items():
            if other == number or not column.default or "nextval(" not in column.default or sequence not in column.default:
                continue
            if not cascade:
                raise Rejected(f"default of column `{name}` of `{table.qualified}` depends on sequence `{sequence}`", help="add CASCADE")
            table = table._replace(columns={**table.columns, name: column._replace(default=None)})
            db.tables[other] = table


# Indexes


def drop_index(db: Database, number: int, cascade: bool) -> None:
    """DROP INDEX: not one that a constraint or a partitioned index needs."""
    state = db.indexes[number]
    name = db.name_of(state)
    if state.parent is not None:
        raise Rejected(f"cannot drop index `{name}`: index `{db.name_of(db.indexes[state.parent])}` requires it")
    if state.index.constraint:
        raise Rejected(f"cannot drop index `{name}`: the constraint of this name requires it", help="drop the constraint instead")
    remove_index(db, number, cascade)


def remove_index(db: Database, number: int, cascade: bool) -> None:
    """Drop an index, its parts on partitions, and the foreign keys that rest on it."""
    state = db.indexes[number]
    for child in state.children:
        remove_index(db, child, cascade)
    table = db.tables[state.table]
    for owner, name in table.incoming:
        key = db.tables[owner].keys.get(name)
        if key and key.index == number:
            if not cascade:
                raise Rejected(
                    f"cannot drop index `{db.name_of(state)}`: foreign key `{name}` of `{db.tables[owner].qualified}` depends on it", help="add CASCADE"
                )
            drop_key(db, owner, name)
    forget_index(db, number)
    table = db.tables[state.table]
    identity = "default" if table.replica_identity == f"index:{state.index.name}" else table.replica_identity
    db.tables[state.table] = table._replace(indexes=tuple(index for index in table.indexes if index != number), replica_identity=identity)


def forget_index(db: Database, number: int) -> None:
    """Take an index out of the names and out of its parent; its table is the caller's matter."""
    state = db.indexes[number]
    table = db.tables[state.table]
    del db.relations(table.schema)[state.index.name]
    if state.index.constraint:
        db.drop_constraint_name(table.schema, state.index.name)
    if state.parent is not None and state.parent in db.indexes:
        parent = db.indexes[state.parent]
        db.indexes[state.parent] = parent._replace(children=tuple(child for child in parent.children if child != number))
    del db.indexes[number]


# Constraints and columns


def drop_key(db: Database, number: int, name: str) -> None:
    """Drop a foreign key and the copies that partitions have of it."""
    table = db.tables[number]
    state = table.keys[name]
    db.drop_constraint_name(table.schema, name)
    db.tables[number] = table._replace(keys={key: value for key, value in table.keys.items() if key != name})
    if state.ref is not None and state.ref in db.tables:
        target = db.tables[state.ref]
        db.tables[state.ref] = target._replace(incoming=tuple(entry for entry in target.incoming if entry != (number, name)))
    for child in db.tables[number].children:
        for own, key in list(db.tables[child].keys.items()):
            if key.parent == (number, name):
                drop_key(db, child, own)


def drop_check(db: Database, number: int, name: str, *, recurse: bool = True) -> None:
    """Drop a check here; in tables that inherit it and have it from nowhere else, too."""
    table = db.tables[number]
    db.drop_constraint_name(table.schema, name)
    dropped = table.checks[name]
    db.tables[number] = table._replace(checks={key: value for key, value in table.checks.items() if key != name})
    if dropped.check.no_inherit:
        return
    for child in table.children:
        state = db.tables[child].checks.get(name)
        if state is None or not state.inherited:
            continue
        if recurse and state.inherited == 1 and not state.local:
            drop_check(db, child, name)
        else:
            changed = state._replace(inherited=state.inherited - 1, local=state.local or not recurse)
            db.tables[child] = db.tables[child]._replace(checks={**db.tables[child].checks, name: changed})


def drop_column(db: Database, number: int, name: str, cascade: bool, *, inherited: bool = False, recurse: bool = True) -> None:
    """Drop a column with the indexes and constraints that it takes part in."""
    table = db.tables[number]
    if not inherited and table.inherited.get(name):
        raise Rejected(f"cannot drop inherited column `{name}` of `{table.qualified}`")
    if name in table.partition_columns:
        raise Rejected(f"cannot drop column `{name}`: it is part of the partition key of `{table.qualified}`")
    for generated, reads in list(table.generated.items()):
        if name in reads and generated != name:
            if not cascade:
                raise Rejected(f"cannot drop column `{name}`: generated column `{generated}` depends on it", help="add CASCADE")
            drop_column(db, number, generated, cascade)
    for key, state in list(db.tables[number].keys.items()):
        if name in state.key.columns and key in db.tables[number].keys:
            drop_key(db, number, key)
    for index in db.tables[number].indexes:
        if index in db.indexes and uses(db.indexes[index], name):
            state = db.indexes[index]
            if state.parent is None or not inherited:
                remove_index(db, index, cascade)
    for check, state in list(db.tables[number].checks.items()):
        if name in state.columns:
            drop_check(db, number, check, recurse=recurse)
    drop_sequences(db, number, name, cascade)
    table = db.tables[number]
    db.tables[number] = table._replace(
        columns={key: value for key, value in table.columns.items() if key != name},
        generated={key: value for key, value in table.generated.items() if key != name},
        inherited={key: value for key, value in table.inherited.items() if key != name},
        local=table.local - {name},
    )
    for child in table.children:
        _drop_from_child(db, child, name, cascade, recurse)


def _drop_from_child(db: Database, child: int, name: str, cascade: bool, recurse: bool) -> None:
    table = db.tables[child]
    count = table.inherited.get(name, 0)
    if not count:
        return
    if recurse and count == 1 and name not in table.local:
        drop_column(db, child, name, cascade, inherited=True)
    else:
        local = table.local if recurse else table.local | {name}
        db.tables[child] = table._replace(inherited={**table.inherited, name: count - 1}, local=local)


def uses(state: IndexState, column: str) -> bool:
    index = state.index
    if any(key.column == column for key in index.keys) or column in index.include:
        return True
    nodes = [node for node in (*state.nodes, state.predicate) if node]
    return any(column in columns_in(node) or whole_row(node) for node in nodes)


def drop_constraint(db: Database, table: TableState, name: str, cascade: bool, missing_ok: bool, *, recurse: bool = True) -> None:
    """ALTER TABLE … DROP CONSTRAINT."""
    if name in table.checks:
        if table.checks[name].inherited:
            raise Rejected(f"cannot drop inherited constraint `{name}` of `{table.qualified}`")
        drop_check(db, table.id, name, recurse=recurse)
        return
    if name in table.keys:
        if table.keys[name].parent:
            raise Rejected(f"cannot drop inherited constraint `{name}` of `{table.qualified}`")
        drop_key(db, table.id, name)
        return
    for number in table.indexes:
        state = db.indexes[number]
        if state.index.constraint and state.index.name == name:
            if state.parent is not None:
                raise Rejected(f"cannot drop inherited constraint `{name}` of `{table.qualified}`")
            remove_index(db, number, cascade)
            return
    if not missing_ok:
        # NOT NULL constraints have names from PostgreSQL 18 on, which are not kept here.
        if db.major >= 18 and name.endswith("_not_null"):
            return
        raise Rejected(f"constraint `{name}` of table `{table.qualified}` does not exist")


# Schemas, types, extensions


def _drop_schema(db: Database, schema: str | None, name: str, cascade: bool, missing_ok: bool, together: set[int]) -> None:
    if name not in db.schemas:
        return _absent("schema", None, name, missing_ok)
    held = [number for number, table in db.tables.items() if table.schema == name]
    types = [type_ for type_ in db.types if type_.schema == name]
    if (held or types or db.relations(name)) and not cascade:
        raise Rejected(f"cannot drop schema `{name}`: it is not empty", help="add CASCADE")
    for number in held:
        if number in db.tables:
            drop_table(db, number, True)
    for type_ in types:
        if type_ in db.types:
            _drop_typeuses(db, type_)
            del db.types[type_]
    for relation in list(db.relations(name)):
        del db.relations(name)[relation]
    for number, function in list(db.functions.items()):
        if function.schema == name:
            del db.functions[number]
    del db.schemas[name]
    return None


def _drop_type(db: Database, schema: str | None, name: str, cascade: bool, missing_ok: bool, together: set[int]) -> None:
    found = db.find_type(schema, name)
    if found is None:
        return _absent("type", schema, name, missing_ok)
    if not cascade and (user := _user_of(db, found)):
        raise Rejected(f"cannot drop type `{found}`: column `{user[1]}` of `{db.tables[user[0]].qualified}` has it", help="add CASCADE")
    _drop_typeuses(db, found)
    if db.types[found].kind == "composite" and found.name in db.relations(found.schema):
        del db.relations(found.schema)[found.name]
    del db.types[found]
    return None


def _user_of(db: Database, type_: Name) -> tuple[int, str] | None:
    for number, table in db.tables.items():
        for column in table.columns.values():
            if column.type.name == type_.name and column.type.schema == type_.schema:
                return number, column.name
    return None


def _drop_typeuses(db: Database, type_: Name) -> None:
    for name, state in list(db.types.items()):
        if state.base and (state.base.schema, state.base.name) == type_ and name in db.types:
            _drop_typeuses(db, name)
            del db.types[name]
    while user := _user_of(db, type_):
        table = db.tables[user[0]]
        drop_column(db, user[0], user[1], True, inherited=bool(table.inherited.get(user[1])))


def _drop_extension(db: Database, schema: str | None, name: str, cascade: bool, missing_ok: bool, together: set[int]) -> None:
    if name not in db.extensions:
        return _absent("extension", None, name, missing_ok)
    del db.extensions[name]
    return None


_DROPPERS = {
    "OBJECT_TABLE": _drop_relation("table", ("table", "partitioned")),
    "OBJECT_FOREIGN_TABLE": _drop_relation("foreign table", ("foreign",)),
    "OBJECT_MATVIEW": _drop_relation("materialized view", ("matview",)),
    "OBJECT_VIEW": _drop_relation("view", ("view",)),
    "OBJECT_SEQUENCE": _drop_relation("sequence", ("sequence",)),
    "OBJECT_INDEX": _drop_relation("index", ("index",)),
    "OBJECT_SCHEMA": _drop_schema,
    "OBJECT_TYPE": _drop_type,
    "OBJECT_DOMAIN": _drop_type,
    "OBJECT_EXTENSION": _drop_extension,
}
