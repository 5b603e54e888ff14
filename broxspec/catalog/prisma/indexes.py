"""Primary keys, unique and plain indexes: `@id`, `@unique`, `@@id`, `@@unique`, `@@index`."""

from collections.abc import Sequence
from typing import NamedTuple

from broxspec.catalog.model import Fragment, Index, Key
from broxspec.catalog.prisma import attributes as known
from broxspec.catalog.prisma import names, opclasses, predicates
from broxspec.catalog.prisma.faults import IDENTITY, INDEX, UNKNOWN_ATTRIBUTE, UNKNOWN_FIELD, finding
from broxspec.catalog.prisma.lexer import Attribute, Value
from broxspec.catalog.prisma.models import Model, Scalar
from broxspec.diagnostic import Diagnostic
from broxspec.postgres import methods
from broxspec.postgres import opclasses as operator_classes
from broxspec.postgres.names import clip
from broxspec.postgres.types import Types, UserType, array_of
from broxspec.source import Span

METHODS = {"BTree": "btree", "Hash": "hash", "Gin": "gin", "Gist": "gist", "SpGist": "spgist", "Brin": "brin"}


class Member(NamedTuple):
    """A field of an index, as written: `createdAt(sort: Desc, ops: raw("…"))`."""

    scalar: Scalar
    value: Value
    order: str
    opclass: Value | None


class Reading(NamedTuple):
    """What is common to reading the indexes of one schema."""

    types: Types
    found: list[Diagnostic]

    @property
    def major(self) -> int:
        return self.types.major


def of_model(model: Model, reading: Reading) -> list[Index]:
    """The indexes of a model in the order of Prisma's DDL: the primary key, `@unique` of fields, `@@index`, `@@unique`."""
    primary = _primary_keys(model, reading)
    rest = [_of_field(model, scalar, reading) for scalar in model.scalars.values() if "unique" in scalar.attributes]
    for kind in ("index", "unique"):
        for attribute in model.block.attributes:
            index = _of_block(model, attribute, reading) if attribute.name == kind else None
            if index is not None:
                rest.append(index)
    if not primary and not model.is_view and "ignore" not in model.attributes and not _identified(model, rest):
        message = f"`{model.name}` has no `@id`, and no `@unique` over required fields"
        reading.found.append(finding(IDENTITY, model.block.at, message, help="add `@id`, `@@id([…])` or `@@unique([…])`"))
    return primary[:1] + rest


def enum_types(major: int, names_of_enums: Sequence[str]) -> Types:
    """PostgreSQL's types with the schema's own enums."""
    return Types(major, (), {name: UserType("enum") for name in names_of_enums})


def _identified(model: Model, indexes: Sequence[Index]) -> bool:
    optional = {clip(scalar.column) for scalar in model.scalars.values() if scalar.field.arity}
    return any(index.unique and optional.isdisjoint(index.columns) for index in indexes)


def _primary_keys(model: Model, reading: Reading) -> list[Index]:
    """The primary key; a second one is a finding."""
    keys: list[Index] = []
    candidates: list[tuple[Attribute, list[Member] | None, dict[str, Value]]] = []
    for scalar in model.scalars.values():
        attribute = scalar.attributes.get("id")
        if attribute is not None:
            values = _values(model, attribute, known.SCALAR_FIELD["id"], reading) if attribute.arguments else {}
            candidates.append((attribute, [Member(scalar, _here(scalar), "asc", None)], values))
    attribute = model.attributes.get("id")
    if attribute is not None:
        values = _values(model, attribute, known.MODEL["id"], reading)
        candidates.append((attribute, _members(model, attribute, values, reading), values))
    for attribute, members, values in candidates:
        at = model.span(attribute)
        if keys:
            reading.found.append(finding(IDENTITY, at, f"`{model.name}` has two primary keys"))
        for member in members or ():
            if member.scalar.field.arity:
                message = f"`{member.scalar.field.name}` is part of the primary key and not required"
                reading.found.append(finding(IDENTITY, at, message))
            if member.order == "desc":
                reading.found.append(finding(INDEX, at, "a primary key has no sort order"))
        if members:
            name = known.text(values.get("map"), model.block.source, reading.found, limited=True)
            columns = tuple(Key(clip(member.scalar.column)) for member in members)
            keys.append(_index(model, name or names.primary_key(model.table), columns, at, unique=True, constraint="primary"))
    return keys


