"""`migrate resolve --applied` in the model of Prisma below 7.4, against Prisma's own engine."""

from pathlib import Path

import pytest

from broxspec.components.prisma_deploy import deploy, resolve_applied
from broxspec.components.prisma_engine import PrismaError

ROWS = """
SELECT migration_name, checksum, finished_at IS NOT NULL, rolled_back_at IS NOT NULL, applied_steps_count
FROM _prisma_migrations ORDER BY started_at, finished_at
"""


class Model:
    def __init__(self, database):
        self.database = database

    def deploy(self, folder):
        with self.database.connect() as connection:
            return deploy(connection, folder)

    def mark_applied(self, folder, name):
        with self.database.connect() as connection:
            resolve_applied(connection, folder, name)


class Real:
    def __init__(self, database, engine):
        self.database, self.engine = database, engine

    def deploy(self, folder):
        return self.engine.deploy(self.database.dsn, folder)

    def mark_applied(self, folder, name):
        self.engine.mark_applied(self.database.dsn, folder, name)


def tell(prisma, folder: Path) -> list:
    """A baseline, a failure that is declared done, and what can't be declared."""

    def outcome(work, *arguments):
        try:
            return work(*arguments)
        except PrismaError as error:
            return error.code or "P3018"

    said = [outcome(prisma.deploy, folder / "none")]
    said += [outcome(prisma.mark_applied, folder, name) for name in ("1_first", "1_first", "9_unknown")]
    said += [outcome(prisma.deploy, folder), outcome(prisma.mark_applied, folder, "2_fails"), outcome(prisma.deploy, folder)]
    with prisma.database.connect() as connection:
        return [*said, connection.execute(ROWS).fetchall()]


def test_the_model_resolves_as_the_engine_does(new_database, prisma_engine, tmp_path):
    (tmp_path / "none").mkdir()
    for name, sql in (("1_first", "CREATE TABLE t ();"), ("2_fails", "DROP TABLE missing;"), ("3_last", "CREATE TABLE u ();")):
        (tmp_path / name).mkdir()
        (tmp_path / name / "migration.sql").write_text(sql, encoding="utf-8")
    assert tell(Model(new_database()), tmp_path) == tell(Real(new_database(), prisma_engine), tmp_path)


@pytest.mark.parametrize("name", ["9_unknown"])
def test_what_is_not_in_the_folder_cannot_be_applied(new_database, tmp_path, name):
    database = new_database()
    Model(database).deploy(tmp_path)
    with pytest.raises(PrismaError) as refused:
        Model(database).mark_applied(tmp_path, name)
    assert refused.value.code == "P3017"
