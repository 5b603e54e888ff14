"""Parse: the text of a file as documents.

One pass over libyaml's events, not its `compose`: that one is recursive in C and dies of deep nesting, resolves
scalars by YAML 1.1 and lets duplicate keys pass. Every mistake is a finding, and reading goes on with the next document.
"""

import re
from bisect import bisect_right
from typing import Any

import yaml

from broxspec.specs import faults
from broxspec.diagnostic import Diagnostic, Edit, Fix, Label
from broxspec.specs.scalars import plain_value
from broxspec.source import Source, Span
from broxspec.specs.tree import Document, Node

LONGEST_TEXT = 4_000_000  # characters
DEEPEST = 100  # collections within each other
MOST_ALIASED = 10_000  # values that a document's aliases may stand for
MOST_ERRORS = 20  # syntax errors shown of one file


def parse(source: Source) -> tuple[list[Document], list[Diagnostic]]:
    """The documents of a file that could be read, and what is wrong with it. Empty documents are left out."""
    if len(source.text) > LONGEST_TEXT:
        message = f"the file has {len(source.text):,} characters; a spec file may have {LONGEST_TEXT:,}"
        return [], [faults.TOO_LARGE.at(source.span(0, 0), message, help="split it")]
    text, findings = _printable(source)
    documents: list[Document] = []
    offset = 0
    for _ in range(MOST_ERRORS):
        reader = _Reader(source, offset)
        again = reader.read(text[offset:] if offset else text)
        documents += reader.documents
        findings += reader.findings
        if again is None:
            break
        boundary = _BOUNDARY.search(text, again)
        if boundary is None:
            break
        offset = boundary.start()
    return _bounded(source, documents), findings


# Where one document ends and another begins, whatever is open: YAML allows no `---` at the start of a line elsewhere.
_BOUNDARY = re.compile(r"^---(?=[ \t\r\n]|\Z)", re.MULTILINE)

# What YAML forbids in a text, and U+FEFF, which nobody can see. Written as what is forbidden: the class of what is allowed reaches
# over all of Unicode and takes 30 ms to compile.
_UNPRINTABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f]|[\ud800-\udfff]|[\ufeff\ufffe\uffff]")


def _printable(source: Source) -> tuple[str, list[Diagnostic]]:
    """The text with every character that YAML forbids replaced, so that the rest of the file is still read."""
    found = _UNPRINTABLE.search(source.text)
    if found is None:
        return source.text, []
    message = f"the character U+{ord(found[0]):04X} can't stand in YAML"
    finding = faults.CONTROL_CHARACTER.at(source.span(found.start(), found.end()), message, help="remove it; in double quotes it can be escaped")
    return _UNPRINTABLE.sub("\ufffd", source.text), [finding]


def _bounded(source: Source, documents: list[Document]) -> list[Document]:
    """Documents with their ends: from the `---` before one, or the start of the file, to the next `---`, or the end."""
    boundaries = [found.start() for found in _BOUNDARY.finditer(source.text)] if len(documents) > 1 or "\n---" in source.text else []
    bounded = []
    for document in documents:
        before = bisect_right(boundaries, document.start)
        start = boundaries[before - 1] if before else 0
        # What stands before the first `---` is the first document's, unless that is a document of its own.
        if not bounded and before == 1 and not _CONTENT.search(source.text, 0, start):
            start = 0
        end = boundaries[before] if before < len(boundaries) else len(source.text)
        bounded.append(document._replace(start=start, end=end))
    return bounded


# A line that is neither blank, a comment nor a directive.
_CONTENT = re.compile(r"^[ \t]*[^\s#%]", re.MULTILINE)

_PROPERTIES = re.compile(r"(?:[&!][^\s,\[\]{}]*\s*)+")


class _Stop(Exception):
    """The document can't be read on; the offset is where to look for the next one."""


class _Open:
    """A collection that is not closed yet, the key that waits for its value, and the end of what was read of it."""

    __slots__ = ("node", "key", "end")

    def __init__(self, node: Node) -> None:
        self.node = node
        self.key: Node | None = None
        self.end = node.start


