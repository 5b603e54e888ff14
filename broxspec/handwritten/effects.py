"""From a statement's tree to its effects, with the state that it finds."""

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, NamedTuple

from broxspec.catalog.model import Name
from broxspec.catalog.sql.database import Database, dotted, strings
from broxspec.catalog.sql.freeze import index_of
from broxspec.catalog.sql.state import IndexState, Node, Rejected, TableState
from broxspec.handwritten.change import (
    Alone, BuildIndex, DropConstraint, DropIndex, Effect, LockTable, Other, Refresh, Reindex, Rewrite,
)  # fmt: skip
from broxspec.postgres.names import clip
from broxspec.source import Span
from broxspec.sql.parser import Statement

if TYPE_CHECKING:
    from broxspec.handwritten.observed import FileWatch

# PostgreSQL's locks on tables, from the first that blocks writers on.
SHARE_UPDATE, SHARE, SHARE_ROW, EXCLUSIVE, ACCESS = (
    "ShareUpdateExclusiveLock", "ShareLock", "ShareRowExclusiveLock", "ExclusiveLock", "AccessExclusiveLock"
)  # fmt: skip
BLOCKING = frozenset({SHARE, SHARE_ROW, EXCLUSIVE, ACCESS})
_MODES = (
    "", "ACCESS SHARE", "ROW SHARE", "ROW EXCLUSIVE", "SHARE UPDATE EXCLUSIVE", "SHARE", "SHARE ROW EXCLUSIVE", "EXCLUSIVE", "ACCESS EXCLUSIVE"
)  # fmt: skip


class Noted(NamedTuple):
    """An effect before its circumstances are added. `table` is the table as it is before the statement."""

    effect: Effect
    table: TableState | None
    at: Span
    lock: str = ""


def of(watch: "FileWatch", statement: Statement) -> list[Noted]:
    """What a statement does, told before it is carried out. What it names and is not there is reading's matter, not ours."""
    reader = _READERS.get(statement.kind)
    return list(reader(watch.db, watch, statement.body)) if reader else []


def words(db: Database, count: int) -> Span:
    """The statement's first words."""
    text, start = db.source.text, db.statement.start
    end = start
    for _ in range(count):
        while end < db.statement.end and text[end].isspace():
            end += 1
        while end < db.statement.end and not text[end].isspace() and text[end] not in "(;,":
            end += 1
    return Span(db.source, start, max(end, start + 1))


def table_named(db: Database, node: Node) -> TableState | None:
    """The table that a RangeVar means, None where there is none."""
    found = db.find_range(node)
    return db.tables[found[1].id] if found is not None and found[1].kind == "table" else None


def index_named(db: Database, schema: str | None, name: str) -> IndexState | None:
    return db.index_of(schema, name)


def _build(db: Database, watch: "FileWatch", body: Node) -> Iterator[Noted]:
    from broxspec.catalog.sql.indexes import statement_spec

    table = table_named(db, body["relation"])
    if table is None:
        return
    concurrently = body.get("concurrent", False)
    spec = statement_spec(db, body)
    former, shown = _former(db, table, spec) if spec.name and body.get("if_not_exists") else ("", "")
    effect = BuildIndex(spec.name or "", concurrently, body.get("if_not_exists", False), spec.unique, spec.only, former, shown, Name(table.schema, spec.name or "") in watch.dropped)
    at = words(db, 2 + bool(body.get("unique")) + bool(concurrently))
    lock = SHARE_UPDATE if concurrently else SHARE
    yield Noted(effect, table, at if former != "other" else spec.at or at, lock)


def _former(db: Database, table: TableState, spec) -> tuple[str, str]:
    """What has the name of an index that is made only if it is free: nothing, the `same`, an `other` one, or a relation of another kind."""
    from broxspec.catalog.sql import indexes

    relation = db.relations(table.schema).get(spec.name)
    if relation is None:
        return "", ""
    if relation.kind != "index":
        return relation.kind, f"{relation.kind} `{Name(table.schema, spec.name)}`"
    state = db.indexes[relation.id]
    if state.table != table.id:
        return "other", f"an index of `{db.tables[state.table].qualified}`"
    mark = len(db.journal.entries)
    try:
        # Made under another name and taken back, so that the server's rules on defaults and order are applied to both.
        wanted = index_of(db, db.indexes[indexes.define(db, table.id, spec._replace(name=clip(f"wanted {spec.name}")))])
    except Rejected:
        return "same", ""
    finally:
        db.journal.undo(mark)
    found = index_of(db, state)
    if wanted.definition == found._replace(constraint=None).definition:
        return "same", ""
    return "other", f"`({', '.join(key.text for key in found.keys)})`" + (f" WHERE {found.predicate.sql}" if found.predicate else "")


