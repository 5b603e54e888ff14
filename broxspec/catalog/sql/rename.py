"""RENAME and SET SCHEMA."""

from broxspec.catalog.model import Name
from broxspec.catalog.sql.database import Database, dotted, shown
from broxspec.catalog.sql.expressions import raw, renamed
from broxspec.catalog.sql.state import IndexState, Node, Rejected, TableState
from broxspec.postgres.names import clip
from broxspec.sql.typename import names as type_names


def rename(db: Database, body: Node) -> None:
    """ALTER … RENAME."""
    kind = body["renameType"]
    new = clip(body["newname"])
    if kind in ("OBJECT_TABLE", "OBJECT_INDEX", "OBJECT_VIEW", "OBJECT_MATVIEW", "OBJECT_SEQUENCE", "OBJECT_FOREIGN_TABLE"):
        _rename_relation(db, body, new)
    elif kind in ("OBJECT_COLUMN", "OBJECT_ATTRIBUTE"):
        _rename_column(db, body, new)
    elif kind == "OBJECT_TABCONSTRAINT":
        _rename_constraint(db, body, new)
    elif kind in ("OBJECT_TYPE", "OBJECT_DOMAIN"):
        _rename_type(db, dotted(body["object"]["List"]["items"]), new)
    elif kind == "OBJECT_SCHEMA":
        _rename_schema(db, clip(body["subname"]), new)
    else:
        db.skip("ALTER … RENAME", "no effect on tables")


def _missing(db: Database, body: Node, what: str) -> None:
    if body.get("missing_ok"):
        db.skip("ALTER … IF EXISTS", "the relation does not exist")
        return
    raise Rejected(f"{what} `{shown(body['relation'])}` does not exist", db.at(body["relation"].get("location")))


def _rename_relation(db: Database, body: Node, new: str) -> None:
    found = db.find_range(body["relation"])
    if found is None:
        return _missing(db, body, "relation")
    name, relation = found
    if relation.kind == "index":
        rename_index(db, relation.id, new)
        return None
    db.claim(name.schema, new, relation)
    del db.relations(name.schema)[name.name]
    if relation.kind == "table":
        db.tables[relation.id] = db.tables[relation.id]._replace(name=new)
    return None


def rename_index(db: Database, number: int, new: str) -> None:
    """Rename an index, and the constraint that it backs."""
    state = db.indexes[number]
    table = db.tables[state.table]
    old = state.index.name
    db.claim(table.schema, new, db.relations(table.schema)[old])
    del db.relations(table.schema)[old]
    if state.index.constraint:
        db.drop_constraint_name(table.schema, old)
        db.add_constraint_name(table.schema, new)
    db.indexes[number] = state._replace(index=state.index._replace(name=new))
    if table.replica_identity == f"index:{old}":
        db.tables[table.id] = table._replace(replica_identity=f"index:{new}")


def _rename_constraint(db: Database, body: Node, new: str) -> None:
    found = db.find_range(body["relation"])
    if found is None:
        return _missing(db, body, "table")
    table = db.table_of(body["relation"])
    old = clip(body["subname"])
    if old in table.checks:
        _rename_check(db, table.id, old, new)
    elif old in table.keys:
        _rename_key(db, table, old, new)
    else:
        for number in table.indexes:
            if db.indexes[number].index.constraint and db.indexes[number].index.name == old:
                rename_index(db, number, new)
                return None
        raise Rejected(f"constraint `{old}` of table `{table.qualified}` does not exist")
    return None


def _rename_check(db: Database, number: int, old: str, new: str) -> None:
    table = db.tables[number]
    if new in table.checks:
        raise Rejected(f"constraint `{new}` of table `{table.qualified}` already exists")
    db.drop_constraint_name(table.schema, old)
    db.add_constraint_name(table.schema, new)
    checks = {
        (new if name == old else name): state._replace(check=state.check._replace(name=new)) if name == old else state
        for name, state in table.checks.items()
    }
    db.tables[number] = table._replace(checks=checks)
    for child in table.children:
        if old in db.tables[child].checks and not table.checks[old].check.no_inherit:
            _rename_check(db, child, old, new)


def _rename_key(db: Database, table: TableState, old: str, new: str) -> None:
    state = table.keys[old]
    db.drop_constraint_name(table.schema, old)
    db.add_constraint_name(table.schema, new)
    keys = {(new if name == old else name): value._replace(key=value.key._replace(name=new)) if name == old else value for name, value in table.keys.items()}
    db.tables[table.id] = table._replace(keys=keys)
    if state.ref is not None:
        target = db.tables[state.ref]
        incoming = tuple((owner, new if (owner, name) == (table.id, old) else name) for owner, name in target.incoming)
        db.tables[state.ref] = target._replace(incoming=incoming)
    for child in table.children:
        for name, key in list(db.tables[child].keys.items()):
            if key.parent == (table.id, old):
                changed = key._replace(parent=(table.id, new))
                db.tables[child] = db.tables[child]._replace(keys={**db.tables[child].keys, name: changed})


