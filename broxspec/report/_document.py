"""JSON for people and programs: characters as they are, but for those that could steer a terminal, which JSON can say as escapes."""

import json
import re
from collections.abc import Callable
from typing import Any

# What JSON itself leaves: C1 controls, line separators, marks that turn the direction of writing.
_UNSEEN = re.compile("[\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff]")


def dumps(document: Any, default: Callable[[Any], Any] | None = None) -> str:
    """The document, indented, with a line end."""
    text = json.dumps(document, indent=2, ensure_ascii=False, default=default) + "\n"
    return text if text.isascii() and "\x7f" not in text else _UNSEEN.sub(lambda found: f"\\u{ord(found[0]):04x}", text)
