"""init and schema: a project to begin with, and what editors need."""

import io
import json
from pathlib import Path

from broxspec.cli import _editor as editor
from broxspec.cli import _scaffold as scaffold
from broxspec.cli import run


def broxspec(*arguments: str, folder: Path) -> tuple[int, str, str]:
    out, err = io.StringIO(), io.StringIO()
    return run(arguments, io.StringIO(), out, err, {}, folder), out.getvalue(), err.getvalue()


def test_what_init_makes_is_clean(tmp_path: Path) -> None:
    assert broxspec("init", folder=tmp_path)[0] == 0
    for command in (["lint"], ["compile"], ["compile", "--check"], ["lint"]):
        code, out, err = broxspec(*command, folder=tmp_path)
        assert code == 0, out + err
    assert list((tmp_path / "migrations").iterdir())


def test_the_first_screen_shows_one_spec_and_the_next_step(tmp_path: Path, golden) -> None:
    golden("cli/golden/init.txt", broxspec("init", folder=tmp_path)[1])


def test_specs_name_a_schema_that_is_there(tmp_path: Path) -> None:
    broxspec("init", folder=tmp_path)
    for spec in (tmp_path / "specs").rglob("*.yaml"):
        modeline = spec.read_text("utf-8").split("\n", 1)[0]
        schema = (spec.parent / modeline.partition("$schema=")[2]).resolve()
        assert json.loads(schema.read_text("utf-8"))
        assert spec.parent.name == schema.name.removesuffix(".schema.json")


def test_init_overwrites_nothing(tmp_path: Path) -> None:
    (tmp_path / "schema.sql").write_text("mine")
    code, _, err = broxspec("init", folder=tmp_path)
    assert code == 2
    assert "`schema.sql` already there" in err
    assert [path.name for path in tmp_path.iterdir()] == ["schema.sql"]


def test_init_keeps_the_attributes_of_a_repository(tmp_path: Path) -> None:
    (tmp_path / scaffold.ATTRIBUTES).write_text("* text=auto\n")
    code, out, _ = broxspec("init", folder=tmp_path)
    assert code == 0
    assert (tmp_path / scaffold.ATTRIBUTES).read_text() == "* text=auto\n"
    assert "add to .gitattributes:\n" in out and "linguist-generated" in out


def test_schema_install_keeps_other_settings(tmp_path: Path) -> None:
    path = tmp_path / editor.SETTINGS
    path.parent.mkdir()
    path.write_text('{"editor.rulers": [100], "yaml.schemas": {"mine.json": "*.yml", ".broxspec/schemas/gone.json": "x"}}')
    assert broxspec("schema", "--install", folder=tmp_path)[0] == 0
    settings = json.loads(path.read_text())
    assert settings["editor.rulers"] == [100]
    assert settings["yaml.schemas"]["mine.json"] == "*.yml"
    assert settings["yaml.schemas"][".broxspec/schemas/indexes.schema.json"] == "specs/indexes/**/*.yaml"
    assert ".broxspec/schemas/gone.json" not in settings["yaml.schemas"]
    assert "current" in broxspec("schema", "--install", folder=tmp_path)[2]


def test_schema_install_refuses_settings_with_comments(tmp_path: Path) -> None:
    path = tmp_path / editor.SETTINGS
    path.parent.mkdir()
    path.write_text("{\n  // mine\n}")
    code, _, err = broxspec("schema", "--install", folder=tmp_path)
    assert code == 2 and "yaml.schemas" in err
    assert path.read_text() == "{\n  // mine\n}"


def test_schema_prints_a_kind(tmp_path: Path) -> None:
    assert "indexes\n" in broxspec("schema", folder=tmp_path)[1]
    assert json.loads(broxspec("schema", "indexes", folder=tmp_path)[1])["type"] == "object"
