"""Flyway's own configuration, where it lies in the project: its lock must not be a transaction, for which a concurrent build would wait."""

import re
from collections.abc import Iterator
from pathlib import Path

from broxspec.diagnostic import Diagnostic
from broxspec.migrations.faults import TRANSACTIONAL_LOCK
from broxspec.source import Source, Span, read_source

_LINE = re.compile(r"^[ \t]*flyway\.postgresql\.transactional\.lock[ \t]*[=:][ \t]*(\S*)[^\n]*", re.MULTILINE)


def check(root: Path, migrations: str, shown: Path) -> list[Diagnostic]:
    """What is wrong with the files that are there; nothing where none is. `shown` is the folder that paths are relative to."""
    sources = [source for path in _places(root, migrations) if (source := read_source(path, _relative(path, shown))[0])]
    said = [(source, *_setting(source)) for source in sources]
    wrong = [(source, span) for source, span, value in said if span is not None and value != "false"]
    if not wrong and said and not any(value == "false" for *_, value in said):
        wrong = [(sources[0], None)]
    return [_finding(source, span) for source, span in wrong]


def _finding(source: Source, span: Span | None) -> Diagnostic:
    message = "Flyway's lock is a transaction, for which a concurrent build may wait for ever"
    key = "under `[flyway.postgresql.transactional]` write `lock = false`" if source.path.endswith(".toml") else "write `flyway.postgresql.transactional.lock=false`"
    return TRANSACTIONAL_LOCK.at(span or source.span(0, len(source.line(1))), message, help=key)


def _places(root: Path, migrations: str) -> Iterator[Path]:
    folder = root / migrations if migrations else root
    for place in dict.fromkeys((root, root / "conf", folder, folder.parent)):
        for name in ("flyway.toml", "flyway.conf"):
            if place.is_relative_to(root) and (place / name).is_file():
                yield place / name


def _setting(source: Source) -> tuple[Span | None, str]:
    """Where a file sets it, and to what; None and empty where it does not."""
    if source.path.endswith(".conf"):
        found = list(_LINE.finditer(source.text))
        return (source.span(found[-1].start(), found[-1].end()), found[-1][1].lower()) if found else (None, "")
    import tomllib

    try:
        value: object = tomllib.loads(source.text)
    except tomllib.TOMLDecodeError:
        return None, "false"  # Flyway will say so
    for key in ("flyway", "postgresql", "transactional", "lock"):
        value = value.get(key) if isinstance(value, dict) else None
    if value is None:
        return None, ""
    line = re.search(r"^[^#\n]*\block\b[ \t]*=[^\n]*", source.text, re.MULTILINE)
    return (source.span(line.start(), line.end()) if line else source.span(0, len(source.line(1)))), str(value).lower()


def _relative(path: Path, shown: Path) -> str:
    return path.relative_to(shown).as_posix() if path.is_relative_to(shown) else path.as_posix()
