"""The fact files and the lookups on them: the same answers as a running server."""

from __future__ import annotations

from typing import Any

import pytest

from broxspec.data import refresh_postgres
from broxspec.postgres import casts, collations, extensions, keywords, limits, methods, opclasses, spelling, tables
from broxspec.postgres.types import Types, UserType


@pytest.fixture
def major(postgres: Any) -> int:
    with postgres.connect("postgres") as connection:
        return connection.info.server_version // 10000


def test_the_files_are_what_the_script_extracts(postgres: Any, database: Any, major: int) -> None:
    found, _, facts = refresh_postgres.extract(database.dsn)
    assert found == major
    present = {"", *(row[0] for row in database.connect().execute("select name from pg_available_extensions"))}
    for topic in refresh_postgres.TOPICS:
        written = {fact for fact, where in refresh_postgres.read(refresh_postgres.DATA / f"{topic}.tsv").items() if major in where}
        if topic in refresh_postgres.EXTENSIBLE:
            written = {fact for fact in written if fact[-1] in present}
        elif topic == "extensions":
            written = {fact for fact in written if fact[0] in present}
        assert facts[topic] == written, topic


def test_every_known_major_has_all_topics() -> None:
    assert tables.majors() == (13, 14, 15, 16, 17, 18)
    for topic in refresh_postgres.TOPICS:
        counts = [sum(1 for _ in tables.all_rows(topic, major)) for major in tables.majors()]
        assert min(counts) > 0.8 * max(counts) or topic == "collations", (topic, counts)


def test_default_operator_classes_are_the_servers(database: Any, major: int) -> None:
    connection = database.connect()
    for extension in ("citext", "btree_gin", "btree_gist", "hstore", "bloom"):
        connection.execute(f"create extension {extension}")
    connection.execute("create type mood as enum ('a'); create domain small as int; create domain tags as text[]; create type pair as (x int)")
    connection.execute("create type span as range (subtype = float8)")
    own = {
        "mood": UserType("enum"), "small": UserType("domain", "int4"), "tags": UserType("domain", "_text"),
        "pair": UserType("composite", fields={"x": "int4"}), "span": UserType("range", "float8"),
    }  # fmt: skip
    known = Types(major, ("citext", "btree_gin", "btree_gist", "hstore", "bloom"), own)
    names = [row[0] for row in tables.all_rows("types", major) if row[1] in "brm" and row[-1] in ("", "citext", "hstore")]
    used = """
      select o.opcname from pg_index i, pg_opclass o where i.indexrelid = 'probe'::regclass and o.oid = i.indclass[0]
    """
    for name in [*names, *own, "_mood", "_pair"]:
        try:
            connection.execute(f'create table t (c "{name}")')
        except Exception:
            continue
        for method in methods.names(major):
            try:
                connection.execute(f"create index probe on t using {method} (c)")
                theirs = connection.execute(used).fetchone()[0]
                connection.execute("drop index probe")
            except Exception as refused:
                # With `aclitem[]` the class is found, and then a comparison of its elements is not.
                if "no default operator class" not in str(refused):
                    continue
                theirs = None
            assert opclasses.default(method, name, major, known) == theirs, (method, name)
        connection.execute("drop table t")


def test_an_operator_class_takes_what_the_server_lets_it_take(database: Any, major: int) -> None:
    connection = database.connect()
    connection.execute("create extension pg_trgm")
    for method, opclass, type_name in (
        ("btree", "text_pattern_ops", "varchar"), ("btree", "varchar_pattern_ops", "text"), ("btree", "text_ops", "int4"), ("btree", "bpchar_ops", "text"),
        ("gin", "gin_trgm_ops", "varchar"), ("gin", "gin_trgm_ops", "bpchar"), ("gin", "gin_trgm_ops", "_text"), ("gin", "jsonb_path_ops", "json"),
        ("gin", "jsonb_path_ops", "jsonb"), ("gist", "inet_ops", "cidr"), ("brin", "int4_minmax_multi_ops", "int4"), ("hash", "text_ops", "varchar"),
    ):  # fmt: skip
        if not opclasses.known(method, opclass, major):
            continue
        connection.execute(f"create table t (c {type_name})")
        try:
            connection.execute(f"create index on t using {method} (c {opclass})")
            accepted = True
        except Exception:
            accepted = False
        connection.execute("drop table t")
        assert opclasses.accepts(method, opclass, type_name, major) is accepted, (method, opclass, type_name)
    assert opclasses.accepts("btree", "no_such_ops", "text", major) is None
    assert opclasses.accepts("btree", "text_ops", "no_such_type", major) is None


