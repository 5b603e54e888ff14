"""Places: where a project's own files are, found without reading any."""

from pathlib import Path
from typing import NamedTuple

CONFIG = "broxspec.toml"
BASELINE = "broxspec.baseline.jsonl"


def find_config(start: Path) -> Path | None:
    """The nearest broxspec.toml: in a folder or above it, up to the root of its Git repository."""
    start = start.resolve()
    for folder in (start, *start.parents):
        if (folder / CONFIG).is_file():
            return folder / CONFIG
        if (folder / ".git").exists():
            return None
    return None


class Agreed(NamedTuple):
    """Where a run's baseline is: in a file, by default the project's own; or none is wanted."""

    file: Path | None = None
    wanted: bool = True

    def path(self, root: Path) -> Path | None:
        return (self.file or root / BASELINE) if self.wanted else None
