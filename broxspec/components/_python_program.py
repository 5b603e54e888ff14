"""A program that is a Python package, run by this interpreter in a process of its own."""

from __future__ import annotations

import os
import subprocess
import sys
from importlib import metadata
from pathlib import Path

from broxspec.components import ComponentFailed, ComponentMissing


def version(package: str, install: str) -> str:
    """The installed version of a package. ComponentMissing says how to install it."""
    try:
        return metadata.version(package)
    except metadata.PackageNotFoundError:
        raise ComponentMissing(f"{package} is not installed beside broxspec; install it with `pip install {install}`") from None


def run(folder: Path, arguments: list[str], dsn: str) -> str:
    """Run Python in a folder; returns what it printed. The connection string is in its environment as DSN, and nothing of the
    caller's own connections. ComponentFailed has the last lines that it printed as errors."""
    surroundings = {name: value for name, value in os.environ.items() if not name.startswith(("PG", "DJANGO_"))}
    surroundings |= {"DSN": dsn, "PYTHONDONTWRITEBYTECODE": "1", "PYTHONUTF8": "1"}
    done = subprocess.run(
        [sys.executable, *arguments], cwd=folder, env=surroundings, capture_output=True, text=True, encoding="utf-8", errors="replace", check=False
    )
    if done.returncode:
        said = [line for line in done.stderr.splitlines() if line.strip()]
        raise ComponentFailed("\n".join(said[-3:]) or f"Python ended with {done.returncode} and said nothing")
    return done.stdout


# What a generated program of ours does with an error of the database: one line, as the server said it. Shared by the projects.
SAY = '''
def say(error):
    diag = getattr(error, "diag", None)
    if diag is None or not diag.message_primary:
        return " ".join(str(error).split())
    more = [("detail", diag.message_detail), ("hint", diag.message_hint)]
    return diag.message_primary + "".join(f" ({name}: {text})" for name, text in more if text)
'''
