"""Constraints: collected from a statement first, then made in the server's order: checks, indexes, foreign keys."""

from collections.abc import Collection, Iterator
from typing import NamedTuple

from broxspec.catalog.model import Check, ForeignKey
from broxspec.catalog.sql.database import Database, shown, strings
from broxspec.catalog.sql.expressions import bare, columns_in, key_text, parenthesized, raw, where_text
from broxspec.catalog.sql.indexes import IndexSpec, KeySpec, define, key_spec, need_column, options
from broxspec.catalog.sql.state import CheckState, KeyState, Node, Rejected, TableState
from broxspec.postgres import names
from broxspec.postgres.names import clip
from broxspec.source import Span
from broxspec.sql.split import closing, elements

_ACTIONS = {"a": "no action", "r": "restrict", "c": "cascade", "n": "set null", "d": "set default"}
_MATCHES = {"s": "simple", "f": "full", "p": "partial"}
_BACKED = {"CONSTR_PRIMARY": "primary", "CONSTR_UNIQUE": "unique", "CONSTR_EXCLUSION": "exclusion"}


class CheckSpec(NamedTuple):
    """A check as declared. `name` is None where the server chooses."""

    name: str | None
    node: Node
    sql: str | None
    no_inherit: bool
    at: Span
    validated: bool = True


class KeySpecification(NamedTuple):
    """A foreign key as declared; `ref_columns` are empty where the primary key is meant."""

    name: str | None
    columns: tuple[str, ...]
    target: Node
    ref_columns: tuple[str, ...]
    body: Node
    at: Span


class Collected(NamedTuple):
    """The constraints of one statement, in the order in which they stand."""

    indexes: list[IndexSpec]
    checks: list[CheckSpec]
    keys: list[KeySpecification]


def collected() -> Collected:
    return Collected([], [], [])


def collect(db: Database, into: Collected, body: Node, at: Span, column: str | None = None) -> None:
    """Take in one constraint, of a column or of the table."""
    kind = body["contype"]
    name = clip(body["conname"]) if "conname" in body else None
    if kind in _BACKED:
        into.indexes.append(index_spec(db, body, at, name, column))
    elif kind == "CONSTR_CHECK":
        sql = parenthesized(db, at.start, at.end)
        into.checks.append(CheckSpec(name, body["raw_expr"], sql, body.get("is_no_inherit", False), at, not body.get("skip_validation", False)))
    elif kind == "CONSTR_FOREIGN":
        columns = (column,) if column is not None else tuple(strings(body.get("fk_attrs", [])))
        into.keys.append(KeySpecification(name, columns, body["pktable"], tuple(strings(body.get("pk_attrs", []))), body, at))


def index_spec(db: Database, body: Node, at: Span, name: str | None, column: str | None) -> IndexSpec:
    """The index that a PRIMARY KEY, UNIQUE or EXCLUDE constraint asks for."""
    kind = _BACKED[body["contype"]]
    keys: list[KeySpec] = []
    operators: list[str] = []
    if kind == "exclusion":
        spans = elements(db.source.text, at.start, at.end)
        for place, item in enumerate(body["exclusions"]):
            element, operator = item["List"]["items"]
            node = element["IndexElem"]
            sql = key_text(db.source.text, *spans[place]) if "expr" in node and place < len(spans) else None
            keys.append(key_spec(node, db.major, sql))
            operators.append(strings(operator["List"]["items"])[-1])
    else:
        columns = [column] if column is not None else strings(body.get("keys", []))
        keys = [KeySpec(name_, attribute=name_) for name_ in columns]
    predicate_sql = None
    if "where_clause" in body:
        text = db.source.text
        found = where_text(text, closing(text, text.find("(", at.start, at.end), at.end), at.end)
        predicate_sql = bare(found) if found else None
    return IndexSpec(
        keys=tuple(keys),
        name=name,
        constraint=kind,
        method=body.get("access_method", "gist") if kind == "exclusion" else "btree",
        include=tuple(strings(body.get("including", []))),
        predicate=body.get("where_clause"),
        predicate_sql=predicate_sql,
        unique=kind != "exclusion",
        nulls_not_distinct=body.get("nulls_not_distinct", False),
        deferrable=body.get("deferrable", False),
        storage=options(body.get("options", [])),
        tablespace=body.get("indexspace"),
        operators=tuple(operators),
        at=at,
    )


def merged(specs: list[IndexSpec]) -> list[IndexSpec]:
    """The primary key first, and like constraints of one statement made into one, as the server does."""
    ordered = [spec for spec in specs if spec.constraint == "primary"] + [spec for spec in specs if spec.constraint != "primary"]
    kept: list[IndexSpec] = []
    for spec in ordered:
        place = next((place for place, former in enumerate(kept) if _alike(former, spec)), None)
        if place is None or spec.constraint == "primary":
            kept.append(spec)
        elif kept[place].name is None:
            kept[place] = kept[place]._replace(name=spec.name)
    return kept


