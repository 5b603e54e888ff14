"""Whom a server runs as. PostgreSQL refuses to run as root, so root lends its server to an unprivileged account."""

from __future__ import annotations

import os
import shutil
import stat
import tempfile
from pathlib import Path
from typing import Any, NamedTuple

from broxspec.components import ComponentFailed
from broxspec.components.postgres.installation import Installation


class Account(NamedTuple):
    """An unprivileged account of this machine."""

    name: str
    uid: int
    gid: int

    def popen_options(self) -> dict[str, Any]:
        """What makes subprocess start a program as this account, without root's groups."""
        return {"user": self.uid, "group": self.gid, "extra_groups": []}


def server_account() -> Account | None:
    """The account to run a server as; None when the current user will do."""
    if not hasattr(os, "geteuid") or os.geteuid() != 0:
        return None
    import pwd

    for name in ("postgres", "nobody"):
        try:
            entry = pwd.getpwnam(name)
        except KeyError:
            continue
        if entry.pw_uid != 0:
            return Account(entry.pw_name, entry.pw_uid, entry.pw_gid)
    raise ComponentFailed("PostgreSQL can't run as root, and this machine has neither a `postgres` nor a `nobody` user")


def private_folder(account: Account | None, longest: int) -> Path:
    """A new empty folder that only the account can enter, its path at most `longest` bytes (a Unix socket goes into it).

    The system's folder for temporary files is taken unless its path is too long or the account can't reach it.
    """
    for parent in dict.fromkeys((tempfile.gettempdir(), "/tmp", "/var/tmp")):
        if not os.path.isdir(parent) or (account and not _reachable(Path(parent), account)):
            continue
        folder = Path(tempfile.mkdtemp(prefix="broxspec-", dir=parent))
        if len(os.fsencode(folder)) > longest:
            folder.rmdir()
            continue
        if account:
            os.chown(folder, account.uid, account.gid)
        return folder
    who = f"user `{account.name}` can reach" if account else "has a path short enough for a Unix socket"
    raise ComponentFailed(f"found no folder for temporary files that {who}; set TMPDIR")


def usable_bindir(installation: Installation, account: Account | None, folder: Path) -> Path:
    """The installation's programs, copied into the folder where the account could not run them in their place.

    That is so for a virtual environment in root's home, which nobody else may enter.
    """
    if not account or _reachable(installation.bindir, account):
        return installation.bindir
    prefix = installation.bindir.parent
    copy = folder / "program" / prefix.parent.name
    shutil.copytree(prefix, copy / prefix.name, symlinks=True)
    # A wheel keeps the shared libraries that its programs need in a folder beside the package.
    libraries = prefix.parent.parent / f"{prefix.parent.name}.libs"
    if libraries.is_dir():
        shutil.copytree(libraries, copy.parent / libraries.name, symlinks=True)
    for path in (copy.parent, *copy.parent.rglob("*")):
        if not path.is_symlink():
            os.chown(path, account.uid, account.gid)
            path.chmod(0o700 if path.is_dir() or path.stat().st_mode & 0o111 else 0o600)
    return copy / prefix.name / "bin"


def _reachable(path: Path, account: Account) -> bool:
    """Whether the account may enter this folder and every one above it."""
    return all(_may_enter(folder.stat(), account) for folder in (path.resolve(), *path.resolve().parents))


def _may_enter(folder: os.stat_result, account: Account) -> bool:
    if folder.st_uid == account.uid:
        return bool(folder.st_mode & stat.S_IXUSR)
    if folder.st_gid == account.gid:
        return bool(folder.st_mode & stat.S_IXGRP)
    return bool(folder.st_mode & stat.S_IXOTH)
