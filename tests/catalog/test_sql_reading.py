"""What reading SQL says, and where."""

import re

from broxspec.catalog.faults import FAULTS, fault
from broxspec.catalog.model import Catalog, Name
from broxspec.catalog.sql import read_sql
from broxspec.diagnostic import Diagnostic
from broxspec.source import Source


def read(*texts: str, major: int = 15) -> tuple[Catalog, tuple[Diagnostic, ...]]:
    return read_sql([Source(f"{number}.sql", text) for number, text in enumerate(texts, 1)], major=major)


def said(diagnostics: tuple[Diagnostic, ...]) -> list[tuple[str, str, str]]:
    return [(d.code, d.message, d.span.text) for d in diagnostics]


def test_refused_statements_have_no_effect_and_name_their_place() -> None:
    catalog, found = read("CREATE TABLE a (x int, y int REFERENCES nowhere);\nCREATE TABLE b (x int);\nCREATE INDEX ON b (nope);\nCREATE TABLE b (z int);\n")
    assert list(catalog.tables) == [Name("public", "b")]
    assert said(found) == [
        ("SP302", "table `nowhere` does not exist", "nowhere"),
        ("SP302", "column `nope` of table `b` does not exist", "CREATE INDEX ON b (nope)"),
        ("SP302", "relation `b` already exists", "b"),
    ]


def test_a_statement_that_fails_half_way_leaves_no_trace() -> None:
    catalog, found = read("CREATE TABLE t (a serial, b int);\nALTER TABLE t ADD c int, ADD UNIQUE (a), ADD PRIMARY KEY (zz);\nCREATE UNIQUE INDEX t_a_key ON t (a);\n")
    table = catalog.tables[Name("public", "t")]
    assert [column.name for column in table.columns] == ["a", "b"]
    assert [index.name for index in table.indexes] == ["t_a_key"]
    assert [d.code for d in found] == ["SP302"]


def test_several_sources_are_one_schema_each_with_its_own_search_path() -> None:
    catalog, found = read("CREATE SCHEMA s; SET search_path = s; CREATE TABLE a (x int PRIMARY KEY);", "CREATE TABLE b (x int REFERENCES s.a);")
    assert list(catalog.tables) == [Name("s", "a"), Name("public", "b")]
    assert found == ()


def test_places_of_objects() -> None:
    text = "CREATE TABLE t (\n  id int CONSTRAINT k PRIMARY KEY, -- key\n  n text NOT NULL DEFAULT 'x',\n  CONSTRAINT u UNIQUE (n),\n  CHECK (id > 0)\n);\nCREATE INDEX i ON t (n);\n"
    table = read(text)[0].tables[Name("public", "t")]
    assert table.at.text == "t"
    assert [column.at.text for column in table.columns] == ["id int CONSTRAINT k PRIMARY KEY", "n text NOT NULL DEFAULT 'x'"]
    assert [index.at.text for index in table.indexes] == ["CONSTRAINT k PRIMARY KEY", "CONSTRAINT u UNIQUE (n)", "i"]
    assert table.checks[0].at.text == "CHECK (id > 0)"


def test_expressions_are_kept_as_written() -> None:
    text = "CREATE TABLE t (a text, b int);\nCREATE INDEX i ON t (lower( a ) text_pattern_ops DESC, ((b+1))) INCLUDE (b) WHERE ((a <> 'WHERE'));\n"
    index = next(read(text)[0].indexes())
    assert [key.expression.sql for key in index.keys] == ["lower( a )", "b+1"]
    assert index.predicate.sql == "a <> 'WHERE'"


