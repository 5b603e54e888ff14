"""`broxspec verify`: what is proven, what is not, and what a broken artifact looks like."""

import json
import re

import pytest
from verify_projects import INDEXES, PRISMA, SCHEMA, Project

from broxspec.postgres import tables

REPAIR = "generated/shop.migrations/repair.sql"


def test_psql_migrations_are_proven(fresh):
    ran = fresh.compile().verify()
    assert ran.code == 0, ran.out
    assert re.fullmatch(r"verified: 2 of 3 artifacts proven, 1 not applicable, on PostgreSQL 15\.\S+ \(.+\)", ran.verdict)
    assert [line.split(": ")[0].split()[-1] for line in ran.out.splitlines()[:3]] == [
        "generated/indexes/INDEX_STRATEGY.md",
        "migrations/0001_indexes.sql",
        "migrations/down/0001_indexes.sql",
    ]
    up = ran.out.splitlines()[1]
    assert up.startswith("proven ") and "psql 15" in up and "under the timeouts of a role" in up
    assert "killed in the build of" in up and "the drop of" in up
    assert ran.out.startswith("not applicable  generated/indexes/INDEX_STRATEGY.md")
    assert "killing the build of" in ran.err


def test_prisma_migrations_are_proven(prisma_project, node):
    found = json.loads(prisma_project.compile().verify("--format", "json").out)
    assert (found["version"], found["diagnostics"], found["summary"]["passed"]) == (1, [], True)
    assert found["summary"]["verdict"].startswith("verified: ")
    proofs = {artifact["path"]: artifact for artifact in found["artifacts"]}
    assert {proof["status"] for path, proof in proofs.items() if not path.endswith(".md")} == {"proven"}
    assert "a model of prisma migrate deploy 6.2.1" in proofs[REPAIR]["on"]
    assert "Prisma's own schema engine" in proofs["schema.prisma"]["on"]
    assert re.fullmatch(r"mended \d interrupted steps?", proofs[REPAIR]["detail"])


def test_prisma_that_splits_its_files_is_the_real_engine(tmp_path, running, node):
    proofs = Project(tmp_path, "prisma 7.5.0", PRISMA).compile().proofs()
    ups = [proof for path, proof in proofs.items() if path.endswith("migration.sql")]
    assert len(ups) > 5
    assert all(proof["status"] == "proven" and "Prisma's own schema engine" in proof["on"] for proof in ups)


def test_another_major_says_so(fresh, missing):
    from broxspec.components import postgres

    if not postgres.find(18):
        missing("PostgreSQL 18", "install the extra `embedded`")
    ran = fresh.compile().verify("--major", "18")
    assert ran.code == 0, ran.out
    assert re.search(r"on PostgreSQL 18\.\S+ \(.+; the target is 15\)$", ran.verdict)


def test_a_major_that_is_not_there_is_stood_in_for_and_how_to_get_it_is_said(tmp_path, postgres, monkeypatch):
    from broxspec.components import postgres as component

    there = (postgres.installation,)
    absent = next(major for major in tables.majors() if major != postgres.installation.major)
    monkeypatch.setattr(component, "find", lambda major: next((one for one in there if one.major == major), None))
    monkeypatch.setattr(component, "installations", lambda: there)
    project = Project(tmp_path, version=absent).compile()
    ran = project.verify()
    assert ran.code == 0, ran.out
    assert ran.verdict.endswith(f"; the target is {absent})")
    said = ran.err.splitlines()[-1]
    assert said.startswith(f"PostgreSQL {absent} is not installed, {postgres.installation.version} stood in for it. To get it: ")
    assert component.how_to_get(absent) in said

    monkeypatch.setattr(component.installation, "installations", lambda: there)
    refused = project.verify("--major", str(absent))
    assert refused.code == 1 and component.how_to_get(absent) in refused.out


# What must be seen before anything is tried


def test_nothing_generated_is_not_verified(project):
    ran = project.verify()
    assert ran.code == 1
    assert "SP601" in ran.out and ran.verdict.startswith("not verified: what is generated is not what the specs compile to")


def test_a_project_without_artifacts_is_not_verified(tmp_path, running):
    ran = Project(tmp_path, schema=SCHEMA, indexes="").compile().verify()
    assert (ran.code, ran.verdict) == (1, "not verified: nothing is generated yet")


