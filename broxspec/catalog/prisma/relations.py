"""Relations as foreign keys, and implicit many-to-many relations as tables."""

from collections.abc import Mapping
from typing import NamedTuple

from broxspec.catalog.model import Column, ForeignKey, Index, Key, Table
from broxspec.catalog.prisma import attributes as known
from broxspec.catalog.prisma import names
from broxspec.catalog.prisma.faults import RELATION, UNKNOWN_ATTRIBUTE, UNKNOWN_FIELD, finding
from broxspec.catalog.prisma.lexer import Value
from broxspec.catalog.prisma.models import Model, Relation, Scalar
from broxspec.diagnostic import Diagnostic
from broxspec.postgres.names import clip
from broxspec.source import Span

ACTIONS = {
    "Cascade": "cascade",
    "Restrict": "restrict",
    "NoAction": "no action",
    "SetNull": "set null",
    "SetDefault": "set default",
}


class Side(NamedTuple):
    """One relation field with what its `@relation` says."""

    model: Model
    relation: Relation
    values: Mapping[str, Value]

    @property
    def name(self) -> str | None:
        """The relation's name, which tells two relations between the same models apart."""
        value = self.values.get("name")
        return value.text if value is not None else None

    @property
    def at(self) -> Span:
        attribute = self.relation.attribute
        if attribute is not None:
            return self.model.span(attribute)
        return self.model.block.span(self.relation.field.start, self.relation.field.end)

    @property
    def is_list(self) -> bool:
        return self.relation.field.arity == "[]"


# The relation fields of one model to another under one relation name (None where there is none), in order.
Sides = dict[tuple[str, str, str | None], list[Side]]


class Relations(NamedTuple):
    """`foreign_keys` by the name of the model that has them; `tables` are those of many-to-many relations."""

    foreign_keys: dict[str, list[ForeignKey]]
    tables: list[Table]


def read(
    models: Mapping[str, Model], enforced: bool, version: tuple[int, ...] | None, found: list[Diagnostic]
) -> Relations:
    """The relations between models. `enforced` is whether the database keeps them."""
    sides = _sides(models, found)
    foreign_keys: dict[str, list[ForeignKey]] = {}
    tables: list[Table] = []
    for side in (side for group in sides.values() for side in group):
        other = _opposite(side, sides, found)
        target = models[side.relation.target]
        if side.model.is_view or target.is_view:
            continue
        if side.is_list:
            if other is not None and other.is_list and _leads(side, other):
                table = _join_table(side, other, models, enforced, version, found)
                if table is not None:
                    tables.append(table)
            continue
        key = _foreign_key(side, target, other, enforced, found)
        if key is not None:
            foreign_keys.setdefault(side.model.name, []).append(key)
    return Relations(foreign_keys, tables)


def _sides(models: Mapping[str, Model], found: list[Diagnostic]) -> Sides:
    sides: Sides = {}
    for model in models.values():
        for relation in model.relations.values():
            values: Mapping[str, Value] = {}
            if relation.attribute is not None:
                parameters = known.RELATION_FIELD["relation"]
                values = known.arguments(relation.attribute, parameters, model.block.source, found)
            side = Side(model, relation, values)
            sides.setdefault((model.name, relation.target, side.name), []).append(side)
    return sides


def _opposite(side: Side, sides: Sides, found: list[Diagnostic]) -> Side | None:
    """The field on the other side of the relation. None with a finding where there is not just one."""
    model, target = side.model.name, side.relation.target
    field = side.relation.field
    alike = sides[model, target, side.name]
    there = sides.get((target, model, side.name), ())
    # Among the first two there is one that is not the field itself, if there is any.
    others = [other for other in there[:2] if other.relation.field is not field]
    if len(alike) > (2 if model == target else 1):
        if alike[0] is side:
            words = " and ".join(f"`{other.relation.field.name}`" for other in alike)
            message = f"{words} of `{model}` both mean `{target}`, and have the same relation name"
            found.append(finding(RELATION, side.at, message, help='tell them apart: `@relation("name")` on both sides'))
        return others[0] if others else None
    if not others:
        message = f"`{field.name}` has no field on the other side, in `{target}`"
        found.append(finding(RELATION, side.at, message, help=f"add a field of type `{model}` or `{model}[]` to `{target}`"))
        return None
    other = others[0]
    if not side.is_list and not other.is_list and not {"fields"} & {*side.values, *other.values} and _leads(side, other):
        found.append(finding(RELATION, side.at, f"neither side of `{field.name}` says `fields` and `references`"))
    return other


