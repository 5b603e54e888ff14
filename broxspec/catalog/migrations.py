"""Folders of SQL migrations: which files a runner would apply, and in which order.

The layout is told by looking: Prisma and Diesel keep a folder per migration, Flyway puts a `V` before the version, sqitch has a
plan; dbmate sorts by text; everything else is files sorted by their leading number. Down scripts are left out here; down sections inside of a file
are passed over where the file is read (`broxspec.sql.sections`).
"""

import os
import re
from pathlib import Path

from broxspec.diagnostic import Diagnostic
from broxspec.source import Source, read_source

_DOWN = re.compile(r"(?:[._-](?:down|undo|rollback|revert)\.sql|^(?:down|undo|rollback|revert)\.sql)$", re.IGNORECASE)
_FLYWAY = re.compile(r"^(?P<kind>[VRUB])(?P<version>[0-9][0-9._]*)?__(?P<name>.+)\.sql$")
_NUMBER = re.compile(r"^[vV]?(\d+(?:\.\d+)*)")
_DBMATE = re.compile(r"^--\s*migrate:up", re.MULTILINE)
_DIGITS = re.compile(r"(\d+)")
_PLANNED = re.compile(r"^([^\s%@#][^\s\[]*)")


def migration_files(folder: Path) -> list[Path]:
    """The files that lead up to the present state, in the runner's order."""
    if (folder / "sqitch.plan").is_file():
        return _sqitch(folder)
    inner = folder / "migrations"
    files = [path for path in folder.glob("*.sql") if path.is_file()]
    if not files and (single := _folders(folder)):
        return single
    if not files and inner.is_dir():
        return migration_files(inner)
    nested = [path for path in folder.rglob("*.sql") if path.is_file()]
    if any(_FLYWAY.match(path.name) and path.name[0] == "V" for path in nested):
        return _flyway(nested)
    chosen = [path for path in files or nested if not _DOWN.search(path.name)]
    if _is_dbmate(chosen):
        return sorted(chosen, key=lambda path: path.name)
    return sorted(chosen, key=lambda path: (_order(path.name), path.as_posix()))


def _folders(folder: Path) -> list[Path]:
    """The files of folders that hold one migration each. A long history has hundreds of them, where patterns (`glob`) are slow."""
    try:
        with os.scandir(folder) as entries:
            names = sorted(entry.name for entry in entries if entry.is_dir())
    except OSError:
        return []
    candidates = ([folder / name / file for file in ("migration.sql", "up.sql")] for name in names)
    found = (next((path for path in paths if path.is_file()), None) for paths in candidates)
    return [path for path in found if path]


def _order(name: str) -> tuple:
    """Numbered files by number, then the others by name; digits inside of a name count as numbers."""
    leading = _NUMBER.match(name)
    version = tuple(int(part) for part in leading[1].split(".")) if leading else ()
    return (not version, version, [(part.isdigit(), int(part) if part.isdigit() else 0, part) for part in _DIGITS.split(name)])


def _is_dbmate(files: list[Path]) -> bool:
    """dbmate sorts by text, which makes a difference only where the numbers are of several widths."""
    widths = {len(match[1]) for path in files if (match := _NUMBER.match(path.name))}
    return len(widths) > 1 and any(_DBMATE.search(path.read_text("utf-8", "replace")) for path in files)


def _flyway(files: list[Path]) -> list[Path]:
    """Versions in order, then the repeatable ones by description. Undo scripts are left out."""
    versioned, repeatable = [], []
    for path in files:
        found = _FLYWAY.match(path.name)
        if found and found["kind"] == "V" and found["version"]:
            versioned.append((tuple(int(part) for part in re.split(r"[._]", found["version"]) if part), path.name, path))
        elif found and found["kind"] == "R":
            repeatable.append((found["name"], path))
    return [path for *_, path in sorted(versioned)] + [path for _, path in sorted(repeatable)]


def _sqitch(folder: Path) -> list[Path]:
    """The deploy scripts, as the plan lists them."""
    found = []
    for line in (folder / "sqitch.plan").read_text("utf-8", "replace").splitlines():
        name = _PLANNED.match(line.strip())
        if name and (path := folder / "deploy" / f"{name[1]}.sql").is_file() and path not in found:
            found.append(path)
    return found


def read_migrations(folder: Path, *, skip: frozenset[str] = frozenset(), display: str | None = None) -> tuple[list[Source], list[Diagnostic]]:
    """The texts of a folder's migrations, in order, and what could not be read.

    `skip` are paths relative to the folder, with `/`: files, or folders that hold one migration. `display` is what the folder is shown as.
    """
    shown = (display if display is not None else folder.as_posix()).rstrip("/")
    sources: list[Source] = []
    found: list[Diagnostic] = []
    for path in migration_files(folder):
        relative = path.relative_to(folder).as_posix()
        if relative in skip or relative.rpartition("/")[0] in skip:
            continue
        source, wrong = read_source(path, f"{shown}/{relative}" if shown not in ("", ".") else relative)
        found += wrong
        sources += [source] if source else []
    return sources, found