class _Reader:
    """Builds documents from libyaml's events."""

    def __init__(self, source: Source, offset: int) -> None:
        self.source = source
        self.offset = offset
        self.documents: list[Document] = []
        self.findings: list[Diagnostic] = []
        self.anchors: dict[str, Node] = {}
        self.stack: list[_Open] = []
        self.aliased = 0

    def read(self, text: str) -> int | None:
        """Read all documents; the offset of a place that reading could not pass, if any."""
        loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
        try:
            parser = loader(text)
            try:
                while (event := parser.get_event()) is not None:
                    if type(event) is yaml.DocumentStartEvent:
                        self._document(event.start_mark.index + self.offset, self._tree(parser))
            finally:
                parser.dispose()
        except yaml.YAMLError as error:
            return self._broken(error)
        except _Stop as stop:
            return stop.args[0]
        return None

    def _document(self, start: int, root: Node) -> None:
        if root.kind == "mapping":
            self.documents.append(Document(self.source, root, start, 0))
        elif root.kind == "sequence" or root.scalar is not None:
            what = "a list" if root.kind == "sequence" else "a single value"
            message = f"the document is {what}; a spec is a mapping that says its `kind:`"
            self.findings.append(faults.NOT_A_MAPPING.at(root.span, message))

    def _tree(self, parser: Any) -> Node:
        """The nodes of one document. A stack, not recursion: depth is the file's to choose."""
        self.anchors, self.stack, self.aliased = {}, [], 0
        stack, offset = self.stack, self.offset
        root: Node | None = None
        while True:
            event = parser.get_event()
            kind = type(event)
            start, end = event.start_mark.index + offset, event.end_mark.index + offset
            if kind is yaml.ScalarEvent:
                node = self._scalar(event, start, end)
                end = node.end
            elif kind is yaml.MappingStartEvent:
                self._open(event, Node("mapping", self.source, start, end))
                continue
            elif kind is yaml.SequenceStartEvent:
                self._open(event, Node("sequence", self.source, start, end))
                continue
            elif kind is yaml.AliasEvent:
                node = self._alias(event, self.source.span(start, end))
            elif kind is yaml.DocumentEndEvent:
                return root or Node("scalar", self.source, start, start)
            else:
                closed = stack.pop()
                node = closed.node
                # libyaml ends a block only where the next token begins, past blank lines and comments.
                node.end = end = end if node.style == "flow" else closed.end
            if stack:
                self._add(stack[-1], node, end)
            else:
                root = node

    def _scalar(self, event: Any, start: int, end: int) -> Node:
        node = Node("scalar", self.source, start, end)
        node.style = event.style or ""
        node.scalar = event.value if node.style else plain_value(event.value)
        if event.anchor or event.tag:
            self._properties(node, event)
        if node.style in ("|", ">"):
            node.end = node.start + len(node.raw.rstrip())
        return node

    def _open(self, event: Any, node: Node) -> None:
        node.style = "flow" if event.flow_style else ""
        if event.anchor or event.tag:
            self._properties(node, event)
        if len(self.stack) == DEEPEST:
            message = f"nested more than {DEEPEST} deep"
            self.findings.append(faults.TOO_DEEP.at(self._token(node.start), message))
            raise _Stop(node.start)
        self.stack.append(_Open(node))

    def _add(self, parent: _Open, node: Node, end: int) -> None:
        """Put a finished node into the collection that is open; `end` is that of its text, which an alias's node has elsewhere."""
        parent.end = max(parent.end, end)
        parent.node.count += node.count
        if parent.node.kind == "sequence":
            parent.node.elements.append(node)
        elif parent.key is None:
            parent.key = node
        else:
            key, parent.key = parent.key, None
            self._entry(parent.node.entries, key, node)

    def _entry(self, entries: dict[str, tuple[Node, Node]], key: Node, node: Node) -> None:
        name = self._key(key)
        if name is None:
            return
        if name in entries:
            message = f"`{name}` is written twice in one mapping"
            label = Label(entries[name][0].span, "first written here")
            self.findings.append(faults.DUPLICATE_KEY.at(key.span, message, labels=(label,), help="keep one of them"))
            return
        entries[name] = (key, node)

    def _key(self, key: Node) -> str | None:
        """The text of a key; None, with a finding, for what is no key in a spec."""
        if key.kind != "scalar":
            what = "a list" if key.kind == "sequence" else "a mapping"
            self.findings.append(faults.KEY_NOT_TEXT.at(key.span, f"a key can't be {what}", help="write a name before the `:`"))
            return None
        if key.scalar == "<<" and not key.style:
            help = "repeat the fields; for what differs by environment write an overlay"
            self.findings.append(faults.MERGE_KEY.at(key.span, "`<<` merges nothing: YAML 1.2 has no merge keys", help=help))
            return None
        if isinstance(key.scalar, str):
            return key.scalar
        if key.start == key.end:
            self.findings.append(faults.KEY_NOT_TEXT.at(key.span, "a `:` without a key before it", help="write a name before the `:`"))
            return None
        fix = Fix("put the key in quotes", (Edit(key.span, f'"{key.raw}"'),), safe=True)
        message = f"the key `{key.raw}` is not text in YAML"
        self.findings.append(faults.KEY_NOT_TEXT.at(key.span, message, help="put it in quotes", fix=fix))
        return key.raw

    def _properties(self, node: Node, event: Any) -> None:
        """Anchors and tags: remember the one, refuse the other, and let the span begin after both."""
        written = _PROPERTIES.match(self.source.text, node.start)
        if written:
            span = self.source.span(node.start, node.start + len(written[0].rstrip()))
            node.start = min(written.end(), max(node.end, span.end))
            node.end = max(node.start, node.end)
            if event.tag:
                self.findings.append(faults.TAG.at(span, f"the tag `{span.text}` has no meaning in a spec", help="put text in quotes"))
        if event.anchor:
            self.anchors[event.anchor] = node

    def _alias(self, event: Any, span: Span) -> Node:
        node = self.anchors.get(event.anchor)
        if node is None or any(outer.node is node for outer in self.stack):
            within = f"`*{event.anchor}` stands inside of what it repeats"
            message = within if node else f"no `&{event.anchor}` before this in the document"
            self.findings.append(faults.UNKNOWN_ALIAS.at(span, message, help="a text that begins with `*` needs quotes"))
            return Node("scalar", span.source, span.start, span.end)
        self.aliased += node.count
        if self.aliased > MOST_ALIASED:
            message = f"aliases of this document stand for more than {MOST_ALIASED:,} values"
            self.findings.append(faults.ALIAS_EXPANSION.at(span, message, help="write the values out"))
            raise _Stop(span.start)
        return node

    def _broken(self, error: Any) -> int:
        """A syntax error as a finding; returns the offset behind which reading may go on."""
        from broxspec.specs.yaml_errors import wording  # only a broken file needs it

        text = self.source.text
        mark, began = getattr(error, "problem_mark", None), getattr(error, "context_mark", None)
        at = min(mark.index + self.offset if mark else self.offset, len(text))
        problem = getattr(error, "problem", None) or str(error)
        words = wording(getattr(error, "context", None) or "", problem, text[at : at + 1])
        place, labels = self._token(at), ()
        if words.at_start and began is not None:
            place = self.source.span(began.index + self.offset, min(began.index + self.offset + 1, len(text)))
            labels = (Label(self._token(at), words.seen),) if words.seen else ()
        fault = faults.TAB if words.message.startswith("a tab") else faults.SYNTAX
        self.findings.append(fault.at(place, words.message, labels=labels, help=words.help))
        return max(at, self.offset + 1)

    def _token(self, at: int) -> Span:
        """The word at an offset, or the last character of the text."""
        text = self.source.text
        if at >= len(text) or text[at] == "\n":
            before = len(text[:at].rstrip())
            return self.source.span(max(0, before - 1), before) if before else self.source.span(0, 0)
        word = re.compile(r"[\w.-]+|.", re.DOTALL).match(text, at)
        return self.source.span(at, word.end() if word else at)
