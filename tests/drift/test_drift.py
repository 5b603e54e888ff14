"""`broxspec drift` against real servers."""

import re
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from conftest import Database

SCHEMA = """\
CREATE TABLE users (id int PRIMARY KEY, email text NOT NULL);
CREATE TABLE orders (id int PRIMARY KEY, user_id int REFERENCES users, status text, total int);
CREATE INDEX orders_status_idx ON orders (status);
CREATE INDEX orders_total_idx ON orders (total);
"""
SPEC = """\
kind: indexes
table: orders
indexes:
  - columns: [user_id, total desc]
    name: by_user
  - columns: [lower(status)]
    where: total > 10
    label: big
  - {drop: orders_total_idx, why: nobody asks}
"""


def url(database: Database, user: str = "postgres") -> str:
    server = database.server
    return f"postgresql:///{database.name}?host={quote(str(server.folder), safe='')}&port={server.port}&user={user}"


@pytest.fixture
def shop(folder: Any, database: Database) -> Any:
    """A project whose migration is frozen and has run."""
    folder.write("broxspec.toml", 'specs = ["specs"]\n')
    folder.write("schema.sql", SCHEMA)
    folder.write("specs/shop.yaml", "kind: database\nname: shop\nserver_version: 15\nschema: schema.sql\nrunner: psql\nmigrations: migrations\n")
    folder.write("specs/orders.yaml", SPEC)
    assert folder("compile").code == 0
    folder.commit()
    assert database.psql(SCHEMA).returncode == 0
    done = database.psql(file=folder.path / "migrations/0001_orders_indexes.sql")
    assert done.returncode == 0, done.stderr
    return folder


def found(folder: Any, database: Database, more: str = "") -> list[tuple[str, str]]:
    shown = folder(f"drift '{url(database)}' --format json {more}")
    assert shown.code in (0, 1), shown.err
    return [(one["rule"].removeprefix("drift-"), one["subject"].get("index", "")) for one in shown.json["diagnostics"]]


def test_no_drift(shop: Any, database: Database) -> None:
    shown = shop(f"drift '{url(database)}'")
    assert (shown.code, shown.out) == (0, "")
    assert shown.err.startswith("no findings in 2 tables, 5 indexes of postgresql:///")


def test_every_way_to_differ(shop: Any, database: Database) -> None:
    ddl = """
        DROP INDEX by_user; DROP INDEX orders_status_idx; CREATE INDEX orders_status_idx ON orders (status DESC);
        CREATE INDEX orders_total_idx ON orders (total); CREATE INDEX by_hand ON users (email);
        ALTER TABLE users ADD CONSTRAINT mail UNIQUE (email); CREATE TABLE nobodys (id int); CREATE INDEX ON nobodys (id);
    """
    assert database.psql(ddl).returncode == 0
    shown = shop(f"drift '{url(database)}' --format json")
    assert shown.code == 1
    by_index = {one["subject"]["index"]: one for one in shown.json["diagnostics"]}
    assert {name: one["rule"] for name, one in by_index.items()} == {
        "by_user": "drift-missing", "orders_status_idx": "drift-different", "orders_total_idx": "drift-undropped", "by_hand": "drift-foreign", "mail": "drift-foreign",
    }  # fmt: skip
    missing, different = by_index["by_user"], by_index["orders_status_idx"]
    assert (missing["path"], missing["line"]) == ("specs/orders.yaml", 4)
    assert "migrations/0001_orders_indexes.sql" in missing["help"] and "docs/runners/psql.md" in missing["help"]
    assert (different["path"], different["line"]) == ("schema.sql", 3)
    assert different["subject"]["found"] == "CREATE INDEX orders_status_idx ON public.orders USING btree (status DESC)"
    assert by_index["by_hand"]["path"].startswith("postgresql://") and by_index["by_hand"]["line"] is None
    text = shop(f"drift '{url(database)}'").out
    assert "`(status DESC)`" in text and "`(status)`" in text
    assert "5 findings" not in text and "2 errors, 3 warnings in 3 tables" in text


