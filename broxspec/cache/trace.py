"""Trace: what a run looks at: the texts of files, the names in folders, and of everything else whether it is there.

Python itself says what is opened, listed and started (its audit events); what is merely asked for (`is_file`) is seen by
standing in front of `os.stat`. A run that does anything else to the world, be it a write, a connection or another program than git, is
`tainted`: its result must not be kept.
"""

import os
import stat
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import blake2b
from typing import Any

_WRITES = os.O_WRONLY | os.O_RDWR | os.O_CREAT
_CHANGES = ("os.mkdir", "os.rename", "os.remove", "os.rmdir", "os.chmod", "os.link", "os.symlink", "os.truncate", "os.utime")
_PROGRAMS = ("os.system", "os.exec", "os.posix_spawn", "os.fork", "os.startfile", "pty.spawn")
_PACKAGE = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
_OWN = (_PACKAGE + os.sep, os.path.dirname(os.__file__) + os.sep)
# The system's own: locales, time zones, devices.
_SYSTEM = ("/proc/", "/sys/", "/dev/", "/etc/", "/usr/share/", "/usr/lib/")
_MOST_REFS = 2000
_UNSEEN = object()
_stat, _lstat = os.stat, os.lstat


class Trace:
    """What was looked at so far, each with how it looked then. Made by tracing()."""

    def __init__(self, without: str = "") -> None:
        self.without = without
        self.paths: dict[tuple[str, str], Any] = {}
        self.tainted = ""
        self.git_folders: set[str] = set()
        self.active = False

    def marks(self) -> dict[str, str]:
        """Everything that was looked at, as it is now: `kind path` to a mark. None of it can be told where the run is tainted."""
        for folder in sorted(self.git_folders):
            self._git(folder)
        found = {f"{kind} {path}": mark(kind, path) for kind, path in self.paths}
        if any(seen is not _UNSEEN and seen != _seen(kind, path) for (kind, path), seen in self.paths.items()):
            self.tainted = "something changed meanwhile"
        return found

    def look(self, kind: str, path: Any) -> None:
        if not self.active or isinstance(path, int):
            return
        if path is None:
            path = "."
        place = os.path.abspath(os.fsdecode(path))
        if self._apart(place) or place.startswith(_OWN) or place.startswith(_SYSTEM) or "/site-packages/" in place or "/dist-packages/" in place:
            return
        if "\n" in place:
            self.tainted = "a name with a line end"
        elif (kind, place) not in self.paths:
            self.paths[kind, place] = _seen(kind, place)

    def hear(self, event: str, arguments: tuple) -> None:
        """An audit event of Python."""
        if not self.active:
            return
        if event == "open":
            path, _, flags = arguments
            if not isinstance(path, int) and flags & _WRITES:
                if not self._apart(path) and path != os.devnull:
                    self.tainted = f"writes {path}"
            else:
                self.look("text", path)
        elif event in ("os.listdir", "os.scandir"):
            self.look("names", arguments[0])
        elif event == "subprocess.Popen":
            self._started(arguments)
        elif event in _PROGRAMS or event == "socket.connect" or (event in _CHANGES and not self._apart(arguments[0], made=event == "os.mkdir")):
            self.tainted = event

    def _apart(self, path: Any, made: bool = False) -> bool:
        """Whether something lies where Python and this cache keep things for themselves; for a folder that is `made`, or leads there."""
        text = os.fsdecode(path) if not isinstance(path, int) else ""
        if "__pycache__" in text or not self.without:
            return "__pycache__" in text
        folder = os.path.join(text, "")
        return folder.startswith(self.without) or (made and self.without.startswith(folder))

    def _started(self, arguments: tuple) -> None:
        program, words, folder = arguments[0], arguments[1], arguments[2]
        name = os.path.basename(os.fsdecode(words[0] if isinstance(words, (list, tuple)) else program))
        if name != "git":
            self.tainted = f"runs {name}"
        self.git_folders.add(os.path.abspath(os.fsdecode(folder)) if folder else os.getcwd())

    def _git(self, folder: str) -> None:
        """What git answers follows from: HEAD, the refs, the settings and the depth of the clone. Its objects never change."""
        import subprocess

        was, self.active = self.active, False
        try:
            command = ["git", "rev-parse", "--absolute-git-dir", "--git-common-dir"]
            said = subprocess.run(command, cwd=folder, capture_output=True, check=False).stdout.decode("utf-8", "surrogateescape")
        except OSError:
            self.tainted = "no git"
            return
        finally:
            self.active = was
        folders = [os.path.join(folder, line) for line in said.splitlines()]
        if not folders:  # not a repository; one could be made in any folder above
            while True:
                self.paths["there", os.path.join(folder, ".git")] = _UNSEEN
                if folder == (folder := os.path.dirname(folder)):
                    return
        for place in folders:
            place = os.path.abspath(place)
            for name in ("HEAD", "MERGE_HEAD", "packed-refs", "config", "shallow"):
                self.paths["text", os.path.join(place, name)] = _UNSEEN
            for under, _, names in os.walk(os.path.join(place, "refs")):
                self.paths["names", under] = _UNSEEN
                for name in names:
                    self.paths["text", os.path.join(under, name)] = _UNSEEN
            if len(self.paths) > _MOST_REFS:
                self.tainted = "too many refs"


def _seen(kind: str, path: str) -> object:
    """How a thing looks from outside: when it was written, which one it is, how large."""
    try:
        found = (_lstat if kind == "link" else _stat)(path)
    except (OSError, ValueError):
        return None
    return (found.st_mtime_ns, found.st_ino, found.st_size) if kind in ("text", "names") else stat.S_IFMT(found.st_mode)


def mark(kind: str, path: str) -> str:
    """What is found at a path: of a `text` its bytes, of `names` the names in a folder, of `there` what kind of thing it is."""
    try:
        if kind == "text":
            with open(path, "rb") as file:
                return blake2b(file.read(), digest_size=16).hexdigest()
        if kind == "names":
            with os.scandir(path) as entries:
                names = sorted(f"{entry.name}{'/' if entry.is_dir() else ''}" for entry in entries)
            return blake2b("\n".join(names).encode("utf-8", "surrogateescape"), digest_size=16).hexdigest()
        found = (_stat if kind == "there" else _lstat)(path)
        linked = f" {os.readlink(path)}" if stat.S_ISLNK(found.st_mode) else ""
        return f"{stat.S_IFMT(found.st_mode):o}{linked}"
    except (OSError, ValueError):
        return "-"


_heard: Trace | None = None
_listening = False


def _hook(event: str, arguments: tuple) -> None:
    if _heard is not None:
        _heard.hear(event, arguments)


@contextmanager
def tracing(without: str = "") -> Iterator[Trace]:
    """Everything that is looked at inside of the block, but what lies in the folder `without`."""
    global _heard, _listening
    if not _listening:
        # A hook can't be taken out again, so there is one for ever.
        sys.addaudithook(_hook)
        _listening = True
    trace = Trace(without and os.path.join(without, ""))
    def seen(path: Any, **options: Any) -> os.stat_result:
        trace.look("there" if options.get("follow_symlinks", True) else "link", path)
        return _stat(path, **options)

    def linked(path: Any, **options: Any) -> os.stat_result:
        trace.look("link", path)
        return _lstat(path, **options)

    os.stat, os.lstat, _heard, trace.active = seen, linked, trace, True
    try:
        yield trace
    finally:
        trace.active = False
        os.stat, os.lstat = _stat, _lstat
        _heard = None
