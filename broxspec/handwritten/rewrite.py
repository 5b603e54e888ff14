"""Which changes of a column write the whole table anew.

What PostgreSQL 12 to 18 do, told by `relfilenode` on real servers (tests/handwritten/test_measured.py): a type changes in place where
the bytes stay the same, and where a length or precision only grows.
"""

from collections.abc import Iterator
from typing import Any

from broxspec.catalog.model import Column, Type
from broxspec.catalog.sql.database import Database, strings
from broxspec.catalog.sql.state import Node
from broxspec.postgres import casts, functions
from broxspec.postgres.types import builtin
from broxspec.sql.typename import serial

# Types with a length or precision that may grow in place; the others' is checked by writing every row.
_GROWS = frozenset({"varchar", "varbit", "time", "timetz", "timestamp", "timestamptz", "interval"})
# A precision of six is the same as none.
_TIMES = frozenset({"time", "timetz", "timestamp", "timestamptz", "interval"})
_MOMENTS = {"timestamp", "timestamptz"}


def of_type(db: Database, before: Column, after: Type, using: Node | None, *, utc: bool) -> str:
    """Why `ALTER COLUMN … TYPE` rewrites the table; empty where it does not, or where nobody can tell. `utc`: the session's time zone is UTC."""
    if using is not None and not _plain(using, before.name):
        return "USING computes every value anew"
    if constrained(db, after):
        return f"every value is tested against the domain `{after.name}`"
    old, new = db.resolved(before.type), db.resolved(after)
    if not (_known(db, old) and _known(db, new)):
        return ""
    if bool(old.dimensions) != bool(new.dimensions):
        return "the two types are stored differently"
    if old.name == new.name:
        return "" if _fits(old, new) else _narrowed(old, new)
    if {old.name, new.name} == _MOMENTS and not new.dimensions:
        return "" if utc and _fits(old, new) else "every value is moved by the session's time zone, unless that is UTC"
    cast = casts.table(db.major).get((old.name, new.name))
    if cast is None or cast.method != "binary" or new.dimensions:
        return "the two types are stored differently"
    return f"every value is cut to `{new.name}({', '.join(map(str, new.modifiers))})`" if new.modifiers else ""


def _known(db: Database, found: Type) -> bool:
    """Whether a type is one of PostgreSQL's, of an extension that is there, or of the database's own."""
    if found.schema is not None:
        return True
    extension = builtin(found.name, db.major)
    return extension is not None and extension.extension in db.extensions


def _fits(old: Type, new: Type) -> bool:
    """Whether a value of the old length or precision is one of the new, so that none has to be looked at."""
    if old.modifiers == new.modifiers or not new.modifiers:
        return True
    if old.dimensions:
        return False
    if new.name in _TIMES:
        return new.modifiers[0] >= (old.modifiers[0] if old.modifiers else 6)
    if not old.modifiers:
        return False
    if new.name == "numeric":
        return old.modifiers[1:] == new.modifiers[1:] and new.modifiers[0] >= old.modifiers[0]
    return new.name in _GROWS and new.modifiers[0] >= old.modifiers[0]


def _narrowed(old: Type, new: Type) -> str:
    wanted = f"{new.name}({', '.join(map(str, new.modifiers))}){'[]' if new.dimensions else ''}"
    return f"every value is made a `{wanted}`"


def _plain(using: Node, column: str) -> bool:
    """Whether USING says no more than the column itself, or the column cast to the new type."""
    while "TypeCast" in using:
        using = using["TypeCast"]["arg"]
    fields = using.get("ColumnRef", {}).get("fields", [])
    return bool(fields) and "String" in fields[-1] and strings(fields[-1:])[0] == column


def constrained(db: Database, found: Type) -> bool:
    """Whether a type is a domain with constraints of its own or of one below it."""
    for _ in range(32):
        name = db.find_type(found.schema, found.name)
        state = db.types.get(name) if name is not None else None
        if state is None or state.kind != "domain" or state.domain is None:
            return False
        if state.domain.not_null or state.domain.checks:
            return True
        found = state.domain.type
    return False


def of_new_column(db: Database, body: Node) -> str:
    """Why `ADD COLUMN` rewrites the table; empty where it does not. A constant default is kept in the catalog."""
    if "typeName" not in body:
        return ""
    if serial(body["typeName"]):
        return "a serial column draws a number for every row"
    defaults = [body["raw_default"]] if "raw_default" in body else []
    for constraint in (node["Constraint"] for node in body.get("constraints", [])):
        kind = constraint["contype"]
        if kind == "CONSTR_IDENTITY":
            return "an identity column draws a number for every row"
        if kind == "CONSTR_GENERATED" and constraint.get("generated_kind", "s") == "s":
            return "a stored generated column is computed for every row"
        if kind == "CONSTR_DEFAULT":
            defaults.append(constraint["raw_expr"])
    for default in defaults:
        if name := next((name for name in _calls(default) if volatile(db, name)), ""):
            return f"`{name}()` is volatile: it is called for every row"
    if constrained(db, db.type_of(body["typeName"])):
        return f"every row is tested against the domain `{db.type_of(body['typeName']).name}`"
    return ""


def _calls(node: Any) -> Iterator[str]:
    if isinstance(node, dict):
        if "FuncCall" in node:
            yield strings(node["FuncCall"]["funcname"])[-1]
        for value in node.values():
            yield from _calls(value)
    elif isinstance(node, list):
        for value in node:
            yield from _calls(value)


def volatile(db: Database, name: str) -> bool:
    """Whether a function may give another value at each call. Of one that nobody knows nothing is said."""
    own = [function.volatility for function in db.functions.values() if function.name == name]
    known = own or [overload.volatility for overload in functions.every_function(name, db.major)]
    return bool(known) and all(volatility == "volatile" for volatility in known)
