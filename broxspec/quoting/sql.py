"""SQL: names, strings, dollar-quoted bodies and comments."""

import re
from collections.abc import Sequence
from functools import cache

_PLAIN = re.compile(r"[a-z_][a-z0-9_$]*\Z")
_TAG = re.compile(r"\$(\w*)\$")


def identifier(name: str, major: int | None = None, *, function: bool = False) -> str:
    """A name as SQL writes it: quoted only where it must be, by the rule of PostgreSQL's own `quote_ident`.

    `major` judges key words by one version; without it a name that any known version reserves is quoted. `function`
    leaves bare what a function's name may be (`left`, `coalesce` excepted). ValueError for a name that no object can
    have: empty, or with a NUL character.
    """
    if not name or "\0" in name:
        raise ValueError(f"not a possible name: {name!r}")
    if _PLAIN.match(name) and not _reserved(name, major):
        return name
    return '"' + name.replace('"', '""') + '"'


@cache
def _reserved(word: str, major: int | None) -> bool:
    from broxspec.postgres import keywords

    if major is None:
        return keywords.must_quote(word)
    return keywords.category(word, major) not in (None, "unreserved")


def qualified(schema: str | None, name: str, major: int | None = None) -> str:
    """A name with its schema; None leaves the schema off."""
    return identifier(name, major) if schema is None else f"{identifier(schema, major)}.{identifier(name, major)}"


def literal(text: str) -> str:
    """A string constant that reads the same whatever `standard_conforming_strings` says. ValueError for a NUL character."""
    if "\0" in text:
        raise ValueError("a string in PostgreSQL can't hold a NUL character")
    body = text.replace("'", "''")
    return "E'" + body.replace("\\", "\\\\") + "'" if "\\" in body else f"'{body}'"


def dollar(text: str, tag: str = "") -> str:
    """A dollar-quoted string, its tag lengthened until it does not occur inside."""
    if "\0" in text:
        raise ValueError("a string in PostgreSQL can't hold a NUL character")
    taken = {match[1] for match in _TAG.finditer(text)} | {match[1] for match in _TAG.finditer(text + "$")}
    while f"${tag}$" in text or tag in taken or text.endswith(f"${tag}"):
        tag = f"{tag}_" if tag else "body"
    return f"${tag}${text}${tag}$"


def comment(text: str) -> str:
    """A line comment; each line of the text becomes one."""
    return "\n".join(f"-- {line}".rstrip() for line in re.split(r"\r\n|\r|\n", text)) or "--"


def array(values: Sequence[str | bool]) -> str:
    """An array of strings or of truth values; an empty one is of strings."""
    if values and isinstance(values[0], bool):
        return f"ARRAY[{', '.join('true' if value else 'false' for value in values)}]"
    return f"ARRAY[{', '.join(literal(str(value)) for value in values)}]" + ("" if values else "::text[]")


# Comments, words, and every kind of quotes; strings that are one because only a line break stands between them are taken together.
_PLAIN_PART, _ESCAPED_PART = r"'(?:[^']|'')*'", r"'(?:[^'\\]|\\.|'')*'"
_QUOTED = re.compile(
    rf"""--[^\n]*|/\*.*?\*/|[eE](?P<escaped>{_ESCAPED_PART}(?:[ \t]*\n\s*{_ESCAPED_PART})*)"""
    rf"""|(?P<unicode>[uU]&(?:{_PLAIN_PART}|"(?:[^"]|"")*"))|(?P<plain>{_PLAIN_PART}(?:[ \t]*\n\s*{_PLAIN_PART})*)|(?P<name>"(?:[^"]|"")*")"""
    r"""|[^\W\d][\w$]*|(?P<tag>\$(?:[^\W\d]\w*)?\$)(?P<body>.*?)(?P=tag)""",
    re.DOTALL,
)
# Bodies of this tag are code of our templates; others are strings of a spec.
_CODE = re.compile(r"\$broxspec_*\$")


def unbroken(text: str, also: str = "") -> str:
    """The same SQL, with no line break inside of quotes, nor any of the characters `also`: they are written as escapes.

    For programs that read a script line by line, or split it at a character, and know nothing of quotes. Bodies of code are kept, what is
    quoted in them is not.
    """
    hidden = re.compile("[\r\n" + re.escape(also) + "]")

    def rewritten(match: re.Match[str]) -> str:
        whole, body = match[0], match["body"]
        if body is not None and _CODE.fullmatch(match["tag"]):
            return match["tag"] + _QUOTED.sub(rewritten, body) + match["tag"]
        quote = bool(match["escaped"]) and "\\'" in whole  # Flyway knows a quote in a string only as two
        if match.lastgroup is None or not (quote or hidden.search(whole)):
            return whole
        if match["unicode"]:
            return hidden.sub(_four_digits, whole)
        if match["name"]:
            return "U&" + hidden.sub(_four_digits, whole.replace("\\", "\\\\"))
        if match["escaped"]:
            parts = "".join(part[1:-1] for part in re.findall(_ESCAPED_PART, match["escaped"], re.DOTALL))
            return "E'" + re.sub(r"\\(.)|(.)", lambda pair: _pair(pair, hidden), parts, flags=re.DOTALL) + "'"
        if body is None:
            body = "".join(part[1:-1] for part in re.findall(_PLAIN_PART, match["plain"])).replace("''", "'")
        escaped = body.replace("\\", "\\\\").replace("'", "''")
        return "E'" + hidden.sub(_two_digits, escaped) + "'"

    return _QUOTED.sub(rewritten, text)


def _pair(match: re.Match[str], hidden: re.Pattern[str]) -> str:
    """A character of an escape string, or a backslash and what follows."""
    character = match[1] or match[2]
    if match[1] == "'":
        return "''"
    return f"\\x{ord(character):02x}" if hidden.match(character) else match[0]


def _two_digits(match: re.Match[str]) -> str:
    return f"\\x{ord(match[0]):02x}"


def _four_digits(match: re.Match[str]) -> str:
    return f"\\{ord(match[0]):04x}"


FILTERS = {"identifier": identifier, "literal": literal, "array": array, "comment": comment}
