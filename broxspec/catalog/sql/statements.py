"""What each kind of statement does."""

from collections.abc import Callable

from broxspec.catalog.sql import alter, blocks, drop, indexes, rename, tables, types
from broxspec.catalog.sql.database import Database, shown, strings
from broxspec.catalog.sql.queries import sources
from broxspec.catalog.sql.state import Node, Rejected, Relation
from broxspec.postgres.names import clip
from broxspec.sql.parser import Statement


def run(db: Database, statement: Statement) -> None:
    """Carry out a statement, or report that the server would refuse it and leave everything as it was."""
    mark = len(db.journal.entries)
    db.statement = statement
    try:
        perform(db, statement)
    except Rejected as rejected:
        db.journal.undo(mark)
        db.statement = statement
        db.refuse(rejected)
    except RecursionError:
        db.journal.undo(mark)
        db.statement = statement
        db.refuse(Rejected("the statement is nested too deeply to be read"))
    if not db.savepoints:
        db.journal.entries.clear()


def perform(db: Database, statement: Statement) -> None:
    """Carry out a statement. Rejected where the server would refuse it."""
    if db.watch is not None:
        db.watch.carry_out(statement, _perform)
    else:
        _perform(db, statement)


def _perform(db: Database, statement: Statement) -> None:
    handler = _HANDLERS.get(statement.kind)
    if handler is not None:
        handler(db, statement.body)
        return
    what = _what(db, statement)
    db.skip(what, "no effect on tables")


_LEADING = frozenset({"CREATE", "ALTER", "DROP", "OR", "REPLACE"})


def _what(db: Database, statement: Statement) -> str:
    """A statement's first words in capitals: `CREATE TRIGGER`, `GRANT`."""
    words = []
    for word in db.source.text[statement.start : statement.start + 80].split():
        word = word.strip("(;").upper()
        if word not in ("OR", "REPLACE", "CONSTRAINT", "DEFAULT"):
            words.append(word)
        if word not in _LEADING:
            break
    return " ".join(words[:2])


def _create_schema(db: Database, body: Node) -> None:
    name = body.get("schemaname") or body.get("authrole", {}).get("rolename", "")
    name = clip(name)
    if db.schemas.get(name):
        if body.get("if_not_exists") or name == "public":
            return
        raise Rejected(f"schema `{name}` already exists")
    db.schemas[name] = True
    if "schemaElts" not in body:
        return
    path = db.settings["search_path"]
    db.settings["search_path"] = (name, *path)
    for node in body["schemaElts"]:
        ((kind, inside),) = node.items()
        if handler := _HANDLERS.get(kind):
            handler(db, inside)
    db.settings["search_path"] = path


def _create_sequence(db: Database, body: Node) -> None:
    relation = body["sequence"]
    schema, name = tables.creation_schema(db, relation), clip(relation["relname"])
    if name in db.relations(schema) and body.get("if_not_exists"):
        return
    db.claim(schema, name, Relation("sequence"))
    _own_sequence(db, schema, name, body)


def _alter_sequence(db: Database, body: Node) -> None:
    found = db.find_range(body["sequence"])
    if found is None:
        if not body.get("missing_ok"):
            raise Rejected(f"sequence `{shown(body['sequence'])}` does not exist")
        return
    if found[1].kind == "sequence":
        _own_sequence(db, *found[0], body)


def _own_sequence(db: Database, schema: str, name: str, body: Node) -> None:
    for option in (node["DefElem"] for node in body.get("options", [])):
        if option["defname"] != "owned_by":
            continue
        parts = strings(option["arg"]["List"]["items"])
        owner = None
        if len(parts) > 1:
            found = db.find(parts[-3] if len(parts) > 2 else None, parts[-2])
            if found is None or found[1].kind != "table":
                raise Rejected(f"relation `{parts[-2]}` does not exist")
            owner = (found[1].id, parts[-1])
            db.sequence_owners[owner[0]] = True
        db.relations(schema)[name] = db.relations(schema)[name]._replace(owner=owner)


