"""Deployment: how a runner applies migrations, and what its documents say to do after a failure. One module per runner."""

from importlib import import_module
from pathlib import Path
from typing import Any, NamedTuple, Protocol

from broxspec.components import ComponentMissing
from broxspec.components.postgres import Server


class Files(NamedTuple):
    """The own files of a migrations folder, as paths relative to `root`: `ups` in the order in which the runner takes them, `downs` in the
    order in which they take back, `repairs` to run after a failure, `partitions` where a partition lacks its index. `folder` is the runner's own; `others` are the names of
    hand-written migrations, which are in the base already."""

    root: Path
    folder: Path
    ups: tuple[str, ...]
    downs: tuple[str, ...] = ()
    repairs: tuple[str, ...] = ()
    partitions: tuple[str, ...] = ()
    others: tuple[str, ...] = ()


class Deployment(Protocol):
    """What a module of a runner makes by `deployment(server, files, version)`; ComponentMissing where it can't.

    `label` says what applies the files; `tables` are the runner's own. `timeouts` is true where a file bears whatever
    statement_timeout and lock_timeout its role has; `resends`, where it is there and true, says that a statement whose session died is sent
    again by the driver. Every method takes the name of a database and raises Failed.
    """

    label: str
    tables: tuple[str, ...]
    timeouts: bool

    def prepare(self, database: str) -> None:
        """Before the schema is loaded into an empty database."""

    def baseline(self, database: str) -> None:
        """After it is loaded: what of the folder is in it already."""

    def deploy(self, database: str) -> None:
        """Apply what has not been applied."""

    def again(self, database: str) -> None:
        """Apply once more; it must change nothing."""

    def retry(self, database: str, failed: str) -> None:
        """What is documented to be done after the migration `failed`, up to but without the next deploy()."""

    def down(self, database: str) -> None:
        """Take back everything."""

    def close(self) -> None:
        """End what was started for it."""


def deployment(runner: str, server: Server, files: Files, version: str) -> Deployment:
    """ComponentMissing for a runner that can't be rehearsed here."""
    name = f"broxspec.rehearsal.{runner.replace('-', '_')}"
    try:
        module: Any = import_module(name)
    except ModuleNotFoundError as error:
        if error.name != name:
            raise
        raise ComponentMissing(f"how `{runner}` applies migrations can't be rehearsed yet") from None
    return module.deployment(server, files, version)