# Columns


def _rename_column(db: Database, body: Node, new: str) -> None:
    found = db.find_range(body["relation"])
    if found is None:
        return _missing(db, body, "table")
    if found[1].kind == "composite":
        state = db.types[found[0]]
        old = clip(body["subname"])
        columns = {(new if name == old else name): c._replace(name=new) if name == old else c for name, c in state.columns.items()}
        db.types[found[0]] = state._replace(columns=columns)
        return None
    if found[1].kind != "table":
        db.skip("ALTER VIEW", "no effect on tables")
        return None
    table, old = db.tables[found[1].id], clip(body["subname"])
    if not table.known:
        return None
    if old not in table.columns:
        raise Rejected(f"column `{old}` of table `{table.qualified}` does not exist")
    if table.inherited.get(old):
        raise Rejected(f"cannot rename inherited column `{old}` of `{table.qualified}`")
    rename_column(db, table.id, old, new)
    return None


def rename_column(db: Database, number: int, old: str, new: str) -> None:
    """A column's new name, wherever the column is spoken of."""
    table = db.tables[number]
    if new in table.columns:
        raise Rejected(f"column `{new}` of table `{table.qualified}` already exists")
    columns = {}
    for name, column in table.columns.items():
        if name == old:
            columns[new] = column._replace(name=new)
        elif name in table.generated and old in table.generated[name] and column.default:
            columns[name] = column._replace(default=_renamed_sql(column.default, old, new))
        else:
            columns[name] = column
    checks = {}
    for name, state in table.checks.items():
        if old in state.columns:
            node = renamed(state.node, old, new)
            state = state._replace(node=node, columns=_swapped(state.columns, old, new), check=state.check._replace(expression=raw(node)))
        checks[name] = state
    keys = {
        name: state._replace(key=state.key._replace(columns=tuple(new if c == old else c for c in state.key.columns))) for name, state in table.keys.items()
    }
    db.tables[number] = table._replace(
        columns=columns,
        checks=checks,
        keys=keys,
        generated={(new if name == old else name): _swapped(reads, old, new) for name, reads in table.generated.items()},
        inherited={(new if name == old else name): count for name, count in table.inherited.items()},
        local=_swapped(table.local, old, new),
        partition_columns=tuple(new if column == old else column for column in table.partition_columns),
        partition_key=_renamed_key(table, old, new),
    )
    for index in table.indexes:
        _rename_in_index(db, index, old, new)
    for owner, name in table.incoming:
        other = db.tables[owner]
        state = other.keys[name]
        key = state.key._replace(ref_columns=tuple(new if c == old else c for c in state.key.ref_columns))
        db.tables[owner] = other._replace(keys={**other.keys, name: state._replace(key=key)})
    for relation_name, relation in db.relations(table.schema).items() if columns[new].default or columns[new].identity else ():
        if relation.owner == (number, old):
            db.relations(table.schema)[relation_name] = relation._replace(owner=(number, new))
            break
    for child in table.children:
        if old in db.tables[child].columns:
            rename_column(db, child, old, new)


def _swapped(names: frozenset[str], old: str, new: str) -> frozenset[str]:
    return names - {old} | {new} if old in names else names


def _renamed_sql(sql: str, old: str, new: str) -> str:
    from broxspec.sql.normal import deparse
    from broxspec.sql.parser import SyntaxFault, parse_expression

    node = parse_expression(sql)
    return sql if isinstance(node, SyntaxFault) else deparse(renamed(node, old, new))


def _renamed_key(table: TableState, old: str, new: str) -> str | None:
    """PARTITION BY after a rename; made anew only where it names plain columns."""
    if table.partition_key is None or old not in table.partition_columns or None in table.partition_columns:
        return table.partition_key
    from broxspec.quoting.sql import identifier

    method = table.partition_key.partition("(")[0].strip()
    columns = ", ".join(identifier(new if column == old else column) for column in table.partition_columns if column)
    return f"{method} ({columns})"


