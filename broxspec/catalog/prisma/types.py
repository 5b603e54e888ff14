"""Prisma's types as PostgreSQL's: scalars, `@db.…` native types and `Unsupported("…")`."""

import re
from typing import NamedTuple

from broxspec.catalog.model import Type
from broxspec.catalog.prisma.lexer import Attribute
from broxspec.postgres import types as postgres

CATALOG = "pg_catalog"


class ColumnType(NamedTuple):
    """`sql` is how Prisma's DDL spells the type, without `[]`; `scalar` is Prisma's own name, `enum` or `unsupported`."""

    type: Type
    sql: str
    scalar: str


class Native(NamedTuple):
    """A `@db.…` type: the scalar that it is for, its name in SQL and inside PostgreSQL, how many arguments it takes,
    and the modifier that PostgreSQL supplies where it has none (`char` is `char(1)`)."""

    scalar: str
    sql: str
    name: str
    arguments: int = 0
    implied: tuple[int, ...] = ()


SCALARS = {
    "String": ColumnType(Type("text"), "TEXT", "String"),
    "Boolean": ColumnType(Type("bool"), "BOOLEAN", "Boolean"),
    "Int": ColumnType(Type("int4"), "INTEGER", "Int"),
    "BigInt": ColumnType(Type("int8"), "BIGINT", "BigInt"),
    "Float": ColumnType(Type("float8"), "DOUBLE PRECISION", "Float"),
    "Decimal": ColumnType(Type("numeric", CATALOG, (65, 30)), "DECIMAL(65,30)", "Decimal"),
    "DateTime": ColumnType(Type("timestamp", CATALOG, (3,)), "TIMESTAMP(3)", "DateTime"),
    "Json": ColumnType(Type("jsonb"), "JSONB", "Json"),
    "Bytes": ColumnType(Type("bytea"), "BYTEA", "Bytes"),
}

NATIVE = {
    "SmallInt": Native("Int", "SMALLINT", "int2"),
    "Integer": Native("Int", "INTEGER", "int4"),
    "BigInt": Native("BigInt", "BIGINT", "int8"),
    "Decimal": Native("Decimal", "DECIMAL", "numeric", 2),
    "Money": Native("Decimal", "MONEY", "money"),
    "Inet": Native("String", "INET", "inet"),
    "Oid": Native("Int", "OID", "oid"),
    "Citext": Native("String", "CITEXT", "citext"),
    "Real": Native("Float", "REAL", "float4"),
    "DoublePrecision": Native("Float", "DOUBLE PRECISION", "float8"),
    "VarChar": Native("String", "VARCHAR", "varchar", 1),
    "Char": Native("String", "CHAR", "bpchar", 1, (1,)),
    "Text": Native("String", "TEXT", "text"),
    "ByteA": Native("Bytes", "BYTEA", "bytea"),
    "Timestamp": Native("DateTime", "TIMESTAMP", "timestamp", 1),
    "Timestamptz": Native("DateTime", "TIMESTAMPTZ", "timestamptz", 1),
    "Date": Native("DateTime", "DATE", "date"),
    "Time": Native("DateTime", "TIME", "time", 1),
    "Timetz": Native("DateTime", "TIMETZ", "timetz", 1),
    "Boolean": Native("Boolean", "BOOLEAN", "bool"),
    "Bit": Native("String", "BIT", "bit", 1, (1,)),
    "VarBit": Native("String", "VARBIT", "varbit", 1),
    "Uuid": Native("String", "UUID", "uuid"),
    "Xml": Native("String", "XML", "xml"),
    "Json": Native("Json", "JSON", "json"),
    "JsonB": Native("Json", "JSONB", "jsonb"),
}

_WHOLE = re.compile(r"[0-9]{1,9}")
_MODIFIERS = re.compile(r"\(([^()]*)\)")


class Misfit(Exception):
    """A native type that is none, or does not fit; the message says which."""


def native(attribute: Attribute, name: str, scalar: str) -> ColumnType:
    """The type that `@db.<name>(…)` gives to a field of a scalar type. Raises Misfit."""
    found = NATIVE.get(name)
    if found is None:
        raise Misfit(f"PostgreSQL's connector has no native type `{name}`")
    if found.scalar != scalar:
        raise Misfit(f"`@db.{name}` is for fields of type `{found.scalar}`, this one is `{scalar}`")
    modifiers = _modifiers(attribute, name, found)
    schema = None if name == "Citext" else CATALOG
    sql = f"{found.sql}({','.join(map(str, modifiers))})" if modifiers else found.sql
    return ColumnType(Type(found.name, schema, modifiers or found.implied), sql, scalar)


def _modifiers(attribute: Attribute, name: str, found: Native) -> tuple[int, ...]:
    values = [argument.value for argument in attribute.arguments]
    if any(value.kind != "number" or not _WHOLE.fullmatch(value.text) for value in values):
        raise Misfit(f"the arguments of `@db.{name}` are whole numbers of at most nine digits")
    if len(values) not in (0, found.arguments):
        raise Misfit(f"`@db.{name}` takes {found.arguments or 'no'} argument{'s' * (found.arguments != 1)}, not {len(values)}")
    numbers = tuple(int(value.text) for value in values)
    if name == "Decimal" and numbers and not (0 < numbers[0] <= 1000 and numbers[1] <= numbers[0]):
        raise Misfit("the precision of `@db.Decimal` is between 1 and 1000, its scale at most the precision")
    if found.scalar == "DateTime" and numbers and numbers[0] > 6:
        raise Misfit(f"the precision of `@db.{name}` is between 0 and 6")
    if name in ("Bit", "VarBit") and numbers == (0,):
        raise Misfit(f"the length of `@db.{name}` is at least 1")
    return numbers


def unsupported(sql: str, major: int) -> ColumnType:
    """The type that is written as SQL in `Unsupported("…")`. What PostgreSQL does not know has an unknown schema."""
    written = _MODIFIERS.search(sql)
    numbers = tuple(int(part) for part in written[1].split(",") if _WHOLE.fullmatch(part.strip())) if written else ()
    dimensions = sql.count("[")
    name = postgres.canonical(re.sub(r"\[[^\[\]]*\]", "", sql))
    schema, dot, bare = name.rpartition(".")
    known = None if dot else postgres.builtin(name, major)
    if known is not None and known.extension is None:
        return ColumnType(Type(name, CATALOG, numbers, dimensions), sql, "unsupported")
    return ColumnType(Type(bare, schema or None, numbers, dimensions), sql, "unsupported")
