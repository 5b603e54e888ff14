"""Prisma's files, sent as Prisma below 7.4 sends them: each whole, as one simple query."""

import pytest
from holding import Running, end_build, held
from operations import ALL, CHANGE, CREATE, DROP, RENAME, SCHEMA, asked, indexes

from broxspec.components.prisma_deploy import deploy, resolve_rolled_back
from broxspec.components.prisma_engine import PrismaError
from broxspec.emit import Templates
from broxspec.migrations.aids import repair_steps
from broxspec.runners import Job, RunnerFault, prisma

INIT = "20240101000000_init"


def compile(operations, existing=(INIT,), **more):
    return prisma.compile(Job(asked(operations), existing, Templates(), version="6.2.1", **more))


class Project:
    """A migrations folder and its database, deployed up to the migration `init`."""

    def __init__(self, database, folder):
        self.database, self.folder = database, folder
        self.write(f"{INIT}/migration.sql", SCHEMA)
        assert self.deploy() == (INIT,)

    def write(self, path, text):
        file = self.folder / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, "utf-8", newline="\n")

    def add(self, migrations):
        for migration in migrations:
            self.write(migration.path, migration.text)
        self.write("repair.sql", prisma.repair(Templates(), repair_steps(migrations, prisma.name_of)))

    def deploy(self):
        with self.database.connect() as connection:
            return deploy(connection, self.folder)

    def resolve(self, name):
        with self.database.connect() as connection:
            resolve_rolled_back(connection, name)

    def state(self):
        with self.database.connect() as connection:
            return indexes(connection)


@pytest.fixture
def project(database, tmp_path):
    return Project(database, tmp_path)


@pytest.mark.parametrize("name, operations", [
    ("create", CREATE), ("change", [CHANGE]), ("rename", [RENAME]), ("drop", [DROP]), ("all", ALL),
])  # fmt: skip
def test_up_and_down(project, name, operations, golden):
    before = project.state()
    migrations = compile(operations)
    golden(f"runners/golden/prisma_{name}.txt", "".join(f"#### {m.path}\n{m.text}" for m in migrations))
    project.add(migrations)
    ups = [m.path.partition("/")[0] for m in migrations if m.role == "up"]
    assert project.deploy() == tuple(ups)
    after = project.state()
    assert all(valid for _, valid in after.values())
    assert {op.after.name for op in operations if op.after} <= after.keys()
    assert not {op.before.name for op in operations if op.before and op.action in ("drop", "rename")} & after.keys()
    assert project.deploy() == ()
    for migration in reversed([m for m in migrations if m.role == "down"]):
        done = project.database.psql(migration.text)
        assert done.returncode == 0, done.stderr
    assert project.state() == before


def test_files_suit_every_engine_below_8():
    """One statement a file, and no semicolon but the last: not even in a comment."""
    for migration in compile(ALL):
        if migration.role == "up" and "swap" not in migration.path:
            assert migration.text.count(";") == 1 and migration.text.endswith(";\n")
        assert "IF NOT EXISTS" not in migration.text and "$$" not in migration.text
        if "CONCURRENTLY" in migration.text:
            assert "SET " not in migration.text


@pytest.mark.parametrize("operations", [ALL, [CHANGE], CREATE])
def test_a_killed_build_fails_loudly_and_is_repaired(project, operations):
    project.add(compile(operations))
    with held(project.database):
        running = Running(project.deploy)
        end_build(project.database)
        assert running.wait().error.code == "P3018"
    (invalid,) = [name for name, (_, valid) in project.state().items() if not valid]
    with pytest.raises(PrismaError, match="P3009|failed migrations"):
        project.deploy()

    done = project.database.psql((project.folder / "repair.sql").read_text("utf-8"))
    assert done.returncode == 0, done.stderr
    assert invalid not in project.state()
    (command,) = [line for line in done.stderr.splitlines() if "resolve" in line]
    assert command.split("run: ")[1].startswith("npx prisma migrate resolve --rolled-back ")
    failed = command.rpartition("--rolled-back ")[2].strip('"')
    assert invalid in failed

    project.resolve(failed)
    project.deploy()
    assert all(valid for _, valid in project.state().values())
    assert {op.after.name for op in operations if op.after} <= project.state().keys()


