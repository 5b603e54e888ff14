"""How a runner sends a file of migrations to the server: what may stand beside what.

The facts are in `data/runners.tsv`, one row per runner and, where it changed, version; read 2026-11-22. `sends` is `statements` (each on
its own), `query` (the whole file as one query, which PostgreSQL runs as one transaction when it holds several statements),
`transaction`, or `flyway` (a transaction, unless every statement is one that Flyway knows to need none).
"""

import re
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import NamedTuple

from broxspec.source import Source
from broxspec.sql.parser import Statement

_FILE = Path(__file__).resolve().parents[1] / "data/runners.tsv"
_QUERY = "sends a file as one query, which is one transaction when it holds several statements"


class Runner(NamedTuple):
    """`off` is a pattern, in the file, that switches the transaction off; the file is then sent as `off_sends`. `switch` says how, in words."""

    name: str
    since: tuple[int, ...]
    sends: str
    off: str
    off_sends: str
    switch: str
    source: str


class Delivery(NamedTuple):
    """How one file is sent. `runner` is empty where nothing tells which it is; then nothing is assumed but what the file says itself."""

    runner: str = ""
    version: str = ""
    sends: str = ""
    off_sends: str = ""
    switch: str = ""

    @property
    def known(self) -> str:
        """The runner as its users call it."""
        return f"{_TITLES.get(self.runner, self.runner)} {self.version}".strip()

    def together(self) -> str:
        """Why the statements of a file share a transaction, in words."""
        if self.sends == "query":
            return f"{self.known} {_QUERY}"
        if self.runner == "flyway":
            return "Flyway runs a file in a transaction when it holds anything that can run in one"
        return f"{self.known} runs a file in a transaction"

    def alone(self, *, why: bool = True) -> str:
        """How a statement that can't run in a transaction is written for this runner, to follow `CONCURRENTLY`; `why` it must be so."""
        if self.sends == "statements":
            return ""
        if self.sends == "query":
            return "alone in its own migration" + (f": {self.known} {_QUERY}" if why else "")
        if self.runner == "flyway":
            return f"alone in its own migration, or {self.switch}"
        if self.sends == "transaction" and not self.switch:
            return f"outside of {self.known}, which has no way to run a file without a transaction: by psql, before the migration"
        if self.sends == "transaction" and self.off_sends == "query":
            return f"alone in its own migration, and {self.switch}"
        if self.sends == "transaction":
            return f"in a migration of its own, and {self.switch}"
        return "outside of a transaction: alone in its own migration, for runners that send a file as one"


_TITLES = {"prisma": "Prisma", "flyway": "Flyway", "drizzle": "Drizzle", "atlas": "Atlas", "diesel": "Diesel"}


@cache
def runners() -> tuple[Runner, ...]:
    rows = [line.split("\t") for line in _FILE.read_text("utf-8").splitlines()[1:]]
    return tuple(Runner(row[0], _numbers(row[1]), *row[2:]) for row in rows)


def _numbers(text: str) -> tuple[int, ...]:
    return tuple(int(number) for number in re.findall(r"\d{1,9}", text)[:3])


def delivery(source: Source, path: Path, statements: Sequence[Statement], runner: str = "", version: str = "") -> Delivery:
    """How the file is sent. `runner` and `version` are the project's; empty: told from the file and its folder."""
    name = runner or told(source, path)
    known = [one for one in runners() if one.name == name]
    if not known:
        return Delivery(name, version)
    # An unknown version of a runner that became more lenient counts as one from before.
    fact = max((one for one in known if one.since <= (_numbers(version) or (0,)) or not one.since), key=lambda one: one.since)
    sends = fact.sends
    if fact.off and re.search(fact.off, source.text, re.IGNORECASE | re.MULTILINE) or _switched_off(name, path):
        sends = fact.off_sends
    elif sends == "flyway":
        needs_none = all(_FLYWAY_ALONE.match(source.text, statement.start) for statement in statements)
        sends = "statements" if needs_none else "transaction"
    elif name == "prisma" and sends == "statements" and _PRISMA_UNREAD.search(source.text):
        sends = "query"
    return Delivery(name, version, sends, fact.off_sends, fact.switch)


# What Flyway itself knows to need no transaction. Modelled on its PostgreSQL parser.
_FLYWAY_ALONE = re.compile(
    r"(?:(?:CREATE|DROP)\s+(?:UNIQUE\s+)?INDEX\s+CONCURRENTLY|(?:CREATE|DROP)\s+(?:DATABASE|TABLESPACE|SUBSCRIPTION)|ALTER\s+SYSTEM"
    r"|REINDEX(?:\s+VERBOSE)?\s+(?:SCHEMA|DATABASE|SYSTEM)|VACUUM|DISCARD\s+ALL|ALTER\s+TYPE\s+\S+\s+ADD\s+VALUE)\b",
    re.IGNORECASE,
)
# Prisma's parser does not know it and sends the whole file as one query instead (prisma-engines#5847).
_PRISMA_UNREAD = re.compile(r"\bDROP\s+INDEX\s+CONCURRENTLY\b", re.IGNORECASE)
_MARKS = (
    ("goose", re.compile(r"^[ \t]*--[ \t]*\+goose\b", re.IGNORECASE | re.MULTILINE)),
    ("dbmate", re.compile(r"^[ \t]*--[ \t]*migrate:(?:up|down)\b", re.IGNORECASE | re.MULTILINE)),
    ("sql-migrate", re.compile(r"^[ \t]*--[ \t]*\+migrate\b", re.IGNORECASE | re.MULTILINE)),
    ("atlas", re.compile(r"^[ \t]*--[ \t]*atlas:txmode\b", re.IGNORECASE | re.MULTILINE)),
    ("drizzle", re.compile(r"--> statement-breakpoint")),
    ("sqlx", re.compile(r"\A--[ \t]*no-transaction\b")),
)
_FLYWAY = re.compile(r"^(?:V[0-9][0-9._]*|R)__.+\.sql$")


def told(source: Source, path: Path) -> str:
    """The runner that a file is for: from comments that only one runner knows, else from names, else empty."""
    for name, mark in _MARKS:
        if mark.search(source.text):
            return name
    if path.name == "migration.sql":
        return "prisma"
    if path.name == "up.sql":
        return "diesel"
    if _FLYWAY.match(path.name):
        return "flyway"
    if path.name.endswith(".up.sql"):
        return "golang-migrate"
    if (path.parent / "atlas.sum").is_file():
        return "atlas"
    return "drizzle" if (path.parent / "meta/_journal.json").is_file() else ""


def _switched_off(runner: str, path: Path) -> bool:
    """Whether a file beside the migration switches its transaction off."""
    beside = {"flyway": (path.with_name(f"{path.name}.conf"), r"^\s*executeInTransaction\s*=\s*false"), "diesel": (path.with_name("metadata.toml"), r"^\s*run_in_transaction\s*=\s*false")}
    if runner not in beside or not beside[runner][0].is_file():
        return False
    return re.search(beside[runner][1], beside[runner][0].read_text("utf-8", "replace"), re.IGNORECASE | re.MULTILINE) is not None
