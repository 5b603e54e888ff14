"""explain, rules, and the pages under docs/rules."""

import io
import json
from pathlib import Path

import pytest

from broxspec.cli import _pages as pages
from broxspec.cli import run

ROOT = Path(__file__).resolve().parents[2]


def broxspec(*arguments: str, folder: Path = ROOT) -> tuple[int, str, str]:
    out, err = io.StringIO(), io.StringIO()
    return run(arguments, io.StringIO(), out, err, {}, folder), out.getvalue(), err.getvalue()


@pytest.mark.parametrize("name", ["IX101", "ix101", "unindexed-foreign-key", "unindexed_foreign_key"])
def test_a_rule_is_explained_by_code_or_slug(name: str) -> None:
    code, out, _ = broxspec("explain", name)
    assert code == 0
    assert out.startswith("# IX101 unindexed-foreign-key\n\nwarning · kind `indexes`\n\n")
    assert "## When it is fine" in out and "```sql bad" in out


def test_a_fault_is_explained() -> None:
    assert broxspec("explain", "SP006")[1].startswith("# SP006 yaml-syntax\n\nerror · found while reading\n\nA file is not YAML.\n")


def test_every_code_and_slug_has_one_page() -> None:
    every = list(pages.every())
    assert len({page.code for page in every}) == len({page.slug for page in every}) == len(every)
    for page in every:
        assert pages.find(page.code) == pages.find(page.slug) == page


def test_rules_lists_all_in_every_format() -> None:
    codes = [page.code for page in pages.every()]
    assert [line.split()[0] for line in broxspec("rules")[1].splitlines()] == codes
    assert [rule["code"] for rule in json.loads(broxspec("rules", "--format", "json")[1])["rules"]] == codes
    markdown = broxspec("rules", "--format", "markdown")[1]
    assert all(f"\n# {code} " in markdown for code in codes)


def test_the_pages_in_docs_are_current(tmp_path: Path) -> None:
    broxspec("rules", "--format", "markdown", "--output", "rules", folder=tmp_path)
    wanted = {path.name: path.read_text("utf-8") for path in (tmp_path / "rules").iterdir()}
    there = {path.name: path.read_text("utf-8") for path in (ROOT / "docs/rules").iterdir()}
    assert there == wanted, "run `broxspec rules --format markdown --output docs/rules`"


def test_a_page_of_a_rule_that_is_no_more_goes(tmp_path: Path) -> None:
    (tmp_path / "IX999.md").write_text("old")
    (tmp_path / "NOTES.md").write_text("mine")
    broxspec("rules", "--format", "markdown", "--output", ".", folder=tmp_path)
    assert not (tmp_path / "IX999.md").exists()
    assert (tmp_path / "NOTES.md").read_text() == "mine"