def _drop(db: Database, watch: "FileWatch", body: Node) -> Iterator[Noted]:
    kind = body["removeType"].removeprefix("OBJECT_").replace("_", " ")
    cascade = body.get("behavior") == "DROP_CASCADE"
    concurrently = body.get("concurrent", False)
    for node in body["objects"]:
        schema, name = dotted(node["List"]["items"]) if "List" in node else (None, "")
        if kind == "INDEX":
            # Whether or not it is there: a leftover of a failed build is what the file does not know of.
            watch.dropped.add(Name(schema or "public", name))
            index = index_named(db, schema, name)
            if index is not None:
                lock = SHARE_UPDATE if concurrently else ACCESS
                effect = DropIndex(index_of(db, index), concurrently, cascade, len(body["objects"]) > 1)
                yield Noted(effect, db.tables[index.table], words(db, 2 + bool(concurrently)), lock)
        elif kind in ("TABLE", "MATVIEW"):
            found = db.find(schema, name)
            if found is not None and found[1].kind == "table":
                yield Noted(Other(f"DROP {kind}"), db.tables[found[1].id], words(db, 2), ACCESS)
        elif kind in ("TRIGGER", "POLICY", "RULE") and "List" in node:
            # The list is the table's name and then the object's.
            parts = strings(node["List"]["items"])
            found = db.find(parts[-3] if len(parts) > 2 else None, parts[-2]) if len(parts) > 1 else None
            if found is not None and found[1].kind == "table":
                yield Noted(Other(f"DROP {kind}"), db.tables[found[1].id], words(db, 2), ACCESS)


def _reindex(db: Database, watch: "FileWatch", body: Node) -> Iterator[Noted]:
    what = body["kind"].removeprefix("REINDEX_OBJECT_").lower()
    concurrently = any(option["DefElem"]["defname"] == "concurrently" for option in body.get("params", []))
    table, name = None, body.get("name", "")
    if "relation" in body:
        node, name = body["relation"], clip(body["relation"]["relname"])
        index = index_named(db, node.get("schemaname"), name) if what == "index" else None
        table = db.tables[index.table] if index else table_named(db, node)
        if table is None:
            return
    yield Noted(Reindex(what, name, concurrently), table, words(db, 2 + bool(concurrently)), SHARE_UPDATE if concurrently else SHARE)


def _refresh(db: Database, watch: "FileWatch", body: Node) -> Iterator[Noted]:
    table = table_named(db, body["relation"])
    if table is None or body.get("skipData"):
        return
    concurrently = body.get("concurrent", False)
    indexes = [db.indexes[number].index for number in table.indexes]
    unique = any(index.unique and index.predicate is None and all(key.column for key in index.keys) for index in indexes)
    yield Noted(Refresh(concurrently, unique), table, words(db, 3 + bool(concurrently)), EXCLUSIVE if concurrently else ACCESS)


def _cluster(db: Database, watch: "FileWatch", body: Node) -> Iterator[Noted]:
    if "relation" in body:
        table = table_named(db, body["relation"])
        if table is not None:
            yield Noted(Rewrite("CLUSTER"), table, words(db, 1), ACCESS)
    else:
        yield Noted(Alone("CLUSTER without a table"), None, words(db, 1))


def _vacuum(db: Database, watch: "FileWatch", body: Node) -> Iterator[Noted]:
    if not body.get("is_vacuumcmd"):
        return
    full = any(option["DefElem"]["defname"] == "full" for option in body.get("options", []))
    yield Noted(Alone("VACUUM"), None, words(db, 1))
    for node in body.get("rels", []) if full else []:
        table = table_named(db, node["VacuumRelation"]["relation"]) if "relation" in node["VacuumRelation"] else None
        if table is not None:
            yield Noted(Rewrite("VACUUM FULL"), table, words(db, 2), ACCESS)


def _lock(db: Database, watch: "FileWatch", body: Node) -> Iterator[Noted]:
    mode = _MODES[body["mode"]]
    lock = f"{mode.title().replace(' ', '')}Lock"
    for node in body["relations"]:
        if (table := table_named(db, node["RangeVar"])) is not None:
            yield Noted(LockTable(mode), table, words(db, 1), lock)


