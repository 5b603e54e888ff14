"""Unchanged: whether an edited text means what it meant, apart from the edits."""

import re
from bisect import bisect_right
from collections.abc import Sequence

from broxspec.diagnostic import Edit
from broxspec.source import Source
from broxspec.specs.tree import Node

Stretch = tuple[int, int]


def only_edits(before: Source, after: Source, edits: Sequence[Edit]) -> bool:
    """Whether two texts of specs differ only in the entries that the edits touch."""
    from broxspec.specs.parse import parse

    old, _ = parse(before)
    new, _ = parse(after)
    given = sorted(edits, key=lambda edit: edit.span.start)
    touched = [(edit.span.start, edit.span.end) for edit in given]
    made, shift = [], 0
    for edit in given:
        made.append((edit.span.start + shift, edit.span.start + shift + len(edit.text)))
        shift += len(edit.text) - (edit.span.end - edit.span.start)
    comparison = _Comparison(touched, made)
    # A document that could not be read before may be readable now; none may be lost.
    of_new = [document.root for document in new]
    starts = [root.start for root in of_new]
    for document in old:
        at = bisect_right(starts, comparison.moved(document.root.start)) - 1
        if at < 0 or not comparison.same(document.root, of_new[at]):
            return False
    return len(of_new) >= len(old)


def only_comments(before: Source, after: Source) -> bool:
    """Whether two texts of a schema or of settings differ only in comments and blanks."""
    if before.path.endswith(".toml"):
        import tomllib

        return tomllib.loads(before.text) == tomllib.loads(after.text)
    plain = _prisma if before.path.endswith(".prisma") else _sql
    return plain(before.text) == plain(after.text)


class _Comparison:
    """Two trees side by side. `touched` are the stretches of the old text that edits replace, `made` what is there in the new one."""

    def __init__(self, touched: Sequence[Stretch], made: Sequence[Stretch]) -> None:
        self.touched, self.made = touched, made
        self.seen: set[int] = set()

    def moved(self, offset: int) -> int:
        """Where an offset of the old text is in the new one."""
        before = [number for number, (_, end) in enumerate(self.touched) if end <= offset]
        if not before:
            return offset
        return offset - self.touched[before[-1]][1] + self.made[before[-1]][1]

    def same(self, old: Node, new: Node) -> bool:
        if not _meets(self.touched, old):
            return old.kind == new.kind and old.value == new.value
        if id(old) in self.seen:  # an anchor: the edit would change every place that repeats it
            return False
        self.seen.add(id(old))
        if old.kind != "mapping" and old.kind != "sequence":
            return new.kind == "scalar"
        if old.kind != new.kind:
            return False
        return self._fields(old, new) if old.kind == "mapping" else self._items(old, new)

    def _fields(self, old: Node, new: Node) -> bool:
        for name, (key, value) in old.entries.items():
            if _meets(self.touched, key):
                continue
            if name not in new.entries or not self.same(value, new.entries[name][1]):
                return False
        renamed = {name for name, (key, _) in old.entries.items() if _meets(self.touched, key)}
        return all(name in old.entries or renamed and _meets(self.made, key) for name, (key, _) in new.entries.items())

    def _items(self, old: Node, new: Node) -> bool:
        gone = [item for item in old.elements if any(start <= item.start and item.end <= end for start, end in self.touched)]
        kept = [item for item in old.elements if item not in gone]
        if len(new.elements) == len(old.elements):
            gone, kept = [], old.elements  # replaced in place
        return len(new.elements) == len(kept) and all(self.same(*pair) for pair in zip(kept, new.elements, strict=True))


def _meets(stretches: Sequence[Stretch], node: Node) -> bool:
    """Whether an edit reaches into a node; one that ends where it begins, or begins where it ends, does not, unless both are empty."""
    return any(start < node.end and node.start < end or start == end and node.start < start < node.end or start == node.start == node.end for start, end in stretches)


def _sql(text: str) -> list[str]:
    """The text without comments, its blanks outside of quotes made one."""
    from broxspec.sql.split import LEXEME, past

    pieces, at = [], 0
    for found in iter(lambda: re.compile(LEXEME).search(text, at), None):
        pieces += text[at : found.start()].split()
        at = past(text, found)
        if not found[0].startswith(("--", "/*")):
            pieces.append(text[found.start() : at])
    return [*pieces, *text[at:].split()]


def _prisma(text: str) -> list[str]:
    """The lines without comments, trimmed; empty ones left out."""
    from broxspec.ignores.in_prisma import LEXEME

    plain = LEXEME.sub(lambda found: found[0] if found[0][0] == '"' else " ", text)
    return [line.strip() for line in plain.split("\n") if line.strip()]
