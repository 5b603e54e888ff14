"""Tree: YAML documents as nodes that know their exact place. `parse.py` makes them."""

from collections.abc import Iterator
from typing import Any, NamedTuple

from broxspec.source import Source, Span


class Node:
    """A mapping, a sequence or a scalar.

    `start` and `end` are characters of the source. `style` of a scalar is empty for plain, else `'`, `"`, `|` or `>`.
    `entries` of a mapping are its keys' text with key node and value node; `elements` are the items of a sequence. Nodes
    are shared by aliases and by the environments of a project: nothing changes one after it was made.
    """

    __slots__ = ("kind", "source", "start", "end", "style", "scalar", "entries", "elements", "count")

    def __init__(self, kind: str, source: Source, start: int, end: int) -> None:
        self.kind = kind
        self.source = source
        self.start = start
        self.end = end
        self.style = ""
        self.scalar: str | int | float | bool | None = None
        self.entries: dict[str, tuple[Node, Node]] = {}
        self.elements: list[Node] = []
        self.count = 1  # nodes in it, aliases followed

    def __repr__(self) -> str:
        return f"Node({self.kind}, {self.span.text!r})"

    @property
    def span(self) -> Span:
        return Span(self.source, self.start, self.end)

    @property
    def raw(self) -> str:
        """The text as it stands in the file: `1.30` where the value is the number 1.3."""
        return self.source.text[self.start : self.end]

    @property
    def text(self) -> str:
        """A scalar as text: what is in the quotes, or the digits as written."""
        return self.scalar if isinstance(self.scalar, str) else self.raw

    @property
    def value(self) -> Any:
        """As plain Python: dict, list, str, int, float, bool or None."""
        if self.kind == "scalar":
            return self.scalar
        if self.kind == "mapping":
            return {name: value.value for name, (_, value) in self.entries.items()}
        return [element.value for element in self.elements]

    @property
    def items(self) -> Iterator[tuple[str, "Node"]]:
        """The fields of a mapping in the order of the file."""
        return ((name, value) for name, (_, value) in self.entries.items())

    def get(self, name: str) -> "Node | None":
        """The value of a field, None where it is absent."""
        entry = self.entries.get(name)
        return entry[1] if entry else None

    def key(self, name: str) -> "Node | None":
        """The node of a field's key."""
        entry = self.entries.get(name)
        return entry[0] if entry else None

    def find(self, *route: str | int) -> "Node | None":
        """The node at the end of a route of keys and positions."""
        node: Node | None = self
        for step in route:
            if node is None:
                return None
            if isinstance(step, int):
                node = node.elements[step] if -len(node.elements) <= step < len(node.elements) else None
            else:
                node = node.get(step)
        return node

    def at(self, *route: str | int) -> Span:
        """The span of the value at the end of a route: of its key where the value is empty, of the nearest node
        on the way where the route leads to nothing."""
        node = self
        for depth, step in enumerate(route):
            found = node.find(step)
            if found is None:
                break
            if found.start == found.end and isinstance(step, str):
                return node.key_at(*route[depth : depth + 1])
            node = found
        return node.span

    def key_at(self, *route: str | int) -> Span:
        """The span of the key of the field at the end of a route; of the item, where the route ends in a position."""
        parent = self.find(*route[:-1])
        if parent is None or not route:
            return self.at(*route)
        last = route[-1]
        key = parent.key(last) if isinstance(last, str) else None
        return key.span if key else parent.at(last)

    def inside(self, start: int, end: int, *route: str | int) -> Span:
        """A part of a scalar's value as it stands in the file; offsets are characters of the value."""
        node = self.find(*route)
        if node is None or not isinstance(node.scalar, str):
            return self.at(*route)
        return node._inside(start, end)

    def _inside(self, start: int, end: int) -> Span:
        raw = self.raw
        quote = 1 if self.style in ("'", '"') and raw[1:-1] == self.scalar else 0
        if quote or raw == self.scalar:  # nothing is folded or escaped
            last = len(str(self.scalar))
            start = max(0, min(start, last))
            return Span(self.source, self.start + quote + start, self.start + quote + max(start, min(end, last)))
        from broxspec.specs.offsets import origins

        if self.style in ("|", ">"):  # the span leaves out blank lines at the end, but `|+` has them in its value
            rest = self.source.text[self.end :]
            raw += rest[: len(rest) - len(rest.lstrip())]
        found = origins(raw, self.style, str(self.scalar))
        if not found:
            return self.span
        last = len(found)
        start, end = max(0, min(start, last)), max(0, min(end, last))
        first = found[start][0] if start < last else found[-1][1]
        final = found[end - 1][1] if end > start else first
        return Span(self.source, self.start + first, self.start + final)

    def with_entries(self, entries: "dict[str, tuple[Node, Node]]") -> "Node":
        """A mapping at this one's place with other entries."""
        node = Node("mapping", self.source, self.start, self.end)
        node.entries = entries
        return node

    def with_elements(self, elements: "list[Node]") -> "Node":
        """A sequence at this one's place with other items."""
        node = Node("sequence", self.source, self.start, self.end)
        node.elements = elements
        return node


class Document(NamedTuple):
    """One YAML document: a mapping. `start` and `end` bound the part of the file that belongs to it, comments included."""

    source: Source
    root: Node
    start: int
    end: int

    @property
    def kind(self) -> str | None:
        node = self.root.get("kind")
        return node.scalar if node is not None and isinstance(node.scalar, str) else None
