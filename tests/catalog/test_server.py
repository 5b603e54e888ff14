"""The live server reader, on a real server: what it reads is what PostgreSQL's catalog has."""

import io
import json
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from conftest import Database, corpus_folder

from broxspec.catalog.json import document
from broxspec.catalog.model import Catalog, Name, Type
from broxspec.catalog.server import connected, read_server
from broxspec.cli import run
from broxspec.components import postgres as component
from broxspec.usage import UsageError

ITEMS = sorted(path.stem for path in (corpus_folder() / "truth").glob("*.json")) or ["(no corpus)"]


def url(database: Database, user: str = "") -> str:
    """The database's socket as a URL, as a person would give it."""
    server = database.server
    login = f"&user={user}" if user else f"&user={component.server.SUPERUSER}"
    return f"postgresql:///{database.name}?host={quote(str(server.folder), safe='')}&port={server.port}{login}"


def broxspec(*arguments: str, folder: Path) -> tuple[int, str, str]:
    out, err = io.StringIO(), io.StringIO()
    code = run(arguments, io.StringIO(), out, err, {}, folder)
    return code, out.getvalue(), err.getvalue()


@pytest.fixture
def item(request: pytest.FixtureRequest, corpus: Path, corpus_database: Any) -> tuple[Database, dict[str, Any]]:
    """A corpus schema in a real server, and its truth."""
    truth = json.loads((corpus / f"truth/{request.param}.json").read_text("utf-8"))
    return corpus_database(request.param), truth


@pytest.mark.parametrize("item", ITEMS, indirect=True)
def test_corpus_is_read_as_its_truth_says(item: tuple[Database, dict[str, Any]]) -> None:
    database, truth = item
    read = document(read_server(url(database)))
    assert [f"{t['schema']}.{t['name']}" for t in read["tables"] if t["kind"] != "matview"] == sorted(truth["tables"]["list"])
    for wanted in truth["indexes"]:
        found = [i for i in read["indexes"] if (i["schema"], i["table"], i["name"]) == (wanted["schema"], wanted["table"], wanted["name"])]
        # The truth has keys as pg_get_indexdef prints them; names as stored are without quotes.
        assert [{field: i[field] for field in wanted} for i in found] == [{**wanted, "keys": [key.strip('"') for key in wanted["keys"]]}]
    assert len(read["indexes"]) == len(truth["indexes"])
    keys = [{field: key[field] for field in truth["foreign_keys"][0]} for key in read["foreign_keys"]] if truth["foreign_keys"] else []
    assert _sorted(keys) == _sorted(truth["foreign_keys"])


@pytest.mark.parametrize("item", ITEMS, indirect=True)
def test_audit_of_a_server_finds_what_the_truth_says(item: tuple[Database, dict[str, Any]], tmp_path: Path) -> None:
    database, truth = item
    _, out, err = broxspec("audit", url(database), "--format", "json", folder=tmp_path)
    assert not err
    found: dict[str, list[dict[str, Any]]] = {}
    for diagnostic in json.loads(out)["diagnostics"]:
        found.setdefault(diagnostic["rule"], []).append(diagnostic["subject"])
        assert diagnostic["line"] is None
    unindexed = [[s["schema"], s["table"], s["constraint"]] for s in found.get("unindexed-foreign-key", [])]
    assert sorted(unindexed) == sorted(truth["unindexed_fks_lenient"])
    groups = [{**s, "indexes": sorted(s["indexes"])} for s in found.get("duplicate-index", [])]
    assert _sorted(groups) == _sorted({**group, "indexes": sorted(group["indexes"])} for group in truth["exact_duplicate_indexes"])
    pairs = [(s["schema"], s["table"], s["index"], cover) for s in found.get("redundant-index", []) for cover in s["covered_by"]]
    assert sorted(pairs) == sorted((p["schema"], p["table"], p["redundant"], p["covered_by"]) for p in truth["prefix_redundant"])


def _sorted(objects: Any) -> list[Any]:
    return sorted(objects, key=lambda value: json.dumps(value, sort_keys=True))


