"""The body of a DO block, as far as it is plain SQL.

The usual guards are understood: `BEGIN … EXCEPTION WHEN duplicate_object THEN NULL; END` and `IF NOT EXISTS (…) THEN … END IF`,
which is taken to run. Whatever else holds DDL (loops, dynamic SQL) is a warning.
"""

import re

from broxspec.catalog.sql.blocks import holds_ddl, warn
from broxspec.catalog.sql.database import Database
from broxspec.catalog.sql.state import Rejected
from broxspec.source import Span
from broxspec.sql.parser import parse
from broxspec.sql.split import skip_blanks, split

_WORD = re.compile(r"[A-Za-z_]\w*")
_BEGIN = re.compile(r"(?:declare\b.*?)?\bbegin\b", re.IGNORECASE | re.DOTALL)
_EXCEPTION = re.compile(r"\bexception\s+when\b", re.IGNORECASE)
_IF = re.compile(r"(?:els)?if\b(.*?)\bthen\b", re.IGNORECASE | re.DOTALL)
_LABEL = re.compile(r"<<\s*\w+\s*>>")
_DYNAMIC = frozenset({"execute", "for", "while", "loop", "foreach", "case"})
_SQL = frozenset({"create", "alter", "drop", "comment", "insert", "update", "delete", "set", "grant", "revoke", "truncate"})
_CALL = re.compile(r"(?:perform|select)\s+(?:\w+\.)?([A-Za-z_]\w*)\s*\(", re.IGNORECASE)
_QUOTE = re.compile(r"^[^'$]*\$")


def run(db: Database, start: int, end: int) -> None:
    """Carry out the block between two offsets of the current source."""
    text = db.source.text
    begin = _BEGIN.match(text, skip_blanks(text, start, end), end)
    if begin is None:
        _unknown(db, start, end)
        return
    handlers = _EXCEPTION.search(text, begin.end(), end)
    guarded = handlers is not None
    inside = text[: handlers.start() if handlers else end]
    mark = len(db.journal.entries)
    try:
        statements(db, inside, begin.end())
    except Rejected as rejected:
        # What the block was there to catch: the server takes back all of it, and says nothing.
        db.journal.undo(mark)
        if not guarded:
            raise rejected
        db.skip("DO", "its error is handled by the block itself")


def statements(db: Database, text: str, at: int) -> None:
    """Carry out what stands from an offset to the end of a text, which is the beginning of the current source."""
    for start, end in split(" " * 0 + text[at:], []):
        _statement(db, at + start, at + end)


def _statement(db: Database, start: int, end: int) -> None:
    """One statement of PL/pgSQL, with the words of control that may stand in front of it."""
    text = db.source.text
    while True:
        start = skip_blanks(text, start, end)
        word = _WORD.match(text, start, end)
        if word is None:
            if label := _LABEL.match(text, start, end):
                start = label.end()
                continue
            return
        name = word[0].lower()
        if name in ("begin", "else"):
            start = word.end()
        elif name in ("if", "elsif", "elseif") and (condition := _IF.match(text, start, end)):
            start = condition.end()
        elif name == "declare" and (nested := _BEGIN.match(text, start, end)):
            start = nested.end()
        else:
            break
    if name in _SQL:
        _execute(db, start, end)
    elif name in ("perform", "select") and (called := _CALL.match(text, start, end)) and called[1].lower() in db.dangerous:
        from broxspec.catalog.sql.calls import call

        call(db, called[1].lower(), "function")
    elif name in _DYNAMIC or holds_ddl(text[start:end]):
        _unknown(db, start, end)


def _execute(db: Database, start: int, end: int) -> None:
    from broxspec.catalog.sql.statements import perform

    outer = db.statement
    parsed = parse(db.source.text[start:end])
    if parsed.faults or len(parsed.statements) != 1:
        _unknown(db, start, end)
        return
    statement = parsed.statements[0]
    offset = statement.offset
    db.statement = statement._replace(start=start + statement.start, end=start + statement.end, offset=lambda location: start + offset(location))
    try:
        perform(db, db.statement)
    finally:
        db.statement = outer


def _unknown(db: Database, start: int, end: int) -> None:
    text = db.source.text[start:end]
    dynamic = re.match(r"\s*execute\b", text, re.IGNORECASE) is not None
    if holds_ddl(text) or dynamic and re.search(r"\b(?:table|index)\b", text, re.IGNORECASE):
        place = skip_blanks(db.source.text, start, end)
        warn(db, "dynamic SQL in the DO block" if dynamic else "the DO block", Span(db.source, place, max(place, end)))
    else:
        db.skip("DO", "no effect on tables")
