"""Edits of YAML that keep what is around them: comments, quoting, line ends. None where that can't be promised."""

from broxspec.diagnostic import Edit
from broxspec.source import Span
from broxspec.specs.tree import Node


def without_item(node: Node, place: int) -> Edit | None:
    """Take an item out of a list that has others."""
    if len(node.elements) < 2:
        return None
    item = node.elements[place]
    if node.style != "flow":
        return _without_lines(node, item, "-")
    if place:
        return _deleted(node, node.elements[place - 1].end, item.end)
    return _deleted(node, item.start, node.elements[1].start)


def without_field(node: Node, name: str) -> Edit | None:
    """Take a field out of a mapping that has others."""
    fields = list(node.entries)
    if len(fields) < 2 or name not in node.entries:
        return None
    key, value = node.entries[name]
    if value.start < key.start:  # an alias
        return None
    place = fields.index(name)
    if node.style != "flow":
        return _without_lines(node, Node("scalar", node.source, key.start, max(key.end, value.end)), "")
    if place:
        before = node.entries[fields[place - 1]]
        return _deleted(node, max(before[0].end, before[1].end), max(key.end, value.end))
    return _deleted(node, key.start, node.entries[fields[1]][0].start)


def _deleted(node: Node, start: int, end: int) -> Edit | None:
    """Delete a stretch of a list or mapping in brackets, unless it holds a comment."""
    return None if "#" in node.source.text[start:end] else Edit(Span(node.source, start, end), "")


def _without_lines(node: Node, part: Node, dash: str) -> Edit | None:
    """Delete the lines of a part in block style, if nothing else stands on them."""
    text = node.source.text
    start = text.rfind("\n", 0, part.start) + 1
    end = text.find("\n", part.end)
    end = len(text) if end < 0 else end + 1
    if text[start : part.start].strip() != dash or text[part.end : end].strip() or "#" in text[start:end]:
        return None
    return Edit(Span(node.source, start, end), "")


def sql_name_quoted(node: Node, word: Span) -> Edit | None:
    """Put a name in a scalar's SQL in double quotes, whatever quotes the scalar itself has."""
    name, raw = word.text, node.raw
    if node.kind != "scalar" or not node.start <= word.start < word.end <= node.end or '"' in name:
        return None
    if node.style == '"':
        return Edit(word, f'\\"{name}\\"')
    if node.style or word.start > node.start:
        return Edit(word, f'"{name}"')
    if "\n" in raw:
        return None
    # A plain scalar can't begin with a quote.
    quoted = f'"{name}"{raw[len(name) :]}'.replace("'", "''")
    return Edit(node.span, f"'{quoted}'")
