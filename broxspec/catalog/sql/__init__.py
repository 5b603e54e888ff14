"""SQL DDL, read into a catalog without a server.

`read_sql` carries out the statements in order, on a model that behaves as PostgreSQL's own catalog does.
"""

import gc
import re
from collections.abc import Sequence
from typing import TYPE_CHECKING

from broxspec.catalog.faults import OPAQUE, SYNTAX
from broxspec.catalog.model import Catalog
from broxspec.diagnostic import Diagnostic
from broxspec.source import Source, Span

if TYPE_CHECKING:
    from broxspec.catalog.sql.before import Before
    from broxspec.handwritten.watch import Watch

__all__ = ["read_sql"]


def read_sql(
    sources: Sequence[Source], *, major: int = 15, watch: "Watch | None" = None, before: "Before | None" = None
) -> tuple[Catalog, tuple[Diagnostic, ...]]:
    """The database that a server of version `major` has once it has run the sources in order, going on after errors. It is empty at
    first, or what `before` says.

    The diagnostics (codes from SP301, see `broxspec.catalog.faults`) are in the order in which reading met them. `watch` is told of each
    file, and of each statement with the state before it.
    """
    from broxspec.catalog.sql.database import Database
    from broxspec.catalog.sql.freeze import freeze

    db = Database(major)
    # Hardly anything that is made here is garbage before the end; looking for it takes a sixth of the time.
    collecting = gc.isenabled()
    gc.disable()
    try:
        if before is not None:
            return _after(db, before, sources, watch), tuple(db.diagnostics)
        for source in sources:
            _read(db, source, watch)
        return freeze(db), tuple(db.diagnostics)
    finally:
        if collecting:
            gc.enable()


def _after(db, before: "Before", sources: Sequence[Source], watch: "Watch | None") -> Catalog:
    from broxspec.catalog.sql.before import restore, untouched
    from broxspec.catalog.sql.freeze import freeze

    restore(db, before, lambda source: _read(db, source, None))
    first = freeze(db)
    for source in sources:
        _read(db, source, watch)
    return untouched(freeze(db), first, before.catalog)


def _read(db, source: Source, watch: "Watch | None") -> None:
    from broxspec.catalog.sql.blocks import holds_ddl
    from broxspec.catalog.sql.statements import run
    from broxspec.sql.parser import parse
    from broxspec.sql.sections import up_part

    db.source = source
    parsed = parse(up_part(source.text))
    for fault in parsed.faults:
        skipped = " It could have changed tables or indexes." if holds_ddl(source.text[fault.start : fault.end]) else ""
        at = Span(source, min(fault.error.offset, fault.end), fault.end)
        db.report(SYNTAX, fault.error.message, at if at.start < at.end else Span(source, fault.start, fault.end), help=skipped.strip())
    for offset, command in parsed.commands:
        _meta_command(db, source, offset, command)
    db.watch = watch.open(db, source, parsed) if watch is not None else None
    for statement in parsed.statements:
        run(db, statement)
    db.watch = None
    # Each file is a session of its own.
    db.settings["search_path"] = db.search_path
    db.savepoints.clear()
    db.journal.entries.clear()


_INCLUDES = ("\\i ", "\\ir ", "\\include ", "\\include_relative ")
_RELATION = re.compile(r"\b(?:table|index|view)\b", re.IGNORECASE)


def _meta_command(db, source: Source, offset: int, command: str) -> None:
    word = command.split()[0]
    at = Span(source, offset, offset + len(command))
    if word == "\\gexec" and _RELATION.search(source.text, source.text.rfind(";", 0, offset) + 1, offset):
        db.report(OPAQUE, f"what `{word}` runs could have changed tables or indexes", at, help="write it out, or read the schema from a dump or a live server")
    elif command.startswith(_INCLUDES):
        db.report(OPAQUE, f"`{word}` is not followed; what it runs could have changed tables or indexes", at, help="give that file as an argument, in its place")
    else:
        db.skip(word, "a command of psql")
