"""Cutting SQL text into statements without understanding it.

Used where the parser can't do it: for what only psql knows (meta-commands, COPY data), and to go on after a syntax error.
"""

import re
from collections.abc import Iterator

# What may hide a semicolon, a parenthesis or a comma. Every branch begins with a plain character and none holds a group: only then
# does the pattern engine leap from one candidate to the next, and these scans are a good part of reading a schema.
# To PostgreSQL a carriage return ends a comment, and every character beyond ASCII is a letter. Letters are written as what in ASCII is none:
# a class that reaches over all of Unicode takes 10 ms to compile.
LEXEME = r"""--[^\n\r]*|/\*|'[^']*'?|"[^"]*"?|\$(?:[^\x00-@\[-^`{-\x7f][^\x00-/:-@\[-^`{-\x7f]*)?\$"""
_STATEMENT = re.compile(LEXEME + r"|[;()\\]|[bB][eE][gG][iI][nN]\b|[aA][tT][oO][mM][iI][cC]\b|[cC][aA][sS][eE]\b|[eE][nN][dD]\b")
_ELEMENT = re.compile(LEXEME + r"|[(),;\[\]]")
# What follows the quote of an E'…' string.
_ESCAPED = re.compile(r"'(?:[^'\\]|\\.|'')*'?", re.DOTALL)
# The rest of a string behind a line break, which is of its kind.
_FURTHER = re.compile(r"(?:[ \t\f\v]|--[^\n\r]*+)*+[\n\r](?:[ \t\n\r\f\v]|--[^\n\r]*+)*+(?=')")
_BLANKS = re.compile(r"(?:\s+|--[^\n\r]*)+")
_BLOCK = re.compile(r"/\*|\*/")
_COPY = re.compile(r"^[ \t]*COPY\b[^;']*?\bFROM\s+STDIN\b[^;]*;[ \t]*\r?\n", re.IGNORECASE | re.MULTILINE)
_DATA_END = re.compile(r"^\\\.[ \t]*\r?$", re.MULTILINE)
_COMMAND = re.compile(r"^[ \t]*(\\[^\n]*)", re.MULTILINE)
_LINE_END = re.compile(r";[ \t]*\r?$", re.MULTILINE)
_NOT_NEWLINE = re.compile(r"[^\n]")
_VERB = re.compile(
    r"(?:CREATE|ALTER|DROP|COMMENT|INSERT|GRANT|REVOKE|SELECT|SET|BEGIN|COMMIT|UPDATE|DELETE|DO|TRUNCATE|WITH|ANALYZE|REFRESH|CALL)\b",
    re.IGNORECASE,
)

_HIDDEN_END = re.compile(rf";[ \t]*\r?\n\s*(?={_VERB.pattern})", re.IGNORECASE)


def blanked(text: str) -> tuple[str, list[tuple[int, str]]]:
    """The text with psql meta-commands and COPY data made into blanks, and those commands with their offsets.

    Every other character keeps its offset. A byte order mark and NUL characters, which the parser can't bear, go too.
    """
    if text.startswith("\ufeff"):
        text = " " + text[1:]
    if "\0" in text:
        text = text.replace("\0", " ")
    commands: list[tuple[int, str]] = []
    if "\\" not in text:
        return text, commands
    pieces: list[str] = []
    at = 0
    for copy in _COPY.finditer(text):
        if copy.start() < at:
            continue
        end = _DATA_END.search(text, copy.end())
        pieces += [_without_commands(text[at : copy.start()], at, commands), _blank(text[copy.start() : end.end() if end else len(text)])]
        at = end.end() if end else len(text)
    pieces.append(_without_commands(text[at:], at, commands))
    return "".join(pieces), commands


def _blank(text: str) -> str:
    return _NOT_NEWLINE.sub(" ", text)


def _without_commands(text: str, base: int, commands: list[tuple[int, str]]) -> str:
    """Meta-commands that begin a line. Inside of a function's body such a line is blanked too; nobody reads it there."""

    def blank(match: re.Match[str]) -> str:
        commands.append((base + match.start(1), match[1].rstrip()))
        return " " * len(match[0])

    return _COMMAND.sub(blank, text) if "\\" in text else text


def skip_blanks(text: str, start: int, end: int) -> int:
    """The offset of the first character at or after `start` that is no blank and in no comment."""
    while start < end:
        if match := _BLANKS.match(text, start, end):
            start = match.end()
        elif text.startswith("/*", start):
            start = min(_block_end(text, start), end)
        else:
            break
    return min(start, end)


def _block_end(text: str, start: int) -> int:
    """The end of a block comment; they nest."""
    depth, at = 1, start + 2
    while depth:
        mark = _BLOCK.search(text, at)
        if mark is None:
            return len(text)
        depth += 1 if mark[0] == "/*" else -1
        at = mark.end()
    return at


def past(text: str, match: re.Match[str]) -> int:
    """Where a comment or quoted piece ends; of anything else, the place after it."""
    start, first = match.start(), match[0][0]
    if first == "'":
        return _past_escaped(text, start) if _escapes(text, start) else match.end()
    if first == "$":
        if start and _in_name(text[start - 1]):
            return start + 1  # a dollar inside of a name
        close = text.find(match[0], match.end())
        return len(text) if close < 0 else close + len(match[0])
    return _block_end(text, start) if first == "/" else match.end()


