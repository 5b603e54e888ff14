"""Lines: which of some names a line of a text is about."""

import re
from collections.abc import Collection


def names_at(text: str, line: int, names: Collection[str]) -> list[str]:
    """The names on the line (1-based), else those in its paragraph, which is what one step is written as; sorted."""
    lines = text.split("\n")
    pattern = _pattern(names)
    if pattern is None or not 0 < line <= len(lines):
        return []
    here = _found(lines[line - 1], pattern)
    return here or (_found("\n".join(_paragraph(lines, line - 1)), pattern) if lines[line - 1].strip() else [])


def names_in(text: str, names: Collection[str]) -> list[str]:
    """The names that a text has anywhere, sorted."""
    pattern = _pattern(names)
    return _found(text, pattern) if pattern else []


def _pattern(names: Collection[str]) -> re.Pattern[str] | None:
    """Any of the names as SQL and strings write it, and not as a part of a longer one; the longest first."""
    written = {form: None for name in names if name for form in (name, name.replace('"', '""'), name.replace("'", "''"))}
    if not written:
        return None
    longest = sorted(written, key=lambda form: (-len(form), form))
    return re.compile(rf"(?<![\w$])(?:{'|'.join(map(re.escape, longest))})(?![\w$])")


def _found(text: str, pattern: re.Pattern[str]) -> list[str]:
    return sorted({found.replace('""', '"').replace("''", "'") for found in pattern.findall(text)})


def _paragraph(lines: list[str], at: int) -> list[str]:
    start = end = at
    while start and lines[start - 1].strip():
        start -= 1
    while end + 1 < len(lines) and lines[end + 1].strip():
        end += 1
    return lines[start : end + 1]
