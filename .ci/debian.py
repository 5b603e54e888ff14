"""Debian packages, installed so that no service is started or enabled, or unpacked where we may not install."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from broxspec.components import components_folder

# invoke-rc.d asks this program whether it may start a service; 101 is no.
POLICY = Path("/usr/sbin/policy-rc.d")
POLICY_TEXT = "#!/bin/sh\nexit 101\n"
# postgresql-common makes and starts a cluster at each installation of a server unless this says no.
CLUSTER = Path("/etc/postgresql-common/createcluster.d/broxspec.conf")
CLUSTER_TEXT = "create_main_cluster = false\n"


def folder() -> Path:
    """Where packages are unpacked."""
    return components_folder() / "debian"


def install(wanted: list[tuple[str, str]]) -> list[str]:
    """Install or unpack packages, each given with the program that it is wanted for; returns what went wrong, in words."""
    packages = [package for package, _ in wanted]
    if not shutil.which("apt-get"):
        return [f"this is not Debian or Ubuntu; install what holds {', '.join(packages)} there yourself"]
    if os.geteuid() == 0:
        return _install(packages, ())
    if os.environ.get("CI") and _may_sudo():
        return _install(packages, ("sudo", "-n"))
    # A program that is looked for on PATH would not be found in our folder, and is of no use outside the one it is built for.
    movable = [package for package, program in wanted if program.startswith("/")]
    fixed = [package for package in packages if package not in movable]
    return (_unpack(movable) if movable else []) + ([f"ask root for `apt-get install {' '.join(fixed)}`"] if fixed else [])


def _may_sudo() -> bool:
    return bool(shutil.which("sudo")) and _run(["sudo", "-n", "true"]).returncode == 0


def _install(packages: list[str], sudo: tuple[str, ...]) -> list[str]:
    print(f"apt-get install {' '.join(packages)}, no service started or enabled", flush=True)
    with ExitStack() as guards:
        guards.enter_context(_file(POLICY, POLICY_TEXT, "0755", sudo))
        guards.enter_context(_file(CLUSTER, CLUSTER_TEXT, "0644", sudo))
        guards.enter_context(_no_unit_enabled(sudo))
        quiet = [*sudo, "env", "DEBIAN_FRONTEND=noninteractive", "apt-get", "-qq", "-y", "--no-install-recommends"]
        run = _run([*quiet, "install", *packages])
        if run.returncode != 0:  # the lists of a fresh image are empty or old
            _run([*sudo, "apt-get", "-qq", "update"])
            run = _run([*quiet, "install", *packages])
    return [] if run.returncode == 0 else [f"apt-get install {' '.join(packages)}: {run.stdout.strip()[-1000:]}"]


@contextmanager
def _file(path: Path, text: str, mode: str, sudo: tuple[str, ...]) -> Iterator[None]:
    """A file that is there for the time being. One that is there already is the owner's, and stays as it is."""
    if path.exists():
        yield
        return
    made = [folder for folder in (path.parent, path.parent.parent) if not folder.exists()]
    _run([*sudo, "mkdir", "-p", str(path.parent)])
    _run([*sudo, "tee", str(path)], text)
    _run([*sudo, "chmod", mode, str(path)])
    try:
        yield
    finally:
        _run([*sudo, "rm", "-f", str(path)])
        for empty in made:
            _run([*sudo, "rmdir", "--ignore-fail-on-non-empty", str(empty)])


@contextmanager
def _no_unit_enabled(sudo: tuple[str, ...]) -> Iterator[None]:
    """Take away the links by which the packages would have systemd start their services at the next boot."""
    before = _enabled()
    try:
        yield
    finally:
        for link in sorted(_enabled() - before):
            _run([*sudo, "rm", "-f", str(link)])


def _enabled() -> set[Path]:
    return set(Path("/etc/systemd/system").glob("*.wants/*"))


def _unpack(packages: list[str]) -> list[str]:
    """Download the packages with all that they need and is not installed, and unpack them; no script of theirs runs."""
    print(f"unpacking {' '.join(packages)} into {folder()}; only root may install them", flush=True)
    plan = _run(["apt-get", "-s", "--no-install-recommends", "install", *packages])
    names = re.findall(r"^Inst (\S+)", plan.stdout, re.MULTILINE)
    if plan.returncode != 0 or not names:
        return [f"apt-get knows no way to {', '.join(packages)}; ask root for `apt-get install {' '.join(packages)}`"]
    archives = folder() / "archives"
    archives.mkdir(parents=True, exist_ok=True)
    download = _run(["apt-get", "-q", "download", *names], cwd=archives)
    if download.returncode != 0:
        return [f"apt-get download: {download.stdout.strip()[-1000:]}"]
    for archive in sorted(archives.glob("*.deb")):
        _run(["dpkg", "-x", str(archive), str(folder())])
    shutil.rmtree(archives)
    return []


def _run(command: list[str], text: str = "", cwd: Path | None = None) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        command, input=text, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, cwd=cwd, check=False
    )
