"""Naming: the name of an index that has no explicit one. It is the index's identity, so the algorithm never changes.

    idx_{table}_{column}_{column}…                 without a condition
    idx_{table}_{column}_{column}…_{condition}     with one

A column stands as it is, case kept; an expression as the words of its text, joined by `_`. The condition is the spec's `label:`, else
the words of the predicate's text in lower case. A word is a run of letters, digits and underscores. A name over 63 bytes keeps
its first 54, cut between characters, then `_` and eight hexadecimal digits of the SHA-256 of the whole name.
"""

import re
from collections.abc import Iterable

_LONGEST = 63  # bytes; PostgreSQL cuts what is longer, in silence
_DIGITS = 8
_WORD = re.compile(r"\w+")


def derived_name(table: str, keys: Iterable[str], *, predicate: str | None = None, label: str | None = None) -> str:
    """The name of an index on a table (without its schema). `keys` are columns, and expressions already as `words`.

    A `label` without a predicate says nothing.
    """
    parts = ["idx", table, *keys]
    if predicate is not None:
        parts.append(label or words(predicate).lower())
    name = "_".join(part for part in parts if part)
    encoded = name.encode()
    if len(encoded) <= _LONGEST:
        return name
    from hashlib import sha256  # seldom needed, and not cheap to import

    digest = sha256(encoded).hexdigest()[:_DIGITS]
    return f"{encoded[: _LONGEST - _DIGITS - 1].decode('utf-8', 'ignore')}_{digest}"


def words(sql: str) -> str:
    """The words of an SQL text joined by `_`: `lower(email)` is `lower_email`."""
    return "_".join(_WORD.findall(sql))
