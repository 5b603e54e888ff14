"""Index specs: the shorthands, and that a spec makes the index that the same SQL would make."""

import pytest

from broxspec.catalog.model import Name
from broxspec.catalog.sql import read_sql
from broxspec.kinds.indexes.model import read, to_index, want
from broxspec.migrations.fragments import fragments_of
from broxspec.specs.parse import parse
from broxspec.source import Source

SCHEMA = """
CREATE EXTENSION pg_trgm;
CREATE TYPE status AS ENUM ('PENDING', 'DONE');
CREATE DOMAIN email AS text;
CREATE TABLE orders (
    id int PRIMARY KEY, "userId" int, status status, title varchar(40) COLLATE "C", mail email, tags text[], data jsonb, total numeric(12,2),
    at timestamptz, UNIQUE (title)
);
CREATE INDEX old_idx ON orders ("userId");
"""


def specs_of(*items, schema="public"):
    text = f"kind: indexes\ntable: {schema + '.' if schema != 'public' else ''}orders\nindexes:\n" + "".join(f"  - {item}\n" for item in items)
    documents, findings = parse(Source("spec.yaml", text))
    assert not findings
    return read(documents[0].root, "shop")


def catalog(extra=""):
    found, diagnostics = read_sql([Source("schema.sql", SCHEMA + extra)], major=15)
    assert not diagnostics
    return found


SAME = [
    ('["userId"]', '("userId")'),
    ("[userId, at desc]", '("userId", at DESC)'),
    ("[userId desc nulls last]", '("userId" DESC NULLS LAST)'),
    ('["userId NULLS FIRST"]', '("userId" NULLS FIRST)'),
    ("{columns: [{column: userId, order: desc, nulls: first}]}", '("userId" DESC)'),
    ("[lower(title)]", "(lower(title))"),
    ("[lower(mail) desc, id]", "(lower(mail) DESC, id)"),
    ("{columns: [{expression: lower(title), order: desc}]}", "(lower(title::text) DESC)"),
    ("[(total * 2)]", "((total * 2))"),
    ("[(id)]", "((id))"),
    ("{columns: [{column: title, collation: C}]}", "(title)"),
    ("{columns: [{column: title, collation: POSIX}]}", '(title COLLATE "POSIX")'),
    ("{columns: ['lower(title) collate \"C\" desc']}", '(lower(title) COLLATE "C" DESC)'),
    ("{columns: [{column: title, opclass: text_ops}]}", "(title text_ops)"),
    ("{columns: [{column: title, opclass: text_pattern_ops}]}", "(title text_pattern_ops)"),
    ("{columns: [{column: title, opclass: gin_trgm_ops}], using: gin}", "gin (title gin_trgm_ops)"),
    ("{columns: [{column: title, opclass: gist_trgm_ops, opclass_options: {siglen: 32}}], using: gist}", "gist (title gist_trgm_ops (siglen='32'))"),
    ("{columns: [data], using: gin}", "gin (data jsonb_ops)"),
    ("{columns: [{column: data, opclass: jsonb_path_ops}], using: gin, with: {fastupdate: false}}", "gin (data jsonb_path_ops) WITH (fastupdate=false)"),
    ("{columns: [at], using: brin, with: {pages_per_range: 32}}", "brin (at) WITH (pages_per_range=32)"),
    ("{columns: [id], using: hash}", "hash (id)"),
    ("{columns: [userId], where: status = 'PENDING'}", "(\"userId\") WHERE status = 'PENDING'::status"),
    ("{columns: [userId], where: '\"userId\" in (1, 2)'}", '("userId") WHERE "userId" = ANY (ARRAY[1, 2])'),
    ("{columns: [userId], where: title = 'x' and mail is not null}", "(\"userId\") WHERE (((title)::text = 'x'::text) AND (mail IS NOT NULL))"),
    ("{columns: [userId], include: [total, at]}", '("userId") INCLUDE (total, at)'),
    ("{columns: [id], with: {fillfactor: 70}, tablespace: fast}", "(id) WITH (fillfactor=70) TABLESPACE fast"),
]


@pytest.mark.parametrize(("item", "sql"), SAME)
def test_a_spec_is_the_index_of_the_same_sql(item, sql):
    method, keys = sql[: sql.index("(")].strip(), sql[sql.index("(") :]
    using = f"USING {method} " if method else ""
    specs, findings = specs_of(item)
    assert not findings
    known = catalog(f"CREATE INDEX other ON orders {using}{keys};")
    index = to_index(specs[0], known, 15)
    assert index.definition == known.tables[Name("public", "orders")].index("other").definition


