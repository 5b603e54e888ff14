"""Compare: what should be against what lies in the tree."""

import re
from pathlib import Path
from typing import NamedTuple

from broxspec.emit import HEADER, sha256
from broxspec.usage import UsageError

# Why a file is in its state, in a few words.
_WHY = {
    "fresh": "",
    "new": "not written yet",
    "stale": "the specs or a template have changed",
    "edited": "changed by hand: the specs say otherwise",
    "orphan": "nothing asks for it any more",
    "missing": "it was generated, and is not there",
}


# What git leaves in a file that it could not merge: no edit that anybody wants to keep.
CONFLICT = re.compile(r"^<{7} .*^>{7} ", re.MULTILINE | re.DOTALL)


class Output(NamedTuple):
    """A file that should be, its path relative to the project; `text` is None where it should not. `recorded` is the hash of
    what was written last, None where nothing was. `what` is `migration`, `artifact`, `schema` or `lock`."""

    path: str
    text: str | None
    recorded: str | None
    what: str


class Change(NamedTuple):
    """An output and its state: `fresh`, `new`, `stale`, `edited`, `orphan` or `missing`. `found` is the text that lies there."""

    output: Output
    state: str
    found: str | None

    @property
    def path(self) -> str:
        return self.output.path

    @property
    def why(self) -> str:
        """What has happened to the file, in a few words."""
        return "changed by hand: say it in the specs, or lose it by --force" if self.by_hand else _WHY[self.state]

    @property
    def by_hand(self) -> bool:
        """Whether writing would lose what somebody has written: an edited migration, or a file that is not ours.

        Other generated files are made of the specs alone, and of two branches git may have merged them: they are written anew.
        """
        ours = HEADER in (self.found or "")[:200]
        return self.state == "edited" and (self.output.what == "migration" or not ours)


def compare(root: Path, outputs: list[Output]) -> list[Change]:
    """Every output with its state, sorted by path."""
    return sorted((_compare(root, output) for output in outputs), key=lambda change: change.path)


def _compare(root: Path, output: Output) -> Change:
    try:
        content = (root / output.path).read_bytes()
    except FileNotFoundError:
        return Change(output, _absent(output), None)
    except OSError as error:
        raise UsageError(f"`{output.path}` can't be read: {(error.strerror or str(error)).lower()}", "move away what stands in its place") from error
    found = content.decode("utf-8", "replace")
    if output.text is not None and content == output.text.encode("utf-8"):
        return Change(output, "fresh", found)
    if output.what in ("lock", "schema"):
        return Change(output, "stale", found)  # edits of these are judged line by line, before
    if (output.recorded is None or sha256(content) != output.recorded) and not CONFLICT.search(found):
        return Change(output, "edited", found)
    return Change(output, "stale" if output.text is not None else "orphan", found)


def _absent(output: Output) -> str:
    if output.text is None:
        return "fresh"
    return "missing" if output.recorded is not None else "new"


def difference(change: Change) -> str:
    """A unified diff from what lies there to what should."""
    from difflib import unified_diff

    # Lines end at line feeds alone, so that what else a text holds stays as it is.
    before, after = (re.findall(r"[^\n]*\n|[^\n]+", text or "") for text in (change.found, change.output.text))
    old = "/dev/null" if change.found is None else f"a/{change.path}"
    new = "/dev/null" if change.output.text is None else f"b/{change.path}"
    lines = []
    for line in unified_diff(before, after, old, new):
        lines.append(line if line.endswith("\n") else line + "\n\\ No newline at end of file\n")
    return "".join(lines)
