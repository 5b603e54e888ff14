"""Ignores: `# broxspec: ignore[IX104] reason` in a spec, and which findings it takes out.

A comment speaks of an entry of the document: at the end of a line of the one that begins there, on a line of its own of the next
one, at the top of a document of the whole. An entry is a field with its value, or an item of a list.
"""

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from broxspec.specs import faults
from broxspec.diagnostic import Diagnostic, Edit, Fix
from broxspec.source import Source, Span
from broxspec.specs.tree import Document, Node

# What can't be ignored: findings about ignores.
_OWN = frozenset({"SP101", "SP102", "SP103", "SP104"})

_COMMENT = re.compile(r"#[ \t]*broxspec[ \t]*:[ \t]*([^\n\r]*)")
_FORM = re.compile(r"ignore[ \t]*\[([^\]\n]*)\][ \t]*(.*)")


class Ignore(NamedTuple):
    """One comment. `names` are codes and slugs as written, each with its place; `scope` is what it speaks of."""

    names: tuple[tuple[str, Span], ...]
    reason: str
    span: Span
    scope: Span

    def covers(self, found: Diagnostic) -> bool:
        """Whether the finding begins in what the comment speaks of."""
        scope = self.scope
        return found.span.source is scope.source and scope.start <= found.span.start < max(scope.end, scope.start + 1)


class _Entry(NamedTuple):
    start: int
    end: int
    block: bool  # whether its value is a collection in block style, whose entries have lines of their own


def ignores_of(document: Document) -> tuple[list[Ignore], list[Diagnostic]]:
    """The ignore comments of a document, and what is wrong with them."""
    text = document.source.text
    if text.find("broxspec", document.start, document.end) < 0:
        return [], []
    found: list[Diagnostic] = []
    ignores = []
    hidden = _scalars(document.root)
    entries: list[_Entry] | None = None
    for comment in _comments(document, hidden):
        span = document.source.span(comment.start(), comment.start() + len(comment[0].rstrip()))
        names, reason = _read(span, comment[1].rstrip(), found)
        if names:
            entries = _entries(document.root) if entries is None else entries
            ignores.append(Ignore(names, reason, span, _scope(document, span, entries)))
    return ignores, found


def apply(
    diagnostics: Iterable[Diagnostic], ignores: Sequence[Ignore], *, report_unused: bool = True
) -> tuple[list[Diagnostic], list[Diagnostic]]:
    """The findings that no comment covers, and a finding for every name that covered none.

    `report_unused` is for runs of all rules on all environments alone: in any other an ignore may just have had no occasion.
    """
    from broxspec.known_rules import matches

    kept = []
    used: set[tuple[Span, str]] = set()
    by_source: dict[int, list[Ignore]] = {}
    for ignore in ignores:
        by_source.setdefault(id(ignore.scope.source), []).append(ignore)
    for finding in diagnostics:
        ignored = False
        for ignore in by_source.get(id(finding.span.source), ()) if finding.code not in _OWN else ():
            for name, _ in ignore.names:
                if matches(name, finding.code, finding.rule) and ignore.covers(finding):
                    used.add((ignore.span, name))
                    ignored = True
        if not ignored:
            kept.append(finding)
    unused = [_unused(ignore, name, place) for ignore in ignores for name, place in ignore.names if (ignore.span, name) not in used]
    return kept, unused if report_unused else []


def _comments(document: Document, hidden: list[tuple[int, int]]) -> Iterator[re.Match[str]]:
    """The comments that begin in a document; one `#` in quotes may hide another behind them."""
    at = document.start
    while (comment := _COMMENT.search(document.source.text, at, document.end)) is not None:
        if _inside(comment.start(), hidden):
            at = comment.start() + 1
        else:
            yield comment
            at = comment.end()


def _read(span: Span, text: str, found: list[Diagnostic]) -> tuple[tuple[tuple[str, Span], ...], str]:
    """The names and the reason of a comment; no names where it ignores nothing, which is a finding."""
    form = _FORM.match(text)
    if form is None:
        found.append(faults.IGNORE_FORM.at(span, "this is not an ignore comment", help="write `# broxspec: ignore[CODE] reason`"))
        return (), ""
    base = span.start + span.text.index(text) + form.start(1)
    names = [(word[0], span.source.span(base + word.start(), base + word.end())) for word in re.finditer(r"[^\s,]+", form[1])]
    if not names or any("*" in name for name, _ in names):
        message = "an ignore comment names the rules that it is about"
        found.append(faults.IGNORE_FORM.at(span, message, help="write `# broxspec: ignore[CODE] reason`; several codes have commas between them"))
        return (), ""
    known = [(name, place) for name, place in names if _known(name, place, found)]
    reason = form[2].strip().lstrip(":-–— ").strip()
    if known and not reason:
        found.append(faults.IGNORE_REASON.at(span, "this ignore gives no reason", help=f"write why: `# broxspec: ignore[{form[1].strip()}] …`"))
        return (), ""
    return tuple(known), reason


def _known(name: str, place: Span, found: list[Diagnostic]) -> bool:
    from broxspec.known_rules import did_you_mean, is_known

    if name.upper() in _OWN:
        found.append(faults.IGNORE_FORM.at(place, f"`{name}` can't be ignored", help="mend the comment that it is about"))
        return False
    if is_known(name):
        return True
    found.append(faults.IGNORE_UNKNOWN.at(place, f"no rule `{name}`", note=did_you_mean(name), help="list them with `broxspec rules`"))
    return False


def _unused(ignore: Ignore, name: str, place: Span) -> Diagnostic:
    alone = len(ignore.names) == 1
    fix = Fix("delete the comment", (Edit(_whole(ignore.span), ""),), safe=True) if alone else None
    message = f"`{name}` finds nothing here to ignore"
    return faults.IGNORE_UNUSED.at(place, message, help="delete the comment" if alone else f"take `{name}` out of the comment", fix=fix)


def _whole(span: Span) -> Span:
    """A comment with the blanks before it, or with its line where it has one of its own."""
    text = span.source.text
    start = span.start
    while start > 0 and text[start - 1] in " \t":
        start -= 1
    if start > 0 and text[start - 1] != "\n":
        return Span(span.source, start, span.end)
    end = text.find("\n", span.end)
    return Span(span.source, start, end + 1 if end >= 0 else len(text))


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
