"""Load: a schema into an empty database, as it was before any migration of ours."""

import re
from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

from broxspec.catalog.model import Catalog, Index
from broxspec.kinds.indexes import emit
from broxspec.migrations.state import same
from broxspec.plan import qualified
from broxspec.source import Source, Span

_ROLE = re.compile(r'role "(.+)" does not exist')
_NOT_INSTALLED = re.compile(r'extension "(.+)" is not available')


class Refused(NamedTuple):
    """A statement that the server did not accept, and what it said."""

    statement: Span
    message: str


class NotLoaded(Exception):
    """The schema is not what it was read as. `refused` are the statements to blame, if there are any."""

    def __init__(self, message: str, refused: Sequence[Refused] = ()) -> None:
        super().__init__(message)
        self.refused = tuple(refused)


def run_sources(connection: Any, sources: Iterable[Source]) -> list[Refused]:
    """Run SQL statement by statement, as psql does, going on after errors: dumps name roles and settings that are not here.

    Roles are made as they are named. psql's own commands and the data of COPY are passed over.
    """
    refused: list[Refused] = []
    for source in sources:
        for span in statements(source):
            wrong = _run(connection, span.text)
            if wrong:
                refused.append(Refused(span, wrong))
        # Each file is a session of its own; what psycopg has prepared of its own accord would be discarded with it.
        connection.execute("ROLLBACK", prepare=False)
        connection.execute("DISCARD ALL", prepare=False)
    return refused


def statements(source: Source) -> list[Span]:
    from broxspec.sql.sections import up_part
    from broxspec.sql.split import blanked, skip_blanks, split

    text, commands = blanked(up_part(source.text))
    return [source.span(skip_blanks(text, start, end), end) for start, end in split(text, commands) if skip_blanks(text, start, end) < end]


def _run(connection: Any, sql: str) -> str:
    """What the server says against a statement; empty where it does it."""
    import psycopg

    for _ in range(20):  # a statement may name several roles
        try:
            connection.execute(sql.encode(), prepare=False)
        except psycopg.Error as error:
            if connection.closed:
                raise
            said = error.diag.message_primary or str(error)
            role = _ROLE.search(said)
            if not role or _in_transaction(connection):
                return said
            name = role[1].replace('"', '""')
            connection.execute(f'CREATE ROLE "{name}"'.encode())
        else:
            return ""
    return said


def _in_transaction(connection: Any) -> bool:
    from psycopg.pq import TransactionStatus

    return connection.info.transaction_status != TransactionStatus.IDLE


def run_text(connection: Any, sql: str) -> None:
    """Run DDL of our own making. NotLoaded where the server refuses it."""
    refused = run_sources(connection, [Source("(the schema as DDL)", sql)])
    if refused:
        missing = next((match[1] for wrong in refused if (match := _NOT_INSTALLED.search(wrong.message))), None)
        if missing:
            raise NotLoaded(f"the schema needs the extension `{missing}`, which this PostgreSQL does not have")
        first = refused[0]
        raise NotLoaded(f"PostgreSQL refuses the schema as it was read: {first.message}, in `{_short(first.statement.text)}`")


def _short(sql: str) -> str:
    words = " ".join(sql.split())
    return words if len(words) <= 100 else words[:97] + "…"


def bring(connection: Any, found: Iterable[Index], wanted: Iterable[Index]) -> None:
    """Make the indexes of a database the wanted ones, in the simplest way. Only for a database that nobody uses."""
    there = {qualified(index): index for index in found}
    asked = {qualified(index): index for index in wanted}
    # The part of a partitioned index comes and goes with the whole.
    for name, index in sorted(there.items()):
        if not index.constraint and not index.parent and (name not in asked or not same(index, asked[name])):
            connection.execute(emit.drop(index, concurrently=False).encode())
    for name, index in sorted(asked.items()):
        if not index.constraint and not index.parent and (name not in there or not same(there[name], index)):
            connection.execute(emit.create(index._replace(only=False), concurrently=False).encode())


def unlike(read: Catalog, real: Catalog, *, parts: bool = True) -> list[str]:
    """What the server has otherwise than the schema was read: tables and their indexes, sorted. Without `parts`, those of partitioned
    indexes are passed over, which only a server knows."""
    found = []
    for name in sorted(read.tables.keys() | real.tables.keys()):
        ours, theirs = read.tables.get(name), real.tables.get(name)
        if ours is None or theirs is None:
            found.append(f"table `{name}` is {'only in the schema as read' if theirs is None else 'not in the schema as read'}")
            continue
        without = set() if parts else {index.name for index in (*ours.indexes, *theirs.indexes) if index.parent}
        indexes = ([index for index in table.indexes if index.name not in without] for table in (ours, theirs))
        found += [f"`{name}`: {text}" for text in _unlike_indexes(*indexes)]
        columns = {column.name for column in ours.columns} ^ {column.name for column in theirs.columns}
        found += [f"`{name}`: column `{column}` is only on one side" for column in sorted(columns)]
    return found


def _unlike_indexes(ours: Iterable[Index], theirs: Iterable[Index]) -> list[str]:
    read = {index.name: index for index in ours}
    real = {index.name: index for index in theirs}
    found = []
    for name in sorted(read.keys() | real.keys()):
        if name not in real:
            found.append(f"index `{name}` is only in the schema as read")
        elif name not in read:
            found.append(f"index `{name}` is not in the schema as read")
        elif not same(read[name], real[name]):
            found.append(f"index `{name}` has another definition than was read")
    return found
