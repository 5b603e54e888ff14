"""Models and enums with their names resolved: which field is a column, which a relation, and of what type."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from broxspec.catalog.model import Type
from broxspec.catalog.prisma import attributes as known
from broxspec.catalog.prisma.datasource import Datasource
from broxspec.catalog.prisma.faults import (
    COMPOSITE, DUPLICATE, NATIVE_TYPE, SCHEMA, UNKNOWN_ATTRIBUTE, UNKNOWN_TYPE, finding,
)  # fmt: skip
from broxspec.catalog.prisma.lexer import Attribute
from broxspec.catalog.prisma.syntax import Block, Field
from broxspec.catalog.prisma.types import SCALARS, ColumnType, Misfit, native, unsupported
from broxspec.diagnostic import Diagnostic
from broxspec.postgres.names import clip
from broxspec.source import Span


class Enumeration(NamedTuple):
    """`labels` are as stored, by their names in the schema."""

    block: Block
    schema: str
    name: str
    labels: dict[str, str]


class Scalar(NamedTuple):
    """A field that is a column. `column` is its whole name, which the server may cut at 63 bytes."""

    field: Field
    column: str
    type: ColumnType
    labels: dict[str, str] | None
    attributes: Mapping[str, Attribute]

    @property
    def optional(self) -> bool:
        return self.field.arity == "?"

    @property
    def is_list(self) -> bool:
        return self.field.arity == "[]"


class Relation(NamedTuple):
    """A field that stands for a model, or a list of models."""

    field: Field
    target: str
    attribute: Attribute | None
    attributes: Mapping[str, Attribute]


class Model(NamedTuple):
    """A model or view. `table` is its whole name in the database. `order` is its place among the models."""

    block: Block
    schema: str
    table: str
    scalars: dict[str, Scalar]
    relations: dict[str, Relation]
    attributes: Mapping[str, Attribute]
    order: int

    @property
    def name(self) -> str:
        return self.block.name

    @property
    def is_view(self) -> bool:
        return self.block.keyword == "view"

    def span(self, attribute: Attribute) -> Span:
        return Span(self.block.source, attribute.start, attribute.end)


class Names(NamedTuple):
    """All that a field's type can be."""

    enums: dict[str, Enumeration]
    models: frozenset[str]
    composites: frozenset[str]


def enumerations(blocks: Sequence[Block], source: Datasource, found: list[Diagnostic]) -> dict[str, Enumeration]:
    """The enums by their name in the schema."""
    enums: dict[str, Enumeration] = {}
    for block in blocks:
        if block.keyword != "enum":
            continue
        chosen = known.select(block.attributes, known.ENUM, block.source, found)
        labels: dict[str, str] = {}
        for field in block.fields:
            marks = known.select(field.attributes, known.LABEL, block.source, found)
            if field.name in labels:
                found.append(_twice(block, field, "label"))
            labels.setdefault(field.name, _mapped(block, marks, known.LABEL, found) or field.name)
        name = clip(_mapped(block, chosen, known.ENUM, found) or block.name)
        enums.setdefault(block.name, Enumeration(block, _schema(block, chosen, source, found), name, labels))
    return enums


def models(blocks: Sequence[Block], source: Datasource, enums: dict[str, Enumeration], major: int, found: list[Diagnostic]) -> dict[str, Model]:
    """The models and views by their name in the schema, in order."""
    types = Names(
        enums,
        frozenset(block.name for block in blocks if block.keyword in ("model", "view")),
        frozenset(block.name for block in blocks if block.keyword == "type"),
    )
    read: dict[str, Model] = {}
    for block in blocks:
        if block.keyword == "type":
            found.append(finding(COMPOSITE, block.at, f"`type {block.name}` is a composite type, which PostgreSQL's connector does not have"))
        elif block.keyword in ("model", "view") and block.name not in read:
            read[block.name] = _model(block, len(read), source, types, major, found)
    return read


def duplicates(blocks: Sequence[Block], found: list[Diagnostic]) -> None:
    """Findings about declarations of one name; enums, models and composite types share their names."""
    seen: set[tuple[bool, str]] = set()
    for block in blocks:
        key = (block.keyword in ("datasource", "generator"), block.name)
        if block.keyword != "generator" and key in seen:
            found.append(finding(DUPLICATE, block.at, f"`{block.name}` is declared twice"))
        seen.add(key)


