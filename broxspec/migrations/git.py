"""Git: which commit the branch stands on, and what a file was there. The git program does the work."""

import os
import re
import subprocess
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from broxspec.usage import UsageError


# Object, type and size; of what is not there git says `… missing`.
_ANSWER = re.compile(r"([0-9a-f]+) commit [0-9]+")


class MergeBase(NamedTuple):
    """`state` is `found`, `none` (no git here), `unborn` (no commit yet) or `missing` (there is history, but not the base:
    `reason` says why)."""

    state: str
    commit: str = ""
    reason: str = ""


def merge_base(root: Path, base: str | None, since: str | None = None) -> MergeBase:
    """The last commit that HEAD and the base branch share. In the middle of a merge, HEAD counts as already merged.

    Without a configured base it is the remote's default branch, else `main`. `since` is any commit, in place of the base branch.
    """
    names = ("HEAD", "MERGE_HEAD", *((since,) if since else _candidates(base)))
    try:
        commits, complaint = _commits(root, names)
    except FileNotFoundError:
        if any((folder / ".git").exists() for folder in (root, *root.parents)):
            return MergeBase("missing", reason="git is not installed")
        return MergeBase("none")
    if complaint:
        return MergeBase("none") if "not a git repository" in complaint else MergeBase("missing", reason=_first(complaint))
    head, merging, *targets = commits
    if not head:
        return MergeBase("unborn")
    target = next(filter(None, targets), None)
    if not target:
        return MergeBase("missing", reason=f"there is no `{since or base or 'main'}` here")
    if head == target:
        return MergeBase("found", head)
    heads = [head, *(_merging(root) if merging else ())]
    shared = _git(root, "merge-base", target, *heads)
    if shared.returncode:
        return MergeBase("missing", reason=f"HEAD and `{since or base or 'main'}` share no commit that is here")
    return MergeBase("found", shared.stdout.split()[0])


def text_at(root: Path, commit: str, path: str) -> str | None:
    """What a file (relative to the root) was at a commit; None where it was not there."""
    shown = git(root, "cat-file", "blob", f"{commit}:./{path}")
    if shown.returncode == 0:
        return shown.stdout.decode("utf-8", "replace")
    if _git(root, "rev-parse", "--verify", "--quiet", f"{commit}:./{path}").returncode:
        return None
    raise UsageError(f"git can't show `{path}` at {commit[:12]}: {_first(shown.stderr.decode('utf-8', 'replace'))}", "run `git fetch`")


def _merging(root: Path) -> list[str]:
    """What is being merged into HEAD."""
    file = root / _git(root, "rev-parse", "--git-path", "MERGE_HEAD").stdout.strip()
    return file.read_text("utf-8").split() if file.is_file() else []


def names_at(folder: Path, commit: str) -> frozenset[str]:
    """The files that a folder and those below it had at a commit, relative to the folder."""
    listed = _git(folder, "ls-tree", "-r", "-z", "--name-only", commit)
    if listed.returncode:
        raise UsageError(f"git can't list `{folder.name}` at {commit[:12]}: {_first(listed.stderr)}", "run `git fetch`")
    return frozenset(listed.stdout.split("\0"))


def _candidates(base: str | None) -> tuple[str, ...]:
    if base:
        return (f"refs/remotes/origin/{base}", base)
    # A remote that was added by hand has no HEAD.
    return ("refs/remotes/origin/HEAD", "refs/remotes/origin/main", "refs/heads/main", "refs/remotes/origin/master", "refs/heads/master")


def _commits(root: Path, names: Sequence[str]) -> tuple[list[str | None], str]:
    """The commits that names stand for, None for what stands for none; and what git says where it can't answer at all. One process."""
    asked = "".join(name.replace("\n", " ") + "^{commit}\n" for name in names)
    done = _git(root, "cat-file", "--batch-check", given=asked)
    if done.returncode:
        return [None] * len(names), done.stderr or "git failed"
    found = [_ANSWER.fullmatch(answer) for answer in done.stdout.split("\n")[: len(names)]]
    return [answer[1] if answer else None for answer in found], ""


def _git(root: Path, *arguments: str, given: str = "") -> "subprocess.CompletedProcess[str]":
    done = git(root, *arguments, given=given.encode())
    said = (part.decode("utf-8", "replace") for part in (done.stdout, done.stderr))
    return subprocess.CompletedProcess(done.args, done.returncode, *said)


def git(root: Path, *arguments: str, given: bytes = b"") -> "subprocess.CompletedProcess[bytes]":
    """Run git in a folder. What a person wrote must never be an argument that could be an option."""
    return subprocess.run(_command(*arguments), cwd=root, env=_environment(), input=given, capture_output=True, check=False)


def _command(*arguments: str) -> list[str]:
    return ["git", "-c", "core.quotepath=off", *arguments]


def _environment() -> dict[str, str]:
    # Inside a hook git says by these where it is; the project's folder says it better.
    kept = {name: value for name, value in os.environ.items() if name not in ("GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_PREFIX")}
    return {**kept, "LC_ALL": "C", "GIT_OPTIONAL_LOCKS": "0"}


def _first(text: str) -> str:
    return text.strip().split("\n", 1)[0]
