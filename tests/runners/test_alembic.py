"""Alembic's files, run by the real Alembic on a real PostgreSQL, through the drivers that projects have."""

import json
import subprocess
import sys

import pytest
from holding import Running, held
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from operations import ALL, CHANGE, CREATE, RENAME, SCHEMA, asked, fragment, indexes, on_orders

from broxspec.catalog.model import Key
from broxspec.components import ComponentFailed, ComponentMissing
from broxspec.components.alembic import Alembic
from broxspec.emit import Templates
from broxspec.kinds.indexes.emit import lower
from broxspec.plan import Operation
from broxspec.quoting import sql
from broxspec.runners import Job, RunnerFault, alembic
from broxspec.runners._statements import outcome

TEMPLATES = Templates()


def made(operations, folder, **more):
    return alembic.compile(Job(asked(operations), alembic.names(folder), TEMPLATES, folder=folder, **more))


@pytest.fixture
def versions(tmp_path):
    folder = tmp_path / "team" / "versions"
    folder.mkdir(parents=True)
    return folder


@pytest.fixture
def orders(database):
    assert database.psql(SCHEMA).returncode == 0
    return database


@pytest.fixture
def project(tmp_path, versions, missing):
    """A function that makes a project for the real Alembic of what compile() gives."""

    def project(operations, **more):
        (migration,) = made(operations, versions, **more)
        revision = migration.path.partition("_")[0]
        try:
            return Alembic(tmp_path / "project", {migration.path: migration.text}, [(revision, ())])
        except ComponentMissing as reason:
            missing("Alembic", str(reason))

    return project


def state(database):
    with database.connect() as connection:
        rows = connection.execute("SELECT to_regclass('alembic_version')").fetchone()
        return {name: made for name, made in indexes(connection).items() if not (rows[0] and name == "alembic_version_pkc")}


def test_up_and_down(orders, project, versions, golden):
    before = state(orders)
    golden("runners/golden/alembic_all.py.txt", made(ALL, versions)[0].text)
    runner = project(ALL)
    runner.upgrade(orders.dsn)
    kept, gone = outcome(lower(ALL))
    after = state(orders)
    assert all(after[index.name][1] for index in kept) and not {index.name for index in gone} & after.keys()
    runner.upgrade(orders.dsn)
    runner.stamp(orders.dsn, "base")
    runner.upgrade(orders.dsn)  # the whole file again
    assert state(orders) == after
    runner.downgrade(orders.dsn)
    assert state(orders) == before


def test_the_sql_that_it_prints_is_the_same(orders, project, new_database):
    """`upgrade --sql`, run by psql. Alembic itself makes four blanks of each tab, but not of ours."""
    tab = Operation("create", None, on_orders("idx\ttab % :x", "total", predicate=fragment("email <> E'a\\\\:b%\tc'")))
    runner = project([*ALL, tab])
    offline = new_database()
    assert offline.psql(SCHEMA).returncode == 0
    done = offline.psql(runner.offline("upgrade", "head"))
    assert done.returncode == 0, done.stderr
    runner.upgrade(orders.dsn)
    assert state(offline) == state(orders)
    assert "idx\ttab % :x" in state(orders)


