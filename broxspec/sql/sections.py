"""Up and down sections of a migration in one file: dbmate, goose, sql-migrate, rambler, MyBatis."""

import re

# Begins with plain characters and not with the beginning of a line: only then does the pattern engine leap from one candidate to the next.
_MARK = re.compile(
    r"--(?:[ \t]*(?:\+goose[ \t]+|\+migrate[ \t]+|migrate:[ \t]*|rambler[ \t]+)(?P<way>up|down)\b[^\n]*$|//[ \t]*@UNDO\b[^\n]*$)",
    re.IGNORECASE | re.MULTILINE,
)
_NOT_NEWLINE = re.compile(r"[^\n]")


def up_part(text: str) -> str:
    """The text with its down sections made into blanks, so that offsets stay; text without marks as it is."""
    if not (marks := [mark for mark in _MARK.finditer(text) if _begins_line(text, mark.start())]):
        return text
    pieces, at = [], 0
    for number, mark in enumerate(marks):
        if (mark["way"] or "down").lower() == "up":
            continue
        end = marks[number + 1].start() if number + 1 < len(marks) else len(text)
        pieces += [text[at : mark.start()], _NOT_NEWLINE.sub(" ", text[mark.start() : end])]
        at = end
    return "".join([*pieces, text[at:]])


def _begins_line(text: str, at: int) -> bool:
    return not text[text.rfind("\n", 0, at) + 1 : at].strip(" \t")
