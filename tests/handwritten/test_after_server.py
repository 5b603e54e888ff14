"""A live server as the state before hand-written migrations."""

from __future__ import annotations

import io
import json
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from conftest import Database, corpus_folder

from broxspec.catalog.model import Name
from broxspec.catalog.server import connected, read_connection, standing
from broxspec.catalog.sql import read_sql
from broxspec.cli import run
from broxspec.components import postgres as component
from broxspec.handwritten.judge import judged
from broxspec.handwritten.watch import Watch
from broxspec.project import Context
from broxspec.source import Source

ITEMS = sorted(path.stem for path in (corpus_folder() / "truth").glob("*.json")) or ["(no corpus)"]

DDL = """
CREATE EXTENSION citext;
CREATE SCHEMA shop;
CREATE TYPE shop.status AS ENUM ('new', 'paid');
CREATE FUNCTION shop.plain(text) RETURNS text IMMUTABLE LANGUAGE sql AS 'SELECT $1';
CREATE TABLE users (id bigint PRIMARY KEY, email citext, name text);
CREATE TABLE "Orders" (id bigint PRIMARY KEY, "userId" bigint REFERENCES users, total int, at timestamptz);
CREATE INDEX "Orders_total_idx" ON "Orders" (total);
ALTER TABLE "Orders" ADD CONSTRAINT there CHECK ("userId" IS NOT NULL) NOT VALID;
ALTER TABLE "Orders" ADD CONSTRAINT proven CHECK (total IS NOT NULL);
CREATE TABLE little (id int PRIMARY KEY, a int);
CREATE TABLE unknown (id int PRIMARY KEY, a int);
CREATE TABLE events (id int, at date) PARTITION BY RANGE (at);
CREATE TABLE events_1 PARTITION OF events FOR VALUES FROM ('2026-01-01') TO ('2026-06-01');
CREATE TABLE events_2 PARTITION OF events FOR VALUES FROM ('2026-06-01') TO ('2027-01-01');
CREATE VIEW paid AS SELECT id FROM "Orders";
CREATE TABLE shop.item (id int PRIMARY KEY, state shop.status, name text);
CREATE INDEX item_plain ON shop.item (shop.plain(name));
INSERT INTO little SELECT n, n FROM generate_series(1, 50) n;
ANALYZE little, events, events_1, events_2;
"""


def url(database: Database, **more: str) -> str:
    server = database.server
    rest = "".join(f"&{name}={quote(value, safe='')}" for name, value in more.items())
    return f"postgresql:///{database.name}?host={quote(str(server.folder), safe='')}&port={server.port}&user={component.server.SUPERUSER}{rest}"


def broxspec(*arguments: str, folder: Path) -> tuple[int, str, str]:
    out, err = io.StringIO(), io.StringIO()
    code = run(arguments, io.StringIO(), out, err, {}, folder)
    return code, out.getvalue(), err.getvalue()


@pytest.fixture
def audit(database: Database, tmp_path: Path) -> Any:
    """A function that audits migrations after the server's database, and gives the findings."""
    database.psql(DDL)

    def found(*texts: str, prefix: str = "", first: str = "") -> list[dict[str, Any]]:
        files = []
        for number, text in enumerate(texts, 1):
            (tmp_path / f"{number:04}_new.sql").write_text(text, encoding="utf-8", newline="\n")
            files.append(f"{number:04}_new.sql")
        code, out, err = broxspec("audit", first or url(database), *files, "--format", "json", folder=tmp_path)
        assert not err and code in (0, 1), err
        return [one for one in json.loads(out)["diagnostics"] if one["code"].startswith(prefix) and one["code"] != "MG108"]

    return found


def codes(found: list[dict[str, Any]]) -> list[tuple[str, int | None]]:
    return [(one["code"], one["line"]) for one in found]


