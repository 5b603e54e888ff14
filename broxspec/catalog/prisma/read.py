"""Reading Prisma schemas: the database that Prisma's own engine would make of them."""

from collections.abc import Iterable, Mapping, Sequence
from itertools import chain
from typing import NamedTuple

from broxspec.catalog.model import Catalog, Enum, ForeignKey, Index, Name, Table
from broxspec.catalog.prisma import datasource, indexes, models, relations, syntax
from broxspec.catalog.prisma.collisions import collisions
from broxspec.catalog.prisma.columns import SEQUENCE, column
from broxspec.catalog.prisma.models import Model
from broxspec.diagnostic import Diagnostic, order
from broxspec.postgres.names import clip, sequence
from broxspec.quoting import sql as quoting
from broxspec.source import Source


class Schema(NamedTuple):
    """A Prisma schema with its names resolved: enums and models by their names in it."""

    settings: datasource.Datasource
    enums: dict[str, models.Enumeration]
    models: dict[str, Model]
    major: int


def read_prisma(
    sources: Sequence[Source], *, major: int = 15, version: tuple[int, ...] | None = None
) -> tuple[Catalog, tuple[Diagnostic, ...]]:
    """The catalog of a schema in one or several files, and what is wrong with it.

    `version` is that of Prisma, where known: before 6, a many-to-many relation's table had a unique index in place of
    a primary key. `major` is PostgreSQL's.
    """
    found: list[Diagnostic] = []
    schema = resolve(sources, major, found)
    settings, enums, known = schema.settings, schema.enums, schema.models
    if not settings.supported:
        return Catalog(), tuple(sorted(found, key=order))
    own = indexes_by_model(schema, found)
    related = relations.read(known, settings.enforced, version, found)
    found += collisions(known, own, related.foreign_keys)
    tables = [_table(model, own[model.name], related.foreign_keys, found) for model in known.values() if not model.is_view]
    placed, sequences = _with_sequences(chain(tables, related.tables))
    views = {Name(model.schema, clip(model.table)): "view" for model in known.values() if model.is_view}
    catalog = Catalog(
        tables=placed,
        enums={
            Name(enum.schema, enum.name): Enum(enum.schema, enum.name, tuple(enum.labels.values()), enum.block.at)
            for enum in enums.values()
        },
        schemas=tuple(dict.fromkeys(("public", settings.default_schema, *settings.schemas))),
        extensions=settings.extensions,
        relations={**views, **sequences},
    )
    return catalog, tuple(sorted(found, key=order))


def resolve(sources: Sequence[Source], major: int, found: list[Diagnostic]) -> Schema:
    """The schema that the files make together, with its names resolved."""
    blocks = []
    for source in sources:
        read, wrong = syntax.parse(source)
        blocks += read
        found += wrong
    models.duplicates(blocks, found)
    settings = datasource.read(blocks, found)
    if not settings.supported:
        return Schema(settings, {}, {}, major)
    enums = models.enumerations(blocks, settings, found)
    return Schema(settings, enums, models.models(blocks, settings, enums, major, found), major)


def indexes_by_model(schema: Schema, found: list[Diagnostic]) -> dict[str, list[Index]]:
    """The indexes of each model; views have none."""
    names = [enum.name for enum in schema.enums.values()]
    reading = indexes.Reading(indexes.enum_types(schema.major, names), found)
    return {model.name: indexes.of_model(model, reading) for model in schema.models.values() if not model.is_view}


def _table(model: Model, own: list[Index], foreign_keys: Mapping[str, list[ForeignKey]], found: list[Diagnostic]) -> Table:
    primary = next((index.columns for index in own if index.primary), ())
    return Table(
        model.schema,
        clip(model.table),
        columns=tuple(column(model, scalar, primary, found) for scalar in model.scalars.values()),
        indexes=tuple(own),
        foreign_keys=tuple(foreign_keys.get(model.name, ())),
        at=model.block.at,
    )


def _with_sequences(tables: Iterable[Table]) -> tuple[dict[Name, Table], dict[Name, str]]:
    """The tables by name, the first of each name, their serial columns with the sequences that PostgreSQL makes.

    Prisma's DDL creates all tables, with their primary keys, before other indexes: a sequence's name gives way to those
    that are there by then.
    """
    placed: dict[Name, Table] = {}
    sequences: dict[Name, str] = {}
    taken: dict[str, set[str]] = {}
    for table in tables:
        if table.qualified in placed:
            continue
        relations = taken.setdefault(table.schema, set())
        columns = []
        for entry in table.columns:
            if entry.default == SEQUENCE:
                name = sequence(table.name, entry.name, relations)
                relations.add(name)
                sequences[Name(table.schema, name)] = "sequence"
                entry = entry._replace(default=f"nextval({_regclass(table.schema, name)})")
            columns.append(entry)
        relations.add(table.name)
        if table.primary_key is not None:
            relations.add(table.primary_key.name)
        placed[table.qualified] = table._replace(columns=tuple(columns))
    return placed, sequences


def _regclass(schema: str, name: str) -> str:
    return quoting.literal(quoting.qualified(None if schema == "public" else schema, name)) + "::regclass"
