"""What schemas in use do and tidy examples do not, reduced to the smallest case; each is compared with PostgreSQL."""

import pytest
from catalog.sql_oracle import disagreements
from conftest import Database

from broxspec.catalog.model import Name
from broxspec.catalog.sql import read_sql
from broxspec.source import Source

TABLES = "CREATE TABLE host (id int PRIMARY KEY); CREATE TABLE packet (id int PRIMARY KEY, host_id int);\n"
ADD_KEYS = "ALTER TABLE packet ADD CONSTRAINT host_fk FOREIGN KEY (host_id) REFERENCES host; CREATE INDEX ON packet (host_id);"

CALLED = {
    "a function in SQL": f"CREATE FUNCTION Add_Keys() RETURNS void AS $$ {ADD_KEYS} $$ LANGUAGE sql; SELECT ADD_KEYS();",
    "one in PL/pgSQL": f"CREATE FUNCTION add_keys() RETURNS void AS $$ BEGIN {ADD_KEYS} RETURN; END; $$ LANGUAGE plpgsql; SELECT add_keys();",
    "a procedure": f"CREATE PROCEDURE add_keys() AS $$ BEGIN {ADD_KEYS} END $$ LANGUAGE plpgsql; CALL add_keys();",
    "from a block": f"CREATE FUNCTION add_keys() RETURNS void AS $$ {ADD_KEYS} $$ LANGUAGE sql; DO $$ BEGIN PERFORM public.add_keys(); END $$;",
    "through another": f"""
        CREATE FUNCTION add_keys() RETURNS void AS $$ {ADD_KEYS} $$ LANGUAGE sql;
        CREATE FUNCTION migrate() RETURNS void AS $$ BEGIN PERFORM add_keys(); ALTER TABLE host ADD seen date; END $$ LANGUAGE plpgsql;
        SELECT migrate();""",
    "twice, which fails as a whole": f"""
        CREATE FUNCTION add_keys() RETURNS void AS $$ BEGIN {ADD_KEYS} END $$ LANGUAGE plpgsql;
        SELECT add_keys(); ALTER TABLE packet DROP CONSTRAINT IF EXISTS nothing; SELECT add_keys();""",
    "replaced before the call": f"""
        CREATE FUNCTION add_keys() RETURNS void AS $$ BEGIN DROP TABLE host; END $$ LANGUAGE plpgsql;
        CREATE OR REPLACE FUNCTION add_keys() RETURNS void AS $$ BEGIN {ADD_KEYS} END $$ LANGUAGE plpgsql; SELECT add_keys();""",
    "with guards": """
        CREATE FUNCTION add_keys() RETURNS void AS $$ BEGIN
            ALTER TABLE IF EXISTS packet ADD COLUMN IF NOT EXISTS size int; CREATE INDEX IF NOT EXISTS packet_size ON packet (size);
        END $$ LANGUAGE plpgsql; SELECT add_keys(); SELECT add_keys();""",
}


@pytest.mark.parametrize("call", CALLED.values(), ids=CALLED)
def test_functions_of_plain_statements_are_carried_out_when_called(call: str, database: Database) -> None:
    assert disagreements(database, TABLES + call) == []
    catalog, found = read_sql([Source("x.sql", TABLES + call)])
    assert [d.code for d in found if d.code == "SP303"] == []
    assert catalog.tables[Name("public", "packet")].indexes[1:]


UNKNOWN = {
    "a condition": "CREATE FUNCTION f() RETURNS void AS $$ BEGIN IF EXISTS (SELECT 1) THEN DROP TABLE host; END IF; END $$ LANGUAGE plpgsql; SELECT f();",
    "dynamic SQL": "CREATE FUNCTION f() RETURNS void AS $$ BEGIN EXECUTE 'DROP TABLE host'; END $$ LANGUAGE plpgsql; SELECT f();",
    "from a block": "CREATE FUNCTION f() RETURNS void AS $$ BEGIN EXECUTE 'DROP TABLE host'; END $$ LANGUAGE plpgsql; DO $$ BEGIN PERFORM f(); END $$;",
    "two of one name": """
        CREATE FUNCTION f() RETURNS void AS $$ DROP TABLE host $$ LANGUAGE sql; CREATE FUNCTION f(int) RETURNS void AS $$ SELECT 1 $$ LANGUAGE sql;
        SELECT f(1);""",
    "a search path of its own": "CREATE FUNCTION f() RETURNS void SET search_path = s AS $$ DROP TABLE host $$ LANGUAGE sql; SELECT f();",
}


@pytest.mark.parametrize("call", UNKNOWN.values(), ids=UNKNOWN)
def test_calls_that_could_do_anything_are_warnings(call: str) -> None:
    catalog, found = read_sql([Source("x.sql", TABLES + call)])
    assert [d.code for d in found] == ["SP303"]
    assert Name("public", "host") in catalog.tables


def test_a_function_that_is_never_called_changes_nothing(database: Database) -> None:
    assert disagreements(database, f"{TABLES}CREATE FUNCTION f() RETURNS void AS $$ {ADD_KEYS} $$ LANGUAGE sql;") == []


def test_a_table_rebuilt_by_a_query_keeps_its_types(database: Database) -> None:
    rebuilt = """
        CREATE TABLE run (id int PRIMARY KEY, dag varchar(250), at timestamptz);
        CREATE TABLE task (id bigint, dag varchar(250), run int, at timestamptz);
        CREATE TABLE new_task AS SELECT t.id, t.dag, r.id AS run, t.at FROM task AS t JOIN run AS r ON r.dag = t.dag AND r.at = t.at;
        DROP TABLE task; ALTER TABLE new_task RENAME TO task; ALTER TABLE task ADD PRIMARY KEY (id);
        ALTER TABLE task ADD FOREIGN KEY (run) REFERENCES run;
    """
    assert disagreements(database, rebuilt) == []


def test_databases_and_roles_made_on_condition_are_no_warning() -> None:
    text = "SELECT 'CREATE DATABASE shop' WHERE NOT EXISTS (SELECT FROM pg_database WHERE datname = 'shop')\\gexec\nCREATE TABLE t (id int);\n"
    assert read_sql([Source("x.sql", text)])[1] == ()
    made = "SELECT format('CREATE INDEX ON t (%I)', n) FROM unnest('{a,b}'::text[]) AS n \\gexec\n"
    assert [(d.code, d.span.text) for d in read_sql([Source("x.sql", made)])[1]] == [("SP303", "\\gexec")]


def test_a_partition_keeps_its_own_index_whatever_the_order_of_its_keys(database: Database) -> None:
    parts = """
        CREATE TABLE event (at date, kind int, id int) PARTITION BY RANGE (at);
        CREATE TABLE event_old PARTITION OF event FOR VALUES FROM ('2000-01-01') TO ('2020-01-01');
        CREATE TABLE event_new PARTITION OF event FOR VALUES FROM ('2020-01-01') TO ('2040-01-01');
        CREATE INDEX event_old_at ON event_old (at DESC, kind); CREATE INDEX event_old_kind ON event_old (kind) INCLUDE (id);
        CREATE INDEX event_at ON event (at, kind DESC NULLS LAST);
        CREATE INDEX event_kind ON ONLY event (kind) INCLUDE (at);
        ALTER INDEX event_kind ATTACH PARTITION event_old_kind;
        CREATE INDEX event_new_kind ON event_new (kind DESC) INCLUDE (at);
        ALTER INDEX event_kind ATTACH PARTITION event_new_kind;
    """
    assert disagreements(database, parts) == []
