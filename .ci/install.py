#!/usr/bin/env python3
"""Install the real programs that the tests run on: what the modules of broxspec/components declare, and
test_programs.py beside this file.

    python3 .ci/install.py            install what is missing; at once when nothing is
    python3 .ci/install.py --list     only say what is there

Packages from npm go to `.components/` in the checkout. Debian packages are installed by root, or where CI is set by sudo, in a way
that starts and enables no service; anybody else gets them unpacked into `.components/debian`. Python packages are
extras of pyproject.toml, installed by make. What can't be installed is named: its tests are then reported as not run, and
fail where CI is set, as this script does.
"""

from __future__ import annotations

import importlib
import json
import os
import pkgutil
import shutil
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parent)]

import debian  # noqa: E402
import test_programs  # noqa: E402

import broxspec.components  # noqa: E402
from broxspec.components import components_folder  # noqa: E402


class Declared(NamedTuple):
    """What all components together are installed from."""

    debian: tuple[tuple[str, str], ...]  # package, program
    npm: tuple[str, ...]  # name@version


def declared() -> Declared:
    """Read the declarations; sorted, each package once."""
    packages: set[tuple[str, str]] = set(test_programs.DEBIAN)
    npm: set[str] = set(test_programs.NPM)
    for found in pkgutil.walk_packages(broxspec.components.__path__, "broxspec.components."):
        module = importlib.import_module(found.name)
        packages.update(getattr(module, "DEBIAN", ()))
        npm.update(getattr(module, "NPM", ()))
    return Declared(tuple(sorted(packages)), tuple(sorted(npm)))


def missing_programs(packages: tuple[tuple[str, str], ...]) -> list[tuple[str, str]]:
    return [(package, program) for package, program in packages if not has_program(program)]


def has_program(program: str) -> bool:
    unpacked = debian.folder() / program.lstrip("/")
    return bool(shutil.which(program)) or (program.startswith("/") and os.access(unpacked, os.X_OK))


def missing_npm(packages: tuple[str, ...]) -> list[str]:
    return [package for package in packages if not has_npm(*split(package))]


def split(package: str) -> tuple[str, str]:
    """The folder in node_modules and the version of `name@version` or `alias@npm:name@version`."""
    name, _, version = package.rpartition("@")
    return name.partition("@npm:")[0], version


def has_npm(name: str, version: str) -> bool:
    manifest = components_folder() / "node_modules" / name / "package.json"
    try:
        return bool(json.loads(manifest.read_text("utf-8"))["version"] == version)
    except (OSError, ValueError, KeyError):
        return False


def install_npm(packages: tuple[str, ...]) -> str | None:
    """Install all packages together, so that npm removes none of them; returns what npm said when it failed."""
    folder = components_folder()
    folder.mkdir(parents=True, exist_ok=True)
    manifest = folder / "package.json"
    if not manifest.exists():  # without one npm would look for a project in the folders above
        manifest.write_text('{"private": true}\n', encoding="utf-8")
    command = ["npm", "install", "--save-exact", "--no-audit", "--no-fund", "--ignore-scripts", "--loglevel=error", *packages]
    run = subprocess.run(command, cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False)
    return None if run.returncode == 0 else run.stdout.strip()


def main() -> int:
    wanted = declared()
    if "--list" not in sys.argv[1:]:
        failed = install(wanted)
    else:
        failed = []
    return report(wanted, failed)


def install(wanted: Declared) -> list[str]:
    failed: list[str] = []
    programs = missing_programs(wanted.debian)
    if programs:
        failed += debian.install(programs)
    packages = missing_npm(wanted.npm)
    if packages and shutil.which("npm"):
        print(f"installing {', '.join(packages)} into {components_folder()}", flush=True)
        said = install_npm(wanted.npm)
        failed += [f"npm: {said}"] if said else []
    return failed


def report(wanted: Declared, failed: list[str]) -> int:
    """Say what is missing, and why; 1 where that is a failure."""
    missing = [f"{package} (for `{program}`)" for package, program in missing_programs(wanted.debian)]
    missing += missing_npm(wanted.npm)
    for reason in failed:
        print(reason, file=sys.stderr)
    if not missing:
        print(f"components: all {len(wanted.debian) + len(wanted.npm)} are here")
        return 0
    print(f"components missing: {', '.join(missing)}", file=sys.stderr)
    if os.environ.get("CI"):
        return 1
    print("the tests that need them are reported as not run", file=sys.stderr)
    return 0


if __name__ == "__main__":
    sys.exit(main())
