"""Index specs: what `kind: indexes` asks for, and the index that PostgreSQL would make of it."""

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from broxspec.specs import faults
from broxspec.catalog.domains import column_types
from broxspec.catalog.model import Catalog, Index, Key, Name, Table, Type
from broxspec.diagnostic import Diagnostic, Label
from broxspec.kinds.indexes.keys import KeySpec, parameters, read_key
from broxspec.kinds.indexes.naming import derived_name
from broxspec.kinds.indexes.sql_value import Sql, read_sql_value
from broxspec.source import Span
from broxspec.specs.tree import Node

# Documents about one table add up.
ADDS_UP = ("indexes",)

# Migrations are written once for all environments.
PER_ENVIRONMENT = False


class IndexSpec(NamedTuple):
    """One item of `indexes`: an index to have, or, with `drop`, one that is to go.

    `position` counts the items of the table from 0. `name` is the explicit or the derived one, empty for a drop. `index` is what the
    spec makes in the current schema, None where table or columns are unknown; its `at` is the item's place.
    """

    database: str
    table: Name
    table_at: Span
    position: int
    node: Node
    keys: tuple[KeySpec, ...] = ()
    method: str = "btree"
    where: Sql | None = None
    include: tuple[str, ...] = ()
    unique: bool = False
    nulls_not_distinct: bool = False
    storage: tuple[tuple[str, str], ...] = ()
    tablespace: str | None = None
    name: str = ""
    explicit_name: bool = False
    label: str = ""
    why: str = ""
    serves: tuple[str, ...] = ()
    replaces: tuple[str, ...] = ()
    adopt: bool = False
    drop: str | None = None
    index: Index | None = None  # type: ignore[assignment]

    @property
    def at(self) -> Span:
        return self.node.span

    @property
    def name_at(self) -> Span:
        """Where the name comes from: `name:`, else the columns."""
        return self.node.at("name") if self.explicit_name else self.columns_at

    @property
    def columns_at(self) -> Span:
        return self.node.at("columns")

    @property
    def fragments(self) -> Iterator[tuple[Sql, bool]]:
        """Every piece of SQL, and whether it is the predicate."""
        for key in self.keys:
            if key.sql is not None:
                yield key.sql, False
        if self.where is not None:
            yield self.where, True

    @property
    def removals(self) -> Iterator[tuple[str, Span]]:
        """The names of indexes that are to go, each with its place."""
        if self.drop is not None:
            yield self.drop, self.node.at("drop")
        for place, name in enumerate(self.replaces):
            yield name, self.node.at("replaces", place)


def identity(node: Node) -> tuple[str, ...]:
    """Documents with this in common speak of one table."""
    table = table_name(node)
    return (table.schema, table.name)


def table_name(node: Node) -> Name:
    """`orders` is in public; `auth.users` says its schema."""
    text = node.get("table").text  # type: ignore[union-attr]
    schema, dot, name = text.partition(".")
    return Name(schema, name) if dot and schema and name else Name("public", text)


def read(node: Node, database: str) -> tuple[tuple[IndexSpec, ...], list[Diagnostic]]:
    """The specs of a valid document, or of several merged into one. Items that can't be read are left out."""
    found: list[Diagnostic] = []
    table, table_at = table_name(node), node.at("table")
    listed = node.get("indexes")
    specs = []
    seen: dict[str, IndexSpec] = {}
    for item in listed.elements if listed is not None else ():
        spec = IndexSpec(database, table, table_at, len(specs), item)
        read_item = _drop(spec, item) if item.get("drop") is not None else _index(spec, item, found)
        if read_item is None:
            continue
        name = f"drop {read_item.drop}" if read_item.drop else read_item.name
        if name in seen:
            found.append(_twice(read_item, seen[name]))
            continue
        seen[name] = read_item
        specs.append(read_item)
    return tuple(specs), found


def _twice(spec: IndexSpec, first: IndexSpec) -> Diagnostic:
    if spec.drop:
        return faults.DUPLICATE_INDEX.at(spec.node.at("drop"), f"`{spec.drop}` is dropped twice", labels=(Label(first.node.at("drop"), "first here"),), help="keep one")
    label = Label(first.name_at, "the other one")
    help = "keep one, or give one of them a `name`" + (" or another `label`" if spec.where is not None else "")
    return faults.DUPLICATE_INDEX.at(spec.name_at, f"two indexes of `{spec.table}` are called `{spec.name}`", labels=(label,), help=help)


def _drop(spec: IndexSpec, item: Node) -> IndexSpec:
    return spec._replace(drop=item.get("drop").text, why=_text(item, "why"))  # type: ignore[union-attr]


def _index(spec: IndexSpec, item: Node, found: list[Diagnostic]) -> IndexSpec | None:
    """The spec of an item; None where a key or the predicate can't be read, which is a finding."""
    before = len(found)
    columns = item if item.kind == "sequence" else item.get("columns")
    keys = [read_key(key, found) for key in columns.elements]  # type: ignore[union-attr]
    where = _where(item, found)
    if len(found) > before:
        return None
    read_keys = tuple(key for key in keys if key is not None)
    explicit, label = _text(item, "name"), _text(item, "label")
    name = explicit or derived_name(spec.table.name, (key.name_part for key in read_keys), predicate=where.text if where else None, label=label)
    return spec._replace(
        keys=read_keys,
        method=_text(item, "using") or "btree",
        where=where,
        include=_names(item.get("include")),
        unique=_true(item, "unique"),
        nulls_not_distinct=_true(item, "nulls_not_distinct"),
        storage=parameters(item.get("with")),
        tablespace=_text(item, "tablespace") or None,
        name=name,
        explicit_name=bool(explicit),
        label=label,
        why=_text(item, "why"),
        serves=_names(item.get("serves")),
        replaces=_names(item.get("replaces")),
        adopt=_true(item, "adopt"),
    )


