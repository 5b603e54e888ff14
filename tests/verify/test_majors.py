"""Index migrations are proven on every major that broxspec knows, each with the kinds of index that it has."""

import pytest
from verify_projects import INDEXES, PRISMA, SCHEMA, Project

from broxspec.catalog.server import read_server
from broxspec.catalog.sql import read_sql
from broxspec.components.postgres import Server
from broxspec.source import Source
from catalog.catalog_differences import differences

DOCUMENTS = """\
CREATE EXTENSION pg_trgm;
CREATE TABLE documents (
    id bigint PRIMARY KEY, owner text NOT NULL, title text NOT NULL, slug text UNIQUE, body jsonb, place point,
    valid tstzrange, made timestamptz NOT NULL, code int
);
"""
# What a `kind: indexes` document may ask for, by the first major that can do it.
FEATURES = {
    13: [
        "{columns: [made desc nulls last, id], with: {deduplicate_items: 'off', fillfactor: 70}}",
        "{columns: [{column: title, collation: C, opclass: text_pattern_ops}], include: [owner]}",
        "{columns: [{column: title, opclass: gist_trgm_ops, opclass_options: {siglen: 32}}], using: gist}",
        "{columns: [{column: body, opclass: jsonb_path_ops}], using: gin, with: {fastupdate: 'off'}}",
        "{columns: [valid], using: gist, include: [owner]}",
        "{columns: [place], using: spgist}",
        "{columns: [owner], using: hash}",
        "{columns: [made], using: brin, with: {pages_per_range: 32, autosummarize: 'on'}}",
        "{columns: [\"(date_part('year', made at time zone 'UTC'))\"], where: code is not null, label: coded}",
        "{columns: [(lower(title)), owner], unique: true, where: \"owner in ('a', 'b')\", label: known}",
    ],
    14: [
        "{columns: [title], using: spgist, include: [owner]}",
        "{columns: [(extract(year from made at time zone 'UTC'))]}",  # before, the server stores a call of date_part
        "{columns: [{column: id, opclass: int8_minmax_multi_ops, opclass_options: {values_per_range: 16}}], using: brin}",
        "{columns: [{column: owner, opclass: text_bloom_ops}], using: brin}",
        "{columns: [\"(body['kind'])\"]}",
    ],
    15: ["{columns: [code, owner], unique: true, nulls_not_distinct: true}"],
    16: ["{columns: [slug], where: title IS JSON, label: json}"],
    17: ["{columns: [{column: slug, collation: pg_c_utf8}]}"],
    18: ["{columns: [(casefold(title))]}"],
}
def indexes(major: int) -> str:
    asked = [item for first, items in FEATURES.items() if first <= major for item in items]
    return f"{INDEXES}---\n{documents(*asked)}"


def documents(*asked: str) -> str:
    items = "".join(f"  - {{name: documents_{number}, {item[1:]}\n" for number, item in enumerate(asked))
    return f"kind: indexes\ntable: documents\nindexes:\n{items}"


@pytest.fixture
def major(major_server: Server, monkeypatch) -> int:
    """`verify` rehearses on the server of this major, which is already there."""
    monkeypatch.setattr("broxspec.rehearsal.bench.Bench.server", lambda bench, target: major_server)
    with major_server.connect() as connection:
        for (name,) in connection.execute("SELECT datname FROM pg_database WHERE datname ~ '^rehearsal_'").fetchall():
            major_server.dropdb(name)
    return major_server.installation.major


def proven(project: Project, major: int) -> None:
    ran = project.compile().verify()
    assert ran.code == 0, ran.out
    assert "unproven" not in ran.out
    assert f"on PostgreSQL {major}." in ran.verdict and "the target is" not in ran.verdict


def test_psql_migrations(tmp_path, major):
    proven(Project(tmp_path, "psql", SCHEMA + DOCUMENTS, indexes(major), major), major)


def test_prisma_migrations(tmp_path, major, missing):
    from broxspec.components import prisma_engine

    if not prisma_engine.find():
        missing("Prisma's schema engine", "not installed; run `python3 .ci/install.py`")
    proven(Project(tmp_path, "prisma 6.2.1", PRISMA, version=major), major)


# Expressions and predicates may call what a later migration makes: those that are too new, the server of `verify` refuses.
@pytest.mark.parametrize(
    ("first", "item"),
    [(first, item) for first, items in FEATURES.items() for item in items if first > 13 and "(" not in item and "where" not in item],
)
def test_what_a_major_can_not_do_yet_is_a_finding(tmp_path, first, item):
    ran = Project(tmp_path, "psql", SCHEMA + DOCUMENTS, documents(item), first - 1).broxspec("lint")
    assert ran.code == 1 and "> specs/indexes.yaml:" in ran.out, ran.out


def test_a_live_server_is_read_as_its_sql_is(major_server, tmp_path, major):
    """The server's catalog and the SQL that made it, read alike: what a project with every kind of index has compiled to."""
    project = Project(tmp_path, "psql", SCHEMA + DOCUMENTS, indexes(major), major).compile()
    migrations = sorted((project.folder / "migrations").glob("*.sql"))
    texts = [SCHEMA + DOCUMENTS, *(path.read_text("utf-8") for path in migrations)]
    dsn = major_server.createdb("read_alike")
    try:
        for text in texts:
            ran = major_server.psql("read_alike", text)
            assert ran.returncode == 0, ran.stderr
        live = read_server(dsn)
    finally:
        major_server.dropdb("read_alike")
    read, _ = read_sql([Source(f"{number}.sql", text) for number, text in enumerate(texts)], major=major)
    assert differences(read, live) == []
