"""The baseline: findings that were there before anybody looked, one line of JSON each. It only ever shrinks.

An entry knows its finding by code and object, not by line, so that edits elsewhere and another form of the schema make no odds. Where a
finding has no object, its file and the text of its line stand for one.
"""

import json
import os
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from broxspec.diagnostic import Diagnostic, order
from broxspec.ignores import OWN
from broxspec.report import Suppressed, plural
from broxspec.rule import rule_files
from broxspec.source import Source, Span, read_source, shown
from broxspec.specs import faults

if TYPE_CHECKING:
    from broxspec.suppress import Run

VERSION = 1

# What a subject says beside the object itself; it may change while the finding stays.
NEAR = frozenset({"covered_by", "mirror_of", "supersedes"})

# The object of a finding, as JSON in one form; what makes two findings the same one.
Key = str


class Entry(NamedTuple):
    """So many findings of one key. `environments` are those in which they are; empty means wherever they may be."""

    key: Key
    environments: tuple[str, ...] = ()
    count: int = 1
    at: Span | None = None

    @property
    def text(self) -> str:
        fields = json.loads(self.key)
        fields |= {"environments": list(self.environments)} if self.environments else {}
        fields |= {"count": self.count} if self.count > 1 else {}
        return json.dumps(fields, ensure_ascii=False)


class Baseline(NamedTuple):
    """`of` is what was run, `lint` or `audit`; `schema` the arguments of the audit. `root` is the folder of the file, which paths in it
    are relative to; `display` the one that paths of findings are relative to."""

    root: Path
    display: Path
    of: str = "lint"
    schema: tuple[str, ...] = ()
    entries: tuple[Entry, ...] = ()

    @property
    def text(self) -> str:
        head = {"broxspec-baseline": VERSION, "of": self.of} | ({"schema": list(self.schema)} if self.schema else {})
        lines = sorted(entry.text for entry in self.entries)
        return "".join(line + "\n" for line in (json.dumps(head, ensure_ascii=False), *lines))


class Heard(NamedTuple):
    """What a baseline makes of findings. `used` are the entries that are still needed, each with as much as is needed of it."""

    kept: list[Diagnostic]
    suppressed: list[Suppressed]
    stale: list[Diagnostic]
    used: tuple[Entry, ...]


def read(path: Path, display: Path) -> tuple[Baseline | None, list[Diagnostic]]:
    """The baseline of a file; None where there is no such file, or it is not of this version."""
    if not path.exists():
        return None, []
    source, found = read_source(path, shown(path, display))
    if source is None:
        return None, found
    lines = [(number, line) for number, line in enumerate(source.text.split("\n"), 1) if line.strip()]
    head = _object(lines[0][1]) if lines else None
    if head is None or head.get("broxspec-baseline") != VERSION or head.get("of") not in ("lint", "audit"):
        message = "this is not a baseline of this version of broxspec"
        return None, [*found, _unreadable(source, lines[0][0] if lines else 1, message, "make it anew with `broxspec baseline --restart`")]
    entries = []
    for number, line in lines[1:]:
        entry = _entry(line, _place(source, number))
        if entry is None:
            found.append(_unreadable(source, number, "this line of the baseline can't be read", "delete it, or run `broxspec baseline`"))
        else:
            entries.append(entry)
    schema = tuple(name for name in head.get("schema", ()) if isinstance(name, str))
    return Baseline(path.resolve().parent, display, head["of"], schema, tuple(entries)), found


def made_of(found: Iterable[Diagnostic], root: Path, display: Path, run: "Run") -> Baseline:
    """A baseline of all findings that can be in one."""
    counts = Counter((key(one, root, display), environment) for one in found if acceptable(one) for environment in one.environments or ("",))
    of = "lint" if run.specs else "audit"
    return Baseline(root, display, of, run.schema, tuple(_entries(counts, run.environments)))


