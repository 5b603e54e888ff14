"""Python: strings and comments of generated modules."""

import re

from broxspec.quoting.unseen import seen

_QUOTES = re.compile(r'"(?="|\Z)')
# In the first two lines of a file such a comment says how it is encoded.
_CODING = re.compile(r"(?<=coding)[:=]")


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
    """A comment on one line, which never says how the file is encoded. What could end it is an escape."""
    return f"# {_CODING.sub(_hexadecimal, seen(text))}".rstrip()


def _hexadecimal(match: re.Match[str]) -> str:
    return f"\\x{ord(match[0]):02x}"


FILTERS = {"python": string, "python_comment": comment}
