"""SQL carried out by a real server statement by statement, going on after errors, and read back from its catalog."""

from typing import Any, NamedTuple

import psycopg
from catalog.catalog_differences import differences

from broxspec.catalog.model import Catalog
from broxspec.catalog.server import read_connection
from broxspec.catalog.sql import read_sql
from broxspec.source import Source
from broxspec.sql.parser import Statement, parse


class Loaded(NamedTuple):
    """What the server has afterwards, and what it refused: the statement's offset and the message."""

    catalog: Catalog
    refused: dict[int, str]


def load(database: Any, sql: str) -> Loaded:
    refused: dict[int, str] = {}
    with database.connect() as connection:
        for statement in parse(sql).statements:
            try:
                connection.execute(sql[statement.start : statement.end].encode())
            except psycopg.Error as error:
                refused[statement.start] = str(error).splitlines()[0]
        connection.execute("RESET ALL")
        return Loaded(read_connection(connection, "server"), refused)


def disagreements(database: Any, sql: str) -> list[str]:
    """All in which reading the SQL and carrying it out differ: the catalog, and which statements are refused."""
    theirs = load(database, sql)
    ours, diagnostics = read_sql([Source("history.sql", sql)], major=database.server.installation.major)
    found = differences(ours, theirs.catalog)
    statements = parse(sql).statements
    refused = {_statement(statements, d.span.start): d.message for d in diagnostics if d.code == "SP302"}
    found += [f"only the server refuses {_head(sql, at)}: {theirs.refused[at]}" for at in theirs.refused if at not in refused]
    found += [f"only we refuse {_head(sql, at)}: {refused[at]}" for at in refused if at not in theirs.refused]
    return found


def _statement(statements: list[Statement], offset: int) -> int:
    return next((s.start for s in statements if s.start <= offset <= s.end), -1)


def _head(sql: str, at: int) -> str:
    return repr(sql[at : at + 100].partition(";")[0])
