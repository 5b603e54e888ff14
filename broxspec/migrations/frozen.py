"""Frozen: history is as it was. Files are judged by their bytes alone."""

from collections.abc import Iterable
from pathlib import Path
from typing import Any

from broxspec.diagnostic import Diagnostic
from broxspec.emit import sha256
from broxspec.migrations import faults
from broxspec.migrations.git import text_at
from broxspec.migrations.history import History
from broxspec.source import Source, Span


def check(root: Path, history: History, folder: Path, shown: str, names: Iterable[str], runner: Any) -> list[Diagnostic]:
    """What is wrong with the frozen migrations of a folder.

    `names` are all migrations in it but drafts; `runner` is the runner's module. `shown` is the folder as people know it.
    """
    if moved := _elsewhere(root, history, folder, shown):
        return moved
    found = []
    for file in history.frozen.files:
        path = f"{shown}/{file.path}"
        try:
            content = (folder / file.path).read_bytes()
        except OSError:
            span = Source(path, "").span(0, 0)
            help = "put it back" + _checkout(history, path)
            found.append(faults.MISSING_MIGRATION.at(span, f"the frozen migration `{file.path}` is missing", help=help))
            continue
        if sha256(content) != file.bytes:
            source = Source(path, content.decode("utf-8", "replace"))
            span = _edited(source, root, history)
            message = f"the frozen migration `{file.path}` was edited"
            help = "change the spec instead, which compiles to a migration of its own, and put this one back" + _checkout(history, path)
            if sha256(content.replace(b"\r\n", b"\n")) == file.bytes:
                message = f"the frozen migration `{file.path}` has other line ends than it was made with"
                help = f"add `{shown}/** text eol=lf` to .gitattributes, then check the files out anew"
            found.append(faults.EDITED_MIGRATION.at(span, message, help=help))
    return found + _late(history, folder, shown, names, runner)


def _elsewhere(root: Path, history: History, folder: Path, shown: str) -> list[Diagnostic]:
    """Where not one of the files is there, and none ever was: the spec names another folder than it did."""
    files = history.frozen.files
    if history.base.state != "found" or not files or any((folder / file.path).exists() for file in files):
        return []
    if text_at(root, history.base.commit, f"{shown}/{files[0].path}") is not None:
        return []
    span = Source(f"{shown}/{files[0].path}", "").span(0, 0)
    message = f"the frozen migrations are not in `{shown}`, and were not when they were frozen"
    help = "where `migrations:` has changed, move what lies in the former folder (`git mv`), or put the name of that one back"
    return [faults.MISSING_MIGRATION.at(span, message, help=help)]


def _checkout(history: History, path: str) -> str:
    return f":\n`git checkout {history.base.commit[:12]} -- {path}`" if history.base.commit else ""


def _edited(source: Source, root: Path, history: History) -> Span:
    """The first line that is not as it was; the first one where nobody knows."""
    before = text_at(root, history.base.commit, source.path) if history.base.state == "found" else None
    lines, former = source.text.split("\n"), (before or source.text).split("\n")
    number = next((n for n, (one, other) in enumerate(zip(lines, former, strict=False), 1) if one != other), min(len(lines), len(former)))
    number = number if before is not None and before != source.text else 1
    start = source.starts[number - 1]
    return source.span(start, start + len(source.line(number)))


def _late(history: History, folder: Path, shown: str, names: Iterable[str], runner: Any) -> list[Diagnostic]:
    # What is missing has no place in a chain; that it is missing has been said.
    own = {runner.name_of(file.path) for file in history.frozen.files if file.role == "up" and (folder / file.path).is_file()}
    if not own:
        return []
    ordered = runner.in_order(folder, own.union(names))
    place = {name: number for number, name in enumerate(ordered)}
    last = max(own, key=place.__getitem__)
    known = own | set(history.frozen.others)
    found = []
    for name in ordered[: place[last]]:
        if name not in known:
            following = next(other for other in ordered[place[name] :] if other in own)
            span = Source(f"{shown}/{name}", "").span(0, 0)
            message = f"the new migration `{name}` sorts before `{following}`, which is frozen"
            found.append(faults.LATE_MIGRATION.at(span, message, help=f"give it a number after `{last}`"))
    if version := getattr(runner, "version", None):
        # Those that know a migration by its number take the two for one, or refuse both.
        taken = {version(name): name for name in own}
        for name in ordered[place[last] :]:
            if name not in known and version(name) in taken:
                span = Source(f"{shown}/{name}", "").span(0, 0)
                message = f"the new migration `{name}` has the number of `{taken[version(name)]}`, which is frozen"
                found.append(faults.LATE_MIGRATION.at(span, message, help=f"give it a number after `{last}`"))
    return found
