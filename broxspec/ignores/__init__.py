"""Ignores: which findings somebody has agreed to, with a reason, and which agreements nothing needs any more.

A comment in a spec, an SQL file or a Prisma schema speaks of a part of its file; `[[ignore]]` in broxspec.toml speaks of an object of the
database. Each form is read by a module of its own, and means the same: these rules, here, for this reason.
"""

from collections.abc import Callable, Iterable, Sequence
from typing import NamedTuple, Protocol

from broxspec.diagnostic import Diagnostic, Edit, Fix
from broxspec.report import Suppressed
from broxspec.source import Span
from broxspec.specs import faults

# What can't be ignored: findings about ignores and about the baseline.
OWN = frozenset({"SP101", "SP102", "SP103", "SP104", "SP105", "SP106"})

# The names of rules in an ignore, as written, each with its place.
Names = tuple[tuple[str, Span], ...]


class Ignore(Protocol):
    """`how` is `comment` or `config`; `span` is where it is written."""

    @property
    def names(self) -> Names: ...
    @property
    def reason(self) -> str: ...
    @property
    def span(self) -> Span: ...
    @property
    def how(self) -> str: ...

    def covers(self, found: Diagnostic) -> bool: ...


class Comment(NamedTuple):
    """An ignore comment. `scope` is the part of its file that it speaks of."""

    names: Names
    reason: str
    span: Span
    scope: Span
    how: str = "comment"

    def covers(self, found: Diagnostic) -> bool:
        """Whether the finding begins in what the comment speaks of."""
        scope = self.scope
        return found.span.source is scope.source and scope.start <= found.span.start < max(scope.end, scope.start + 1)


class Ignored(NamedTuple):
    """What ignores make of findings: those that stay, those that go, and one finding for each name that took out none."""

    kept: list[Diagnostic]
    suppressed: list[Suppressed]
    unused: list[Diagnostic]


def apply(diagnostics: Iterable[Diagnostic], ignores: Sequence[Ignore], judged: Callable[[Ignore, str], bool] = lambda ignore, name: True) -> Ignored:
    """Take out what is ignored. `judged` says whether a name that took out nothing is unused, or just had no occasion in this run."""
    from broxspec.known_rules import matches

    kept: list[Diagnostic] = []
    suppressed: list[Suppressed] = []
    used: set[tuple[str, int, str]] = set()
    # A comment covers only what lies in its own text; that is looked up, so that a thousand comments cost no more than their findings.
    by_source: dict[int, list[Ignore]] = {}
    anywhere: list[Ignore] = []
    for ignore in ignores:
        (by_source.setdefault(id(ignore.span.source), []) if ignore.how == "comment" else anywhere).append(ignore)
    for finding in diagnostics:
        reason: tuple[str, str] | None = None
        for ignore in (*by_source.get(id(finding.span.source), ()), *anywhere) if finding.code not in OWN else ():
            for name, _ in ignore.names:
                if matches(name, finding.code, finding.rule) and ignore.covers(finding):
                    used.add(_key(ignore, name))
                    reason = reason or (ignore.how, ignore.reason)
        if reason:
            suppressed.append(Suppressed(finding, *reason))
        else:
            kept.append(finding)
    unused: dict[tuple[str, int, str], Diagnostic] = {}
    for ignore in ignores:
        for name, place in ignore.names:
            key = _key(ignore, name)
            if key not in used and key not in unused and judged(ignore, name):
                unused[key] = _unused(ignore, name, place)
    return Ignored(kept, suppressed, list(unused.values()))


def known(name: str, place: Span, found: list[Diagnostic]) -> bool:
    """Whether a name in an ignore means a rule that can be ignored; if not, that is a finding."""
    from broxspec.known_rules import did_you_mean, is_known

    if name.upper() in OWN:
        found.append(faults.IGNORE_FORM.at(place, f"`{name}` can't be ignored", help="mend what it is about"))
        return False
    if is_known(name):
        return True
    found.append(faults.IGNORE_UNKNOWN.at(place, f"no rule `{name}`", note=did_you_mean(name), help="list them with `broxspec rules`"))
    return False


def _key(ignore: Ignore, name: str) -> tuple[str, int, str]:
    """A file that two databases have in common is read twice, and its comments with it."""
    return (ignore.span.path, ignore.span.start, name)


def _unused(ignore: Ignore, name: str, place: Span) -> Diagnostic:
    message = f"`{name}` finds nothing here to ignore"
    if ignore.how != "comment":
        return faults.IGNORE_UNUSED.at(place, message, help="delete this `[[ignore]]`" if len(ignore.names) == 1 else f"take `{name}` out of it")
    if len(ignore.names) == 1:
        fix = Fix("delete the comment", (Edit(_whole(ignore.span), ""),), safe=True)
        return faults.IGNORE_UNUSED.at(place, message, help="delete the comment", fix=fix)
    fix = Fix(f"take `{name}` out of the comment", (Edit(_with_comma(place), ""),), safe=True)
    return faults.IGNORE_UNUSED.at(place, message, help=fix.title, fix=fix)


def _with_comma(place: Span) -> Span:
    """A name of a list with the comma and blanks behind it; of the last one, those before it."""
    text, end = place.source.text, place.end
    while text[end : end + 1] in (" ", "\t", ","):
        end += 1
    if end > place.end and text[end : end + 1] != "]":
        return Span(place.source, place.start, end)
    start = place.start
    while text[start - 1] in " \t,":
        start -= 1
    return Span(place.source, start, place.end)


def _whole(span: Span) -> Span:
    """A comment with the blanks before it, or with its line where it has one of its own."""
    text = span.source.text
    start = span.start
    while start > 0 and text[start - 1] in " \t":
        start -= 1
    if start > 0 and text[start - 1] != "\n":
        return Span(span.source, start, span.end)
    end = text.find("\n", span.end)
    return Span(span.source, start, end + 1 if end >= 0 else len(text))