def test_dynamic_sql_is_a_warning_and_plain_functions_are_not() -> None:
    function = "CREATE FUNCTION f() RETURNS void LANGUAGE plpgsql AS $$ BEGIN EXECUTE 'CREATE TABLE x (a int)'; END $$;\n"
    text = (
        f"{function}DO $$ BEGIN EXECUTE 'CREATE TABLE y (a int)'; END $$;\nDO $$ BEGIN FOR i IN 1..3 LOOP CREATE TABLE z (a int); END LOOP; END $$;\n"
        "DO $$ BEGIN RAISE NOTICE 'nothing'; PERFORM 1; END $$;\nSELECT f();\n\\i other.sql\nCOMMENT ON FUNCTION f() IS 'create table';\n"
    )
    catalog, found = read(text)
    assert {d.code for d in found} == {"SP303"}
    assert sorted(d.span.text.partition("'")[0].split("\n")[0][:20] for d in found) == ["EXECUTE ", "FOR i IN 1..3 LOOP C", "SELECT f()", "\\i other.sql"]
    assert ("CREATE FUNCTION", 1) in [(skipped.what, skipped.count) for skipped in catalog.skipped]


def test_guards_in_do_blocks_are_understood() -> None:
    guard = "DO $$ BEGIN CREATE TYPE mood AS ENUM ('a'); EXCEPTION WHEN duplicate_object THEN null; END $$;\n"
    conditional = "DO $$ BEGIN IF NOT EXISTS (SELECT 1 FROM pg_class) THEN CREATE TABLE t (m mood); CREATE INDEX ON t (m); END IF; END $$;\n"
    catalog, found = read(guard + guard + conditional)
    assert found == ()
    assert catalog.enums[Name("public", "mood")].labels == ("a",)
    assert [index.name for index in catalog.indexes()] == ["t_m_idx"]
    assert next(catalog.indexes()).at.text == "CREATE INDEX ON t (m)"


def test_schemas_that_nothing_creates_are_taken_as_existing() -> None:
    catalog, found = read("CREATE TABLE app.t (id int PRIMARY KEY, u uuid REFERENCES auth.users (id));\nCREATE INDEX ON app.t (u);\n")
    assert [d.code for d in found] == ["SP304", "SP304"]
    assert catalog.tables[Name("app", "t")].foreign_keys[0].ref_table == "users"


def test_unknown_columns_are_marked() -> None:
    catalog, found = read("CREATE MATERIALIZED VIEW m AS SELECT * FROM f();\nCREATE INDEX ON m (whatever);\nCREATE TABLE t AS SELECT * FROM f();\n")
    assert [d.code for d in found] == ["SP305"]
    assert not catalog.tables[Name("public", "m")].columns_known
    assert [index.name for index in catalog.indexes()] == ["m_whatever_idx"]


def test_syntax_errors_are_findings() -> None:
    catalog, found = read("CREATE TABLE a (x int);\nCREATE TABLE b x int);\nCREATE TABLE c (x int);\n")
    assert [name.name for name in catalog.tables] == ["a", "c"]
    assert [(d.code, d.span.begin) for d in found] == [("SP301", (2, 16))]


def test_an_unknown_type_is_no_obstacle() -> None:
    catalog, found = read("CREATE TABLE t (id int, g geometry(Point, 4326), e my_type);\nCREATE INDEX ON t USING gist (g);\nCREATE INDEX ON t (e);\n")
    assert found == ()
    assert [index.name for index in catalog.indexes()] == ["t_g_idx", "t_e_idx"]


def test_faults_are_documented() -> None:
    assert len({f.code for f in FAULTS}) == len(FAULTS)
    assert all(re.fullmatch(r"SP3\d\d", f.code) and f.docs.strip() for f in FAULTS)
    assert fault("sp302") is fault("sql-rejected") is FAULTS[1]


def test_work_grows_with_the_text() -> None:
    """Counted in calls, not in seconds: ten times the schema is at most eleven times the work."""
    import sys

    def calls(copies: int) -> int:
        text = "".join(
            f"CREATE TABLE t{n} (id serial PRIMARY KEY, a int REFERENCES t{max(0, n - 1)}, b text CHECK (b <> ''));\nCREATE INDEX ON t{n} (a, lower(b));\n"
            for n in range(copies)
        )
        counted = 0

        def count(frame: object, event: str, argument: object) -> None:
            nonlocal counted
            counted += event in ("call", "c_call")

        sys.setprofile(count)
        try:
            read(text)
        finally:
            sys.setprofile(None)
        return counted

    read("SELECT 1")
    assert calls(400) < 11 * calls(40)