@pytest.mark.parametrize("per_migration", [False, True])
def test_what_came_before_is_recorded_and_a_failure_is_not(orders, tmp_path, project, versions, per_migration):
    """A migration of the team, then ours, which fails; in one run, with the transactions of Alembic's own template and with one each."""
    (versions / "0001_team.py").write_text("revision = 'team'\ndown_revision = None\n", "utf-8")
    runner = project(CREATE[:1])
    (ours,) = (tmp_path / "project/versions").iterdir()
    ours.write_text(made(CREATE[:1], versions)[0].text, "utf-8")
    (tmp_path / "project/versions/team.py").write_text(
        "from alembic import op\nrevision = 'team'\ndown_revision = None\n\ndef upgrade():\n    op.execute('CREATE TABLE team (id int)')\n", "utf-8"
    )
    if per_migration:
        env = tmp_path / "project/env.py"
        env.write_text(env.read_text("utf-8").replace("configure(connection=connection", "configure(transaction_per_migration=True, connection=connection"), "utf-8")
    assert orders.psql(f'CREATE VIEW "{CREATE[0].after.name}" AS SELECT 1').returncode == 0
    with pytest.raises(ComponentFailed, match="is no index"):
        runner.upgrade(orders.dsn)
    with orders.connect() as connection:
        assert connection.execute("SELECT version_num FROM alembic_version").fetchall() == [("team",)]
        assert connection.execute("SELECT to_regclass('team')").fetchone()[0]
        connection.execute(f'DROP VIEW "{CREATE[0].after.name}"'.encode())
    runner.upgrade(orders.dsn)
    assert state(orders)[CREATE[0].after.name][1]


def process(tmp_path, dsn):
    return subprocess.Popen(
        [sys.executable, "-m", "alembic", "upgrade", "head"], cwd=tmp_path / "project", env={"DSN": dsn, "PATH": "/usr/bin:/bin"}, stderr=subprocess.PIPE
    )


def building(database):
    with database.connect() as watcher:
        return watcher.execute("SELECT pid FROM pg_stat_progress_create_index WHERE index_relid > 0 AND datname = current_database()").fetchall()


def test_a_runner_that_is_killed_leaves_a_build_that_goes_on(orders, tmp_path, project):
    runner = project(ALL)
    with held(orders):
        killed = process(tmp_path, orders.dsn)
        while not building(orders):
            assert killed.poll() is None
        killed.kill()
        killed.communicate()
        with pytest.raises(ComponentFailed, match="another session is running a migration of broxspec .*pg_stat_activity"):
            runner.upgrade(orders.dsn)
        assert building(orders)
    while building(orders):
        pass
    with orders.connect() as connection:
        while connection.execute("SELECT FROM pg_locks WHERE locktype = 'advisory'").fetchall():
            pass
    runner.upgrade(orders.dsn)
    assert all(valid for _, valid in state(orders).values())


def test_of_two_at_once_the_second_stops_and_later_has_nothing_to_do(orders, tmp_path, project):
    runner = project(ALL)
    with held(orders):
        first = Running(runner.upgrade, orders.dsn)
        while not building(orders):
            assert first.is_alive(), first.error
        with pytest.raises(ComponentFailed, match="another session is running a migration of broxspec"):
            runner.upgrade(orders.dsn)
    assert not first.wait().error
    runner.upgrade(orders.dsn)


# Names and texts


def hostile_names():
    characters = st.one_of(st.sampled_from("\"'$\\%:;\n\r\t/*-#{} ab😀\u2028"), st.characters(exclude_characters="\0", exclude_categories=["Cs"]))
    return st.text(characters, min_size=1, max_size=14)


@pytest.fixture(scope="module")
def hostile(postgres):
    postgres.createdb("hostile_alembic")
    yield postgres
    postgres.dropdb("hostile_alembic")


def engine(driver, server):
    from sqlalchemy import create_engine, pool
    from sqlalchemy.engine import URL

    url = URL.create(f"postgresql+{driver}", username="postgres", database="hostile_alembic", query={"host": str(server.folder), "port": str(server.port)})
    return create_engine(url, poolclass=pool.NullPool)