def _escapes(text: str, quote: int) -> bool:
    """Whether the string that begins at a quote is an E'…' string."""
    return quote > 0 and text[quote - 1] in "eE" and (quote < 2 or not _in_name(text[quote - 2]))


def _past_escaped(text: str, quote: int) -> int:
    while True:
        end = _ESCAPED.match(text, quote).end()  # type: ignore[union-attr]
        more = _FURTHER.match(text, end)
        if not more:
            return end
        quote = more.end()


def _in_name(character: str) -> bool:
    return character.isalnum() or character in "_$" or character > "\x7f"


def split(text: str, commands: list[tuple[int, str]], start: int = 0) -> Iterator[tuple[int, int]]:
    """The places of the statements, semicolon left out. Empty ones are passed over.

    Where a quote is never closed, the statement ends at the first semicolon that ends a line.
    """
    at, depth = start, 0
    bodies = 0  # BEGIN ATOMIC and CASE, each closed by END
    word = ""
    while match := _STATEMENT.search(text, at):
        lexeme = match[0]
        first = lexeme[0]
        at = past(text, match)
        if first in "'\"$/":
            if at >= len(text) and not _closed(text, match):
                at = _line_end(text, match.start())
                yield start, at
                start, depth, bodies = at, 0, 0
        elif first.isalpha():
            if match.start() and (text[match.start() - 1].isalnum() or text[match.start() - 1] in "_$"):
                continue  # the end of a longer word
            previous, word = word, lexeme.lower()
            if word == "atomic" and previous == "begin" or word == "case" and bodies:
                bodies += 1
            elif word == "end" and bodies:
                bodies -= 1
        elif first == "(":
            depth += 1
        elif first == ")":
            depth = max(0, depth - 1)
        elif first == "\\":
            # \gexec, \gset and the like send the statement and take the rest of the line.
            end = text.find("\n", match.start())
            at = len(text) if end < 0 else end
            commands.append((match.start(), text[match.start() : at].rstrip()))
            yield from _piece(text, start, match.start())
            start, depth, bodies = at, 0, 0
        elif first == ";" and not bodies and (not depth or _ends_statement(text, at)):
            yield from _piece(text, start, match.start())
            start, depth, word = at, 0, ""
    yield from _piece(text, start, len(text))


def _closed(text: str, match: re.Match[str]) -> bool:
    """Whether a quoted piece or block comment that reaches the end of the text is closed there."""
    first = match[0][0]
    if first == "$":
        return text.endswith(match[0]) and len(text) >= match.end() + len(match[0])
    if first == "/":
        return text.endswith("*/")
    return len(text) - match.start() > 1 and text.endswith(first)


def _ends_statement(text: str, at: int) -> bool:
    """Whether a semicolon inside of parentheses is where the statement was meant to end: the next one begins a line."""
    blank = _BLANKS.match(text, at)
    end = skip_blanks(text, at, len(text))
    return end >= len(text) or blank is not None and "\n" in text[at:end] and _VERB.match(text, end) is not None


def _line_end(text: str, at: int) -> int:
    match = _LINE_END.search(text, at)
    return match.end() if match else len(text)


def _piece(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    if skip_blanks(text, start, end) < end:
        yield start, end


def resume(piece: str, offset: int) -> int:
    """Where to go on inside of a bad statement: at the word of the error, if it begins a line and could begin a
    statement; else behind the first semicolon that looks like an end, which an open quote has hidden. 0 if there is no such place."""
    line = piece.rfind("\n", 0, offset) + 1
    if line and not piece[line:offset].strip() and _VERB.match(piece, offset):
        return offset
    # Not in a text with dollar quotes: the statements of a function's body are not the file's.
    hidden = None if "$" in piece else _HIDDEN_END.search(piece)
    return hidden.end() if hidden else 0


def elements(text: str, start: int, end: int) -> list[tuple[int, int]]:
    """The parts between commas of the first parenthesis at or after `start`, trimmed of blanks and comments in front."""
    found: list[tuple[int, int]] = []
    depth, at, begin, last = 0, start, -1, -1
    for match in _ELEMENT.finditer(text, start, end):
        if match.start() < at:
            continue  # inside of a block comment or a dollar-quoted string
        mark = match[0]
        if mark[0] in "'\"$-/":
            at = min(past(text, match), end)
            if mark[0] not in "-/":
                last = at
            continue
        at = match.end()
        if mark in "([":
            depth += 1
            if begin < 0 and mark == "(":
                begin = at
        elif mark in ")]":
            depth -= 1
        if depth == 0 and begin >= 0 or depth == 1 and mark == ",":
            found.append(_shrunk(text, begin, match.start(), last))
            begin, last = at, -1
            if depth == 0:
                break
    return found


def _shrunk(text: str, start: int, end: int, last: int) -> tuple[int, int]:
    """Without blanks around, and without a comment behind."""
    start = skip_blanks(text, start, end)
    if (dashes := text.find("--", max(start, last), end)) >= 0:
        end = dashes
    if end > start and text[end - 1].isspace():
        end = start + len(text[start:end].rstrip())
    return start, end


def closing(text: str, start: int, end: int) -> int:
    """The offset after the parenthesis that closes the first one at or after `start`; `end` if none does."""
    depth, at = 0, start
    while match := _ELEMENT.search(text, at, end):
        at = min(past(text, match), end)
        depth += (match[0] in "([") - (match[0] in ")]")
        if depth <= 0 and match[0] in ")]":
            return at
    return end
