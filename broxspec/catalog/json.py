"""The catalog as JSON, version 1: what `broxspec catalog` prints. Names are as stored; keys are column names or expressions."""

from typing import Any

from broxspec.catalog.model import Catalog, Column, ForeignKey, Index, Key, Name, Table, Type
from broxspec.report._document import dumps

VERSION = 1

# The methods whose keys have an order.
_ORDERED = ("btree",)


def render(catalog: Catalog, major: int = 15) -> str:
    """Deterministic text: objects sorted by name, columns and keys in their own order."""
    return dumps(document(catalog, major))


def document(catalog: Catalog, major: int = 15) -> dict[str, Any]:
    tables = [catalog.tables[name] for name in sorted(catalog.tables)]
    indexes = sorted((index for table in tables for index in table.indexes), key=lambda i: (i.schema, i.table, i.name))
    return {
        "version": VERSION,
        "tables": [_table(table) for table in tables],
        "indexes": [_index(index, catalog, major) for index in indexes],
        "foreign_keys": [_foreign_key(table, key) for table in tables for key in sorted(table.foreign_keys, key=lambda k: k.name)],
        "enums": [{"schema": e.schema, "name": e.name, "labels": list(e.labels)} for e in _by_name(catalog.enums)],
        "domains": [_domain(domain) for domain in _by_name(catalog.domains)],
        "extensions": sorted(catalog.extensions),
        "skipped": [skipped._asdict() for skipped in catalog.skipped],
    }


def _by_name(objects: Any) -> list[Any]:
    return [objects[name] for name in sorted(objects)]


def _table(table: Table) -> dict[str, Any]:
    key = table.primary_key
    return {
        "schema": table.schema,
        "name": table.name,
        "kind": table.kind,
        "columns": [_column(column) for column in table.columns],
        "primary_key": list(key.columns) if key else None,
        "checks": [{"name": c.name, "expression": c.expression.sql} for c in sorted(table.checks, key=lambda c: c.name)],
        "parents": [_name(parent) for parent in table.parents],
        "partition": table.partition,
        "partition_key": table.partition_key,
        "replica_identity": table.replica_identity,
        "persistence": table.persistence,
    }


def _column(column: Column) -> dict[str, Any]:
    return {
        "name": column.name,
        "type": _type(column.type),
        "not_null": column.not_null,
        "default": column.default,
        "generated": column.generated,
        "identity": column.identity,
        "collation": column.collation,
    }


def _type(type: Type) -> str:
    schema = "" if type.schema in ("pg_catalog", "public", None) else f"{type.schema}."
    modifiers = f"({','.join(str(modifier) for modifier in type.modifiers)})" if type.modifiers else ""
    return f"{schema}{type.name}{modifiers}{'[]' * type.dimensions}"


def _index(index: Index, catalog: Catalog, major: int) -> dict[str, Any]:
    return {
        "schema": index.schema,
        "table": index.table,
        "name": index.name,
        "method": index.method,
        "keys": [key.text for key in index.keys],
        "order": _order(index),
        "opclasses": _opclasses(index, catalog, major),
        "collations": [key.collation for key in index.keys] if any(key.collation for key in index.keys) else None,
        "include": list(index.include),
        "predicate": index.predicate.sql if index.predicate else None,
        "unique": index.unique,
        "nulls_not_distinct": index.nulls_not_distinct,
        "primary": index.primary,
        "constraint": index.constraint,
        "valid": index.valid,
        "parent": _name(index.parent) if index.parent else None,
        "with": dict(index.storage),
    }


def _order(index: Index) -> list[str] | None:
    """Direction and nulls of each key, or None where all are the default."""
    orders = [f"{key.order} nulls {key.nulls}".upper() for key in index.keys]
    if index.method not in _ORDERED or all(order == "ASC NULLS LAST" for order in orders):
        return None
    return orders


def _opclasses(index: Index, catalog: Catalog, major: int) -> list[str | None] | None:
    """The operator class of each key, or None where all are the default of their type."""
    if not any(key.opclass for key in index.keys):
        return None
    return [_opclass(index.method, key, catalog, major) for key in index.keys]


def _opclass(method: str, key: Key, catalog: Catalog, major: int) -> str | None:
    """The operator class with the schema that it lies in, where that is known."""
    if key.opclass is None:
        return None
    from broxspec.postgres.opclasses import named

    known = named(method, key.opclass, major)
    schema = ""
    if known:
        schema = (catalog.extension_schemas.get(known.extension, "public") if known.extension else "pg_catalog") + "."
    options = ", ".join(f"{name}={value}" for name, value in key.opclass_options)
    return f"{schema}{key.opclass}" + (f" ({options})" if options else "")


def _foreign_key(table: Table, key: ForeignKey) -> dict[str, Any]:
    return {
        "schema": table.schema,
        "table": table.name,
        "name": key.name,
        "columns": list(key.columns),
        "ref_schema": key.ref_schema,
        "ref_table": key.ref_table,
        "ref_columns": list(key.ref_columns),
        "on_delete": key.on_delete,
        "on_update": key.on_update,
        "match": key.match,
        "deferrable": key.deferrable,
        "initially_deferred": key.initially_deferred,
        "validated": key.validated,
        "inherited": key.inherited,
        "enforced": key.enforced,
    }


def _domain(domain: Any) -> dict[str, Any]:
    return {
        "schema": domain.schema,
        "name": domain.name,
        "type": _type(domain.type),
        "not_null": domain.not_null,
        "checks": [check.sql for check in domain.checks],
    }


def _name(name: Name) -> dict[str, str]:
    return {"schema": name.schema, "name": name.name}
