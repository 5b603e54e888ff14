"""The rows of the catalog queries, made into a Catalog."""

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Any

from broxspec.catalog.domains import held
from broxspec.catalog.model import Catalog, Check, Column, Domain, Enum, ForeignKey, Fragment, Function, Index, Key, Name, Table, Type
from broxspec.catalog.server import queries
from broxspec.source import Source, Span
from broxspec.sql.normal import normal

Rows = list[Any]
Types = Mapping[str, Type]

_KINDS = {"r": "table", "p": "partitioned", "f": "foreign", "m": "matview"}
_OTHERS = {"v": "view", "S": "sequence", "c": "composite type"}
_PERSISTENCE = {"p": "permanent", "u": "unlogged", "t": "temporary"}
_IDENTITY = {"d": "default", "f": "full", "n": "nothing"}
_COLUMN_IDENTITY = {"a": "always", "d": "by default"}
_GENERATED = {"s": "stored", "v": "virtual"}
_CONSTRAINTS = {"p": "primary", "u": "unique", "x": "exclusion"}
_ACTIONS = {"a": "no action", "r": "restrict", "c": "cascade", "n": "set null", "d": "set default"}
_MATCHES = {"s": "simple", "f": "full", "p": "partial"}
_VOLATILITY = {"i": "immutable", "s": "stable", "v": "volatile"}
_MODIFIERS = re.compile(r"\((-?\d+(?:,-?\d+)*)\)")


def assemble(connection: Any, path: str) -> Catalog:
    """Read everything in a fixed order and put it together. `path` is what spans call the server."""
    return _Reader(connection, Span(Source(path, ""), 0, 0)).catalog()


