"""How types are written in SQL, and what PostgreSQL calls them inside."""

from __future__ import annotations

import re
from functools import cache

#: SQL spellings that the grammar turns into another name. Everything else is its own name.
ALIASES = {
    "bigint": "int8", "bigserial": "int8", "serial8": "int8", "int": "int4", "integer": "int4", "serial": "int4", "serial4": "int4",
    "smallint": "int2", "smallserial": "int2", "serial2": "int2", "boolean": "bool", "real": "float4", "double precision": "float8",
    "float": "float8", "decimal": "numeric", "dec": "numeric",
    "character varying": "varchar", "char varying": "varchar", "national character varying": "varchar", "national char varying": "varchar",
    "nchar varying": "varchar", "character": "bpchar", "char": "bpchar", "national character": "bpchar", "national char": "bpchar",
    "nchar": "bpchar", "bit varying": "varbit",
    "timestamp with time zone": "timestamptz", "timestamp without time zone": "timestamp",
    "time with time zone": "timetz", "time without time zone": "time",
}  # fmt: skip
SERIALS = {"serial": "int4", "serial4": "int4", "bigserial": "int8", "serial8": "int8", "smallserial": "int2", "serial2": "int2"}

ARRAY = re.compile(r"\s*(?:\[\s*\d*\s*\]|\barray\b(?:\s*\[\s*\d*\s*\])?)\s*$", re.IGNORECASE)
MODIFIERS = re.compile(r"\s*\(([^()]*)\)\s*")
NAME = re.compile(r'(?:"((?:[^"]|"")+)"|([^".\s]+(?:\s+[^".\s]+)*))\s*(\.|$)')


@cache
def canonical(written: str) -> str:
    """The internal name of a type as SQL writes it: `character varying(40)` → `varchar`, `int[]` → `_int4`, `serial` → `int4`.

    Unquoted names fold to lower case; quotes are taken off (`"char"` is the one-byte type `char`, while `char` is `bpchar`).
    `pg_catalog.` is dropped, another schema is kept before a dot. A name that is no type comes back as it is.
    """
    name, array = written.strip(), False
    while match := ARRAY.search(name):
        name, array = name[: match.start()], True
    precision = MODIFIERS.search(name)
    name = MODIFIERS.sub(" ", name).strip()
    if name.lower().startswith("interval "):
        name = "interval"
    parts = [quoted.replace('""', '"') if quoted else " ".join(plain.lower().split()) for quoted, plain, _ in NAME.findall(name)]
    if parts[:1] == ["pg_catalog"]:
        # A qualified name is looked up as it is: `pg_catalog.int4`, never `pg_catalog.integer`.
        name = parts[-1]
    elif '"' in name or len(parts) > 1:
        name = ".".join(parts)
    else:
        name = aliased(parts[0] if parts else name, precision.group(1) if precision else None)
    return array_of(name) if array else name


def aliased(name: str, precision: str | None) -> str:
    if name == "float" and precision and precision.strip().isdigit() and int(precision) <= 24:
        return "float4"
    return ALIASES.get(name, name)


def array_of(name: str) -> str:
    """The array type's internal name: `_int4`; the longest names are cut to stay within 63 bytes."""
    schema, dot, bare = name.rpartition(".")
    return schema + dot + ("_" + bare).encode()[:63].decode("utf-8", "ignore")


@cache
def serial(written: str) -> bool:
    """Whether the type is one of the `serial` shorthands, which also make a sequence and NOT NULL."""
    return " ".join(written.lower().split()) in SERIALS
