"""The command line in a folder of files."""

import io
import json
import os
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import pytest

from broxspec.cli import run


class Done(NamedTuple):
    code: int
    out: str
    err: str

    @property
    def codes(self) -> list[str]:
        return [found["code"] for found in json.loads(self.out)["diagnostics"]]

    @property
    def summary(self) -> dict:
        return json.loads(self.out)["summary"]


Run = Callable[..., Done]


@pytest.fixture
def broxspec(tmp_path: Path) -> Run:
    """Run a command line in the test's folder, or in one below it."""

    def command(*arguments: str, folder: str = ".") -> Done:
        out, err = io.StringIO(), io.StringIO()
        code = run(arguments, io.StringIO(), out, err, {}, (tmp_path / folder).resolve())
        assert code != 3, err.getvalue()
        return Done(code, out.getvalue(), err.getvalue())

    return command


@pytest.fixture
def found(broxspec: Run) -> Run:
    """As `broxspec`, with findings as JSON."""
    return lambda *arguments, **more: broxspec(*arguments, "--format", "json", **more)


@pytest.fixture
def write(tmp_path: Path) -> Callable[..., None]:
    """Write files, each given as its path and its text."""

    def files(texts: dict[str, str]) -> None:
        for name, text in texts.items():
            path = tmp_path / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(text.encode())

    return files


@pytest.fixture
def git(tmp_path: Path) -> Callable[..., str]:
    def command(*arguments: str) -> str:
        identity = ["-c", "user.name=a", "-c", "user.email=a@example.org", "-c", "commit.gpgsign=false"]
        environment = {**os.environ, "GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_SYSTEM": os.devnull}
        return subprocess.run(["git", *identity, *arguments], cwd=tmp_path, env=environment, check=True, capture_output=True, text=True).stdout

    return command


DATABASE = "kind: database\nname: app\nserver_version: 15\nschema: {schema}\nrunner: psql\nmigrations: migrations\n"


@pytest.fixture
def project(write: Callable[..., None]) -> Callable[..., None]:
    """A project of one database: its schema, `indexes` documents by name, and broxspec.toml."""

    def make(schema: str, toml: str = "", folder: str = ".", environments: str = "", name: str = "schema.sql", **specs: str) -> None:
        database = DATABASE.format(schema=name) + (f"environments: {environments}\n" if environments else "")
        texts = {"broxspec.toml": toml, name: schema, "specs/database.yaml": database}
        texts |= {f"specs/{spec}.yaml": text for spec, text in specs.items()}
        write({f"{folder}/{path}": text for path, text in texts.items()})

    return make
