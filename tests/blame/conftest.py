"""A folder and its terminal."""

from pathlib import Path

import pytest
from terminals import Folder


@pytest.fixture
def folder(tmp_path: Path) -> Folder:
    (tmp_path / "shop").mkdir()
    return Folder(tmp_path / "shop")