def _alike(first: IndexSpec, second: IndexSpec) -> bool:
    compared = ("include", "predicate", "operators", "method", "nulls_not_distinct", "deferrable")
    keys = [key._replace(attribute=None, sql=None) for key in first.keys] == [key._replace(attribute=None, sql=None) for key in second.keys]
    return keys and all(getattr(first, field) == getattr(second, field) for field in compared)


def make_all(db: Database, table_id: int, found: Collected, *, only: bool = False) -> None:
    """Make what was collected: checks, then indexes, then foreign keys."""
    if only and db.tables[table_id].children and any(not spec.no_inherit for spec in found.checks):
        raise Rejected(f"constraint must be added to the tables that inherit from `{db.tables[table_id].qualified}` too", found.checks[0].at)
    make_checks(db, table_id, found.checks)
    for spec in merged(found.indexes):
        define(db, table_id, spec._replace(only=only))
    for key in found.keys:
        make_key(db, table_id, key)


# Checks


def make_checks(db: Database, table_id: int, specs: list[CheckSpec]) -> None:
    """Checks that the statement names come before those that the server names."""
    taken = {spec.name for spec in specs if spec.name is not None}
    for spec in specs:
        table = db.tables[table_id]
        columns = columns_in(spec.node)
        for column in sorted(columns):
            if column != "*":
                need_column(table, column, spec.at)
        if spec.no_inherit and table.kind == "partitioned":
            raise Rejected(f"a NO INHERIT constraint can't be added to partitioned table `{table.qualified}`", spec.at)
        name = spec.name or check_name(db, table, columns, taken)
        check = Check(name, raw(spec.node, spec.sql), spec.no_inherit, spec.at)
        add_check(db, table_id, CheckState(check, spec.node, columns, validated=spec.validated))


def check_name(db: Database, table: TableState, columns: frozenset[str], taken: set[str]) -> str:
    used = columns if len(columns) == 1 else None
    return names.constraint(table.name, used, "check", Taken(db.constraints(table.schema), taken | table_constraints(db, table)))


class Taken:
    """The names of all constraints of a schema and some more, without copying them."""

    def __init__(self, names_: Collection[str], more: Collection[str]) -> None:
        self.names, self.more = names_, more

    def __contains__(self, name: object) -> bool:
        return name in self.names or name in self.more

    def __iter__(self) -> Iterator[str]:
        return iter({*self.names, *self.more})

    def __len__(self) -> int:
        return len({*self.names, *self.more})


def table_constraints(db: Database, table: TableState) -> set[str]:
    """The names of a table's own constraints; they can't repeat on one table."""
    return {*table.checks, *table.keys, *(state.index.name for number in table.indexes if (state := db.indexes[number]).index.constraint)}


def add_check(db: Database, table_id: int, state: CheckState, *, inherited: bool = False) -> None:
    """Add a check to a table and to all that inherits from it."""
    table = db.tables[table_id]
    name = state.check.name
    former = table.checks.get(name)
    if former and not inherited and former.local:
        raise Rejected(f"constraint `{name}` of table `{table.qualified}` already exists", state.check.at)
    if former is None:
        if not inherited and name in table_constraints(db, table):
            raise Rejected(f"constraint `{name}` of table `{table.qualified}` already exists", state.check.at)
        new = state._replace(inherited=1, local=False) if inherited else state
        db.add_constraint_name(table.schema, name)
    else:
        new = former._replace(inherited=former.inherited + 1) if inherited else former._replace(local=True)
    db.tables[table_id] = table._replace(checks={**table.checks, name: new})
    if not state.check.no_inherit and former is None:
        for child in table.children:
            add_check(db, child, state, inherited=True)


# Foreign keys


def make_key(db: Database, table_id: int, spec: KeySpecification) -> None:
    """Add a foreign key, and its copies to partitions."""
    table = db.tables[table_id]
    for column in spec.columns:
        need_column(table, column, spec.at)
    ref, ref_schema, ref_name = referenced(db, spec)
    ref_columns = spec.ref_columns
    index = None
    if ref is not None:
        ref_columns, index = target_columns(db, db.tables[ref], spec)
        if len(ref_columns) != len(spec.columns):
            raise Rejected("number of referencing and referenced columns for foreign key disagree", spec.at)
    if spec.name is not None and spec.name in table_constraints(db, table):
        raise Rejected(f"constraint `{spec.name}` of table `{table.qualified}` already exists", spec.at)
    name = spec.name or key_name(db, table, spec.columns)
    body = spec.body
    if body.get("skip_validation") and table.kind == "partitioned" and db.major < 18:
        raise Rejected(f"a NOT VALID foreign key can't be added to partitioned table `{table.qualified}`", spec.at)
    key = ForeignKey(
        name=name,
        columns=spec.columns,
        ref_schema=ref_schema,
        ref_table=ref_name,
        ref_columns=ref_columns,
        on_delete=_ACTIONS.get(body.get("fk_del_action", "a"), "no action"),
        on_update=_ACTIONS.get(body.get("fk_upd_action", "a"), "no action"),
        match=_MATCHES.get(body.get("fk_matchtype", "s"), "simple"),
        deferrable=body.get("deferrable", False),
        initially_deferred=body.get("initdeferred", False),
        validated=not body.get("skip_validation", False),
        at=spec.at,
    )
    add_key(db, table_id, KeyState(key, ref, index))


