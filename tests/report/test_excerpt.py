"""Excerpts: marks stand under what they speak of, whatever the text is made of."""

from hypothesis import given
from hypothesis import strategies as st

from broxspec.report._cells import escape, lay_out, width
from broxspec.report._excerpt import Mark, excerpt
from broxspec.source import Source


def drawn(text: str, *marks: tuple[int, int, str]) -> list[str]:
    source = Source("x", text)
    listed = [Mark(source.span(start, end), words, number == 0) for number, (start, end, words) in enumerate(marks)]
    return excerpt(source, listed, 1, lambda text, style: text)


def test_words_stand_beside_the_mark() -> None:
    assert drawn("abc def\n", (4, 7, "here")) == ["  |", "1 | abc def", "  |     ^^^ here"]


def test_two_marks_on_a_line_each_have_their_words() -> None:
    assert drawn("abc def ghi", (8, 11, "last"), (0, 3, "first")) == [
        "  |",
        "1 | abc def ghi",
        "  | ---     ^^^ last",
        "  | |",
        "  | first",
    ]


def test_three_marks() -> None:
    assert drawn("a b c", (2, 3, "two"), (0, 1, "one"), (4, 5, "three"))[2:] == [
        "  | - ^ - three",
        "  | | |",
        "  | | two",
        "  | one",
    ]


def test_one_mark_inside_another() -> None:
    assert drawn("abcdef", (2, 4, "inner"), (0, 6, "outer"))[2:] == ["  | --^^--", "  | | |", "  | | inner", "  | outer"]


def test_far_lines_are_elided_and_a_single_one_is_shown() -> None:
    text = "one\ntwo\nthree\nfour\nfive\nsix"
    lines = drawn(text, (0, 3, ""), (8, 13, ""), (24, 27, ""))
    assert [line for line in lines if not line.startswith("  |")] == ["1 | one", "2 | two", "3 | three", "...", "6 | six"]


def test_several_lines_show_the_first_and_the_last() -> None:
    assert drawn("a: >-\n    one\n    two\n    three\nb: 1\n", (10, 32, "why")) == [
        "  |",
        "2 |     one",
        "  |     ^^^",
        "3 |     two",
        "4 |     three",
        "  |     ^^^^^ why",
    ]


def test_a_span_that_swallowed_line_ends_is_trimmed() -> None:
    assert drawn("one\n\n\ntwo", (0, 6, "x")) == ["  |", "1 | one", "  | ^^^ x"]


def test_tabs_wide_and_combining_characters() -> None:
    assert drawn("\ta: 日本 x", (7, 8, "x"))[1:] == ["1 |     a: 日本 x", "  |             ^ x"]
    assert drawn("e\u0301 x", (3, 4, ""))[2] == "  |   ^"
    assert drawn("😀x", (1, 2, ""))[2] == "  |   ^"


def test_the_end_of_a_line_and_of_the_file() -> None:
    assert drawn("abc", (3, 3, "missing")) == ["  |", "1 | abc", "  |    ^ missing"]
    assert drawn("", (0, 0, "empty")) == ["  |", "1 |", "  | ^ empty"]


def test_long_lines_are_cut_around_the_mark() -> None:
    text = "a" * 500 + "MARK" + "b" * 500
    _, shown, under = drawn(text, (500, 504, "here"))
    assert shown.startswith("1 | …a") and shown.endswith("b…")
    assert shown.index("MARK") == under.index("^^^^")
    assert width(shown) < 130
    _, shown, under = drawn(text, (2, 4, "early"))
    assert shown.startswith("1 | aaa") and shown.endswith("…") and under == "  |   ^^ early"
    _, shown, under = drawn(text, (1002, 1004, "late"))
    assert shown.startswith("1 | …") and shown.endswith("b") and shown.rindex("bb") == under.index("^^")


def test_a_mark_longer_than_what_is_shown() -> None:
    _, shown, under = drawn("x" * 1000, (0, 1000, "all"))
    assert width(under) <= 130 and "all" in under


_TEXTS = st.text(st.characters(codec="utf-8") | st.sampled_from("\t\n\r 日😀\u0301\x1b\u202e"), max_size=200)


@given(_TEXTS, st.data())
def test_any_span_of_any_text_can_be_drawn(text: str, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(start, len(text)))
    other = data.draw(st.integers(0, len(text)))
    lines = drawn(text, (start, end, "words"), (other, len(text), "others"))
    assert any("^" in line for line in lines) and any("words" in line for line in lines)
    assert all("\n" not in line and "\x1b" not in line for line in lines)


@given(_TEXTS.filter(lambda text: "\n" not in text and "\r" not in text))
def test_cells_add_up(text: str) -> None:
    line = lay_out(text)
    assert line.starts[-1] == sum(width(piece) for piece in line.shown)
    assert len(line.starts) == len(text) + 1


def test_escape_keeps_what_is_harmless() -> None:
    assert escape("naïve 日本 😀") == "naïve 日本 😀"
    assert escape("a\x1b[0m\u202eb\n") == "a\\x1b[0m\\u202eb\\x0a"