@pytest.mark.parametrize(("harm", "word"), [("edit", "edited"), ("remove", "missing"), ("spec", "stale")])
def test_what_is_not_as_compiled_is_not_tried(project, harm, word):
    project.compile()
    path = "migrations/0001_indexes.sql"
    if harm == "edit":
        project.write(path, project.read(path) + "-- more\n")
    elif harm == "remove":
        (project.folder / path).unlink()
    else:
        project.write("specs/indexes.yaml", project.read("specs/indexes.yaml").replace("status, total]", "status, id]"))
    ran = project.verify()
    assert ran.code == 1
    assert f"`{path}` is {word}" in ran.out
    assert "loading the schema" not in ran.err


def test_specs_with_errors_are_not_tried(project):
    project.compile()
    project.write("specs/indexes.yaml", project.read("specs/indexes.yaml").replace("indexes:", "indexs:", 1))
    ran = project.verify()
    assert ran.code == 1 and ran.verdict.startswith("not verified: the specs have errors")


# Artifacts that do not work


def test_a_migration_that_builds_something_else(project):
    project.compile("--release")
    project.forge("migrations/0001_indexes.sql", "ON public.orders USING btree (customer_id, total DESC);", "ON public.orders USING btree (customer_id, total);")
    ran = project.verify()
    assert ran.code == 1
    assert "error[SP603]: `migrations/0001_indexes.sql` does not work" in ran.out
    assert "idx_orders_customer_id_total" in ran.out
    assert ran.verdict.startswith("not verified: nothing proven, 2 unproven")


def test_a_way_down_that_does_not_lead_back(project):
    project.compile("--release")
    down = "migrations/down/0001_indexes.sql"
    body = project.read(down)
    project.forge(down, body, body.split("\n", 1)[0] + "\nSELECT 1;\n")
    ran = project.verify()
    assert ran.code == 1
    assert f"error[SP603]: `{down}` does not work: taken back: " in ran.out
    assert "`migrations/0001_indexes.sql` does not work" not in ran.out


def test_a_repair_that_repairs_nothing(prisma_project):
    prisma_project.template("indexes/prisma_repair.sql.j2", "EXECUTE format('DROP INDEX %I.%I'", "PERFORM format('DROP INDEX %I.%I'")
    ran = prisma_project.compile().verify()
    assert ran.code == 1
    assert f"error[SP603]: `{REPAIR}` does not work: " in ran.out


def test_a_file_without_its_guard_does_not_survive_a_kill(project):
    """Without the guard a leftover is taken for the index, as with IF NOT EXISTS, or is in the way."""
    project.template("indexes/psql.sql.j2", r"\if :broxspec_leftover", r"\if false")
    ran = project.compile().verify()
    assert ran.code == 1
    assert "error[SP603]: `migrations/0001_indexes.sql` does not work" in ran.out
    assert "already exists; this was met on the retry, after the build of `idx_customers_lower_email` was killed" in ran.out
    assert re.search(r"migrations/0001_indexes.sql:\d+:1\n", ran.out)
    assert "killing the build of" in ran.err


def test_a_file_that_keeps_the_timeouts_of_its_role(project):
    project.template("indexes/psql_begin.sql.j2", "SET statement_timeout = 0;\nSET lock_timeout = 0;\n", "")
    ran = project.compile().verify()
    assert ran.code == 1
    assert "statement_timeout or lock_timeout of 1000 ms, set for the role, breaks a longer build" in ran.out


def test_a_schema_that_prisma_would_undo(prisma_project, node, monkeypatch):
    """`compile` writes every declaration that is needed, so here the real engine is asked about a schema that lacks one."""
    from broxspec.components.prisma_engine import PrismaEngine

    ask = PrismaEngine.diff_database_to_schema

    def without_a_declaration(engine, dsn, files):
        return ask(engine, dsn, {path: text.replace("@@index([total, status]", "// @@index([total, status]") for path, text in files.items()})

    monkeypatch.setattr(PrismaEngine, "diff_database_to_schema", without_a_declaration)
    ran = prisma_project.compile().verify()
    assert ran.code == 1
    assert "error[SP603]: `schema.prisma` does not work: Prisma would still change the migrated database: `DROP INDEX" in ran.out


def test_a_schema_that_does_not_load(tmp_path, running):
    schema = SCHEMA + "CREATE TABLE events (id int PRIMARY KEY, day date CHECK (no_such_function(day)));\n"
    ran = Project(tmp_path, schema=schema).compile().verify()
    assert ran.code == 1
    assert "error[SP602]" in ran.out and "schema.sql:5:1" in ran.out
    assert "function no_such_function(date) does not exist" in ran.out


