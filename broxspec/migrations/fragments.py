"""Recorded SQL fragments, made comparable again."""

from broxspec.catalog.domains import column_types
from broxspec.catalog.model import Catalog, Fragment, Name, Type
from broxspec.migrations.record import Fragments


def fragments_of(catalog: Catalog) -> Fragments:
    """Makes fragments in the sight of the catalog's tables: a column's type says which casts mean nothing."""
    types: dict[Name, dict[str, Type | None]] = {}

    def fragment(table: Name, sql: str) -> Fragment:
        from broxspec.sql.normal import normal  # lazy: the parser is wanted only where a fragment was recorded

        if table not in types:
            known = catalog.table(table)
            types[table] = column_types(known, catalog) if known else {}
        return Fragment(sql, normal(sql, types[table]))

    return fragment