def test_drafts_are_not_missing(shop: Any, database: Database) -> None:
    shop.write("specs/orders.yaml", SPEC + "  - [status, total]\n")
    assert shop("compile").code == 0
    shown = shop(f"drift '{url(database)}'")
    assert shown.code == 0
    assert "not deployed yet, and no drift: 1 draft operation (`idx_orders_status_total`)" in shown.out
    assert database.psql("CREATE INDEX idx_orders_status_total ON orders (status, total)").returncode == 0
    shown = shop(f"drift '{url(database)}'")
    assert shown.code == 0
    assert "deployed already, though only a draft" in shown.out


def test_drafts_that_change_or_drop_may_be_there(shop: Any, database: Database) -> None:
    shop.write("specs/orders.yaml", SPEC.replace("total desc]", "total]").replace("    label: big\n", "    name: other\n"))
    assert shop("compile").code == 0
    assert found(shop, database) == [("pending", "")]
    draft = next(path for path in (shop.path / "migrations").iterdir() if path.name.startswith("0002"))
    assert database.psql(file=draft).returncode == 0
    assert found(shop, database) == [("pending", "")]
    assert "deployed already" in shop(f"drift '{url(database)}'").out


def test_a_killed_build(shop: Any, database: Database) -> None:
    """Of a migration of ours, of one by hand, and one that may be at work."""
    with database.connect() as one, database.connect() as other:
        one.execute("DROP INDEX by_user")
        one.execute("BEGIN")
        one.execute("INSERT INTO users VALUES (1, 'x')")
        one.execute("INSERT INTO orders VALUES (1, 1, 'a', 1)")
        for name in ("by_user", "by_hand"):
            other.execute("SET statement_timeout = '300ms'")
            with pytest.raises(Exception, match="statement timeout"):
                other.execute(f"CREATE INDEX CONCURRENTLY {name} ON orders (user_id, total DESC)")
        one.execute("ROLLBACK")
        shown = shop(f"drift '{url(database)}' --format json").json["diagnostics"]
        assert [(one["rule"], one["subject"]["index"]) for one in shown] == [("drift-invalid", "by_hand"), ("drift-invalid", "by_user")]
        assert "DROP INDEX CONCURRENTLY public.by_hand" in shown[0]["help"]
        assert "migrations/0001_orders_indexes.sql" in shown[1]["help"]
        other.execute("BEGIN")
        other.execute("LOCK TABLE orders IN SHARE UPDATE EXCLUSIVE MODE")
        assert "perhaps building it: look again" in shop(f"drift '{url(database)}'").out
        other.execute("ROLLBACK")
    again = database.psql(file=shop.path / "migrations/0001_orders_indexes.sql")
    assert again.returncode == 0, again.stderr
    assert found(shop, database) == [("invalid", "by_hand")]


def test_an_unfinished_rebuild(shop: Any, database: Database) -> None:
    shop.write("specs/orders.yaml", SPEC.replace("total desc]", "total]"))
    assert shop("compile").code == 0
    shop.commit()
    assert found(shop, database) == [("different", "by_user")]
    assert database.psql("CREATE INDEX by_user_new ON orders (user_id, total)").returncode == 0
    assert found(shop, database) == [("undropped", "by_user_new"), ("different", "by_user")]


def test_a_partitioned_index_in_build_is_no_leftover(folder: Any, database: Database) -> None:
    tables = """
        CREATE TABLE events (id int, at date) PARTITION BY RANGE (at);
        CREATE TABLE e1 PARTITION OF events FOR VALUES FROM ('2020-01-01') TO ('2021-01-01');
        CREATE TABLE e2 PARTITION OF events FOR VALUES FROM ('2021-01-01') TO ('2022-01-01') PARTITION BY RANGE (at);
        CREATE TABLE e21 PARTITION OF e2 FOR VALUES FROM ('2021-01-01') TO ('2021-07-01');
        CREATE TABLE e22 PARTITION OF e2 FOR VALUES FROM ('2021-07-01') TO ('2022-01-01');
    """
    folder.write("schema.sql", tables + "CREATE INDEX events_at ON events (at);")
    folder.write("specs/shop.yaml", "kind: database\nname: shop\nserver_version: 15\nschema: schema.sql\nrunner: psql\nmigrations: migrations\n")
    half = "CREATE INDEX events_at ON ONLY events (at); CREATE INDEX e2_at_idx ON ONLY e2 (at); ALTER INDEX events_at ATTACH PARTITION e2_at_idx;"
    half += "CREATE INDEX e22_at_idx ON e22 (at); ALTER INDEX e2_at_idx ATTACH PARTITION e22_at_idx;"
    assert database.psql(tables + half).returncode == 0
    shown = folder(f"drift '{url(database)}' --format json")
    assert shown.code == 1
    unfinished = [one for one in shown.json["diagnostics"] if one["rule"] == "drift-unfinished"]
    assert {one["subject"]["index"] for one in unfinished} == {"events_at", "e2_at_idx"}
    assert "`e1`, `e21` lack a part of it" in next(one["message"] for one in unfinished if one["subject"]["index"] == "events_at")
    assert not [one for one in shown.json["diagnostics"] if one["rule"] == "drift-invalid"]


