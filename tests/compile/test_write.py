"""Writing a set of files: what is not ours is not lost, and locks come last."""

import os

import pytest

from broxspec.compare import Change, Output, compare
from broxspec.usage import UsageError
from broxspec.write import write


def test_a_file_of_somebody_else_is_by_hand(tmp_path):
    (tmp_path / "generated").mkdir()
    (tmp_path / "generated/a.md").write_text("mine\n")
    (change,) = compare(tmp_path, [Output("generated/a.md", "text\n", None, "artifact")])
    assert (change.state, change.by_hand) == ("edited", True)


def test_an_interrupted_write_leaves_the_old_locks(tmp_path, monkeypatch):
    """Else the lock would speak of files that are not there, and the next run would call them edited."""
    (tmp_path / "a.lock").write_text("old\n")
    changes = [Change(Output(path, "new\n", None, what), "stale", None) for path, what in (("a.lock", "lock"), ("b.sql", "migration"))]
    real = os.replace

    def full(source, target):
        if str(target).endswith("b.sql"):
            raise OSError(28, "No space left on device")
        real(source, target)

    monkeypatch.setattr("os.replace", full)
    with pytest.raises(UsageError, match="b.sql"):
        write(tmp_path, changes)
    assert (tmp_path / "a.lock").read_text() == "old\n"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.lock"]
