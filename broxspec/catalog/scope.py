"""What names mean in a table's expressions: the bridge from the catalog to PostgreSQL's typing rules."""

from broxspec.catalog.model import Catalog, Table, Type
from broxspec.memo import latest
from broxspec.postgres.expressions import Scope
from broxspec.postgres.types import Types, UserType, array_of


@latest
def types_of(catalog: Catalog, major: int) -> Types:
    """The types of a database: PostgreSQL's, those of its extensions, its enums and domains."""
    own = {name.name: UserType("enum") for name in catalog.enums}
    own |= {name.name: UserType("domain", internal(domain.type)) for name, domain in catalog.domains.items()}
    return Types(major, catalog.extensions, own)


@latest
def scope_of(table: Table, catalog: Catalog, types: Types) -> Scope:
    """The columns and functions that an expression over the table can name."""
    columns = {column.name: internal(column.type) for column in table.columns}
    functions: dict[str, str | None] = {}
    for function in catalog.functions:
        # Overloads that differ in volatility can't be told apart here: then nothing is said.
        same = functions.get(function.name, function.volatility) == function.volatility
        functions[function.name] = function.volatility if same else None
    return Scope(columns, types, functions, table.name)


def internal(type: Type) -> str:
    """PostgreSQL's internal name of a type: `_text` for `text[]`."""
    return array_of(type.name) if type.dimensions else type.name
