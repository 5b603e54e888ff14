"""A model of `flyway migrate`, `repair` and `undo` with PostgreSQL. This is not Flyway, which no registry packages for us.

What is modelled, from its sources: which files are versioned migrations and their order; the configuration beside a script and its keys; placeholders;
how a script is cut into statements; that these are sent one by one over one connection, outside a transaction where the configuration says so; the
table `flyway_schema_history` on another connection, with the record of a failure; what is refused before anything runs (a failed migration, a changed
one, one below the newest); that `repair` removes failed records. Its lock is that of `postgresql.transactional.lock=false`: an advisory lock that is asked for
again and again. What is left out: repeatable, baseline and Java migrations, callbacks, groups, COPY, and what a transactional lock would do.
"""

from __future__ import annotations

import re
import time
import zlib
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from broxspec.components import ComponentFailed

if TYPE_CHECKING:
    import psycopg

Connect = Callable[[], "psycopg.Connection[Any]"]

LOCK = 0x466C79776179  # the letters of its name
LOCK_TRIES = 50
_FILE = re.compile(r"([VU])([0-9]+(?:[._][0-9]+)*)__(.*)\.sql", re.DOTALL)
_KEYS = ("executeInTransaction", "encoding", "placeholderReplacement")
_PLACEHOLDER = re.compile(r"\$\{[^}]*\}")
_TABLE = """
CREATE TABLE flyway_schema_history (
    installed_rank integer PRIMARY KEY, version varchar(50), description varchar(200) NOT NULL, type varchar(20) NOT NULL,
    script varchar(1000) NOT NULL, checksum integer, installed_by varchar(100) NOT NULL, installed_on timestamp NOT NULL DEFAULT now(),
    execution_time integer NOT NULL, success boolean NOT NULL
)
"""
# What hides a semicolon: quotes doubled inside, dollar quotes, comments; and words, which may hold a dollar.
_TOKEN = re.compile(
    r"""[BEX]'(?:[^']|'')*'|U&'(?:[^']|'')*'|'(?:[^']|'')*'|"(?:[^"]|"")*"|--[^\r\n]*|/\*.*?\*/|(?P<tag>\$[^$]*\$).*?(?P=tag)|[^\W\d][\w$]*|(?P<mark>[;()])|.""",
    re.DOTALL,
)


class FlywayError(ComponentFailed):
    """Flyway ended with an error. `script` is the migration that it was at, empty where it was at none."""

    def __init__(self, message: str, script: str = "") -> None:
        super().__init__(message)
        self.script = script


class Row(NamedTuple):
    """A line of the history."""

    version: str
    type: str
    script: str
    checksum: int
    success: bool


def migrate(connect: Connect, folder: Path) -> tuple[str, ...]:
    """Run what is pending; returns the names of those scripts. `connect` opens sessions in autocommit."""
    with _locked(connect) as history:
        scripts = found(folder, "V")
        rows = _rows(history)
        applied = _applied(rows)
        _validate(scripts, rows, applied)
        done = []
        for version in sorted(scripts.keys() - applied.keys()):
            _run(connect, history, scripts[version], "SQL")
            done.append(scripts[version].name)
    return tuple(done)


def undo(connect: Connect, folder: Path) -> str:
    """Take the newest migration back by its undo script; returns that script's name. A paid feature."""
    with _locked(connect) as history:
        applied = _applied(_rows(history))
        scripts = found(folder, "U")
        if not applied or max(applied) not in scripts:
            raise FlywayError("no undo script for the newest migration")
        _run(connect, history, scripts[max(applied)], "UNDO_SQL")
        return scripts[max(applied)].name


def repair(connect: Connect) -> int:
    """Remove the records of failures; returns how many there were."""
    with _locked(connect) as history:
        return history.execute("DELETE FROM flyway_schema_history WHERE NOT success").rowcount


def found(folder: Path, kind: str) -> Mapping[tuple[int, ...], Path]:
    """The scripts of a kind, `V` or `U`, by version. FlywayError where two have the same."""
    scripts: dict[tuple[int, ...], Path] = {}
    for path in sorted(folder.rglob("*.sql")):
        match = _FILE.fullmatch(path.name)
        if match and match[1] == kind:
            if _number(match[2]) in scripts:
                raise FlywayError(f"found more than one migration with version {match[2]}", path.name)
            scripts[_number(match[2])] = path
    return scripts


def statements(script: str) -> tuple[str, ...]:
    """Cut a script at the semicolons that are in no quotes, comments or parentheses."""
    cut: list[str] = []
    begin, depth = 0, 0
    for token in _TOKEN.finditer(script):
        depth += {"(": 1, ")": -1}.get(token["mark"] or "", 0)
        if token["mark"] == ";" and depth == 0:
            cut.append(script[begin : token.start()])
            begin = token.end()
    return tuple(text.strip() for text in (*cut, script[begin:]) if re.sub(r"--[^\r\n]*|/\*.*?\*/|\s", "", text, flags=re.DOTALL))