class _Reader:
    def __init__(self, connection: Any, at: Span) -> None:
        self.connection = connection
        self.major: int = connection.info.server_version // 10000
        self.at = at

    def rows(self, query: str) -> Rows:
        from psycopg.rows import namedtuple_row

        with self.connection.cursor(row_factory=namedtuple_row) as cursor:
            return cursor.execute(query).fetchall()

    def by(self, field: str, query: str) -> dict[Any, Rows]:
        """Rows by the object that they belong to, in the order of the query."""
        found: dict[Any, Rows] = defaultdict(list)
        for row in self.rows(query):
            found[getattr(row, field)].append(row)
        return found

    def catalog(self) -> Catalog:
        relations = self.rows(queries.RELATIONS)
        domains = {Name(row.schema, row.name): self.domain(row) for row in self.rows(queries.domains(self.major))}
        extensions = self.rows(queries.EXTENSIONS)
        tables = self.tables([row for row in relations if row.kind in _KINDS], domains)
        return Catalog(
            tables={table.qualified: table for table in tables},
            enums={Name(row.schema, row.name): Enum(row.schema, row.name, tuple(row.labels), self.at) for row in self.rows(queries.ENUMS)},
            domains=domains,
            functions=tuple(self.function(row) for row in self.rows(queries.functions(self.major))),
            schemas=tuple(row.name for row in self.rows(queries.SCHEMAS)),
            extensions=tuple(row.name for row in extensions),
            extension_schemas={row.name: row.schema for row in extensions},
            relations={Name(row.schema, row.name): _OTHERS[row.kind] for row in relations if row.kind in _OTHERS},
            collations=tuple(Name(row.schema, row.name) for row in self.rows(queries.COLLATIONS)),
            opclasses=tuple((row.method, row.name) for row in self.rows(queries.OPCLASSES)),
        )

    def tables(self, relations: Rows, domains: Mapping[Name, Domain]) -> list[Table]:
        columns = self.by("relation", queries.columns(self.major))
        indexes = self.by("relation", queries.indexes(self.major))
        keys = self.by("index", queries.KEYS)
        foreign_keys = self.by("relation", queries.foreign_keys(self.major))
        checks = self.by("relation", queries.CHECKS)
        parents = self.by("child", queries.PARENTS)
        made = []
        for row in relations:
            own = tuple(self.column(column) for column in columns[row.oid])
            types = {column.name: held(column.type, domains) for column in own}
            of_table = indexes[row.oid]
            made.append(
                Table(
                    row.schema,
                    row.name,
                    _KINDS[row.kind],
                    own,
                    tuple(self.index(row, index, keys[index.oid], types) for index in of_table),
                    tuple(self.foreign_key(key) for key in foreign_keys[row.oid]),
                    tuple(Check(c.name, fragment(c.expression, types), c.no_inherit, self.at) for c in checks[row.oid]),
                    tuple(Name(parent.schema, parent.name) for parent in parents[row.oid]),
                    row.partition,
                    row.partition_key,
                    _replica_identity(row, of_table),
                    _PERSISTENCE[row.persistence],
                    self.at,
                )
            )
        return made

    def column(self, row: Any) -> Column:
        generated = _GENERATED.get(row.generated)
        return Column(
            row.name,
            type_of(row),
            row.not_null,
            row.default,
            generated,
            _COLUMN_IDENTITY.get(row.identity),
            row.collation,
            self.at,
        )

    def index(self, table: Any, row: Any, keys: Rows, types: Types) -> Index:
        return Index(
            table.schema,
            table.name,
            row.name,
            keys=tuple(self.key(row, key, types) for key in keys[: row.key_count]),
            method=row.method,
            include=tuple(key.column for key in keys[row.key_count :]),
            predicate=fragment(row.predicate, types) if row.predicate else None,
            unique=row.unique,
            nulls_not_distinct=row.nulls_not_distinct,
            constraint=_CONSTRAINTS.get(row.constraint),
            deferrable=row.deferrable,
            valid=row.valid,
            parent=Name(row.parent_schema, row.parent_name) if row.parent_name else None,
            clustered=row.clustered,
            storage=_options(row.storage),
            tablespace=row.tablespace,
            operators=tuple(row.operators),
            at=self.at,
        )

    def key(self, index: Any, row: Any, types: Types) -> Key:
        descending, nulls_first = bool(row.option & 1), bool(row.option & 2)
        collation = row.collation
        if collation and row.column is None and not self.collates(index.oid, row.number):
            collation = None
        return Key(
            row.column,
            None if row.column is not None else fragment(row.text, types),
            "desc" if row.ordered and descending else "asc",
            "first" if row.ordered and nulls_first else "last",
            self.opclass(index.method, row, types),
            _options(row.opclass_options),
            collation,
        )

    def opclass(self, method: str, row: Any, types: Types) -> str | None:
        """The operator class, or None where it is the default of the key's type for the method."""
        if not row.opclass_default:
            return row.opclass
        type = types.get(row.column) if row.column else None
        if type and not type.dimensions:
            from broxspec.postgres import opclasses

            # `bpchar_ops` is the default of its own type, and also allowed, but not the default, on a varchar column.
            usual = opclasses.default(method, type.name, min(max(self.major, 13), 18))
            if usual and usual != row.opclass and opclasses.known(method, row.opclass):
                return row.opclass
        return None

    def collates(self, index: int, number: int) -> bool:
        """Whether a key's COLLATE stands in the definition. Only the definition tells it from the expression's own collation."""
        from broxspec.sql.parser import parse

        definition = self.connection.execute(queries.DEFINITION, (index,)).fetchone()[0]
        body = parse(definition).statements[0].body
        return "collation" in body["indexParams"][number - 1]["IndexElem"]

    def foreign_key(self, row: Any) -> ForeignKey:
        return ForeignKey(
            row.name,
            tuple(row.columns),
            row.ref_schema,
            row.ref_table,
            tuple(row.ref_columns),
            _ACTIONS[row.on_delete],
            _ACTIONS[row.on_update],
            _MATCHES[row.match],
            row.deferrable,
            row.deferred,
            row.validated,
            row.inherited,
            row.enforced,
            self.at,
        )

    def domain(self, row: Any) -> Domain:
        type = type_of(row)
        return Domain(row.schema, row.name, type, row.not_null, tuple(fragment(c, {"value": type}) for c in row.checks), self.at)

    def function(self, row: Any) -> Function:
        arguments = tuple(Type(name, schema, (), int(array == "true")) for name, schema, array in row.arguments)
        return Function(row.schema, row.name, arguments, _VOLATILITY[row.volatility], type_of(row))


def fragment(sql: str, types: Types) -> Fragment:
    return Fragment(sql, normal(sql, types))


def type_of(row: Any) -> Type:
    """The type in a row that has the columns `type_name`, `type_schema`, `type_array`, `type_text` and `dimensions`."""
    found = _MODIFIERS.findall(row.type_text)
    modifiers = tuple(int(number) for number in found[-1].split(",")) if found else ()
    return Type(row.type_name, row.type_schema, modifiers, row.dimensions if row.type_array else 0)


def _options(listed: Iterable[str] | None) -> tuple[tuple[str, str], ...]:
    """`{fillfactor=70}` as pairs, sorted."""
    pairs = (option.partition("=") for option in listed or ())
    return tuple(sorted((name, value) for name, _, value in pairs))


def _replica_identity(table: Any, indexes: Rows) -> str:
    if table.identity == "i":
        return next((f"index:{index.name}" for index in indexes if index.replica_identity), "nothing")
    return _IDENTITY[table.identity]