def _model(block: Block, order: int, source: Datasource, types: Names, major: int, found: list[Diagnostic]) -> Model:
    chosen = known.select(block.attributes, known.MODEL, block.source, found)
    scalars: dict[str, Scalar] = {}
    relations: dict[str, Relation] = {}
    columns: set[str] = set()
    for field in block.fields:
        if field.name in scalars or field.name in relations:
            found.append(_twice(block, field, "field"))
        elif field.type in types.models:
            marks = known.select(field.attributes, known.RELATION_FIELD, block.source, found)
            relations[field.name] = Relation(field, field.type, marks.get("relation"), marks)
        else:
            scalar = _scalar(block, field, types, major, found)
            if scalar is not None and scalar.column in columns:
                found.append(_twice(block, field, "column"))
            elif scalar is not None:
                scalars[field.name] = scalar
                columns.add(scalar.column)
    table = _mapped(block, chosen, known.MODEL, found) or block.name
    return Model(block, _schema(block, chosen, source, found), table, scalars, relations, chosen, order)


def _scalar(block: Block, field: Field, types: Names, major: int, found: list[Diagnostic]) -> Scalar | None:
    marks = known.select(field.attributes, known.SCALAR_FIELD, block.source, found) if field.attributes else {}
    labels = None
    if field.unsupported is not None:
        kind = unsupported(field.unsupported, major)
    elif field.type in types.enums:
        enum = types.enums[field.type]
        labels = enum.labels
        kind = ColumnType(Type(enum.name, enum.schema), f'"{enum.name}"', "enum")
    elif field.type in SCALARS:
        kind = SCALARS[field.type]
    else:
        found.append(_unknown_type(block, field, types))
        return None
    if field.attributes:
        kind = _native(block, field, kind, found)
    if field.arity == "[]":
        kind = kind._replace(type=kind.type._replace(dimensions=kind.type.dimensions + 1))
    column = _mapped(block, marks, known.SCALAR_FIELD, found) if "map" in marks else None
    return Scalar(field, column or field.name, kind, labels, marks)


def _native(block: Block, field: Field, kind: ColumnType, found: list[Diagnostic]) -> ColumnType:
    """The field's type with its `@db.…` attribute, which may carry any name that a datasource has."""
    for attribute in field.attributes:
        if "." not in attribute.name:
            continue
        try:
            kind = native(attribute, attribute.name.rpartition(".")[2], kind.scalar)
        except Misfit as misfit:
            found.append(finding(NATIVE_TYPE, block.span(attribute.start, attribute.end), str(misfit)))
    return kind


def _unknown_type(block: Block, field: Field, types: Names) -> Diagnostic:
    at = block.span(field.start, field.end)
    if field.type in types.composites:
        return finding(COMPOSITE, at, f"`{field.name}` is of the composite type `{field.type}`, which PostgreSQL's connector does not have")
    return finding(UNKNOWN_TYPE, at, f"`{field.name}` is of type `{field.type}`, which is no scalar, enum or model")


def _mapped(block: Block, chosen: Mapping[str, Attribute], table: dict[str, tuple[str, ...]], found: list[Diagnostic]) -> str | None:
    """The name that `@map` or `@@map` gives."""
    attribute = chosen.get("map")
    if attribute is None:
        return None
    values = known.arguments(attribute, table["map"], block.source, found)
    if "name" not in values:
        found.append(finding(UNKNOWN_ATTRIBUTE, block.span(attribute.start, attribute.end), f"`{known.shown(attribute)}` names nothing"))
    return known.text(values.get("name"), block.source, found)


def _schema(block: Block, chosen: Mapping[str, Attribute], source: Datasource, found: list[Diagnostic]) -> str:
    attribute = chosen.get("schema")
    if attribute is None:
        if source.schemas:
            message = f"`{block.name}` does not say in which schema it is"
            found.append(finding(SCHEMA, block.at, message, help=f'add `@@schema("{source.schemas[0]}")`'))
        return source.default_schema
    values = known.arguments(attribute, known.ENUM["schema"], block.source, found)
    name = known.text(values.get("map"), block.source, found)
    if name is not None and name not in source.schemas:
        message = f"`{name}` is not among the `schemas` of the datasource"
        found.append(finding(SCHEMA, block.span(attribute.start, attribute.end), message))
    return name or source.default_schema


def _twice(block: Block, field: Field, what: str) -> Diagnostic:
    return finding(DUPLICATE, block.span(field.start, field.name_end), f"{what} `{field.name}` is already in `{block.name}`")
