"""docs/ says what is so: options as `--help` prints them, settings that are accepted, fields that are there."""

import io
import json
import os
import re
from pathlib import Path

import pytest

from broxspec.cli import broxspec, run
from broxspec.config import read_config

ROOT = Path(__file__).resolve().parents[1]
OPTIONS = re.compile(r"(<!-- options: [^\n]* -->\n).*?(<!-- end -->\n)", re.DOTALL)
SCHEMA = "CREATE TABLE t (id int PRIMARY KEY, a text CHECK (a <> ''));\nCREATE TABLE u (t int REFERENCES t);\n"


def printed(*arguments: str, folder: Path = ROOT) -> str:
    out = io.StringIO()
    run(arguments, io.StringIO(), out, io.StringIO(), {"COLUMNS": "102"}, folder)
    return out.getvalue()


def test_the_options_of_every_command() -> None:
    page = ROOT / "docs/commands.md"
    sections = [f"## {name}\n\n```text\n{printed(name, '--help')}```\n" for name in broxspec.list_commands(None)]  # type: ignore[arg-type]
    text = page.read_text("utf-8")
    now = OPTIONS.sub(lambda found: found[1] + "\n" + "\n".join(sections) + "\n" + found[2], text)
    if os.environ.get("BROXSPEC_UPDATE"):
        page.write_text(now, encoding="utf-8", newline="\n")
    else:
        assert now == text, "write it with BROXSPEC_UPDATE=1"


def test_settings_are_accepted(tmp_path: Path) -> None:
    """Every TOML block of the documents, as a project's own file."""
    (tmp_path / "project/specs/workload").mkdir(parents=True)
    (tmp_path / "project/specs/workload/queries.sql").touch()
    (tmp_path / "project/db/one").mkdir(parents=True)
    (tmp_path / "project/db/one/broxspec.toml").touch()
    (tmp_path / "shared.toml").touch()
    file = tmp_path / "project/broxspec.toml"
    blocks = [(page.name, block) for page in (ROOT / "docs").glob("*.md") for block in re.findall(r"```toml\n(.*?)```", page.read_text("utf-8"), re.DOTALL)]
    assert blocks
    for name, block in blocks:
        file.write_text(block, encoding="utf-8")
        assert read_config(file)[1] == [], name


def test_every_setting_is_documented() -> None:
    page = (ROOT / "docs/configuration.md").read_text("utf-8")
    schema = json.loads((ROOT / "schemas/config.schema.json").read_text("utf-8"))
    for name in schema["properties"]:
        assert re.search(rf"^(\[{{1,2}}{name}[\].]|{name} = )", page, re.MULTILINE), name


def test_every_field_of_the_catalog_is_documented(tmp_path: Path) -> None:
    (tmp_path / "schema.sql").write_text(SCHEMA)
    page = (ROOT / "docs/catalog.md").read_text("utf-8")
    document = json.loads(printed("catalog", "schema.sql", folder=tmp_path))
    fields = set(document) | {field for name in ("tables", "indexes", "foreign_keys") for entry in document[name] for field in entry}
    fields |= set(document["tables"][0]["columns"][0])
    assert not [field for field in fields - {"version"} if f"`{field}`" not in page]


@pytest.mark.parametrize("command", ["audit", "plan", "verify"])
def test_every_field_of_findings_is_documented(tmp_path: Path, command: str) -> None:
    printed("init", folder=tmp_path)
    (tmp_path / "schema.sql").write_text(SCHEMA)
    (tmp_path / "specs/indexes/orders.yaml").write_text("kind: indexes\ntable: u\nindexes: [[t]]\n")
    page = (ROOT / "docs/json.md").read_text("utf-8")
    arguments = ["audit", "schema.sql"] if command == "audit" else [command, "--only", "database"] if command == "verify" else [command]
    fields: set[str] = set()

    def collect(value: object, name: str = "") -> None:
        if isinstance(value, dict) and name != "subject":
            fields.update(value)
            for key, inner in value.items():
                collect(inner, key)
        if isinstance(value, list):
            for inner in value:
                collect(inner, name)

    collect(json.loads(printed(*arguments, "--format", "json", folder=tmp_path)))
    assert fields
    assert not [field for field in sorted(fields) if not re.search(rf'["`]{field}["`]', page)]
