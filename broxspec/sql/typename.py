"""Type names in a parse tree, made into the catalog's types."""

from typing import Any

from broxspec.catalog.model import Type

Node = dict[str, Any]

# The grammar itself gives these their bare names; written as identifiers they are functions of the type system's own aliases.
_SERIALS = {"serial": "int4", "serial4": "int4", "bigserial": "int8", "serial8": "int8", "smallserial": "int2", "serial2": "int2"}
_SHOWN = {
    "int4": "integer", "int8": "bigint", "int2": "smallint", "bool": "boolean", "float8": "double precision", "float4": "real",
    "varchar": "character varying", "bpchar": "character", "timestamptz": "timestamp with time zone", "timestamp": "timestamp without time zone",
    "timetz": "time with time zone", "time": "time without time zone", "varbit": "bit varying",
}  # fmt: skip


def names(body: Node) -> tuple[str | None, str]:
    """Schema and name as written."""
    parts = [part["String"]["sval"] for part in body.get("names", []) if "String" in part]
    return (parts[-2] if len(parts) > 1 else None, parts[-1] if parts else "")


def serial(body: Node) -> str | None:
    """The integer type under one of the `serial` shorthands, or None."""
    parts = body.get("names", ())
    return _SERIALS.get(parts[0]["String"].get("sval", "")) if len(parts) == 1 else None


def modifiers(body: Node) -> tuple[int, ...]:
    """What stands in parentheses, where it is whole numbers: `numeric(12, 2)` → (12, 2)."""
    found = []
    for modifier in body.get("typmods", []):
        constant = modifier.get("A_Const", {})
        if "ival" not in constant:
            return ()
        found.append(constant["ival"].get("ival", 0))
    return tuple(found)


def read_type(body: Node) -> Type:
    """The type as written. Without a catalog a bare name is taken for a built-in one, another schema's stays."""
    schema, name = names(body)
    given = modifiers(body)
    # The grammar adds the modifier that `char` and `bit` have when none is written.
    dimensions = len(body.get("arrayBounds", []))
    return Type(name, schema or "pg_catalog", given, dimensions)


def shown(found: Type) -> str:
    """The type as SQL writes it, the length in parentheses included. User types keep their names, unquoted."""
    name = _SHOWN.get(found.name, found.name) if found.schema in ("pg_catalog", None) else found.name
    inside = ", ".join(str(modifier) for modifier in found.modifiers)
    if inside and " with" in name:
        head, _, tail = name.partition(" ")
        name = f"{head}({inside}) {tail}"
    elif inside:
        name = f"{name}({inside})"
    return name + "[]" * (1 if found.dimensions else 0)