DDL = """
CREATE SCHEMA shop;
CREATE TYPE shop.status AS ENUM ('new', 'paid');
CREATE DOMAIN shop.email AS varchar(200) NOT NULL CHECK (VALUE LIKE '%@%');
CREATE FUNCTION shop.slug(text) RETURNS text IMMUTABLE LANGUAGE sql AS 'SELECT lower($1)';
CREATE TABLE shop.users (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    email shop.email,
    "Name" varchar(40) COLLATE "C" DEFAULT 'x',
    tags text[],
    price numeric(12, 2) CHECK (price > 0),
    at timestamp(3) with time zone,
    short text GENERATED ALWAYS AS (left("Name", 3)) STORED
);
CREATE UNLOGGED TABLE shop.orders (
    id serial PRIMARY KEY,
    user_id bigint CONSTRAINT to_user REFERENCES shop.users ON DELETE CASCADE ON UPDATE SET NULL DEFERRABLE INITIALLY DEFERRED,
    status shop.status NOT NULL DEFAULT 'new',
    during tstzrange,
    CONSTRAINT no_overlap EXCLUDE USING gist (during WITH &&),
    UNIQUE (user_id, status)
);
CREATE INDEX several ON shop.users ("Name" COLLATE "POSIX" text_pattern_ops DESC NULLS LAST, lower(email), at DESC)
    INCLUDE (price) WITH (fillfactor = 70) WHERE price > 10 AND email IS NOT NULL;
CREATE INDEX tagged ON shop.users USING gin (tags) WITH (fastupdate = off);
CREATE INDEX of_expression ON shop.users (("Name" || 'x'), (email COLLATE "C"));
CREATE UNIQUE INDEX identity ON shop.orders (status);
ALTER TABLE shop.orders REPLICA IDENTITY USING INDEX identity;
ALTER TABLE shop.orders CLUSTER ON identity;
CREATE VIEW shop.paid AS SELECT * FROM shop.orders WHERE status = 'paid';
CREATE MATERIALIZED VIEW shop.totals AS SELECT user_id, count(*) FROM shop.orders GROUP BY 1;
CREATE INDEX of_totals ON shop.totals (user_id);
CREATE TABLE events (id int, at date NOT NULL, user_id bigint REFERENCES shop.users) PARTITION BY RANGE (at);
CREATE TABLE events_2026 PARTITION OF events FOR VALUES FROM ('2026-01-01') TO ('2027-01-01');
CREATE INDEX events_at ON events (at);
CREATE INDEX events_user ON ONLY events (user_id);
CREATE TABLE animals (name text);
CREATE TABLE cats (lives int) INHERITS (animals);
CREATE TEMP TABLE gone (id int);
"""


@pytest.fixture
def shop(database: Database) -> Database:
    result = database.psql(DDL)
    assert result.returncode == 0, result.stderr
    return database


@pytest.fixture
def read(shop: Database) -> Catalog:
    return read_server(url(shop))


def test_tables(read: Catalog) -> None:
    kinds = {str(name): table.kind for name, table in read.tables.items()}
    assert kinds == {
        "shop.users": "table",
        "shop.orders": "table",
        "shop.totals": "matview",
        "events": "partitioned",
        "events_2026": "table",
        "animals": "table",
        "cats": "table",
    }
    orders = read.tables[Name("shop", "orders")]
    assert (orders.persistence, orders.replica_identity) == ("unlogged", "index:identity")
    events, year = read.tables[Name("public", "events")], read.tables[Name("public", "events_2026")]
    assert (events.partition_key, events.partition) == ("RANGE (at)", None)
    assert (year.parents, year.partition) == ((Name("public", "events"),), "FOR VALUES FROM ('2026-01-01') TO ('2027-01-01')")
    assert read.tables[Name("public", "cats")].parents == (Name("public", "animals"),)


def test_columns(read: Catalog) -> None:
    users = read.tables[Name("shop", "users")]
    assert [column.type for column in users.columns] == [
        Type("int8"),
        Type("email", "shop"),
        Type("varchar", modifiers=(40,)),
        Type("text", dimensions=1),
        Type("numeric", modifiers=(12, 2)),
        Type("timestamptz", modifiers=(3,)),
        Type("text"),
    ]
    identity, _, name, *_, short = users.columns
    assert (identity.identity, identity.not_null) == ("always", True)
    assert (name.collation, name.default) == ("C", "'x'::character varying")
    assert short.generated == "stored"
    assert [check.expression.normal for check in users.checks] == ["price > 0"]


def test_indexes(read: Catalog) -> None:
    users = read.tables[Name("shop", "users")]
    several = users.index("several")
    name, email, at = several.keys
    assert (name.column, name.opclass, name.order, name.nulls, name.collation) == ("Name", "text_pattern_ops", "desc", "last", "POSIX")
    assert (email.column, email.expression.normal, email.opclass, email.collation) == (None, "lower(email)", None, None)
    assert (at.order, at.nulls) == ("desc", "first")
    assert (several.include, several.storage) == (("price",), (("fillfactor", "70"),))
    assert several.predicate.normal == "(price > 10) AND (email IS NOT NULL)"
    assert (users.index("tagged").method, users.index("tagged").storage) == ("gin", (("fastupdate", "off"),))
    # An expression has its columns' collation unless it says otherwise; COLLATE around a bare column is the column's.
    assert [(key.column, key.collation) for key in users.index("of_expression").keys] == [(None, None), ("email", "C")]
    orders = read.tables[Name("shop", "orders")]
    assert {index.name: index.constraint for index in orders.indexes} == {
        "identity": None,
        "no_overlap": "exclusion",
        "orders_pkey": "primary",
        "orders_user_id_status_key": "unique",
    }
    assert orders.index("no_overlap").operators == ("&&",)
    assert orders.index("identity").clustered
    events, year = read.tables[Name("public", "events")], read.tables[Name("public", "events_2026")]
    assert {index.name: index.valid for index in events.indexes} == {"events_at": True, "events_user": False}
    assert [index.parent for index in year.indexes] == [Name("public", "events_at")]
    assert [index.name for index in read.tables[Name("shop", "totals")].indexes] == ["of_totals"]


