"""ALTER TABLE: its sub-commands, in the order in which the server carries them out."""

from collections.abc import Callable

from broxspec.catalog.model import Column
from broxspec.catalog.sql import partitions
from broxspec.catalog.sql.columns import collation, define_column, make_sequence, need_sequence
from broxspec.catalog.sql.constraints import Collected, collect, collected, make_all, table_constraints
from broxspec.catalog.sql.database import Database, shown, strings
from broxspec.catalog.sql.drop import drop_column, drop_constraint, drop_sequences, remove_index, uses
from broxspec.catalog.sql.indexes import KeySpec, ensure, need_column, options, require_values, resolved_key
from broxspec.catalog.sql.rename import rename_index
from broxspec.catalog.sql.tables import same_type
from broxspec.catalog.sql.state import Node, Rejected, Relation, TableState
from broxspec.postgres import names
from broxspec.postgres.expression_names import expression_name
from broxspec.postgres.names import clip
from broxspec.source import Span
from broxspec.sql.normal import deparse

# The server sorts sub-commands into passes; those not named here come last.
_PASSES = {
    "AT_DropColumn": 0, "AT_DropConstraint": 0, "AT_DropNotNull": 0, "AT_DropExpression": 0, "AT_DropIdentity": 0, "AT_AlterColumnType": 1,
    "AT_AddColumn": 2, "AT_AddConstraint": 4, "AT_AddIdentity": 3, "AT_SetNotNull": 3, "AT_ColumnDefault": 3, "AT_SetIdentity": 3,
}  # fmt: skip


def alter(db: Database, body: Node) -> None:
    """An ALTER of a table, index, view, sequence, foreign table or composite type."""
    kind = body["objtype"]
    if kind == "OBJECT_TYPE":
        _alter_composite(db, body)
        return
    found = db.find_range(body["relation"])
    if found is None:
        if body.get("missing_ok"):
            db.skip("ALTER … IF EXISTS", "the relation does not exist")
            return
        word = kind.removeprefix("OBJECT_").replace("_", " ").lower()
        raise Rejected(f"{word} `{shown(body['relation'])}` does not exist", db.at(body["relation"].get("location")))
    commands = [node["AlterTableCmd"] for node in body["cmds"]]
    if found[1].kind == "index":
        for command in commands:
            _alter_index(db, found[1].id, command)
    elif found[1].kind == "table":
        only = not body["relation"].get("inh", False)
        _alter_table(db, found[1].id, commands, only)
    else:
        db.skip(f"ALTER {found[1].kind.upper()}", "no effect on tables")


def _alter_table(db: Database, number: int, commands: list[Node], only: bool) -> None:
    found = collected()
    spans = _command_spans(db, commands)
    ordered = sorted(zip(commands, spans, strict=True), key=lambda pair: _PASSES.get(pair[0]["subtype"], 5))
    added = False
    for command, at in ordered:
        if _PASSES.get(command["subtype"], 5) > 4 and not added:
            added = True
            make_all(db, number, found, only=only)
        handler = _HANDLERS.get(command["subtype"])
        if handler is None:
            db.skip(f"ALTER TABLE {command['subtype'].removeprefix('AT_')}", "no effect on tables")
        else:
            handler(db, number, command, at, found, only)
    if not added:
        make_all(db, number, found, only=only)


def _command_spans(db: Database, commands: list[Node]) -> list[Span]:
    """The place of each sub-command; constraints and columns have the tightest, others the whole statement."""
    if len(commands) == 1:
        place = _place(commands[0])
        return [db.at(place, db.statement.end) if place is not None else db.here]
    from broxspec.sql.split import elements

    # Sub-commands are parted by commas like the elements of a table, only without parentheses around.
    text = db.source.text
    start, end = db.statement.start, db.statement.end
    places = [_place(command) for command in commands]
    result = []
    for place in places:
        if place is None:
            result.append(db.here)
            continue
        begin = db.statement.offset(place)
        spans = elements("(" + text[begin:end] + ")", 0, end - begin + 2)
        stop = begin + spans[0][1] - 1 if spans else end
        result.append(Span(db.source, max(start, begin), min(stop, end)))
    return result


def _place(command: Node) -> int | None:
    definition = command.get("def", {})
    for kind in ("Constraint", "ColumnDef"):
        if kind in definition and definition[kind].get("location", -1) >= 0:
            return definition[kind]["location"]
    return None


