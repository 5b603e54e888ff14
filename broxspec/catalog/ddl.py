"""A catalog as the statements that make it, in the order in which a server accepts them.

What the catalog does not hold (the bodies of functions and views, servers of foreign tables) is named in comments. Everything is
qualified with its schema; expressions are as they were written, and the search path covers all schemas for their sake.
"""

from collections.abc import Iterator

from broxspec.catalog.model import Catalog, Column, Domain, Enum, ForeignKey, Index, Key, Name, Table, Type
from broxspec.postgres import names, opclasses
from broxspec.postgres.spelling import array_of
from broxspec.quoting.sql import comment, identifier, literal, qualified
from broxspec.sql.typename import shown

_BUILTIN = ("pg_catalog", "information_schema")


def ddl(catalog: Catalog, *, whole: bool = False) -> str:
    """The statements, each ended by a semicolon and a newline. `whole` is for reading, not for a server: foreign tables (of a made-up
    server) and indexes that are invalid are made too."""
    return "".join(f"{statement}\n" for statement in statements(catalog, whole=whole))


def statements(catalog: Catalog, *, whole: bool = False) -> Iterator[str]:
    """Schemas, types, sequences, tables, partitions, indexes, and foreign keys last. `whole` as for `ddl`."""
    tables = [table for table in catalog.tables.values() if whole or table.kind != "foreign"]
    yield from (f"CREATE SCHEMA IF NOT EXISTS {identifier(schema)};" for schema in catalog.schemas if schema not in _BUILTIN)
    path = ["public", *(schema for schema in catalog.schemas if schema not in ("public", *_BUILTIN))]
    yield f"SET search_path = {', '.join(identifier(schema) for schema in path)};"
    # A function's body may name what only a later statement makes.
    yield "SET check_function_bodies = off;"
    for extension in catalog.extensions:
        if extension != "plpgsql":
            place = catalog.extension_schemas.get(extension)
            yield f"CREATE EXTENSION IF NOT EXISTS {identifier(extension)}{f' WITH SCHEMA {identifier(place)}' if place else ''};"
    yield from _lost(catalog)
    yield from (_enum(enum) for enum in catalog.enums.values())
    yield from (_domain(domain) for domain in catalog.domains.values())
    yield from _sequences(catalog)
    yield from (_table(table) for table in tables)
    yield from _parents(tables)
    yield from _indexes(tables, whole)
    yield from _marks(tables)
    # A partition's own foreign key first: its parent's then takes it over, under its own name.
    keys = [(table, key) for table in tables for key in table.foreign_keys if key.enforced]
    depth = {table.qualified: _depth(catalog, table) for table in tables}
    for table, key in sorted(keys, key=lambda pair: -depth[pair[0].qualified]):
        yield _foreign_key(table, key)
    yield "RESET search_path;"


def _lost(catalog: Catalog) -> Iterator[str]:
    """What can't be made again."""
    lost = [f"function {Name(function.schema, function.name)}" for function in catalog.functions]
    lost += [f"{kind} {name}" for name, kind in catalog.relations.items() if kind != "sequence"]
    lost += [f"foreign table {table.qualified}" for table in catalog.tables.values() if table.kind == "foreign"]
    lost += [f"collation {name}" for name in catalog.collations]
    lost += [f"operator class {name} for {method}" for method, name in catalog.opclasses]
    yield from (comment(f"not made: {what}, whose definition is not known here") for what in dict.fromkeys(lost))


def _depth(catalog: Catalog, table: Table) -> int:
    depth = 0
    while table.partition is not None and table.parents and (parent := catalog.tables.get(table.parents[0])):
        table, depth = parent, depth + 1
    return depth


# Types


def type_name(found: Type) -> str:
    """A type as SQL writes it, qualified where it is not PostgreSQL's own."""
    if found.schema in ("pg_catalog", None) or not found.name:
        text = shown(found._replace(schema="pg_catalog"))
        return '"char"' + text[4:] if found.name == "char" else text if found.schema else _loose(found)
    inside = f"({', '.join(map(str, found.modifiers))})" if found.modifiers else ""
    return qualified(found.schema, found.name) + inside + ("[]" if found.dimensions else "")


