"""Read a schema, whatever it is written in: SQL files, folders of migrations, Prisma schemas, a live server."""

import os
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from broxspec.cache.schemas import remembered
from broxspec.specs import faults
from broxspec.catalog.model import Catalog
from broxspec.diagnostic import Diagnostic
from broxspec.source import Source, Span, read_source, shown

if TYPE_CHECKING:
    from broxspec.catalog.sql.before import Before
    from broxspec.handwritten.watch import Watch

URLS = ("postgresql://", "postgres://")


def read_catalog(
    paths: Sequence[str],
    *,
    root: Path,
    major: int,
    skip: frozenset[str] = frozenset(),
    prisma_version: tuple[int, ...] | None = None,
    display: Path | None = None,
    at: Sequence[Span] = (),
    watch: "Watch | None" = None,
) -> tuple[Catalog, list[Diagnostic], list[Source]]:
    """The catalog of one schema in one or several places, read in order.

    `skip` are migrations that a folder's replay leaves out, relative to the folder. `prisma_version` is that of the Prisma that makes the
    tables. `display` is the folder that paths are shown relative to (default: `root`). `at` are the places where the
    paths are written, for findings about the paths themselves. `watch` is told of what SQL files do, statement by statement.
    """
    found: list[Diagnostic] = []
    sources: list[Source] = []
    catalog: Catalog | None = None
    batch: list[Source] = []  # SQL of several arguments is one text: what one creates, the next may alter
    form = ""

    def flush() -> None:
        nonlocal catalog
        if batch:
            texts, how = tuple(batch), (form, major, prisma_version)
            if form == "sql" and watch is not None and watch.wants(texts):
                from broxspec.catalog.sql import read_sql

                read, wrong = read_sql(texts, major=major, watch=watch)
                watch.after = read
            else:
                read, wrong = remembered(os.environ, texts, how, lambda: _read(form, list(texts), major, prisma_version))
            found.extend(wrong)
            catalog = read if catalog is None else _joined(catalog, read)
            batch.clear()

    for number, path in enumerate(paths):
        place = at[number] if number < len(at) else Source(path, "").span(0, 0)
        if path.startswith(URLS):
            flush()
            from broxspec.catalog.server import read_server

            read = read_server(path)
            catalog = read if catalog is None else _joined(catalog, read)
            continue
        target = root / path
        new_form = _form(target)
        if not new_form:
            found.append(_unreadable(path, target, place))
            continue
        if new_form != form:
            flush()
            form = new_form
        texts, wrong = _texts(target, new_form, skip, shown, display or root)
        found += wrong
        sources += texts
        batch += texts
    flush()
    return catalog or Catalog(), found, sources


def read_after(
    before: "Before", paths: Sequence[str], *, root: Path, major: int, watch: "Watch | None" = None
) -> tuple[Catalog, list[Diagnostic], list[Source]]:
    """The catalog that SQL files and folders of migrations make of a database that is there already."""
    from broxspec.catalog.sql import read_sql

    found: list[Diagnostic] = []
    sources: list[Source] = []
    for path in paths:
        texts, wrong = _texts(root / path, "sql", frozenset(), shown, root)
        found += wrong
        sources += texts
    catalog, wrong_in = read_sql(sources, major=major, watch=watch, before=before)
    if watch is not None:
        watch.after = catalog
    return catalog, [*found, *wrong_in], sources


def _form(target: Path) -> str:
    """`sql` or `prisma`; empty for what is neither, or is not there."""
    try:
        if target.is_dir():
            return "prisma" if any(target.glob("**/*.prisma")) and not any(target.glob("*.sql")) else "sql"
        if target.is_file():
            return "prisma" if target.suffix == ".prisma" else "sql"
    except OSError:  # a name that no file system takes
        pass
    return ""


def _unreadable(path: str, target: Path, place: Span) -> Diagnostic:
    if os.path.exists(target):
        return faults.SCHEMA_FORM.at(place, f"`{path}` is neither a file nor a folder")
    return faults.SCHEMA_PATH.at(place, f"there is no `{path}`", help="give a path relative to the folder of `broxspec.toml`")


def _texts(target: Path, form: str, skip: frozenset[str], shown, display: Path) -> tuple[list[Source], list[Diagnostic]]:
    if target.is_file():
        files = [target]
    elif form == "prisma":
        files = sorted(path for path in target.glob("**/*.prisma") if path.is_file())
    else:
        from broxspec.catalog.migrations import read_migrations

        return read_migrations(target, skip=skip, display=shown(target, display))
    found: list[Diagnostic] = []
    sources = []
    for file in files:
        source, wrong = read_source(file, shown(file, display))
        found += wrong
        sources += [source] if source else []
    return sources, found


def _read(form: str, sources: list[Source], major: int, prisma_version: tuple[int, ...] | None) -> tuple[Catalog, Sequence[Diagnostic]]:
    if form == "prisma":
        from broxspec.catalog.prisma import read_prisma

        return read_prisma(sources, major=major, version=prisma_version)
    from broxspec.catalog.sql import read_sql

    return read_sql(sources, major=major)


def _joined(first: Catalog, second: Catalog) -> Catalog:
    """Two schemas of different forms as one; of a name in both the later one counts."""
    return Catalog(
        tables={**first.tables, **second.tables},
        enums={**first.enums, **second.enums},
        domains={**first.domains, **second.domains},
        functions=(*first.functions, *second.functions),
        schemas=tuple(dict.fromkeys((*first.schemas, *second.schemas))),
        extensions=tuple(dict.fromkeys((*first.extensions, *second.extensions))),
        relations={**first.relations, **second.relations},
        collations=tuple(dict.fromkeys((*first.collations, *second.collations))),
        opclasses=tuple(dict.fromkeys((*first.opclasses, *second.opclasses))),
        skipped=(*first.skipped, *second.skipped),
    )