def test_without_the_repair_a_leftover_fails_again(project):
    project.add(compile(CREATE[:1]))
    with held(project.database):
        running = Running(project.deploy)
        end_build(project.database)
        running.wait()
    (failed,) = [m.path.partition("/")[0] for m in compile(CREATE[:1]) if "build" in m.path and m.role == "up"]
    project.resolve(failed)
    with pytest.raises(PrismaError, match="already exists"):
        project.deploy()


def test_a_killed_drop_is_repaired(project):
    project.add(compile([DROP]))
    with held(project.database):
        running = Running(project.deploy)
        end_build(project.database, "DROP INDEX CONCURRENTLY")
        assert running.wait().error.code == "P3018"
    done = project.database.psql((project.folder / "repair.sql").read_text("utf-8"))
    assert "resolve --applied" in done.stderr
    assert "orders_dropped" not in project.state()


def test_repair_leaves_valid_indexes_alone(project):
    project.add(compile(ALL))
    project.deploy()
    after = project.state()
    done = project.database.psql((project.folder / "repair.sql").read_text("utf-8"))
    assert done.returncode == 0 and done.stderr == ""
    assert project.state() == after


@pytest.mark.parametrize("sql, words", [
    ('DROP INDEX "idx_orders_tags"', "idx_orders_tags is missing"),
    ('DROP INDEX "idx_orders_tags"; CREATE INDEX idx_orders_tags ON users (name)', "idx_orders_tags is not an index of orders"),
    ('DROP INDEX "idx_orders_tags"; CREATE INDEX idx_orders_tags ON orders (total)', "idx_orders_tags has another definition"),
    ("UPDATE pg_index SET indisvalid = false WHERE indexrelid = 'idx_orders_tags'::regclass", "idx_orders_tags is invalid"),
])  # fmt: skip
def test_the_check_names_what_is_wrong(project, sql, words):
    migrations = compile(CREATE)
    project.add(migrations)
    project.deploy()
    check = next(m.text for m in migrations if "check" in m.path)
    assert project.database.psql(check).returncode == 0
    assert project.database.psql(sql).returncode == 0
    done = project.database.psql(check)
    assert done.returncode != 0 and words in done.stderr


def test_nothing_is_dropped_before_all_is_valid():
    paths = [m.path for m in compile(ALL) if m.role == "up"]
    actions = [path.split("_")[1] for path in paths]
    assert actions == ["rename", *["build"] * 5, "check", "swap", "drop", "drop"]
    assert "orders_dropped" in paths[-1]


@pytest.mark.parametrize("existing, stamp, first", [
    (("20231231235959_x",), None, "20240101000000"), ((), None, "20000101000000"), (("0_init",), None, "20000101000000"),
    (("20240101000000_a",), "20250606120000", "20250606120000"), (("20249999999999_x",), None, "20250000000000"),
])  # fmt: skip
def test_stamps_follow_the_highest_folder_by_a_second(existing, stamp, first):
    assert compile(CREATE, existing, stamp=stamp)[0].path.startswith(first)


@pytest.mark.parametrize("stamp", ["now", "2024", "202401010000001"])
def test_a_stamp_has_fourteen_digits(stamp):
    with pytest.raises(RunnerFault, match="YYYYMMDDHHMMSS"):
        compile(CREATE, stamp=stamp)


def test_prisma_8_is_not_guessed_at():
    with pytest.raises(RunnerFault, match="8"):
        prisma.compile(Job(CREATE, (), Templates(), version="8.0.0"))
