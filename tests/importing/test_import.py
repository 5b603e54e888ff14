"""`broxspec import` as a person meets it."""

import os
from typing import Any
from urllib.parse import quote

import pytest

from broxspec.importing.layout import layout

SCHEMA = """\
-- Dumped from database version 14.9 (Debian 14.9-1)
CREATE TABLE users (id int PRIMARY KEY, email text NOT NULL UNIQUE);
CREATE TABLE orders (id int PRIMARY KEY, user_id int REFERENCES users, status text, total int, during tsrange, EXCLUDE USING gist (during WITH &&));
CREATE INDEX idx_orders_status ON orders (status);
CREATE INDEX by_status ON orders (status, total DESC) WHERE status <> 'done';
CREATE INDEX idx_orders_status_total ON orders (status, total);
CREATE INDEX idx_orders_total_done ON orders USING btree (lower(status), total DESC NULLS LAST) INCLUDE (id) WITH (fillfactor = 70) WHERE status = 'done';
"""
ORDERS = """\
kind: indexes
table: orders
indexes:
  - columns: [status, total desc]
    where: status <> 'done'
    name: by_status
  # IX103 index `idx_orders_status` of `orders` is a leading part of `idx_orders_status_total`
  - [status]
  - [status, total]
  - columns: [lower(status), total desc nulls last]
    where: status = 'done'
    include: [id]
    with: {fillfactor: 70}
    name: idx_orders_total_done
  # not here: `orders_during_excl`, which backs an exclusion constraint
  # IX101 foreign key `orders_user_id_fkey` of `orders` has no index on `user_id`; to add it:
  # - [user_id]
"""


def test_begins_a_project(folder: Any) -> None:
    folder.write("schema.sql", SCHEMA)
    made = folder("import schema.sql")
    assert made.code == 0
    assert made.out == "wrote broxspec.toml\nwrote specs/database/shop.yaml\nwrote specs/indexes/orders.yaml\n"
    assert "4 indexes of 1 table; 1 index left out (1 exclusion constraint); 1 foreign key without an index" in made.err
    assert sorted(folder.files) == ["broxspec.toml", "schema.sql", "specs/database/shop.yaml", "specs/indexes/orders.yaml"]
    lines = [line for line in folder.read("specs/indexes/orders.yaml").splitlines()]
    assert sorted(lines) == sorted(ORDERS.splitlines())
    assert folder.read("specs/database/shop.yaml") == 'kind: database\nname: shop\nserver_version: "14.9"\nschema: schema.sql\nrunner: psql\nmigrations: migrations\n'.replace('"', "'")
    assert folder("compile --fail-on never").code == 0
    assert not any(path.startswith("migrations") for path in folder.files)


def test_the_comment_is_the_index_to_add(folder: Any) -> None:
    folder.write("schema.sql", SCHEMA)
    folder("import schema.sql")
    text = folder.read("specs/indexes/orders.yaml")
    folder.write("specs/indexes/orders.yaml", text.replace("  # - [user_id]", "  - [user_id]"))
    assert "IX101" not in folder("lint").out
    assert "idx_orders_user_id" in folder("plan").out


def test_writes_nothing_on_a_dry_run(folder: Any) -> None:
    folder.write("schema.sql", SCHEMA)
    made = folder("import schema.sql --dry-run --diff")
    assert made.code == 0
    assert "would write specs/indexes/orders.yaml" in made.out
    assert "+kind: indexes" in made.out
    assert list(folder.files) == ["schema.sql"]


def test_overwrites_nothing(folder: Any) -> None:
    folder.write("schema.sql", SCHEMA)
    folder("import schema.sql")
    before = folder.files
    again = folder("import schema.sql")
    assert again.code == 0 and folder.files == before
    assert "1 table left alone that had specs (orders)" in again.err
    folder.write("specs/indexes/orders.yaml", "# nothing yet\n")
    before = folder.files
    blocked = folder("import")
    assert blocked.code == 2 and folder.files == before
    assert "`specs/indexes/orders.yaml` is already there" in blocked.err


def test_into_a_project_from_its_own_source(folder: Any) -> None:
    folder.write("schema.sql", SCHEMA + "CREATE INDEX idx_users_email ON users (lower(email));\n")
    folder.write("broxspec.toml", 'specs = ["specs"]\n')
    folder.write("specs/db.yaml", "kind: database\nname: a\nserver_version: 15\nschema: schema.sql\nrunner: psql\nmigrations: migrations\n")
    folder.write("specs/x.yaml", "kind: indexes\ntable: orders\nindexes:\n  - [user_id]\n")
    made = folder("import")
    assert made.out == "wrote specs/indexes/users.yaml\n"
    assert folder.read("specs/indexes/users.yaml") == "kind: indexes\ntable: users\nindexes:\n  - columns: [lower(email)]\n    name: idx_users_email\n"


