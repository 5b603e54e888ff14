"""File names for tables: readable, safe on every system, and no two the same where case does not count."""

import re
from collections import Counter
from collections.abc import Iterable
from hashlib import sha256

from broxspec.catalog.model import Name

_UNSAFE = re.compile(r"[^A-Za-z0-9_.\-]")
# What Windows keeps for devices, whatever follows a dot.
_DEVICES = re.compile(r"(?:con|prn|aux|nul|com[0-9]|lpt[0-9])(?:\.|\Z)", re.IGNORECASE)
_LONGEST = 100
_HASHED = re.compile(r"-[0-9a-f]{8}\Z")


def file_names(tables: Iterable[Name]) -> dict[Name, str]:
    """A name without a suffix for each table: `orders`, `auth.users`. One that is not a table's own, or that another would
    share, ends in eight digits of a hash of the table's, so that it is the same whatever other tables there are."""
    tables = sorted(tables)
    shared = Counter(_safe(table).casefold() for table in tables)
    return {table: _safe(table) if _own(table, shared) else f"{_safe(table)}-{_digits(table)}" for table in tables}


def _safe(table: Name) -> str:
    text = _UNSAFE.sub("_", str(table))[:_LONGEST]
    return f"_{text}" if text.startswith((".", "-")) or _DEVICES.match(text) else text


def _own(table: Name, shared: Counter[str]) -> bool:
    safe = _safe(table)
    # Of names that differ in case alone the one without capitals keeps it.
    plain = safe == str(table) and "." not in table.name + table.schema and not _HASHED.search(safe)
    return plain and (shared[safe.casefold()] == 1 or safe == safe.casefold())


def _digits(table: Name) -> str:
    return sha256("\0".join(table).encode("utf-8", "backslashreplace")).hexdigest()[:8]