def _leads(side: Side, other: Side) -> bool:
    """Whether a side is A: by the names of the models, then of the fields, in the order of code points."""
    mine = (side.model.name, side.relation.field.name)
    return mine < (other.model.name, other.relation.field.name)


def _foreign_key(
    side: Side, target: Model, other: Side | None, enforced: bool, found: list[Diagnostic]
) -> ForeignKey | None:
    values = side.values
    if "fields" not in values and "references" not in values:
        if other is not None and other.is_list:
            message = f"`{side.relation.field.name}` does not say its `fields` and `references`"
            found.append(finding(RELATION, side.at, message))
        return None
    here = _columns(side, side.model, values.get("fields"), found)
    there = _columns(side, target, values.get("references"), found)
    if here is None or there is None:
        return None
    if len(here) != len(there):
        message = f"`fields` has {len(here)}, `references` {len(there)}: they belong together one by one"
        found.append(finding(RELATION, side.at, message))
        return None
    _check(side, target, here, there, other, found)
    required = side.relation.field.arity == "" or any(not scalar.optional for scalar in here)
    name = known.text(values.get("map"), side.model.block.source, found, limited=True)
    on_delete = _action(side, "onDelete", found) or ("restrict" if required else "set null")
    on_update = _action(side, "onUpdate", found) or "cascade"
    if not enforced and target is side.model and {on_delete, on_update} != {"no action"}:
        message = "a relation of a model with itself has no actions where Prisma's client keeps relations"
        found.append(finding(RELATION, side.at, message, help="add `onDelete: NoAction, onUpdate: NoAction`"))
    return ForeignKey(
        clip(name or names.foreign_key(side.model.table, [scalar.column for scalar in here])),
        tuple(clip(scalar.column) for scalar in here),
        target.schema,
        clip(target.table),
        tuple(clip(scalar.column) for scalar in there),
        on_delete,
        on_update,
        enforced=enforced,
        at=side.at,
    )


def _columns(side: Side, model: Model, value: Value | None, found: list[Diagnostic]) -> list[Scalar] | None:
    """The columns that `fields` or `references` names, or None with a finding."""
    items = [item.value for item in value.items] if value is not None and value.kind == "array" else [value] if value else []
    if not items:
        found.append(finding(RELATION, side.at, "`fields` and `references` go together, each with at least one field"))
        return None
    columns = []
    for item in items:
        scalar = model.scalars.get(item.text)
        if scalar is None:
            at = Span(side.model.block.source, item.start, item.end)
            found.append(finding(UNKNOWN_FIELD, at, f"`{model.name}` has no field `{item.text}` with a column"))
            return None
        columns.append(scalar)
    return columns


def _check(
    side: Side, target: Model, here: list[Scalar], there: list[Scalar], other: Side | None, found: list[Diagnostic]
) -> None:
    """What Prisma asks of a relation beyond what makes a foreign key."""
    field = side.relation.field
    if field.arity == "" and any(scalar.optional for scalar in here):
        message = f"`{field.name}` is required, but a field that it goes by is optional"
        found.append(finding(RELATION, side.at, message, help=f"make it `{field.type}?`"))
    if not _is_unique(target, there):
        words = ", ".join(scalar.field.name for scalar in there)
        message = f"`{words}` of `{target.name}` is not unique, so nothing can reference it"
        found.append(finding(RELATION, side.at, message, help="reference a primary key, or add `@unique` there"))
    for mine, theirs in zip(here, there, strict=True):
        if (mine.field.type, mine.field.unsupported) != (theirs.field.type, theirs.field.unsupported):
            message = f"`{mine.field.name}` is `{mine.field.type}`, but references `{theirs.field.name}`, which is `{theirs.field.type}`"
            found.append(finding(RELATION, side.at, message))
    if other is not None and other.relation.field is not field:
        if "fields" in other.values and "fields" in side.values and _leads(side, other):
            found.append(finding(RELATION, side.at, "both sides of the relation say `fields`"))
        if not other.is_list:
            _check_one_to_one(side, here, other, found)


