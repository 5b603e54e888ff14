"""What is installed from a wheel has everything that the checkout has: schemas, templates, data, the engine's driver."""

import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]


def build(source: Path, target: str, out: Path) -> Path:
    command = [sys.executable, "-m", "hatchling", "build", "-t", target, "-d", str(out)]
    run = subprocess.run(command, cwd=source, capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stdout + run.stderr
    (made,) = out.iterdir()
    return made


@pytest.fixture(scope="module")
def wheel(tmp_path_factory) -> Path:
    return build(ROOT, "wheel", tmp_path_factory.mktemp("wheel"))


def contents(wheel: Path) -> dict[str, bytes]:
    """Files by path, but for RECORD, whose order is the builder's affair."""
    with zipfile.ZipFile(wheel) as archive:
        return {name: archive.read(name) for name in archive.namelist() if not name.endswith("RECORD")}


def committed(folder: str) -> list[str]:
    run = subprocess.run(["git", "ls-files", folder], cwd=ROOT, capture_output=True, text=True, check=True)
    return run.stdout.split()


def test_wheel_holds_every_committed_file_of_the_package(wheel):
    held = contents(wheel)
    wanted = committed("broxspec") + [f"broxspec/_assets/{path}" for path in committed("schemas") + committed("templates")]
    assert [path for path in wanted if path not in held] == []


def test_wheel_of_the_source_distribution_is_the_same(wheel, tmp_path):
    sdist = build(ROOT, "sdist", tmp_path / "sdist")
    with tarfile.open(sdist) as archive:
        archive.extractall(tmp_path / "unpacked")
    (source,) = (tmp_path / "unpacked").iterdir()
    assert contents(build(source, "wheel", tmp_path / "again")) == contents(wheel)


def test_installed_wheel_runs_outside_the_checkout(wheel, tmp_path):
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(tmp_path / "site")
    # -P keeps the current directory off the path, and so the checkout out of it.
    code = f"import sys; sys.path.insert(0, {str(tmp_path / 'site')!r}); from broxspec.cli import main; main()"
    (tmp_path / "empty").mkdir()
    run = subprocess.run(
        [sys.executable, "-P", "-c", code, "rules"], cwd=tmp_path / "empty", capture_output=True, text=True, check=False
    )
    assert run.returncode == 0, run.stderr
    assert "IX101" in run.stdout
