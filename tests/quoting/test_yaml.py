"""Text in YAML reads back as what it was, by our parser and by PyYAML's 1.1, wherever it stands."""

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from broxspec.ignores.in_yaml import ignores_of
from broxspec.quoting.yaml import comment, number_or_scalar, scalar
from broxspec.source import Source
from broxspec.specs.parse import parse

ODD = [
    "no", "1.0", "a: b", "#", "a #b", "'", '"', "a'b", 'a"b', "\n", "a\nb", "😀", " a", "a ", "null", "~", "", "-", "- a", "?", ": ", "[a]", "{a}", "a,b",
    "&a", "*a", "!a", "%a", "@a", "`a`", "|", ">", "0x1f", "1e3", "12:30", "2024-01-01", "true", "Yes", "=", "<<", "a\\b", "\\", "\t", "a:", "\u0085",
    "\u2028", "\ufeff", "\x7f", "\xa0", "---", "...", "lower(email)", "status = 'PENDING'", '"deletedAt" IS NULL', "(a || 'b, c')", "é", "_", "$a",
    "coalesce(a, 'x: y')", "NaN", ".inf", "'a'", '"a"', "a\r\nb", "\u200b", "𝕏",
]  # fmt: skip
TEXT = st.one_of(st.sampled_from(ODD), st.text(st.characters(exclude_categories=["Cs"]), max_size=30), st.text("ab: #-'\"\\[]{},&*!|>%@`\n\t~?", max_size=12))


def read(text: str) -> object:
    documents, found = parse(Source("x.yaml", text))
    assert found == []
    return documents[0].root.value


@given(TEXT)
def test_scalars_read_back(text: str) -> None:
    block = f"a: {scalar(text)}\nb:\n  - {scalar(text)}\n  - [{scalar(text, flow=True)}, {{column: {scalar(text, flow=True)}, order: desc}}]\n"
    wanted = {"a": text, "b": [text, [text, {"column": text, "order": "desc"}]]}
    assert read(block) == wanted
    assert yaml.safe_load(block) == wanted


@given(TEXT)
def test_keys_read_back(text: str) -> None:
    assert read(f"a: {{{scalar(text, flow=True)}: 1}}\n") == {"a": {text: 1}}


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("created_at", "created_at"), ("created_at desc", "created_at desc"), ("lower(email)", "lower(email)"), ("status = 'PENDING'", "status = 'PENDING'"),
        ('"deletedAt" IS NULL', "'\"deletedAt\" IS NULL'"), ("no", "'no'"), ("1.0", "'1.0'"), ("(a ->> 'k'::text)", "(a ->> 'k'::text)"), ("a\nb", '"a\\nb"'),
    ],
)  # fmt: skip
def test_quoted_only_where_it_must_be(text: str, written: str) -> None:
    assert scalar(text) == written


def test_in_a_flow_commas_and_colons_need_quotes() -> None:
    assert scalar("coalesce(a, 'x')", flow=True) == "\"coalesce(a, 'x')\""
    assert scalar("(a::text)", flow=True) == "'(a::text)'"


@pytest.mark.parametrize(("text", "written"), [("70", "70"), ("0", "0"), ("007", "'007'"), ("0.5", "'0.5'"), ("on", "'on'"), ("1_0", "'1_0'")])
def test_numbers_stand_bare(text: str, written: str) -> None:
    assert number_or_scalar(text) == written
    node = parse(Source("x.yaml", f"a: {written}"))[0][0].root.get("a")
    assert node is not None and node.text == text


@given(st.one_of(TEXT, st.sampled_from(["# broxspec: ignore[IX101] x", "a # broxspec: ignore[IX1]", "#broxspec:ignore[X]", "\nkind: x"])))
def test_comments_hide_everything(text: str) -> None:
    written = f"{comment(text)}\na: 1 {comment(text)}\n"
    documents, found = parse(Source("x.yaml", written))
    assert found == []
    assert [document.root.value for document in documents] == [{"a": 1}]
    assert [ignores_of(document) for document in documents] == [([], [])]
