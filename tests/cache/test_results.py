"""What a command said is said again only while everything that it looked at is the same.

A kept result is marked by hand, so that a test sees whether it was used.
"""

import os
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

import pytest

MARK = "KEPT "
SCHEMA = "CREATE TABLE a (id int PRIMARY KEY);\nCREATE TABLE b (id int PRIMARY KEY, a_id int REFERENCES a);\n"
DATABASE = "kind: database\nname: shop\nserver_version: 15\nschema: schema.sql\nrunner: psql\nmigrations: migrations\n"


class Project:
    def __init__(self, folder: Path) -> None:
        self.folder, self.cache = folder / "project", folder / "cache"
        self.write("broxspec.toml", "")
        self.write("schema.sql", SCHEMA)
        self.write("specs/database.yaml", DATABASE)

    def write(self, path: str, text: str) -> Path:
        file = self.folder / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
        return file

    def git(self, *arguments: str) -> None:
        who = ["-c", "user.name=t", "-c", "user.email=t@example.com", "-c", "init.defaultBranch=main"]
        subprocess.run(["git", *who, *arguments], cwd=self.folder, check=True, capture_output=True)

    def run(self, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
        """The command in a process of its own; standard output and error as one text."""
        around = {name: value for name, value in os.environ.items() if name not in ("CI", "GITHUB_STEP_SUMMARY")}
        around |= {"BROXSPEC_CACHE": str(self.cache), "PYTHONDONTWRITEBYTECODE": "1", **environment}
        command = [sys.executable, "-m", "broxspec", *(arguments or ("lint",))]
        return subprocess.run(command, cwd=self.folder, env=around, capture_output=True, text=True, check=False)

    def kept(self) -> list[Path]:
        return sorted((self.cache / "results").glob("*"))

    def mark(self) -> None:
        """Mark what is kept."""
        for path in self.kept():
            head, numbers, rest = path.read_bytes().split(b"\n", 2)
            code, marks, out, err = map(int, numbers.split())
            rest = rest[:marks] + MARK.encode() + rest[marks:]
            path.write_bytes(b"\n".join((head, f"{code} {marks} {out + len(MARK)} {err}".encode(), rest)))

    def used(self, *arguments: str, **environment: str) -> bool:
        return self.run(*arguments, **environment).stdout.startswith(MARK)


@pytest.fixture
def project(tmp_path: Path) -> Project:
    return Project(tmp_path)


def test_the_same_is_said_again_without_looking(project: Project) -> None:
    first = project.run()
    assert first.returncode == 1 and "IX101" in first.stdout
    again = project.run()
    assert (again.returncode, again.stdout, again.stderr) == (first.returncode, first.stdout, first.stderr)
    project.mark()
    assert project.used()
    assert project.run().returncode == 1


def edited(project: Project) -> None:
    """As large as before, and as old."""
    file = project.folder / "schema.sql"
    was = file.stat()
    file.write_text(SCHEMA.replace("a_id", "x_id"))
    os.utime(file, ns=(was.st_atime_ns, was.st_mtime_ns))


CHANGES: dict[str, Callable[[Project], object]] = {
    "an edit of the same size and time": edited,
    "a spec more": lambda project: project.write("specs/more.yaml", "kind: indexes\ntable: b\nindexes: [[a_id]]\n"),
    "a spec in a new folder": lambda project: project.write("specs/deep/more.yaml", "kind: indexes\ntable: b\nindexes: [[a_id]]\n"),
    "a spec less": lambda project: (project.folder / "specs/database.yaml").unlink(),
    "a list of queries where there was none": lambda project: project.write("specs/workload/queries.sql", "-- name: q\nSELECT 1;\n"),
    "settings": lambda project: project.write("broxspec.toml", '[rules]\nIX101 = "off"\n'),
    "a migrations folder": lambda project: project.write("migrations/0001_x.sql", "SELECT 1;\n"),
    "a lock": lambda project: project.write("generated/shop.migrations.lock", "history 1\n"),
    "the folder is a repository now": lambda project: project.git("init"),
}


@pytest.mark.parametrize("change", CHANGES.values(), ids=list(CHANGES))
def test_a_change_is_seen(project: Project, change: Callable[[Project], object]) -> None:
    project.run()
    project.mark()
    assert project.used()
    change(project)
    found = project.run()
    assert not found.stdout.startswith(MARK)
    assert (found.stdout, found.stderr, found.returncode) == _fresh(project)


def _fresh(project: Project) -> tuple[str, str, int]:
    done = project.run(BROXSPEC_CACHE="off")
    return done.stdout, done.stderr, done.returncode


def test_a_commit_on_the_base_branch_is_seen(project: Project) -> None:
    project.write("specs/b.yaml", "kind: indexes\ntable: b\nindexes: [{columns: [a_id], why: joins}]\n")
    assert project.run("compile").returncode == 0
    project.git("init")
    project.git("add", ".")
    project.git("commit", "-m", "one")
    project.git("checkout", "-b", "work")
    project.run()
    project.mark()
    assert project.used()
    project.git("commit", "--allow-empty", "-m", "two")
    assert not project.used()
    project.mark()
    assert project.used()
    project.git("branch", "-f", "main")
    assert not project.used()


def test_a_link_that_leads_elsewhere_is_seen(project: Project) -> None:
    project.write("one.sql", SCHEMA)
    project.write("two.sql", SCHEMA + "CREATE TABLE c (id int PRIMARY KEY);\n")
    (project.folder / "schema.sql").unlink()
    (project.folder / "schema.sql").symlink_to("one.sql")
    project.run()
    project.mark()
    assert project.used()
    (project.folder / "schema.sql").unlink()
    (project.folder / "schema.sql").symlink_to("two.sql")
    assert not project.used()


# Where a project may lie that broxspec or the system have files of their own in.
@pytest.mark.parametrize("inside", ["lib/python3.11/site-packages/shop", "shop", "dist-packages"])
def test_wherever_a_project_lies_its_files_count(tmp_path: Path, inside: str) -> None:
    project = Project(tmp_path)
    moved = tmp_path / "cache" / inside
    moved.parent.mkdir(parents=True)
    project.folder = project.folder.rename(moved)
    project.run()
    project.mark()
    assert project.used()
    project.write("schema.sql", SCHEMA + "CREATE TABLE c (id int PRIMARY KEY, b_id int REFERENCES b);\n")
    assert "c_b_id_fkey" in project.run().stdout


@pytest.mark.skipif(not os.path.isdir("/dev/shm"), reason="no memory disk")
def test_a_memory_disk_is_no_device(project: Project) -> None:
    with tempfile.TemporaryDirectory(dir="/dev/shm") as folder:
        project.folder = Path(folder)
        project.write("schema.sql", "CREATE TABLE a (id int PRIMARY KEY);\n")
        assert project.run("audit", "schema.sql").returncode == 0
        project.mark()
        assert project.used("audit", "schema.sql")
        project.write("schema.sql", SCHEMA)
        assert project.run("audit", "schema.sql").returncode == 1


def test_a_link_in_a_circle_hides_nothing(project: Project) -> None:
    (project.folder / "specs/circle.yaml").symlink_to("circle.yaml")
    project.run()
    project.mark()
    assert project.used()
    project.write("specs/more.yaml", "kind: indexes\ntable: b\nindexes: [[nothing]]\n")
    assert "IX202" in project.run().stdout


def test_a_repository_inside_of_the_repository_is_seen(project: Project) -> None:
    project.git("init", str(project.folder.parent))
    project.git("commit", "--allow-empty", "-m", "one")
    project.run()
    project.mark()
    assert project.used()
    project.git("init")
    assert not project.used()


def test_settings_of_git_are_seen(project: Project, tmp_path: Path) -> None:
    project.write("specs/b.yaml", "kind: indexes\ntable: b\nindexes: [{columns: [a_id], why: joins}]\n")
    assert project.run("compile").returncode == 0  # with a history to be judged, git is asked
    project.git("init")
    project.run(HOME=str(tmp_path))
    project.mark()
    assert project.used(HOME=str(tmp_path))
    (tmp_path / ".gitconfig").write_text("[safe]\n\tdirectory = *\n")
    assert not project.used(HOME=str(tmp_path))


def test_what_is_asked_counts(project: Project) -> None:
    project.run()
    project.mark()
    assert not project.used("lint", "--format", "json")
    assert not project.used("audit", "schema.sql")
    assert not project.used(FORCE_COLOR="1")
    fresh = project.run("lint", "--no-cache")
    assert fresh.returncode == 1 and not fresh.stdout.startswith(MARK)


@pytest.mark.parametrize("environment", [{"BROXSPEC_CACHE": "off"}, {"BROXSPEC_CACHE": "", "CI": "true"}], ids=["off", "CI"])
def test_nothing_is_kept_where_it_is_switched_off(project: Project, environment: dict[str, str], tmp_path: Path) -> None:
    project.run(HOME=str(tmp_path / "home"), XDG_CACHE_HOME=str(tmp_path / "home"), **environment)
    assert not project.kept() and not (tmp_path / "home").exists()


def test_without_a_folder_named_it_is_the_users(project: Project, tmp_path: Path) -> None:
    project.run(BROXSPEC_CACHE="", XDG_CACHE_HOME=str(tmp_path / "home"))
    assert list((tmp_path / "home/broxspec/results").iterdir())


def test_a_cache_that_can_not_be_written_is_none(project: Project) -> None:
    project.cache.write_text("a file, where a folder should be")
    assert "IX101" in project.run().stdout
    assert project.run().stderr == _fresh(project)[1]


@pytest.mark.parametrize("content", [b"", b"broxspec result 1\n", b"broxspec result 1\n1 2 3\n", b"\x00\xff" * 100, b"broxspec result 1\n0 0 99 0\nx"])
def test_a_broken_cache_is_none(project: Project, content: bytes) -> None:
    expected = project.run()
    for path in project.kept():
        path.write_bytes(content)
    found = project.run()
    assert (found.stdout, found.returncode) == (expected.stdout, expected.returncode)


def test_errors_of_use_are_not_kept(project: Project) -> None:
    assert project.run("lint", "nowhere").returncode == 2
    assert not project.kept()


def test_a_file_that_changes_meanwhile_is_not_kept(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    from io import StringIO

    from broxspec.cache.results import remembering
    from broxspec.cli import run

    def meanwhile(stdout: StringIO, stderr: StringIO) -> int:
        code = run(["lint"], StringIO(), stdout, stderr, {}, project.folder)
        project.write("schema.sql", SCHEMA + "-- more\n")
        return code

    place = project.cache / "results" / "one"
    remembering(str(place), meanwhile, StringIO(), StringIO())
    assert not place.exists()
    remembering(str(place), lambda out, err: run(["lint"], StringIO(), out, err, {}, project.folder), StringIO(), StringIO())
    assert place.exists()
