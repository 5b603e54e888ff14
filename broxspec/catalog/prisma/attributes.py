"""What attributes exist and which arguments they take; their values, checked."""

from collections.abc import Sequence

from broxspec.catalog.prisma.faults import NAME, UNKNOWN_ATTRIBUTE, finding
from broxspec.catalog.prisma.lexer import Attribute, Value
from broxspec.catalog.prisma.names import too_long
from broxspec.diagnostic import Diagnostic
from broxspec.source import Source, Span

# The argument that needs no name comes first.
SCALAR_FIELD = {
    "id": ("", "map"),
    "unique": ("", "map", "sort"),
    "default": ("value", "map"),
    "map": ("name",),
    "updatedAt": (),
    "ignore": (),
}
RELATION_FIELD = {
    "relation": ("name", "fields", "references", "map", "onDelete", "onUpdate"),
    "ignore": (),
}
MODEL = {
    "id": ("fields", "name", "map"),
    "unique": ("fields", "name", "map", "where"),
    "index": ("fields", "name", "map", "type", "where"),
    "map": ("name",),
    "schema": ("map",),
    "ignore": (),
}
LABEL = {"map": ("name",)}
ENUM = {"map": ("name",), "schema": ("map",)}
REPEATED = ("unique", "index")


def arguments(
    attribute: Attribute, known: Sequence[str], source: Source, found: list[Diagnostic]
) -> dict[str, Value]:
    """The values by argument name; unknown and repeated ones are findings."""
    values: dict[str, Value] = {}
    for argument in attribute.arguments:
        name = argument.name if argument.name is not None else (known[0] if known else "")
        if name and name in known and name not in values:
            values[name] = argument.value
        else:
            what = "twice" if name in values else "not one of its arguments"
            found.append(
                finding(
                    UNKNOWN_ATTRIBUTE,
                    Span(source, argument.start, argument.end),
                    f"`{argument.name or argument.value.text}` is {what} in `{shown(attribute)}`",
                )
            )
    return values


def shown(attribute: Attribute) -> str:
    return f"{'@@' if attribute.block else '@'}{attribute.name}"


def select(
    attributes: Sequence[Attribute], known: dict[str, tuple[str, ...]], source: Source, found: list[Diagnostic]
) -> dict[str, Attribute]:
    """The attributes that may stand once, by name; unknown and repeated ones are findings."""
    chosen: dict[str, Attribute] = {}
    for attribute in attributes:
        name = attribute.name
        if name in known and (name not in chosen or attribute.block and name in REPEATED):
            chosen.setdefault(name, attribute)
        elif name in known or "." not in name:
            what = "stands twice" if name in known else "is not an attribute that can stand here"
            found.append(
                finding(UNKNOWN_ATTRIBUTE, Span(source, attribute.start, attribute.end), f"`{shown(attribute)}` {what}")
            )
    return chosen


def text(value: Value | None, source: Source, found: list[Diagnostic], *, limited: bool = False) -> str | None:
    """The string that a value is, or None with a finding. `limited` is for names of constraints: 63 bytes."""
    if value is None:
        return None
    span = Span(source, value.start, value.end)
    if value.kind != "string" or not value.text:
        found.append(finding(UNKNOWN_ATTRIBUTE, span, "this has to be a string that is not empty"))
        return None
    if limited and too_long(value.text):
        length = len(value.text.encode("utf-8", "surrogatepass"))
        found.append(finding(NAME, span, f"`{value.text}` has {length} bytes; PostgreSQL keeps 63"))
    return value.text
