"""Cache: what need not be computed again, kept in the user's own cache folder. Nothing in it is ever trusted beyond its key.

`results.py` what a whole command said, for as long as everything that it looked at is the same · `trace.py` what a command
looks at · `schemas.py` schemas as they were read, by their text.

`BROXSPEC_CACHE` names the folder, or is `off`. With CI set nothing is used unless it names a folder: where a wrong answer would cost
most, nothing should depend on what an earlier run left behind.
"""

import os
from collections.abc import Mapping
from functools import cache


def folder(environ: Mapping[str, str]) -> str | None:
    """The folder to keep things in; None where nothing is to be kept."""
    given = environ.get("BROXSPEC_CACHE", "")
    if given.lower() in ("off", "0", "no", "false"):
        return None
    if given:
        return os.path.abspath(given)
    if environ.get("CI"):
        return None
    above = environ.get("XDG_CACHE_HOME") or environ.get("LOCALAPPDATA")
    if above and os.path.isabs(above):
        return os.path.join(above, "broxspec")
    home = environ.get("HOME") or environ.get("USERPROFILE")
    return os.path.join(home, ".cache", "broxspec") if home and os.path.isabs(home) else None


@cache
def fingerprint() -> str:
    """What tells this broxspec from any other: its files and the libraries beside it, by the times at which they were written."""
    from hashlib import blake2b

    import sys

    found = [sys.version]
    for place in sys.path:
        try:
            found.append(f"{place} {os.stat(place).st_mtime_ns}")
        except OSError:
            continue
    package = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
    folders = [package]
    for beside in ("schemas", "templates"):  # in a checkout they lie beside the package, in a wheel inside
        folders.append(os.path.join(os.path.dirname(package), beside))
    for place in folders:
        found += _files(place)
    return blake2b("\n".join(found).encode("utf-8", "surrogateescape"), digest_size=16).hexdigest()


def _files(folder: str) -> list[str]:
    found = []
    try:
        with os.scandir(folder) as entries:
            for entry in entries:
                if entry.name == "__pycache__":
                    continue
                if entry.is_dir(follow_symlinks=False):
                    found += _files(entry.path)
                else:
                    known = entry.stat()
                    found.append(f"{entry.path} {known.st_mtime_ns} {known.st_size}")
    except OSError:
        return []
    return sorted(found)


def keep(path: str, content: bytes) -> None:
    """Write a file of the cache as a whole, or not at all: a cache that can't be written is only slower."""
    temporary = f"{path}.{os.getpid()}"
    try:
        os.makedirs(os.path.dirname(path), mode=0o700, exist_ok=True)
        with open(temporary, "wb") as file:
            file.write(content)
        os.replace(temporary, path)
    except OSError:
        try:
            os.unlink(temporary)
        except OSError:
            pass
        return
    _prune(os.path.dirname(path))


def _prune(folder: str, most: int = 400) -> None:
    """Remove the older half where there is too much."""
    try:
        with os.scandir(folder) as entries:
            found = [(entry.stat().st_mtime_ns, entry.path) for entry in entries if entry.is_file()]
        if len(found) > most:
            for _, path in sorted(found)[: len(found) - most // 2]:
                os.unlink(path)
    except OSError:
        pass