def test_methods_can_do_what_the_server_says(database: Any, major: int) -> None:
    connection = database.connect()
    for name in ("btree", "hash", "gist", "gin", "brin", "spgist"):
        query = "select bool_or(pg_indexam_has_property(oid, %s)) from pg_am where amname = %s"
        can = [connection.execute(query, [what, name]).fetchone()[0] for what in
               ("can_order", "can_unique", "can_multi_col", "can_include", "can_exclude")]  # fmt: skip
        method = methods.get(name, major)
        assert method is not None and list(method[1:6]) == can
    assert methods.get("rum", major) is None


SPELLINGS = [
    "int", "integer", "bigint", "smallint", "real", "double precision", "float", "float(24)", "float(25)", "decimal(10, 2)", "dec", "boolean",
    "character varying(40)", "character varying", "character(3)", "char", "char(4)", '"char"', "national character varying(3)", "nchar(2)",
    "bit(3)", "bit varying(8)", "bit", "timestamp", "timestamp(3)", "timestamp with time zone", "timestamp(0) with time zone", "timestamptz(6)",
    "time without time zone", "time(2) with time zone", "interval day to second(3)", "interval year", "interval(2)", "int[]", "int[3][3]",
    "integer array", "integer array[4]", "character varying(3)[]", "timestamp with time zone[]", "pg_catalog.int4", "pg_catalog.int4[]", "TEXT",
    "Numeric", "name", "json", "jsonb[]", "uuid", "regclass", "int4range",
]  # fmt: skip


def test_spellings_name_the_type_that_the_server_takes(database: Any) -> None:
    connection = database.connect()
    for written in SPELLINGS:
        oid = connection.execute(f"select null::{written}").description[0].type_code
        theirs = connection.execute("select typname from pg_type where oid = %s", [oid]).fetchone()[0]
        assert spelling.canonical(written) == theirs, written


@pytest.mark.parametrize(
    ("written", "internal"),
    [("serial", "int4"), ("BIGSERIAL", "int8"), ('"Mood"[]', "_Mood"), ('public."Mood"', "public.Mood"), ("auth.level", "auth.level")],
)
def test_spellings_of_serials_and_own_types(written: str, internal: str) -> None:
    assert spelling.canonical(written) == internal


def test_casts_are_as_volatile_as_their_way() -> None:
    known = Types(15, own={"mood": UserType("enum"), "small": UserType("domain", "int4")})
    assert casts.pathway("small", "int8", "implicit", known) == ("function", "immutable")
    assert casts.pathway("varchar", "text", "implicit", known) == ("binary", "immutable")
    assert casts.pathway("mood", "text", "explicit", known) == ("text", "stable")
    assert casts.pathway("mood", "text", "implicit", known) is None
    assert casts.pathway("_timestamptz", "_date", "explicit", known) == ("array", "stable")


def test_keywords_extensions_collations() -> None:
    assert keywords.category("select", 15) == "reserved"
    assert keywords.must_quote("order") and not keywords.must_quote("status") and not keywords.must_quote("broxiva")
    assert extensions.provides("pg_trgm", "opclasses", 15) == ("gin_trgm_ops", "gist_trgm_ops")
    assert extensions.provides("citext", "types", 15) == ("_citext", "citext")
    assert extensions.get("earthdistance", 15).requires == ("cube",)  # type: ignore[union-attr]
    assert collations.get("C", 15).deterministic  # type: ignore[union-attr]
    assert collations.get("unicode", 15) is None and collations.get("unicode", 16) is not None
    assert collations.get("en_US", 15) is None


def test_limits_are_those_that_the_server_enforces(database: Any) -> None:
    connection = database.connect()
    columns = [f"c{number}" for number in range(limits.INDEX_COLUMNS + 1)]
    connection.execute(f"create table wide ({', '.join(column + ' int' for column in columns)})")
    connection.execute(f"create index on wide ({', '.join(columns[:-1])})")
    with pytest.raises(Exception, match=f"cannot use more than {limits.INDEX_COLUMNS} columns in an index"):
        connection.execute(f"create index on wide ({', '.join(columns)})")
    connection.execute("create table long (body text); create index on long (body)")
    incompressible = "select string_agg(md5(n::text), '') from generate_series(1, 200) n"
    with pytest.raises(Exception, match=f"exceeds btree version 4 maximum {limits.BTREE_ROW_BYTES}"):
        connection.execute(f"insert into long {incompressible}")
    with pytest.raises(Exception, match="cannot exceed 10485760"):
        connection.execute(f"create table longer (c varchar({limits.VARCHAR_CHARACTERS + 1}))")
    assert connection.execute("show max_identifier_length").fetchone()[0] == str(limits.NAME_BYTES)