# Columns


def _add_column(db: Database, number: int, command: Node, at: Span, found: Collected, only: bool) -> None:
    table = db.tables[number]
    body = command["def"]["ColumnDef"]
    name = clip(body["colname"])
    if name in table.columns:
        if command.get("missing_ok"):
            db.skip("ALTER TABLE ADD COLUMN IF NOT EXISTS", "the column exists")
            return
        raise Rejected(f"column `{name}` of table `{table.qualified}` already exists", at)
    if table.partition is not None:
        raise Rejected(f"cannot add a column to partition `{table.qualified}`", at)
    if only and table.children:
        raise Rejected(f"column `{name}` must be added to the tables that inherit from `{table.qualified}` too", at)
    defined = define_column(db, body, number, table.schema, table.name, at, found)
    _put(db, number, defined.column, defined.reads, local=True)


def _put(db: Database, number: int, column: Column, reads: frozenset[str] | None, *, local: bool) -> None:
    """Add a column to a table and to all that inherits from it."""
    table = db.tables[number]
    former = table.columns.get(column.name)
    if not local and former:
        same_type(former, column, column.at)
        column = former
    inherited = table.inherited if local else {**table.inherited, column.name: table.inherited.get(column.name, 0) + 1}
    db.tables[number] = table._replace(
        columns={**table.columns, column.name: column},
        generated={**table.generated, column.name: reads} if reads is not None else table.generated,
        inherited=inherited,
        local=table.local | {column.name} if local else table.local,
    )
    for child in table.children:
        _put(db, child, column._replace(identity=None), reads, local=False)


def _drop_column(db: Database, number: int, command: Node, at: Span, found: Collected, only: bool) -> None:
    table = db.tables[number]
    name = clip(command["name"])
    if name not in table.columns and table.known:
        if command.get("missing_ok"):
            return
        raise Rejected(f"column `{name}` of table `{table.qualified}` does not exist")
    if name in table.columns:
        drop_column(db, number, name, command.get("behavior") == "DROP_CASCADE", recurse=not only)


def _change(db: Database, number: int, name: str, change: Callable[[Column], Column], *, recurse: bool) -> None:
    table = db.tables[number]
    if name not in table.columns:
        need_column(table, name, None)
        return
    db.tables[number] = table._replace(columns={**table.columns, name: change(table.columns[name])})
    if recurse:
        for child in table.children:
            _change(db, child, name, change, recurse=True)


def _alter_type(db: Database, number: int, command: Node, at: Span, found: Collected, only: bool) -> None:
    body = command["def"]["ColumnDef"]
    type_ = db.type_of(body["typeName"])
    collated = collation(body.get("collClause"))
    name = clip(command["name"])
    table = db.tables[number]
    if table.inherited.get(name):
        raise Rejected(f"cannot alter inherited column `{name}` of `{table.qualified}`")
    if name in table.partition_columns:
        raise Rejected(f"cannot alter column `{name}`: it is part of the partition key of `{table.qualified}`")
    for generated, reads in table.generated.items():
        if name in reads and generated != name:
            raise Rejected(f"cannot alter the type of column `{name}`: generated column `{generated}` uses it")
    _change(db, number, name, lambda column: column._replace(type=type_, collation=collated), recurse=True)
    _rebuild(db, number, name)


def _rebuild(db: Database, number: int, name: str) -> None:
    """Indexes are built again when a type changes: what was the old type's default becomes the new type's, and the parts
    of a partitioned index are dropped and made anew, under names that the server chooses."""
    table = db.tables[number]
    for index_number in table.indexes:
        state = db.indexes[index_number]
        if state.parent is not None or not uses(state, name):
            continue
        keys = tuple(
            resolved_key(db, table, state.index.method, KeySpec(key.column, None, None, key.opclass, key.opclass_options, key.collation, key.order, key.nulls))
            if key.column == name
            else key
            for key in state.index.keys
        )
        attributes = [key.column or expression_name(node, db.major) for key, node in zip(keys, state.nodes, strict=True) if key.column or node]
        names_ = tuple(names.index_columns([*attributes, *state.index.include]))
        for child in state.children:
            remove_index(db, child, True)
        db.indexes[index_number] = db.indexes[index_number]._replace(index=state.index._replace(keys=keys), names=names_)
        if table.kind == "partitioned" and not (state.index.only and not state.children):
            for child in table.children:
                ensure(db, index_number, child)
    for child in table.children:
        _rebuild(db, child, name)


