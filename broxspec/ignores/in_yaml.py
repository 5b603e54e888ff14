"""Ignore comments in specs: `# broxspec: ignore[IX104] reason`.

A comment speaks of an entry of the document: at the end of a line of the one that begins there, on a line of its own of the next
one, at the top of a document of the whole. An entry is a field with its value, or an item of a list.
"""

import re
from bisect import bisect_right
from collections.abc import Iterator
from typing import NamedTuple

from broxspec.diagnostic import Diagnostic
from broxspec.ignores import Comment
from broxspec.ignores.comments import MARK, may_hold, read
from broxspec.source import Source, Span
from broxspec.specs.tree import Document, Node

_COMMENT = re.compile("#" + MARK)


class _Entry(NamedTuple):
    start: int
    end: int
    block: bool  # whether its value is a collection in block style, whose entries have lines of their own


def ignores_of(document: Document) -> tuple[list[Comment], list[Diagnostic]]:
    """The ignore comments of a document, and what is wrong with them."""
    text = document.source.text
    if not may_hold(text, document.start, document.end):
        return [], []
    found: list[Diagnostic] = []
    ignores = []
    hidden = _scalars(document.root)
    entries: list[_Entry] | None = None
    for comment in _comments(document, hidden):
        span = document.source.span(comment.start(), comment.start() + len(comment[0].rstrip()))
        names, reason = read(span, comment[1].rstrip(), found)
        if names:
            entries = _entries(document.root) if entries is None else entries
            ignores.append(Comment(names, reason, span, _scope(document, span, entries)))
    return ignores, found


def _comments(document: Document, hidden: list[tuple[int, int]]) -> Iterator[re.Match[str]]:
    """The comments that begin in a document; one `#` in quotes may hide another behind them."""
    at = document.start
    while (comment := _COMMENT.search(document.source.text, at, document.end)) is not None:
        if _inside(comment.start(), hidden):
            at = comment.start() + 1
        else:
            yield comment
            at = comment.end()


def _scalars(root: Node) -> list[tuple[int, int]]:
    """Where the texts of all scalars are, sorted: a `#` in one begins no comment."""
    found = []
    for node in _nodes(root):
        if node.kind == "scalar" and node.end > node.start:
            start = node.start
            if node.style in ("|", ">"):  # a comment may follow the header
                start = node.source.text.find("\n", start, node.end)
                if start < 0:
                    continue
            found.append((start, node.end))
    return sorted(found)


def _nodes(root: Node) -> Iterator[Node]:
    pending, seen = [root], set()
    while pending:
        node = pending.pop()
        if id(node) in seen:  # an alias
            continue
        seen.add(id(node))
        yield node
        pending += node.elements
        for key, value in node.entries.values():
            pending += (key, value)


def _inside(offset: int, spans: list[tuple[int, int]]) -> bool:
    at = bisect_right(spans, (offset, len(spans) and spans[-1][1] + 1)) - 1
    return at >= 0 and spans[at][0] <= offset < spans[at][1]


def _entries(root: Node) -> list[_Entry]:
    """Every field and item, sorted by where it begins, an outer one before those in it."""
    found = []
    for node in _nodes(root):
        for key, value in node.entries.values():
            if value.start >= key.start:
                found.append(_Entry(key.start, max(key.end, value.end), _block(value)))
            else:  # an alias; what it repeats is elsewhere
                found.append(_Entry(key.start, key.end, False))
        if node.elements:
            found += _items(node)
    return sorted(found, key=lambda entry: (entry.start, -entry.end))


def _items(node: Node) -> Iterator[_Entry]:
    """The items of a list; in block style each begins with its dash, all dashes in one column."""
    text = node.source.text
    column = node.start - (text.rfind("\n", 0, node.start) + 1)
    end = node.start
    for place, item in enumerate(node.elements):
        if item.start < end:
            continue
        start = item.start
        if node.style != "flow":
            start = node.start if place == 0 else _dash(text, end, item.start, column)
        end = item.end
        yield _Entry(start, end, _block(item))


def _dash(text: str, after: int, before: int, column: int) -> int:
    line = text.find("\n", after, before) + 1
    while 0 < line <= before:
        if text[line : line + column].strip(" ") == "" and text[line + column : line + column + 1] == "-":
            return line + column
        line = text.find("\n", line, before) + 1
    return before


def _block(node: Node) -> bool:
    return node.kind != "scalar" and node.style != "flow"


def _scope(document: Document, comment: Span, entries: list[_Entry]) -> Span:
    source, text = document.source, document.source.text
    line = text.rfind("\n", 0, comment.start) + 1
    before = text[line : comment.start].strip()
    if comment.start < document.root.start and (not before or before.startswith("---")):
        return source.span(document.root.start, document.root.end)
    if before and before.strip("- "):
        return _on_line(source, line, comment.start, entries)
    following = next((entry for entry in entries if entry.start >= comment.end), None)
    if before:  # `- # comment`: the item's dash is before the comment, what it holds behind
        following = next((entry for entry in entries if line <= entry.start < comment.start < entry.end), following)
    return source.span(following.start, following.end) if following else source.span(comment.start, comment.start)


def _on_line(source: Source, line: int, end: int, entries: list[_Entry]) -> Span:
    """The innermost entry that begins on a line; of a collection in braces or brackets the whole."""
    chosen: _Entry | None = None
    for entry in entries:
        if line <= entry.start < end and (chosen is None or chosen.block or entry.start >= chosen.end):
            chosen = entry
    if chosen is None:  # the line goes on, or closes, what began before it
        around = [entry for entry in entries if entry.start < line and entry.end > line]
        chosen = max(around, key=lambda entry: entry.start, default=None)
    return source.span(chosen.start, chosen.end) if chosen else source.span(line, end)