@pytest.mark.parametrize("driver", ["psycopg", "psycopg2"])
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    name=st.one_of(hostile_names(), st.sampled_from(['"""', "$broxspec$", "\\", '\\"""', "%(x)s", ":x", "a'''b\n"])),
    text=st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), max_size=20),
)
def test_no_name_and_no_text_breaks_out(hostile, driver, name, text):
    index = on_orders(name, Key("email"), predicate=fragment(f"email <> {sql.literal(text)} AND email !~ '%s:x'"))._replace(table=f"t{name}")
    (migration,) = alembic.compile(Job((Operation("create", None, index),), (), TEMPLATES, specs={}))
    with hostile.connect("hostile_alembic") as connection:
        connection.execute(f"CREATE TABLE {sql.identifier(index.table)} (email text)".encode())
        try:
            perform(migration.text, engine(driver, hostile), "upgrade")
            assert indexes(connection)[name][1]
            (predicate,) = connection.execute("SELECT pg_get_expr(indpred, indrelid) FROM pg_index WHERE indpred IS NOT NULL").fetchone()
            wanted = connection.execute("SELECT %s::text", [f"((email <> {pg_literal(text)}::text) AND (email !~ '%s:x'::text))"]).fetchone()[0]
            assert predicate == wanted
            perform(migration.text, engine(driver, hostile), "downgrade")
            assert name not in indexes(connection)
        finally:
            connection.execute(f"DROP TABLE {sql.identifier(index.table)}".encode())


def pg_literal(text):
    """A string as PostgreSQL prints it in an expression: never with E, whatever it holds."""
    return "'" + text.replace("'", "''") + "'"


def perform(text, engine, direction):
    """A file's upgrade() or downgrade() by Alembic's own operations, as its env.py runs them."""
    from alembic.migration import MigrationContext
    from alembic.operations import Operations

    with engine.connect() as connection:
        context = MigrationContext.configure(connection)
        with context.begin_transaction(), Operations.context(context):
            values: dict = {}
            exec(compile(text, "migration.py", "exec"), values)  # noqa: S102: our own file
            values[direction]()


def test_asyncpg_too(hostile, missing):
    import asyncio
    from importlib.util import find_spec

    for package in ("asyncpg", "greenlet"):
        if not find_spec(package):
            missing(package, "not installed; it is in the extra `test`")

    from sqlalchemy.ext.asyncio import create_async_engine

    (migration,) = alembic.compile(Job(tuple(CREATE), (), TEMPLATES))

    def both(connection):
        from alembic.migration import MigrationContext
        from alembic.operations import Operations

        context = MigrationContext.configure(connection)
        with context.begin_transaction(), Operations.context(context):
            values: dict = {}
            exec(compile(migration.text, "migration.py", "exec"), values)  # noqa: S102: our own file
            values["upgrade"]()
            values["upgrade"]()
            values["downgrade"]()

    async def run():
        made = create_async_engine(f"postgresql+asyncpg://postgres@/hostile_alembic?host={hostile.folder}&port={hostile.port}")
        async with made.connect() as connection:
            await connection.run_sync(both)
        await made.dispose()

    with hostile.connect("hostile_alembic") as connection:
        connection.execute(SCHEMA.encode(), prepare=False)
        try:
            before = indexes(connection)
            asyncio.run(run())
            assert indexes(connection) == before
        finally:
            connection.execute("DROP TABLE orders, users; DROP TYPE status")


# The chain


def write(folder, **files):
    for name, text in files.items():
        (folder / f"{name}.py").write_text(text, "utf-8")


def values(migration):
    found: dict = {}
    exec(migration.text.replace("from alembic import op", ""), found)  # noqa: S102: our own file
    return found["revision"], found["down_revision"]


def test_it_follows_the_head_whatever_the_files_are_called(versions):
    write(
        versions,
        zz="revision: str = 'a1'\ndown_revision: str | None = None\n",
        aa="revision = 'b2'\ndown_revision = ('a1',)\n",
        mm="'''Merge.'''\nfrom typing import Union\nrevision = 'c3'\ndown_revision: Union[str, None] = 'b2'\n",
        helper="x = 1\n",
    )
    assert alembic.names(versions) == ("zz.py", "aa.py", "mm.py")
    (migration,) = made(CREATE, versions)
    assert values(migration) == (migration.path.partition("_")[0], "c3")
    assert made(CREATE, versions)[0].path == migration.path


