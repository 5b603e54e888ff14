"""How wide a column's values are, as far as its type declares it."""

from broxspec.catalog.model import Type

# Bytes in a heap or index entry. Sources: the "Data Types" chapter of PostgreSQL's manual, and pg_type.typlen.
_FIXED = {
    "bool": 1,
    "char": 1,
    "int2": 2,
    "int4": 4,
    "oid": 4,
    "float4": 4,
    "date": 4,
    "int8": 8,
    "float8": 8,
    "money": 8,
    "time": 8,
    "timestamp": 8,
    "timestamptz": 8,
    "macaddr": 6,
    "macaddr8": 8,
    "timetz": 12,
    "uuid": 16,
    "interval": 16,
    "point": 16,
    "lseg": 32,
    "box": 32,
    "line": 24,
    "circle": 24,
    "name": 64,
}

# Types whose first modifier is a length in characters, at one byte at least.
_CHARACTERS = {"varchar", "bpchar"}
_BITS = {"bit", "varbit"}


def declared_width(type: Type) -> int | None:
    """The bytes that the longest value takes, at one byte a character; None where the type sets no bound."""
    if type.dimensions:
        return None
    if type.name in _FIXED:
        return _FIXED[type.name]
    if type.name in _CHARACTERS:
        return type.modifiers[0] if type.modifiers else (1 if type.name == "bpchar" else None)
    if type.name in _BITS:
        return (type.modifiers[0] + 7) // 8 if type.modifiers else None
    if type.name == "numeric":
        # Two bytes for each four digits, and up to eight of header.
        return (type.modifiers[0] + 3) // 4 * 2 + 8 if type.modifiers else None
    return None
