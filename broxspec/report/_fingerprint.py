"""Fingerprints: what makes a finding the same one tomorrow, though lines have moved and other words count other things."""

import json
from collections.abc import Iterable
from hashlib import sha256

from broxspec.diagnostic import Diagnostic
from broxspec.report._places import qualified


def fingerprints(diagnostics: Iterable[Diagnostic]) -> list[str]:
    """One for each, in their order, no two alike: rule, file and object, or where a finding names no object the text it is about.

    Findings that share all this are numbered as they come.
    """
    seen: dict[str, int] = {}
    made = []
    for found in diagnostics:
        key = _key(found)
        seen[key] = seen.get(key, 0) + 1
        made.append(sha256(f"{key}\n{seen[key]}".encode("utf-8", "surrogatepass")).hexdigest()[:32])
    return made


def _key(found: Diagnostic) -> str:
    from broxspec.baseline import NEAR

    if qualified(found.subject):
        named = {name: value for name, value in found.subject.items() if name not in NEAR}
        about = json.dumps(named, sort_keys=True, default=sorted)
    else:
        about = f"{found.message}\n{' '.join(found.span.text.split())}"
    return "\n".join((found.code, found.span.path, about))
