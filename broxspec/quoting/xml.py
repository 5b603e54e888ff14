"""XML 1.0: text and attribute values. What XML can't hold at all is written as an escape, `\\x1b`."""

import re

_FORBIDDEN = re.compile(r"[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_MARKS = {"&": "&amp;", "<": "&lt;", ">": "&gt;"}


def text(value: str) -> str:
    """The content of an element. `>` too is written as an entity: `]]>` must not stand there."""
    return "".join(_MARKS.get(c, c) for c in _possible(value)).replace("\r", "&#13;")


def attribute(value: str) -> str:
    """The value of an attribute, without its quotes. Line ends and tabs are kept, which as they are would be read as blanks."""
    return text(value).replace('"', "&quot;").replace("\n", "&#10;").replace("\t", "&#9;")


def _possible(value: str) -> str:
    return _FORBIDDEN.sub(lambda found: _escaped(ord(found[0])), value)


def _escaped(code: int) -> str:
    return f"\\x{code:02x}" if code < 256 else f"\\u{code:04x}"


FILTERS = {"xml": text, "xml_attribute": attribute}
