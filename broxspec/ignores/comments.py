"""The words of an ignore comment, which are the same in every language: `broxspec: ignore[IX101, slug] reason`."""

import re

from broxspec.diagnostic import Diagnostic
from broxspec.ignores import Names, known
from broxspec.source import Span
from broxspec.specs import faults

# What a comment of ours has behind its mark; the rest of the line is read by `read`.
MARK = r"[ \t]*broxspec[ \t]*:[ \t]*([^\n\r]*)"

_ANY = re.compile(r"broxspec[ \t]*:")
_FORM = re.compile(r"ignore[ \t]*\[([^\]\n]*)\][ \t]*(.*)")


def may_hold(text: str, start: int = 0, end: int | None = None) -> bool:
    """Whether a text could have such a comment. Nearly none has, and this is all that it costs them."""
    end = len(text) if end is None else end
    return text.find("broxspec", start, end) >= 0 and _ANY.search(text, start, end) is not None


def read(span: Span, text: str, found: list[Diagnostic], mark: str = "#") -> tuple[Names, str]:
    """The names and the reason of a comment; no names where it ignores nothing, which is a finding.

    `span` is the comment, `text` what it has behind `broxspec:`, `mark` what begins a comment in its language.
    """
    form = _FORM.match(text)
    if form is None:
        found.append(faults.IGNORE_FORM.at(span, "this is not an ignore comment", help=f"write `{mark} broxspec: ignore[CODE] reason`"))
        return (), ""
    base = span.start + span.text.index(text) + form.start(1)
    names = [(word[0], span.source.span(base + word.start(), base + word.end())) for word in re.finditer(r"[^\s,]+", form[1])]
    if not names or any("*" in name for name, _ in names):
        message = "an ignore comment names the rules that it is about"
        found.append(faults.IGNORE_FORM.at(span, message, help=f"write `{mark} broxspec: ignore[CODE] reason`; several codes have commas between them"))
        return (), ""
    meant = [(name, place) for name, place in names if known(name, place, found)]
    reason = form[2].strip().lstrip(":-–— ").strip()
    if meant and not reason:
        found.append(faults.IGNORE_REASON.at(span, "this ignore gives no reason", help=f"write why: `{mark} broxspec: ignore[{form[1].strip()}] …`"))
        return (), ""
    return tuple(meant), reason