def hear(baseline: Baseline, found: Iterable[Diagnostic], run: "Run") -> Heard:
    """Leave out what is in the baseline. Of findings that share a key, the first ones are."""
    allowed = _Allowance(baseline.entries)
    kept: list[Diagnostic] = []
    suppressed: list[Suppressed] = []
    for finding in sorted(found, key=order):
        name = key(finding, baseline.root, baseline.display) if acceptable(finding) else None
        environments = finding.environments or ("",)
        hidden = {environment for environment in environments if name and allowed.take(name, environment)}
        rest = tuple(environment for environment in environments if environment not in hidden)
        if hidden:
            suppressed.append(Suppressed(finding._replace(environments=tuple(name for name in environments if name and name in hidden)), "baseline"))
        if rest:
            kept.append(finding._replace(environments=rest) if hidden else finding)
    used = tuple(_entries(allowed.taken, run.environments))
    return Heard(kept, suppressed, _stale(baseline, allowed, run), used)


def acceptable(found: Diagnostic) -> bool:
    """Whether a finding may be in a baseline. What could not be read hides other findings; an error in a spec would be compiled; and
    ignores and the baseline are not to be silenced by one another."""
    if found.code in OWN or (found.severity == "error" and found.code.startswith("SP")):
        return False
    return found.severity != "error" or found.code not in _about_specs()


def key(found: Diagnostic, root: Path, display: Path) -> Key:
    """What a finding is known by."""
    subject = {name: _plain(value) for name, value in found.subject.items() if name not in NEAR and value not in (None, "")}
    if "table" in subject or "index" in subject:
        if "constraint" in subject:
            subject.pop("columns", None)
        return _key(found.code, subject)
    return _key(found.code, {**subject, "path": relative(display / found.span.path, root), "text": _line(found.span)})


def relative(path: Path, root: Path) -> str:
    """A path as the file has it: from the file's folder, also upwards, with `/`."""
    try:
        return Path(os.path.relpath(path, root)).as_posix()
    except ValueError:  # another drive of Windows
        return path.as_posix()


class _Allowance:
    """How many findings of each key may still be left out, by environment."""

    def __init__(self, entries: Sequence[Entry]) -> None:
        self.anywhere: Counter[Key] = Counter()
        self.given: Counter[tuple[Key, str]] = Counter()
        self.taken: Counter[tuple[Key, str]] = Counter()
        self.spent: Counter[tuple[Key, str]] = Counter()  # by the key of the entry
        self.groups: dict[Key, list[tuple[frozenset[str], Key]]] = {}
        for entry in entries:
            if not entry.environments:
                self.anywhere[entry.key] = max(entry.count, self.anywhere[entry.key])
            for environment in entry.environments:
                self.given[entry.key, environment] = max(entry.count, self.given[entry.key, environment])
            if group := _group(entry.key):
                self.groups.setdefault(group[0], []).append((group[1], entry.key))

    def take(self, name: Key, environment: str) -> bool:
        for entry in (name, *self._wider(name)):
            if self.spent[entry, environment] < self.limit(entry, environment):
                self.spent[entry, environment] += 1
                self.taken[name, environment] += 1
                return True
        return False

    def limit(self, entry: Key, environment: str) -> int:
        """How many; what is said of one environment goes before what is said of all."""
        return self.given.get((entry, environment), self.anywhere[entry])

    def _wider(self, name: Key) -> Iterator[Key]:
        """Entries about a group of indexes that the finding's group is what is left of."""
        if self.groups and (group := _group(name)):
            yield from (entry for indexes, entry in self.groups.get(group[0], ()) if indexes > group[1])

    def left_of(self, entry: Entry) -> bool:
        """Whether an entry allows for more than was found in any environment that it speaks of."""
        if entry.environments:
            return any(self.spent[entry.key, environment] < self.limit(entry.key, environment) for environment in entry.environments)
        return self.most.get(entry.key, 0) < self.anywhere[entry.key]

    @cached_property
    def most(self) -> dict[Key, int]:
        """The most that was found of each key in one environment. Asked for when all findings have been heard."""
        most: dict[Key, int] = {}
        for (name, _), count in self.spent.items():
            most[name] = max(count, most.get(name, 0))
        return most


