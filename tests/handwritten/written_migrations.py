"""What the tests of hand-written migrations share: a history as a list of texts, and what is found in it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from broxspec.catalog.sql import read_sql
from broxspec.diagnostic import Diagnostic
from broxspec.handwritten.change import Change
from broxspec.handwritten.judge import judged
from broxspec.handwritten.watch import Watch
from broxspec.project import Context
from broxspec.source import Source


def changes(before: str, migration: str, major: int = 15) -> list[Change]:
    """What a migration does to a schema."""
    watch = Watch(Path("."), only={"migration.sql"}, every=True)
    watch.after, wrong = read_sql([Source("schema.sql", before), Source("migration.sql", migration)], major=major, watch=watch)
    assert not [one.message for one in wrong if one.severity == "error"]
    return [change for file in watch.migrations() for change in file.changes]


def findings(files: dict[str, str], root: Path = Path("/nowhere"), *, runner: str = "", version: str = "", major: int = 15) -> list[Diagnostic]:
    """What the rules say of a history: texts by path, in their order."""
    watch = Watch(root, runner=runner, version=version)
    watch.after, _ = read_sql([Source(path, text) for path, text in files.items()], major=major, watch=watch)
    return judged(watch.migrations(), Context(watch.after, watch.after, major))


def codes(*texts: str, **options: Any) -> list[str]:
    """The codes found in the last of several files, without the infos on lock timeouts."""
    files = {f"{number}.sql": text for number, text in enumerate(texts, 1)}
    return [one.code for one in findings(files, **options) if one.code != "MG108" and one.span.path == f"{len(texts)}.sql"]
