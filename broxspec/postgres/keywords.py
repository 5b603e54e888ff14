"""Key words of PostgreSQL's grammar."""

from __future__ import annotations

from functools import cache

from broxspec.postgres import tables

CATEGORIES = {"U": "unreserved", "C": "column name", "T": "type or function name", "R": "reserved"}


@cache
def category(word: str, major: int) -> str | None:
    """`unreserved`, `column name` (not usable for functions and types), `type or function name` (not usable for columns),
    `reserved`, or None when `word` (in lower case) is no key word."""
    for _, code in tables.rows("keywords", word, major):
        return CATEGORIES[code]
    return None


@cache
def must_quote(word: str) -> bool:
    """Whether an identifier that looks like `word` (in lower case) needs quotes in some known major.

    The rule of the server's `quote_ident`: all key words but the unreserved. One answer for all majors keeps a
    script valid after an upgrade.
    """
    return any(fields[1] != "U" for fields in tables.lines("keywords", word))
