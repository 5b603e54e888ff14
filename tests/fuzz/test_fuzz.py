"""A slice of the fuzzing, always the same; `make soak` goes on from there for as long as is wanted."""

import subprocess
import sys
from pathlib import Path

import pytest

from fuzz.targets import targets

EXAMPLES = 60


@pytest.mark.parametrize("name", [target.name for target in targets()])
def test_whatever_is_read_ends_with_an_answer(name: str, tmp_path: Path) -> None:
    """In a process of its own, because its memory is bounded."""
    command = [sys.executable, "-m", "fuzz", "--target", name, "--count", str(EXAMPLES), "--keep", str(tmp_path)]
    done = subprocess.run(command, cwd=Path(__file__).parents[1], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-3000:] + "".join(path.read_text() for path in sorted(tmp_path.glob("*.error")))[-6000:]
