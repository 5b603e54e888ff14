"""The real programs that broxspec proves its artifacts on: one module per program that finds, starts and stops it.

A module says what it is installed from, and set-up (`.ci/install.py`) reads nothing else, so a new component is one new file:

- `DEBIAN`: pairs of a Debian package and the program that it is wanted for, a name on PATH or an absolute path;
- `PYPI`: names of packages that an extra in pyproject.toml installs;
- `NPM`: packages with their exact version, `name@1.2.3` or `alias@npm:name@1.2.3`; their scripts do not run.
"""

from __future__ import annotations

import os
from pathlib import Path


class ComponentError(Exception):
    """A real program could not be used. The message is for the user: what happened, and what to do about it."""


class ComponentMissing(ComponentError):
    """The program is not installed."""


class ComponentFailed(ComponentError):
    """The program is there but did not do what was asked. The message ends with what the program itself said."""


def components_folder() -> Path:
    """Where packages from npm and unpacked Debian packages lie: `BROXSPEC_COMPONENTS`, else `.components` in the checkout,
    else (an installed broxspec) `.components` in the current directory. The folder need not exist."""
    named = os.environ.get("BROXSPEC_COMPONENTS")
    if named:
        return Path(named).absolute()
    checkout = Path(__file__).resolve().parents[2]
    root = checkout if (checkout / "pyproject.toml").is_file() else Path.cwd()
    return root / ".components"


def shown(folder: Path) -> str:
    """A folder as a command that the user may copy names it."""
    return folder.name if folder.parent == Path.cwd() else str(folder)