def _rename_in_index(db: Database, number: int, old: str, new: str) -> None:
    from broxspec.catalog.sql.expressions import columns_in

    state = db.indexes[number]
    index = state.index
    nodes, keys = [], []
    for key, node in zip(index.keys, state.nodes, strict=True):
        if node is not None and old in columns_in(node):
            node = renamed(node, old, new)
            key = key._replace(expression=raw(node))
        nodes.append(node)
        keys.append(key._replace(column=new) if key.column == old else key)
    predicate, fragment = state.predicate, index.predicate
    if predicate is not None and old in columns_in(predicate):
        predicate = renamed(predicate, old, new)
        fragment = raw(predicate)
    include = tuple(new if column == old else column for column in index.include)
    changed = index._replace(keys=tuple(keys), predicate=fragment, include=include)
    # The index's own attributes keep their names on the server too; copies for partitions are named after them.
    db.indexes[number] = IndexState(number, state.table, changed, tuple(nodes), state.names, predicate, state.parent, state.children)


# Types and schemas


def _rename_type(db: Database, written: tuple[str | None, str], new: str) -> None:
    found = db.find_type(*written)
    if found is None:
        raise Rejected(f"type `{written[1]}` does not exist")
    _move_type(db, found, Name(found.schema, new))


def _move_type(db: Database, old: Name, new: Name) -> None:
    if new in db.types:
        raise Rejected(f"type `{new}` already exists")
    state = db.types[old]
    del db.types[old]
    enum = state.enum._replace(schema=new.schema, name=new.name) if state.enum else None
    domain = state.domain._replace(schema=new.schema, name=new.name) if state.domain else None
    db.types[new] = state._replace(enum=enum, domain=domain)
    if old.name in db.relations(old.schema) and state.kind == "composite":
        relation = db.relations(old.schema)[old.name]
        del db.relations(old.schema)[old.name]
        db.relations(new.schema)[new.name] = relation
    for number, table in list(db.tables.items()):
        if any(column.type[:2] == (old.name, old.schema) for column in table.columns.values()):
            columns = {
                name: column._replace(type=column.type._replace(schema=new.schema, name=new.name)) if column.type[:2] == (old.name, old.schema) else column
                for name, column in table.columns.items()
            }
            db.tables[number] = table._replace(columns=columns)


def _rename_schema(db: Database, old: str, new: str) -> None:
    if old not in db.schemas:
        raise Rejected(f"schema `{old}` does not exist")
    if new in db.schemas:
        raise Rejected(f"schema `{new}` already exists")
    db.schemas[new] = db.schemas[old]
    del db.schemas[old]
    for number, table in list(db.tables.items()):
        if table.schema == old:
            db.tables[number] = table._replace(schema=new)
    for mapping, target in ((db.relations(old), db.relations(new)), (db.constraints(old), db.constraints(new))):
        for name, value in list(mapping.items()):
            target[name] = value  # type: ignore[assignment]
            del mapping[name]
    for type_ in [name for name in db.types if name.schema == old]:
        _move_type(db, type_, Name(new, type_.name))


def set_schema(db: Database, body: Node) -> None:
    """ALTER … SET SCHEMA."""
    kind, schema = body["objectType"], clip(body["newschema"])
    if kind in ("OBJECT_TYPE", "OBJECT_DOMAIN"):
        node = body["object"]
        written = dotted(node["List"]["items"]) if "List" in node else type_names(node["TypeName"])
        found = db.find_type(*written)
        if found is None:
            raise Rejected(f"type `{written[1]}` does not exist")
        _move_type(db, found, Name(db.need_schema(schema), found.name))
        return
    if "relation" not in body:
        db.skip("ALTER … SET SCHEMA", "no effect on tables")
        return
    found = db.find_range(body["relation"])
    if found is None:
        _missing(db, body, "relation")
        return
    _move(db, found[0], db.need_schema(schema))


def _move(db: Database, name: Name, schema: str) -> None:
    if name.schema == schema:
        return
    relation = db.relations(name.schema)[name.name]
    db.claim(schema, name.name, relation)
    del db.relations(name.schema)[name.name]
    if relation.kind != "table":
        return
    table = db.tables[relation.id]
    for number in table.indexes:
        index = db.indexes[number].index
        db.claim(schema, index.name, db.relations(name.schema)[index.name])
        del db.relations(name.schema)[index.name]
        if index.constraint:
            db.drop_constraint_name(name.schema, index.name)
            db.add_constraint_name(schema, index.name)
    for constraint in (*table.checks, *table.keys):
        db.drop_constraint_name(name.schema, constraint)
        db.add_constraint_name(schema, constraint)
    for other, owned in list(db.relations(name.schema).items()):
        if owned.owner and owned.owner[0] == table.id:
            db.claim(schema, other, owned)
            del db.relations(name.schema)[other]
    db.tables[table.id] = table._replace(schema=schema)
