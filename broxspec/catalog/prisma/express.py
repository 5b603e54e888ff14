"""What a Prisma schema can say of an index, and what Prisma does to one that it does not say.

Measured with Prisma's own schema engine against a real PostgreSQL 15; "drops" is what the next `prisma migrate dev` does.

| index in the database | undeclared | declare it as |
|---|---|---|
| plain, DESC, hash, GIN, GiST, SP-GiST, BRIN, unique | drops | what it is, always with `map:` |
| with INCLUDE | drops | keys and INCLUDE columns together as fields; keys alone: drops and creates |
| NULLS order, collation, storage parameters, NULLS NOT DISTINCT | drops | the same without: Prisma does not see them |
| operator class of a btree or hash | drops | without `ops:`; with it: drops and creates |
| operator class of another method | drops | `ops:`, by Prisma's own word where it has one (`raw("inet_ops")`: drops and creates); without its options |
| partial, without preview feature `partialIndexes` | leaves it | nothing (declared without `where:` also passes) |
| the same, Prisma 7.4.0 | drops | can't be said without the preview feature |
| partial, with `partialIndexes` (7.4 and later) | drops | `where: raw("…")`, IN lists as PostgreSQL shows them (`b = ANY (ARRAY['x'::text])`), else drops and creates |
| with an expression | leaves it | nothing (declared by its columns: creates another) |
| GiST or SP-GiST with an INCLUDE column that the method can't index | drops | can't be said |

The same in the engines of 6.6, 6.19, 7.3, 7.10 and 8.1.0-2; 7.4.0 differs as said. Older engines can't be run this way.
"""

import re
from typing import NamedTuple

from broxspec.catalog.model import Index, Key
from broxspec.catalog.prisma.indexes import METHODS, enum_types
from broxspec.catalog.prisma.models import Model, Scalar
from broxspec.catalog.prisma.opclasses import WORDS
from broxspec.catalog.prisma.read import Schema
from broxspec.postgres import opclasses
from broxspec.postgres.names import clip
from broxspec.postgres.types import array_of

PARTIAL_INDEXES = "partialIndexes"
_TYPES = {method: word for word, method in METHODS.items()}
# Methods whose operator classes Prisma compares.
_OPS_SEEN = ("gin", "gist", "spgist", "brin")
_FIRST_WITH_PARTIAL = (7, 4)
_DROPS_PARTIAL = (7, 4, 0)


class Expressed(NamedTuple):
    """`seen` is whether Prisma drops the index when its schema does not have it.

    `declaration` is the attribute, None where there is none to make. `unsaid` are, in words, the parts that Prisma does not
    see. `problem` says why an index that Prisma sees can't be declared; empty where it can.
    """

    seen: bool
    declaration: str | None = None
    unsaid: tuple[str, ...] = ()
    problem: str = ""


def expressible(index: Index, schema: Schema, version: tuple[int, ...] | None = None) -> Expressed:
    """What the schema can say of an index. `version` is Prisma's; None is the newest that is known."""
    if any(key.column is None for key in index.keys):
        return Expressed(False, unsaid=("an index with an expression",))
    partial = PARTIAL_INDEXES in schema.settings.preview_features and (version is None or version[:2] >= _FIRST_WITH_PARTIAL)
    if index.predicate is not None and not partial:
        if version is not None and version[:3] == _DROPS_PARTIAL:
            return Expressed(True, problem="Prisma 7.4.0 drops partial indexes and can't declare them without `partialIndexes`; update it")
        return Expressed(False, unsaid=("a partial index",))
    model = model_of(index, schema)
    if model is None:
        return Expressed(True, problem=f"no model of the schema is table `{index.table}`")
    if index.method not in _TYPES:
        return Expressed(True, problem=f"Prisma has no index of type `{index.method}`")
    columns = {clip(scalar.column): scalar for scalar in model.scalars.values()}
    members = [key.column for key in index.keys] + list(index.include)
    missing = [name for name in members if name not in columns]
    if missing or len(set(members)) < len(members):
        what = f"`{model.name}` has no field for column `{missing[0]}`" if missing else "Prisma takes a column once"
        return Expressed(True, problem=what)
    unfit = _unfit(index, columns, schema)
    if unfit:
        return Expressed(True, problem=f"Prisma can't declare `{unfit}`, an INCLUDE column, in an index of type `{index.method}`")
    return Expressed(True, _declaration(index, columns), unsaid(index))


