"""Markdown: text, code spans and table cells that show what they were given."""

import re

from broxspec.quoting.unseen import seen

_ACTIVE = re.compile(r"([\\`*_{}\[\]<>#~&])")
_RUN = re.compile(r"`+")
_MARKUP = re.compile(r"[\\`*\[\]<>~&$|]|(?<!\w)_|_(?!\w)")
_MENTION = re.compile(r"(@[\w./-]+)")
_AWKWARD = re.compile(r"[|\\`]")
_NOT_WORD = re.compile(r"[^\w ]")


def text(value: str) -> str:
    """Prose on one line, with nothing in it that Markdown would read as markup. In a table it is given to `cell` as well."""
    return _ACTIVE.sub(r"\\\1", _on_one_line(value))


def code(value: str) -> str:
    """A code span on one line, fenced by more backquotes than occur inside."""
    value = _on_one_line(value)
    longest = max((len(run) for run in _RUN.findall(value)), default=0)
    fence = "`" * (longest + 1)
    pad = " " if value.startswith("`") or value.endswith("`") or not value else ""
    return f"{fence}{pad}{value}{pad}{fence}"


def message(value: str) -> str:
    """Prose in which names stand between backquotes: these as code, nothing else as markup. It may stand in a table as it is.

    What a code host would take for the name of a person to notify is code too.
    """
    parts = value.split("`")
    if len(parts) % 2 == 0:  # the last backquote has no partner
        parts[-2:] = [f"{parts[-2]}`{parts[-1]}"]
    return "".join(name(part) if at % 2 else _prose(part) for at, part in enumerate(parts))


def _prose(value: str) -> str:
    pieces = _MENTION.split(value.replace("\n", " "))
    return "".join(name(piece) if at % 2 else _MARKUP.sub(_entity, piece) for at, piece in enumerate(pieces))


def name(value: str) -> str:
    """Code. Where a bar, a backslash or a backquote is in it as HTML: a backslash before a bar ends a cell even in a code span."""
    value = _on_one_line(value)
    if value and not _AWKWARD.search(value):
        return f"`{value}`"
    return f"<code>{_NOT_WORD.sub(_entity, value)}</code>"


def _on_one_line(value: str) -> str:
    return seen(" ".join(value.split()))


def _entity(found: re.Match[str]) -> str:
    return f"&#{ord(found[0])};"


def fence(value: str, language: str = "text") -> str:
    """A block of code, fenced by more backquotes than occur inside."""
    longest = max((len(run) for run in _RUN.findall(value)), default=0)
    mark = "`" * max(3, longest + 1)
    return f"{mark}{language}\n{value.rstrip(chr(10))}\n{mark}"


def cell(value: str) -> str:
    """A table cell that holds Markdown already: a bar would end it, even in a code span."""
    return value.replace("|", "\\|")


def code_cell(value: str) -> str:
    """A code span as a table cell. Where a backslash stands before a bar, none of them can say so, and it is HTML."""
    return name(value) if "\\|" in value else cell(code(value))


FILTERS = {"markdown": text, "code": code, "cell": cell, "code_cell": code_cell}