def _loose(found: Type) -> str:
    inside = f"({', '.join(map(str, found.modifiers))})" if found.modifiers else ""
    return identifier(found.name or "text") + inside + ("[]" if found.dimensions else "")


def _enum(enum: Enum) -> str:
    return f"CREATE TYPE {qualified(enum.schema, enum.name)} AS ENUM ({', '.join(literal(label) for label in enum.labels)});"


def _domain(domain: Domain) -> str:
    parts = [f"CREATE DOMAIN {qualified(domain.schema, domain.name)} AS {type_name(domain.type)}"]
    parts += ["NOT NULL"] if domain.not_null else []
    parts += [f"CHECK ({check.sql})" for check in domain.checks]
    return " ".join(parts) + ";"


def _sequences(catalog: Catalog) -> Iterator[str]:
    """All but those that identity columns bring along."""
    identities = {
        Name(table.schema, names.sequence(table.name, column.name, ()))
        for table in catalog.tables.values()
        for column in table.columns
        if column.identity
    }
    for name, kind in catalog.relations.items():
        if kind == "sequence" and name not in identities:
            yield f"CREATE SEQUENCE {qualified(*name)};"


# Tables


def _table(table: Table) -> str:
    name = qualified(table.schema, table.name)
    if table.kind == "matview":
        columns = ", ".join(f"NULL::{type_name(column.type)} AS {identifier(column.name)}" for column in table.columns)
        return f"{comment('its query is not known here; the columns are')}\nCREATE MATERIALIZED VIEW {name} AS SELECT {columns} WITH NO DATA;"
    elements = [_column(column) for column in table.columns]
    for check in table.checks:
        elements.append(f"CONSTRAINT {identifier(check.name)} CHECK ({check.expression.sql}){' NO INHERIT' if check.no_inherit else ''}")
    kind = "FOREIGN " if table.kind == "foreign" else "UNLOGGED " if table.persistence == "unlogged" else ""
    body = ",\n".join(f"    {element}" for element in elements)
    inside = f"(\n{body}\n)" if body else "()"
    partition = f" PARTITION BY {table.partition_key}" if table.partition_key else ""
    return f"CREATE {kind}TABLE {name} {inside}{partition}{' SERVER unknown' if table.kind == 'foreign' else ''};"


def _column(column: Column) -> str:
    parts = [identifier(column.name), type_name(column.type)]
    if column.collation:
        parts.append(f"COLLATE {identifier(column.collation)}")
    if column.generated:
        parts.append(f"GENERATED ALWAYS AS ({column.default}) {column.generated.upper()}")
    elif column.identity:
        parts.append(f"GENERATED {column.identity.upper()} AS IDENTITY")
    elif column.default is not None:
        parts.append(f"DEFAULT {column.default}")
    if column.not_null:
        parts.append("NOT NULL")
    return " ".join(parts)


def _parents(tables: list[Table]) -> Iterator[str]:
    for table in tables:
        name = qualified(table.schema, table.name)
        for parent in table.parents:
            if table.partition is not None:
                yield f"ALTER TABLE ONLY {qualified(*parent)} ATTACH PARTITION {name} {table.partition};"
            else:
                yield f"ALTER TABLE ONLY {name} INHERIT {qualified(*parent)};"


def _marks(tables: list[Table]) -> Iterator[str]:
    for table in tables:
        name = qualified(table.schema, table.name)
        if table.replica_identity.startswith("index:"):
            yield f"ALTER TABLE ONLY {name} REPLICA IDENTITY USING INDEX {identifier(table.replica_identity[6:])};"
        elif table.replica_identity != "default":
            yield f"ALTER TABLE ONLY {name} REPLICA IDENTITY {table.replica_identity.upper()};"
        for index in table.indexes:
            if index.clustered:
                yield f"ALTER TABLE {name} CLUSTER ON {identifier(index.name)};"


# Indexes


