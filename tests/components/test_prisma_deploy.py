"""The model of Prisma below 7.4 against Prisma's real engine, and where it differs by intent."""

from pathlib import Path

import pytest

from broxspec.components.prisma_deploy import deploy, resolve_rolled_back
from broxspec.components.prisma_engine import PrismaError

ROWS = """
SELECT migration_name, checksum, applied_steps_count, finished_at IS NOT NULL, rolled_back_at IS NOT NULL, logs IS NOT NULL
FROM _prisma_migrations ORDER BY started_at
"""
COLUMNS = """
SELECT column_name, data_type, character_maximum_length, is_nullable, column_default
FROM information_schema.columns WHERE table_name = '_prisma_migrations' ORDER BY ordinal_position
"""
CONSTRAINTS = """
SELECT conname, pg_get_constraintdef(oid) FROM pg_constraint
WHERE conrelid = '_prisma_migrations'::regclass AND contype = 'p'
"""


def migration(folder: Path, name: str, sql: str) -> None:
    (folder / name).mkdir(exist_ok=True)
    (folder / name / "migration.sql").write_text(sql, encoding="utf-8")


class Model:
    """The model behind the engine's methods, so that one story can be told to both."""

    def __init__(self, database):
        self.database = database

    def deploy(self, folder):
        with self.database.connect() as connection:
            return deploy(connection, folder)

    def roll_back(self, name):
        with self.database.connect() as connection:
            resolve_rolled_back(connection, name)


class Real:
    def __init__(self, database, engine):
        self.database, self.engine = database, engine

    def deploy(self, folder):
        return self.engine.deploy(self.database.dsn, folder)

    def roll_back(self, name):
        self.engine.mark_rolled_back(self.database.dsn, name)


def outcome(work, *arguments):
    """What came of it: the result, or Prisma's code. The engine gives none for a failed script; P3018 is the CLI's."""
    try:
        return work(*arguments)
    except PrismaError as error:
        return error.code or "P3018"


def tell(prisma, folder):
    """A history with everything in it; yields what Prisma did and what its table holds after each step."""
    migration(folder, "1_table", "CREATE TABLE t (id int PRIMARY KEY);\n")
    migration(folder, "2_index", "CREATE INDEX i ON nowhere (id);\n")
    migration(folder, "3_last", "CREATE INDEX j ON t (id);\n")
    yield outcome(prisma.deploy, folder)
    yield outcome(prisma.deploy, folder)
    yield outcome(prisma.roll_back, "1_table")
    yield outcome(prisma.roll_back, "no_such_migration")
    yield outcome(prisma.roll_back, "2_index")
    yield outcome(prisma.roll_back, "2_index")
    migration(folder, "2_index", "CREATE INDEX i ON t (id);\n")
    yield outcome(prisma.deploy, folder)
    yield outcome(prisma.deploy, folder)
    with prisma.database.connect() as connection:
        for query in (ROWS, COLUMNS, CONSTRAINTS):
            yield connection.execute(query).fetchall()


def test_model_does_as_the_real_engine_does(prisma_engine, new_database, tmp_path):
    (tmp_path / "model").mkdir()
    (tmp_path / "real").mkdir()
    model = list(tell(Model(new_database()), tmp_path / "model"))
    real = list(tell(Real(new_database(), prisma_engine), tmp_path / "real"))
    assert model == real
    assert model[:2] == ["P3018", "P3009"]
    assert model[6:8] == [("2_index", "3_last"), ()]


def test_neither_begins_in_a_database_with_tables(prisma_engine, new_database, tmp_path):
    migration(tmp_path, "1_table", "CREATE TABLE t (id int PRIMARY KEY);")
    for prisma in (Model(new_database()), Real(new_database(), prisma_engine)):
        prisma.database.psql("CREATE TABLE already (id int)")
        assert outcome(prisma.deploy, tmp_path) == "P3005"


def test_each_can_go_on_with_a_history_that_the_other_began(prisma_engine, database, tmp_path):
    migration(tmp_path, "1_table", "CREATE TABLE t (id int PRIMARY KEY);")
    assert Model(database).deploy(tmp_path) == ("1_table",)
    migration(tmp_path, "2_index", "CREATE INDEX i ON t (id);")
    assert Real(database, prisma_engine).deploy(tmp_path) == ("2_index",)
    migration(tmp_path, "3_index", "CREATE INDEX j ON t (id);")
    assert Model(database).deploy(tmp_path) == ("3_index",)
    state = prisma_engine.diagnose(database.dsn, tmp_path)
    assert (state["editedMigrationNames"], state["failedMigrationNames"], state["history"]) == ([], [], None)


def test_a_file_is_one_query(database, tmp_path):
    """Alone in its file a concurrent build works; beside another statement the whole file is rolled back."""
    migration(tmp_path, "1_table", "CREATE TABLE t (id int);")
    migration(tmp_path, "2_alone", "-- a comment; with a semicolon\nCREATE INDEX CONCURRENTLY i ON t (id);")
    migration(tmp_path, "3_two", "CREATE INDEX j ON t (id);\nCREATE INDEX CONCURRENTLY k ON t (id);")
    with database.connect() as connection:
        with pytest.raises(PrismaError) as caught:
            deploy(connection, tmp_path)
        assert caught.value.code == "P3018"
        assert caught.value.__cause__.sqlstate == "25001"
        indexes = connection.execute("SELECT indexname FROM pg_indexes WHERE tablename = 't'").fetchall()
    assert indexes == [("i",)]


def test_a_session_that_dies_leaves_a_failed_migration(database, tmp_path):
    migration(tmp_path, "1_dies", "SELECT pg_terminate_backend(pg_backend_pid());")
    assert outcome(Model(database).deploy, tmp_path) == "P3018"
    assert outcome(Model(database).deploy, tmp_path) == "P3009"
