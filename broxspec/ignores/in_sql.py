"""Ignore comments in SQL: `-- broxspec: ignore[MG103] reason`.

At the end of a line a comment speaks of the statement there, above one of that statement. Among the columns and constraints of a table it
speaks of one of these. Before the first statement, with a blank line behind it, it speaks of the whole file.
"""

import re
from bisect import bisect_right
from collections.abc import Iterator
from typing import NamedTuple

from broxspec.diagnostic import Diagnostic
from broxspec.ignores import Comment
from broxspec.ignores.comments import MARK, may_hold, read
from broxspec.source import Source, Span
from broxspec.sql.split import LEXEME, blanked, elements, past, skip_blanks, split

_LEXEME = re.compile(LEXEME)
_COMMENT = re.compile("--" + MARK)
_BLANK_LINE = re.compile(r"\n[ \t\r]*\n")
_TABLE = re.compile(r"(?:CREATE\s+(?:\w+\s+){0,3}TABLE|ALTER\s+(?:FOREIGN\s+)?TABLE)\b", re.IGNORECASE)


class _Part(NamedTuple):
    start: int
    end: int


def ignores_of(source: Source) -> tuple[list[Comment], list[Diagnostic]]:
    """The ignore comments of an SQL text, and what is wrong with them."""
    if not may_hold(source.text):
        return [], []
    found: list[Diagnostic] = []
    ignores: list[Comment] = []
    # COPY data and psql's commands are no SQL; a quote in them would hide what follows.
    text, _ = blanked(source.text)
    statements: list[_Part] | None = None
    for comment in _comments(text):
        span = source.span(comment.start(), comment.start() + len(comment[0].rstrip()))
        names, reason = read(span, comment[1].rstrip(), found, "--")
        if names:
            statements = _statements(text) if statements is None else statements
            ignores.append(Comment(names, reason, span, _scope(source, text, span, statements)))
    return ignores, found


def _comments(text: str) -> Iterator[re.Match[str]]:
    """The comments that are ours; quotes, dollar quotes and block comments have none."""
    at = 0
    while lexeme := _LEXEME.search(text, at):
        if lexeme[0].startswith("--") and (comment := _COMMENT.match(text, lexeme.start(), lexeme.end())):
            yield comment
        at = past(text, lexeme)


def _statements(text: str) -> list[_Part]:
    """Where each statement begins, comments before it left out, and where it ends, its semicolon included."""
    return [_Part(skip_blanks(text, start, end), end + (text[end : end + 1] == ";")) for start, end in split(text, [])]


def _scope(source: Source, text: str, comment: Span, statements: list[_Part]) -> Span:
    line = text.rfind("\n", 0, comment.start) + 1
    beside = bool(text[line : comment.start].strip())
    number = bisect_right(statements, (comment.start,)) - 1
    before = statements[number] if number >= 0 else None
    following = statements[number + 1] if number + 1 < len(statements) else None
    if before is not None and comment.start < before.end:
        return _within(source, text, comment, line, beside, before)
    if beside and before is not None and before.end > line:
        return source.span(*before)
    if before is None and not beside and _BLANK_LINE.search(text, comment.end, following.start if following else len(text)):
        return source.span(0, len(text))
    return source.span(*following) if following else source.span(comment.start, comment.start)


def _within(source: Source, text: str, comment: Span, line: int, beside: bool, statement: _Part) -> Span:
    """The scope of a comment that stands inside of a statement: a column or constraint of a table, else all of it."""
    if not _TABLE.match(text, statement.start):
        return source.span(*statement)
    parts = [_Part(*part) for part in elements(text, statement.start, statement.end)]
    if beside:
        chosen = [part for part in parts if line <= part.start < comment.start] or [part for part in parts if part.start < line < part.end]
        if not chosen or statement.start >= line:
            return source.span(*statement)
        return source.span(chosen[0].start, chosen[-1].end)
    before = [part for part in parts if part.start < comment.start][-1:]
    following = [part for part in parts if part.start >= comment.end][:1]
    if before and skip_blanks(text, before[0].end, comment.end) == comment.end:  # no comma between: in the middle of one
        return source.span(before[0].start, following[0].start if following else statement.end)
    return source.span(*(following[0] if following else statement))