@pytest.mark.parametrize(("unique", "sql"), [("unique: true", ""), ("unique: true, nulls_not_distinct: true", "NULLS NOT DISTINCT")])
def test_unique(unique, sql):
    specs, _ = specs_of(f"{{columns: [userId], {unique}}}")
    known = catalog(f'CREATE UNIQUE INDEX other ON orders ("userId") {sql};')
    assert to_index(specs[0], known, 15).definition == known.tables[Name("public", "orders")].index("other").definition


def test_places():
    specs, _ = specs_of("{columns: [\"userId desc\", 'lower(title) desc', {column: title, opclass: x, collation: y}], where: '\"userId\" > 3', replaces: [a, b], name: n}", "{drop: c}")
    spec, drop = specs
    user, lower, title = spec.keys
    assert (user.at.text, lower.at.text, title.at.text, title.opclass_at.text, title.collation_at.text) == ("userId", "lower(title)", "title", "x", "y")
    assert user.opclass_at == user.at
    assert [(name, place.text) for name, place in spec.removals] == [("a", "a"), ("b", "b")]
    assert [(name, place.text) for name, place in drop.removals] == [("c", "c")]
    assert (spec.name_at.text, spec.table_at.text, spec.position, drop.position) == ("n", "orders", 0, 1)
    (sql, predicate), (where, true) = spec.fragments
    assert (predicate, true) == (False, True)
    assert where.word_at(where.node["A_Expr"]["lexpr"]["ColumnRef"]["location"]).text == '"userId"'


def test_words_behind_other_characters():
    specs, _ = specs_of("{columns: [id], where: \"title = 'é😀' and mail = 'x'\"}")
    where = specs[0].where
    second = where.node["BoolExpr"]["args"][1]["A_Expr"]["lexpr"]["ColumnRef"]
    assert where.word_at(second["location"]).text == "mail"


def wanted(*items, extra="", owned=frozenset()):
    specs, findings = specs_of(*items)
    assert not findings
    resolved, made = want(specs, catalog(extra), 15, owned)
    return resolved, {index.name: index for index in made.tables[Name("public", "orders")].indexes}


def test_what_is_asked_for():
    _, indexes = wanted("[at]", "{columns: [userId, at], replaces: old_idx}")
    assert list(indexes) == ["orders_pkey", "orders_title_key", "idx_orders_at", "idx_orders_userId_at"]
    assert [name for name, index in indexes.items() if index.wanted] == ["idx_orders_at", "idx_orders_userId_at"]
    assert indexes["idx_orders_at"].at.text == "[at]"


def test_what_exists_is_referred_to():
    _, indexes = wanted("{columns: [userId], name: old_idx}", "{columns: [title], unique: true, name: orders_title_key}")
    assert indexes["old_idx"].wanted and len(indexes) == 3
    assert indexes["orders_title_key"].wanted and indexes["orders_title_key"].constraint == "unique"


def test_what_is_owned_and_forgotten_is_gone():
    extra = "CREATE INDEX mine ON orders (at); CREATE INDEX idx_orders_total ON orders (total);"
    _, indexes = wanted("[total]", extra=extra, owned=frozenset({Name("public", "mine"), Name("public", "idx_orders_total")}))
    assert "mine" not in indexes and indexes["idx_orders_total"].wanted and "old_idx" in indexes


def test_an_unknown_column_makes_no_index():
    specs, indexes = wanted("[nothing]", "{columns: [id], include: [nothing]}", "{drop: old_idx}")
    assert [spec.index for spec in specs] == [None, None, None]
    assert "old_idx" not in indexes and len(indexes) == 2


def test_an_unknown_table_makes_no_index():
    specs, _ = specs_of("[id]", schema="nowhere")
    resolved, made = want(specs, catalog(), 15, frozenset())
    assert resolved[0].table == Name("nowhere", "orders") and resolved[0].index is None
    assert len(made.tables) == 1


@pytest.mark.parametrize("predicate", ["words::text[] @> '{a}'::text[]", "word::text = 'a'", "'a'::text = ANY (words::text[])"])
def test_what_the_lock_recorded_is_what_the_spec_says(predicate):
    """One reading of domains: else an index with such a predicate would be changed anew by every compile."""
    known = catalog("CREATE DOMAIN word AS text; ALTER TABLE orders ADD COLUMN words word[], ADD COLUMN word word;")
    specs, findings = specs_of(f'{{columns: [id], where: "{predicate}"}}')
    assert not findings
    assert to_index(specs[0], known, 15).predicate == fragments_of(known)(Name("public", "orders"), predicate)