def _create_view(db: Database, body: Node) -> None:
    relation = body["view"]
    schema, name = tables.creation_schema(db, relation), clip(relation["relname"])
    former = db.relations(schema).get(name)
    if former is None or not body.get("replace") or former.kind != "view":
        number = db.number()
        db.claim(schema, name, Relation("view", number), db.at(relation.get("location")))
        db.views[number] = sources(db, body["query"])
    elif former.id:
        db.views[former.id] = sources(db, body["query"])
    db.skip("CREATE VIEW", "no effect on tables")


def _create_foreign(db: Database, body: Node) -> None:
    tables.create_table(db, body["base"] if "base" in body else body["base_stmt"], kind="foreign")


def _transaction(db: Database, body: Node) -> None:
    """ROLLBACK takes back what the transaction did. An error inside of one does not end it here, as it would on the server."""
    kind = body["kind"].removeprefix("TRANS_STMT_")
    if kind in ("BEGIN", "START"):
        if not db.savepoints:
            db.savepoints.append(("", len(db.journal.entries)))
    elif kind == "SAVEPOINT":
        if db.savepoints:
            db.savepoints.append((body.get("savepoint_name", ""), len(db.journal.entries)))
    elif kind == "ROLLBACK_TO":
        name = body.get("savepoint_name", "")
        marks = [mark for saved, mark in db.savepoints if saved == name]
        if marks:
            db.journal.undo(marks[-1])
    elif kind == "ROLLBACK":
        if db.savepoints:
            db.journal.undo(db.savepoints[0][1])
        db.savepoints.clear()
    elif kind in ("COMMIT", "PREPARE"):
        db.savepoints.clear()
    db.skip("transaction control", "no effect on tables")


def _drop(db: Database, body: Node) -> None:
    if body["removeType"] in ("OBJECT_FUNCTION", "OBJECT_PROCEDURE", "OBJECT_ROUTINE"):
        types.drop_functions(db, body)
    else:
        drop.drop(db, body)


def _cluster(db: Database, body: Node) -> None:
    if "relation" in body and "indexname" in body:
        table = db.table_of(body["relation"])
        chosen = next((number for number in table.indexes if db.indexes[number].index.name == body["indexname"]), None)
        alter.mark_clustered(db, table, chosen)


def _discard(db: Database, body: Node) -> None:
    if body.get("target") == "DISCARD_ALL":
        blocks.set_path(db, ["$user", "public"])
    db.skip("DISCARD", "no effect on tables")


_HANDLERS: dict[str, Callable[[Database, Node], None]] = {
    "CreateStmt": tables.create_table,
    "CreateForeignTableStmt": _create_foreign,
    "CreateTableAsStmt": tables.create_table_as,
    "SelectStmt": blocks.select,
    "IndexStmt": indexes.create_index,
    "AlterTableStmt": alter.alter,
    "RenameStmt": rename.rename,
    "AlterObjectSchemaStmt": rename.set_schema,
    "DropStmt": _drop,
    "CreateSchemaStmt": _create_schema,
    "CreateEnumStmt": types.create_enum,
    "AlterEnumStmt": types.alter_enum,
    "CreateDomainStmt": types.create_domain,
    "AlterDomainStmt": types.alter_domain,
    "CompositeTypeStmt": types.create_composite,
    "CreateRangeStmt": types.create_range,
    "DefineStmt": types.define,
    "CreateOpClassStmt": types.create_opclass,
    "CreateExtensionStmt": types.create_extension,
    "CreateFunctionStmt": types.create_function,
    "CreateSeqStmt": _create_sequence,
    "AlterSeqStmt": _alter_sequence,
    "ViewStmt": _create_view,
    "VariableSetStmt": blocks.set_variable,
    "DoStmt": blocks.do_block,
    "CallStmt": blocks.call,
    "TransactionStmt": _transaction,
    "ClusterStmt": _cluster,
    "DiscardStmt": _discard,
}
