"""`where:` of a partial index, as the SQL that Prisma's DDL has.

Preview feature `partialIndexes`, Prisma 7.4 and later: `raw("…")`, or an object such as `{ active: true, deletedAt: null }`.
"""

from collections.abc import Mapping

from broxspec.catalog.prisma.defaults import quoted
from broxspec.catalog.prisma.lexer import Argument, Value
from broxspec.catalog.prisma.models import Scalar


class Unreadable(Exception):
    """A `where:` that Prisma does not accept; `at` is the offending value."""

    def __init__(self, message: str, at: Value) -> None:
        super().__init__(message)
        self.at = at


def sql(where: Value, scalars: Mapping[str, Scalar]) -> str:
    """The predicate as SQL. Raises Unreadable."""
    if where.kind == "function" and where.text == "raw" and len(where.items) == 1:
        value = where.items[0].value
        if value.kind == "string" and value.text.strip():
            return value.text
    if where.kind == "object" and where.items:
        return " AND ".join(_condition(pair, scalars) for pair in where.items)
    raise Unreadable('`where` is `raw("…")` or `{ field: value }`', where)


def _condition(pair: Argument, scalars: Mapping[str, Scalar]) -> str:
    scalar = scalars.get(pair.name or "")
    if scalar is None:
        raise Unreadable(f"`{pair.name or pair.value.text}` is not a field of the model with a column", pair.value)
    column = '"' + scalar.column.replace('"', '""') + '"'
    value, negated = pair.value, False
    if value.kind == "object":
        if len(value.items) != 1 or value.items[0].name != "not":
            raise Unreadable("the one operator here is `{ not: value }`", value)
        value, negated = value.items[0].value, True
    if value.kind == "constant" and value.text == "null":
        return f"{column} IS {'NOT ' if negated else ''}NULL"
    return f"{column} {'!=' if negated else '='} {_literal(value, scalar)}"


_FITS = {
    "string": ("String", "DateTime", "enum", "Bytes", "Json"),
    "number": ("Int", "BigInt", "Float", "Decimal"),
    "constant": ("Boolean",),
}


def _literal(value: Value, scalar: Scalar) -> str:
    fits = scalar.type.scalar in _FITS.get(value.kind, ())
    if not fits or (value.kind == "constant" and value.text not in ("true", "false")):
        raise Unreadable(f"this is not a value of type `{scalar.field.type}`", value)
    return quoted(value.text) if value.kind == "string" else value.text