def test_foreign_keys(read: Catalog) -> None:
    (key,) = read.tables[Name("shop", "orders")].foreign_keys
    assert (key.name, key.columns, key.ref_schema, key.ref_table, key.ref_columns) == ("to_user", ("user_id",), "shop", "users", ("id",))
    assert (key.on_delete, key.on_update, key.deferrable, key.initially_deferred) == ("cascade", "set null", True, True)
    assert [key.inherited for key in read.tables[Name("public", "events")].foreign_keys] == [False]
    assert [key.inherited for key in read.tables[Name("public", "events_2026")].foreign_keys] == [True]


def test_a_key_to_a_partitioned_table_is_one_key(database: Database) -> None:
    database.psql("""
        CREATE TABLE parent (id int PRIMARY KEY) PARTITION BY RANGE (id);
        CREATE TABLE parent_1 PARTITION OF parent FOR VALUES FROM (1) TO (10);
        CREATE TABLE parent_2 PARTITION OF parent FOR VALUES FROM (10) TO (20);
        CREATE TABLE child (parent_id int REFERENCES parent);
    """)
    child = read_server(url(database)).tables[Name("public", "child")]
    assert [key.ref_table for key in child.foreign_keys] == ["parent"]


def test_the_rest(read: Catalog) -> None:
    assert read.enums[Name("shop", "status")].labels == ("new", "paid")
    email = read.domains[Name("shop", "email")]
    assert (email.type, email.not_null, len(email.checks)) == (Type("varchar", modifiers=(200,)), True, 1)
    assert [(f.name, f.volatility, f.arguments) for f in read.functions] == [("slug", "immutable", (Type("text"),))]
    assert read.schemas == ("public", "shop")
    assert read.relations == {
        Name("shop", "paid"): "view",
        Name("shop", "orders_id_seq"): "sequence",
        Name("shop", "users_id_seq"): "sequence",
    }
    span = read.tables[Name("shop", "users")].at
    assert not span.has_place and span.path.startswith("postgresql:///")


def test_what_an_extension_owns_is_left_out(database: Database, missing: Any) -> None:
    result = database.psql("CREATE TABLE own (id int); CREATE EXTENSION pg_trgm; CREATE EXTENSION seg; CREATE TABLE kept (name text)")
    if result.returncode:
        missing("PostgreSQL's contrib extensions", result.stderr.strip())
    database.psql("CREATE INDEX ON kept USING gin (name gin_trgm_ops)")
    read = read_server(url(database))
    assert sorted(map(str, read.tables)) == ["kept", "own"]
    assert [index["opclasses"] for index in document(read)["indexes"]] == [["public.gin_trgm_ops"]]
    assert read.extension_schemas == {"pg_trgm": "public", "seg": "public"}
    assert (read.extensions, read.functions, read.opclasses) == (("pg_trgm", "seg"), (), ())


def test_an_ordinary_role_may_read(shop: Database) -> None:
    role = f"reader_{shop.name}"
    with shop.connect() as connection:
        connection.execute(f"CREATE ROLE {role} LOGIN")
        try:
            assert read_server(url(shop, role)).tables.keys() == read_server(url(shop)).tables.keys()
        finally:
            connection.execute(f"DROP ROLE {role}")


def test_nothing_can_be_written(shop: Database) -> None:
    with pytest.raises(UsageError, match="read-only transaction"), connected(url(shop)) as connection:
        connection.execute("CREATE TABLE public.mine (id int)")


@pytest.mark.parametrize("installation", component.installations(), ids=lambda installation: str(installation.major))
def test_every_major_at_hand(installation: component.Installation) -> None:
    with component.Server(installation) as server:
        name = "every_major"
        dsn = server.createdb(name)
        with server.connect(name) as connection:
            connection.execute(DDL)
        read = read_server(dsn)
        assert len(read.tables) == 7
        assert sum(1 for _ in read.indexes()) == 12
        assert read.tables[Name("shop", "users")].column("tags").type == Type("text", dimensions=1)


def test_a_server_that_is_not_there(tmp_path: Path) -> None:
    code, out, err = broxspec("audit", f"postgresql:///x?host={tmp_path}&port=1", folder=tmp_path)
    assert (code, out) == (2, "")
    assert err.startswith("error: `postgresql:///x?") and "can't be read" in err
    assert len(err.splitlines()) == 1


@pytest.mark.parametrize("secret", ["postgresql://me:hunter2@localhost/x", "postgres://localhost/x?user=me&password=hunter2"])
def test_a_password_in_the_arguments_is_refused(secret: str, tmp_path: Path) -> None:
    code, out, err = broxspec("audit", secret, folder=tmp_path)
    assert (code, out) == (2, "")
    assert "hunter2" not in err
    assert "PGPASSWORD" in err and "pgpass" in err


def test_an_empty_server_is_a_wrong_argument(database: Database, tmp_path: Path) -> None:
    code, _, err = broxspec("audit", url(database), folder=tmp_path)
    assert code == 2
    assert "no table found" in err
