"""What a database has: a frozen model of PostgreSQL's own catalog.

Names are as stored: unquoted, case kept. Every reader (SQL, Prisma, migration folders, a live server)
makes these values, so that the same database gives the same catalog whatever it was read from.
SQL fragments are kept twice: `sql`, as it was written, for showing and for emitting; and `normal`, the
form by which two fragments are compared (see `broxspec.sql.normal`).
"""

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from broxspec.source import Span


class Name(NamedTuple):
    """A schema-qualified name, both parts as stored."""

    schema: str
    name: str

    def __str__(self) -> str:
        """As people write it: `orders` in public, else `auth.users`."""
        return self.name if self.schema == "public" else f"{self.schema}.{self.name}"


class Fragment(NamedTuple):
    """An SQL expression or predicate. Two fragments are the same when their `normal` is."""

    sql: str
    normal: str


class Type(NamedTuple):
    """A column type. `name` is PostgreSQL's internal name (`int4`, `varchar`, `timestamptz`) or a user type's.

    `schema` is `pg_catalog` for built-in types, and None where it could not be known.
    `modifiers` are those written in parentheses: `varchar(40)` → (40,), `numeric(12,2)` → (12, 2).
    """

    name: str
    schema: str | None = "pg_catalog"
    modifiers: tuple[int, ...] = ()
    dimensions: int = 0


class Column(NamedTuple):
    """`generated` is None, `stored` or `virtual`; `identity` is None, `always` or `by default`."""

    name: str
    type: Type
    not_null: bool = False
    default: str | None = None
    generated: str | None = None
    identity: str | None = None
    collation: str | None = None
    at: Span | None = None


class Key(NamedTuple):
    """One key of an index: a column or an expression, with its *resolved* order.

    `nulls` is always stated (`last` for asc, `first` for desc by default), so that keys compare.
    `opclass` is None when it is the type's default for the method, however it was written, else its bare name;
    `opclass_options` as written, sorted. `collation` is None when it is the column's own.
    For methods without an order (gin, gist, brin, hash …) `order` is `asc` and `nulls` `last`.
    """

    column: str | None
    expression: Fragment | None = None
    order: str = "asc"
    nulls: str = "last"
    opclass: str | None = None
    opclass_options: tuple[tuple[str, str], ...] = ()
    collation: str | None = None

    @property
    def text(self) -> str:
        """The column's name, or the expression as written: what truth files and messages call the key."""
        return self.column if self.column is not None else self.expression.sql  # type: ignore[union-attr]

    @property
    def identity(self) -> tuple:
        """What makes two keys the same key."""
        expression = self.expression.normal if self.expression else None
        return (self.column, expression, self.order, self.nulls, self.opclass, self.opclass_options, self.collation)


class Index(NamedTuple):
    """An index. `constraint` is None, or what it backs: `primary`, `unique` or `exclusion`
    (the constraint's name is the index's name).

    `only` marks `CREATE INDEX … ON ONLY` on a partitioned table. `parent` is the partitioned index that it is
    attached to. `valid` is false for an INVALID leftover (live server, or a parent that lacks a child).
    `wanted` is true for an index that a spec asks for; `at` is then in YAML.
    """

    schema: str
    table: str
    name: str
    keys: tuple[Key, ...]
    method: str = "btree"
    include: tuple[str, ...] = ()
    predicate: Fragment | None = None
    unique: bool = False
    nulls_not_distinct: bool = False
    constraint: str | None = None
    deferrable: bool = False
    valid: bool = True
    only: bool = False
    parent: Name | None = None
    clustered: bool = False
    storage: tuple[tuple[str, str], ...] = ()
    tablespace: str | None = None
    operators: tuple[str, ...] = ()
    wanted: bool = False
    at: Span | None = None

    @property
    def primary(self) -> bool:
        return self.constraint == "primary"

    @property
    def columns(self) -> tuple[str | None, ...]:
        """The key columns, None where a key is an expression."""
        return tuple(key.column for key in self.keys)

    @property
    def shape(self) -> tuple:
        """What PostgreSQL's catalog would call the same index apart from its name and constraint:
        method, keys, INCLUDE columns and predicate."""
        predicate = self.predicate.normal if self.predicate else None
        return (self.method, tuple(key.identity for key in self.keys), self.include, predicate)

    @property
    def definition(self) -> tuple:
        """All that distinguishes the index besides its name: shape, uniqueness, storage and place."""
        return (*self.shape, self.unique, self.nulls_not_distinct, self.constraint, self.storage, self.tablespace)


