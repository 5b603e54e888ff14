"""SQL inside a YAML value: parsed by PostgreSQL's own parser, with places in the file."""

import re
from typing import Any, NamedTuple

from broxspec.specs import faults
from broxspec.catalog.model import Fragment
from broxspec.diagnostic import Diagnostic
from broxspec.source import Span
from broxspec.specs.tree import Node

# The parser's locations count the bytes of what it was given: the text behind this.
_PREFIX = len("SELECT (")

# What no index has, and no reader gets through: rules look at every name of an expression.
_LONGEST = 100_000

_WORD = re.compile(r"""(?:"(?:[^"]|"")*"|[\w$]+)(?:\.(?:"(?:[^"]|"")*"|[\w$]+))*|'(?:[^']|'')*'|\S|$""")


class Sql(NamedTuple):
    """An expression or predicate: `text` begins `start` characters into the value of the scalar `at`.

    `node` is the parser's tree, None where the text is not valid SQL. `fragment` has its final normal form once the
    columns' types are known (`typed`).
    """

    text: str
    at: Node
    start: int
    node: Any
    fragment: Fragment

    def word_at(self, location: int) -> Span:
        """The word at one of the parser's locations in `node`."""
        behind = max(0, location - _PREFIX)
        offset = behind if self.text.isascii() else len(self.text.encode()[:behind].decode("utf-8", "ignore"))
        return self.word(offset)

    def word(self, offset: int) -> Span:
        """The word that begins at a character of the text; its last character where nothing follows."""
        stripped = len(self.text.rstrip())
        offset = min(offset, max(0, stripped - 1))
        found = _WORD.match(self.text, offset)
        end = found.end() if found and found.end() > offset else offset + 1
        return self.at.inside(self.start + offset, self.start + end)

    @property
    def span(self) -> Span:
        return self.at.inside(self.start, self.start + len(self.text))

    def typed(self, types: Any) -> "Sql":
        """The same with the normal form that holds for columns of these types."""
        from broxspec.sql.normal import normal

        return self._replace(fragment=Fragment(self.fragment.sql, normal(self.node, types))) if self.node else self


def read_sql_value(at: Node, text: str, start: int = 0) -> tuple[Sql, Diagnostic | None]:
    """Parse a part of a scalar's value; a syntax error is a finding at its own column."""
    from broxspec.sql.oneline import one_line
    from broxspec.sql.parser import SyntaxFault, parse_expression

    if len(text) > _LONGEST:
        sql = Sql(text, at, start, None, Fragment("", ""))
        message = f"the SQL has {len(text):,} characters; an index's may have {_LONGEST:,}"
        return sql, faults.SQL_SYNTAX.at(at.span, message, help="name what it says by a function or a column")
    parsed = parse_expression(text)
    if not isinstance(parsed, SyntaxFault):
        shown = one_line(text)
        return Sql(text, at, start, parsed, Fragment(shown, shown)), None
    sql = Sql(text, at, start, None, Fragment(text.strip(), text.strip()))
    return sql, _finding(sql, parsed.message, parsed.offset)


def _finding(sql: Sql, message: str, offset: int) -> Diagnostic:
    """The syntax error where it is. The parser was given the text in parentheses, so what is missing at the end, or
    closed once too often, it sees at a parenthesis of ours."""
    lone = _lone_parenthesis(sql.text)
    if lone is not None:
        message = "the `(` is not closed" if sql.text[lone] == "(" else "the `)` closes nothing"
        return faults.SQL_SYNTAX.at(sql.at.inside(sql.start + lone, sql.start + lone + 1), message)
    if offset >= len(sql.text.rstrip()):
        last = re.search(r"\S+\s*$", sql.text)
        return faults.SQL_SYNTAX.at(sql.word(last.start() if last else 0), "the SQL ends too early", note="something is missing after this")
    help = "write one SQL expression" if message == "not one expression" else ""
    return faults.SQL_SYNTAX.at(sql.word(offset), message, help=help)


def _lone_parenthesis(text: str) -> int | None:
    """The first parenthesis without a partner, strings and quoted names passed over."""
    opened = []
    for found in re.finditer(r"""'(?:[^']|'')*'|"(?:[^"]|"")*"|--[^\n]*|[()]""", text):
        if found[0] == "(":
            opened.append(found.start())
        elif found[0] == ")":
            if not opened:
                return found.start()
            opened.pop()
    return opened[0] if opened else None
