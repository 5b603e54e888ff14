"""Django's files, run by the real Django on a real PostgreSQL."""

import re
import subprocess
import sys

import pytest
from holding import Running, held
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from operations import ALL, CREATE, CREATED, SCHEMA, asked, fragment, indexes, on_orders

from broxspec.catalog.model import Key
from broxspec.components import ComponentFailed, ComponentMissing
from broxspec.components.django import Django
from broxspec.emit import Templates
from broxspec.kinds.indexes.emit import lower
from broxspec.plan import Operation
from broxspec.quoting import sql
from broxspec.runners import Job, RunnerFault, django
from broxspec.runners._statements import outcome

TEMPLATES = Templates()


def made(operations, folder, **more):
    return django.compile(Job(asked(operations), django.names(folder), TEMPLATES, folder=folder, **more))


@pytest.fixture
def migrations(tmp_path):
    folder = tmp_path / "team" / "shop" / "migrations"
    folder.mkdir(parents=True)
    (folder / "__init__.py").write_text("", "utf-8")
    return folder


@pytest.fixture
def orders(database):
    assert database.psql(SCHEMA).returncode == 0
    return database


@pytest.fixture
def project(tmp_path, migrations, missing):
    """A function that makes a project for the real Django of what compile() gives."""

    def project(operations, **more):
        (migration,) = made(operations, migrations, **more)
        try:
            return Django(tmp_path / "project", "shop", {migration.path: migration.text}, [(migration.path.removesuffix(".py"), ())])
        except ComponentMissing as reason:
            missing("Django", str(reason))

    return project


def state(database):
    with database.connect() as connection:
        return {name: made for name, made in indexes(connection).items() if not name.startswith("django_migrations")}


def test_up_and_down(orders, project, migrations, golden):
    before = state(orders)
    golden("runners/golden/django_all.py.txt", made(ALL, migrations)[0].text)
    runner = project(ALL)
    runner.migrate(orders.dsn)
    kept, gone = outcome(lower(ALL))
    after = state(orders)
    assert all(after[index.name][1] for index in kept) and not {index.name for index in gone} & after.keys()
    runner.migrate(orders.dsn, "zero", fake=True)
    runner.migrate(orders.dsn)  # the whole file again
    assert state(orders) == after
    runner.migrate(orders.dsn, "zero")
    assert state(orders) == before


def test_the_sql_that_it_prints_is_the_same(orders, project, new_database):
    """`sqlmigrate`, run by psql."""
    tab = Operation("create", None, on_orders("idx\ttab % :x", "total", predicate=fragment("email <> E'a\\\\:b%\tc'")))
    runner = project([*ALL, tab])
    printed = new_database()
    assert printed.psql(SCHEMA).returncode == 0
    done = printed.psql(runner.manage(orders.dsn, "sqlmigrate", "shop", "0001"))
    assert done.returncode == 0, done.stderr
    runner.migrate(orders.dsn)
    assert state(printed) == state(orders)
    assert "idx\ttab % :x" in state(orders)


def test_a_failure_is_not_recorded_and_the_same_command_goes_on(orders, project):
    runner = project(CREATE)
    assert orders.psql(f'CREATE VIEW "{CREATED.name}" AS SELECT 1').returncode == 0
    with pytest.raises(ComponentFailed, match="is no index"):
        runner.migrate(orders.dsn)
    with orders.connect() as connection:
        assert connection.execute("SELECT name FROM django_migrations WHERE app = 'shop'").fetchall() == []
        connection.execute(f'DROP VIEW "{CREATED.name}"'.encode())
    runner.migrate(orders.dsn)
    assert state(orders)[CREATED.name][1]


def building(database):
    with database.connect() as watcher:
        return watcher.execute("SELECT pid FROM pg_stat_progress_create_index WHERE index_relid > 0 AND datname = current_database()").fetchall()


def test_a_runner_that_is_killed_leaves_a_build_that_goes_on(orders, tmp_path, project):
    runner = project(ALL)
    with held(orders):
        killed = subprocess.Popen(
            [sys.executable, "manage.py", "migrate"], cwd=tmp_path / "project", env={"DSN": orders.dsn, "PATH": "/usr/bin:/bin"}, stdout=subprocess.DEVNULL
        )
        while not building(orders):
            assert killed.poll() is None
        killed.kill()
        killed.wait()
        with pytest.raises(ComponentFailed, match="another session is running a migration of broxspec .*pg_stat_activity"):
            runner.migrate(orders.dsn)
        assert building(orders)
    with orders.connect() as connection:
        while connection.execute("SELECT FROM pg_locks WHERE locktype = 'advisory'").fetchall():
            pass
    runner.migrate(orders.dsn)
    assert all(valid for _, valid in state(orders).values())