def test_statements_are_judged_against_the_server(audit: Any) -> None:
    assert codes(audit('CREATE INDEX o ON "Orders" ("userId", at);\n', prefix="MG")) == [("MG101", 1)]
    assert codes(audit("CREATE INDEX o ON orders (at);\n", prefix="SP")) == [("SP302", 1)]
    assert codes(audit("CREATE TABLE fresh (id int PRIMARY KEY, a int);\nCREATE INDEX f ON fresh (a);\n", prefix="MG")) == []
    assert codes(audit("CREATE VIEW paid AS SELECT 1;\nCREATE TYPE shop.status AS ENUM ();\n", prefix="SP")) == [("SP302", 1), ("SP302", 2)]
    two = audit('ALTER TABLE "Orders" ADD note text;\n', 'CREATE INDEX CONCURRENTLY n ON "Orders" (note);\n', prefix="")
    assert [one for one in codes(two) if one[1] is not None] == []


def test_what_the_server_has_itself_is_found_as_before(audit: Any, database: Database, tmp_path: Path) -> None:
    alone = json.loads(broxspec("audit", url(database), "--format", "json", folder=tmp_path)[1])["diagnostics"]
    assert ("IX101", None) in codes(alone)
    assert audit("CREATE TABLE fresh (id int PRIMARY KEY);\n") == alone
    assert ("IX101", None) not in codes(audit('CREATE INDEX CONCURRENTLY o ON "Orders" ("userId");\n'))
    changed = audit('ALTER TABLE "Orders" ADD note text;\n')
    assert [(one["code"], one["subject"], one["line"]) for one in changed] == [(one["code"], one["subject"], one["line"]) for one in alone]


def test_rows_are_the_server_s_own(audit: Any, database: Database) -> None:
    build = "CREATE INDEX i ON {} (a);\n"
    assert codes(audit(build.format("little"), prefix="MG")) == []
    assert codes(audit(build.format("unknown"), prefix="MG")) == [("MG101", 1)]
    assert codes(audit("CREATE INDEX i ON events (at);\n", prefix="MG")) == []
    database.psql("INSERT INTO little SELECT n, n FROM generate_series(51, 20000) n; ANALYZE little;")
    assert codes(audit(build.format("little"), prefix="MG")) == [("MG101", 1)]
    with connected(url(database)) as connection:
        rows = standing.rows(connection, read_connection(connection, "here"))
    # The statistics count beside ANALYZE, and are late at times.
    assert 20000 <= rows.pop(Name("public", "little")) <= 40000
    assert {str(name): count for name, count in rows.items()} == {"events": 0, "events_1": 0, "events_2": 0}


def test_checks_that_are_not_valid_prove_nothing(audit: Any) -> None:
    assert codes(audit('ALTER TABLE "Orders" ALTER "userId" SET NOT NULL;\n', prefix="MG")) == [("MG112", 1)]
    assert codes(audit('ALTER TABLE "Orders" ALTER total SET NOT NULL;\n', prefix="MG")) == []
    assert codes(audit('ALTER TABLE "Orders" VALIDATE CONSTRAINT there;\n', 'ALTER TABLE "Orders" ALTER "userId" SET NOT NULL;\n', prefix="MG")) == []


def test_an_invalid_index_is_there_and_invalid(audit: Any, database: Database) -> None:
    database.psql('UPDATE pg_index SET indisvalid = false WHERE indexrelid = \'"Orders_total_idx"\'::regclass')
    assert ("IX111", None) in codes(audit("CREATE TABLE fresh (id int PRIMARY KEY);\n"))
    assert ("IX111", None) in codes(audit('ALTER TABLE "Orders" ADD note text;\n'))
    kept = audit('CREATE INDEX CONCURRENTLY IF NOT EXISTS "Orders_total_idx" ON "Orders" (total);\n')
    assert ("MG106", 1) in codes(kept) and ("IX111", None) in codes(kept)
    assert audit('DROP INDEX CONCURRENTLY "Orders_total_idx";\n', prefix="IX111") == []


def test_the_search_path_is_that_of_the_database(audit: Any, database: Database) -> None:
    assert codes(audit("CREATE INDEX i ON item (name);\n", prefix="SP")) == [("SP302", 1)]
    database.psql(f"ALTER DATABASE {database.name} SET search_path = \"$user\", shop, public")
    assert codes(audit("CREATE INDEX i ON item (name);\n", prefix="SP")) == []


