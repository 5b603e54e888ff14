"""Statements and their places, whatever else is in the text."""

import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from broxspec.sql.parser import Parsed, SyntaxFault, parse, parse_expression
from broxspec.sql.sections import up_part
from broxspec.sql.split import elements


def texts(sql: str, parsed: Parsed) -> list[str]:
    return [sql[statement.start : statement.end] for statement in parsed.statements]


def test_places_are_characters_not_bytes() -> None:
    sql = "-- größe\nCREATE TABLE \"é\" (a text DEFAULT 'öö', ü int);\n SELECT '💥' ;  /* end */"
    parsed = parse(sql)
    assert texts(sql, parsed) == ["CREATE TABLE \"é\" (a text DEFAULT 'öö', ü int)", "SELECT '💥'"]
    table = parsed.statements[0]
    assert [sql[table.offset(element["ColumnDef"]["location"]) :][:1] for element in table.body["tableElts"]] == ["a", "ü"]


def test_a_bad_statement_hides_no_other() -> None:
    sql = "CREATE TABLE a (x int);\nCREAT TABLE b (x int);\nCREATE TABLE c (x int);\n"
    parsed = parse(sql)
    assert texts(sql, parsed) == ["CREATE TABLE a (x int)", "CREATE TABLE c (x int)"]
    assert [(sql[f.start : f.end], f.error.message, sql[f.error.offset :][:5]) for f in parsed.faults] == [
        ("CREAT TABLE b (x int)", 'syntax error at or near "CREAT"', "CREAT")
    ]


def test_a_missing_semicolon_costs_one_statement() -> None:
    sql = "CREATE TABLE a (x int)\nCREATE TABLE b (x int);\nCREATE TABLE c (x int);"
    parsed = parse(sql)
    assert texts(sql, parsed) == ["CREATE TABLE a (x int)", "CREATE TABLE b (x int)", "CREATE TABLE c (x int)"]
    assert len(parsed.faults) == 1


@pytest.mark.parametrize("opened", ["'x", '"x', "$$x", "/* x", "E'x\\'", "("])
def test_what_is_never_closed_does_not_swallow_the_rest(opened: str) -> None:
    sql = f"CREATE TABLE a (x int);\nCREATE TABLE b (x text DEFAULT {opened});\nCREATE TABLE c (x int);\n"
    parsed = parse(sql)
    assert "CREATE TABLE a (x int)" in texts(sql, parsed)
    assert "CREATE TABLE c (x int)" in texts(sql, parsed)
    assert parsed.faults


def test_bodies_are_not_split() -> None:
    sql = (
        "CREAT;\nCREATE FUNCTION f() RETURNS int BEGIN ATOMIC; SELECT CASE WHEN true THEN 2 END; END;\n"
        "CREATE FUNCTION g() RETURNS int LANGUAGE sql AS $a$ SELECT ';'; $a$;\nCREATE RULE r AS ON INSERT TO t DO (SELECT 1; SELECT 2);\n"
    )
    assert [statement.kind for statement in parse(sql).statements] == ["CreateFunctionStmt", "CreateFunctionStmt", "RuleStmt"]


def test_psql_commands_and_copy_data_are_passed_over() -> None:
    sql = (
        "\\restrict abc\nCREATE TABLE a (x text);\nCOPY a (x) FROM stdin;\nCREATE TABLE no (x int);\n\\N\nit's\n\\.\n"
        "CREATE TABLE b (x int);\n\\connect db\nCREATE TABLE c (x int);\n\\unrestrict abc\n"
    )
    parsed = parse(sql)
    assert texts(sql, parsed) == ["CREATE TABLE a (x text)", "CREATE TABLE b (x int)", "CREATE TABLE c (x int)"]
    assert [command for _, command in parsed.commands] == ["\\restrict abc", "\\connect db", "\\unrestrict abc"]
    assert [sql[at] for at, _ in parsed.commands] == ["\\"] * 3
    assert parsed.faults == []


