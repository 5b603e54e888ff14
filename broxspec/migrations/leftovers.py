"""Leftovers: drafts in the places of frozen migrations. Two branches may give one name to different drafts; when the one is merged, git
asks the other which file to keep, and whichever was kept, or both with the markers left in, the place belongs to the frozen one."""

from collections.abc import Iterator, Mapping
from pathlib import Path

from broxspec.compare import CONFLICT
from broxspec.emit import sha256
from broxspec.migrations.git import text_at
from broxspec.migrations.history import History
from broxspec.migrations.lock import read

# Where the lock that knew the draft may be: a merge, rebase or cherry-pick begun, or just committed.
_SIDES = ("HEAD", "MERGE_HEAD", "REBASE_HEAD", "CHERRY_PICK_HEAD", "HEAD^1", "HEAD^2", "ORIG_HEAD")


def leftovers(root: Path, history: History, folder: Path, shown: str) -> Mapping[str, str]:
    """The texts that belong in places where a merge has left something else, by path in the project.

    Nothing is lost by putting them back: what lies there is a draft that a lock knows to the byte, or has git's own markers.
    """
    if history.base.state != "found":
        return {}
    found: dict[str, str] = {}
    drafts: set[tuple[str, str]] | None = None
    for file in history.frozen.files:
        try:
            content = (folder / file.path).read_bytes()
        except OSError:
            continue  # missing, which is another finding
        if sha256(content) == file.bytes:
            continue
        drafts = set(_drafts(root, history)) if drafts is None else drafts
        if (file.path, sha256(content)) in drafts or CONFLICT.search(content.decode("utf-8", "replace")):
            path = f"{shown}/{file.path}"
            text = text_at(root, history.base.commit, path)
            if text is not None and sha256(text) == file.bytes:
                found[path] = text
    return found


def _drafts(root: Path, history: History) -> Iterator[tuple[str, str]]:
    """Path and hash of every file that a lock near the merge knows."""
    for text in (history.text, *(text_at(root, side, history.path) or "" for side in _SIDES)):
        for line in text.split("\n"):
            # One by one: between markers two lines may speak of one file.
            if line.startswith("file "):
                yield from ((file.path, file.bytes) for file in read(line)[0].files)