def key_name(db: Database, table: TableState, columns: tuple[str, ...]) -> str:
    # Up to PostgreSQL 11 the name held the first column only.
    used = columns if db.major >= 12 else columns[:1]
    return names.constraint(table.name, used, "fkey", Taken(db.constraints(table.schema), table_constraints(db, table)))


def referenced(db: Database, spec: KeySpecification) -> tuple[int | None, str, str]:
    """The referenced table: its number, schema and name. The number is None for a table outside of what was read."""
    found = db.find_range(spec.target)
    place = Span(db.source, db.at(spec.target.get("location")).start, db.at(spec.target.get("location")).end)
    if found is None:
        schema = spec.target.get("schemaname")
        if schema is not None and db.need_schema(schema) and not db.schemas.get(schema, True):
            return None, schema, clip(spec.target["relname"])
        raise Rejected(f"table `{shown(spec.target)}` does not exist", place, "make the referenced table first, or add the foreign key later")
    if found[1].kind != "table":
        raise Rejected(f"referenced relation `{shown(spec.target)}` is not a table", place)
    return found[1].id, found[0].schema, found[0].name


def target_columns(db: Database, table: TableState, spec: KeySpecification) -> tuple[tuple[str, ...], int | None]:
    """The referenced columns, and the unique index that makes them a key."""
    if not spec.ref_columns:
        for number in table.indexes:
            if db.indexes[number].index.primary:
                return tuple(key.column for key in db.indexes[number].index.keys if key.column), number
        if not table.known:
            return (), None
        raise Rejected(f"there is no primary key for referenced table `{table.qualified}`", spec.at)
    for column in spec.ref_columns:
        need_column(table, column, spec.at)
    wanted = set(spec.ref_columns)
    fitting = None
    for number in table.indexes:
        index = db.indexes[number].index
        usable = index.unique and index.predicate is None and not index.deferrable and index.valid
        if usable and len(index.keys) == len(spec.ref_columns) and {key.column for key in index.keys} == wanted:
            fitting = number
            break
    if fitting is None and table.known:
        listed = ", ".join(f"`{column}`" for column in spec.ref_columns)
        raise Rejected(f"no unique constraint of table `{table.qualified}` matches the referenced columns {listed}", spec.at)
    return spec.ref_columns, fitting


def add_key(db: Database, table_id: int, state: KeyState) -> None:
    """Add a foreign key to a table, and to its partitions."""
    table = db.tables[table_id]
    db.add_constraint_name(table.schema, state.key.name)
    db.tables[table_id] = table._replace(keys={**table.keys, state.key.name: state})
    if state.ref is not None:
        target = db.tables[state.ref]
        db.tables[state.ref] = target._replace(incoming=(*target.incoming, (table_id, state.key.name)))
    if table.kind == "partitioned":
        for child in table.children:
            inherit_key(db, (table_id, state.key.name), child)


def inherit_key(db: Database, parent: tuple[int, str], child_id: int) -> None:
    """A partition's part of its parent's foreign key: one of its own that is the same, else a copy."""
    state = db.tables[parent[0]].keys[parent[1]]
    child = db.tables[child_id]
    for name, own in child.keys.items():
        if own.parent is None and _same_key(own, state):
            changed = own._replace(parent=parent, key=own.key._replace(inherited=True, validated=True))
            db.tables[child_id] = child._replace(keys={**child.keys, name: changed})
            return
    name = state.key.name
    if name in table_constraints(db, child):
        name = key_name(db, child, state.key.columns)
    add_key(db, child_id, state._replace(key=state.key._replace(name=name, inherited=True), parent=parent))


def _same_key(first: KeyState, second: KeyState) -> bool:
    def identity(state: KeyState) -> tuple:
        key = state.key
        pairs = sorted(zip(key.columns, key.ref_columns, strict=False))
        return (state.ref, pairs, key.on_delete, key.on_update, key.match, key.deferrable, key.initially_deferred)

    return identity(first) == identity(second)

