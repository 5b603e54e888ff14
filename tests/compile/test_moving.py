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
