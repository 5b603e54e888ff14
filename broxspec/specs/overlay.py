"""Overlay: one mapping laid over another. The merged one is made of both's nodes, so every value knows where it was set."""

from collections.abc import Mapping

from broxspec.specs import faults
from broxspec.diagnostic import Diagnostic, Label
from broxspec.specs.tree import Node

# Fields that say which object a document speaks of; they are no part of what differs.
ADDRESS = frozenset({"kind", "environment", "database", "name", "table"})

# For a field that is a list of named things: the field of an item that names it.
Named = Mapping[str, str]


def lay(base: Node, over: Node, named: Named, found: list[Diagnostic]) -> Node:
    """A document with an overlay. What addresses the object stays the base's."""
    differs = {name: entry for name, entry in over.entries.items() if name not in ADDRESS}
    return merge(base, over.with_entries(differs), named, found)


def merge(base: Node, over: Node, named: Named, found: list[Diagnostic]) -> Node:
    """Mappings merge, named lists merge by their items' names, other values replace, null removes."""
    entries = dict(base.entries)
    for name, (key, value) in over.entries.items():
        if value.kind == "scalar" and value.scalar is None:
            if entries.pop(name, None) is None:
                found.append(_nothing(base, key, name))
            continue
        entries[name] = (key, _value(entries.get(name, (key, None))[1], value, name, named, found))
    return base.with_entries(entries)


def _value(below: Node | None, above: Node, name: str, named: Named, found: list[Diagnostic]) -> Node:
    if below is not None and below.kind == above.kind == "mapping":
        return merge(below, above, named, found)
    if below is not None and below.kind == above.kind == "sequence" and name in named:
        return _lists(below, above, named[name], named, found)
    return _bare(above) if above.kind == "mapping" else above


def _bare(node: Node) -> Node:
    """A mapping of an overlay that the base does not have, without the nulls: they have nothing to remove."""
    entries = {name: (key, value) for name, (key, value) in node.entries.items() if value.kind != "scalar" or value.scalar is not None}
    return node if len(entries) == len(node.entries) else node.with_entries(entries)


def _lists(below: Node, above: Node, field: str, named: Named, found: list[Diagnostic]) -> Node:
    elements = list(below.elements)
    places = {_name(item, field): place for place, item in enumerate(elements)}
    for item in above.elements:
        place = places.get(_name(item, field)) if _name(item, field) is not None else None
        if place is None:
            elements.append(item)
        else:
            elements[place] = merge(elements[place], item, named, found)
    return below.with_elements(elements)


def _name(item: Node, field: str) -> str | None:
    node = item.get(field)
    return node.text if node is not None and node.kind == "scalar" else None


def _nothing(base: Node, key: Node, name: str) -> Diagnostic:
    label = Label(base.at("kind") if base.get("kind") else base.span, "the base")
    return faults.OVERLAY_NOTHING.at(key.span, f"the base has no `{name}` to remove", labels=(label,), help="take the line out")
