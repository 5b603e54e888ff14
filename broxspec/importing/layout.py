"""Layout: what a folder says of the migration runner that works in it, and where a schema says which server it is of."""

import json
import re
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import NamedTuple

_DUMPED = re.compile(r"^-- Dumped from database version (\d+(?:\.\d+)*)", re.MULTILINE)
_HEAD = 20_000  # characters of a file that are looked at
_USUAL = ("migrations", "db/migrations", "db/migration", "database/migrations", "sql/migrations", "sql", "src/main/resources/db/migration")
_FLYWAY = re.compile(r"V[0-9][0-9._]*__.+\.sql\Z")
_UP = re.compile(r"\d+_.+\.up\.sql\Z")
_VERSION = re.compile(r"\d+(?:\.\d+)*")


class Layout(NamedTuple):
    """`runner` with its version, where known; `migrations` is its folder, empty where unknown. `known` is false where nothing spoke."""

    runner: str = "psql"
    migrations: str = "migrations"
    known: bool = False


def layout(root: Path, schema: Sequence[str]) -> Layout:
    """The runner that a project's files are for. `schema` are the paths of its schema relative to the root, URLs among them."""
    return _prisma(root, schema) or _python(root) or _sql(root, schema) or Layout()


def dumped_version(files: Iterable[Path]) -> str:
    """The server's version in the header of a dump, empty where no file has one."""
    for file in files:
        if file.is_file():
            with file.open(encoding="utf-8", errors="replace") as opened:
                if found := _DUMPED.search(opened.read(_HEAD)):
                    return found[1]
    return ""


def _prisma(root: Path, schema: Sequence[str]) -> Layout | None:
    given = [path for path in schema if path.endswith(".prisma") or (root / path).is_dir() and any((root / path).glob("**/*.prisma"))]
    if not given and not (root / "prisma" / "schema.prisma").is_file():
        return None
    folder = root / (given[0] if given else "prisma")
    folder = folder if folder.is_dir() else folder.parent
    # Migrations lie beside the file that names the datasource; where there are some already, Prisma has marked the folder.
    places = [folder / "migrations", folder.parent / "migrations"]
    place = next((place for place in places if (place / "migration_lock.toml").is_file()), places[0])
    return Layout(f"prisma {version}" if (version := _node_version(root, "prisma")) else "prisma", _relative(place, root), True)


def _node_version(root: Path, package: str) -> str:
    """The version of a package as installed, else as package.json asks for it."""
    for path in (root / "node_modules" / package / "package.json", root / "package.json"):
        try:
            read = json.loads(path.read_text("utf-8"))
            asked = read.get("version", "") if path.parent != root else next(
                (read.get(part, {}).get(package, "") for part in ("devDependencies", "dependencies") if package in read.get(part, {})), ""
            )
        except (OSError, ValueError, AttributeError, TypeError):
            continue
        if isinstance(asked, str) and (found := _VERSION.search(asked)):
            return found[0]
    return ""


def _python(root: Path) -> Layout | None:
    if (root / "manage.py").is_file():
        # Which app's migrations these belong to is for the team to say.
        return Layout("django", "", True)
    ini = root / "alembic.ini"
    if not ini.is_file():
        return None
    text = ini.read_text("utf-8", errors="replace")
    place = re.search(r"^script_location[ \t]*=[ \t]*(\S+)", text, re.MULTILINE)
    folder = place[1].replace("%(here)s/", "").replace("%(here)s", ".") if place else "alembic"
    return Layout("alembic", f"{folder.strip('/').removeprefix('./')}/versions" if ":" not in folder else "", True)


def _sql(root: Path, schema: Sequence[str]) -> Layout | None:
    """A folder of SQL migrations: one that the schema is read from, else one in a usual place."""
    named = [path for path in schema if "://" not in path and (root / path).is_dir()]
    for path in (*named, *_USUAL):
        if runner := _of_folder(root / path):
            return Layout(runner, path.rstrip("/"), True)
    if (root / "flyway.conf").is_file() or (root / "flyway.toml").is_file():
        return Layout("flyway", "sql", True)
    return None


def _of_folder(folder: Path) -> str:
    files = sorted(path for path in folder.glob("*.sql") if path.is_file()) if folder.is_dir() else []
    if not files:
        return ""
    if any(_FLYWAY.match(path.name) for path in files):
        return "flyway"
    if any(_UP.match(path.name) for path in files):
        return "golang-migrate"
    with files[0].open(encoding="utf-8", errors="replace") as opened:
        text = opened.read(_HEAD)
    if re.search(r"^--[ \t]*\+goose[ \t]+up", text, re.MULTILINE | re.IGNORECASE):
        return "goose"
    if re.search(r"^--[ \t]*migrate:up", text, re.MULTILINE):
        return "dbmate"
    return "psql" if re.match(r"\d", files[0].name) else ""


def _relative(path: Path, root: Path) -> str:
    path = path.resolve()
    return path.relative_to(root.resolve()).as_posix() if path.is_relative_to(root.resolve()) else ""
