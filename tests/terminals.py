"""A folder and its terminal: the commands as a person runs them, without a process of their own."""

import io
import json
import shlex
import subprocess
from pathlib import Path
from typing import Any, NamedTuple

from broxspec.cli import run


class Shown(NamedTuple):
    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)


class Folder:
    """Where commands run; `files` are all that lie there, by path."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def __call__(self, line: str) -> Shown:
        out, err = io.StringIO(), io.StringIO()
        code = run(shlex.split(line), io.StringIO(), out, err, {"COLUMNS": "100"}, self.path)
        return Shown(code, out.getvalue(), err.getvalue())

    def write(self, path: str, text: str) -> None:
        (self.path / path).parent.mkdir(parents=True, exist_ok=True)
        (self.path / path).write_text(text, encoding="utf-8", newline="\n")

    def read(self, path: str) -> str:
        return (self.path / path).read_text("utf-8")

    @property
    def files(self) -> dict[str, bytes]:
        return {path.relative_to(self.path).as_posix(): path.read_bytes() for path in sorted(self.path.rglob("*")) if path.is_file() and ".git" not in path.parts}

    def commit(self) -> None:
        for line in ("init -q -b main", "add -A", "-c user.name=a -c user.email=a@b commit -q -m first"):
            subprocess.run(["git", *shlex.split(line)], cwd=self.path, check=True, capture_output=True)

