"""Indexes on partitioned tables through compile: the parts are PostgreSQL's business, and the schema may show them or not."""

import json

import pytest
from partitioned_project import INDEXES, SCHEMA
from verify_projects import Project



# Without an index that becomes a part, and then shows as one.
BARE = SCHEMA.replace("CREATE INDEX mine", "-- CREATE INDEX mine")


def dump(server, name):
    """The schema as pg_dump writes it."""
    import subprocess

    program = server.installation.program("pg_dump")
    if program is None:
        pytest.skip("this server comes without pg_dump")
    done = subprocess.run([program, "-s", "-d", server.dsn(name)], capture_output=True, text=True, env=server.installation.environment(), check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_a_dump_taken_after_the_migration_gives_an_empty_plan(tmp_path, database):
    project = Project(tmp_path, "psql", BARE, INDEXES).compile("--release")
    assert database.psql(BARE).returncode == 0
    for path in sorted(tmp_path.glob("migrations/*.sql")):
        done = database.psql(path.read_text("utf-8"))
        assert done.returncode == 0, done.stderr
    for text in (BARE, dump(database.server, database.name)):
        project.write("schema.sql", text)
        ran = project.broxspec("compile", "--check")
        assert ran.code == 0, ran.out + ran.err
    found = json.loads(project.broxspec("lint", "--format", "json").out)["diagnostics"]
    assert {one["code"] for one in found} & {"IX102", "IX103", "IX104", "IX111", "IX216", "IX222"} == set(), found


def test_a_whole_in_building_is_no_leftover(tmp_path):
    project = Project(tmp_path, "psql", SCHEMA, INDEXES).compile("--release")
    project.write("schema.sql", SCHEMA + "CREATE INDEX idx_events_kind_at ON ONLY events (kind, at);\n")
    found = json.loads(project.broxspec("lint", "--format", "json").out)["diagnostics"]
    assert "IX111" not in {one["code"] for one in found}


def test_rows_of_the_partitions_are_those_of_the_table(tmp_path):
    project = Project(tmp_path, "psql", SCHEMA, INDEXES)
    project.write("specs/database.yaml", project.read("specs/database.yaml") + "tables:\n  events_2024: {rows: 1000000}\n  events_2025_a: {rows: 500000}\n")
    operations = json.loads(project.broxspec("plan", "--format", "json").out)["databases"][0]["operations"]
    assert {operation["estimate"]["seconds"][0] for operation in operations if operation["estimate"]} == {1.5}
    assert [lock["statement"] for lock in operations[0]["locks"]] == ["CREATE INDEX ON ONLY", "CREATE INDEX CONCURRENTLY", "ALTER INDEX ATTACH PARTITION"]