def test_a_partitioned_index_of_ours_is_killed_in_a_leaf(folder: Any, database: Database) -> None:
    tables = """
        CREATE TABLE events (id int, at date) PARTITION BY RANGE (at);
        CREATE TABLE e1 PARTITION OF events FOR VALUES FROM ('2020-01-01') TO ('2021-01-01');
        CREATE TABLE e2 PARTITION OF events FOR VALUES FROM ('2021-01-01') TO ('2022-01-01');
    """
    folder.write("schema.sql", tables)
    folder.write("specs/shop.yaml", "kind: database\nname: shop\nserver_version: 15\nschema: schema.sql\nrunner: psql\nmigrations: migrations\n")
    folder.write("specs/events.yaml", "kind: indexes\ntable: events\nindexes:\n  - [at]\n")
    assert folder("compile --fail-on never").code == 0
    folder.commit()
    assert database.psql(tables + "CREATE INDEX idx_events_at ON ONLY events (at); CREATE INDEX e1_idx_events_at ON e1 (at);").returncode == 0
    assert found(folder, database) == [("unfinished", "idx_events_at")]
    assert database.psql("UPDATE pg_index SET indisvalid = false WHERE indexrelid = 'e1_idx_events_at'::regclass").returncode == 0
    shown = folder(f"drift '{url(database)}' --format json").json["diagnostics"]
    assert [(one["rule"], one["subject"]["index"]) for one in shown] == [("drift-invalid", "e1_idx_events_at"), ("drift-unfinished", "idx_events_at")]
    assert all("docs/runners/psql.md" in one["help"] for one in shown)
    migration = next((folder.path / "migrations").glob("0001*.sql"))
    done = database.psql(file=migration)
    assert done.returncode == 0, done.stderr
    assert found(folder, database) == []


def test_partitions_that_come_later_are_no_drift(folder: Any, database: Database) -> None:
    tables = "CREATE TABLE events (id int, at date) PARTITION BY RANGE (at); CREATE INDEX events_at ON events (at);"
    folder.write("schema.sql", tables)
    folder.write("specs/shop.yaml", "kind: database\nname: shop\nserver_version: 15\nschema: schema.sql\nrunner: psql\nmigrations: migrations\n")
    assert database.psql(tables + "CREATE TABLE e1 PARTITION OF events FOR VALUES FROM ('2020-01-01') TO ('2021-01-01');").returncode == 0
    assert found(folder, database) == []


def test_it_needs_no_rights_and_writes_nothing(shop: Any, database: Database) -> None:
    with database.connect() as connection:
        role = f"nobody_{database.name}"
        connection.execute(f"CREATE ROLE {role} LOGIN")
        connection.execute(f"REVOKE ALL ON SCHEMA public FROM public; REVOKE TEMP ON DATABASE {database.name} FROM public")
        before = _written(connection)
        shown = shop(f"drift '{url(database, role)}'")
        after = _written(connection)
        connection.execute(f"DROP ROLE {role}")
    assert (shown.code, shown.out) == (0, "")
    assert before == after


def test_the_session_refuses_to_write(database: Database) -> None:
    from broxspec.catalog.server import connected
    from broxspec.usage import UsageError

    with pytest.raises(UsageError, match="read-only transaction"), connected(url(database)) as connection:
        connection.execute("CREATE TABLE t (id int)")