def _here(scalar: Scalar) -> Value:
    return Value("constant", scalar.field.name, (), scalar.field.start, scalar.field.name_end)


def _of_field(model: Model, scalar: Scalar, reading: Reading) -> Index:
    """`@unique` on a field."""
    attribute = scalar.attributes["unique"]
    name = None
    order = "asc"
    if attribute.arguments:
        values = _values(model, attribute, known.SCALAR_FIELD["unique"], reading)
        name = known.text(values.get("map"), model.block.source, reading.found, limited=True)
        order = _order(model, values.get("sort"), reading)
    key = _key(model, Member(scalar, _here(scalar), order, None), "btree", attribute, reading)
    return _index(model, name or names.unique(model.table, [scalar.column]), (key,), model.span(attribute), unique=True)


def _of_block(model: Model, attribute: Attribute, reading: Reading) -> Index | None:
    """`@@index` or `@@unique`."""
    unique = attribute.name == "unique"
    values = _values(model, attribute, known.MODEL[attribute.name], reading)
    members = _members(model, attribute, values, reading)
    method = _method(model, values.get("type"), reading)
    if members is None or method is None:
        return None
    # `name:` of a plain index is what `map:` was called before Prisma 3; of a unique one it is the client's word.
    stored = values.get("map") or (None if unique else values.get("name"))
    name = known.text(stored, model.block.source, reading.found, limited=True)
    if name is None:
        make = names.unique if unique else names.index
        name = make(model.table, [member.scalar.column for member in members])
    keys = tuple(_key(model, member, method, attribute, reading) for member in members)
    can = methods.get(method, reading.major)
    if len(keys) > 1 and can is not None and not can.can_multi_column:
        message = f"an index of type `{method}` has one field, this one {len(keys)}"
        reading.found.append(finding(INDEX, model.span(attribute), message))
    predicate = _predicate(model, values.get("where"), reading)
    return _index(model, name, keys, model.span(attribute), method=method, unique=unique, predicate=predicate)


def _values(model: Model, attribute: Attribute, parameters: Sequence[str], reading: Reading) -> dict[str, Value]:
    return known.arguments(attribute, parameters, model.block.source, reading.found)


def _members(model: Model, attribute: Attribute, values: dict[str, Value], reading: Reading) -> list[Member] | None:
    """The fields of an index, or None where one of them is unknown."""
    fields = values.get("fields")
    if fields is None:
        message = f"`{known.shown(attribute)}` names no fields"
        reading.found.append(finding(UNKNOWN_ATTRIBUTE, model.span(attribute), message))
        return None
    items = [item.value for item in fields.items] if fields.kind == "array" else [fields]
    members = []
    for item in items:
        scalar = model.scalars.get(item.text) if item.kind in ("constant", "function") else None
        at = Span(model.block.source, item.start, item.end)
        if scalar is None:
            reading.found.append(finding(UNKNOWN_FIELD, at, _unknown(model, item), note=_note(model, item)))
            return None
        if any(member.scalar is scalar for member in members):
            reading.found.append(finding(INDEX, at, f"`{item.text}` is in the index twice"))
        members.append(_member(model, scalar, item, reading))
    if not members:
        reading.found.append(finding(INDEX, model.span(attribute), "an index needs at least one field"))
    return members or None


def _unknown(model: Model, item: Value) -> str:
    if item.text in model.relations:
        return f"`{item.text}` is a relation of `{model.name}`, not a column"
    return f"`{model.name}` has no field `{item.text}`"


def _note(model: Model, item: Value) -> str:
    """For a relation: the column that was meant."""
    relation = model.relations.get(item.text)
    for argument in relation.attribute.arguments if relation and relation.attribute else ():
        if argument.name == "fields":
            return "its columns: " + ", ".join(f"`{column.value.text}`" for column in argument.value.items)
    return ""


def _member(model: Model, scalar: Scalar, item: Value, reading: Reading) -> Member:
    order, opclass = "asc", None
    for argument in item.items:
        if argument.name == "sort":
            order = _order(model, argument.value, reading)
        elif argument.name == "ops":
            opclass = argument.value
        else:
            at = Span(model.block.source, argument.start, argument.end)
            message = f"`{argument.name or argument.value.text}` is not an argument of an index field in PostgreSQL"
            reading.found.append(finding(UNKNOWN_ATTRIBUTE, at, message))
    return Member(scalar, item, order, opclass)


