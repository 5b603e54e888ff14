"""Write: a set of files as one. Everything is first written beside its place; only then is anything put in its place, locks last."""

import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

from broxspec.compare import Change
from broxspec.usage import UsageError

_SUFFIX = ".broxspec-new"


def write(root: Path, changes: Sequence[Change]) -> None:
    """Bring the tree to what the changes say. UsageError where that is not possible; then nothing was changed, unless the
    failure came while files were being put in their places: the old locks are then still there, and the next run does the rest.
    """
    pending = sorted((change for change in changes if change.state != "fresh"), key=_turn)
    staged: list[tuple[Path, Path]] = []
    at = ""
    try:
        for change in pending:
            at = change.path
            if change.output.text is not None:
                staged.append(_stage(root / change.path, change.output.text))
        targets = {str(target): temporary for temporary, target in staged}
        for change in pending:
            at, target = change.path, root / change.path
            if temporary := targets.get(str(target)):
                os.replace(temporary, target)
            else:
                target.unlink(missing_ok=True)
                _prune(target.parent, root)
    except OSError as error:
        for temporary, _ in staged:
            with suppress(OSError):
                temporary.unlink(missing_ok=True)
        raise UsageError(f"can't write `{at}`: {error.strerror or error}", "mend this and run it again") from error


def _turn(change: Change) -> tuple[bool, bool, str]:
    """Settings after what they speak of, locks after what they know: a set that was cut off half-way is then whole when it is made again."""
    return (change.output.what == "lock", change.path == "broxspec.toml", change.path)


def write_texts(texts: Mapping[Path, str]) -> None:
    """Put texts in the place of files, as one set. A link stays, what it leads to is written. UsageError where that is not possible."""
    staged: list[tuple[Path, Path]] = []
    at = Path()
    try:
        for at in sorted(texts):
            staged.append(_stage(at.resolve(), texts[at]))
        for temporary, target in staged:
            at = target
            os.replace(temporary, target)
    except OSError as error:
        for temporary, _ in staged:
            with suppress(OSError):
                temporary.unlink(missing_ok=True)
        raise UsageError(f"can't write `{at}`: {error.strerror or error}", "mend this and run it again") from error


def _stage(target: Path, text: str) -> tuple[Path, Path]:
    target.parent.mkdir(parents=True, exist_ok=True)
    temporary = target.with_name(target.name + _SUFFIX)
    try:
        temporary.write_bytes(text.encode("utf-8"))
    except OSError:
        with suppress(OSError):
            temporary.unlink(missing_ok=True)
        raise
    if target.exists():
        with suppress(OSError):
            temporary.chmod(target.stat().st_mode & 0o777)
    return temporary, target


def _prune(folder: Path, root: Path) -> None:
    """Remove folders that a removal has left empty."""
    while folder != root and root in folder.parents:
        try:
            folder.rmdir()
        except OSError:
            return
        folder = folder.parent


@contextmanager
def alone(root: Path) -> Iterator[None]:
    """Keep a second `compile` of the same project out. The lock is on the folder itself and leaves no file behind."""
    try:
        import fcntl
    except ImportError:  # Windows: a folder can't be locked there
        yield
        return
    folder = os.open(root, os.O_RDONLY)
    try:
        try:
            fcntl.flock(folder, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise UsageError("another `broxspec compile` is at work in this project", "wait for it") from None
        except OSError:
            pass  # a file system without locks
        yield
    finally:
        os.close(folder)
