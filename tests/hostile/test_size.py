"""Specs of a size that nobody writes: refused at once, at their place."""

import io
from pathlib import Path

import pytest

from broxspec.cli import run
from broxspec.kinds.indexes.sql_value import read_sql_value
from broxspec.report._excerpt import Mark, excerpt
from broxspec.source import Source
from broxspec.specs.parse import parse


def test_a_predicate_of_a_hundred_thousand_lines():
    text = "where: |\n" + "  status = 'a' OR\n" * 100_000 + "  total > 1\n"
    (document,), found = parse(Source("x.yaml", text))
    assert not found
    node = document.root.get("where")
    _, finding = read_sql_value(node, node.text)
    assert finding.code == "SP140"
    assert "characters; an index's may have 100,000" in finding.message
    assert finding.span.begin.line == 1


@pytest.mark.parametrize("setting", ["specs", "generated", "queries", "extends"])
def test_a_path_that_no_file_system_takes_is_a_finding(setting: str, tmp_path: Path):
    (tmp_path / "specs").mkdir()
    (tmp_path / "specs/a.yaml").write_text("kind: database\nname: shop\nserver_version: 15\nschema: s.sql\n")
    (tmp_path / "s.sql").write_text("CREATE TABLE t (id int PRIMARY KEY);\n")
    (tmp_path / "broxspec.toml").write_text(f'{setting} = "{"x" * 5000}"\n')
    out, err = io.StringIO(), io.StringIO()
    assert run(["lint"], io.StringIO(), out, err, {}, tmp_path) == 1
    assert "no file system takes a path as long as this" in out.getvalue()


def test_a_line_of_a_hundred_thousand_characters_is_cropped_at_once():
    text = "x" * 50_000 + "HERE" + "y" * 50_000
    source = Source("x.sql", text)
    lines = excerpt(source, [Mark(source.span(50_000, 50_004), "this", True)], 1, lambda text, style: text)
    assert "HERE" in lines[1] and lines[1].count("…") == 2
    assert lines[2].index("^") == lines[1].index("HERE") and "^^^^ this" in lines[2]
    source = Source("x.sql", text)
    end = excerpt(source, [Mark(source.span(100_003, 100_004), "", True)], 1, lambda text, style: text)
    assert end[1].endswith("yyy") and end[2].endswith("^")


@pytest.mark.parametrize("text", ["/*" * 200_000, "/*/" + "*/" * 200_000, "/*/*" * 100_000 + "*/" * 200_000], ids=["open", "a row", "nested"])
def test_comments_that_the_scanner_reads_again_and_again(text: str, tmp_path: Path):
    """PostgreSQL's scanner needs minutes for each of these; nobody should."""
    (tmp_path / "schema.sql").write_text(f"CREATE TABLE t (id int PRIMARY KEY);\nSELECT {text}\n")
    out, err = io.StringIO(), io.StringIO()
    assert run(["audit", "schema.sql"], io.StringIO(), out, err, {}, tmp_path) == 1
    assert "SP301" in out.getvalue() and "comment" in out.getvalue()