def _order(model: Model, value: Value | None, reading: Reading) -> str:
    if value is None or value.text == "Asc":
        return "asc"
    if value.text != "Desc":
        at = Span(model.block.source, value.start, value.end)
        reading.found.append(finding(INDEX, at, f"`sort` is `Asc` or `Desc`, not `{value.text}`"))
        return "asc"
    return "desc"


def _method(model: Model, value: Value | None, reading: Reading) -> str | None:
    if value is None:
        return "btree"
    method = METHODS.get(value.text)
    if method is None:
        at = Span(model.block.source, value.start, value.end)
        message = f"`{value.text}` is not a type of index; there are {', '.join(METHODS)}"
        reading.found.append(finding(INDEX, at, message))
    return method


def _key(model: Model, member: Member, method: str, attribute: Attribute, reading: Reading) -> Key:
    column = clip(member.scalar.column)
    opclass, options = None, ()
    if member.opclass is not None:
        opclass, options = _opclass(model, member, method, attribute, reading)
    elif method != "btree" or member.scalar.type.type.name in ("xml", "json"):
        _check_default(model, member, method, attribute, reading)
    if method != "btree":
        return Key(column, opclass=opclass, opclass_options=options)
    return Key(column, None, member.order, "first" if member.order == "desc" else "last", opclass, options)


def _opclass(
    model: Model, member: Member, method: str, attribute: Attribute, reading: Reading
) -> tuple[str | None, tuple[tuple[str, str], ...]]:
    """The operator class that `ops:` names, None where it is what PostgreSQL takes anyway."""
    value: Value = member.opclass  # type: ignore[assignment]
    kind = _type_name(member)
    if value.kind == "function" and value.text == "raw" and len(value.items) == 1 and value.items[0].value.kind == "string":
        name, options = opclasses.raw(value.items[0].value.text)
    else:
        name, options = opclasses.NAMED.get(value.text, ""), ()
        wrong = None
        if not name or value.kind != "constant":
            wrong = f"`{value.text}` is not an operator class that Prisma knows"
        elif not operator_classes.known(method, name, reading.major):
            wrong = f"operator class `{value.text}` is not one of type `{method}`"
        elif operator_classes.accepts(method, name, kind, reading.major, reading.types) is False:
            wrong = f"operator class `{value.text}` does not take `{member.scalar.field.name}`, which is `{kind}`"
        if wrong:
            at = Span(model.block.source, value.start, value.end)
            reading.found.append(finding(INDEX, at, wrong, help='write any other as `ops: raw("…")`'))
            return None, ()
    if name == operator_classes.default(method, kind, reading.major, reading.types):
        name = None  # type: ignore[assignment]
    return name, options


def _check_default(model: Model, member: Member, method: str, attribute: Attribute, reading: Reading) -> None:
    """A finding where PostgreSQL has no operator class to take for the field's type."""
    kind = _type_name(member)
    if member.scalar.type.scalar == "unsupported" or reading.types.get(kind) is None:
        return
    if operator_classes.default(method, kind, reading.major, reading.types) is None:
        at = Span(model.block.source, member.value.start, member.value.end)
        message = f"an index of type `{method}` has no default operator class for `{member.scalar.field.name}`, which is `{kind}`"
        reading.found.append(finding(INDEX, at, message, help="say which with `ops:`"))


def _type_name(member: Member) -> str:
    kind = member.scalar.type.type
    return array_of(kind.name) if kind.dimensions else kind.name


def _predicate(model: Model, where: Value | None, reading: Reading) -> Fragment | None:
    if where is None:
        return None
    try:
        text = predicates.sql(where, model.scalars)
    except predicates.Unreadable as wrong:
        reading.found.append(finding(INDEX, Span(model.block.source, wrong.at.start, wrong.at.end), str(wrong)))
        return None
    # PostgreSQL's parser, which few schemas need.
    from broxspec.sql.normal import normal

    return Fragment(text, normal(text, {clip(scalar.column): scalar.type.type for scalar in model.scalars.values()}))


def _index(model: Model, name: str, keys: tuple[Key, ...], at: Span, **more: object) -> Index:
    return Index(model.schema, clip(model.table), clip(name), keys, at=at, **more)  # type: ignore[arg-type]
