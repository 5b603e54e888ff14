"""SQL: names, strings, dollar-quoted bodies and comments."""

import re
from collections.abc import Sequence
from functools import cache

from broxspec.quoting.unseen import seen

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
    """A comment on one line. What could end it, or turn the direction of writing, is an escape: a runner looks for its marks at the beginning of every line."""
    return f"-- {seen(text)}".rstrip()


def array(values: Sequence[str | bool]) -> str:
    """An array of strings or of truth values; an empty one is of strings."""
    if values and isinstance(values[0], bool):
        return f"ARRAY[{', '.join('true' if value else 'false' for value in values)}]"
    return f"ARRAY[{', '.join(literal(str(value)) for value in values)}]" + ("" if values else "::text[]")


# Strings that are one because only a line break stands between them are taken together. To PostgreSQL every character beyond ASCII is a letter.
_BETWEEN = r"(?:[ \t\f\v]|--[^\n\r]*+)*+[\n\r](?:[ \t\n\r\f\v]|--[^\n\r]*+)*+"
_PLAIN_PART, _ESCAPED_PART, _NAME_PART = r"'(?:[^']|'')*+'", r"'(?:[^'\\]|\\.|'')*+'", r'"(?:[^"]|"")*+"'
# A class that reaches over all of Unicode takes 10 ms to compile: this one says what in ASCII is no letter.
_LETTER = r"[^\x00-@\[-^`{-\x7f]"
_UESCAPE = rf"(?:(?:{_BETWEEN}|[ \t\f\v]+)?[uU][eE][sS][cC][aA][pP][eE](?:{_BETWEEN}|[ \t\f\v]+)?'(?P<mark>.)')?"


@cache
def _quoted() -> re.Pattern[str]:
    # Few commands need it, and it takes 2 ms to compile.
    return re.compile(
        rf"""--[^\n\r]*|/\*.*?\*/|[eE](?P<escaped>{_ESCAPED_PART}(?:{_BETWEEN}{_ESCAPED_PART})*)"""
        rf"""|[uU]&(?:(?P<unicode>{_PLAIN_PART}(?:{_BETWEEN}{_PLAIN_PART})*)|(?P<unicode_name>{_NAME_PART})){_UESCAPE}"""
        rf"""|(?P<kind>[bBxXnN]?)(?P<plain>{_PLAIN_PART}(?:{_BETWEEN}{_PLAIN_PART})*)|(?P<name>{_NAME_PART})"""
        rf"""|(?P<word>{_LETTER}(?:{_LETTER}|[0-9$])*)|(?P<tag>\$(?:{_LETTER}(?:{_LETTER}|[0-9])*)?\$)(?P<body>.*?)(?P=tag)|(?P<colon>(?<!:):(?![:=\s]))""",
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
            return match["tag"] + _quoted().sub(rewritten, body) + match["tag"]
        quote = bool(match["escaped"]) and "\\'" in whole  # Flyway knows a quote in a string only as two
        if not (quote or hidden.search(whole)):
            return whole
        if match["name"]:
            return "U&" + hidden.sub(_four_digits, whole.replace("\\", "\\\\"))
        if match["unicode_name"]:
            return hidden.sub(_four_digits, whole)
        if match["escaped"]:
            return "E'" + re.sub(r"\\(.)|(.)", lambda pair: _pair(pair, hidden), _joined(_ESCAPED_PART, match["escaped"]), flags=re.DOTALL) + "'"
        if match["kind"] in ("b", "B", "x", "X"):
            return f"{match['kind']}'{_joined(_PLAIN_PART, match['plain'])}'"
        if body is None and not match["plain"]:
            return whole
        value = _joined(_PLAIN_PART, match["plain"]).replace("''", "'") if body is None else body
        string = "E'" + hidden.sub(_two_digits, value.replace("\\", "\\\\").replace("'", "''")) + "'"
        return _national(string) if match["kind"] else string

    return _quoted().sub(rewritten, text)


def settled(text: str) -> str:
    """An SQL expression that reads the same wherever it stands: each string in it is one, in single quotes, whatever `standard_conforming_strings`
    says; names are quoted without escapes; and no colon can be read as that of a psql variable.

    What needs none of this is kept as it is written.
    """
    return _quoted().sub(_settled, text) if _UNSETTLED.search(text) else text


_UNSETTLED = re.compile(r"[\\$\n\r]|[uU]&|(?<!:):(?![:=\s])")


def _settled(match: re.Match[str]) -> str:
    whole = match[0]
    if match["colon"]:
        return ": "  # of a slice
    if match["tag"]:
        return literal(match["body"])
    if match["unicode"] is not None:
        return literal(_decoded(_joined(_PLAIN_PART, match["unicode"]).replace("''", "'"), match["mark"] or "\\"))
    if match["unicode_name"]:
        return '"' + _decoded(match["unicode_name"][1:-1].replace('""', '"'), match["mark"] or "\\").replace('"', '""') + '"'
    if match["escaped"]:
        return f"E'{_joined(_ESCAPED_PART, match['escaped'])}'"
    if match["plain"]:
        body = _joined(_PLAIN_PART, match["plain"])
        if match["kind"] in ("n", "N"):
            return f"N'{body}'" if "\\" not in body else _national(literal(body.replace("''", "'")))
        return f"{match['kind']}'{body}'" if "\\" not in body else literal(body.replace("''", "'"))
    return whole


def _national(string: str) -> str:
    """What N stands for before a string, which can't stand before E."""
    return f"CAST({string} AS pg_catalog.bpchar)"


def _joined(part: str, strings: str) -> str:
    """What is between the quotes of strings that are one."""
    return "".join(found[1:-1] for found in re.findall(rf"--[^\n\r]*|{part}", strings, re.DOTALL) if found.startswith("'"))


def _decoded(text: str, mark: str) -> str:
    """The characters of a string or name after `U&`."""
    given = re.escape(mark)
    pattern = re.compile(rf"{given}(?:(?P<same>{given})|(?P<four>[0-9A-Fa-f]{{4}})|\+(?P<six>[0-9A-Fa-f]{{6}}))")
    found = pattern.sub(lambda match: mark if match["same"] else chr(int(match["four"] or match["six"], 16)), text)
    return found.encode("utf-16-le", "surrogatepass").decode("utf-16-le")  # two halves are one character


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


FILTERS = {"identifier": identifier, "literal": literal, "dollar": dollar, "array": array, "comment": comment}
