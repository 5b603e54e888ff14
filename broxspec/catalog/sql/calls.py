"""Calls of functions that make or change tables: a body of plain statements is carried out, any other is a warning."""

import re
from typing import NamedTuple

from broxspec.catalog.sql.blocks import holds_ddl, warn
from broxspec.catalog.sql.database import Database, string
from broxspec.catalog.sql.state import Node, Rejected
from broxspec.source import Source

_COMMENT = re.compile(r"--[^\n]*|/\*.*?\*/", re.DOTALL)
# Words after which it can't be told what runs. `IF` is one of them but for `IF EXISTS name` and `IF NOT EXISTS name`.
_CONTROL = re.compile(r"\b(?:execute|loop|case|exception|declare|for|if\b(?!\s+(?:not\s+)?exists\s+[\w\"]))\b", re.IGNORECASE)
_END = re.compile(r"\bend\b\s*;?\s*$", re.IGNORECASE)


class Body(NamedTuple):
    """The text of a function, and where it stands."""

    source: Source
    start: int
    end: int


def body_of(db: Database, options: dict[str, Node | None]) -> Body | None:
    """The body of the function that the current statement makes, if it is plain statements; None if not."""
    language = (options.get("language") or {}).get("String", {}).get("sval", "")
    written = (options.get("as") or {}).get("List", {}).get("items", [])
    if language not in ("sql", "plpgsql") or len(written) != 1 or "set" in options:
        return None
    code = string(written[0])
    start = db.source.text.find(code, db.statement.start, db.statement.end)
    if start < 0 or _CONTROL.search(_COMMENT.sub(" ", code)):
        return None
    closing = _END.search(code) if language == "plpgsql" else None
    return Body(db.source, start, start + (closing.start() if closing else len(code)))


def remember(db: Database, name: str, options: dict[str, Node | None], text: str) -> None:
    """Take note of a function that has been made, if a call of it could change tables."""
    dangerous = holds_ddl(text)
    if not dangerous and name not in db.dangerous:
        return
    if sum(function.name == name for function in db.functions.values()) > 1:
        db.dangerous[name] = None  # which of them a call means depends on its arguments
    elif dangerous:
        db.dangerous[name] = body_of(db, options)
    else:
        del db.dangerous[name]


def forget(db: Database, name: str) -> None:
    """Take note of a function that has been dropped."""
    if name in db.dangerous and not any(function.name == name for function in db.functions.values()):
        del db.dangerous[name]


def call(db: Database, name: str, what: str) -> None:
    """Carry out a call of one of `db.dangerous`. Its own name is unknown meanwhile, so that it can't call itself."""
    from broxspec.catalog.sql.plpgsql import statements

    body = db.dangerous[name]
    if body is None:
        warn(db, f"{what} `{name}`")
        return
    caller = db.source, db.statement
    db.source = body.source
    del db.dangerous[name]
    try:
        statements(db, body.source.text[: body.end], body.start)
    except Rejected as rejected:
        # It is the call that the server refuses; making the function was in order.
        raise Rejected(f"{rejected.message} (in {what} `{name}`)", None, rejected.help) from None
    finally:
        db.source, db.statement = caller
        db.dangerous[name] = body