def _written(connection: Any) -> tuple[Any, ...]:
    """The next number that a transaction gets which writes, and what was written in this database."""
    columns = "pg_current_snapshot()::text, tup_inserted, tup_updated, tup_deleted, temp_files"
    return connection.execute(f"SELECT {columns} FROM pg_stat_database WHERE datname = current_database()").fetchone()  # type: ignore[no-any-return]


def test_of_a_prisma_schema_only_what_it_shows(folder: Any, database: Database) -> None:
    folder.write(
        "schema.prisma",
        'datasource db {\n  provider = "postgresql"\n  url = env("X")\n}\nmodel t {\n  id Int @id\n  a Int\n  b Int\n  @@index([a, b])\n  @@index([b])\n}\n',
    )
    folder.write("specs/shop.yaml", "kind: database\nname: shop\nserver_version: 15\nschema: schema.prisma\nrunner: prisma 6.2.1\nmigrations: migrations\n")
    ddl = 'CREATE TABLE t (id int PRIMARY KEY, a int NOT NULL, b int NOT NULL); CREATE INDEX t_a_b_idx ON t (a) INCLUDE (b); CREATE INDEX t_b_idx ON t (b DESC);'
    assert database.psql(ddl).returncode == 0
    assert found(folder, database) == [("different", "t_b_idx")]


def test_of_several_databases_the_url_says_which(folder: Any, new_database: Any) -> None:
    one, two = new_database(), new_database()
    for database in (one, two):
        folder.write(f"{database.name}.sql", f"CREATE TABLE {database.name} (id int PRIMARY KEY);")
        text = f"kind: database\nname: {database.name}\nserver_version: 15\nschema: {database.name}.sql\nrunner: psql\nmigrations: migrations/{database.name}\n"
        folder.write(f"specs/{database.name}.yaml", text)
        assert database.psql(f"CREATE TABLE {database.name} (id int PRIMARY KEY)").returncode == 0
    assert found(folder, one) == found(folder, two) == []
    wrong = folder(f"drift '{url(one)}' --database {two.name}")
    assert wrong.code == 2 and f"has none of the 1 table of `{two.name}`" in wrong.err
    unknown = folder(f"drift '{url(one)}' --database other")
    assert unknown.code == 2
    third = new_database()
    assert "say which by `--database`" in folder(f"drift '{url(third)}'").err


def test_another_major_is_said(shop: Any, database: Database) -> None:
    shop.write("specs/shop.yaml", shop.read("specs/shop.yaml").replace("15", "18"))
    shown = shop(f"drift '{url(database)}'")
    assert shown.code == 0
    assert re.search(r"the server is PostgreSQL \d+, and `shop` is said to be 18", shown.out)


def test_tables_that_are_missing_are_one_note(shop: Any, database: Database) -> None:
    assert database.psql("DROP TABLE orders").returncode == 0
    assert found(shop, database) == [("no-table", "")]


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("drift postgresql://me:hunter2@localhost/shop", "has a password"),
        ("drift shop", "is not the URL of a server"),
        ("drift 'postgresql:///x?host=/nowhere&port=1'", "can't be read"),
        ("drift postgresql:///x --env moon", "no environment is called `moon`"),
        ("drift", "Missing argument 'URL'"),
    ],
)
def test_wrong_turns(folder: Any, line: str, said: str) -> None:
    folder.write("schema.sql", SCHEMA)
    folder.write("specs/shop.yaml", "kind: database\nname: shop\nserver_version: 15\nschema: schema.sql\nrunner: psql\nmigrations: migrations\n")
    shown = folder(line)
    assert (shown.code, shown.out) == (2, "")
    assert said in shown.err and "hunter2" not in shown.err


def test_specs_with_errors_say_nothing_of_a_server(folder: Any, database: Database) -> None:
    folder.write("specs/shop.yaml", "kind: database\nname: shop\n")
    shown = folder(f"drift '{url(database)}'")
    assert shown.code == 2 and "mend them first" in shown.err


def test_without_a_project(tmp_path: Path, folder: Any) -> None:
    assert folder("drift postgresql:///x").code == 2
