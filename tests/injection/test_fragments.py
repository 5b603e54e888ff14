"""SQL of a spec stays one expression that means the same, in whatever text it is put."""

import re

from hostile_text import constants, names, quoted_name, text
from hypothesis import given
from hypothesis import strategies as st
from pglast.parser import parse_sql_json

from broxspec.quoting import python, sql
from broxspec.sql.oneline import one_line
from broxspec.sql.parser import SyntaxFault, parse_expression

GAPS = st.sampled_from([" ", "\n", "\r", "\t", " -- it's \"\n", " /* ' /* $$ */ ; */ ", "\r\n", " --x\r"])
TERMS = st.one_of(
    constants().map(lambda value: f"note <> {value}"),
    names().map(lambda name: f"{quoted_name(name)} IS NULL"),
    names().map(lambda name: f"tags[1:{quoted_name(name)}] IS NULL"),
    st.sampled_from(["bits = B'01'\n'10'", "bits = X'0a'", "tags[n:m] = '{}'", "a::text = 'x'", "date'2020-01-01' = d", "a = $1", 'U&"d\\0061t!" = 1', "U&\"d!0061t\" UESCAPE '!' = 1"]),
)


@st.composite
def expressions(draw):
    terms = draw(st.lists(TERMS, min_size=1, max_size=3))
    found = terms[0]
    for term in terms[1:]:
        found += draw(GAPS) + draw(st.sampled_from(["AND", "OR"])) + draw(GAPS) + term
    return found + draw(st.sampled_from(["", "", " -- end", " /* end */"]))


def tree(expression):
    """As the parser sees it, places left out."""
    return re.sub(r'"(?:location|stmt_len|stmt_location|rexpr_list_start|rexpr_list_end)":-?\d+,?', "", parse_sql_json(f"SELECT 1 WHERE {expression}\n")).replace(",}", "}")


@given(expressions())
def test_it_means_the_same_wherever_it_stands(expression):
    wanted = tree(expression)
    assert not isinstance(parse_expression(expression), SyntaxFault)
    settled = sql.settled(one_line(expression))
    assert tree(one_line(expression)) == wanted
    assert _alike(tree(settled), wanted)
    assert sql.settled(settled) == settled
    for also in ("", ";"):
        unbroken = sql.unbroken(settled, also)
        assert _alike(tree(unbroken), wanted)
        assert not re.search(rf"[\r\n{also}]", unbroken)
        # Flyway knows a quote in a string only as two.
        assert all("\\'" not in (match["escaped"] or "''")[1:-1].replace("\\\\", "") for match in sql._quoted().finditer(unbroken))


def _alike(one, other):
    """N'…' with a backslash has no form that reads the same under all settings but a cast by name."""
    return _plain(one) == _plain(other)


def _plain(seen):
    return re.sub(r'"TypeCast":\{"arg":(\{"A_Const".*?\}\}),"typeName":\{"names":\[\{"String":\{"sval":"pg_catalog"\}\},\{"String":\{"sval":"bpchar"\}\}\],"typemod":-1[^{}]*\}\}', r"\1", seen)


@given(expressions())
def test_a_string_without_standard_conformance_is_the_same_string(expression):
    """No backslash stands in a string but after E, and there is no string that needs the setting."""
    for match in sql._quoted().finditer(sql.settled(one_line(expression))):
        assert match["plain"] is None or "\\" not in match["plain"]
        assert match["unicode"] is None and match["tag"] is None


@given(text(smallest=0, longest=8))
def test_text_that_is_no_expression_is_no_expression(given_text):
    """What the parser takes for one expression leaves no quote, comment or parenthesis open."""
    parsed = parse_expression(given_text)
    if not isinstance(parsed, SyntaxFault):
        made = sql.settled(one_line(given_text))
        assert tree(f"({made}) AND TRUE").count("BoolExpr") > tree(f"({made})").count("BoolExpr") or "AND" in made
        assert len(parse_sql_json(f"SELECT ({made}); SELECT 2").split('"stmt":')) == 3


@given(text(longest=8))
def test_a_comment_is_one_line_and_says_nothing_of_encodings(given_text):
    for made, mark in ((sql.comment(given_text), "--"), (python.comment(given_text), "#")):
        assert made.startswith(mark) and len(made.splitlines()) == 1
        assert not re.search("[\x00-\x1f\x7f-\x9f\u200e\u200f\u2028-\u202e]", made)
    assert not re.search(r"coding[:=]", python.comment(given_text))