def test_of_two_at_once_the_second_stops_and_later_has_nothing_to_do(orders, project):
    runner = project(ALL)
    with held(orders):
        first = Running(runner.migrate, orders.dsn)
        while not building(orders):
            assert first.is_alive(), first.error
        with pytest.raises(ComponentFailed, match="another session is running a migration of broxspec"):
            runner.migrate(orders.dsn)
    assert not first.wait().error
    runner.migrate(orders.dsn)


MODELS = """from django.db import models


class Order(models.Model):
    id = models.BigAutoField(primary_key=True)
    total = models.IntegerField()

    class Meta:
        db_table = "orders"
{meta}"""
INITIAL = """from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True
    dependencies = []
    operations = [
        migrations.CreateModel(name="Order", fields=[("id", models.BigAutoField(primary_key=True, serialize=False)), ("total", models.IntegerField())], options={"db_table": "orders"}),
    ]
"""


def test_what_makemigrations_sees(database, tmp_path, migrations):
    """RunSQL tells Django's state nothing: an undeclared index is left alone, and declaring one asks for it a second time."""
    (migrations / "0001_initial.py").write_text(INITIAL, "utf-8")
    (migration,) = made([Operation("create", None, on_orders("idx_orders_total", "total"))], migrations)
    assert re.search(r'dependencies = \[\("shop", "0001_initial"\)\]', migration.text)
    runner = Django(
        tmp_path / "project", "shop", {"0001_initial.py": INITIAL, migration.path: migration.text}, [("0001_initial", ()), (migration.path[:-3], ("0001_initial",))]
    )
    models = tmp_path / "project/rehearsed/models.py"
    models.write_text(MODELS.format(meta=""), "utf-8")
    runner.migrate(database.dsn)
    assert state(database)["idx_orders_total"][1]
    assert "No changes detected" in runner.manage(database.dsn, "makemigrations", "shop", "--dry-run")
    models.write_text(MODELS.format(meta='        indexes = [models.Index(fields=["total"], name="idx_orders_total")]\n'), "utf-8")
    assert "Create index idx_orders_total" in runner.manage(database.dsn, "makemigrations", "shop")
    with pytest.raises(ComponentFailed, match='"idx_orders_total" already exists'):
        runner.migrate(database.dsn)


# Names and texts


@pytest.fixture(scope="module")
def hostile(postgres):
    postgres.createdb("hostile_django")
    yield postgres
    postgres.dropdb("hostile_django")


@pytest.fixture(scope="module")
def connection(hostile):
    """Django's own connection, without a project."""
    from django.db.backends.postgresql.base import DatabaseWrapper

    given = {
        "NAME": "hostile_django", "USER": "postgres", "PASSWORD": "", "HOST": str(hostile.folder), "PORT": str(hostile.port), "OPTIONS": {}, "AUTOCOMMIT": True,
        "ATOMIC_REQUESTS": False, "TIME_ZONE": None, "CONN_MAX_AGE": None, "CONN_HEALTH_CHECKS": False, "TEST": {"CHARSET": None, "COLLATION": None, "NAME": None, "MIRROR": None},
    }  # fmt: skip
    from django.conf import settings

    if not settings.configured:
        settings.configure(USE_TZ=True)
    made = DatabaseWrapper(given, "default")
    yield made
    made.close()


CHARACTERS = st.one_of(st.sampled_from("\"'$\\%:;\n\r\t/*-#{} ab😀\u2028"), st.characters(exclude_characters="\0", exclude_categories=["Cs"]))


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    name=st.one_of(st.text(CHARACTERS, min_size=1, max_size=14), st.sampled_from(['"""', "$broxspec$", "\\", '\\"""', "%(x)s", "%s", "a'''b\n"])),
    text=st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), max_size=20),
)
def test_no_name_and_no_text_breaks_out(hostile, connection, name, text):
    index = on_orders(name, Key("email"), predicate=fragment(f"email <> {sql.literal(text)} AND email !~ '%s:x'"))._replace(table=f"t{name}")
    (migration,) = django.compile(Job((Operation("create", None, index),), (), TEMPLATES, app="shop"))
    with hostile.connect("hostile_django") as watcher:
        watcher.execute(f"CREATE TABLE {sql.identifier(index.table)} (email text)".encode())
        try:
            perform(migration.text, connection, forwards=True)
            assert indexes(watcher)[name][1]
            perform(migration.text, connection, forwards=False)
            assert name not in indexes(watcher)
        finally:
            watcher.execute(f"DROP TABLE {sql.identifier(index.table)}".encode())


def perform(text, connection, *, forwards):
    """A file's operation by Django's own schema editor, as `migrate` runs it where `atomic` is False."""
    values: dict = {}
    exec(compile(text, "migration.py", "exec"), values)  # noqa: S102: our own file
    (operation,) = values["Migration"].operations
    with connection.schema_editor(atomic=values["Migration"].atomic) as editor:
        operation._run_sql(editor, operation.sql if forwards else operation.reverse_sql)


