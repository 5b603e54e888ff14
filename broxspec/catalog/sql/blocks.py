"""Statements whose effect can't be told from their kind: DO blocks, calls, SELECT."""

import re

from broxspec.catalog.faults import OPAQUE
from broxspec.catalog.sql.database import Database, string, strings
from broxspec.catalog.sql.state import Node
from broxspec.source import Span

_DDL = re.compile(
    r"\b(?:create|alter|drop)\s+(?:or\s+replace\s+)?(?:unlogged\s+|unique\s+|foreign\s+|materialized\s+|temp(?:orary)?\s+)*(?:table|index|view\b(?<=materialized\sview))\b",
    re.IGNORECASE,
)
_TEMPORARY = re.compile(r"\b(?:create|drop)\s+temp(?:orary)?\s+table\b", re.IGNORECASE)
_COMMENT = re.compile(r"--[^\n]*|/\*.*?\*/", re.DOTALL)
_HELP = "write the statements out, or read the schema from a dump or a live server"


def holds_ddl(text: str) -> bool:
    """Whether a text speaks of making, changing or dropping tables or indexes."""
    if "table" not in (lower := text.lower()) and "index" not in lower and "materialized" not in lower:
        return False
    return _DDL.search(_TEMPORARY.sub("", _COMMENT.sub(" ", text))) is not None


def warn(db: Database, what: str, at: Span | None = None) -> None:
    db.report(OPAQUE, f"{what} could have changed tables or indexes; what it does is not known here", at, help=_HELP)


def do_block(db: Database, body: Node) -> None:
    """DO: plain statements in its body are read, as far as they stand in simple blocks and conditions."""
    from broxspec.catalog.sql.plpgsql import run

    code = next((string(item["DefElem"]["arg"]) for item in body.get("args", []) if item["DefElem"]["defname"] == "as"), "")
    language = next((string(item["DefElem"]["arg"]) for item in body.get("args", []) if item["DefElem"]["defname"] == "language"), "plpgsql")
    start = db.source.text.find(code, db.statement.start, db.statement.end) if code else -1
    if language == "plpgsql" and start >= 0:
        run(db, start, start + len(code))
    elif holds_ddl(code):
        warn(db, "the DO block")
    else:
        db.skip("DO", "no effect on tables")


def call(db: Database, body: Node) -> None:
    name = strings(body["funccall"]["funcname"])[-1]
    if not _called(db, name, "procedure"):
        db.skip("CALL", "no effect on tables")


def select(db: Database, body: Node) -> None:
    """SELECT: INTO makes a table, `set_config` may move the search path, a function may do anything."""
    if "intoClause" in body:
        from broxspec.catalog.sql.tables import make_from_query

        make_from_query(db, body["intoClause"], {"SelectStmt": body})
        return
    for target in body.get("targetList", []):
        function = target["ResTarget"]["val"].get("FuncCall")
        if function is None:
            continue
        name = strings(function["funcname"])[-1]
        if name == "set_config":
            _set_config(db, function.get("args", []))
        elif _called(db, name, "function"):
            return
    db.skip("SELECT", "no effect on tables")


def _called(db: Database, name: str, what: str) -> bool:
    if name not in db.dangerous:
        return False
    from broxspec.catalog.sql.calls import call as carry_out

    carry_out(db, name, what)
    return True


def _set_config(db: Database, arguments: list[Node]) -> None:
    values = [argument.get("A_Const", {}).get("sval", {}).get("sval", "") for argument in arguments]
    if len(values) >= 2 and values[0].lower() == "search_path":
        parts = [part.strip() for part in values[1].split(",")]
        set_path(db, [part[1:-1].replace('""', '"') if part.startswith('"') else part.lower() for part in parts if part])


def set_path(db: Database, schemas: list[str]) -> None:
    db.settings["search_path"] = tuple(schema for schema in schemas if schema)


def set_variable(db: Database, body: Node) -> None:
    """SET: only the search path matters."""
    if body.get("name", "").lower() == "search_path":
        if body["kind"] == "VAR_SET_VALUE":
            values = [argument["A_Const"].get("sval", {}).get("sval", "") for argument in body["args"] if "A_Const" in argument]
            # A quoted list is one name to the server; what was meant is clear only where there is no comma.
            set_path(db, values)
        elif body["kind"] in ("VAR_SET_DEFAULT", "VAR_RESET"):
            set_path(db, ["$user", "public"])
    elif body["kind"] == "VAR_RESET_ALL":
        set_path(db, ["$user", "public"])
    db.skip("SET", "no effect on tables")
