"""How findings about indexes say things."""

from collections.abc import Iterable, Sequence

from broxspec.catalog.model import Index, Name, Table
from broxspec.project import Context
from broxspec.quoting.sql import identifier, qualified


def columns_text(columns: Iterable[str]) -> str:
    """`a`, or (`a`, `b`)."""
    names = [f"`{column}`" for column in columns]
    return names[0] if len(names) == 1 else f"({', '.join(names)})"


def names_text(names: Sequence[str]) -> str:
    """`a`, `b` and `c`."""
    quoted = [f"`{name}`" for name in names]
    return quoted[0] if len(quoted) == 1 else f"{', '.join(quoted[:-1])} and {quoted[-1]}"


def add_index(table: Table, columns: Sequence[str], context: Context) -> str:
    """How a plain index comes into being, ready to paste: in the specs where there are some, else where the schema is written."""
    if context.project is not None:
        return f"add `- [{', '.join(columns)}]` to the indexes of `{table.qualified}` in the specs"
    if table.at and table.at.path.endswith(".prisma"):
        return f"declare an `@@index` on the fields of {columns_text(columns)} in the model"
    keys = ", ".join(identifier(column) for column in columns)
    return f"add an index: `CREATE INDEX CONCURRENTLY ON {relation(table)} ({keys});`"


def drop_index(index: Index) -> str:
    """The statement that drops an index, or the constraint that it backs, ready to paste."""
    schema = None if index.schema == "public" else index.schema
    if index.constraint:
        table = qualified(schema, index.table)
        return f"`ALTER TABLE {table} DROP CONSTRAINT {identifier(index.name)};`"
    return f"`DROP INDEX CONCURRENTLY {qualified(schema, index.name)};`"


def give_up(index: Index, covers: Sequence[Index], context: Context) -> str:
    """What to do about an index that is not worth its cost. One that a spec only refers to stays when the spec forgets it: it has to be
    dropped by name, best where what covers it is asked for."""
    if not index.wanted:
        return f"drop it: {drop_index(index)}"
    database = context.database
    table = database and database.base.tables.get(Name(index.schema, index.table))
    there = table and any(one.name == index.name for one in table.indexes)
    if not database or not there or Name(index.schema, index.name) in database.owned:
        return "remove it from the spec"
    by = next((other.name for other in covers if other.wanted), None)
    if by:
        return f"remove it from the spec, and add `replaces: [{index.name}]` to `{by}`, which drops it"
    return f"put `- {{drop: {index.name}, why: …}}` in its place, which drops it"


def relation(table: Table) -> str:
    return qualified(None if table.schema == "public" else table.schema, table.name)
