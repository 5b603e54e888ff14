"""Markdown: text, code spans and table cells that show what they were given."""

import re

_ACTIVE = re.compile(r"([\\`*_{}\[\]<>#~])")
_RUN = re.compile(r"`+")


def text(value: str) -> str:
    """Prose on one line, with nothing in it that Markdown would read as markup. In a table it is given to `cell` as well."""
    return _ACTIVE.sub(r"\\\1", " ".join(value.split()))


def code(value: str) -> str:
    """A code span on one line, fenced by more backquotes than occur inside."""
    value = " ".join(value.split())
    longest = max((len(run) for run in _RUN.findall(value)), default=0)
    fence = "`" * (longest + 1)
    pad = " " if value.startswith("`") or value.endswith("`") or not value else ""
    return f"{fence}{pad}{value}{pad}{fence}"


def cell(value: str) -> str:
    """A table cell that holds Markdown already: a bar would end it, even in a code span."""
    return value.replace("|", "\\|")


FILTERS = {"markdown": text, "code": code, "cell": cell}
