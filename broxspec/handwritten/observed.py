"""One file while it is replayed: what each statement does, in which transaction, and under which timeouts."""

import re
from collections.abc import Callable

from broxspec.catalog.model import Name
from broxspec.catalog.sql.database import Database, string, strings
from broxspec.catalog.sql.state import Node, TableState
from broxspec.handwritten import effects
from broxspec.handwritten.change import Change, File, Target, Timeouts
from broxspec.handwritten.effects import Noted
from broxspec.source import Span
from broxspec.sql.parser import Statement

_TIMEOUTS = ("lock_timeout", "statement_timeout")


class FileWatch:
    """What one file does. `added` are the constraints that the present transaction has added without reading the table, `dropped` the
    indexes that the file has dropped."""

    def __init__(self, db: Database, file: File) -> None:
        self.db, self.file = db, file
        self.changes: list[Change] = []
        self.added: dict[tuple[int, str], Span] = {}
        self.dropped: set[Name] = set()
        self.utc = False
        self._before = db.number()
        self._depth = 0
        self._begun = False
        self._session: dict[str, Span | None] = {}
        self._local: dict[str, Span | None] = {}

    def carry_out(self, statement: Statement, perform: Callable[[Database, Statement], None]) -> None:
        """Carry out a statement and take down what it did, unless it was refused."""
        db = self.db
        noted = effects.of(self, statement) if statement.kind in effects.READ else []
        within, timeouts = self._within(), self._timeouts()
        keys = self._keys() if effects.cascades(statement) else {}
        here = db.here
        self._depth += 1
        try:
            perform(db, statement)
        finally:
            self._depth -= 1
        if lost := effects.lost_keys(db, keys):
            noted = [*noted, effects.cascaded(db, here, next((one.table for one in noted), None), lost)]
        self.changes += (self._change(one, within, timeouts, here) for one in noted)
        self._after(statement)

    def _change(self, noted: Noted, within: str, timeouts: Timeouts, statement: Span) -> Change:
        table = self._target(noted.table) if noted.table is not None else None
        return Change(noted.effect, table, noted.at, noted.lock, within, timeouts, self.file, statement)

    def _target(self, table: TableState) -> Target:
        parts = tuple(self.db.tables[child].qualified for child in table.children if child in self.db.tables)
        taken = frozenset({*table.checks, *table.keys, *(self.db.indexes[number].index.name for number in table.indexes if number in self.db.indexes)})
        return Target(table.qualified, table.kind, table.id > self._before, table.columns, parts, table.replica_identity, taken)

    def _keys(self) -> dict[tuple[int, str], str]:
        return {(table.id, name): name for table in self.db.tables.values() for name in table.keys}

    # The transaction

    def _within(self) -> str:
        if self._depth:
            return "block"
        if self._begun:
            return "own"
        sends = self.file.delivery.sends
        if sends == "transaction":
            return "runner"
        return "query" if sends == "query" and self.file.statements > 1 else ""

    def _after(self, statement: Statement) -> None:
        """What the statement changes for those after it: the transaction, the timeouts, the time zone."""
        if statement.kind == "TransactionStmt":
            self._transaction(statement.body["kind"].removeprefix("TRANS_STMT_"), chain=statement.body.get("chain", False))
        elif statement.kind == "VariableSetStmt":
            self._set(statement.body)
        elif statement.kind == "SelectStmt":
            self._set_config(statement.body)
        if not self._depth and not self._within():
            self.added.clear()

    def _transaction(self, kind: str, *, chain: bool) -> None:
        if kind in ("BEGIN", "START"):
            self._begun = True
        elif kind in ("COMMIT", "ROLLBACK", "PREPARE"):
            self._begun = chain
            self._local.clear()
            self.added.clear()

    # Settings

    def _timeouts(self) -> Timeouts:
        return Timeouts(*(self._local.get(name, self._session.get(name)) for name in _TIMEOUTS))

    def _set(self, body: Node) -> None:
        name = body.get("name", "").lower()
        if body["kind"] == "VAR_RESET_ALL":
            self._session.clear()
        elif name in ("timezone", "time zone"):
            self.utc = _value(body.get("args", [])).upper() in ("UTC", "GMT", "ETC/UTC", "0")
        elif name in _TIMEOUTS:
            self._give(name, _value(body.get("args", [])), self.db.here, local=body.get("is_local", False))

    def _set_config(self, body: Node) -> None:
        for target in body.get("targetList", []):
            call = target["ResTarget"]["val"].get("FuncCall")
            if call is None or strings(call["funcname"])[-1] != "set_config":
                continue
            arguments = call.get("args", [])
            name = _value(arguments[:1]).lower()
            if name in _TIMEOUTS and len(arguments) > 2:
                local = arguments[2].get("A_Const", {}).get("boolval", {}).get("boolval", False)
                self._give(name, _value(arguments[1:2]), self.db.here, local=local)

    def _give(self, name: str, value: str, at: Span, *, local: bool) -> None:
        place = None if re.fullmatch(r"0*\s*[a-z]*", value, re.IGNORECASE) else at
        (self._local if local else self._session)[name] = place


def _value(nodes: list[Node]) -> str:
    """The first constant of a list, as text."""
    constant = nodes[0].get("A_Const", {}) if nodes else {}
    if "sval" in constant:
        return string({"String": constant["sval"]})
    return str(constant["ival"].get("ival", 0)) if "ival" in constant else ""