def _default(db: Database, number: int, command: Node, at: Span, found: Collected, only: bool) -> None:
    if "def" in command:
        need_sequence(db, command["def"])
    default = deparse(command["def"]) if "def" in command else None
    column = db.tables[number].columns.get(clip(command["name"]))
    if column and (column.identity or column.generated):
        raise Rejected(f"column `{column.name}` is {'an identity' if column.identity else 'a generated'} column")
    _change(db, number, clip(command["name"]), lambda column: column._replace(default=default), recurse=not only)


def _set_not_null(db: Database, number: int, command: Node, at: Span, found: Collected, only: bool) -> None:
    need_column(db.tables[number], clip(command["name"]), None)
    require_values(db, number, [clip(command["name"])])


def _drop_not_null(db: Database, number: int, command: Node, at: Span, found: Collected, only: bool) -> None:
    table, name = db.tables[number], clip(command["name"])
    for index in table.indexes:
        if db.indexes[index].index.primary and name in db.indexes[index].index.columns:
            raise Rejected(f"column `{name}` is in the primary key of `{table.qualified}`")
    column = table.columns.get(name)
    if column and column.identity:
        raise Rejected(f"column `{name}` of `{table.qualified}` is an identity column")
    _change(db, number, name, lambda column: column._replace(not_null=False), recurse=not only)


def _add_identity(db: Database, number: int, command: Node, at: Span, found: Collected, only: bool) -> None:
    table, name = db.tables[number], clip(command["name"])
    need_column(table, name, None)
    if name in table.columns and table.columns[name].identity:
        raise Rejected(f"column `{name}` of `{table.qualified}` is already an identity column")
    body = command["def"]["Constraint"]
    identity = "always" if body.get("generated_when") == "a" else "by default"
    given = next((o["DefElem"]["arg"]["List"]["items"] for o in body.get("options", []) if o["DefElem"]["defname"] == "sequence_name"), None)
    if given is not None:
        # pg_dump names the sequence that the column had.
        sequence = strings(given)[-1]
        db.claim(table.schema, sequence, Relation("sequence", 0, (number, name)))
        db.sequence_owners[number] = True
    else:
        make_sequence(db, number, table.schema, table.name, name)
    _change(db, number, name, lambda column: column._replace(identity=identity), recurse=False)


def _set_identity(db: Database, number: int, command: Node, at: Span, found: Collected, only: bool) -> None:
    for node in command.get("def", {}).get("List", {}).get("items", []):
        element = node["DefElem"]
        if element["defname"] == "generated":
            when = chr(element["arg"]["Integer"].get("ival", 0))
            identity = "always" if when == "a" else "by default"
            _change(db, number, clip(command["name"]), lambda column: column._replace(identity=identity), recurse=False)


def _drop_identity(db: Database, number: int, command: Node, at: Span, found: Collected, only: bool) -> None:
    drop_sequences(db, number, clip(command["name"]))
    _change(db, number, clip(command["name"]), lambda column: column._replace(identity=None), recurse=False)


def _drop_expression(db: Database, number: int, command: Node, at: Span, found: Collected, only: bool) -> None:
    name = clip(command["name"])
    _change(db, number, name, lambda column: column._replace(generated=None, default=None), recurse=not only)
    table = db.tables[number]
    db.tables[number] = table._replace(generated={key: value for key, value in table.generated.items() if key != name})


# Constraints


def _add_constraint(db: Database, number: int, command: Node, at: Span, found: Collected, only: bool) -> None:
    body = command["def"]["Constraint"]
    if body["contype"] == "CONSTR_NOTNULL":
        require_values(db, number, strings(body.get("keys", [])))
    elif "indexname" in body:
        _use_index(db, number, body, at)
    else:
        collect(db, found, body, at)


