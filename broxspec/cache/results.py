"""Results: what a command said, said again while everything that it looked at is the same.

Contents are compared, never times. What can't be followed (a server, `--since`, `--fix`, other programs) is not kept.
This runs before the command line is even imported, so it imports next to nothing.
"""

import os
import sys
from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple, TextIO

from broxspec import cache

# What only looks at files, and says the same of the same.
COMMANDS = ("lint", "audit")
_WORLD = ("--since", "--fix", "--diff", "--no-cache", "--help", "-h", "postgresql:", "postgres:")
_ENVIRONMENT = ("GIT_", "BROXSPEC_", "NO_COLOR", "FORCE_COLOR", "CLICOLOR_FORCE", "COLUMNS", "TERM", "LANG", "LC_", "PG", "PYTHON", "HOME", "XDG_CONFIG_HOME", "PATH", "GITHUB_WORKSPACE", "CI_PROJECT_DIR")
_HEAD = b"broxspec result 1"
_CODES = (0, 1)


class Said(NamedTuple):
    """What a command wrote, and its exit code."""

    out: str
    err: str
    code: int


def place(arguments: Sequence[str], environ: Mapping[str, str], folder: str, terminal: object) -> str | None:
    """The file that the result of a command line is kept in; None where it can't be kept. `terminal` is whatever else output
    depends on."""
    if not arguments or arguments[0] not in COMMANDS or any(word.startswith(_WORLD) for word in arguments):
        return None
    if environ.get("GITHUB_STEP_SUMMARY") or os.name == "nt":
        return None  # is written to; and on Windows what is merely asked for is not seen
    kept = cache.folder(environ)
    if kept is None:
        return None
    from hashlib import blake2b

    around = sorted(f"{name}={value}" for name, value in environ.items() if name.startswith(_ENVIRONMENT))
    key = repr((cache.fingerprint(), list(arguments), folder, around, terminal))
    return os.path.join(kept, "results", blake2b(key.encode("utf-8", "surrogatepass"), digest_size=20).hexdigest())


def recall(place: str) -> Said | None:
    """What was said, if all that was looked at is as it was."""
    from broxspec.cache.trace import mark

    try:
        with open(place, "rb") as file:
            head, numbers, rest = file.read().split(b"\n", 2)
            code, marks, out, err = map(int, numbers.split())
    except (OSError, ValueError):
        return None
    if head != _HEAD or len(rest) != marks + out + err:
        return None
    for line in rest[:marks].decode("utf-8", "surrogateescape").split("\n")[:-1]:
        found, kind, path = line.split("\t")
        if mark(kind, path) != found:
            return None
    texts = rest[marks : marks + out].decode("utf-8"), rest[marks + out :].decode("utf-8")
    return Said(*texts, code)


def remember(place: str, said: Said, marks: Mapping[str, str]) -> None:
    lines = []
    for looked, found in marks.items():
        kind, _, path = looked.partition(" ")
        if "\t" in path or "\t" in found or "\n" in found:
            return
        lines.append(f"{found}\t{kind}\t{path}\n")
    out, err = said.out.encode("utf-8", "backslashreplace"), said.err.encode("utf-8", "backslashreplace")
    listed = "".join(lines).encode("utf-8", "surrogateescape")
    numbers = f"{said.code} {len(listed)} {len(out)} {len(err)}".encode()
    cache.keep(place, b"\n".join((_HEAD, numbers, listed + out + err)))


class _Tee:
    """A stream that keeps what passes through it."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream
        self.kept: list[str] = []

    def write(self, text: str) -> int:
        self.kept.append(text)
        return self._stream.write(text)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._stream, name)


def remembering(place: str, run: Callable[[TextIO, TextIO], int], stdout: TextIO, stderr: TextIO) -> int:
    """Run a command with these streams, and keep what it says where that may be kept."""
    from broxspec.cache.trace import tracing

    out, err = _Tee(stdout), _Tee(stderr)
    with tracing(os.path.dirname(os.path.dirname(place))) as trace:
        code = run(out, err)  # type: ignore[arg-type]
    if code in _CODES and not trace.tainted:
        marks = trace.marks()
        if not trace.tainted:
            remember(place, Said("".join(out.kept), "".join(err.kept), code), marks)
    return code


def terminal() -> object:
    """What output depends on besides the environment."""
    if not sys.stdout.isatty():
        return None
    try:
        return tuple(os.get_terminal_size(sys.stdout.fileno()))
    except (OSError, ValueError):
        return "tty"