def test_gexec_ends_a_statement() -> None:
    sql = "SELECT 'CREATE DATABASE x' WHERE true \\gexec\nCREATE TABLE b (x int);\n"
    parsed = parse(sql)
    assert texts(sql, parsed) == ["SELECT 'CREATE DATABASE x' WHERE true", "CREATE TABLE b (x int)"]
    assert parsed.commands == [(38, "\\gexec")]


@pytest.mark.parametrize(
    "hostile",
    ["SELECT " + "(" * 100_000, "SELECT " + "1+" * 100_000 + "1", "SELECT " + "NOT " * 5000 + "true", "SELECT 1" + "::int" * 5000, "'" * 99_999, "$a" * 50_000, "/*" * 50_000],
    ids=["parentheses", "sum", "not", "casts", "quotes", "dollars", "comments"],
)
def test_hostile_text_is_a_finding(hostile: str) -> None:
    parsed = parse(f"CREATE TABLE a (x int);\n{hostile};\n")
    assert parsed.statements[0].kind == "CreateStmt"
    assert parsed.faults


@given(st.text(alphabet="abc'\"$;()/*-\\\n é💥\0\ufeff0E,", max_size=60))
def test_any_text_is_read_without_a_crash(text: str) -> None:
    parsed = parse(text)
    for place in (*parsed.statements, *parsed.faults):
        assert 0 <= place.start <= place.end <= len(text)


@given(st.lists(st.sampled_from(["SELECT 1", "CREATE TABLE \"ü\" (a int)", "SELECT ';'", "SELECT $$;$$", "BOOM x", "SELECT 'a''b'", "SELECT E'\\';'"]), max_size=8))
def test_statements_are_found_beside_bad_ones(pieces: list[str]) -> None:
    sql = ";\n".join(pieces)
    parsed = parse(sql)
    assert texts(sql, parsed) == [piece for piece in pieces if piece != "BOOM x"]
    assert len(parsed.faults) == pieces.count("BOOM x")


def test_expressions() -> None:
    assert "A_Expr" in parse_expression("a = 1 -- why")
    assert parse_expression("a = 'b") == SyntaxFault('unterminated quoted string at or near "\'b"', 4)
    assert parse_expression("größe = = 1") == SyntaxFault('syntax error at or near "="', 8)
    for several in ("a, b", "a) , (b", "a) FROM t WHERE (b", "1); DROP TABLE t; SELECT (1", "a AS b"):
        assert isinstance(parse_expression(several), SyntaxFault)


def test_elements_of_a_list() -> None:
    sql = "t (a int, -- the first, of two\n b numeric(1, 2) DEFAULT ',' /* ( */, \"c,d\" text ARRAY[3] ) x"
    assert [sql[start:end] for start, end in elements(sql, 0, len(sql))] == [
        "a int",
        "b numeric(1, 2) DEFAULT ',' /* ( */",
        '"c,d" text ARRAY[3]',
    ]


@pytest.mark.parametrize(("up", "down"), [("-- migrate:up", "-- migrate:down"), ("-- +goose Up", "-- +goose Down"), ("-- +migrate Up", "-- +migrate Down notransaction")])
def test_down_sections_are_blanked(up: str, down: str) -> None:
    sql = f"{up}\nCREATE TABLE a (x int);\n{down}\nDROP TABLE a;\n{up}\nCREATE TABLE b (x int);\n"
    assert len(up_part(sql)) == len(sql)
    assert texts(sql, parse(up_part(sql))) == ["CREATE TABLE a (x int)", "CREATE TABLE b (x int)"]


def test_pglast_itself_still_works_beside() -> None:
    """The extension is loaded without the rest of pglast; whoever wants the rest must get it."""
    code = "from broxspec.sql.parser import parse; parse('SELECT 1'); import sys; assert 'pglast.ast' not in sys.modules; import pglast; print(pglast.parse_sql('SELECT 1')[0].stmt)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert "SelectStmt" in done.stdout