def model_of(index: Index, schema: Schema) -> Model | None:
    """The model whose table has the index."""
    for model in schema.models.values():
        if not model.is_view and model.schema == index.schema and clip(model.table) == index.table:
            return model
    return None


def sight(index: Index) -> tuple[object, ...]:
    """What Prisma compares of an index besides its name: two that are alike in this are one to it."""
    ordered = index.method == "btree"
    keys = [(key.column, key.order if ordered else "", key.opclass if index.method in _OPS_SEEN else None) for key in index.keys]
    keys += [(name, "asc" if ordered else "", None) for name in index.include]
    return (index.method, tuple(keys), index.unique, index.predicate.normal if index.predicate else None)


def _unfit(index: Index, columns: dict[str, Scalar], schema: Schema) -> str | None:
    """The first INCLUDE column that could not be a key, which is what Prisma takes it for."""
    if index.method == "btree":
        return None
    types = enum_types(schema.major, [enum.name for enum in schema.enums.values()])
    for name in index.include:
        kind = columns[name].type.type
        internal = array_of(kind.name) if kind.dimensions else kind.name
        if opclasses.default(index.method, internal, schema.major, types) is None:
            return name
    return None


def _declaration(index: Index, columns: dict[str, Scalar]) -> str:
    fields = [_field(key, index.method, columns) for key in index.keys]
    fields += [columns[name].field.name for name in index.include]
    parts = [f"[{', '.join(fields)}]"]
    if index.predicate is not None:
        parts.append(f"where: raw({_string(index.predicate.sql)})")
    if index.method != "btree":
        parts.append(f"type: {_TYPES[index.method]}")
    parts.append(f"map: {_string(index.name)}")
    return f"@@{'unique' if index.unique else 'index'}({', '.join(parts)})"


def _field(key: Key, method: str, columns: dict[str, Scalar]) -> str:
    name = columns[key.column or ""].field.name
    if method == "btree":
        return f"{name}(sort: Desc)" if key.order == "desc" else name
    if key.opclass is None or method not in _OPS_SEEN:
        return name
    ops = WORDS.get(key.opclass) or f"raw({_string(key.opclass)})"
    return f"{name}(ops: {ops})"


def _string(text: str) -> str:
    """A string literal of Prisma's grammar, which has no line breaks in it."""
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return '"' + re.sub(r"[\x00-\x1f]", lambda match: f"\\u{ord(match[0]):04x}", escaped) + '"'


def unsaid(index: Index) -> tuple[str, ...]:
    """In words, the parts of an index that its declaration leaves out."""
    words = []
    if index.include:
        words.append(f"INCLUDE ({', '.join(index.include)}), declared as keys")
    for key in index.keys:
        if key.nulls != ("first" if key.order == "desc" else "last"):
            words.append(f"NULLS {key.nulls.upper()} of {key.column}")
        if index.method not in _OPS_SEEN and key.opclass:
            words.append(f"operator class {key.opclass} of {key.column}")
        if key.opclass_options:
            words.append(f"options of the operator class of {key.column}")
        if key.collation:
            words.append(f"collation of {key.column}")
    if index.nulls_not_distinct:
        words.append("NULLS NOT DISTINCT")
    if index.storage:
        words.append("storage parameters")
    if index.tablespace:
        words.append("tablespace")
    return tuple(words)
