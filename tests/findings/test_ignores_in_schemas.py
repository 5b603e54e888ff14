"""Ignore comments in SQL and Prisma, and ignores by object: what they speak of, what they take out, what is wrong with them."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from broxspec.ignores import in_prisma, in_sql
from broxspec.source import Source

IGNORE = "broxspec: ignore[IX101] why"


def scopes(read, name, text, mark):
    ignores, wrong = read(Source(name, text.replace("X!", f"{mark} {IGNORE}")))
    assert not wrong
    return [one.scope.text.replace(f"{mark} {IGNORE}", "X!").replace("\r\n", "\n") for one in ignores]


SQL = [
    ("above a statement", "SELECT 1;\nX!\nSELECT 2;\nSELECT 3;\n", ["SELECT 2;"]),
    ("lines above one", "SELECT 1;\n\nX!\n-- note\n\nSELECT 2;\n", ["SELECT 2;"]),
    ("directly above the first", "-- note\n\nX!\nSELECT 1;\nSELECT 2;\n", ["SELECT 1;"]),
    ("the file", "-- licence\nX!\n\nSELECT 1;\n", ["-- licence\nX!\n\nSELECT 1;\n"]),
    ("beside a statement", "SELECT 1; X!\nSELECT 2;\n", ["SELECT 1;"]),
    ("beside the first of two lines", "SELECT 1, X!\n  2;\nSELECT 2;\n", ["SELECT 1, X!\n  2;"]),
    ("beside the second of two on a line", "SELECT 1; SELECT 2; X!\nSELECT 3;\n", ["SELECT 2;"]),
    ("no semicolon", "SELECT 1 X!", ["SELECT 1 X!"]),
    ("behind everything", "SELECT 1;\nX!\n", [""]),
    ("beside a column", "CREATE TABLE t (\n  a int, X!\n  b int\n);\n", ["a int"]),
    ("above a column", "CREATE TABLE t (\n  a int,\n  X!\n  b int,\n  c int\n);\n", ["b int"]),
    ("inside of a column", "CREATE TABLE t (\n  a int\n  X!\n  REFERENCES t,\n  b int\n);\n", ["a int\n  X!\n  REFERENCES t,\n  "]),
    ("behind the last column", "CREATE TABLE t (\n  a int,\n  b int\n  X!\n);\n", ["b int\n  X!\n);"]),
    ("beside a table's opening", "CREATE TABLE t ( X!\n  a int\n);\n", ["CREATE TABLE t ( X!\n  a int\n);"]),
    ("beside a table's closing", "CREATE TABLE t (\n  a int\n); X!\n", ["CREATE TABLE t (\n  a int\n);"]),
    ("in a string", "SELECT 'X!';\nSELECT E'\\'X!';\n", []),
    ("in a name", 'SELECT "X!";\n', []),
    ("in dollar quotes", "DO $a$ BEGIN\nX!\nEND $a$;\n", []),
    ("in a block comment", "/* X! /* X! */ X! */ SELECT 1; X!\n", ["SELECT 1;"]),
    ("in data", "COPY t FROM STDIN;\nX!\n\\.\nSELECT 1; X!\n", ["SELECT 1;"]),
    ("a quote in data", "COPY t FROM STDIN;\nit's\n\\.\nSELECT 1; X!\n", ["SELECT 1;"]),
    ("in an up section", "-- migrate:up\nX!\nSELECT 1;\n-- migrate:down\nSELECT 2;\n", ["SELECT 1;"]),
    ("in a down section", "-- migrate:up\nSELECT 1;\n-- migrate:down\nSELECT 2; X!\n", ["SELECT 2;"]),
    ("behind characters of two units", "SELECT '😀é';\nSELECT 2; X!\n", ["SELECT 2;"]),
]  # fmt: skip


@pytest.mark.parametrize("end", ["\n", "\r\n"])
@pytest.mark.parametrize(("text", "wanted"), [case[1:] for case in SQL], ids=[case[0] for case in SQL])
def test_what_an_sql_comment_speaks_of(text, wanted, end):
    assert scopes(in_sql.ignores_of, "s.sql", text.replace("\n", end), "--") == wanted


PRISMA = [
    ("beside a field", "model A {\n  id Int @id\n  b Int X!\n}\n", ["  b Int X!"]),
    ("above a field", "model A {\n  // note\n  X!\n  // note\n  id Int @id\n  b Int\n}\n", ["  id Int @id"]),
    ("above a block attribute", "model A {\n  id Int @id\n\n  X!\n  @@index([id])\n}\n", ["  @@index([id])"]),
    ("beside an opening", "model A { X!\n  id Int @id\n}\n", ["model A { X!\n  id Int @id\n}"]),
    ("beside a closing", "model A {\n  id Int @id\n} X!\nmodel B {\n}\n", ["model A {\n  id Int @id\n} X!"]),
    ("above a block", "model A {\n}\n\nX!\nmodel B {\n  id Int @id\n}\n", ["model B {\n  id Int @id\n}"]),
    ("directly above the first block", "X!\nmodel A {\n}\n", ["model A {\n}"]),
    ("the file", "// licence\nX!\n\nmodel A {\n}\n", ["// licence\nX!\n\nmodel A {\n}\n"]),
    ("a documentation comment", "model A {\n  id Int @id /// broxspec: ignore[IX101] why\n}\n", ["  id Int @id /X!"]),
    ("in a string", 'model A {\n  id Int @default("X!")\n}\n', []),
    ("in a block comment", "/* X! */\nmodel A {\n}\n", []),
    ("behind everything", "model A {\n}\nX!\n", [""]),
]  # fmt: skip


@pytest.mark.parametrize("end", ["\n", "\r\n"])
@pytest.mark.parametrize(("text", "wanted"), [case[1:] for case in PRISMA], ids=[case[0] for case in PRISMA])
def test_what_a_prisma_comment_speaks_of(text, wanted, end):
    got = scopes(in_prisma.ignores_of, "s.prisma", text.replace("\n", end), "//")
    assert [scope.rstrip("\r") for scope in got] == wanted


@given(st.lists(st.sampled_from(["SELECT 1;", "'", '"', "$a$", "(", ")", "--", "/*", "*/", "\n", " ", f"-- {IGNORE}\n", "COPY t FROM STDIN;\n", "\\.\n", "CREATE TABLE t (a int,"])))
def test_any_text_around_a_comment(pieces):
    """Wherever a comment stands, its place and its scope are parts of the text, and the place is the comment."""
    text = "".join(pieces)
    for read, name in ((in_sql.ignores_of, "s.sql"), (in_prisma.ignores_of, "s.prisma")):
        ignores, _ = read(Source(name, text))
        for one in ignores:
            assert "broxspec: ignore[IX101]" in one.span.text and "\n" not in one.span.text
            assert 0 <= one.scope.start <= one.scope.end <= len(text)
            assert [place.text for _, place in one.names] == ["IX101"] * len(one.names)


TABLES = "CREATE TABLE u (id int PRIMARY KEY);\nCREATE TABLE o (\n  id int PRIMARY KEY,\n  u int REFERENCES u,{0}\n  v int REFERENCES u\n);\n"
INDEXED = TABLES + "CREATE INDEX ON o (v);\n"


def test_audit_heeds_comments_in_sql(found, write):
    write({"s.sql": INDEXED.format(f" -- {IGNORE}")})
    done = found("audit", "s.sql")
    assert (done.code, done.codes, done.summary["ignored"]) == (0, [], 1)
    write({"s.sql": TABLES.format(" -- broxspec: ignore[IX101, unindexed-foreign-key, DB101] why")})
    done = found("audit", "s.sql")
    assert done.codes == ["SP103", "IX101"]


def test_what_is_wrong_with_a_comment_in_a_schema(broxspec, write, golden):
    write({"s.sql": INDEXED.format(" -- broxspec: ignore[IX101]") + "-- broxspec: ignore[IX1001] x\n-- broxspec: hide[IX101] x\n-- broxspec: ignore[SP103] x\n"})
    done = broxspec("audit", "s.sql")
    golden("findings/wrong_comments.txt", done.out)


def test_comments_in_a_folder_of_migrations_and_in_lint(found, write, project):
    project("", orders="kind: indexes\ntable: o\nindexes: [[v]]\n")
    write({"specs/database.yaml": "kind: database\nname: app\nserver_version: 15\nschema: m\nrunner: psql\nmigrations: out\n"})
    write({"m/001_a.sql": "CREATE TABLE u (id int PRIMARY KEY);\n", "m/002_b.sql": "CREATE TABLE o (\n id int PRIMARY KEY,\n u int REFERENCES u, -- " + IGNORE + "\n v int);\n"})
    assert found("lint").codes == []
    assert not {"IX101", "SP103"} & set(found("audit", "m").codes)


def test_a_comment_about_what_only_lint_finds_is_not_unused_in_audit(found, write):
    write({"s.sql": "CREATE TABLE u (id int PRIMARY KEY); -- broxspec: ignore[IX217] why\n"})
    assert found("audit", "s.sql").codes == []


TOML = '[[ignore]]\nrule = "{rule}"\nobject = "{object}"\nreason = "why"\n'


@pytest.mark.parametrize("name", ["o", "public.o", "o.o_u_fkey", "public.o.o_u_fkey", "o.u", "*", "public.*", "o.*_fkey"])
def test_an_object_by_its_names(found, write, name):
    write({"broxspec.toml": TOML.format(rule="unindexed-foreign-key", object=name), "s.sql": INDEXED.format("")})
    done = found("audit", "s.sql")
    assert (done.codes, done.summary["ignored"]) == ([], 1)


@pytest.mark.parametrize(("name", "unused"), [("O", 0), ("o.v", 1), ("u", 1), ("o.o_v_fkey", 1), ("other.o", 0), ("gone", 0), ("o.", 1), ("", None)])
def test_an_object_that_is_another(found, write, name, unused):
    """An audit reports as unused only what speaks of a table that it has seen."""
    write({"broxspec.toml": TOML.format(rule="IX101", object=name), "s.sql": INDEXED.format("")})
    expected = ["SP026", "IX101"] if unused is None else ["SP103"] * unused + ["IX101"]
    assert found("audit", "s.sql").codes == expected


def test_lint_reports_every_unused_object(found, project):
    project(INDEXED.format(""), TOML.format(rule="IX101", object="o") + TOML.format(rule="IX101", object="gone"))
    assert found("lint").codes == ["SP103"]


def test_what_is_wrong_with_objects(broxspec, write, golden):
    text = TOML.format(rule="IX1O1", object="o") + TOML.format(rule="unindexed-foreign-keys", object="o") + '[[ignore]]\nrule = ["IX101"]\nobject = "o"\n'
    write({"broxspec.toml": text + '[[ignore]]\nrule = "IX101"\nobject = "o"\nreason = " "\ntable = "o"\n', "s.sql": INDEXED.format("")})
    done = broxspec("audit", "s.sql")
    golden("findings/wrong_objects.txt", done.out)


def test_a_wrong_entry_does_not_spoil_the_others(found, write):
    write({"broxspec.toml": TOML.format(rule="IX101", object="o") + '[[ignore]]\nrule = "IX103"\n', "s.sql": INDEXED.format("")})
    assert [code for code in found("audit", "s.sql").codes if code.startswith("IX")] == []


def test_objects_are_not_passed_on(found, write):
    write({"shared.toml": TOML.format(rule="IX101", object="*"), "a/broxspec.toml": 'extends = "../shared.toml"\n', "a/s.sql": INDEXED.format("")})
    assert found("audit", "s.sql", folder="a").codes == ["IX101"]


def test_audit_heeds_the_settings_above(found, write):
    write({"broxspec.toml": 'fail-on = "error"\n[rules]\nIX101 = "info"\n', "db/s.sql": INDEXED.format("")})
    done = found("audit", "s.sql", folder="db")
    assert (done.code, json.loads(done.out)["diagnostics"][0]["severity"]) == (0, "info")


def test_of_several_databases_findings_say_which(found, write):
    schema, spec = INDEXED.format(""), "kind: database\nname: {0}\nserver_version: 15\nschema: s.sql\nrunner: psql\nmigrations: {0}\n"
    write({"broxspec.toml": "", "s.sql": schema, "specs/a.yaml": spec.format("a"), "specs/b.yaml": spec.format("b")})
    diagnostics = json.loads(found("lint").out)["diagnostics"]
    assert sorted(one["subject"]["database"] for one in diagnostics if one["code"] == "IX101") == ["a", "b"]
    write({"s.sql": INDEXED.format(" -- broxspec: ignore[IX103] why")})
    assert found("lint").codes.count("SP103") == 1


def test_a_comment_about_a_migration_is_heard_by_audit_and_is_not_unused_in_lint(found, write, project):
    project("")
    write({"specs/database.yaml": "kind: database\nname: app\nserver_version: 15\nschema: m\nrunner: psql\nmigrations: out\n"})
    create = "CREATE TABLE u (id int PRIMARY KEY, a int);\n"
    write({"m/001_a.sql": create, "m/002_b.sql": "-- broxspec: ignore[MG101, MG108] the table is empty\nCREATE INDEX ON u (a);\n"})
    done = found("audit", "m")
    assert [code for code in done.codes if code != "SP103"] == [] and done.summary["ignored"] >= 1
    assert found("lint").codes == []
