"""Names that PostgreSQL makes up: the same names, whatever the lengths, alphabets and collisions."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from broxspec.postgres import names
from broxspec.postgres.expression_names import expression_name
from broxspec.sql.parser import parse_expression

# One, two, three and four bytes a character: cuts must fall between characters.
LETTERS = st.sampled_from("abcXY_ é漢😀")
IDENTIFIERS = st.text(LETTERS, min_size=1, max_size=70).map(names.clip)


def quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


@pytest.fixture(scope="module")
def server(postgres: Any) -> Any:
    name = "names_of_objects"
    postgres.createdb(name)
    connection = postgres.connect(name)
    yield connection
    connection.close()
    postgres.dropdb(name)


@pytest.fixture
def schema(server: Any) -> Any:
    yield server
    server.execute("drop schema public cascade; create schema public")


def indexes_of(server: Any, table: str) -> list[str]:
    query = "select c.relname from pg_index i join pg_class c on c.oid = i.indexrelid where i.indrelid = %s::regclass order by c.oid"
    return [row[0] for row in server.execute(query, [quoted(table)])]


def constraints_of(server: Any, table: str, kinds: str) -> list[str]:
    query = "select conname from pg_constraint where conrelid = %s::regclass and contype = any(%s) order by oid"
    return [row[0] for row in server.execute(query, [quoted(table), list(kinds)])]


@given(table=IDENTIFIERS, columns=st.lists(IDENTIFIERS, min_size=1, max_size=4, unique=True))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=40)
def test_names_of_any_length_and_alphabet(server: Any, table: str, columns: list[str]) -> None:
    listed = ", ".join(map(quoted, columns))
    with server.transaction(force_rollback=True):
        server.execute(f"create table {quoted(table)} ({', '.join(quoted(column) + ' int' for column in columns)}, primary key ({listed}))")
        server.execute(f"alter table {quoted(table)} add unique ({listed})")
        server.execute(f"create index on {quoted(table)} ({listed})")
        server.execute(f"create index on {quoted(table)} ({listed})")
        server.execute(f"alter table {quoted(table)} add foreign key ({listed}) references {quoted(table)} ({listed})")
        server.execute(f"alter table {quoted(table)} add check ({quoted(columns[0])} > 0)")
        made = indexes_of(server, table)
        keys, checks = constraints_of(server, table, "f"), constraints_of(server, table, "c")
    relations = {table}
    ours = []
    for constraint in ("primary", "unique", None, None):
        ours.append(names.index(table, columns, constraint, relations, relations))
        relations.add(ours[-1])
    assert ours == made
    assert [names.constraint(table, columns, "fkey", relations)] == keys
    assert [names.constraint(table, columns[:1], "check", relations)] == checks


def test_expressions_repeats_and_included_columns_count(schema: Any) -> None:
    schema.execute("create table t (a int, b int, body text)")
    schema.execute("create index on t (lower(body), upper(body), lower(body))")
    schema.execute("create index on t ((a + b), (a - b), a)")
    schema.execute("create index on t (a) include (b)")
    schema.execute("create index on t (a, a)")
    relations = {"t"}
    for keys in (["lower", "upper", "lower"], [None, None, "a"], ["a", "b"], ["a", "a"]):
        relations.add(names.index("t", keys, None, relations))
    assert {"t", *indexes_of(schema, "t")} == relations
    assert "t_lower_upper_lower1_idx" in relations
    assert "t_expr_expr1_a_idx" in relations


def test_an_index_may_share_a_constraints_name_but_not_the_reverse(schema: Any) -> None:
    schema.execute("create table t (a int constraint t_a_key check (a > 0), b int constraint t_b_idx check (b > 0))")
    schema.execute("alter table t add unique (a); create index on t (b)")
    assert indexes_of(schema, "t") == ["t_a_key1", "t_b_idx"]
    taken = {"t_a_key", "t_b_idx"}
    assert names.index("t", ["a"], "unique", {"t"}, taken) == "t_a_key1"
    assert names.index("t", ["b"], None, {"t"}, taken) == "t_b_idx"


def test_collisions_are_those_of_the_whole_schema(schema: Any) -> None:
    schema.execute("create view t_a_idx as select 1; create sequence t_a_idx1")
    schema.execute("create table t (a int); create index on t (a)")
    assert indexes_of(schema, "t") == ["t_a_idx2"] == [names.index("t", ["a"], None, {"t", "t_a_idx", "t_a_idx1"})]


def test_checks_of_none_and_of_several_columns(schema: Any) -> None:
    schema.execute("create table t (a int, b int, check (a > 0 and a < 9), check (a > b), check (1 > 0), check (a > 5))")
    assert constraints_of(schema, "t", "c") == ["t_a_check", "t_check", "t_check1", "t_a_check1"]
    taken: set[str] = set()
    for columns in (["a"], None, None, ["a"]):
        taken.add(names.constraint("t", columns, "check", taken))
    assert taken == {"t_a_check", "t_check", "t_check1", "t_a_check1"}


def test_sequences_and_exclusions(schema: Any) -> None:
    schema.execute("create view t_id_seq as select 1; create table t (id serial, r int4range, exclude using gist (r with &&))")
    assert indexes_of(schema, "t") == ["t_r_excl"] == [names.index("t", ["r"], "exclusion", {"t"})]
    assert schema.execute("select pg_get_serial_sequence('t', 'id')").fetchone()[0] == "public.t_id_seq1"
    assert names.sequence("t", "id", {"t", "t_id_seq"}) == "t_id_seq1"


EXPRESSIONS = [
    "lower(b)", "pg_catalog.lower(b)", "(a)", "a + 1", "a::text", "(a + 1)::text", "1::int8", "b collate \"C\"", "case when a > 1 then b end",
    "case when a > 1 then b else lower(b) end", "coalesce(a, 1)", "nullif(a, 1)", "greatest(a, 1)", "least(a, 1)", "array[a]", "row(a)::text",
    "extract(year from d)", "d at time zone 'UTC'", "c[1]", "(p).x", "trim(b)", "substring(b from 1)", "position('a' in b)", "b like 'x'",
    "a is null", "not (a > 1)", "a in (1, 2)", "date_trunc('day', d)", "b || 'x'", "-a", "(b::varchar(3))", "j -> 'a'", "(j ->> 'a')::int",
    "overlay(b placing 'x' from 1)", "cast(a as numeric(10,2))", "xmlserialize(content xmlparse(content b) as text)", "(c::text[])[1]",
]  # fmt: skip


def test_index_columns_of_expressions_have_the_servers_names(schema: Any) -> None:
    major = schema.info.server_version // 10000
    schema.execute("create type pair as (x int, y int)")
    schema.execute("create table t (a int, b text, c text[], d timestamp, p pair, j jsonb)")
    schema.execute("create function anything(text) returns int language sql immutable as 'select 1'")
    checked = 0
    for text in EXPRESSIONS:
        try:
            schema.execute(f"create index probe on t (({text}))")
        except Exception:
            continue
        theirs = schema.execute("select attname from pg_attribute where attrelid = 'probe'::regclass").fetchone()[0]
        schema.execute("drop index probe")
        node = parse_expression(text)
        assert isinstance(node, dict)
        if "ColumnRef" not in node:
            assert names.index_columns([expression_name(node, major)]) == [theirs], text
            checked += 1
    assert checked > 28


def test_extract_is_date_part_before_14() -> None:
    node = parse_expression("extract(year from d)")
    assert isinstance(node, dict)
    assert (expression_name(node, 13), expression_name(node, 14)) == ("date_part", "extract")