def _use_index(db: Database, number: int, body: Node, at: Span) -> None:
    """ADD PRIMARY KEY or UNIQUE USING INDEX: the index becomes the constraint's, and takes its name."""
    table = db.tables[number]
    wanted = clip(body["indexname"])
    found = next((index for index in table.indexes if db.indexes[index].index.name == wanted), None)
    if table.kind == "partitioned":
        raise Rejected("ADD CONSTRAINT USING INDEX is not supported on partitioned tables", at)
    if found is None:
        raise Rejected(f"index `{wanted}` of table `{table.qualified}` does not exist", at)
    state = db.indexes[found]
    if not state.index.unique or state.index.predicate or any(state.nodes):
        raise Rejected(f"index `{wanted}` can't back a constraint: it is not unique, partial or on expressions", at)
    if state.index.constraint:
        raise Rejected(f"index `{wanted}` already belongs to a constraint", at)
    primary = body["contype"] == "CONSTR_PRIMARY"
    if primary and any(db.indexes[index].index.primary for index in table.indexes):
        raise Rejected(f"multiple primary keys for table `{table.qualified}` are not allowed", at)
    name = clip(body.get("conname", wanted))
    if name != wanted:
        rename_index(db, found, name)
    db.add_constraint_name(table.schema, name)
    state = db.indexes[found]
    changed = state.index._replace(constraint="primary" if primary else "unique", deferrable=body.get("deferrable", False), at=at)
    db.indexes[found] = state._replace(index=changed)
    if primary:
        require_values(db, number, [key.column for key in changed.keys if key.column])


def _drop_constraint(db: Database, number: int, command: Node, at: Span, found: Collected, only: bool) -> None:
    cascade = command.get("behavior") == "DROP_CASCADE"
    drop_constraint(db, db.tables[number], clip(command["name"]), cascade, command.get("missing_ok", False), recurse=not only)


def _validate(db: Database, number: int, command: Node, at: Span, found: Collected, only: bool) -> None:
    _edit_constraint(db, number, clip(command["name"]), {"validated": True})


def _alter_constraint(db: Database, number: int, command: Node, at: Span, found: Collected, only: bool) -> None:
    body = command["def"].get("ATAlterConstraint") or command["def"].get("Constraint", {})
    changes = {"deferrable": body.get("deferrable", False), "initially_deferred": body.get("initdeferred", False)}
    _edit_constraint(db, number, clip(body["conname"]), changes)


def _edit_constraint(db: Database, number: int, name: str, changes: dict) -> None:
    table = db.tables[number]
    if name in table.keys:
        state = table.keys[name]
        db.tables[number] = table._replace(keys={**table.keys, name: state._replace(key=state.key._replace(**changes))})
    elif name in table.checks and "validated" in changes:
        db.tables[number] = table._replace(checks={**table.checks, name: table.checks[name]._replace(validated=True)})
        for child in table.children:
            if name in db.tables[child].checks:
                _edit_constraint(db, child, name, changes)
    elif name not in table_constraints(db, table):
        raise Rejected(f"constraint `{name}` of table `{table.qualified}` does not exist")


# The table as a whole


def _replica_identity(db: Database, number: int, command: Node, at: Span, found: Collected, only: bool) -> None:
    body = command["def"]["ReplicaIdentityStmt"]
    kind = body.get("identity_type")
    table = db.tables[number]
    if kind == "i":
        index = db.indexes[_own_index(db, table, clip(body["name"]))].index
        if not index.unique or index.predicate or index.deferrable or any(key.column is None for key in index.keys):
            raise Rejected(f"index `{index.name}` can't be the replica identity: it is not unique, partial, deferrable or on expressions")
        if nullable := next((key.column for key in index.keys if key.column and not table.columns[key.column].not_null), None):
            raise Rejected(f"index `{index.name}` can't be the replica identity: its column `{nullable}` is nullable")
    identity = {"f": "full", "n": "nothing", "i": f"index:{clip(body.get('name', ''))}"}.get(kind, "default")
    db.tables[number] = table._replace(replica_identity=identity)


def _own_index(db: Database, table: TableState, name: str) -> int:
    for number in table.indexes:
        if db.indexes[number].index.name == name:
            return number
    raise Rejected(f"index `{name}` of table `{table.qualified}` does not exist")


