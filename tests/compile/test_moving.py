"""Another runner or another folder, when there are frozen migrations."""

import pytest


@pytest.fixture
def frozen(shop):
    return shop.released("{columns: [status, created_at], name: a}")


def _say(shop, old, new):
    shop.write("specs/database.yaml", shop.read("specs/database.yaml").replace(old, new))


@pytest.mark.parametrize("check", [(), ("--check",)])
def test_another_runner_is_refused(frozen, check):
    _say(frozen, "runner: psql", "runner: dbmate")
    before = frozen.tree()
    assert frozen.run("compile", *check) == 1
    assert "SP514" in frozen.output and "for `psql`, not for `dbmate`" in frozen.output
    assert frozen.tree() == before


def test_a_new_history_is_for_the_new_runner(frozen):
    _say(frozen, "runner: psql", "runner: dbmate")
    frozen.compile("--restart", "--yes")
    assert frozen.files() == ["migrations/20000101000000_build_a.sql", "migrations/20000101000001_check_indexes.sql"]
    frozen.commit()
    assert frozen.run("compile", "--check") == 0, frozen.output
    frozen.merge("work")
    assert frozen.run("compile", "--check") == 0, frozen.output
    assert frozen.plan() == []


def test_drafts_alone_change_runners_freely(shop):
    shop.branch().specs("{columns: [status, created_at], name: a}")
    shop.compile()
    _say(shop, "runner: psql", "runner: dbmate")
    shop.compile()
    assert shop.files() == ["migrations/20000101000000_build_a.sql", "migrations/20000101000001_check_indexes.sql"]


def test_another_folder_is_one_finding(frozen):
    _say(frozen, "migrations: migrations", "migrations: db/moved")
    assert frozen.run("compile") == 1
    assert frozen.output.count("SP502") == 1 and "are not in `db/moved`" in frozen.output and "git checkout" not in frozen.output


def test_a_folder_that_was_moved_is_as_good(frozen):
    _say(frozen, "migrations: migrations", "migrations: db/moved")
    (frozen.root / "db").mkdir()
    frozen.git("mv", "migrations", "db/moved")
    frozen.compile()
    assert frozen.plan() == []


def _runner(shop, name):
    shop.branch()
    _say(shop, "runner: psql", f"runner: {name}")
    shop.specs("{columns: [status, created_at], name: a}")
    return shop


@pytest.mark.parametrize(("runner", "stamp", "first"), [
    ("psql", "0042", "0042_create_a.sql"), ("goose", "0042", "0042_create_a.sql"), ("dbmate", "20300101000000", "20300101000000_build_a.sql"),
    ("flyway", "2.1", "U2.1__create_a.sql"), ("golang-migrate", "42", "42_build_a.down.sql"), ("prisma", "20300101000000", "20300101000000_build_a/down.sql"),
    ("alembic", "a_stamp", "a_stamp_create_a.py"), ("django", "0042", "0042_create_a.py"),
])  # fmt: skip
def test_a_stamp_holds_until_it_is_merged(shop, runner, stamp, first):
    shop = _runner(shop, f"{{name: {runner}, app: shop}}" if runner == "django" else runner)
    shop.compile("--stamp", stamp)
    assert shop.files("migrations/**/*.[sp][qy]*")[0] == f"migrations/{first}"
    shop.compile()
    assert shop.files("migrations/**/*.[sp][qy]*")[0] == f"migrations/{first}"
    shop.write("migrations/__init__.py", "")
    shop.merge("work")
    assert shop.run("compile", "--check") == 0, shop.output
    shop.branch("later").specs("{columns: [status, created_at], name: a}", "{columns: [total], name: b}")
    shop.compile()
    assert stamp not in [path.split("/")[1].split("_")[0] for path in shop.files() if "d_b" in path or "e_b" in path]


@pytest.mark.parametrize("runner", ["psql", "dbmate", "goose", "flyway", "golang-migrate", "prisma"])
def test_a_stamp_before_a_frozen_migration_is_refused(shop, runner):
    _runner(shop, runner).compile("--stamp", "20300101000000")
    shop.merge("work")
    shop.branch("later").specs("{columns: [status, created_at], name: a}", "{columns: [total], name: b}")
    for stamp in ["20200101000000"] if runner in ("psql", "prisma") else ["20200101000000", "20300101000000"]:
        assert shop.run("compile", "--stamp", stamp) == 1
        assert "SP511" in shop.output and "would not run in their order after" in shop.output


@pytest.mark.parametrize(("runner", "name"), [
    ("dbmate", "20300101000001_later.sql"), ("goose", "20300101000000_later.sql"), ("flyway", "V20300101000000.0__later.sql"), ("golang-migrate", "20300101000001_later.up.sql"),
])  # fmt: skip
def test_a_number_that_a_frozen_migration_has(shop, runner, name):
    _runner(shop, runner).compile("--stamp", "20300101000000")
    shop.merge("work")
    shop.branch("later").write(f"migrations/{name}", "SELECT 1;\n")
    assert shop.run("compile") == 1
    assert "SP503" in shop.output
