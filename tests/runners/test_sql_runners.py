"""Files of dbmate, golang-migrate, goose and Flyway: their names, their numbers, what stands in them, and what repair.sql says."""

import re

import pytest
from operations import ALL, CREATE, DROP, asked

from broxspec.components import flyway as flyway_model
from broxspec.components import goose as goose_model
from broxspec.emit import Templates
from broxspec.migrations.aids import repair_steps
from broxspec.runners import Job, RunnerFault, load

RUNNERS = ("dbmate", "golang-migrate", "goose", "flyway")
SINGLE = ("dbmate", "golang-migrate")


def compiled(runner, operations=ALL, existing=(), **more):
    return load(runner).compile(Job(asked(operations), existing, Templates(), **more))


def paths(runner, existing=(), **more):
    return [migration.path for migration in compiled(runner, CREATE[:1], existing, **more)]


def repair(runner, migrations, names=()):
    module = load(runner)
    return module.repair(Templates(), repair_steps(migrations, module.name_of), names)


@pytest.mark.parametrize("runner", RUNNERS)
def test_golden(runner, golden):
    migrations = compiled(runner)
    # What the blocks of statements look like is the subject of test_statements.py.
    text = re.sub(r"\$broxspec\$.*?\$broxspec\$", "…", "".join(f"#### {m.path}\n{m.text}" for m in migrations), flags=re.DOTALL)
    if runner in SINGLE:
        text += f"#### repair.sql\n{repair(runner, migrations)}"
    golden(f"runners/golden/{runner}_all.txt", text)


@pytest.mark.parametrize("runner", RUNNERS)
def test_nothing_to_do_is_no_file(runner):
    assert compiled(runner, ()) == ()


@pytest.mark.parametrize("runner", RUNNERS)
def test_files_are_found_again(runner, tmp_path):
    migrations = compiled(runner)
    for migration in migrations:
        (tmp_path / migration.path).write_text(migration.text, "utf-8", newline="\n")
    module = load(runner)
    ups = [module.name_of(migration.path) for migration in migrations if migration.role == "up"]
    assert list(module.names(tmp_path)) == ups
    assert {module.name_of(migration.path) for migration in migrations} == set(ups)
    assert module.in_order(tmp_path, reversed(ups)) == tuple(ups)


# One batch per file


def sections(runner):
    """Every batch that is sent."""
    for migration in compiled(runner):
        for text in re.split(r"^-- migrate:(?:up|down).*$", migration.text, flags=re.MULTILINE):
            yield re.sub(r"^\s*--.*$", "", text, flags=re.MULTILINE).strip()


@pytest.mark.parametrize("runner", SINGLE)
def test_a_concurrent_statement_is_alone(runner):
    concurrent = [text for text in sections(runner) if "CONCURRENTLY" in text]
    assert len(concurrent) > 8
    assert all(text.count(";") == 1 and text.endswith(";") for text in concurrent)
    assert not any("IF NOT EXISTS" in text or "IF EXISTS" in text for text in sections(runner))


def test_dbmate_runs_only_what_is_concurrent_outside_a_transaction():
    for migration in compiled("dbmate"):
        up, down = re.split(r"^-- migrate:down", migration.text, flags=re.MULTILINE)
        assert ("CONCURRENTLY" in up) == ("-- migrate:up transaction:false\n" in up)
        assert ("CONCURRENTLY" in down) == down.startswith(" transaction:false\n")


def test_golang_migrate_forces_the_version_before_the_failed_one():
    migrations = compiled("golang-migrate", existing=("000007_init", "000009_more"))
    text = repair("golang-migrate", migrations, ["000007_init", "000009_more", *(m.path.removesuffix(".up.sql") for m in migrations if m.role == "up")])
    first = next(line for line in text.splitlines() if line.strip().startswith("(1, "))
    assert "'000010_rename_orders_renamed', '10', '9'" in first
    alone = repair("golang-migrate", compiled("golang-migrate"))
    assert "'000001_rename_orders_renamed', '1', '-- -1'" in alone


# Statements one by one


def test_goose_reads_the_statements_that_were_meant():
    (migration,) = compiled("goose")
    up, down = (goose_model.parse(migration.text, way) for way in ("up", "down"))
    assert not up.transaction and not down.transaction
    assert [statement.split()[0] for statement in up.statements][:2] == ["DO", "DROP"] or up.statements[0].startswith("DO")
    assert sum("CREATE" in statement.split("\n")[-1] for statement in up.statements) == 5
    assert all(len(flyway_model.statements(statement)) == 1 for statement in (*up.statements, *down.statements))


