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


FILTERS = {"identifier": identifier, "literal": literal, "array": array, "comment": comment}
