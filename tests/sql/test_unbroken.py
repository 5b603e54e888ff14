"""SQL without line breaks in its quotes says the same to PostgreSQL's parser."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from broxspec.quoting.sql import dollar, identifier, literal, unbroken
from broxspec.sql.parser import parse

TEXT = st.text(st.one_of(st.sampled_from("\n\r;'\"\\$x0E "), st.characters(exclude_characters="\0", exclude_categories=["Cs"])), max_size=20)
NAME = TEXT.filter(lambda name: 0 < len(name.encode()) < 64)
PIECE = st.one_of(
    TEXT.map(literal),
    TEXT.map(lambda text: "'" + text.replace("'", "''") + "'"),
    TEXT.map(lambda text: dollar(text, "t")),
    TEXT.map(lambda text: "E'" + text.replace("\\", "\\\\").replace("'", "\\'").replace(";", "\\;") + "'"),
    NAME.map(identifier),
    NAME.map(lambda name: 'U&"' + name.replace("\\", "\\\\").replace('"', '""') + '"'),
    st.sampled_from(["a$b$c", "fooE", "'one'\n  'two;'", "E'one'\n'\\ntwo'", "1", "1 /* it's */"]),
)


def meaning(sql: str) -> object:
    read = parse(sql)
    assert read.faults == [] and len(read.statements) == 1, sql
    return without_places(read.statements[0].body)


def without_places(value: object) -> object:
    if isinstance(value, dict):
        return {key: without_places(part) for key, part in value.items() if key not in ("location", "stmt_len", "stmt_location")}
    return [without_places(part) for part in value] if isinstance(value, list) else value


@given(st.lists(PIECE, min_size=1, max_size=5))
def test_it_means_the_same(pieces: list[str]) -> None:
    sql = f"SELECT {', '.join(pieces)}"
    made = unbroken(sql, ";")
    assert ";" not in made
    assert meaning(made) == meaning(sql)


@given(st.lists(PIECE, max_size=4).map(", ".join), TEXT)
def test_no_line_begins_inside_of_quotes(pieces: str, text: str) -> None:
    words = f"SELECT 1 AS {identifier('a' + text[:10] + 'b')}, {literal(text)}"
    assert "\n" not in unbroken(words) and "\r" not in unbroken(words)


@pytest.mark.parametrize(
    ("sql", "made"),
    [
        ("-- it's\nSELECT 'a\nb'", "-- it's\nSELECT E'a\\x0ab'"),
        ("DO $broxspec$ BEGIN\n  x := 'a\n;';\nEND $broxspec$", "DO $broxspec$ BEGIN\n  x := E'a\\x0a\\x3b';\nEND $broxspec$"),
        ("SELECT $$it's\n$$", "SELECT E'it''s\\x0a'"),
        ('SELECT "a\n\\"', 'SELECT U&"a\\000a\\\\"'),
        ("SELECT 'plain', \"plain\"", "SELECT 'plain', \"plain\""),
    ],
)
def test_what_is_rewritten(sql: str, made: str) -> None:
    assert unbroken(sql, ";") == made