def _run(connect: Connect, history: psycopg.Connection[Any], path: Path, kind: str) -> None:
    import psycopg

    settings = _settings(path)
    script = path.read_text("utf-8")
    if settings.get("placeholderReplacement", "true").lower() == "true" and (missing := _PLACEHOLDER.search(script)):
        raise FlywayError(f"no value provided for placeholder: {missing[0]}", path.name)
    single = settings.get("executeInTransaction", "true").lower() == "true"
    try:
        with connect() as connection:
            connection.autocommit = not single
            for statement in statements(script):
                connection.execute(statement.encode(), prepare=False)
    except psycopg.Error as error:
        if not single:
            _record(history, path, kind, success=False)
        raise FlywayError(f"migration {path.name} failed: {' '.join(str(error).split())}", path.name) from error
    _record(history, path, kind, success=True)


def _settings(path: Path) -> Mapping[str, str]:
    """The configuration beside a script."""
    file = path.with_name(f"{path.name}.conf")
    if not file.is_file():
        return {}
    lines = [line.strip() for line in file.read_text("utf-8").splitlines()]
    pairs = dict(line.split("=", 1) for line in lines if line and not line.startswith("#"))
    unknown = sorted(pairs.keys() - set(_KEYS))
    if unknown:
        raise FlywayError(f"unrecognised configuration: {', '.join(unknown)}", path.name)
    return pairs


def _validate(scripts: Mapping[tuple[int, ...], Path], rows: list[Row], applied: Mapping[tuple[int, ...], Row]) -> None:
    for row in rows:
        if not row.success:
            raise FlywayError(f"Detected failed migration to version {row.version}", row.script)
    for version, row in applied.items():
        if version not in scripts:
            raise FlywayError(f"Detected applied migration not resolved locally: {row.version}", row.script)
        if _checksum(scripts[version]) != row.checksum:
            raise FlywayError(f"Migration checksum mismatch for migration version {row.version}", row.script)
    for version in sorted(scripts.keys() - applied.keys()):
        if applied and version < max(applied):
            raise FlywayError(f"Detected resolved migration not applied to database: {scripts[version].name}", scripts[version].name)


def _applied(rows: list[Row]) -> dict[tuple[int, ...], Row]:
    """What is applied and was not undone since."""
    found: dict[tuple[int, ...], Row] = {}
    for row in rows:
        if row.success and row.type == "SQL":
            found[_number(row.version)] = row
        elif row.success and row.type == "UNDO_SQL":
            found.pop(_number(row.version), None)
    return found


def _rows(history: psycopg.Connection[Any]) -> list[Row]:
    query = "SELECT version, type, script, checksum, success FROM flyway_schema_history ORDER BY installed_rank"
    return [Row(*row) for row in history.execute(query).fetchall()]


def _record(history: psycopg.Connection[Any], path: Path, kind: str, *, success: bool) -> None:
    match = _FILE.fullmatch(path.name)
    assert match
    history.execute(
        "INSERT INTO flyway_schema_history SELECT coalesce(max(installed_rank), 0) + 1, %s, %s, %s, %s, %s, current_user, now(), 0, %s FROM flyway_schema_history",
        [match[2].replace("_", "."), match[3].replace("_", " ")[:200], kind, path.name, _checksum(path), success],
    )


def _checksum(path: Path) -> int:
    """CRC-32 of the lines without their ends, signed."""
    value = 0
    for line in path.read_text("utf-8").splitlines():
        value = zlib.crc32(line.encode("utf-8"), value)
    return value - (1 << 32) if value >= 1 << 31 else value


def _number(version: str) -> tuple[int, ...]:
    parts = [int(part) for part in re.split("[._]", version)]
    while len(parts) > 1 and not parts[-1]:
        parts.pop()
    return tuple(parts)


@contextmanager
def _locked(connect: Connect) -> Iterator[psycopg.Connection[Any]]:
    """The connection of the history, holding the lock."""
    with connect() as history:
        for _ in range(LOCK_TRIES):
            if history.execute("SELECT pg_try_advisory_lock(%s)", [LOCK]).fetchone() == (True,):
                break
            time.sleep(1)
        else:
            raise FlywayError("number of retries exceeded while attempting to acquire PostgreSQL advisory lock")
        try:
            if history.execute("SELECT to_regclass('flyway_schema_history')").fetchone() == (None,):
                history.execute(_TABLE.encode())
            yield history
        finally:
            history.execute("SELECT pg_advisory_unlock(%s)", [LOCK])
