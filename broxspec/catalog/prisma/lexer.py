"""Attributes and their arguments: `@relation("x", fields: [a], references: [id])`, with exact spans.

Prisma's grammar keeps an attribute on one line, so one line's text is all that is read at a time.
Parsing is linear, and nesting deeper than `DEPTH` is an error rather than a deep recursion.
"""

import re
from typing import NamedTuple

DEPTH = 24

STRING = r'"(?:[^"\\\x00-\x1f]|\\.)*"'
IDENTIFIER = r"[^\W_][\w-]*"
PATH = rf"{IDENTIFIER}(?:\.{IDENTIFIER})*"

_TOKEN = re.compile(
    rf"[ \t\xa0]*(?:(?P<string>{STRING})|(?P<number>-?[0-9]+(?:\.[0-9]+)?(?![\w]))|(?P<path>{PATH})|(?P<mark>[()\[\]{{}},:]))"
)
# A whole argument of the usual kinds with what follows it: by far the most are read by one match.
_USUAL = re.compile(
    rf"[ \t\xa0]*(?:({IDENTIFIER})[ \t\xa0]*:)?[ \t\xa0]*"
    rf"(?:({STRING})|(-?[0-9]+(?:\.[0-9]+)?)|({PATH})(\(\))?|\[({IDENTIFIER}(?:,[ \t]*{IDENTIFIER})*)\])[ \t\xa0]*([,)])"
)
_NAME = re.compile(IDENTIFIER)
_ATTRIBUTE = re.compile(rf"[ \t\xa0]*(@@?)[ \t\xa0]*({PATH})[ \t\xa0]*(\()?")
_END = re.compile(r"[ \t\xa0]*(?://.*)?$")
_ESCAPE = re.compile(r"\\(u[0-9a-fA-F]{4}|.)")
_SURROGATE = re.compile("[\ud800-\udfff]")
_ESCAPED = {"n": "\n", "t": "\t", "r": "\r", "b": "\b", "f": "\f"}


class Malformed(Exception):
    """The text at `start` does not fit the grammar. Never leaves this package's reading of one line."""

    def __init__(self, start: int, expected: str) -> None:
        self.start = start
        self.expected = expected


class Value(NamedTuple):
    """An argument's value. `kind` is `string`, `number`, `constant`, `function`, `array` or `object`.

    `text` is the string unescaped, the number, the constant or the function's name. `items` are the arguments of a
    function, the pairs of an object (both as Argument) or the elements of an array (as Argument without a name).
    """

    kind: str
    text: str
    items: "tuple[Argument, ...]"
    start: int
    end: int


class Argument(NamedTuple):
    """A value, named or not; the offsets take in the name."""

    name: str | None
    value: Value
    start: int
    end: int


class Attribute(NamedTuple):
    """`@id`, `@db.VarChar(20)`, `@@index([a])`: `name` is without the `@`."""

    name: str
    arguments: tuple[Argument, ...]
    start: int
    end: int
    block: bool


def unescape(text: str) -> str:
    """The content of a string literal, whose grammar is that of JSON."""
    if "\\" not in text:
        return text
    plain = _ESCAPE.sub(_unescape_one, text).replace("\0", "\ufffd")
    if _SURROGATE.search(plain):
        plain = plain.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return plain


def _unescape_one(match: re.Match[str]) -> str:
    escape = match[1]
    if escape[0] == "u" and len(escape) == 5:
        return chr(int(escape[1:], 16))
    return _ESCAPED.get(escape, escape)


def attributes(line: str, at: int, base: int) -> tuple[Attribute, ...]:
    """The attributes in a line from offset `at` to its end, which may be a comment.

    `base` is the line's own offset in its source. Raises Malformed (with an offset in the source).
    """
    found: list[Attribute] = []
    end = len(line)
    while True:
        if at == end:
            return tuple(found)
        match = _ATTRIBUTE.match(line, at)
        if match is None:
            if _END.match(line, at):
                return tuple(found)
            raise Malformed(base + at + len(line[at:]) - len(line[at:].lstrip()), "an attribute")
        mark, name, opening = match.groups()
        at = match.end()
        arguments: tuple[Argument, ...] = ()
        if opening:
            try:
                arguments, at = _arguments(line, at, base, ")", 0)
            except Malformed as wrong:
                raise Malformed(min(wrong.start, base + len(line)), wrong.expected) from None
        found.append(Attribute(name, arguments, base + match.start(1), base + at, mark == "@@"))


