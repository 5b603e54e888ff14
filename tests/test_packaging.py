"""What is installed, in whatever way, has all that the checkout has: schemas, templates, data, the rules and their pages."""

import email
import os
import shutil
import subprocess
import sys
import sysconfig
import tarfile
import venv
import zipfile
from email.message import Message
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]


def run(*command: str | Path, folder: Path) -> str:
    """A command that must succeed, in a folder, with a home of its own; its output."""
    environ = {name: value for name, value in os.environ.items() if not name.startswith(("PYTHON", "BROXSPEC", "PIP", "GIT", "XDG"))}
    environ |= {"HOME": str(folder), "PIP_NO_INDEX": "1", "PIP_DISABLE_PIP_VERSION_CHECK": "1", "PIP_NO_CACHE_DIR": "1"}
    done = subprocess.run([str(word) for word in command], cwd=folder, env=environ, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.fixture(scope="session")
def source(tmp_path_factory) -> Path:
    """A repository with what git knows of this checkout, as it stands here, and nothing that happens to lie beside it."""
    folder = tmp_path_factory.mktemp("source")
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    for path in filter(None, listed.split("\0")):
        if (ROOT / path).is_file():
            (folder / path).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(ROOT / path, folder / path)
    who = ["-c", "user.name=a", "-c", "user.email=a@example.org", "-c", "commit.gpgsign=false"]
    for command in (["init", "-q"], ["add", "-A"], [*who, "commit", "-q", "-m", "all"]):
        run("git", *command, folder=folder)
    return folder


def build(source: Path, target: str, out: Path) -> Path:
    run(sys.executable, "-m", "hatchling", "build", "-t", target, "-d", out, folder=source)
    (made,) = out.iterdir()
    return made


@pytest.fixture(scope="session")
def wheel(source, tmp_path_factory) -> Path:
    return build(source, "wheel", tmp_path_factory.mktemp("wheel"))


def contents(wheel: Path) -> dict[str, bytes]:
    """Files by path, but for RECORD, whose order is the builder's affair."""
    with zipfile.ZipFile(wheel) as archive:
        return {name: archive.read(name) for name in archive.namelist() if not name.endswith("RECORD")}


# What is in it


def test_wheel_holds_the_package_and_nothing_else(source, wheel):
    known = run("git", "ls-files", folder=source).split()
    package = [path for path in known if path.startswith("broxspec/")]
    assets = [f"broxspec/_assets/{path}" for path in known if path.startswith(("schemas/", "templates/"))]
    assert sorted(path for path in contents(wheel) if ".dist-info/" not in path) == sorted(package + assets)


def test_wheel_of_the_source_distribution_is_the_same(source, wheel, tmp_path):
    sdist = build(source, "sdist", tmp_path / "sdist")
    with tarfile.open(sdist) as archive:
        archive.extractall(tmp_path / "unpacked")
    (unpacked,) = (tmp_path / "unpacked").iterdir()
    assert contents(build(unpacked, "wheel", tmp_path / "again")) == contents(wheel)


def test_metadata(wheel):
    from trove_classifiers import classifiers

    said = metadata(wheel)
    assert said["License-Expression"] == "GPL-3.0-or-later" and said.get_all("License-File") == ["LICENSE"]
    assert said["Requires-Python"] == ">=3.11" and said["Description-Content-Type"] == "text/markdown"
    assert set(said.get_all("Classifier", [])) <= set(classifiers)
    assert not any(classifier.startswith("License ::") for classifier in said.get_all("Classifier", []))
    urls = dict(entry.split(", ") for entry in said.get_all("Project-URL", []))
    assert {"Source", "Documentation", "Issues"} <= set(urls)
    assert all(url.startswith("https://github.com/broxspec/broxspec") for url in urls.values())
    assert {"server", "embedded"} <= set(said.get_all("Provides-Extra", []))


def metadata(wheel: Path) -> Message:
    (text,) = (data for name, data in contents(wheel).items() if name.endswith(".dist-info/METADATA"))
    return email.message_from_bytes(text)


# Installed in each way, run in another folder


@pytest.fixture
def environment(tmp_path) -> Path:
    """A new virtual environment that sees the libraries of this one, and not the broxspec that is installed beside them."""
    folder = tmp_path / "venv"
    venv.create(folder, symlinks=True)
    # Of a folder named in a .pth file, the .pth files are not read: one of them leads to this checkout.
    (site_packages(folder) / "libraries.pth").write_text(sysconfig.get_path("purelib") + "\n", encoding="utf-8")
    return folder


def site_packages(environment: Path) -> Path:
    (found,) = environment.glob("lib/python*/site-packages")
    return found


@pytest.mark.parametrize("way", ["wheel", "sdist", "editable", "git"])
def test_installed(way, source, wheel, environment, tmp_path):
    if way == "editable":
        source = Path(shutil.copytree(source, tmp_path / "checkout"))
    asked = {
        "wheel": lambda: [wheel],
        "sdist": lambda: [build(source, "sdist", tmp_path / "sdist")],
        "editable": lambda: ["-e", source],
        "git": lambda: [f"git+{source.as_uri()}"],
    }
    pip = [sys.executable, "-m", "pip", "--python", environment / "bin/python", "install", "-q", "--no-deps", "--no-build-isolation"]
    run(*pip, *asked[way](), folder=tmp_path)
    package = source / "broxspec" if way == "editable" else site_packages(environment) / "broxspec"
    before = written(package.parent)

    # -P keeps the current folder off the path.
    where = run(environment / "bin/python", "-P", "-c", "import broxspec; print(broxspec.__file__)", folder=tmp_path)
    assert Path(where.strip()).resolve() == (package / "__init__.py").resolve()
    assert run(environment / "bin/python", "-P", "-m", "broxspec", "--version", folder=tmp_path).startswith("broxspec ")
    works(environment / "bin/broxspec", tmp_path / "elsewhere")
    assert written(package.parent) == before, "it writes into the folder that it is installed in"


def written(folder: Path) -> dict[str, int]:
    """Files and when they were written, but for what Python itself keeps there."""
    files = (path for path in folder.rglob("*") if path.is_file() and not {"__pycache__", ".git"} & set(path.parts))
    return {str(path.relative_to(folder)): path.stat().st_mtime_ns for path in files}


def works(broxspec: Path, folder: Path) -> None:
    """The commands that need rules and their pages, schemas, templates and data."""
    folder.mkdir()
    assert run(broxspec, "--version", folder=folder).startswith("broxspec ")
    assert "unindexed-foreign-key" in run(broxspec, "explain", "IX101", folder=folder)
    assert "IX101" in run(broxspec, "rules", folder=folder)
    run(broxspec, "init", folder=folder)
    run(broxspec, "lint", folder=folder)
    run(broxspec, "compile", folder=folder)
    assert list(folder.rglob("*.sql")) and list(folder.rglob("broxspec.lock"))
    (folder / "audited.sql").write_text("CREATE TABLE t (a int PRIMARY KEY, b int); CREATE INDEX ON t (b);\n", encoding="utf-8")
    run(broxspec, "audit", "audited.sql", folder=folder)  # with a finding it would not succeed