@pytest.mark.parametrize("way", ["up", "down"])
def test_flyway_cuts_where_it_was_meant(way):
    script = next(migration for migration in compiled("flyway") if migration.role == way)
    cut = flyway_model.statements(script.text)
    assert len(cut) == script.text.count("\n\nDO ") + script.text.count("\n\nDROP ") + script.text.count("CONCURRENTLY IF NOT EXISTS")


def test_every_script_of_flyway_has_its_configuration():
    migrations = {migration.path: migration for migration in compiled("flyway")}
    assert set(migrations) == {f"{kind}1__orders_indexes.sql{suffix}" for kind in "VU" for suffix in ("", ".conf")}
    for path, migration in migrations.items():
        if path.endswith(".conf"):
            assert migration.role == "companion" and "\nexecuteInTransaction=false\n" in migration.text
            assert "placeholder" not in migration.text


def test_flyway_leaves_what_looks_like_a_placeholder_alone():
    dropped = DROP._replace(before=DROP.before._replace(name="a${b}"))
    conf = next(migration for migration in compiled("flyway", [dropped]) if migration.path.endswith(".conf"))
    assert "\nplaceholderReplacement=false\n" in conf.text


# Numbers


@pytest.mark.parametrize(("runner", "existing", "first"), [
    ("dbmate", (), "20000101000000_"), ("dbmate", ("20240229235959_a.sql",), "20240301000000_"), ("dbmate", ("001_a.sql",), "002_"),
    ("golang-migrate", (), "000001_"), ("golang-migrate", ("0009_a",), "0010_"), ("golang-migrate", ("20240101000000_a",), "20240101000001_"),
    ("golang-migrate", ("1485949617_a", "9_b"), "1485949618_"),
    ("goose", (), "00001_"), ("goose", ("00009_a.sql", "00010_b.go"), "00011_"), ("goose", ("20240101000000_a.sql",), "20240101000001_"),
    ("flyway", (), "V1__"), ("flyway", ("V2__a.sql", "V10__b.sql"), "V11__"), ("flyway", ("V1.9__a.sql", "V1_10__b.sql"), "V1_11__"),
    ("flyway", ("sub/V2024.01.09__a.sql",), "V2024.01.10__"), ("flyway", ("V20240101000000__a.sql",), "V20240101000001__"),
])  # fmt: skip
def test_numbers_follow_the_highest(runner, existing, first):
    assert paths(runner, existing)[0].startswith(first)


@pytest.mark.parametrize(("runner", "stamp", "first"), [
    ("dbmate", "20250606120000", "20250606120000_"), ("golang-migrate", "0042", "0042_"), ("goose", "00042", "00042_"), ("flyway", "2.1", "V2.1__"),
])  # fmt: skip
def test_a_stamp_is_taken(runner, stamp, first):
    assert paths(runner, stamp=stamp)[0].startswith(first)


@pytest.mark.parametrize(("runner", "stamp"), [
    ("dbmate", "now"), ("golang-migrate", "1.2"), ("golang-migrate", "9" * 19), ("goose", "0"), ("goose", "x"), ("flyway", "1."), ("flyway", "a"),
])  # fmt: skip
def test_a_stamp_that_is_none(runner, stamp):
    with pytest.raises(RunnerFault):
        paths(runner, stamp=stamp)


def test_dbmate_sorts_by_text():
    module = load("dbmate")
    assert module.in_order(None, ["9_a.sql", "10_b.sql"]) == ("10_b.sql", "9_a.sql")
    with pytest.raises(RunnerFault, match="comes after `9_a.sql`"):
        paths("dbmate", ("9_a.sql",))


@pytest.mark.parametrize(("runner", "names"), [
    ("golang-migrate", ["9_a", "000010_b", "20240101000000_c"]), ("goose", ["9_a.sql", "00010_b.go", "20240101000000_c.sql"]),
    ("flyway", ["V1__a.sql", "V1.0.1__b.sql", "sub/V1_2__c.sql", "V1.10__d.sql", "V2__e.sql"]),
])  # fmt: skip
def test_the_others_sort_by_number(runner, names):
    assert list(load(runner).in_order(None, reversed(names))) == names