def test_usage(audit: Any, database: Database, tmp_path: Path) -> None:
    (tmp_path / "a.sql").write_text("SELECT 1;\n")
    (tmp_path / "a.prisma").write_text("model a {\n  id Int @id\n}\n")
    here = url(database)
    wrong = [("a.sql", here), (here, here), (here, "a.prisma"), (here, "nowhere.sql"), (url(database, password="hush"), "a.sql")]
    for arguments in wrong:
        code, out, err = broxspec("audit", *arguments, folder=tmp_path)
        assert code == 2 and not out, arguments
        assert err.startswith("error:") and "help" in err and "hush" not in err


@pytest.mark.parametrize("name", ITEMS)
def test_the_state_before_is_the_server_s(name: str, corpus: Path, new_database: Any) -> None:
    """Read as a state and not touched, each table is the server's; touched, it is the same but for what cannot be said in DDL."""
    database: Database = new_database()
    ddl = next(path for path in (corpus / f"sql/{name}.sql", corpus / f"prisma/{name}.ddl.sql") if path.exists())
    database.server.psql(database.name, file=ddl, options=("-v", "ON_ERROR_STOP=0"))
    with connected(url(database)) as connection:
        catalog = read_connection(connection, "here")
        before = standing.before(connection, catalog)
    after, wrong = read_sql([Source("new.sql", "SELECT 1;\n")], major=15, before=before)
    assert not wrong
    assert dict(after.tables) == dict(catalog.tables) and dict(after.relations) == dict(catalog.relations)
    assert sorted(after.functions) == sorted(catalog.functions)
    tables = [table for table in catalog.tables.values() if table.kind != "matview"]
    text = "".join(f'ALTER TABLE "{table.schema}"."{table.name}" REPLICA IDENTITY NOTHING;\n' for table in tables if table.kind != "foreign")
    touched, wrong = read_sql([Source("new.sql", text)], major=15, before=before)
    assert not wrong
    for table in tables:
        now = touched.tables[table.qualified]
        assert [(index.name, index.definition, index.valid) for index in sorted(now.indexes, key=lambda one: one.name)] == [
            (index.name, index.definition, index.valid) for index in sorted(table.indexes, key=lambda one: one.name)
        ]
        assert sorted(key._replace(at=None) for key in now.foreign_keys) == sorted(key._replace(at=None) for key in table.foreign_keys)


def test_every_major(major_server: Any) -> None:
    """What a server tells of its tables, and the advice on NOT NULL, which 18 has a form of its own for."""
    major = major_server.installation.major
    database = Database("standing", major_server.createdb("standing"), major_server)
    try:
        database.psql("CREATE TABLE counted (id int, a int); INSERT INTO counted SELECT n, n FROM generate_series(1, 70) n; CREATE TABLE never (id int, a int);")
        database.psql("ALTER TABLE counted ADD CONSTRAINT c CHECK (a IS NOT NULL) NOT VALID, ADD CONSTRAINT d CHECK (id > 0); ANALYZE counted;")
        with connected(url(database)) as connection:
            catalog = read_connection(connection, "here")
            before, rows = standing.before(connection, catalog), standing.rows(connection, catalog)
        counted = Name("public", "counted")
        assert list(rows) == [counted] and 70 <= rows[counted] <= 140
        assert before.unproven == {(counted, "c")} and before.search_path == ("$user", "public")
        watch = Watch(Path("/nowhere"))
        watch.after, wrong = read_sql([Source("new.sql", "ALTER TABLE never ALTER a SET NOT NULL;")], major=major, watch=watch, before=before)
        assert not wrong
        (found,) = [one for one in judged(watch.migrations(), Context(watch.after, watch.after, major)) if one.code == "MG112"]
        with database.connect() as own:
            for line in found.help.split("\n")[1:]:
                own.execute(line)
            assert own.execute("SELECT attnotnull FROM pg_attribute WHERE attrelid = 'never'::regclass AND attname = 'a'").fetchone() == (True,)
    finally:
        major_server.dropdb("standing")