def test_from_another_schema_only_what_the_source_has(folder: Any) -> None:
    folder.write("schema.sql", SCHEMA)
    folder.write("broxspec.toml", 'specs = ["specs"]\n')
    folder.write("specs/db.yaml", "kind: database\nname: a\nserver_version: 15\nschema: schema.sql\nrunner: psql\nmigrations: migrations\n")
    folder.write("newer.sql", SCHEMA + "CREATE INDEX newer ON orders (total);")
    made = folder("import newer.sql")
    assert made.code == 0
    text = folder.read("specs/indexes/orders.yaml")
    assert "  # not here: `newer`, which the schema source of the database does not have so\n" in text
    folder("compile --fail-on never")
    assert not any(path.startswith("migrations") for path in folder.files)


def test_one_of_several_databases(folder: Any) -> None:
    folder.write("schema.sql", SCHEMA)
    for name in ("a", "b"):
        folder.write(f"specs/{name}.yaml", f"kind: database\nname: {name}\nserver_version: 15\nschema: schema.sql\nrunner: psql\nmigrations: migrations/{name}\n")
    assert folder("import").code == 2
    assert "did you mean" in folder("import --database aa").err
    assert folder("import --database b").out == "wrote specs/indexes/b/orders.yaml\n"
    assert folder.read("specs/indexes/b/orders.yaml").startswith("kind: indexes\ndatabase: b\ntable: orders\n")
    assert folder("lint --fail-on error").code == 0


def test_what_rules_about_specs_say_is_ignored_and_shown(folder: Any) -> None:
    folder.write("schema.sql", "CREATE TABLE t (id int PRIMARY KEY, a boolean NOT NULL, b int); CREATE INDEX idx_t_b ON t (b) WHERE a = true OR a = false OR a IS NULL;\nCREATE TYPE s AS ENUM ('x', 'y'); CREATE TABLE u (s s NOT NULL, id int primary key); CREATE INDEX ON u (id) WHERE s IN ('x', 'y');")
    audited = folder("audit schema.sql --format json").json
    folder("import schema.sql")
    assert "# broxspec: ignore[IX208] imported as it was" in folder.read("specs/indexes/u.yaml")
    linted = folder("lint --format json").json
    assert [one["code"] for one in linted["diagnostics"]] == [one["code"] for one in audited["diagnostics"]]


def test_nothing_to_read_is_usage(folder: Any) -> None:
    assert "no schema was named" in folder("import").err
    assert folder("import missing.sql").code == 2
    folder.write("empty.sql", "SELECT 1;")
    assert folder("import empty.sql").code == 2
    refused = folder("import postgresql://me:secret@localhost/shop")
    assert refused.code == 2 and "secret" not in refused.err and "password" in refused.err
    assert list(folder.files) == ["empty.sql"]


def test_specs_with_errors_are_not_added_to(folder: Any) -> None:
    folder.write("schema.sql", SCHEMA)
    folder.write("specs/x.yaml", "kind: indexes\ntable: [\n")
    made = folder("import schema.sql")
    assert made.code == 2 and "mend them first" in made.err
    assert len(folder.files) == 2


def test_from_a_server(folder: Any, database: Any) -> None:
    ddl = """
        CREATE TABLE t (id int PRIMARY KEY, a int, b text); CREATE INDEX ON t (a); CREATE INDEX bad ON t (b);
        CREATE TABLE p (id int, at date) PARTITION BY RANGE (at); CREATE TABLE p1 PARTITION OF p FOR VALUES FROM ('2020-01-01') TO ('2021-01-01');
        CREATE INDEX p_at ON p (at); CREATE INDEX own ON p1 (id); CREATE MATERIALIZED VIEW m AS SELECT a FROM t; CREATE INDEX m_a ON m (a);
        UPDATE pg_index SET indisvalid = false WHERE indexrelid = 'bad'::regclass;
    """
    assert database.psql(ddl).returncode == 0
    server = database.server
    url = f"postgresql:///{database.name}?host={quote(str(server.folder), safe='')}&port={server.port}&user=postgres"
    made = folder(f"import '{url}'")
    assert made.code == 0, made.err
    assert {path for path in folder.files if "indexes" in path} == {f"specs/indexes/{name}.yaml" for name in ("m", "p", "p1", "t")}
    assert "# not here: `bad`, which is INVALID" in folder.read("specs/indexes/t.yaml")
    assert "# not here: `p1_at_idx`, which is the part of `p_at` in this partition" in folder.read("specs/indexes/p1.yaml")
    assert "2 indexes left out (1 INVALID, 1 part of a partitioned index)" in made.err
    text = folder.read(f"specs/database/{database.name}.yaml")
    assert f"schema: {url}\n" in text and "PGPASSWORD" in text
    assert folder("compile --fail-on never").code == 0
    assert not any(path.startswith("migrations") for path in folder.files)