def _on_table(what: str, lock: str, field: str = "relation") -> Callable[[Database, "FileWatch", Node], Iterator[Noted]]:
    def read(db: Database, watch: "FileWatch", body: Node) -> Iterator[Noted]:
        nodes = body.get("relations", [{"RangeVar": body[field]}] if field in body else [])
        for node in nodes:
            if (table := table_named(db, node["RangeVar"])) is not None:
                yield Noted(Other(what), table, words(db, 2), lock)

    return read


def _create_table(db: Database, watch: "FileWatch", body: Node) -> Iterator[Noted]:
    """A new table's foreign keys lock what they reference; a new partition its parent."""
    for node in body.get("tableElts", []):
        constraints = [node] if "Constraint" in node else node.get("ColumnDef", {}).get("constraints", [])
        for constraint in constraints:
            target = constraint["Constraint"].get("pktable")
            if target is not None and (table := table_named(db, target)) is not None:
                yield Noted(Other("REFERENCES"), table, db.at(constraint["Constraint"].get("location")), SHARE_ROW)
    if "partbound" in body and (parent := table_named(db, body["inhRelations"][0]["RangeVar"])) is not None:
        yield Noted(Other("CREATE TABLE … PARTITION OF"), parent, words(db, 2), ACCESS)


def _rename(db: Database, watch: "FileWatch", body: Node) -> Iterator[Noted]:
    node = body.get("relation")
    table = table_named(db, node) if node else None
    if table is not None:
        yield Noted(Other("ALTER TABLE … RENAME"), table, words(db, 2), ACCESS)


def _alone(what: str) -> Callable[[Database, "FileWatch", Node], Iterator[Noted]]:
    def read(db: Database, watch: "FileWatch", body: Node) -> Iterator[Noted]:
        yield Noted(Alone(what), None, words(db, len(what.split())))

    return read


def _alter(db: Database, watch: "FileWatch", body: Node) -> Iterator[Noted]:
    from broxspec.handwritten.alterations import alterations

    return alterations(db, watch, body)


def lost_keys(db: Database, before: dict[tuple[int, str], str]) -> tuple[str, ...]:
    """The foreign keys, of tables that are still there, that a statement took with it."""
    return tuple(
        f"`{name}` of `{db.tables[table].qualified}`" for (table, name) in before if table in db.tables and name not in db.tables[table].keys
    )


def cascades(statement: Statement) -> bool:
    """Whether a statement says CASCADE, so that foreign keys of other tables may go with it."""
    body = statement.body
    if statement.kind == "DropStmt":
        return body.get("behavior") == "DROP_CASCADE" and body["removeType"] in ("OBJECT_TABLE", "OBJECT_INDEX", "OBJECT_SCHEMA")
    commands = body.get("cmds", []) if statement.kind == "AlterTableStmt" else []
    return any(command["AlterTableCmd"].get("behavior") == "DROP_CASCADE" for command in commands)


def cascaded(db: Database, at: Span, table: TableState | None, lost: tuple[str, ...]) -> Noted:
    return Noted(DropConstraint("", lost), table, at)


_READERS: dict[str, Callable[[Database, "FileWatch", Node], Iterator[Noted]]] = {
    "IndexStmt": _build,
    "DropStmt": _drop,
    "AlterTableStmt": _alter,
    "ReindexStmt": _reindex,
    "RefreshMatViewStmt": _refresh,
    "ClusterStmt": _cluster,
    "VacuumStmt": _vacuum,
    "LockStmt": _lock,
    "CreateStmt": _create_table,
    "RenameStmt": _rename,
    "AlterObjectSchemaStmt": _on_table("ALTER TABLE … SET SCHEMA", ACCESS),
    "TruncateStmt": _on_table("TRUNCATE", ACCESS),
    "CreateTrigStmt": _on_table("CREATE TRIGGER", SHARE_ROW),
    "CreatePolicyStmt": _on_table("CREATE POLICY", ACCESS, "table"),
    "AlterPolicyStmt": _on_table("ALTER POLICY", ACCESS, "table"),
    "RuleStmt": _on_table("CREATE RULE", ACCESS),
    "CreatedbStmt": _alone("CREATE DATABASE"),
    "DropdbStmt": _alone("DROP DATABASE"),
    "AlterSystemStmt": _alone("ALTER SYSTEM"),
    "CreateTableSpaceStmt": _alone("CREATE TABLESPACE"),
    "DropTableSpaceStmt": _alone("DROP TABLESPACE"),
}
READ = frozenset(_READERS)
