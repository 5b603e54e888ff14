"""Since: which lines of which files a branch has changed, by git. It limits what is shown, never what is looked at."""

import os
import re
from bisect import bisect_left
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import NamedTuple

from broxspec.diagnostic import Diagnostic
from broxspec.migrations.git import git, merge_base
from broxspec.report import Report
from broxspec.source import Span
from broxspec.usage import UsageError

_HUNK = re.compile(rb"^@@ -\S+ \+(\d+)(?:,(\d+))? @@", re.MULTILINE)
_SECTION = re.compile(rb"^diff --git ", re.MULTILINE)

# What a person's own settings of git would change of the answer.
_PLAIN = ("--no-color", "--submodule=short", "--no-ext-diff", "--no-textconv", "--no-relative", "--text", "--find-renames", "-U0", "--inter-hunk-context=0")


class Changed(NamedTuple):
    """`lines` are the changed lines of each changed file, sorted; `same` are the files in which none is. Paths are absolute, links
    followed. Every other file is new, or git does not know it."""

    lines: dict[Path, list[int]]
    same: frozenset[Path]

    def touches(self, span: Span, folder: Path) -> bool:
        """Whether a place is on a changed line, or on none that git knows. `folder` is the one that its path is relative to."""
        if not span.has_place:
            return True
        path = Path(os.path.realpath(folder / span.path))
        if path in self.same:
            return False
        if path not in self.lines:
            return True
        lines, first, last = self.lines[path], span.begin.line, _last(span)
        at = bisect_left(lines, first)
        return at < len(lines) and lines[at] <= last


def changed(folder: Path, ref: str) -> Changed:
    """What is different in the working tree from where HEAD and `ref` parted. UsageError where git can't say."""
    commit = _parted(folder, ref)
    top = Path(os.fsdecode(git(folder, "rev-parse", "--show-toplevel").stdout).rstrip("\r\n")).resolve()
    done = git(top, "diff", "--patch-with-raw", "-z", *_PLAIN, commit, "--")
    if done.returncode:
        raise UsageError(f"git can't compare with `{ref}`: {os.fsdecode(done.stderr).strip()}")
    records, _, patch = done.stdout.partition(b"\0\0")
    # In the middle of a merge, or taken out of the index but still there: as good as new.
    unsettled = {path for path, status in _records(records) if status in b"UD"}
    paths = [path for path, status in _records(records) if status != b"U"]
    lines = {Path(os.path.realpath(top / path)): numbers for path, numbers in zip(paths, _lines(patch), strict=False) if path not in unsettled}
    known = {Path(os.path.realpath(top / path)) for path in _names(git(top, "ls-files", "-z").stdout) if path not in unsettled}
    return Changed(lines, frozenset(known - lines.keys()))


def limited(report: Report, change: Changed, folder: Path) -> Report:
    """The report with only the findings of which a place or a label is on a changed line, or that lie in no file."""
    shown = tuple(one for one in report.diagnostics if _touched(one, change, folder))
    return report._replace(diagnostics=shown, hidden=report.hidden + len(report.diagnostics) - len(shown))


def _touched(found: Diagnostic, change: Changed, folder: Path) -> bool:
    return change.touches(found.span, folder) or any(label.span.has_place and change.touches(label.span, folder) for label in found.labels)


def _parted(folder: Path, ref: str) -> str:
    if not ref.strip():
        raise UsageError("`--since` names no commit", "give it a branch, a tag or a commit")
    base = merge_base(folder, None, ref)
    if base.state == "found":
        return base.commit
    if base.state == "none":
        raise UsageError(f"`--since {ref}` needs git, and this is not a git repository")
    if base.state == "unborn":
        raise UsageError(f"`--since {ref}` needs a commit, and there is none here")
    shallow = git(folder, "rev-parse", "--is-shallow-repository").stdout.strip() == b"true"
    help = "this clone is shallow: run `git fetch --unshallow`, or in GitHub Actions check out with `fetch-depth: 0`"
    raise UsageError(f"`--since {ref}`: {base.reason}", help if shallow else "name a branch, a tag or a commit that is here; `git fetch` may bring it")


def _lines(patch: bytes) -> Iterator[list[int]]:
    """The changed lines of each file, in the order of the raw records: names are quoted in a patch in ways of their own."""
    starts = [*(match.start() for match in _SECTION.finditer(patch)), len(patch)]
    for start, end in pairwise(starts):
        lines: list[int] = []
        for hunk in _HUNK.finditer(patch, start, end):
            first, count = int(hunk[1]), int(hunk[2] if hunk[2] is not None else 1)
            lines += range(first, first + count)
        yield lines


def _records(output: bytes) -> list[tuple[str, bytes]]:
    """The path that each changed file has now, and the letter of its status: U where a merge has not been settled."""
    fields = output.split(b"\0")
    found = []
    at = 0
    while at + 1 < len(fields):
        status = fields[at].rsplit(b" ", 1)[-1][:1]
        renamed = status in b"RC"
        found.append((os.fsdecode(fields[at + 1 + renamed]), status))
        at += 2 + renamed
    return found


def _names(output: bytes) -> list[str]:
    return [os.fsdecode(name) for name in output.split(b"\0") if name]


def _last(span: Span) -> int:
    """The last line that a span has a character on."""
    return max(span.begin.line, span.source.position(max(span.start, span.end - 1)).line)
