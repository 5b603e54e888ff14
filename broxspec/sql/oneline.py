"""An SQL expression on one line: what other text may follow, as a comment or a line break could swallow it."""

import re

from broxspec.sql.split import LEXEME, past

# Blanks are PostgreSQL's: others, as the no-break space, are part of a name.
_PIECE = re.compile(r"[ \t\n\r\f\v]+|" + LEXEME)


def one_line(sql: str) -> str:
    """The expression without comments, runs of blanks made one; nothing in quotes is touched.

    A line break stays in quotes, and between two strings, which it makes one.
    """
    parts: list[str] = []
    at, gap = 0, ""
    while match := _PIECE.search(sql, at):
        end = past(sql, match)
        _add(parts, sql[at : match.start()], gap)
        gap = "" if match.start() > at else gap
        piece = sql[match.start() : end]
        if match[0][0] in " \t\n\r\f\v" or match[0].startswith(("--", "/*")):
            gap = gap or " "
            # What ends a line comment is a line break.
            gap = "\n" if "\n" in piece or "\r" in piece or match[0].startswith("--") else gap
        else:
            _add(parts, piece, gap)
            gap = ""
        at = end
    _add(parts, sql[at:], gap)
    return "".join(parts)


def _add(parts: list[str], text: str, gap: str) -> None:
    if not text:
        return
    if gap and parts:
        parts.append(gap if gap == "\n" and text[0] == "'" and parts[-1].endswith("'") else " ")
    parts.append(text)