class ForeignKey(NamedTuple):
    """`inherited` marks the copy that a partition has from its parent. Actions are SQL's words in lower case.

    `enforced` is false for what only an ORM knows (Prisma's `relationMode = "prisma"`).
    """

    name: str
    columns: tuple[str, ...]
    ref_schema: str
    ref_table: str
    ref_columns: tuple[str, ...]
    on_delete: str = "no action"
    on_update: str = "no action"
    match: str = "simple"
    deferrable: bool = False
    initially_deferred: bool = False
    validated: bool = True
    inherited: bool = False
    enforced: bool = True
    at: Span | None = None


class Check(NamedTuple):
    """A check constraint."""

    name: str
    expression: Fragment
    no_inherit: bool = False
    at: Span | None = None


class Table(NamedTuple):
    """A table, partitioned table, foreign table or materialized view (`kind`: `table`, `partitioned`,
    `foreign`, `matview`).

    `parents` are what it INHERITS from, or the one table that it is a partition of (`partition` is then the bound, as written).
    `partition_key` is the PARTITION BY clause as written. `replica_identity` is `default`, `full`, `nothing`
    or `index:<name>`. `columns_known` is false for what a query made whose columns could not be told: checks that
    need them are silent then.
    """

    schema: str
    name: str
    kind: str = "table"
    columns: tuple[Column, ...] = ()
    indexes: tuple[Index, ...] = ()
    foreign_keys: tuple[ForeignKey, ...] = ()
    checks: tuple[Check, ...] = ()
    parents: tuple[Name, ...] = ()
    partition: str | None = None
    partition_key: str | None = None
    replica_identity: str = "default"
    persistence: str = "permanent"
    at: Span | None = None
    columns_known: bool = True

    @property
    def qualified(self) -> Name:
        return Name(self.schema, self.name)

    def column(self, name: str) -> Column | None:
        return next((column for column in self.columns if column.name == name), None)

    def index(self, name: str) -> Index | None:
        return next((index for index in self.indexes if index.name == name), None)

    @property
    def primary_key(self) -> Index | None:
        return next((index for index in self.indexes if index.primary), None)


class Enum(NamedTuple):
    schema: str
    name: str
    labels: tuple[str, ...]
    at: Span | None = None


class Domain(NamedTuple):
    """A domain; `checks` are its constraints as written."""

    schema: str
    name: str
    type: Type
    not_null: bool = False
    checks: tuple[Fragment, ...] = ()
    at: Span | None = None


class Function(NamedTuple):
    """A user's function: enough to judge an expression that calls it. `volatility` is `immutable`, `stable` or `volatile`."""

    schema: str
    name: str
    arguments: tuple[Type, ...]
    volatility: str
    result: Type | None = None


class Skipped(NamedTuple):
    """Statements that were not used, counted: `CREATE FUNCTION`, `no effect on tables`."""

    what: str
    reason: str
    count: int


class Catalog(NamedTuple):
    """A database. `tables` are in the order of their creation.

    `relations` maps every other name in the namespace that tables and indexes share (views, sequences, composite types)
    to its kind, since an index can collide with them.
    """

    tables: Mapping[Name, Table] = {}
    enums: Mapping[Name, Enum] = {}
    domains: Mapping[Name, Domain] = {}
    functions: tuple[Function, ...] = ()
    schemas: tuple[str, ...] = ("public",)
    extensions: tuple[str, ...] = ()
    relations: Mapping[Name, str] = {}
    collations: tuple[Name, ...] = ()
    opclasses: tuple[tuple[str, str], ...] = ()  # (method, name) made by CREATE OPERATOR CLASS
    skipped: tuple[Skipped, ...] = ()
    extension_schemas: Mapping[str, str] = {}  # those whose schema was said

    def table(self, name: Name) -> Table | None:
        return self.tables.get(name)

    def indexes(self) -> Iterator[Index]:
        for table in self.tables.values():
            yield from table.indexes

    def foreign_keys(self) -> Iterator[tuple[Table, ForeignKey]]:
        for table in self.tables.values():
            for key in table.foreign_keys:
                yield table, key
