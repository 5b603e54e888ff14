"""The safe form of a statement as SQL to be run as it stands, one statement a line.

It is made of what was written, so that nothing of it gets lost. Where that can't be done for sure there is none, and words must do.
"""

import re

from broxspec.handwritten.change import AddConstraint, BuildIndex, Change, DetachPartition, DropIndex, Refresh, Reindex, Target
from broxspec.postgres.names import free, joined
from broxspec.quoting.sql import identifier, qualified
from broxspec.sql.oneline import one_line

_LABELS = {"foreign key": "fkey", "check": "check"}
_CREATE = re.compile(r"CREATE (?:UNIQUE )?INDEX\b", re.IGNORECASE)
_GUARD = re.compile(r" IF NOT EXISTS\b", re.IGNORECASE)
_REINDEX = re.compile(r"REINDEX (?:\([^()]*\) ?)?(?:INDEX|TABLE|SCHEMA|DATABASE)\b", re.IGNORECASE)
_REFRESH = re.compile(r"REFRESH MATERIALIZED VIEW\b", re.IGNORECASE)
_NAMED = re.compile(r"ADD CONSTRAINT\b", re.IGNORECASE)
_ADD = re.compile(r"ADD\b", re.IGNORECASE)
# Nothing but keys: what else a constraint says is not repeated in its index.
_KEYS = re.compile(r'(?:PRIMARY KEY|UNIQUE) ?\([\w\s,"]*\)\Z', re.IGNORECASE)


def lines(*statements: str) -> str:
    """The statements, to follow the words of a help on lines of their own; nothing where one of them could not be made."""
    return "".join(f"\n{statement};" for statement in statements) if all(statements) else ""


def table_name(table: Target) -> str:
    """A table's name as SQL, with its schema where that is not public."""
    return qualified(None if table.name.schema == "public" else table.name.schema, table.name.name)


def concurrently(change: Change) -> str:
    """The statement with CONCURRENTLY, and without the IF NOT EXISTS that would keep what a failed one leaves."""
    effect, text = change.effect, written(change)
    if isinstance(effect, DropIndex):
        index = effect.index
        return f"DROP INDEX CONCURRENTLY {qualified(None if index.schema == 'public' else index.schema, index.name)}"
    if isinstance(effect, BuildIndex):
        head, rest = _after(_CREATE, text), ""
        if effect.concurrently:
            return _GUARD.sub("", text, count=1)
        if head:
            rest = _GUARD.sub("", text[len(head) :], count=1) if effect.guarded else text[len(head) :]
        return f"{head} CONCURRENTLY{rest}" if head else ""
    if isinstance(effect, DetachPartition):
        return spliced(change, f"{change.at.text} CONCURRENTLY")
    head = _after(_REINDEX if isinstance(effect, Reindex) else _REFRESH, text) if isinstance(effect, (Reindex, Refresh)) else ""
    return f"{head} CONCURRENTLY{text[len(head) :]}" if head else ""


def not_valid(change: Change) -> tuple[str, str]:
    """A foreign key or check added NOT VALID, and validated; it gets the name that PostgreSQL would choose, where it has none."""
    effect, table = change.effect, change.table
    if not isinstance(effect, AddConstraint) or table is None or effect.with_column:
        return "", ""
    text, name = one_line(change.at.text), effect.name
    if not _NAMED.match(text):
        name = free(table.name.name, joined(effect.columns) or None, _LABELS[effect.form], table.constraints.__contains__)
        text = _ADD.sub(lambda _: f"ADD CONSTRAINT {identifier(name)}", text, count=1)
    return spliced(change, f"{text} NOT VALID"), validate(table, name)


def validate(table: Target, name: str) -> str:
    return f"ALTER TABLE {table_name(table)} VALIDATE CONSTRAINT {identifier(name)}"


def index_first(change: Change) -> tuple[str, str]:
    """The unique index of a constraint, and the constraint that takes it over."""
    effect, table = change.effect, change.table
    if not isinstance(effect, AddConstraint) or table is None or effect.with_column or not _KEYS.search(one_line(change.at.text)):
        return "", ""
    if not all(column in table.columns for column in effect.columns):
        return "", ""
    word = effect.form.upper()
    columns = ", ".join(map(identifier, effect.columns))
    build = f"CREATE UNIQUE INDEX CONCURRENTLY {identifier(effect.index)} ON {table_name(table)} ({columns})"
    return build, spliced(change, f"ADD CONSTRAINT {identifier(effect.named)} {word} USING INDEX {identifier(effect.index)}")


def proven_first(change: Change, columns: tuple[str, ...], major: int) -> tuple[str, ...]:
    """What makes columns not null without reading the table under lock: the proof, its validation, the statement, and the proof dropped."""
    table = change.table
    if table is None:
        return ("",)
    if major >= 18 and not isinstance(change.effect, AddConstraint):
        name = free(table.name.name, columns[0], "not_null", table.constraints.__contains__)
        add = f"ALTER TABLE {table_name(table)} ADD CONSTRAINT {identifier(name)} NOT NULL {identifier(columns[0])} NOT VALID"
        return add, validate(table, name)
    name = free(table.name.name, joined(columns), "check", table.constraints.__contains__)
    check = " AND ".join(f"{identifier(column)} IS NOT NULL" for column in columns)
    add = f"ALTER TABLE {table_name(table)} ADD CONSTRAINT {identifier(name)} CHECK ({check}) NOT VALID"
    return add, validate(table, name), written(change), f"ALTER TABLE {table_name(table)} DROP CONSTRAINT {identifier(name)}"


def written(change: Change) -> str:
    """The statement on one line; empty where a string in it has a line break."""
    return _single(change.statement.text)


def spliced(change: Change, part: str) -> str:
    """The statement with another text for the part that the finding is about."""
    start, end = change.at.start - change.statement.start, change.at.end - change.statement.start
    text = change.statement.text
    return _single(text[:start] + part + text[end:]) if 0 < start < end <= len(text) else ""


def _single(text: str) -> str:
    text = one_line(text)
    return "" if "\n" in text or "\r" in text else text


def _after(head: re.Pattern[str], text: str) -> str:
    found = head.match(text)
    return found[0] if found else ""
