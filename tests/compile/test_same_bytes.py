"""The same specs give the same bytes, whatever the hash seed, locale, time zone, folder, order of files, line ends or path separator."""

import hashlib
import os
import subprocess
import sys
from pathlib import Path

import pytest

SCHEMA = """\
CREATE TABLE "Kunden & Söhne" (id int PRIMARY KEY, "größe" numeric, email text NOT NULL, "I" text);
CREATE TABLE orders (id int PRIMARY KEY, customer_id int NOT NULL REFERENCES "Kunden & Söhne", status text NOT NULL, total numeric, at timestamptz);
CREATE INDEX orders_total_idx ON orders (total);
"""
SPECS = {
    "a.yaml": "kind: indexes\ntable: orders\nindexes:\n  - columns: [customer_id, at desc]\n    why: |\n      of a customer\n      newest first\n"
    "  - columns: [lower(status)]\n    where: status = 'ſtraße'\n    label: x\n  - {columns: [total, status], replaces: orders_total_idx}\n",
    "b.yaml": "kind: indexes\ntable: Kunden & Söhne\nindexes:\n  - [größe]\n  - {columns: [I], unique: true}\n",
}
RUNNERS = ("psql", "prisma 6.2.1", "dbmate", "goose", "flyway", "golang-migrate", "alembic", "django")
# Paths that print as on Windows, and still lead to the same files.
WINDOWS = """\
import pathlib, sys
real = pathlib.PosixPath.__str__
pathlib.PosixPath.__fspath__ = pathlib.PosixPath.as_posix = lambda self: real(self)
pathlib.PosixPath.__str__ = lambda self: real(self).replace('/', chr(92))
sys.argv[0] = 'broxspec'
from broxspec.__main__ import main
main()
"""
PLAIN = ("-m", "broxspec")


def write(folder: Path, runner: str, newline: str = "\n", backwards: bool = False) -> None:
    files = {"broxspec.toml": "", "schema.sql": SCHEMA, **{f"specs/{name}": text for name, text in SPECS.items()}}
    files["specs/database.yaml"] = (
        f"kind: database\nname: shop\nserver_version: 15\nschema: schema.sql\nrunner: {runner}\nmigrations: app/migrations\nenvironments: [one, two]\n"
    )
    for path in sorted(files, reverse=backwards):
        file = folder / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(files[path], encoding="utf-8", newline=newline)


def said(folder: Path, *arguments: str, code: tuple[str, ...] = PLAIN, **environment: str) -> str:
    """What a command in a process of its own prints; compiling fails the test."""
    around = {"PATH": os.environ["PATH"], "BROXSPEC_CACHE": "off", "PYTHONPATH": str(Path(__file__).parents[2]), **environment}
    done = subprocess.run([sys.executable, *code, *arguments], cwd=folder, env=around, capture_output=True, check=False)
    assert done.returncode in (0, 1) if arguments[0] != "compile" else done.returncode == 0, done.stdout.decode() + done.stderr.decode()
    return done.stdout.decode("utf-8")


def made(folder: Path, **options: object) -> dict[str, str]:
    """Every file after `compile`, and what the other commands print, by name."""
    said(folder, "compile", **options)  # type: ignore[arg-type]
    found = {
        path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in folder.rglob("*")
        if path.is_file() and not path.relative_to(folder).parts[0] == "specs" and path.name != "schema.sql"
    }
    for arguments in (("lint", "--format", "sarif"), ("plan",)):
        found[" ".join(arguments)] = said(folder, *arguments, **options)  # type: ignore[arg-type]
    return found


@pytest.fixture(scope="module", params=RUNNERS)
def plain(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> tuple[str, dict[str, str]]:
    folder = tmp_path_factory.mktemp("plain")
    write(folder, request.param)
    found = made(folder, PYTHONHASHSEED="0", LC_ALL="C.UTF-8", TZ="UTC")
    assert any(path.startswith("app/migrations/") for path in found)
    return request.param, found


def test_around_it(plain: tuple[str, dict[str, str]], tmp_path: Path) -> None:
    """Another hash seed, no locale, a time zone with minutes, a deep folder with an odd name, files made in another order, with CRLF."""
    runner, expected = plain
    folder = tmp_path / "with space/ünd 'quotes'/a/b/c"
    write(folder, runner, newline="\r\n", backwards=True)
    found = made(folder, PYTHONHASHSEED="4242", LC_ALL="POSIX", LANG="tr_TR.UTF-8", PYTHONUTF8="0", TZ="Asia/Kathmandu", PYTHONIOENCODING="latin-1")
    assert found == expected


def test_paths_of_windows(plain: tuple[str, dict[str, str]], tmp_path: Path) -> None:
    runner, expected = plain
    if runner not in ("psql", "prisma 6.2.1", "django"):
        return  # a file each, a folder each, a module in a package: the others are like one of these
    write(tmp_path, runner)
    assert made(tmp_path, code=("-c", WINDOWS), PYTHONHASHSEED="7") == expected