def _check_one_to_one(side: Side, here: list[Scalar], other: Side, found: list[Diagnostic]) -> None:
    if not _is_unique(side.model, here):
        words = ", ".join(scalar.field.name for scalar in here)
        message = f"a one-to-one relation goes by unique fields, and `{words}` is not unique"
        found.append(finding(RELATION, side.at, message, help="add `@unique`, or make the other side a list"))
    if other.relation.field.arity == "":
        message = f"`{other.relation.field.name}`, the side without `fields`, has to be optional"
        found.append(finding(RELATION, other.at, message))


def _is_unique(model: Model, scalars: list[Scalar]) -> bool:
    """Whether the fields together are a unique criterion of the model, in any order."""
    fields = sorted(scalar.field.name for scalar in scalars)
    if len(scalars) == 1 and ("id" in scalars[0].attributes or "unique" in scalars[0].attributes):
        return True
    for attribute in model.block.attributes:
        if attribute.name not in ("id", "unique"):
            continue
        for argument in attribute.arguments:
            if argument.name in (None, "fields"):
                items = argument.value.items if argument.value.kind == "array" else (argument,)
                if sorted(item.value.text for item in items) == fields:
                    return True
    return False


def _action(side: Side, argument: str, found: list[Diagnostic]) -> str | None:
    value = side.values.get(argument)
    if value is None:
        return None
    action = ACTIONS.get(value.text)
    if action is None:
        at = Span(side.model.block.source, value.start, value.end)
        found.append(finding(UNKNOWN_ATTRIBUTE, at, f"`{value.text}` is not a referential action; there are {', '.join(ACTIONS)}"))
    return action


def _join_table(
    a: Side, b: Side, models: Mapping[str, Model], enforced: bool, version: tuple[int, ...] | None, found: list[Diagnostic]
) -> Table | None:
    """The table `_AToB` of a many-to-many relation, in the schema of model A."""
    keys = [_single_id(side, found) for side in (a, b)]
    if keys[0] is None or keys[1] is None:
        return None
    made = names.JoinTable(a.name if a.name is not None else f"{a.model.name}To{b.model.name}")
    schema, table, at = a.model.schema, clip(made.table), a.at
    columns = tuple(
        Column(side, key.type.type, True, at=at) for side, key in zip("AB", keys, strict=True) if key is not None
    )
    # Prisma had a unique index here before version 6.
    primary = version is None or version[0] >= 6
    indexes = (
        Index(
            schema, table, made.primary_key if primary else made.unique, (Key("A"), Key("B")),
            unique=True, constraint="primary" if primary else None, at=at,
        ),
        Index(schema, table, made.index, (Key("B"),), at=at),
    )  # fmt: skip
    foreign_keys = tuple(
        ForeignKey(
            made.foreign_key(side), (side,), end.model.schema, clip(end.model.table), (clip(key.column),),
            "cascade", "cascade", enforced=enforced, at=at,
        )
        for side, end, key in zip("AB", (a, b), keys, strict=True) if key is not None
    )  # fmt: skip
    return Table(schema, table, columns=columns, indexes=indexes, foreign_keys=foreign_keys, at=at)


def _single_id(side: Side, found: list[Diagnostic]) -> Scalar | None:
    """The one field that is the primary key of a side's model."""
    if side.values.keys() & {"fields", "references", "onDelete", "onUpdate"}:
        message = "an implicit many-to-many relation has no `fields`, `references` or actions"
        found.append(finding(RELATION, side.at, message))
    ids = [scalar for scalar in side.model.scalars.values() if "id" in scalar.attributes]
    whole = side.model.attributes.get("id")
    for argument in whole.arguments if whole else ():
        if argument.name in (None, "fields"):
            items = argument.value.items if argument.value.kind == "array" else (argument,)
            ids = [side.model.scalars[item.value.text] for item in items if item.value.text in side.model.scalars]
    if len(ids) == 1:
        return ids[0]
    message = f"`{side.model.name}` is in an implicit many-to-many relation, for which its primary key must be one field"
    found.append(finding(RELATION, side.at, message))
    return None
