"""The phases in order, for each command."""

from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from broxspec import lint as rules
from broxspec.catalog.model import Catalog
from broxspec.diagnostic import Diagnostic
from broxspec.lint import Selection
from broxspec.report import Report, plural
from broxspec.usage import UsageError

# The PostgreSQL that is assumed where nothing says which.
MAJOR = 15


class Schema(NamedTuple):
    """A database schema as it was read: the catalog, what was wrong in the text, and the server's major version."""

    catalog: Catalog
    diagnostics: tuple[Diagnostic, ...]
    major: int


def audit(arguments: Sequence[str], folder: Path, selection: Selection, major: int | None = None) -> Report:
    """Lint an existing database, with no specs at all."""
    schema = read(arguments, folder, major)
    found = rules.of_catalog(schema.catalog, schema.major, selection.profile)
    diagnostics = rules.merge({"": selection.apply([*schema.diagnostics, *found])})
    return Report(tuple(diagnostics), schema.catalog.skipped, (), _what(schema.catalog))


def read(arguments: Sequence[str], folder: Path, major: int | None = None) -> Schema:
    """Read files, folders and servers as one schema, in order. Nothing understood is a usage error."""
    for argument in arguments:
        if not is_url(argument) and not (folder / argument).exists():
            raise UsageError(f"`{argument}` does not exist", "name a .sql file, a folder of migrations, a .prisma file or a postgresql:// URL")
    if any(is_url(argument) for argument in arguments):
        return _read_server(arguments, major)
    from broxspec.catalog.read import read_catalog

    catalog, diagnostics, _ = read_catalog(list(arguments), root=folder, major=major or MAJOR)
    if not catalog.tables:
        raise _nothing_understood(arguments, catalog, diagnostics)
    return Schema(catalog, tuple(diagnostics), major or MAJOR)


def is_url(argument: str) -> bool:
    return argument.startswith(("postgresql://", "postgres://"))


def _read_server(arguments: Sequence[str], major: int | None) -> Schema:
    if len(arguments) > 1:
        raise UsageError("a server is a schema of its own, but several were named", "give the URL alone")
    from broxspec.catalog.server import connected, password_in, read_connection, shown

    url = arguments[0]
    if password_in(url):
        raise UsageError(
            f"the URL of `{shown(url)}` has a password, which everyone who lists processes can read",
            "give it by PGPASSWORD, ~/.pgpass or a service (PGSERVICE)",
        )
    with connected(url) as connection:
        catalog = read_connection(connection, shown(url))
        major = major or connection.info.server_version // 10000
    if not catalog.tables:
        raise _nothing_understood([shown(url)], catalog)
    return Schema(catalog, (), major)


def _nothing_understood(arguments: Sequence[str], catalog: Catalog, diagnostics: Sequence[Diagnostic] = ()) -> UsageError:
    skipped = sum(skipped.count for skipped in catalog.skipped)
    where = ", ".join(f"`{argument}`" for argument in arguments)
    but = f"; {plural(skipped, 'statement')} skipped" if skipped else ""
    return UsageError(f"no table found in {where}{but}", "name the file that creates the tables (pg_dump --schema-only makes one)", diagnostics)


def _what(catalog: Catalog) -> str:
    tables, indexes = len(catalog.tables), sum(1 for _ in catalog.indexes())
    return f"{plural(tables, 'table')}, {plural(indexes, 'index')}"
