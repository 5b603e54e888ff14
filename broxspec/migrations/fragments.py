"""Recorded SQL fragments, made comparable again."""

from broxspec.catalog.model import Catalog, Fragment, Name, Type
from broxspec.migrations.record import Fragments


def fragments_of(catalog: Catalog) -> Fragments:
    """Makes fragments in the sight of the catalog's tables: a column's type says which casts mean nothing."""
    types: dict[Name, dict[str, Type | None]] = {}

    def fragment(table: Name, sql: str) -> Fragment:
        from broxspec.sql.normal import normal  # lazy: the parser is wanted only where a fragment was recorded

        if table not in types:
            types[table] = column_types(catalog, table)
        return Fragment(sql, normal(sql, types[table]))

    return fragment


def column_types(catalog: Catalog, name: Name) -> dict[str, Type | None]:
    """The types of a table's columns, domains resolved to what they hold; empty for a table that is not there."""
    table = catalog.table(name)
    return {column.name: _resolved(column.type, catalog) for column in table.columns} if table else {}


def _resolved(type: Type, catalog: Catalog) -> Type:
    for _ in range(32):  # domains over domains; a cycle can't be created in PostgreSQL but can stand in a file
        domain = catalog.domains.get(Name(type.schema or "public", type.name))
        if domain is None or type.dimensions:
            break
        type = domain.type
    return type
