"""History: which own migrations are frozen, and which are drafts.

Frozen is what the lock held where this branch leaves the base branch: it may have run anywhere by now. All else is a draft
that nobody else can have run. Without git, `compile --release` says what is frozen.
"""

from pathlib import Path
from typing import NamedTuple

from broxspec.catalog.model import Catalog
from broxspec.migrations.fragments import fragments_of
from broxspec.migrations.git import MergeBase, merge_base, text_at
from broxspec.migrations.lock import AIDS, Entry, Lock, LockFault, read
from broxspec.migrations.record import operation_of
from broxspec.plan import Operation


class History(NamedTuple):
    """`frozen` and `drafts` are two parts of one record; `working` is the lock as it lies in the tree.

    Where the base is `missing`, everything counts as frozen. `text` is the working lock's own, empty where there is none;
    `faults` are lines of it that could not be read.
    """

    path: str
    working: Lock
    frozen: Lock
    drafts: Lock
    base: MergeBase
    text: str = ""
    faults: tuple[LockFault, ...] = ()

    @property
    def number(self) -> int:
        """How often the history was begun, the present one counted."""
        return max(self.working.history, self.frozen.history)

    @property
    def draft_files(self) -> frozenset[str]:
        """Paths, relative to the migrations folder, that no replay of it may read."""
        return frozenset(file.path for file in self.drafts.files)


def lock_path(generated: str, database: str) -> str:
    return f"{generated}/{database}.migrations.lock" if generated not in ("", ".") else f"{database}.migrations.lock"


def read_history(root: Path, generated: str, database: str, base: str | None = None, since: str | None = None) -> History:
    """The history of a database. `base` is a branch, None the remote's default branch, else `main`; `since` is a commit in its place."""
    path = lock_path(generated, database)
    file = root / path
    text = file.read_text("utf-8", errors="replace") if file.is_file() else ""
    working, faults = read(text)
    shared = merge_base(root, base, since)
    frozen = _frozen(root, path, working, text, shared)
    return History(path, working, frozen, _rest(working, frozen), shared, text, tuple(faults))


def _frozen(root: Path, path: str, working: Lock, text: str, shared: MergeBase) -> Lock:
    if shared.state == "missing":
        return _without_aids(working)
    merged = text_at(root, shared.commit, path) if shared.state == "found" else None
    released = Lock(
        working.history,
        tuple(file for file in working.files if file.released and file.role not in AIDS),
        tuple(entry for entry in working.entries if entry.released),
        (),
        working.others,
        working.runner,
    )
    if merged is None:
        return released
    lock = _without_aids(working if merged == text else read(merged)[0])
    # `compile --restart` began a new history: what the old one froze is no more.
    return released if lock.history < working.history else lock


def _rest(working: Lock, frozen: Lock) -> Lock:
    """What the working lock has beyond the frozen part."""
    paths = {file.path for file in frozen.files}
    known = {_identity(entry) for entry in frozen.entries}
    return working._replace(
        files=tuple(file for file in working.files if file.path not in paths),
        entries=tuple(entry for entry in working.entries if _identity(entry) not in known),
    )


def _identity(entry: Entry) -> tuple:
    return (entry.number, entry.file, dict(entry.data).__repr__())


def _without_aids(lock: Lock) -> Lock:
    return lock._replace(files=tuple(file for file in lock.files if file.role not in AIDS))


def whole(history: History) -> History:
    """The history with all that its lock has taken as frozen."""
    return history._replace(frozen=_without_aids(history.working), drafts=Lock(history.number))


def restarted(history: History) -> History:
    """The history as if nothing had ever been frozen. What was is thrown away like any draft."""
    both = history.frozen._replace(
        files=tuple(sorted({file.path: file for file in (*history.frozen.files, *history.drafts.files)}.values())),
        entries=(*history.frozen.entries, *history.drafts.entries),
    )
    number = history.number + 1 if history.frozen.entries or history.frozen.files else history.number
    return history._replace(frozen=Lock(number), drafts=both, working=history.working._replace(stamp=""))


def released(lock: Lock) -> Lock:
    """The lock with everything frozen from now on."""
    return lock._replace(
        files=tuple(file._replace(released=file.role not in AIDS) for file in lock.files),
        entries=tuple(entry._replace(released=True) for entry in lock.entries),
        stamp="",
    )


class Operations(NamedTuple):
    frozen: tuple[Operation, ...]
    drafts: tuple[Operation, ...]


def operations(history: History, catalog: Catalog) -> Operations:
    """The recorded operations as values. The catalog's column types help to compare SQL fragments."""
    fragments = fragments_of(catalog)
    return Operations(*(tuple(operation_of(entry.data, fragments) for entry in lock.entries) for lock in (history.frozen, history.drafts)))