def _cluster(db: Database, number: int, command: Node, at: Span, found: Collected, only: bool) -> None:
    table = db.tables[number]
    chosen = _own_index(db, table, clip(command["name"])) if command["subtype"] == "AT_ClusterOn" else None
    if table.kind == "partitioned":
        raise Rejected(f"partitioned table `{table.qualified}` can't be clustered")
    if chosen is not None and (db.indexes[chosen].predicate or db.indexes[chosen].index.method not in ("btree", "gist")):
        raise Rejected(f"cannot cluster on index `{clip(command['name'])}`: it is partial, or its method has no order")
    mark_clustered(db, table, chosen)


def mark_clustered(db: Database, table: TableState, chosen: int | None) -> None:
    for index in table.indexes:
        state = db.indexes[index]
        if state.index.clustered != (index == chosen):
            db.indexes[index] = state._replace(index=state.index._replace(clustered=index == chosen))


def _logged(db: Database, number: int, command: Node, at: Span, found: Collected, only: bool) -> None:
    persistence = "permanent" if command["subtype"] == "AT_SetLogged" else "unlogged"
    db.tables[number] = db.tables[number]._replace(persistence=persistence)


def _partition(change: Callable[[Database, int, Node], None]):
    def handler(db: Database, number: int, command: Node, at: Span, found: Collected, only: bool) -> None:
        change(db, number, command)

    return handler


# Indexes and types


def _alter_index(db: Database, number: int, command: Node) -> None:
    kind = command["subtype"]
    state = db.indexes[number]
    if kind == "AT_AttachPartition":
        partitions.attach_index(db, number, command)
    elif kind == "AT_SetRelOptions":
        given = dict(options(command["def"]["List"]["items"]))
        storage = tuple(sorted({**dict(state.index.storage), **given}.items()))
        db.indexes[number] = state._replace(index=state.index._replace(storage=storage))
    elif kind == "AT_ResetRelOptions":
        gone = {name for name, _ in options(command["def"]["List"]["items"])}
        storage = tuple(item for item in state.index.storage if item[0] not in gone)
        db.indexes[number] = state._replace(index=state.index._replace(storage=storage))
    elif kind == "AT_SetTableSpace":
        space = command.get("name")
        db.indexes[number] = state._replace(index=state.index._replace(tablespace=None if space == "pg_default" else space))
    else:
        db.skip("ALTER INDEX", "no effect on tables")


def _alter_composite(db: Database, body: Node) -> None:
    schema = body["relation"].get("schemaname")
    found = db.find_type(schema, clip(body["relation"]["relname"]))
    if found is None:
        raise Rejected(f"type `{shown(body['relation'])}` does not exist")
    state = db.types[found]
    columns = dict(state.columns)
    for command in (node["AlterTableCmd"] for node in body["cmds"]):
        kind = command["subtype"]
        if kind in ("AT_AddColumn", "AT_AddColumnToView"):
            inside = command["def"]["ColumnDef"]
            columns[clip(inside["colname"])] = Column(clip(inside["colname"]), db.type_of(inside["typeName"]))
        elif kind == "AT_DropColumn":
            columns.pop(clip(command["name"]), None)
        elif kind == "AT_AlterColumnType":
            name = clip(command["name"])
            columns[name] = Column(name, db.type_of(command["def"]["ColumnDef"]["typeName"]))
    db.types[found] = state._replace(columns=columns)


_HANDLERS = {
    "AT_AddColumn": _add_column,
    "AT_DropColumn": _drop_column,
    "AT_AlterColumnType": _alter_type,
    "AT_ColumnDefault": _default,
    "AT_SetNotNull": _set_not_null,
    "AT_DropNotNull": _drop_not_null,
    "AT_AddIdentity": _add_identity,
    "AT_SetIdentity": _set_identity,
    "AT_DropIdentity": _drop_identity,
    "AT_DropExpression": _drop_expression,
    "AT_AddConstraint": _add_constraint,
    "AT_DropConstraint": _drop_constraint,
    "AT_ValidateConstraint": _validate,
    "AT_AlterConstraint": _alter_constraint,
    "AT_ReplicaIdentity": _replica_identity,
    "AT_ClusterOn": _cluster,
    "AT_DropCluster": _cluster,
    "AT_SetLogged": _logged,
    "AT_SetUnLogged": _logged,
    "AT_AttachPartition": _partition(partitions.attach),
    "AT_DetachPartition": _partition(partitions.detach),
    "AT_AddInherit": _partition(partitions.add_parent),
    "AT_DropInherit": _partition(partitions.drop_parent),
}
