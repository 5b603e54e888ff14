"""Things in the place of files: links, pipes, folders, names that are no text. Never a crash, never for ever."""

import io
import os

import pytest

from broxspec.cli import run

TOML = 'base = "main"\n[rules]\nIX101 = "off"\n'
DATABASE = "kind: database\nname: shop\nserver_version: 15\nschema: schema.sql\nrunner: psql\nmigrations: migrations\n"
SQL = "CREATE TABLE orders (id bigint PRIMARY KEY, status text NOT NULL, total numeric);\n"
INDEXES = "kind: indexes\ntable: orders\nindexes:\n  - [status, total]\n"


class Project:
    def __init__(self, root):
        self.root = root
        (root / "specs").mkdir()
        for name, text in {"broxspec.toml": TOML, "schema.sql": SQL, "specs/database.yaml": DATABASE, "specs/orders.yaml": INDEXES}.items():
            (root / name).write_text(text)

    def run(self, *arguments):
        out = io.StringIO()
        code = run(arguments, io.StringIO(), out, out, {**os.environ, "NO_COLOR": "1", "BROXSPEC_TRACEBACK": "1"}, self.root)
        self.output = out.getvalue()
        return code


@pytest.fixture
def project(tmp_path):
    return Project(tmp_path)


def test_links_in_the_specs_that_lead_back(project):
    (project.root / "specs/loop").symlink_to("loop")
    (project.root / "specs/self").symlink_to(project.root)
    assert project.run("lint") == 0, project.output
    assert "2 spec files" in project.output


def test_a_link_that_leads_nowhere_is_said(project):
    (project.root / "specs/gone.yaml").symlink_to("nowhere.yaml")
    assert project.run("lint") == 1
    assert "`specs/gone.yaml` can't be read" in project.output


def test_a_pipe_and_a_folder_called_like_a_spec(project):
    os.mkfifo(project.root / "specs/pipe.yaml")
    (project.root / "specs/folder.yaml").mkdir()
    assert project.run("lint") == 0, project.output


@pytest.mark.parametrize("place", ["generated", "migrations"])
def test_a_file_where_a_folder_should_be(project, place):
    (project.root / place).write_text("mine")
    assert project.run("compile") == 2
    assert "can't be read" in project.output or "can't write" in project.output
    assert (project.root / place).read_text() == "mine"
    assert not list(project.root.rglob("*.broxspec-new"))


@pytest.mark.parametrize("place", ["generated/shop.migrations.lock", "migrations/0001_create_idx_orders_status_total.sql"])
def test_a_folder_where_a_file_should_be(project, place):
    (project.root / place).mkdir(parents=True)
    for arguments in (["compile"], ["compile", "--check"]):
        assert project.run(*arguments) == 2, project.output
        assert f"`{place}` can't be read: is a directory" in project.output


def test_names_that_are_not_utf8(project):
    root = os.fsencode(project.root)
    (project.root / "specs/orders.yaml").rename(os.fsdecode(root + b"/specs/orders\xff.yaml"))
    (project.root / "migrations").mkdir()
    with open(root + b"/migrations/0001_\xff.sql", "wb") as file:
        file.write(b"SELECT 1;\n")
    assert project.run("compile") == 0, project.output
    assert project.run("compile", "--check") == 0, project.output
    assert rb"\udcff.yaml" in (project.root / "migrations/0002_create_idx_orders_status_total.sql").read_bytes()


@pytest.mark.parametrize("field", ["schema", "migrations", "name"])
def test_names_that_no_file_system_takes(project, field):
    lines = [line for line in DATABASE.split("\n") if not line.startswith(f"{field}:")]
    for name in ("9" * 500, "é" * 300, "a/" * 3000):
        (project.root / "specs/database.yaml").write_text("\n".join([*lines, f'{field}: "{name}"']) + "\n")
        for command in ("lint", "plan", "compile"):
            assert project.run(command) == 1, project.output[-1500:]


@pytest.mark.parametrize("name", ["../evil", "/evil", "..", "a\\b", "a:b", ".hidden", "a\nb"])
def test_a_database_whose_name_would_lead_elsewhere(project, name):
    import json

    (project.root / "specs/database.yaml").write_text(DATABASE.replace("shop", json.dumps(name)))
    assert project.run("compile") == 1
    assert "the name becomes a file's name" in project.output
