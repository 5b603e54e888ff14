"""Start-up: what a command must not import. Import time is most of what a short command costs; docs/architecture.md has the budget."""

import subprocess
import sys
from pathlib import Path

import pytest

from broxspec.rule import rule_files

# What each costs is far above what printing a line may: 20 ms for yaml, 100 for jsonschema, 140 for sqlglot.
HEAVY = ["yaml", "jsonschema", "pglast", "sqlglot", "jinja2", "psycopg", "difflib", "importlib.metadata", "dataclasses", "tomllib", "orjson", "shutil"]
PROBE = """
import io, sys
from pathlib import Path
from broxspec.cli import run
code = run(sys.argv[1:], io.StringIO(), io.StringIO(), io.StringIO(), {}, Path.cwd())
print(code, *sorted(sys.modules))
"""


def imported(*arguments: str, folder: Path) -> tuple[int, set[str]]:
    """The exit code of a command, and every module that it imported, in a process of its own."""
    done = subprocess.run([sys.executable, "-c", PROBE, *arguments], capture_output=True, text=True, cwd=folder, check=True)
    code, *modules = done.stdout.split()
    return int(code), set(modules)


@pytest.mark.parametrize("arguments", [["--version"], ["--help"], ["rules"], ["lint", "--help"], ["init"], ["schema"]], ids=" ".join)
def test_light_commands(arguments: list[str], tmp_path: Path) -> None:
    code, modules = imported(*arguments, folder=tmp_path)
    assert code == 0
    assert not modules & set(HEAVY)


def test_explain_of_every_code(tmp_path: Path) -> None:
    """All in one process: what one code imports is charged to it alone, since heavy modules are looked for after each."""
    codes = [*(file.code for file in rule_files()), "SP006"]
    probe = PROBE.split("code = ")[0] + (
        "for code in sys.argv[1].split(','):\n"
        "    done = run(['explain', code], io.StringIO(), io.StringIO(), io.StringIO(), {}, Path.cwd())\n"
        f"    print(code, done, *sorted(set({HEAVY}) & set(sys.modules)))\n"
    )
    done = subprocess.run([sys.executable, "-c", probe, ",".join(codes)], capture_output=True, text=True, cwd=tmp_path, check=True)
    assert done.stdout.splitlines() == [f"{code} 0" for code in codes]


def test_explain_imports_one_rule(tmp_path: Path) -> None:
    _, modules = imported("explain", "IX101", folder=tmp_path)
    rules = {name for name in modules if ".rules." in name}
    assert len(rules) == 1


def test_audit_reads_sql_with_the_parser_alone(tmp_path: Path) -> None:
    (tmp_path / "schema.sql").write_text("CREATE TABLE t (id int PRIMARY KEY);")
    code, modules = imported("audit", "schema.sql", folder=tmp_path)
    assert code == 0
    assert not modules & {"yaml", "jsonschema", "jinja2", "sqlglot", "psycopg", "difflib", "importlib.metadata", "pglast.ast"}
