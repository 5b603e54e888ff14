"""ALTER TABLE, sub-command by sub-command."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from broxspec.catalog.sql.database import Database, strings
from broxspec.catalog.sql.state import CheckState, Node, TableState
from broxspec.handwritten import rewrite
from broxspec.handwritten.change import (
    AddColumn, AddColumnAgain, AddConstraint, AlterType, DetachPartition, DropConstraint, Other, Rewrite, SetNotNull, Validate,
)  # fmt: skip
from broxspec.handwritten.effects import ACCESS, SHARE_ROW, SHARE_UPDATE, Noted, table_named
from broxspec.postgres import names
from broxspec.postgres.names import clip
from broxspec.source import Span
from broxspec.sql.split import elements
from broxspec.sql.typename import shown

if TYPE_CHECKING:
    from broxspec.handwritten.observed import FileWatch

_FORMS = {
    "CONSTR_PRIMARY": "primary key", "CONSTR_UNIQUE": "unique", "CONSTR_EXCLUSION": "exclusion", "CONSTR_FOREIGN": "foreign key",
    "CONSTR_CHECK": "check", "CONSTR_NOTNULL": "not null",
}  # fmt: skip
BUILT = ("primary key", "unique", "exclusion")
# What takes a weaker lock than ACCESS EXCLUSIVE; the manual's "ALTER TABLE" and `AlterTableGetLockLevel`, measured.
_WEAKER = {
    "AT_SetStatistics": SHARE_UPDATE, "AT_ClusterOn": SHARE_UPDATE, "AT_DropCluster": SHARE_UPDATE, "AT_SetOptions": SHARE_UPDATE,
    "AT_ResetOptions": SHARE_UPDATE, "AT_ValidateConstraint": SHARE_UPDATE, "AT_SetRelOptions": SHARE_UPDATE, "AT_ResetRelOptions": SHARE_UPDATE,
    "AT_AttachPartition": SHARE_UPDATE, "AT_EnableTrig": SHARE_ROW, "AT_EnableAlwaysTrig": SHARE_ROW, "AT_EnableReplicaTrig": SHARE_ROW,
    "AT_EnableTrigAll": SHARE_ROW, "AT_EnableTrigUser": SHARE_ROW, "AT_DisableTrig": SHARE_ROW, "AT_DisableTrigAll": SHARE_ROW,
    "AT_DisableTrigUser": SHARE_ROW,
}  # fmt: skip
_REWRITES = {"AT_SetLogged": "SET LOGGED", "AT_SetUnLogged": "SET UNLOGGED", "AT_SetTableSpace": "SET TABLESPACE", "AT_SetAccessMethod": "SET ACCESS METHOD"}


def alterations(db: Database, watch: "FileWatch", body: Node) -> Iterator[Noted]:
    """What each sub-command does. Of an index or view only what locks a table is told."""
    if body["objtype"] not in ("OBJECT_TABLE", "OBJECT_MATVIEW"):
        return
    table = table_named(db, body["relation"])
    if table is None:
        return
    commands = [node["AlterTableCmd"] for node in body["cmds"]]
    for command, at in zip(commands, _spans(db, body, len(commands)), strict=True):
        for noted in _one(db, watch, table, command, at):
            effect = noted.effect
            only = isinstance(effect, AddConstraint) and not body["relation"].get("inh", False)
            yield noted._replace(effect=effect._replace(only=True)) if only else noted


def _spans(db: Database, body: Node, count: int) -> list[Span]:
    """The place of each sub-command: they are parted by commas like what stands in parentheses."""
    begin = db.at(body["relation"].get("location")).end
    end = db.statement.end
    found = elements(f"({db.source.text[begin:end]})", 0, end - begin + 2)
    if len(found) != count:
        return [db.here] * count
    return [Span(db.source, begin + start - 1, begin + stop - 1) for start, stop in found]


def _one(db: Database, watch: "FileWatch", table: TableState, command: Node, at: Span) -> Iterator[Noted]:
    kind = command["subtype"]
    name = clip(command.get("name", ""))
    if kind == "AT_AddConstraint":
        yield from _constraint(db, watch, table, command["def"]["Constraint"], at)
    elif kind == "AT_AddColumn":
        yield from _column(db, watch, table, command, at)
    elif kind == "AT_AlterColumnType" and name in table.columns:
        yield from _type(db, watch, table, command, at)
    elif kind == "AT_SetNotNull" and name in table.columns:
        yield Noted(SetNotNull(name, proof(table, name), table.columns[name].not_null), table, at, ACCESS)
    elif kind == "AT_ValidateConstraint":
        yield Noted(Validate(name, watch.added.get((table.id, name))), table, at, SHARE_UPDATE)
    elif kind == "AT_DetachPartition" or kind == "AT_DetachPartitionFinalize":
        part = command["def"]["PartitionCmd"]
        default = any(db.tables[child].partition == "DEFAULT" for child in table.children)
        concurrently = part.get("concurrent", False)
        finalize = kind == "AT_DetachPartitionFinalize"
        effect = DetachPartition(clip(part["name"]["relname"]), concurrently, default, finalize)
        yield Noted(effect, table, at, SHARE_UPDATE if concurrently or finalize else ACCESS)
    elif kind in _REWRITES:
        yield from _rewritten(table, kind, command, at)
    elif kind == "AT_DropConstraint":
        yield Noted(DropConstraint(name, ()), table, at, ACCESS)
    else:
        words = " ".join(at.text.split()[:3])
        yield Noted(Other(words), table, at, _WEAKER.get(kind, ACCESS))


def _rewritten(table: TableState, kind: str, command: Node, at: Span) -> Iterator[Noted]:
    same = {"AT_SetLogged": "permanent", "AT_SetUnLogged": "unlogged"}.get(kind) == table.persistence
    # Which access method a table has is not known here; there is hardly any but heap.
    if same or kind == "AT_SetAccessMethod" and command.get("name", "heap") == "heap" or table.kind == "partitioned":
        yield Noted(Other(_REWRITES[kind]), table, at, ACCESS)
    else:
        yield Noted(Rewrite(_REWRITES[kind]), table, at, ACCESS)


def _constraint(db: Database, watch: "FileWatch", table: TableState, body: Node, at: Span) -> Iterator[Noted]:
    form = _FORMS.get(body["contype"], "")
    if not form:
        return
    name = clip(body.get("conname", ""))
    using = clip(body.get("indexname", ""))
    columns = tuple(strings(body.get("keys", []) or body.get("fk_attrs", [])))
    taken = using and next((db.indexes[number].index for number in table.indexes if db.indexes[number].index.name == using), None)
    if taken:
        columns = tuple(key.column for key in taken.keys if key.column)
    nulls: tuple[str, ...] = ()
    if form == "primary key":
        nulls = tuple(name for name in columns if name in table.columns and not table.columns[name].not_null and not proof(table, name))
    if form == "not null" and all(table.columns[name].not_null or proof(table, name) for name in columns if name in table.columns):
        checked = False
    else:
        checked = body.get("initially_valid", False) or form == "not null" and not body.get("skip_validation", False)
    # An unnamed constraint is remembered by no name; nothing can validate it in the same breath.
    if name and not checked:
        watch.added[table.id, name] = at
    named = name or _chosen(table, form, columns)
    index = names.free(named, None, "new", db.relations(table.schema).__contains__) if named in db.relations(table.schema) else named
    yield Noted(AddConstraint(form, name, checked, using, columns, nulls=nulls, named=named, index=index), table, at, SHARE_ROW if form == "foreign key" else ACCESS)
    if form == "foreign key" and (target := table_named(db, body["pktable"])) is not None and target.id != table.id:
        yield Noted(Other("REFERENCES"), target, at, SHARE_ROW)


def _chosen(table: TableState, form: str, columns: tuple[str, ...]) -> str:
    """The name that PostgreSQL gives to a primary key or unique constraint without one."""
    if form == "primary key":
        return names.object_name(table.name, None, "pkey")
    return names.object_name(table.name, names.joined(columns), "key") if form == "unique" else ""


def _column(db: Database, watch: "FileWatch", table: TableState, command: Node, at: Span) -> Iterator[Noted]:
    body = command["def"]["ColumnDef"]
    name = clip(body["colname"])
    if name in table.columns:
        wanted, found = db.type_of(body["typeName"]) if "typeName" in body else None, table.columns[name].type
        if command.get("missing_ok") and wanted is not None and not _same_type(db, body, wanted, found):
            yield Noted(AddColumnAgain(name, shown(wanted), shown(found)), table, at, ACCESS)
        return
    rewrites = rewrite.of_new_column(db, body)
    yield Noted(AddColumn(name, rewrites), table, at, ACCESS)
    constraints = [node["Constraint"] for node in body.get("constraints", [])]
    default = "raw_default" in body or any(constraint["contype"] in ("CONSTR_DEFAULT", "CONSTR_IDENTITY", "CONSTR_GENERATED") for constraint in constraints)
    for constraint in constraints:
        form = _FORMS.get(constraint["contype"], "")
        # Where every row is written anew, the same pass checks it; without a default there is nothing to look up for a foreign key.
        checked = not rewrites and (form == "check" or form == "foreign key" and default)
        if form and form != "not null" and not (rewrites and form != "foreign key"):
            effect = AddConstraint(form, clip(constraint.get("conname", "")), checked, columns=(name,), with_column=True)
            yield Noted(effect, table, at, ACCESS)
        if form == "foreign key" and (target := table_named(db, constraint["pktable"])) is not None and target.id != table.id:
            yield Noted(Other("REFERENCES"), target, at, SHARE_ROW)


def _same_type(db: Database, body: Node, wanted: Any, found: Any) -> bool:
    from broxspec.sql.typename import serial

    if integer := serial(body["typeName"]):
        return found.name == integer
    return (wanted.name, wanted.modifiers, bool(wanted.dimensions)) == (found.name, found.modifiers, bool(found.dimensions))


def _type(db: Database, watch: "FileWatch", table: TableState, command: Node, at: Span) -> Iterator[Noted]:
    body = command["def"]["ColumnDef"]
    column = table.columns[clip(command["name"])]
    after = db.type_of(body["typeName"])
    why = rewrite.of_type(db, column, after, body.get("raw_default"), utc=watch.utc)
    yield Noted(AlterType(column.name, column.type, after, why), table, at, ACCESS)


# What spares the scan of SET NOT NULL


def proof(table: TableState, column: str) -> str:
    """The valid check of a table that says a column is not null, empty where there is none."""
    return next((name for name, state in table.checks.items() if state.validated and _says_not_null(state, column)), "")


def _says_not_null(state: CheckState, column: str) -> bool:
    pending = [state.node]
    while pending:
        node = pending.pop()
        if node.get("BoolExpr", {}).get("boolop") == "AND_EXPR":
            pending += node["BoolExpr"]["args"]
        test = node.get("NullTest", {})
        fields = test.get("arg", {}).get("ColumnRef", {}).get("fields", [])
        if test.get("nulltesttype") == "IS_NOT_NULL" and fields and strings(fields[-1:])[0] == column:
            return True
    return False
