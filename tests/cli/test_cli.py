"""The command line in process: exit codes, streams, options."""

import io
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

import click
import pytest

from broxspec import __version__, pipeline
from broxspec.cli import run

SCHEMA = """\
CREATE TABLE users (id int PRIMARY KEY);
CREATE TABLE orders (id int PRIMARY KEY, user_id int REFERENCES users);
CREATE FUNCTION f() RETURNS int LANGUAGE sql AS 'SELECT 1';
"""


class Done(NamedTuple):
    code: int
    out: str
    err: str


class Tty(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.fixture
def broxspec(tmp_path: Path):
    def call(*arguments: str, stdout: io.StringIO | None = None, **environ: str) -> Done:
        out, err = stdout or io.StringIO(), io.StringIO()
        code = run(arguments, io.StringIO(), out, err, environ, tmp_path)
        return Done(code, out.getvalue(), err.getvalue())

    (tmp_path / "schema.sql").write_text(SCHEMA)
    return call


def test_version(broxspec) -> None:
    assert broxspec("--version") == (0, f"broxspec {__version__}\n", "")


def test_help_names_every_command(broxspec) -> None:
    done = broxspec("--help")
    assert done.code == 0
    for command in ("audit", "catalog", "explain", "init", "lint", "rules", "schema"):
        assert f"\n  {command} " in done.out


def test_every_command_has_help_and_is_named_for_its_file(broxspec) -> None:
    from broxspec.cli import broxspec as group

    context = click.Context(group)
    for name in group.list_commands(context):
        assert group.get_command(context, name).name == name
        assert broxspec(name, "--help").out.startswith(f"Usage: broxspec {name} ")


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["audti"], "did you mean `audit`"),
        (["audit"], "missing argument"),
        (["audit", "--colour", "schema.sql"], "--colour"),
        (["audit", "schema.sql", "--major", "9"], "not a version from 13"),
        (["audit", "nothing.sql"], "`nothing.sql` does not exist"),
        (["catalog", "nothing.sql"], "`nothing.sql` does not exist"),
        (["explain", "IX1O1"], "no rule is called `IX1O1`"),
        (["explain", "unindexed-foreign-kye"], "did you mean `unindexed-foreign-key`?"),
        (["schema", "index"], "no kind is called `index`"),
        (["rules", "--output", "x"], "`--output` is for pages"),
        (["audit", "schema.sql", "--select", "IX999"], "no rule is called `IX999`"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_wrong_usage_is_2(broxspec, arguments: list[str], says: str) -> None:
    done = broxspec(*arguments)
    assert (done.code, done.out) == (2, "")
    assert done.err.startswith("error: ")
    assert says.lower() in done.err.lower()


def test_text_in_which_no_table_is_is_2(broxspec, tmp_path: Path) -> None:
    (tmp_path / "notes.sql").write_text("SELECT 1;\n")
    (tmp_path / "broken.sql").write_text("this is not sql\n")
    for name in ("notes.sql", "broken.sql"):
        done = broxspec("audit", name)
        assert (done.code, done.out) == (2, "")
        assert f"no table found in `{name}`" in done.err
    assert "broken.sql:1:1" in done.err


def test_findings_are_1_and_clean_is_0(broxspec, tmp_path: Path) -> None:
    assert broxspec("audit", "schema.sql").code == 1
    (tmp_path / "clean.sql").write_text("CREATE TABLE t (id int PRIMARY KEY);")
    done = broxspec("audit", "clean.sql")
    assert (done.code, done.out) == (0, "")
    assert done.err == "no findings in 1 table, 1 index\n"


@pytest.mark.parametrize(("fail_on", "code"), [("error", 0), ("warning", 1), ("info", 1), ("never", 0)])
def test_fail_on(broxspec, fail_on: str, code: int) -> None:
    done = broxspec("audit", "schema.sql", "--fail-on", fail_on)
    assert done.code == code
    assert "warning[IX101]" in done.out, "the threshold decides on the exit code, not on what is shown"


def test_audit_in_text(broxspec) -> None:
    done = broxspec("audit", "schema.sql")
    assert " --> schema.sql:2:" in done.out
    assert done.out.endswith("1 warning in 2 tables, 2 indexes; 1 statement skipped (CREATE FUNCTION 1)\n")
    assert done.err == ""


def test_audit_in_json(broxspec) -> None:
    document = json.loads(broxspec("audit", "schema.sql", "--format", "json").out)
    (finding,) = document["diagnostics"]
    assert (finding["code"], finding["rule"], finding["severity"]) == ("IX101", "unindexed-foreign-key", "warning")
    assert finding["subject"] == {"schema": "public", "table": "orders", "constraint": "orders_user_id_fkey", "columns": ["user_id"]}
    assert (finding["path"], finding["line"]) == ("schema.sql", 2)
    assert document["summary"]["warnings"] == 1
    assert [(s["what"], s["count"]) for s in document["summary"]["skipped"]] == [("CREATE FUNCTION", 1)]


def test_github_writes_the_summary_of_the_job(broxspec, tmp_path: Path) -> None:
    summary = tmp_path / "summary.md"
    summary.write_text("before\n")
    done = broxspec("audit", "schema.sql", "--format", "github", GITHUB_STEP_SUMMARY=str(summary))
    assert done.out.startswith("::warning title=IX101 unindexed-foreign-key,file=schema.sql,line=2,")
    assert summary.read_text().startswith("before\n**broxspec**: 1 warning")


@pytest.mark.parametrize(
    ("options", "found"),
    [
        (["--select", "IX"], ["IX101", "IX102"]),
        (["--select", "unindexed-foreign-key"], ["IX101"]),
        (["--select", "IX102,DB"], ["DB101", "IX102"]),
        (["--ignore", "IX1", "--ignore", "missing-primary-key"], []),
    ],
    ids=lambda value: " ".join(value),
)
def test_select_and_ignore(broxspec, tmp_path: Path, options: list[str], found: list[str]) -> None:
    (tmp_path / "more.sql").write_text("CREATE TABLE t (a int); CREATE INDEX one ON t (a); CREATE INDEX two ON t (a);")
    done = broxspec("audit", "schema.sql", "more.sql", "--format", "json", *options)
    assert sorted(d["code"] for d in json.loads(done.out)["diagnostics"]) == found


def test_catalog(broxspec) -> None:
    done = broxspec("catalog", "schema.sql")
    assert (done.code, done.err) == (0, "")
    read = json.loads(done.out)
    assert [table["name"] for table in read["tables"]] == ["orders", "users"]
    assert [(index["name"], index["keys"], index["primary"]) for index in read["indexes"]] == [
        ("orders_pkey", ["id"], True),
        ("users_pkey", ["id"], True),
    ]
    (key,) = read["foreign_keys"]
    assert (key["columns"], key["ref_table"], key["ref_columns"]) == (["user_id"], "users", ["id"])


@pytest.mark.parametrize(
    ("environ", "stdout", "option", "coloured"),
    [
        ({}, io.StringIO, "auto", False),
        ({}, Tty, "auto", True),
        ({"NO_COLOR": "1"}, Tty, "auto", False),
        ({"TERM": "dumb"}, Tty, "auto", False),
        ({"FORCE_COLOR": "1"}, io.StringIO, "auto", True),
        ({"CLICOLOR_FORCE": "1"}, io.StringIO, "auto", True),
        ({"NO_COLOR": "1", "FORCE_COLOR": "1"}, Tty, "auto", False),
        ({"NO_COLOR": ""}, Tty, "auto", True),
        ({"NO_COLOR": "1"}, Tty, "always", True),
        ({"FORCE_COLOR": "1"}, Tty, "never", False),
    ],
)
def test_colour(broxspec, environ: dict[str, str], stdout: type, option: str, coloured: bool) -> None:
    for arguments in (["audit", "schema.sql"], ["explain", "IX101"]):
        assert ("\x1b[" in broxspec(*arguments, "--color", option, stdout=stdout(), **environ).out) == coloured


def test_our_own_failure_is_3(broxspec, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object, **__: object) -> None:
        raise ZeroDivisionError("by zero\nsecond line")

    monkeypatch.setattr(pipeline, "audit", fail)
    done = broxspec("audit", "schema.sql")
    assert (done.code, done.out) == (3, "")
    assert done.err.startswith("error: internal failure: ZeroDivisionError: by zero\n")
    assert "report it at" in done.err and "Traceback" not in done.err
    assert "Traceback" in broxspec("audit", "schema.sql", BROXSPEC_TRACEBACK="1").err


def test_a_rule_that_raises_is_named(broxspec, monkeypatch: pytest.MonkeyPatch) -> None:
    from broxspec.kinds.indexes.rules import ix101_unindexed_foreign_key as module

    def fail(table: object, context: object) -> None:
        raise KeyError("x")

    monkeypatch.setattr(module, "unindexed_foreign_key", module.unindexed_foreign_key._replace(check=fail))
    done = broxspec("audit", "schema.sql")
    assert done.code == 3
    assert "rule IX101 unindexed-foreign-key on `" in done.err


def test_an_interrupt_is_quiet(broxspec, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(pipeline, "audit", interrupted)
    assert broxspec("audit", "schema.sql") == (130, "", "")


def test_a_reader_that_goes_away_is_quiet(tmp_path: Path) -> None:
    """`broxspec rules | head -0`: the pipe is closed before anything is written to it."""
    reading, writing = os.pipe()
    os.close(reading)
    try:
        command = [sys.executable, "-m", "broxspec", "rules"]
        done = subprocess.run(command, stdout=writing, stderr=subprocess.PIPE, text=True, cwd=tmp_path, check=False)
    finally:
        os.close(writing)
    assert (done.returncode, done.stderr) == (0, "")


def test_output_is_utf8_whatever_the_locale(tmp_path: Path) -> None:
    (tmp_path / "schema.sql").write_text('CREATE TABLE "größe 日本" (id int);', encoding="utf-8")
    command = [sys.executable, "-m", "broxspec", "audit", "schema.sql"]
    environ = {**os.environ, "LC_ALL": "C", "PYTHONCOERCECLOCALE": "0", "PYTHONUTF8": "0"}
    done = subprocess.run(command, capture_output=True, cwd=tmp_path, env=environ, check=False)
    assert done.returncode == 1, done.stderr
    assert "größe 日本".encode() in done.stdout