def _indexes(tables: list[Table], whole: bool) -> Iterator[str]:
    for table in tables:
        if table.kind == "foreign":
            continue
        for index in table.indexes:
            if not (index.valid or whole) and table.kind != "partitioned":
                yield comment(f"not made: {index.name} is invalid")
            else:
                yield index_ddl(index, table)
    for table in tables:
        for index in table.indexes:
            if index.parent is not None:
                yield f"ALTER INDEX {qualified(*index.parent)} ATTACH PARTITION {qualified(table.schema, index.name)};"


def index_ddl(index: Index, table: Table) -> str:
    """The statement that makes one index, or the constraint that it backs; on a partitioned table, of the table alone."""
    name = qualified(table.schema, table.name)
    only = "ONLY " if table.kind == "partitioned" else ""
    keys = [_key(key, index.method, table) for key in index.keys]
    if index.constraint:
        return f"ALTER TABLE {only}{name} ADD CONSTRAINT {identifier(index.name)} {_constraint(index, keys)};"
    unique = "UNIQUE " if index.unique else ""
    return f"CREATE {unique}INDEX {identifier(index.name)} ON {only}{name} USING {identifier(index.method)} ({', '.join(keys)}){_rest(index)};"


def _constraint(index: Index, keys: list[str]) -> str:
    if index.constraint == "exclusion":
        pairs = zip(keys, index.operators, strict=False)
        head = f"EXCLUDE USING {identifier(index.method)} ({', '.join(f'{key} WITH {operator}' for key, operator in pairs)})"
    else:
        word = "PRIMARY KEY" if index.primary else "UNIQUE NULLS NOT DISTINCT" if index.nulls_not_distinct else "UNIQUE"
        head = f"{word} ({', '.join(identifier(key.column) for key in index.keys if key.column is not None)})"
    return head + _rest(index) + (" DEFERRABLE" if index.deferrable else "")


def _rest(index: Index) -> str:
    text = f" INCLUDE ({', '.join(map(identifier, index.include))})" if index.include else ""
    text += " NULLS NOT DISTINCT" if index.nulls_not_distinct and not index.constraint else ""
    text += f" WITH ({', '.join(f'{name} = {literal(value)}' for name, value in index.storage)})" if index.storage else ""
    if index.tablespace:
        text += f" {'USING INDEX ' if index.constraint else ''}TABLESPACE {identifier(index.tablespace)}"
    return text + (f" WHERE ({index.predicate.sql})" if index.predicate else "")


def _key(key: Key, method: str, table: Table) -> str:
    text = identifier(key.column) if key.column is not None else f"({key.text})"
    text += f" COLLATE {identifier(key.collation)}" if key.collation else ""
    # The grammar takes options only after a name, so that a default's name is written for their sake.
    opclass = key.opclass or (_default_opclass(key, method, table) if key.opclass_options else None)
    text += f" {identifier(opclass)}" if opclass else ""
    if opclass and key.opclass_options:
        text += f" ({', '.join(f'{name} = {literal(value)}' for name, value in key.opclass_options)})"
    text += " DESC" if key.order == "desc" else ""
    usual = "first" if key.order == "desc" else "last"
    return text + (f" NULLS {key.nulls.upper()}" if key.nulls != usual else "")


def _default_opclass(key: Key, method: str, table: Table) -> str | None:
    column = table.column(key.column) if key.column is not None else None
    if column is None:
        return None
    return opclasses.default(method, array_of(column.type.name) if column.type.dimensions else column.type.name)


def _foreign_key(table: Table, key: ForeignKey) -> str:
    target = f" ({', '.join(map(identifier, key.ref_columns))})" if key.ref_columns else ""
    text = f"ALTER TABLE {qualified(table.schema, table.name)} ADD CONSTRAINT {identifier(key.name)}"
    text += f" FOREIGN KEY ({', '.join(map(identifier, key.columns))}) REFERENCES {qualified(key.ref_schema, key.ref_table)}{target}"
    text += " MATCH FULL" if key.match == "full" else ""
    text += f" ON UPDATE {key.on_update.upper()}" if key.on_update != "no action" else ""
    text += f" ON DELETE {key.on_delete.upper()}" if key.on_delete != "no action" else ""
    text += " DEFERRABLE" if key.deferrable else ""
    text += " INITIALLY DEFERRED" if key.initially_deferred else ""
    return text + (";" if key.validated else " NOT VALID;")