def _stale(baseline: Baseline, allowed: _Allowance, run: "Run") -> list[Diagnostic]:
    """One finding for all entries of which nothing, or less, has come."""
    gone = [entry for entry in baseline.entries if allowed.left_of(entry) and run.could_find(json.loads(entry.key)["code"])]
    if not gone or not same_run(baseline, run) or gone[0].at is None:
        return []
    message = f"{plural(len(gone), 'finding')} of the baseline {'is' if len(gone) == 1 else 'are'} gone"
    return [faults.BASELINE_STALE.at(gone[0].at, message, note="the first", help="run `broxspec baseline` and commit what is left of it")]


def same_run(baseline: Baseline, run: "Run") -> bool:
    """Whether the run is the one that the baseline was made by; another one may just have looked at something else."""
    return run.complete and (baseline.of, baseline.schema) == ("lint" if run.specs else "audit", run.schema)


def _entries(counts: Mapping[tuple[Key, str], int], environments: Sequence[str]) -> Iterator[Entry]:
    """The entries that say how often each key was found in which environment."""
    by_key: dict[Key, dict[int, list[str]]] = {}
    for (name, environment), count in sorted(counts.items()):
        by_key.setdefault(name, {}).setdefault(count, []).append(environment)
    for name, by_count in by_key.items():
        for count, found_in in by_count.items():
            everywhere = found_in == [""] or set(found_in) >= set(environments)
            yield Entry(name, () if everywhere else tuple(found_in), count)


def _group(name: Key) -> tuple[Key, frozenset[str]] | None:
    """The key without its list of indexes, and these; None where it has none."""
    fields = json.loads(name) if '"indexes"' in name else {}
    indexes = fields.pop("indexes", None)
    return (json.dumps(fields, ensure_ascii=False), frozenset(indexes)) if isinstance(indexes, list) else None


def _key(code: str, fields: Mapping[str, Any]) -> Key:
    return json.dumps({"code": code, **{name: fields[name] for name in sorted(fields, key=_place_of)}}, ensure_ascii=False)


def _place_of(field: str) -> tuple[int, str]:
    """From the outer to the inner name, as a reader expects it."""
    known = ("database", "schema", "table", "constraint", "index", "indexes", "path")
    return (known.index(field) if field in known else len(known), field)


def _plain(value: Any) -> Any:
    return sorted(value) if isinstance(value, set | frozenset) else list(value) if isinstance(value, tuple) else value


def _line(span: Span) -> str:
    return span.source.line(span.begin.line).strip() if span.has_place else ""


def _entry(line: str, at: Span) -> Entry | None:
    fields = _object(line)
    if fields is None or not isinstance(fields.get("code"), str):
        return None
    environments, count = fields.pop("environments", []), fields.pop("count", 1)
    if not isinstance(count, int) or not isinstance(environments, list) or not all(isinstance(name, str) for name in environments):
        return None
    return Entry(_key(fields.pop("code"), fields), tuple(environments), count, at)


def _object(line: str) -> dict[str, Any] | None:
    try:
        value = json.loads(line)
    except (ValueError, RecursionError):
        return None
    return value if isinstance(value, dict) else None


def _place(source: Source, number: int) -> Span:
    start = source.starts[number - 1]
    return source.span(start, start + len(source.line(number)))


def _unreadable(source: Source, number: int, message: str, help: str) -> Diagnostic:
    return faults.BASELINE_UNREADABLE.at(_place(source, number), message, help=help)


def _about_specs() -> frozenset[str]:
    return frozenset(file.code for file in rule_files() if file.needs_specs)
