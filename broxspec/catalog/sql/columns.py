"""Columns: what a column definition says."""

import re
from typing import NamedTuple

from broxspec.catalog.model import Column, Type
from broxspec.catalog.sql.constraints import Collected, collect
from broxspec.catalog.sql.database import Database, strings
from broxspec.catalog.sql.expressions import columns_in
from broxspec.catalog.sql.state import Node, Rejected, Relation
from broxspec.postgres import names
from broxspec.postgres.names import clip
from broxspec.quoting.sql import literal, qualified
from broxspec.source import Span
from broxspec.sql.normal import deparse
from broxspec.sql.typename import serial

_GENERATED = {"s": "stored", "v": "virtual"}
_ATTRIBUTES = {
    "CONSTR_ATTR_DEFERRABLE": ("deferrable", True), "CONSTR_ATTR_NOT_DEFERRABLE": ("deferrable", False),
    "CONSTR_ATTR_DEFERRED": ("initdeferred", True), "CONSTR_ATTR_IMMEDIATE": ("initdeferred", False),
}  # fmt: skip


class Defined(NamedTuple):
    """A column, and what its generation expression reads."""

    column: Column
    reads: frozenset[str] | None = None


def define_column(db: Database, body: Node, owner: int, schema: str, table: str, at: Span, into: Collected) -> Defined:
    """A column from its definition; its constraints are collected. Sequences of serial and identity columns are made at once."""
    name = clip(body["colname"])
    integer = serial(body["typeName"]) if "typeName" in body else None
    type_ = Type(integer, "pg_catalog", (), len(body["typeName"].get("arrayBounds", []))) if integer else type_of(db, body)
    not_null = default = generated = identity = reads = None
    if integer:
        not_null, default = True, _next_value(schema, make_sequence(db, owner, schema, table, name))
    for constraint, span in placed(db, body, at):
        kind = constraint["contype"]
        if kind == "CONSTR_NOTNULL":
            not_null = True
        elif kind == "CONSTR_NULL" and not_null:
            raise Rejected(f"column `{name}` is declared both NULL and NOT NULL", span)
        elif kind == "CONSTR_DEFAULT":
            need_sequence(db, constraint["raw_expr"], span)
            default = default_sql(constraint, span)
        elif kind == "CONSTR_IDENTITY":
            make_sequence(db, owner, schema, table, name)
            identity, not_null = "always" if constraint.get("generated_when") == "a" else "by default", True
        elif kind == "CONSTR_GENERATED":
            generated, default = _GENERATED.get(constraint.get("generated_kind", "s"), "stored"), deparse(constraint["raw_expr"])
            reads = columns_in(constraint["raw_expr"])
        else:
            not_null = not_null or kind == "CONSTR_PRIMARY"
            collect(db, into, constraint, span, name)
    if "raw_default" in body and default is None:
        default = deparse(body["raw_default"])
    column = Column(name, type_, bool(not_null), default, generated, identity, collation(body.get("collClause")), at)
    return Defined(column, reads)


def type_of(db: Database, body: Node) -> Type:
    return db.type_of(body["typeName"]) if "typeName" in body else Type("", None)


def collation(clause: Node | None) -> str | None:
    """The collation that a clause names, None for the default."""
    if not clause:
        return None
    name = strings(clause["collname"])[-1]
    return None if name == "default" else name


def placed(db: Database, body: Node, at: Span) -> list[tuple[Node, Span]]:
    """A column's constraints with their places; DEFERRABLE and the like are made part of the one that they follow."""
    if "constraints" not in body:
        return []
    if len(body["constraints"]) == 1 and "collClause" not in body:
        only = body["constraints"][0]["Constraint"]
        return [(only, Span(at.source, db.statement.offset(only.get("location", 0)), at.end))]
    found: list[tuple[Node, int]] = []
    marks = [body["collClause"]["location"]] if "collClause" in body else []
    for item in body.get("constraints", []):
        constraint = item["Constraint"]
        attribute = _ATTRIBUTES.get(constraint["contype"])
        if attribute and found:
            last, place = found[-1]
            # INITIALLY DEFERRED implies DEFERRABLE.
            more = {"deferrable": True} if attribute == ("initdeferred", True) else {}
            found[-1] = ({**last, **more, attribute[0]: attribute[1]}, place)
        elif not attribute:
            found.append((constraint, constraint.get("location", -1)))
    marks = sorted(marks + [place for _, place in found if place >= 0])
    ends = dict(zip(marks, marks[1:], strict=False))
    offset = db.statement.offset
    result = []
    for constraint, place in found:
        start = offset(place) if place >= 0 else at.start
        following = ends.get(place)
        if following is None:
            result.append((constraint, Span(at.source, start, at.end)))
        else:
            result.append((constraint, _trimmed(Span(at.source, start, max(start, offset(following))))))
    return result


def _trimmed(span: Span) -> Span:
    text = span.source.text[span.start : span.end]
    return span._replace(end=span.start + len(text.rstrip()))


def default_sql(constraint: Node, span: Span) -> str:
    """The default as written, without the word DEFAULT."""
    text = span.text
    head, _, tail = text.partition(" ")
    if head.upper() == "DEFAULT" and tail and "--" not in tail and "/*" not in tail:
        return tail.strip()
    return deparse(constraint["raw_expr"])


_SEQUENCE = re.compile(r'\s*(?:("(?:[^"]|"")+"|[^".]+)\.)?("(?:[^"]|"")+"|[^".]+)\s*\Z')


def need_sequence(db: Database, default: Node, at: Span | None = None) -> None:
    """Rejected when a default takes its values from a sequence that is not there."""
    call = default.get("FuncCall")
    if call is None or call["funcname"][-1]["String"].get("sval") != "nextval" or len(call.get("args", [])) != 1:
        return
    argument = call["args"][0]
    constant = argument.get("TypeCast", {}).get("arg", argument).get("A_Const", {}).get("sval", {}).get("sval")
    found = _SEQUENCE.match(constant) if constant is not None else None
    if found is None:
        return
    schema, name = (part and (part[1:-1].replace('""', '"') if part[0] == '"' else part.lower()) for part in found.groups())
    if db.find(schema, clip(name)) is None and (schema is None or db.schemas.get(schema, False)):
        raise Rejected(f"sequence `{constant}` does not exist", at)


def make_sequence(db: Database, owner: int, schema: str, table: str, column: str) -> str:
    """The sequence of a serial or identity column, owned by it."""
    name = names.sequence(table, column, db.relations(schema))
    db.claim(schema, name, Relation("sequence", 0, (owner, column)))
    db.sequence_owners[owner] = True
    return name


def _next_value(schema: str, name: str) -> str:
    return f"nextval({literal(qualified(None if schema == 'public' else schema, name))}::regclass)"