def _where(item: Node, found: list[Diagnostic]) -> Sql | None:
    node = item.get("where")
    if node is None:
        return None
    sql, wrong = read_sql_value(node, node.text)
    if wrong:
        found.append(wrong)
    return sql


def _text(node: Node, name: str) -> str:
    value = node.get(name)
    return value.text if value is not None and value.scalar is not None else ""


def _true(node: Node, name: str) -> bool:
    value = node.get(name)
    return value is not None and value.scalar is True


def _names(node: Node | None) -> tuple[str, ...]:
    if node is None:
        return ()
    return (node.text,) if node.kind == "scalar" else tuple(element.text for element in node.elements)


def want(specs: tuple[IndexSpec, ...], current: Catalog, major: int, owned: frozenset[Name]) -> tuple[tuple[IndexSpec, ...], Catalog]:
    """The specs resolved against the current catalog, and the catalog that they ask for.

    An index that exists with the wanted name and definition is what the spec refers to: it stays, marked as wanted. What a
    spec drops or replaces is gone, and so is what is `owned` and no spec names any more.
    """
    by_table: dict[Name, list[IndexSpec]] = {}
    for spec in specs:
        by_table.setdefault(spec.table, []).append(spec)
    resolved: list[IndexSpec] = []
    tables = dict(current.tables)
    for name, of_table in by_table.items():
        found = resolve(tuple(of_table), current, major)
        resolved += found
        if name in tables:
            tables[name] = _wanted(tables[name], found)
    named = {Name(spec.table.schema, spec.name) for spec in resolved if spec.name}
    forgotten = owned - named
    if forgotten:
        for name, table in tables.items():
            kept = tuple(index for index in table.indexes if Name(index.schema, index.name) not in forgotten)
            tables[name] = table if len(kept) == len(table.indexes) else table._replace(indexes=kept)
    return tuple(resolved), current._replace(tables=tables)


def _wanted(table: Table, specs: tuple[IndexSpec, ...]) -> Table:
    gone = {name for spec in specs for name, _ in spec.removals}
    asked = {spec.name: spec.index for spec in specs if spec.index is not None}
    indexes = []
    for index in table.indexes:
        wanted = asked.pop(index.name, None)
        if wanted is not None:
            refers = wanted.definition == index._replace(constraint=None).definition
            indexes.append(index._replace(wanted=True, at=wanted.at) if refers else wanted)
        elif index.name not in gone:
            indexes.append(index)
    return table._replace(indexes=(*indexes, *asked.values()))


def resolve(specs: tuple[IndexSpec, ...], catalog: Catalog, major: int) -> tuple[IndexSpec, ...]:
    """The specs of one table with their indexes, SQL compared by the types of the table's columns."""
    table = catalog.table(specs[0].table) if specs else None
    if table is None:
        return specs
    types = column_types(table, catalog)
    return tuple(_resolved(spec, table, types, catalog, major) for spec in specs)


def to_index(spec: IndexSpec, catalog: Catalog, major: int) -> Index | None:
    """The index that PostgreSQL would make of a spec; None where its table or one of its columns is unknown."""
    return resolve((spec,), catalog, major)[0].index


def _resolved(spec: IndexSpec, table: Table, types: Mapping[str, Type | None], catalog: Catalog, major: int) -> IndexSpec:
    if spec.drop is not None:
        return spec
    keys = tuple(key._replace(sql=key.sql.typed(types)) if key.sql else key for key in spec.keys)
    spec = spec._replace(keys=keys, where=spec.where.typed(types) if spec.where else None)
    named = [key.column for key in keys if key.column is not None] + list(spec.include)
    if not all(name in types for name in named):
        return spec
    index = Index(
        schema=spec.table.schema,
        table=spec.table.name,
        name=spec.name,
        keys=tuple(_key(key, spec.method, table, types, catalog, major) for key in keys),
        method=spec.method,
        include=spec.include,
        predicate=spec.where.fragment if spec.where else None,
        unique=spec.unique,
        nulls_not_distinct=spec.nulls_not_distinct,
        storage=spec.storage,
        tablespace=spec.tablespace,
        wanted=True,
        at=spec.at,
    )
    return spec._replace(index=index)


def _key(key: KeySpec, method: str, table: Table, types: Mapping[str, Type | None], catalog: Catalog, major: int) -> Key:
    """The key as the catalog has it: order complete, defaults left out."""
    from broxspec.postgres import methods

    known = methods.get(method, major)
    ordered = known.can_order if known else True
    order = key.order or "asc"
    nulls = key.nulls or ("first" if order == "desc" else "last")
    if not ordered:
        order, nulls = "asc", "last"
    column = table.column(key.column) if key.column is not None else None
    collation = key.collation
    if collation is not None and collation == ((column.collation if column else None) or "default"):
        collation = None
    opclass = key.opclass
    if opclass is not None and not key.opclass_options and opclass == _default_opclass(key, method, types, catalog, major):
        opclass = None
    expression = key.sql.fragment if key.sql else None
    return Key(key.column, expression, order, nulls, opclass, key.opclass_options, collation)


def _default_opclass(key: KeySpec, method: str, types: Mapping[str, Type | None], catalog: Catalog, major: int) -> str | None:
    from broxspec.catalog.scope import internal, types_of
    from broxspec.postgres import opclasses
    from broxspec.sql.infer import type_of

    if key.column is not None:
        found = types.get(key.column)
    else:
        found = type_of(key.sql.node, types) if key.sql and key.sql.node else None
    return opclasses.default(method, internal(found), major, types_of(catalog, major)) if found else None
