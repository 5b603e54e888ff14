"""Fix: apply the safe fixes of findings to the text of their files, and prove of each that it did only what it promised.

Fixes are edits of text, so comments and formatting stay. After each round the specs are read and linted again, in memory: what was fixed
must be gone, nothing as bad may be new, and everything outside of the edits must mean what it meant. What fails that is left out, and said.
Nothing is written here.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from broxspec.diagnostic import SEVERITIES, Diagnostic, Edit, Fix, at_least, order
from broxspec.lint import unreadable
from broxspec.pipeline import Linted, lint_project, open_project
from broxspec.places import Agreed
from broxspec.report import Report
from broxspec.source import Source, shown
from broxspec.specs.documents import spec_files
from broxspec.unchanged import only_comments, only_edits

if TYPE_CHECKING:
    from broxspec.config import Config
    from broxspec.lint import Selection

# Fixes that make occasion for others are few and shallow.
ROUNDS = 10


class Refused(NamedTuple):
    """A safe fix that was left out, and why."""

    diagnostic: Diagnostic
    why: str


class Fixed(NamedTuple):
    """A project as it would be. `texts` are the changed files, each with its text before and after; `linted` is what is left to say of
    it; `count` how many findings were fixed."""

    texts: Mapping[Path, tuple[Source, str]]
    linted: Linted
    count: int
    refused: tuple[Refused, ...]


class _Work:
    """The state of a project between rounds: the texts as they are by now, and what is known of them."""

    def __init__(self, config: "Config", display: Path, selection: "Selection", agreed: Agreed, chosen: Callable[[Report], Report]) -> None:
        self.config, self.display, self.selection, self.agreed, self.chosen = config, display, selection, agreed, chosen
        self.paths = {shown(path, display): path for path in spec_files(config)}
        self.texts: dict[str, Source] = {}
        self.beside: dict[str, Source] = {}  # files that are no specs; linted as they lie on disk
        self.linted = self.lint(self.texts)
        self.before = {source.path: source for source in self.linted.opened.loaded.documents.sources}
        self.before |= {source.path: source for source in self.others()}

    def lint(self, texts: Mapping[str, Source]) -> Linted:
        files = [(path, texts.get(name)) for name, path in self.paths.items()]
        opened = open_project(self.config, self.display, files=files)
        return lint_project(opened, self.display, self.selection, self.agreed)

    def others(self) -> Iterable[Source]:
        node = self.config.node
        yield from (source for state in self.linted.opened.loaded.states.values() for source in state.sources if source.text)
        if node is not None:
            yield node.source

    def pending(self, refused: Mapping[tuple, Refused]) -> list[Diagnostic]:
        """The findings that can be fixed and were not tried, first ones first."""
        found = sorted(self.chosen(self.linted.report).diagnostics, key=order)
        return [one for one in found if one.fix and one.fix.safe and _key(one) not in refused and self.reachable(one.fix)]

    def reachable(self, fix: Fix) -> bool:
        """Whether all of a fix lies in files of the project; one that is no spec is changed once."""
        names = {edit.span.path for edit in fix.edits}
        return all(name in self.before and name not in self.beside for name in names) and all(map(self.inside, names))

    def inside(self, name: str) -> bool:
        path = self.path(name).resolve()
        return self.config.root.resolve() in path.parents

    def path(self, name: str) -> Path:
        return self.paths.get(name, self.display / name)

    def attempt(self, found: Sequence[Diagnostic]) -> str:
        """Carry out fixes; if the outcome is not what was promised, leave everything as it was and say why."""
        edits = [edit for one in found for edit in (one.fix.edits if one.fix else ())]
        by_path: dict[str, list[Edit]] = {}
        for edit in edits:
            by_path.setdefault(edit.span.path, []).append(edit)
        sources = {name: _edited(edits[0].span.source, edits) for name, edits in by_path.items()}
        beside = {name: source for name, source in sources.items() if name not in self.paths}
        for name, source in beside.items():
            if not only_comments(by_path[name][0].span.source, source):
                return "it would change more than a comment"
        texts = {**self.texts, **{name: source for name, source in sources.items() if name in self.paths}}
        if texts != self.texts:
            for name, source in sources.items():
                if name in self.paths and not only_edits(by_path[name][0].span.source, source, by_path[name]):
                    return "it would change what stands beside it"
            after = self.lint(texts)
            if why := _worse(self.linted, after, [one for one in found if not _paths(one) <= beside.keys()]):
                return why
            self.texts, self.linted = texts, after
        self.beside |= beside
        return ""


def fix_project(
    config: "Config", display: Path, selection: "Selection", agreed: Agreed, chosen: Callable[[Report], Report], rounds: int = ROUNDS
) -> Fixed:
    """Fix what can be fixed safely among the findings that `chosen` leaves of the report. More than one round only where `chosen` does not
    go by what lies on disk."""
    work = _Work(config, display, selection, agreed, chosen)
    refused: dict[tuple, Refused] = {}
    count = 0
    for _ in range(rounds):
        round = _apart(work.pending(refused))
        if not round:
            break
        if not work.attempt(round):
            count += len(round)
            continue
        # One of them spoils the rest: the first that is good alone goes in, and the others wait for the next round with its text.
        for one in round:
            if not (why := work.attempt([one])):
                count += 1
                break
            refused[_key(one)] = Refused(one, why)
    changed = {**work.texts, **work.beside}
    texts = {work.path(name): (work.before[name], source.text) for name, source in sorted(changed.items())}
    return Fixed(texts, work.linted, count, tuple(refused.values()))


def _apart(found: Sequence[Diagnostic]) -> list[Diagnostic]:
    """Fixes of which no two change the same place: the first one wins, whole."""
    taken: dict[str, list[tuple[int, int]]] = {}
    chosen = []
    for one in found:
        places = [(edit.span.path, edit.span.start, edit.span.end) for edit in (one.fix.edits if one.fix else ())]
        if any(start <= end_ and start_ <= end for path, start, end in places for start_, end_ in taken.get(path, ())):
            continue
        for path, start, end in places:
            taken.setdefault(path, []).append((start, end))
        chosen.append(one)
    return chosen


def _edited(source: Source, edits: Iterable[Edit]) -> Source:
    text = source.text
    for edit in sorted(edits, key=lambda edit: edit.span.start, reverse=True):
        text = text[: edit.span.start] + edit.text + text[edit.span.end :]
    return Source(source.path, text)


def _worse(before: Linted, after: Linted, fixed: Sequence[Diagnostic]) -> str:
    """Why an outcome is not what fixes promise: a finding is still there, or one as bad is new."""
    was, now = (Counter(map(_words, one.report.diagnostics)) for one in (before, after))
    for words, count in Counter(map(_words, fixed)).items():
        if now[words] > was[words] - count:
            return "the finding would still be there"
    mildest = max((one.severity for one in fixed), key=SEVERITIES.index, default="info")
    # What could not be read before is looked at only now.
    revealing = any(unreadable(one) for one in fixed)
    for one in after.report.diagnostics:
        if at_least(one.severity, mildest) and now[_words(one)] > was[_words(one)] and (unreadable(one) or not revealing):
            return f"it would bring {one.code}: {one.message}"
    return ""


def _words(found: Diagnostic) -> tuple:
    """What a finding is known by while the text around it moves."""
    return (found.code, found.span.path, found.message, repr(sorted(found.subject.items())))


def _key(found: Diagnostic) -> tuple:
    return (*_words(found), found.span.source.line(found.span.begin.line).strip())


def _paths(found: Diagnostic) -> set[str]:
    return {edit.span.path for edit in found.fix.edits} if found.fix else set()
