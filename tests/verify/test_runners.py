"""Small projects for every runner that sends SQL files: applied, taken back, killed and retried as its documents say."""

import pytest
from verify_projects import SCHEMA, Project

from broxspec.components import dbmate
from broxspec.quoting.sql import unbroken

RUNNERS = {
    "dbmate": "dbmate 2",
    "golang-migrate": "a model of golang-migrate",
    "goose": "a model of goose",
    "flyway": "a model of Flyway",
}

# Names and strings that a program would stumble over which reads a script line by line, cuts it at semicolons or replaces placeholders.
HOSTILE = unbroken('''\
CREATE TABLE "we\n-- +goose Down\nird;${x}$$\'""\\" (
    id int PRIMARY KEY, "a\n-- migrate:down\nb;$broxspec$" text, "c\'${y}\\" text
);
CREATE INDEX "old\n-- +goose StatementEnd\n;\'" ON "we\n-- +goose Down\nird;${x}$$\'""\\" (id, "c\'${y}\\");
''')
HOSTILE_INDEXES = r"""kind: indexes
table: "we\n-- +goose Down\nird;${x}$$'\"\\"
indexes:
  - columns: [{column: "a\n-- migrate:down\nb;$broxspec$"}]
    name: "n\n-- migrate:up\n;$$${z}'\"\\"
    where: "\"c'${y}\\\" <> 'x\n-- +goose Down\n;${q}' AND \"c'${y}\\\" <> E'it\\'s;\\n' AND \"c'${y}\\\" <> $t$\n-- migrate:down\n$t$"
    label: hostile
    why: "It's ${w};\n-- migrate:down"
  - columns: [{column: "c'${y}\\"}]
    unique: true
    name: "u\r\n-- +goose Up"
    replaces: "old\n-- +goose StatementEnd\n;'"
    why: One each.
"""


@pytest.fixture(params=RUNNERS)
def runner(request, missing) -> str:
    if request.param == "dbmate" and not dbmate.find():
        missing("dbmate", "install the extra `test`")
    return request.param


# A first migration by hand, from which the folder is read as the schema.
INIT = {
    "dbmate": ("20240101000000_init.sql", "-- migrate:up\n{}\n-- migrate:down\nDROP TABLE orders, customers;\n"),
    "golang-migrate": ("000001_init.up.sql", "{}"),
    "goose": ("00001_init.sql", "-- +goose Up\n{}\n-- +goose Down\nDROP TABLE orders;\nDROP TABLE customers;\n"),
    "flyway": ("V1__init.sql", "{}"),
}


def are_proven(project, runner):
    proofs = project.proofs()
    tried = {path: proof for path, proof in proofs.items() if not path.endswith(".md")}
    assert {proof["status"] for proof in tried.values()} == {"proven"}, tried
    assert all(RUNNERS[runner] in proof["on"] for proof in tried.values())
    done = " ".join(proof["detail"] for proof in tried.values())
    assert "killed in the build of" in done and "the drop of" in done
    if runner in ("dbmate", "golang-migrate"):
        assert "mended" in proofs["generated/shop.migrations/repair.sql"]["detail"]


def test_migrations_in_a_folder_that_is_the_schema(tmp_path, running, runner):
    """Own migrations read back as what they do: once released there is nothing to do, and nothing to find."""
    project = Project(tmp_path, runner)
    (tmp_path / "schema.sql").unlink()
    name, text = INIT[runner]
    project.write(f"migrations/{name}", text.format(SCHEMA))
    project.write("specs/database.yaml", project.read("specs/database.yaml").replace("schema: schema.sql", "schema: migrations"))
    project.compile("--release")
    assert project.broxspec("compile", "--check").code == 0
    assert project.broxspec("plan").out.startswith("shop: nothing to do")
    found = project.broxspec("lint")
    assert found.code == 0 and "no findings" in found.out + found.err, found.out
    are_proven(project, runner)


def test_hostile_names_and_strings(tmp_path, running, runner):
    are_proven(Project(tmp_path, runner, HOSTILE, HOSTILE_INDEXES).compile(), runner)


def test_a_way_back_that_does_nothing_is_found(tmp_path, running, runner):
    """Also where it stands in the file up."""
    project = Project(tmp_path, runner)
    change = {
        "golang-migrate": ("indexes/single.sql.j2", "{{ emit.drop(step.index) }};", "SELECT 1;"),
        "dbmate": ("indexes/dbmate.sql.j2", "{% for step in back %}", "{% for step in [] %}"),
        "goose": ("indexes/goose.sql.j2", "{% for statement in down %}", "{% for statement in [] %}"),
        "flyway": ("indexes/flyway.sql.j2", "{% for statement in statements %}", "{% for statement in ([] if of else statements) %}"),
    }[runner]
    project.template(*change)
    ran = project.compile().verify()
    assert ran.code == 1 and "SP603" in ran.out, ran.out
