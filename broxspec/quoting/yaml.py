"""YAML: scalars and comments that our own parser, and any other of YAML 1.1 or 1.2, reads back as what was given."""

import re

# What is text without quotes wherever it stands: nothing that begins a collection, an anchor, a tag, a quote or a comment.
_PLAIN = re.compile(r"[^\W\d][^\x00-\x1f\x7f-\xa0]*|\([^\x00-\x1f\x7f-\xa0]*")
_ENDS_IT = re.compile(r":(?:\s|$)|\s#|\s$|[\ufeff\ufffe\uffff\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff]")
_FLOW = re.compile(r"[\[\]{},?]|:")
# Words that one version of YAML or the other takes for something else than text.
_WORDS = frozenset("null true false yes no on off y n nan inf".split())
_ESCAPES = {"\n": "\\n", "\t": "\\t", "\r": "\\r", '"': '\\"', "\\": "\\\\"}
_SPECIAL = re.compile("[\"\\\\\x00-\x1f\x7f-\xa0\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff\ufeff\ufffe\uffff]")
_UNSEEN = re.compile("[\x00-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff\ufeff\ufffe\uffff]")
_ORDERS_US = re.compile(r"#(?=[ \t]*broxspec)")


def scalar(text: str, *, flow: bool = False) -> str:
    """A text as a scalar on one line, quoted only where it must be. `flow` is for the inside of `[…]` and `{…}`.

    A lone surrogate, which no name on a server has, comes back as U+FFFD.
    """
    if _is_plain(text) and not (flow and _FLOW.search(text)):
        return text
    if _SPECIAL.search(text.replace('"', "").replace("\\", "")) or ("'" in text and not ('"' in text or "\\" in text)):
        return f'"{_SPECIAL.sub(_escaped, text)}"'
    return "'" + text.replace("'", "''") + "'"


def number_or_scalar(text: str, *, flow: bool = False) -> str:
    """As `scalar`, but whole numbers stand bare: for values that are read as they are written."""
    return text if re.fullmatch(r"0|[1-9][0-9]{0,14}", text) else scalar(text, flow=flow)


def comment(text: str) -> str:
    """A comment on one line. What could end it, or steer a terminal, is escaped; what reads like an order to broxspec is none."""
    return f"# {_ORDERS_US.sub('(#)', _UNSEEN.sub(_shown, text))}".rstrip()


def _is_plain(text: str) -> bool:
    return bool(_PLAIN.fullmatch(text)) and not _ENDS_IT.search(text) and text.lower() not in _WORDS


def _escaped(found: re.Match[str]) -> str:
    character = found[0]
    if character in _ESCAPES:
        return _ESCAPES[character]
    code = ord(character)
    if 0xD800 <= code <= 0xDFFF:
        return "\\uFFFD"
    return f"\\x{code:02x}" if code < 256 else f"\\u{code:04x}"


def _shown(found: re.Match[str]) -> str:
    code = ord(found[0])
    return f"\\x{code:02x}" if code < 256 else f"\\u{code:04x}"


FILTERS = {"yaml": scalar, "yaml_comment": comment}
