"""Prisma's real schema engine answers as Prisma's command line does."""

from pathlib import Path

import pytest

from broxspec.components.prisma_engine import PrismaError

SCHEMA = """
datasource db {
  provider  = "postgresql"
  url       = env("DATABASE_URL")
  directUrl = env("DIRECT_URL")
}

generator client {
  provider        = "prisma-client-js"
  previewFeatures = ["metrics", "views"]
}

model Author {
  id    Int    @id
  books Book[]
}

model Book {
  id       Int    @id
  authorId Int
  author   Author @relation(fields: [authorId], references: [id])
}
"""


@pytest.mark.parametrize("name", ["langfuse", "litellm", "umami"])
def test_ddl_equals_what_prisma_made_of_real_schemas(prisma_engine, corpus, name):
    made = prisma_engine.ddl(corpus / f"prisma/{name}.prisma")
    # Prisma's command line ends its output with one more line feed.
    assert made + "\n" == (corpus / f"prisma/{name}.ddl.sql").read_text("utf-8")


def test_schema_in_several_files_is_one_schema(prisma_engine, tmp_path):
    head, *models = SCHEMA.split("model ")
    (tmp_path / "models").mkdir()
    (tmp_path / "schema.prisma").write_text(head)
    for model in models:
        (tmp_path / "models" / f"{model.split()[0]}.prisma").write_text("model " + model)
    assert sorted(prisma_engine.ddl(tmp_path).split("\n")) == sorted(prisma_engine.ddl(SCHEMA).split("\n"))


def test_invalid_schema_is_refused_with_prismas_code(prisma_engine):
    with pytest.raises(PrismaError, match="Nowhere") as caught:
        prisma_engine.ddl(SCHEMA.replace("Book[]", "Nowhere[]"))
    assert caught.value.code == "P1012"
    assert "schema_engine_wasm" not in str(caught.value)
    assert prisma_engine.ddl(SCHEMA), "the engine goes on after a refusal"


def test_diff_of_two_schemas(prisma_engine):
    assert prisma_engine.diff(SCHEMA, SCHEMA) == ""
    indexed = SCHEMA.replace("references: [id])\n", "references: [id])\n\n  @@index([authorId])\n")
    assert 'CREATE INDEX "Book_authorId_idx" ON "Book"("authorId");' in prisma_engine.diff(SCHEMA, indexed)


def test_diff_of_a_live_database_to_its_schema(prisma_engine, database):
    database.psql(prisma_engine.ddl(SCHEMA))
    assert prisma_engine.diff_database_to_schema(database.dsn, SCHEMA) == ""

    database.psql('CREATE INDEX by_hand ON "Book" ("authorId")')
    assert 'DROP INDEX "by_hand";' in prisma_engine.diff_database_to_schema(database.dsn, SCHEMA)

    # How a foreign key acts is stored in columns of the one-byte "char" type.
    cascading = SCHEMA.replace("references: [id])", "references: [id], onDelete: Cascade, map: \"by_hand_fkey\")")
    assert "ON DELETE CASCADE" in prisma_engine.diff_database_to_schema(database.dsn, cascading)


def migration(folder: Path, name: str, sql: str) -> None:
    (folder / name).mkdir(exist_ok=True)
    (folder / name / "migration.sql").write_text(sql, encoding="utf-8")


def test_diff_of_a_live_database_with_constraints_that_prisma_does_not_know(prisma_engine, database):
    with database.connect() as connection:
        connection.execute(prisma_engine.ddl(SCHEMA))
        connection.execute("CREATE TABLE more (a int NOT NULL CHECK (a > 0), span int4range, EXCLUDE USING gist (span WITH &&))")
    drift = prisma_engine.diff_database_to_schema(database.dsn, SCHEMA)
    assert 'DROP TABLE "more"' in drift and drift.count("DROP") == 1



def test_deploy_fails_resolves_and_goes_on(prisma_engine, database, tmp_path):
    migration(tmp_path, "1_table", "CREATE TABLE t (id int PRIMARY KEY);")
    migration(tmp_path, "2_index", "CREATE INDEX i ON nowhere (id);")
    with pytest.raises(PrismaError, match="nowhere"):
        prisma_engine.deploy(database.dsn, tmp_path)
    with pytest.raises(PrismaError) as caught:
        prisma_engine.deploy(database.dsn, tmp_path)
    assert caught.value.code == "P3009"
    assert prisma_engine.diagnose(database.dsn, tmp_path)["failedMigrationNames"] == ["2_index"]

    migration(tmp_path, "2_index", "CREATE INDEX i ON t (id);")
    prisma_engine.mark_rolled_back(database.dsn, "2_index")
    assert prisma_engine.deploy(database.dsn, tmp_path) == ("2_index",)
    assert prisma_engine.deploy(database.dsn, tmp_path) == ()

    migration(tmp_path, "3_by_hand", "CREATE INDEX i ON t (id);")
    prisma_engine.mark_applied(database.dsn, tmp_path, "3_by_hand")
    assert prisma_engine.diagnose(database.dsn, tmp_path)["history"] is None