@pytest.mark.parametrize(
    ("files", "runner", "migrations"),
    [
        ({"prisma/schema.prisma": "", "package.json": '{"devDependencies": {"prisma": "^6.2.1"}}'}, "prisma 6.2.1", "prisma/migrations"),
        ({"prisma/schema.prisma": "", "node_modules/prisma/package.json": '{"version": "7.4.0"}'}, "prisma 7.4.0", "prisma/migrations"),
        ({"prisma/schema.prisma": "", "package.json": "no json"}, "prisma", "prisma/migrations"),
        ({"prisma/schema.prisma": "", "prisma/migrations/migration_lock.toml": ""}, "prisma", "prisma/migrations"),
        ({"manage.py": ""}, "django", ""),
        ({"alembic.ini": "[alembic]\nscript_location = %(here)s/db/alembic\n"}, "alembic", "db/alembic/versions"),
        ({"sql/V1__a.sql": "", "sql/R__b.sql": ""}, "flyway", "sql"),
        ({"src/main/resources/db/migration/V1__a.sql": ""}, "flyway", "src/main/resources/db/migration"),
        ({"migrations/0001_a.up.sql": "", "migrations/0001_a.down.sql": ""}, "golang-migrate", "migrations"),
        ({"migrations/0001_a.sql": "-- +goose Up\n"}, "goose", "migrations"),
        ({"db/migrations/20200101_a.sql": "-- migrate:up\n"}, "dbmate", "db/migrations"),
        ({"migrations/0001_a.sql": "SELECT 1;"}, "psql", "migrations"),
        ({}, "psql", "migrations"),
    ],
)
def test_the_runner_is_told_by_the_layout(folder: Any, files: dict[str, str], runner: str, migrations: str) -> None:
    for path, text in files.items():
        folder.write(path, text)
    schema = ["prisma/schema.prisma"] if runner.startswith("prisma") else ["schema.sql"]
    assert layout(folder.path, schema)[:2] == (runner, migrations)


def test_a_prisma_schema_of_several_files(folder: Any) -> None:
    folder.write("prisma/schema/a.prisma", "")
    assert layout(folder.path, ["prisma/schema"]).migrations == "prisma/schema/migrations"
    folder.write("prisma/migrations/migration_lock.toml", "")
    assert layout(folder.path, ["prisma/schema"]).migrations == "prisma/migrations"


def test_what_is_said_of_a_redundant_index_leads_to_its_end(folder: Any) -> None:
    """An imported index stays when its spec forgets it, so that it has to be dropped by name."""
    folder.write("schema.sql", "CREATE TABLE o (id int PRIMARY KEY, a int, b int);\nCREATE INDEX short ON o (a);\nCREATE INDEX long ON o (a, b);\n")
    folder("import schema.sql")
    found = folder("lint --format json").json["diagnostics"]
    assert [one["help"] for one in found if one["code"] == "IX103"] == [
        "remove it from the spec, and add `replaces: [short]` to `long`, which drops it"
    ]


def test_a_run_that_was_cut_off_can_be_run_again(folder: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """What says that there is a project comes last; else the next run would find one without specs."""
    folder.write("schema.sql", SCHEMA)
    real, left = os.replace, [1]

    def killed(source: Any, target: Any) -> None:
        if not left:
            raise KeyboardInterrupt
        left.pop()
        real(source, target)

    monkeypatch.setattr(os, "replace", killed)
    folder("import schema.sql")
    assert "broxspec.toml" not in folder.files
    monkeypatch.setattr(os, "replace", real)
    for path in [path for path in folder.files if path.startswith("specs/") and not path.endswith(".broxspec-new")]:
        (folder.path / path).unlink()
    assert folder("import schema.sql").code == 0
    assert folder("lint").code in (0, 1)