def value(line: str, at: int, base: int) -> Value:
    """The value that stands alone in the rest of a line, as in `provider = "postgresql"`."""
    parsed, at = _value(line, at, base, 0)
    if not _END.match(line, at):
        raise Malformed(base + at, "the end of the line")
    return parsed


def _arguments(line: str, at: int, base: int, close: str, depth: int) -> tuple[tuple[Argument, ...], int]:
    """The arguments up to `close`, and the offset after it."""
    found: list[Argument] = []
    while True:
        usual = _USUAL.match(line, at) if close == ")" else None
        if usual is not None:
            found.append(_usual(usual, base))
            at = usual.end()
            if usual[7] == ")":
                return tuple(found), at
            continue
        token = _TOKEN.match(line, at)
        if token is None:
            raise Malformed(base + at, f"`{close}`")
        if token["mark"] == close and not found:
            return (), token.end()
        name = None
        start = token.start(token.lastgroup)  # type: ignore[arg-type]
        if token["path"] and close != "]":
            colon = _TOKEN.match(line, token.end())
            if colon is not None and colon["mark"] == ":":
                name, at = token["path"], colon.end()
        parsed, at = _value(line, at, base, depth)
        found.append(Argument(name, parsed, base + start, base + at))
        token = _TOKEN.match(line, at)
        mark = token["mark"] if token else None
        if mark not in (",", close):
            raise Malformed(base + at, f"`,` or `{close}`")
        at = token.end()  # type: ignore[union-attr]
        if mark == close:
            return tuple(found), at


def _usual(match: re.Match[str], base: int) -> Argument:
    """The argument that `_USUAL` has matched."""
    name, string, number, path, call, names, _ = match.groups()
    if path is not None:
        end = match.end(5) if call else match.end(4)
        value = Value("function" if call else "constant", path, (), base + match.start(4), base + end)
    elif names is not None:
        value = Value("array", "", _names(match, base), base + match.start(6) - 1, base + match.end(6) + 1)
    elif string is not None:
        value = Value("string", unescape(string[1:-1]), (), base + match.start(2), base + match.end(2))
    else:
        value = Value("number", number, (), base + match.start(3), base + match.end(3))
    return Argument(name, value, value.start if name is None else base + match.start(1), value.end)


def _names(match: re.Match[str], base: int) -> tuple[Argument, ...]:
    """The names of `[a, b]`."""
    items = []
    for item in _NAME.finditer(match.string, match.start(6), match.end(6)):
        start, end = base + item.start(), base + item.end()
        items.append(Argument(None, Value("constant", item[0], (), start, end), start, end))
    return tuple(items)


def _value(line: str, at: int, base: int, depth: int) -> tuple[Value, int]:
    token = _TOKEN.match(line, at)
    if token is None or depth > DEPTH:
        raise Malformed(base + at, "a value")
    kind = token.lastgroup
    start, end = token.span(kind)  # type: ignore[arg-type]
    text = token[kind]  # type: ignore[index]
    if kind == "string":
        return Value("string", unescape(text[1:-1]), (), base + start, base + end), end
    if kind == "number":
        return Value("number", text, (), base + start, base + end), end
    if kind == "path":
        opening = _TOKEN.match(line, end)
        if opening is None or opening["mark"] != "(":
            return Value("constant", text, (), base + start, base + end), end
        items, end = _arguments(line, opening.end(), base, ")", depth + 1)
        return Value("function", text, items, base + start, base + end), end
    if text == "[":
        items, end = _arguments(line, end, base, "]", depth + 1)
        return Value("array", "", items, base + start, base + end), end
    if text == "{":
        items, end = _arguments(line, end, base, "}", depth + 1)
        return Value("object", "", items, base + start, base + end), end
    raise Malformed(base + start, "a value")