def test_a_merge_point_is_one_head(versions):
    write(versions, a="revision = 'a'\ndown_revision = None\n", b="revision = 'b'\ndown_revision = 'a'\n", c="revision = 'c'\ndown_revision = 'a'\n")
    with pytest.raises(RunnerFault, match=r"there are 2 heads, `?b.py`? and `?c.py`?: run `alembic merge heads`"):
        made(CREATE, versions)
    write(versions, d="revision = 'd'\ndown_revision = 'b', 'c'\n")
    assert values(made(CREATE, versions)[0])[1] == "d"


@pytest.mark.parametrize(("text", "words"), [
    ("revision = 'b'\ndown_revision = 'gone'\n", "`b.py` follows the revision `gone`, which no other migration of the folder has"),
    ("revision = 'b'\ndown_revision = 'b'\n", "circle"),
    ("revision = 'b'\ndown_revision = last()\n", "works out its revision"),
    ("revision = 'b'\ndown_revision = (\n", "is not Python that can be read"),
    ("\0", "is not Python that can be read"),
    ("x = " + "(" * 5000, "is not Python that can be read"),
])  # fmt: skip
def test_what_is_not_clear_is_said(versions, text, words):
    write(versions, b=text)
    with pytest.raises(RunnerFault, match=words):
        made(CREATE, versions)


def test_nothing_of_the_team_is_run(versions):
    write(versions, b="raise SystemExit('run!')\nrevision = 'b'\ndown_revision = None\n")
    assert values(made(CREATE, versions)[0])[1] == "b"


def test_the_revision_says_what_is_done_and_after_what(versions):
    first = values(made(CREATE, versions)[0])[0]
    assert values(made([CHANGE], versions)[0])[0] != first
    write(versions, a="revision = 'a'\ndown_revision = None\n")
    assert values(made(CREATE, versions)[0])[0] != first
    assert values(made(CREATE, versions, stamp="release_42")[0])[0] == "release_42"
    for stamp, words in (("a b", "not a revision"), ("é", "not a revision"), ("x" * 33, "not a revision"), ("a", "already")):
        with pytest.raises(RunnerFault, match=words):
            made(CREATE, versions, stamp=stamp)


def test_a_branch_beside_ours_comes_after_it(versions):
    write(versions, m="revision = 'm'\ndown_revision = None\n")
    (migration,) = made([RENAME], versions)
    (versions / migration.path).write_text(migration.text, "utf-8")
    write(versions, a="revision = 'beside'\ndown_revision = 'm'\n")
    assert alembic.names(versions) == ("m.py", migration.path, "a.py")
    assert alembic.in_order(versions, ["new.py", "a.py", migration.path]) == (migration.path, "a.py", "new.py")


def test_the_file_is_the_same_wherever_it_is_made(versions):
    """Nothing in it depends on hashing order: the same in processes with other seeds."""
    code = (
        "import sys, json; sys.path[:0] = json.loads(sys.argv[1])\nfrom pathlib import Path\nfrom operations import ALL, asked\n"
        "from broxspec.emit import Templates\nfrom broxspec.runners import Job, alembic\n"
        "sys.stdout.buffer.write(alembic.compile(Job(asked(ALL), (), Templates(), folder=Path(sys.argv[2])))[0].text.encode())"
    )
    made = {
        subprocess.run([sys.executable, "-c", code, json.dumps(sys.path), str(versions)], env={"PYTHONHASHSEED": seed}, capture_output=True, check=True).stdout
        for seed in ("1", "2")
    }
    assert len(made) == 1


def test_a_revision_that_two_files_have(versions):
    write(versions, a="revision = 'a'\ndown_revision = None\n", b="revision = 'a'\ndown_revision = None\n")
    with pytest.raises(RunnerFault, match="`a.py` and `b.py` have the same revision `a`"):
        made(CREATE, versions)