def test_a_dump_that_names_roles_of_another_server_loads(tmp_path, installation):
    schema = SCHEMA + 'ALTER TABLE orders OWNER TO "someone else";\nGRANT SELECT ON orders TO reader, writer;\nSET no_such.setting = 1;\n'
    ran = Project(tmp_path, schema=schema).compile().verify()
    assert ran.code == 0, ran.out


@pytest.mark.parametrize("runner", ["psql", "prisma 6.2.1", "dbmate", "golang-migrate", "goose", "flyway"])
def test_a_migration_of_a_table_that_is_gone_cannot_be_tried(tmp_path, running, runner):
    """It has run in its time. What came after it is proven still."""
    wish = "kind: indexes\ntable: notes\nindexes:\n  - [body]\n"
    project = Project(tmp_path, runner, SCHEMA + "CREATE TABLE notes (id int PRIMARY KEY, body text);\n", wish).compile("--release")
    project.write("specs/indexes.yaml", INDEXES)
    project.write("schema.sql", SCHEMA)
    project.compile("--release")
    found = project.proofs()
    past = {path for path, proof in found.items() if "which the schema no longer has" in proof["detail"]}
    assert past and all("01_" in path or "00_" in path or "1__" in path or "check_indexes" in path or "repair" in path for path in past)
    assert {proof["status"] for path, proof in found.items() if path not in past and not path.endswith(".md")} == {"proven"}
    entries = "".join(f'"{path}" = "its table is gone"\n' for path in sorted(past))
    project.write("broxspec.toml", f"[verify.unproven]\n{entries}")
    assert project.verify().code == 0


# [verify.unproven]


@pytest.fixture
def no_engine(monkeypatch, tmp_path):
    monkeypatch.setenv("BROXSPEC_COMPONENTS", str(tmp_path / "empty"))


def test_what_cannot_be_proven_fails_unless_accepted(prisma_project, no_engine):
    ran = prisma_project.compile().verify()
    assert ran.code == 1
    assert re.search(r"^unproven +schema\.prisma: .*not installed", ran.out, re.MULTILINE)
    assert ", 1 unproven" in ran.verdict
    prisma_project.write("broxspec.toml", '[verify.unproven]\n"schema.prisma" = "no Node on this machine"\n')
    ran = prisma_project.verify()
    assert ran.code == 0, ran.out
    assert "accepted: no Node on this machine" in ran.out
    assert ", 1 accepted as unproven" in ran.verdict


def test_an_entry_that_could_be_proven_is_a_finding(project):
    project.write("broxspec.toml", '[verify.unproven]\n"migrations/*" = "never tried"\n')
    ran = project.compile().verify()
    assert ran.code == 1
    assert "error[SP605]: `migrations/0001_indexes.sql` is proven, so it needs no entry" in ran.out
    assert "broxspec.toml:2:1" in ran.out


def test_an_entry_that_names_nothing_is_a_finding(project):
    project.write("broxspec.toml", '[verify.unproven]\n"migrations/0009_*.sql" = "gone"\n')
    ran = project.compile().verify()
    assert ran.code == 1 and "error[SP604]: no artifact is called `migrations/0009_*.sql`" in ran.out


def test_no_entry_accepts_what_was_tried_and_failed(project):
    project.write("broxspec.toml", '[verify.unproven]\n"migrations/*" = "known to be broken"\n')
    project.template("indexes/psql.sql.j2", r"\if :broxspec_leftover", r"\if false")
    ran = project.compile().verify()
    assert ran.code == 1 and "error[SP603]" in ran.out


def test_only_an_unknown_kind_is_a_usage_error(project):
    assert project.compile().verify("--only", "indexs").code == 2


# Broxiva


@pytest.mark.parametrize("runner", ["psql", "prisma 6.2.1", "dbmate", "golang-migrate", "goose", "flyway"])
def test_broxiva_compiled_from_nothing_is_proven(broxiva, node, runner):
    """Every index built, killed, retried and taken back; afterwards Prisma's own engine finds nothing to drop or create."""
    project = broxiva(runner).compile()
    proofs = project.proofs()
    assert {proof["status"] for path, proof in proofs.items() if not path.endswith(".md")} == {"proven"}
    assert "nothing to drop or create" in proofs["specs/prisma/schema.prisma"]["detail"]
    assert any("killed in the" in proof["detail"] for proof in proofs.values())
