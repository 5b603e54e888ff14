"""Expressions in a statement: their text, the columns that they name, and what renaming a column does to them."""

import re
from typing import Any

from broxspec.catalog.model import Fragment
from broxspec.catalog.sql.database import Database
from broxspec.catalog.sql.state import Node
from broxspec.sql.normal import deparse
from broxspec.sql.split import closing, skip_blanks

_WORDS = re.compile(r"""'(?:[^']|'')*'|"(?:[^"]|"")*"|--[^\n]*|/\*.*?\*/|\$(\w*)\$.*?\$\1\$|(?P<where>\bwhere\b)""", re.IGNORECASE | re.DOTALL)


def columns_in(node: Any) -> frozenset[str]:
    """The names of all columns in an expression."""
    found: set[str] = set()
    pending = [node]
    while pending:
        item = pending.pop()
        if isinstance(item, dict):
            reference = item.get("ColumnRef")
            if isinstance(reference, dict) and "String" in (last := reference["fields"][-1]):
                found.add(last["String"]["sval"])
            pending.extend(value for value in item.values() if isinstance(value, (dict, list)))
        elif isinstance(item, list):
            pending.extend(item)
    return frozenset(found)


def renamed(node: Any, old: str, new: str) -> Any:
    """The expression with a column's new name. Columns that a subexpression qualifies are the table's own as well."""
    if isinstance(node, list):
        return [renamed(item, old, new) for item in node]
    if not isinstance(node, dict):
        return node
    reference = node.get("ColumnRef")
    if isinstance(reference, dict):
        last = reference["fields"][-1]
        if last.get("String", {}).get("sval") == old:
            return {"ColumnRef": {**reference, "fields": [{"String": {"sval": new}}]}}
        return node
    return {key: renamed(value, old, new) if isinstance(value, (dict, list)) else value for key, value in node.items()}


def whole_row(node: Any) -> bool:
    """Whether an expression can't be judged by its column names alone."""
    return "*" in columns_in(node)


def raw(node: Node, sql: str | None = None) -> Fragment:
    """A fragment whose normal form is made at the end, when the columns' types are final."""
    return Fragment(sql if sql is not None else deparse(node), "")


def parenthesized(db: Database, start: int, end: int) -> str | None:
    """The text inside of the first parenthesis at or after `start`, outermost ones that add nothing taken off."""
    text = db.source.text
    opening = text.find("(", start, end)
    if opening < 0:
        return None
    return bare(text[opening : closing(text, opening, end)])


def bare(text: str) -> str:
    """The text without parentheses that hold all of it."""
    text = text.strip()
    while text.startswith("(") and closing(text, 0, len(text)) == len(text) and text.endswith(")"):
        text = text[1:-1].strip()
    return text


def key_text(text: str, start: int, end: int) -> str:
    """The expression of an index key, without the operator class and order that may follow it."""
    start = skip_blanks(text, start, end)
    opening = text.find("(", start, end)
    if opening < 0:
        return text[start:end].split()[0]
    finish = closing(text, opening, end)
    # `f(x)` may be followed by nothing but options; `(x)` is the expression inside.
    return bare(text[start:finish])


def where_text(text: str, start: int, end: int) -> str | None:
    """What follows the first WHERE after `start`."""
    for match in _WORDS.finditer(text, start, end):
        if match.lastgroup == "where":
            return bare(text[match.end() : end])
    return None
