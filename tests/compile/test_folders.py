"""Two databases whose migrations lie in one folder."""

import pytest


def _two(shop, folder):
    shop.write("audit.sql", "CREATE TABLE things (id int PRIMARY KEY, a int);\n")
    shop.write("specs/audit.yaml", f"kind: database\nname: audit\nserver_version: 15\nschema: audit.sql\nrunner: psql\nmigrations: {folder}\n")
    shop.write("specs/orders.yaml", "kind: indexes\ndatabase: shop\ntable: orders\nindexes:\n  - {columns: [total], name: a}\n")
    shop.write("specs/things.yaml", "kind: indexes\ndatabase: audit\ntable: things\nindexes:\n  - {columns: [a], name: b}\n")
    return shop.branch()


@pytest.mark.parametrize("folder", ["migrations", "./migrations/../migrations", "migrations/audit", "."])
def test_it_is_refused(shop, folder):
    _two(shop, folder)
    before = shop.tree()
    assert shop.run("compile") == 1
    assert "SP515" in shop.output
    assert shop.tree() == before


def test_a_link_to_the_folder_is_the_folder(shop):
    _two(shop, "linked").write("migrations/.keep", "")
    (shop.root / "linked").symlink_to("migrations")
    assert shop.run("compile") == 1
    assert "SP515" in shop.output


def test_folders_beside_each_other(shop):
    _two(shop, "audit-migrations").compile()
    assert shop.files("*migrations/*.sql") == ["audit-migrations/0001_create_b.sql", "migrations/0001_create_a.sql"]
