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
# Of the libraries only the code: a schema that a package brings may be what is looked at.
_LIBRARIES = ("/site-packages/", "/dist-packages/", os.path.dirname(os.__file__) + os.sep)
_CODE = (".py", ".pyc", ".so", ".pyd")
# Where git has settings of its own; the repository's are in its folder.
_SETTINGS = ("/etc/gitconfig", "~/.gitconfig", "~/.config/git/config")
_MOST_REFS = 2000
_UNSEEN = object()
_stat, _lstat = os.stat, os.lstat


class Trace:
    """What was looked at so far, each with how it looked then. Made by tracing()."""

    def __init__(self, without: str = "") -> None:
        self.without = tuple(os.path.join(without, name) for name in ("results", "schemas")) if without else ()
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
        if self._apart(place) or place.startswith(_PACKAGE + os.sep) or (place.endswith(_CODE) and any(name in place for name in _LIBRARIES)):
            return
        if "\n" in place:
            self.tainted = "a name with a line end"
        elif (kind, place) not in self.paths:
            self.paths[kind, place] = _seen(kind, place)
            if kind == "text" and _flows(place):
                self.tainted = "a pipe"

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
        """Whether something lies where Python and this cache keep things for themselves; for a folder that is `made`, or leads there.
        What else lies in the folder of the cache does not: it may be the project itself."""
        text = os.fsdecode(path) if not isinstance(path, int) else ""
        if "__pycache__" in text:
            return True
        if made:
            return any(folder.startswith(os.path.join(text, "")) for folder in self.without) or text in self.without
        return text in self.without or os.path.dirname(text) in self.without

    def _started(self, arguments: tuple) -> None:
        program, words, folder = arguments[0], arguments[1], arguments[2]
        name = os.path.basename(os.fsdecode(words[0] if isinstance(words, (list, tuple)) else program))
        if name != "git":
            self.tainted = f"runs {name}"
        self.git_folders.add(os.path.abspath(os.fsdecode(folder)) if folder else os.getcwd())

    def _git(self, folder: str) -> None:
        """What git answers follows from: which repository it is, HEAD, the refs, the settings and the depth of the clone. Its objects
        never change."""
        from pathlib import Path

        from broxspec.migrations.git import git

        was, self.active = self.active, False
        try:
            said = git(Path(folder), "rev-parse", "--absolute-git-dir", "--git-common-dir").stdout.decode("utf-8", "surrogateescape")
        except OSError:
            self.tainted = "no git"
            return
        finally:
            self.active = was
        folders = [os.path.join(folder, line) for line in said.splitlines()]
        home = os.environ.get("XDG_CONFIG_HOME")
        for place in (*_SETTINGS, *([os.path.join(home, "git", "config")] if home else ())):
            self.paths["text", os.path.abspath(os.path.expanduser(place))] = _UNSEEN
        while True:  # a repository, or another one, could be made in any folder above
            self.paths["text", os.path.join(folder, ".git")] = _UNSEEN
            if folder == (folder := os.path.dirname(folder)):
                break
        for place in folders:
            place = os.path.abspath(place)
            for name in ("HEAD", "MERGE_HEAD", "FETCH_HEAD", "ORIG_HEAD", "packed-refs", "config", "config.worktree", "shallow", "reftable/tables.list"):
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
            if _flows(path):
                return "pipe"
            with open(path, "rb") as file:
                return blake2b(file.read(), digest_size=16).hexdigest()
        if kind == "names":
            with os.scandir(path) as entries:
                names = sorted(entry.name + _form(entry) for entry in entries)
            return blake2b("\n".join(names).encode("utf-8", "surrogateescape"), digest_size=16).hexdigest()
        found = (_stat if kind == "there" else _lstat)(path)
        linked = f" {os.readlink(path)}" if stat.S_ISLNK(found.st_mode) else ""
        return f"{stat.S_IFMT(found.st_mode):o}{linked}"
    except OSError as error:
        return f"-{error.errno}"
    except ValueError:
        return "-"


def _form(entry: "os.DirEntry[str]") -> str:
    """What a name in a folder leads to; a link in a circle, say, leads nowhere, and must not hide the other names."""
    try:
        return "/" if entry.is_dir() else ""
    except OSError:
        return "?"


def _flows(path: str) -> bool:
    """Whether a thing is neither a file nor a folder: reading it takes away what is read, or waits for ever."""
    try:
        kind = _stat(path).st_mode
    except (OSError, ValueError):
        return False
    return not (stat.S_ISREG(kind) or stat.S_ISDIR(kind))


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
    trace = Trace(without)

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
