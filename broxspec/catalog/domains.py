"""Domains: the type that a value has in the end. SQL fragments compare by it, so all readers and the lock have to agree on it."""

from collections.abc import Mapping

from broxspec.catalog.model import Catalog, Domain, Name, Table, Type


def held(type: Type, domains: Mapping[Name, Domain]) -> Type:
    """What a domain holds, and an array of it is an array of; any other type as it is."""
    for _ in range(32):  # a cycle of domains can't be created, but can stand in a file
        domain = domains.get(Name(type.schema, type.name)) if type.schema is not None else None
        if domain is None:
            break
        type = domain.type._replace(dimensions=max(type.dimensions, domain.type.dimensions))
    return type


def column_types(table: Table, catalog: Catalog) -> dict[str, Type | None]:
    """The type of each column, domains resolved to what they hold."""
    return {column.name: held(column.type, catalog.domains) for column in table.columns}
