"""Ignore comments in Prisma schemas: `// broxspec: ignore[IX101] reason`.

At the end of a line a comment speaks of that line: a field, an attribute, or the block that opens or closes there. On a line of its own it
speaks of the next one. Before the first block, with a blank line behind it, it speaks of the whole file.
"""

import re
from collections.abc import Iterator

from broxspec.diagnostic import Diagnostic
from broxspec.ignores import Comment
from broxspec.ignores.comments import MARK, may_hold, read
from broxspec.source import Source, Span

# Strings and comments of both sorts; of ours there is none inside of another.
LEXEME = re.compile(r'"(?:[^"\\\r\n]|\\.)*"|//[^\r\n]*|/\*.*?\*/', re.DOTALL)
_COMMENT = re.compile("//+" + MARK)
_PLAIN = re.compile(r"^(?![ \t]*(?://|\r?$))[^\n]*", re.MULTILINE)
_BLANK_LINE = re.compile(r"\n[ \t\r]*\n")


def ignores_of(source: Source) -> tuple[list[Comment], list[Diagnostic]]:
    """The ignore comments of a Prisma schema, and what is wrong with them."""
    if not may_hold(source.text):
        return [], []
    found: list[Diagnostic] = []
    ignores: list[Comment] = []
    blocks: list[Span] | None = None
    for comment in _comments(source.text):
        span = source.span(comment.start(), comment.start() + len(comment[0].rstrip()))
        names, reason = read(span, comment[1].rstrip(), found, "//")
        if names:
            blocks = _blocks(source) if blocks is None else blocks
            ignores.append(Comment(names, reason, span, _scope(span, blocks)))
    return ignores, found


def _comments(text: str) -> Iterator[re.Match[str]]:
    for lexeme in LEXEME.finditer(text):
        if lexeme[0].startswith("//") and (comment := _COMMENT.match(text, lexeme.start(), lexeme.end())):
            yield comment


def _blocks(source: Source) -> list[Span]:
    """Each block from the line on which it opens to the one on which it closes, in whole lines."""
    from broxspec.catalog.prisma.syntax import parse

    blocks, _ = parse(source)
    return [_lines(source, block.start, len(source.text) if block.close is None else block.close) for block in blocks]


def _scope(comment: Span, blocks: list[Span]) -> Span:
    source, text = comment.source, comment.source.text
    line = text.rfind("\n", 0, comment.start) + 1
    if text[line : comment.start].strip():
        return _at(source, line, blocks)
    following = _PLAIN.search(text, min(comment.end + 1, len(text)))
    if (not blocks or comment.end < blocks[0].start) and _BLANK_LINE.search(text, comment.end, following.start() if following else len(text)):
        return source.span(0, len(text))
    return _at(source, following.start(), blocks) if following else source.span(comment.start, comment.start)


def _at(source: Source, line: int, blocks: list[Span]) -> Span:
    """What the line that begins at an offset holds: a block, where it opens or closes one, else itself."""
    here = _lines(source, line, line)
    return next((block for block in blocks if block.start == here.start or block.end == here.end), here)


def _lines(source: Source, start: int, end: int) -> Span:
    """From the beginning of the line of one offset to the end of that of another."""
    text = source.text
    close = text.find("\n", end)
    return source.span(text.rfind("\n", 0, start) + 1, len(text) if close < 0 else close)
