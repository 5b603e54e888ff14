"""Fields as columns."""

from collections.abc import Sequence

from broxspec.catalog.model import Column
from broxspec.catalog.prisma import attributes as known
from broxspec.catalog.prisma import defaults
from broxspec.catalog.prisma.faults import DEFAULT, UNKNOWN_ATTRIBUTE, finding
from broxspec.catalog.prisma.lexer import Value
from broxspec.catalog.prisma.models import Model, Scalar
from broxspec.diagnostic import Diagnostic
from broxspec.postgres.names import clip
from broxspec.source import Span

# The default of an autoincrement column before its sequence has a name.
SEQUENCE = "nextval"


def column(model: Model, scalar: Scalar, key: Sequence[str | None], found: list[Diagnostic]) -> Column:
    """A column. `key` are those of the primary key. Lists can be NULL: Prisma's DDL says nothing."""
    field = scalar.field
    default = None
    if "default" in scalar.attributes:
        default = _default(model, scalar, found)
    if "updatedAt" in scalar.attributes and (scalar.type.scalar != "DateTime" or scalar.is_list):
        attribute = scalar.attributes["updatedAt"]
        found.append(finding(UNKNOWN_ATTRIBUTE, model.span(attribute), "`@updatedAt` is for one `DateTime`"))
    at = Span(model.block.source, field.start, field.name_end)
    name = clip(scalar.column)
    return Column(name, scalar.type.type, field.arity == "" or name in key, default, at=at)


def _default(model: Model, scalar: Scalar, found: list[Diagnostic]) -> str | None:
    attribute = scalar.attributes["default"]
    values = known.arguments(attribute, known.SCALAR_FIELD["default"], model.block.source, found)
    value = values.get("value")
    if value is None:
        found.append(finding(DEFAULT, model.span(attribute), "`@default` says no value"))
        return None
    try:
        return _sql(scalar, value)
    except defaults.Unfit as misfit:
        found.append(finding(DEFAULT, Span(model.block.source, value.start, value.end), str(misfit)))
        return None


def _sql(scalar: Scalar, value: Value) -> str | None:
    if value.kind == "function":
        return _function(scalar, value)
    kind = scalar.type
    if kind.scalar == "unsupported":
        raise defaults.Unfit('an `Unsupported` column takes `dbgenerated("…")` only')
    if value.kind == "array":
        if not scalar.is_list:
            raise defaults.Unfit(f"`{scalar.field.name}` is not a list")
        items = [defaults.literal(item.value, kind.scalar, scalar.labels) for item in value.items]
        return defaults.array(items, kind.sql)
    if scalar.is_list:
        raise defaults.Unfit("the default of a list is a list")
    return defaults.literal(value, kind.scalar, scalar.labels)


def _function(scalar: Scalar, value: Value) -> str | None:
    kind, name = scalar.type.scalar, value.text
    if name == "dbgenerated":
        if not value.items:
            return None
        text = value.items[0].value
        if len(value.items) > 1 or text.kind != "string" or not text.text:
            raise defaults.Unfit("`dbgenerated` takes one string that is not empty, or nothing")
        return text.text
    if scalar.is_list:
        raise defaults.Unfit(f"a list can't have the default `{name}()`")
    if name == "now" and kind == "DateTime":
        return "CURRENT_TIMESTAMP"
    if name == "autoincrement" and kind in ("Int", "BigInt"):
        return SEQUENCE
    if defaults.CLIENT_FUNCTIONS.get(name) == kind:
        return None
    raise defaults.Unfit(f"`{name}()` is not a default for a field of type `{scalar.field.type or 'Unsupported'}`")
