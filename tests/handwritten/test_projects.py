"""In a project: the hand-written migrations that the base branch does not have, and only these."""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from broxspec import pipeline
from broxspec.diagnostic import Diagnostic
from broxspec.lint import Selection

SPEC = """\
kind: database
name: shop
server_version: 15
schema: {schema}
runner: {runner}
migrations: migrations
tables:
  small: {{rows: 500}}
  large: {{rows: 5000000}}
"""
INIT = "CREATE TABLE small (id int PRIMARY KEY, a int);\nCREATE TABLE large (id int PRIMARY KEY, a int);\nCREATE INDEX large_a ON large (a);\n"
PRISMA = 'datasource db {\n  provider = "postgresql"\n}\nmodel large {\n  id Int @id\n  a  Int?\n  b  Int?\n}\nmodel small {\n  id Int @id\n  a  Int?\n}\n'

Make = Callable[[dict[str, str]], Path]


@pytest.fixture
def project(tmp_path: Path) -> Make:
    def make(files: dict[str, str], schema: str = "migrations", runner: str = "psql") -> Path:
        for path, text in {"broxspec.toml": "", "specs/shop.yaml": SPEC.format(schema=schema, runner=runner), **files}.items():
            (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
            (tmp_path / path).write_text(text, encoding="utf-8", newline="\n")
        return tmp_path

    return make


def commit(folder: Path) -> None:
    """All there is, on main; then a branch."""
    for command in ("init -q -b main .", "add -A", "-c user.name=n -c user.email=n@example.org commit -q -m x", "checkout -q -b branch"):
        subprocess.run(["git", *command.split()], cwd=folder, check=True)


def found(folder: Path, prefix: str = "MG") -> list[Diagnostic]:
    (linted,), wrong = pipeline.lint((), folder, lambda config: Selection())
    return [one for one in (*wrong, *linted.report.diagnostics) if one.code.startswith(prefix) and one.code != "MG108"]


def test_what_is_on_the_base_branch_is_history(project: Make) -> None:
    build = "CREATE INDEX i ON large (id, a);\n"
    folder = project({"migrations/0001_init.sql": INIT, "migrations/0002_a.sql": build})
    assert [one.code for one in found(folder)] == ["MG101"]  # without git nobody knows
    commit(folder)
    assert found(folder) == []
    (folder / "migrations/0003_b.sql").write_text("CREATE INDEX j ON large (a, id);\n")
    assert [(one.code, one.span.path) for one in found(folder)] == [("MG101", "migrations/0003_b.sql")]


def test_small_tables_are_left_alone(project: Make) -> None:
    text = "CREATE INDEX i ON small (a);\nALTER TABLE small ALTER a SET NOT NULL, ALTER id TYPE bigint;\nCREATE INDEX j ON large (a, id);\n"
    folder = project({"migrations/0001_init.sql": INIT, "migrations/0002_a.sql": text})
    assert [(one.code, one.subject["table"]) for one in found(folder)] == [("MG101", "large")]


def test_the_runner_is_the_project_s(project: Make) -> None:
    text = "CREATE INDEX CONCURRENTLY i ON large (id, a);\nCREATE INDEX CONCURRENTLY j ON large (a, id);\n"
    folder = project({"migrations/0001_init.sql": INIT, "migrations/0002_a.sql": text})
    assert found(folder) == []
    prisma = {"migrations/1_init/migration.sql": INIT, "migrations/2_a/migration.sql": text}
    for path in (folder / "migrations").iterdir():
        path.unlink()
    project(prisma, runner="prisma 6.2.1")
    assert [one.code for one in found(folder)] == ["MG104", "MG104"]


def test_a_comment_ignores(project: Make) -> None:
    text = "-- broxspec: ignore[MG101] nobody writes at night\nCREATE INDEX i ON large (id, a);\n"
    assert found(project({"migrations/0001_init.sql": INIT, "schema.sql": INIT, "migrations/0002_a.sql": text})) == []
    assert found(project({}, schema="schema.sql")) == []


def test_a_folder_without_the_whole_history(project: Make) -> None:
    """The tables were made by other means; the schema source, which has what the migration makes, stands for them."""
    schema = INIT + "ALTER TABLE large ADD COLUMN b int;\nCREATE INDEX large_b ON large (b);\nCREATE TABLE fresh (id int PRIMARY KEY);\n"
    text = "ALTER TABLE large ADD COLUMN b int;\nCREATE INDEX large_b ON large (b);\nCREATE TABLE fresh (id int PRIMARY KEY, a int);\nCREATE INDEX fresh_a ON fresh (a);\n"
    folder = project({"schema.sql": schema, "migrations/0002_a.sql": text}, schema="schema.sql")
    assert [(one.code, one.subject["index"]) for one in found(folder)] == [("MG101", "large_b")]
    assert found(folder, "SP3") == []


def test_what_prisma_would_drop(project: Make) -> None:
    text = "CREATE INDEX CONCURRENTLY large_b ON large (b);\n"
    files = {"schema.prisma": PRISMA, "migrations/1_init/migration.sql": INIT + "ALTER TABLE large ADD COLUMN b int;\n", "migrations/2_a/migration.sql": text}
    folder = project(files, schema="schema.prisma", runner="prisma 6.2.1")
    commit(folder)
    (folder / "migrations/3_b").mkdir()
    (folder / "migrations/3_b/migration.sql").write_text("CREATE INDEX CONCURRENTLY large_ba ON large (b, a);\n")
    (drift,) = found(folder)
    assert (drift.code, drift.subject["index"]) == ("MG117", "large_ba")
    assert '@@index([b, a], map: "large_ba")' in drift.help
    (folder / "schema.prisma").write_text(PRISMA.replace("b  Int?\n", 'b  Int?\n  @@index([b, a], map: "large_ba")\n'))
    assert found(folder) == []


def test_audit_of_a_prisma_schema_and_its_migrations(tmp_path: Path) -> None:
    (tmp_path / "migrations/1_init").mkdir(parents=True)
    (tmp_path / "migrations/1_init/migration.sql").write_text(INIT)
    (tmp_path / "schema.prisma").write_text(PRISMA)
    for arguments in (["migrations", "schema.prisma"], ["schema.prisma", "migrations"]):
        report = pipeline.audit(arguments, tmp_path, lambda config: Selection()).report
        assert [(one.code, one.subject["index"]) for one in report.diagnostics if one.code.startswith("MG")] == [("MG117", "large_a")]


def test_mistakes_in_a_new_migration_are_found_once(project: Make) -> None:
    text = "ALTER TABLE nowhere ADD COLUMN a int;\nSELEC 1;\n"
    folder = project({"schema.sql": INIT, "migrations/0001_init.sql": INIT, "migrations/0002_a.sql": text}, schema="schema.sql")
    assert sorted(one.code for one in found(folder, "SP3")) == ["SP301", "SP302"]
    folder = project({}, schema="migrations")
    assert sorted(one.code for one in found(folder, "SP3")) == ["SP301", "SP302"]