# What it depends on


def write(folder, **files):
    for name, body in files.items():
        text = f"from django.db import migrations\n\n\nclass Migration(migrations.Migration):\n    {body}\n"
        (folder / f"{name}.py").write_text(text, "utf-8")


def depends(migration):
    return re.findall(r"dependencies = \[(.*)\]", migration.text)[0]


def test_it_depends_on_the_leaf(migrations):
    write(migrations, **{"0001_initial": "initial = True", "0002_b": "dependencies = [('auth', '0009_x'), ('shop', '0001_initial'), migrations.swappable_dependency('x')]"})
    (migration,) = made(CREATE, migrations)
    assert (migration.path, depends(migration)) == ("0003_orders_indexes.py", '("shop", "0002_b")')
    assert django.names(migrations) == ("0001_initial.py", "0002_b.py")


def test_in_an_app_without_migrations_it_depends_on_nothing(migrations):
    (migration,) = made(CREATE, migrations)
    assert (migration.path, depends(migration)) == ("0001_orders_indexes.py", "")


def test_the_label_is_the_folders_name_or_what_the_spec_says(tmp_path):
    folder = tmp_path / "not-a-label" / "migrations"
    folder.mkdir(parents=True)
    with pytest.raises(RunnerFault, match="`not-a-label` is not an app's label"):
        made(CREATE, folder)
    (folder / "__init__.py").write_text("", "utf-8")
    write(folder, **{"0001_initial": "initial = True", "0002_x": "dependencies = [('orders', '0001_initial')]"})
    assert depends(made(CREATE, folder, app="orders")[0]) == '("orders", "0002_x")'


def test_two_leaves_are_for_the_team_to_merge(migrations):
    write(migrations, **{"0001_i": "initial = True", "0002_a": "dependencies = [('shop', '0001_i')]", "0002_b": "dependencies = [('shop', '0001_i')]"})
    with pytest.raises(RunnerFault, match=r"`shop` has 2 leaf migrations, .*0002_a.py.* and .*0002_b.py.*: run `python manage.py makemigrations --merge`"):
        made(CREATE, migrations)
    write(migrations, **{"0003_merge": "dependencies = [('shop', '0002_a'), ('shop', '0002_b')]"})
    assert depends(made(CREATE, migrations)[0]) == '("shop", "0003_merge")'


def test_run_before_is_a_dependency(migrations):
    write(migrations, **{
        "0001_i": "initial = True", "0002_a": "dependencies = [('shop', '0001_i')]",
        "0003_b": "dependencies = [('shop', '0001_i')]\n    run_before = [('shop', '0002_a'), ('auth', '0001_initial')]",
    })  # fmt: skip
    assert depends(made(CREATE, migrations)[0]) == '("shop", "0002_a")'
    assert django.names(migrations) == ("0001_i.py", "0003_b.py", "0002_a.py")


def test_a_folder_that_django_passes_over(migrations):
    (migrations / "__init__.py").unlink()
    assert made(CREATE, migrations)
    write(migrations, **{"0001_i": "initial = True"})
    with pytest.raises(RunnerFault, match="has no `__init__.py`, so Django passes over every migration in it"):
        made(CREATE, migrations)


def test_a_squashed_migration_stands_for_what_it_replaces(migrations):
    write(migrations, **{
        "0001_i": "initial = True", "0002_a": "dependencies = [('shop', '0001_i')]",
        "0001_squashed_0002_a": "replaces = [('shop', '0001_i'), ('shop', '0002_a')]",
    })  # fmt: skip
    assert depends(made(CREATE, migrations)[0]) == '("shop", "0001_squashed_0002_a")'
    write(migrations, **{"0003_c": "dependencies = [('shop', '0002_a')]"})
    assert depends(made(CREATE, migrations)[0]) == '("shop", "0003_c")'


@pytest.mark.parametrize(("body", "words"), [
    ("dependencies = [('shop', '0001_gone')]", "`0002_x.py` depends on `0001_gone`, which the folder does not have"),
    ("dependencies = [('shop', '0002_x')]", "circle"),
    ("dependencies = find()", "works out its dependencies"),
    ("dependencies = (", "is not Python that can be read"),
])  # fmt: skip
def test_what_is_not_clear_is_said(migrations, body, words):
    write(migrations, **{"0002_x": body})
    with pytest.raises(RunnerFault, match=words):
        made(CREATE, migrations)


@pytest.mark.parametrize(("stamp", "path"), [(None, "0011_"), ("0042", "0042_")])
def test_numbers_follow_the_highest(migrations, stamp, path):
    write(migrations, **{"0009_a": "initial = True", "0010_b": "dependencies = [('shop', '0009_a')]"})
    assert made(CREATE, migrations, stamp=stamp)[0].path.startswith(path)
    with pytest.raises(RunnerFault, match="is not a number"):
        made(CREATE, migrations, stamp="next")
