"""Characters that are not seen as such: controls, line and paragraph separators, marks that turn the direction of writing, halves of a pair.

They could end a line, steer a terminal, or make a line read as another one.
"""

import re

_UNSEEN = re.compile("[\x00-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff\ud800-\udfff]")


def seen(text: str) -> str:
    """The text on one line, with such characters as escapes: `\\x1b`, `\\u202e`."""
    return _UNSEEN.sub(_escape, text)


def _escape(found: re.Match[str]) -> str:
    code = ord(found[0])
    return f"\\x{code:02x}" if code < 256 else f"\\u{code:04x}"


FILTERS = {"seen": seen}
