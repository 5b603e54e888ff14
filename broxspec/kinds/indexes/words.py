"""How findings about indexes say things."""

from collections.abc import Iterable, Sequence

from broxspec.catalog.model import Index, Table
from broxspec.quoting.sql import identifier, qualified


def columns_text(columns: Iterable[str]) -> str:
    """`a`, or (`a`, `b`)."""
    names = [f"`{column}`" for column in columns]
    return names[0] if len(names) == 1 else f"({', '.join(names)})"


def names_text(names: Sequence[str]) -> str:
    """`a`, `b` and `c`."""
    quoted = [f"`{name}`" for name in names]
    return quoted[0] if len(quoted) == 1 else f"{', '.join(quoted[:-1])} and {quoted[-1]}"


def create_index(table: Table, columns: Sequence[str]) -> str:
    """The statement that makes a plain index, ready to paste."""
    keys = ", ".join(identifier(column) for column in columns)
    return f"`CREATE INDEX CONCURRENTLY ON {relation(table)} ({keys});`"


def drop_index(index: Index) -> str:
    """The statement that drops an index, or the constraint that it backs, ready to paste."""
    schema = None if index.schema == "public" else index.schema
    if index.constraint:
        table = qualified(schema, index.table)
        return f"`ALTER TABLE {table} DROP CONSTRAINT {identifier(index.name)};`"
    return f"`DROP INDEX CONCURRENTLY {qualified(schema, index.name)};`"


def relation(table: Table) -> str:
    return qualified(None if table.schema == "public" else table.schema, table.name)
