"""Strings and comments of generated Python."""

import ast

from hypothesis import example, given
from hypothesis import strategies as st

from broxspec.quoting.python import comment, string

TEXTS = st.text(st.one_of(st.sampled_from("\"'\\\n\r\t\u2028\u202e\x85\f\v{}%#😀"), st.characters(exclude_characters="\0", exclude_categories=["Cs"])), max_size=30)


@given(TEXTS)
@example('"""')
@example('a\n"')
@example('\\"""\n\\"')
@example("a\r\nb")
@example('""\n""')
def test_a_string_is_what_was_given(text):
    written = string(text)
    assert ast.literal_eval(written) == text
    assert ast.literal_eval(f"(\n    {written},\n)") == (text,)
    # Line ends that git may change, and what can't be seen, stand in it as escapes.
    assert "\r" not in written and all(character.isprintable() or character == "\n" for character in written)
    written.encode("utf-8")


def test_lines_are_kept():
    assert string("SELECT 'a'\nFROM \"b\"") == "\"\"\"SELECT 'a'\nFROM \"b\\\"\"\"\""
    assert string("SELECT 'a'") == "\"SELECT 'a'\""
    assert string('ALTER "b"') == "'ALTER \"b\"'"


@given(TEXTS)
def test_a_comment_ends_with_its_line(text):
    assert ast.parse(comment(text) + "\nx = 1\n").body[0].lineno == comment(text).count("\n") + 2
    assert len(ast.parse(comment(text)).body) == 0
