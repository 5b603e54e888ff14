"""Python: strings and comments of generated modules."""

import re

_QUOTES = re.compile(r'"(?="|\Z)')
_BREAKS = re.compile(r"\r\n|\r|\n|\f|\v")


def string(text: str) -> str:
    """A string literal that shows the text as it is, its lines kept where it has several.

    What can't be seen or would be changed on the way is an escape: carriage returns, which Python reads as line feeds, tabs, separators,
    marks that turn the direction of writing.
    """
    body = "\n".join(map(_escaped, text.split("\n")))
    if "\n" not in text:
        return f"'{body}'" if '"' in body and "'" not in body else '"' + body.replace('"', '\\"') + '"'
    # Neither three quotes in a row nor one before the closing ones may stand bare.
    return '"""' + _QUOTES.sub(r'\\"', body) + '"""'


def _escaped(line: str) -> str:
    if "\\" not in line and line.isprintable():
        return line
    return "".join(_character(character) for character in line)


def _character(character: str) -> str:
    if character == "\\" or not character.isprintable():
        return character.encode("unicode_escape").decode("ascii")
    return character


def comment(text: str) -> str:
    """A line comment; each line of the text becomes one."""
    return "\n".join(f"# {part}".rstrip() for part in _BREAKS.split(text)) or "#"


FILTERS = {"python": string, "python_comment": comment}
