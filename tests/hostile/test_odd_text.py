"""Names, predicates and comments that hold what means something to psql, SQL or a shell."""

import pytest

from broxspec.quoting import psql
from broxspec.sql.oneline import one_line


@pytest.mark.parametrize(
    ("sql", "line"),
    [
        ('lower("new\nline")', 'lower("new\nline")'),
        ("a = 'x'\n  AND b", "a = 'x' AND b"),
        ("a = 'x' -- first half\n 'y'", "a = 'x'\n'y'"),
        ("a -- ;\n = /* x /* y */ ; */ 1 ", "a = 1"),
        (r"a = E'it\'s -- no'  AND b", r"a = E'it\'s -- no' AND b"),
        ("$$ -- $$ =\n\ta", "$$ -- $$ = a"),
        ('"a--b"  = 1', '"a--b" = 1'),
        ("a/**/IS NULL--", "a IS NULL"),
    ],
)
def test_an_expression_on_one_line_means_the_same(sql, line):
    from broxspec.sql.parser import parse_expression

    assert one_line(sql) == line
    assert _without_places(parse_expression(line)) == _without_places(parse_expression(sql))


def _without_places(node):
    if isinstance(node, dict):
        return {key: _without_places(value) for key, value in node.items() if key != "location"}
    return [_without_places(value) for value in node] if isinstance(node, list) else node


@pytest.mark.parametrize("name", ["new\nline", "quo'te", "back\\slash", ":'x'", "`id`", "\\gexec", "es\x1b[31mc", "plain"])
def test_an_argument_of_psql_is_printed_and_does_nothing(name, database):
    done = database.psql(f"\\echo {psql.shown(name)} next\nSELECT 'alive';\n")
    assert done.returncode == 0, done.stderr
    said = name.replace("\n", "\\n").replace("\x1b", "\\x1b")
    assert done.stdout.splitlines()[0] == f"{said} next"
    assert "alive" in done.stdout
