"""Frozen: history is as it was. Files are judged by their bytes alone."""

from collections.abc import Callable, Iterable
from pathlib import Path

from broxspec.diagnostic import Diagnostic
from broxspec.emit import sha256
from broxspec.migrations import faults
from broxspec.migrations.history import History
from broxspec.source import Source


def check(history: History, folder: Path, shown: str, names: Iterable[str], name_of: Callable[[str], str]) -> list[Diagnostic]:
    """What is wrong with the frozen migrations of a folder.

    `names` are all migrations in it but drafts; `name_of` makes the name of a migration of a file's path. `shown` is the folder as
    people know it.
    """
    found = []
    for file in history.frozen.files:
        path = f"{shown}/{file.path}"
        try:
            content = (folder / file.path).read_bytes()
        except OSError:
            span = Source(path, "").span(0, 0)
            help = f"put it back: `git checkout {history.base.commit[:12]} -- {path}`" if history.base.commit else "put it back"
            found.append(faults.MISSING_MIGRATION.at(span, f"the frozen migration `{file.path}` is missing", help=help))
            continue
        if sha256(content) != file.bytes:
            source = Source(path, content.decode("utf-8", "replace"))
            span = source.span(0, len(source.line(1)))
            help = "put it back, and change the spec instead: that compiles to a migration of its own"
            found.append(faults.EDITED_MIGRATION.at(span, f"the frozen migration `{file.path}` was edited", help=help))
    return found + _late(history, shown, names, name_of)


def _late(history: History, shown: str, names: Iterable[str], name_of: Callable[[str], str]) -> list[Diagnostic]:
    own = {name_of(file.path) for file in history.frozen.files if file.role == "up"}
    if not own:
        return []
    last = max(own)
    known = own | set(history.frozen.others)
    found = []
    for name in sorted(names):
        if name < last and name not in known:
            following = min(frozen for frozen in own if frozen > name)
            span = Source(f"{shown}/{name}", "").span(0, 0)
            message = f"the new migration `{name}` sorts before `{following}`, which is frozen"
            found.append(faults.LATE_MIGRATION.at(span, message, help=f"give it a number after `{last}`"))
    return found
