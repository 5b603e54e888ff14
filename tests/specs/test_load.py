"""A project as a whole: specs, schema and queries, for each environment."""

import pytest

from broxspec.config import load_config
from broxspec.load import load, project

SHOP = "kind: database\nname: shop\nserver_version: 15\nschema: {schema}\nenvironments: [staging, production]\n"
ORDERS = "kind: indexes\ntable: orders\nindexes:\n  - columns: [status]\n    serves: [open_orders]\n"
TABLE = "CREATE TABLE orders (id int PRIMARY KEY, status text);\n"


@pytest.fixture
def read(tmp_path):
    def read(schema="schema.sql", **files):
        given = {"broxspec.toml": "", "specs/a.yaml": SHOP.format(schema=schema), "specs/b.yaml": ORDERS, "schema.sql": TABLE, **files}
        for name, text in given.items():
            path = tmp_path / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8", newline="\n")
        config, found = load_config(tmp_path, tmp_path)
        loaded, more = load(config, display=tmp_path)
        found += more
        projects = {}
        for environment in loaded.environments:
            projects[environment], more = project(loaded, environment)
            found += more
        return projects, found

    return read


def test_a_project(read):
    projects, found = read(**{"specs/workload/queries.sql": "-- name: open_orders\nSELECT 1;\n  --name:x\n"})
    assert not found
    assert list(projects) == ["staging", "production"]
    (database,) = projects["staging"].databases
    assert database.name == "shop" and database.spec.major == 15
    assert [spec.name for spec in database.models["indexes"]] == ["idx_orders_status"]
    assert database.models["indexes"][0].index.at.path == "specs/b.yaml"
    assert [index.name for index in database.wanted.indexes()] == ["orders_pkey", "idx_orders_status"]
    assert [index.name for index in database.current.indexes()] == ["orders_pkey"]
    assert projects["staging"].queries == {"open_orders", "x"}


def test_what_is_the_same_in_all_environments_is_made_once(read):
    projects, _ = read()
    staging, production = (project.databases[0] for project in projects.values())
    assert staging.source is production.source and staging.wanted is production.wanted
    assert all(one is other for one, other in zip(staging.models["indexes"], production.models["indexes"], strict=True))


def test_several_sources_are_one_schema(read):
    alter = "ALTER TABLE orders ADD COLUMN total int;\n"
    projects, found = read("[schema.sql, more.sql]", **{"more.sql": alter})
    assert not found
    (table,) = projects["staging"].databases[0].source.tables.values()
    assert [column.name for column in table.columns] == ["id", "status", "total"]


def test_a_folder_of_migrations(read):
    projects, found = read("migrations", **{"migrations/0001_a.sql": TABLE, "migrations/0002_b.sql": "CREATE INDEX x ON orders (status);\n"})
    assert not found
    assert [index.name for index in projects["staging"].databases[0].source.indexes()] == ["orders_pkey", "x"]


def test_a_prisma_schema(read):
    text = 'datasource db {\n  provider = "postgresql"\n  url = env("X")\n}\nmodel Order {\n  id Int @id\n  status String\n  @@map("orders")\n}\n'
    projects, found = read("prisma", **{"prisma/schema.prisma": text, "prisma/migrations/1/migration.sql": ""})
    assert not found
    assert [index.name for index in projects["staging"].databases[0].wanted.indexes()] == ["orders_pkey", "idx_orders_status"]


def test_a_schema_that_is_not_there(read):
    projects, found = read("[schema.sql, nowhere.sql]")
    (finding,) = found
    assert (finding.code, finding.span.path, finding.span.text) == ("SP170", "specs/a.yaml", "nowhere.sql")
    assert len(projects["staging"].databases[0].source.tables) == 1


def test_one_broken_file_hides_nothing_else(read):
    projects, found = read(**{"specs/c.yaml": "kind: [\n", "specs/d.yaml": "kind: indexes\ntable: orders\nindexes:\n  - [id, status]\n"})
    assert [finding.span.path for finding in found] == ["specs/c.yaml"]
    assert len(projects["production"].databases[0].models["indexes"]) == 2


def test_an_overlay_of_one_environment(read):
    projects, found = read(**{"specs/c.yaml": "kind: database\nname: shop\nenvironment: staging\nplatform: rds\n"})
    assert not found
    assert {name: project.databases[0].spec.platform for name, project in projects.items()} == {"staging": "rds", "production": "self-hosted"}
