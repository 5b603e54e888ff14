"""Type and volatility of expressions: against cases that people meet, and against what CREATE INDEX says."""

from __future__ import annotations

from collections import Counter
from typing import Any

import pytest

from broxspec.postgres import functions, tables
from broxspec.postgres.expressions import Judged, Scope, judge
from broxspec.postgres.types import Types, UserType
from broxspec.sql.parser import parse_expression
from postgres.generated_expressions import COLUMNS, expressions

OWN = {
    "mood": UserType("enum"), "posint": UserType("domain", "int4"), "label": UserType("domain", "text"),
    "pair": UserType("composite", fields={"x": "int4", "y": "text"}),
}  # fmt: skip


def judged(text: str, major: int = 15, predicate: bool = False, extensions: tuple[str, ...] = (), **functions: str | None) -> Judged:
    node = parse_expression(text)
    assert isinstance(node, dict), text
    return judge(node, Scope(COLUMNS, Types(major, extensions, OWN), functions), predicate)


@pytest.mark.parametrize(
    ("text", "volatility", "type_name"),
    [
        ("lower(v)", "immutable", "text"),
        ("date_trunc('day', tz)", "stable", "timestamptz"),
        ("date_trunc('day', ts)", "immutable", "timestamp"),
        ("date_trunc('day', tz at time zone 'UTC')", "immutable", "timestamp"),
        ("tz::date", "stable", "date"),
        ("ts::date", "immutable", "date"),
        ("date(tz)", "stable", "date"),
        ("now()", "stable", "timestamptz"),
        ("current_date", "stable", "date"),
        ("random()", "volatile", "float8"),
        ("to_char(ts, 'YYYY')", "stable", "text"),
        ("to_tsvector('english', t)", "immutable", "tsvector"),
        ("to_tsvector(t)", "stable", "tsvector"),
        ("t || v", "immutable", "text"),
        ("concat(t, v)", "stable", "text"),
        ("jb ->> 'a'", "immutable", "text"),
        ("(jb ->> 'x')::int", "immutable", "int4"),
        ("(jb ->> 'x')::date", "stable", "date"),
        ("(jb ->> 'x')::timestamp", "stable", "timestamp"),
        ("e::text", "stable", "text"),
        ("t::mood", "stable", "mood"),
        ("extract(epoch from tz)", "stable", "numeric"),
        ("extract(epoch from ts)", "immutable", "numeric"),
        ("tz < '2024-01-01'", "immutable", "bool"),
        ("'now'::timestamptz", "immutable", "timestamptz"),
        ("tz > now() - interval '1 day'", "stable", "bool"),
        ("array_to_string(ta, ',')", "stable", "text"),
        ("md5(t)", "immutable", "text"),
        ("dom + 1", "immutable", "int4"),
        # The planner puts the body of `textanycat` in its place, so the number's own conversion decides.
        ("t || i", "immutable", "text"),
        ("t || tz", "stable", "text"),
        # What can't be reached, or comes out as null, is folded away before the check.
        ("case when false then now() else tz end", "immutable", "timestamptz"),
        ("to_char(null::timestamptz, t)", "immutable", "text"),
        ("b and false and now() > tz", "immutable", "bool"),
    ],
)
def test_expressions_that_people_index(text: str, volatility: str, type_name: str) -> None:
    found = judged(text)
    assert (found.volatility, found.type) == (volatility, type_name)


@pytest.mark.parametrize(
    ("text", "cause"),
    [
        ("lower(to_char(tz, 'YYYY'))", ("`to_char(timestamptz, text)`", "to_char")),
        ("i > 1 and tz::date = '2024-01-01'", ("the cast from `timestamptz` to `date`", "::")),
        ("t = current_user", ("`CURRENT_USER`", "current_user")),
        ("dt < tz", ("`date < timestamptz`", "<")),
    ],
)
def test_the_cause_is_named_at_its_place(text: str, cause: tuple[str, str]) -> None:
    because = judged(text).because
    assert because is not None
    what, at = cause
    begin = judged("i").because is None and parse_expression("t")["ColumnRef"].get("location", 0)  # where the parser counts from
    assert because.what == what
    assert because.location - begin == text.index(at)


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("(select 1)", "a subquery"),
        ("i + count(*)", "the aggregate `count`"),
        ("max(i)", "the aggregate `max`"),
        ("sum(i) over ()", "the window function `sum`"),
        ("row_number() over ()", "the window function `row_number`"),
        ("generate_series(1, i)", "`generate_series()`, which returns a set"),
    ],
)
def test_what_no_index_can_hold(text: str, what: str) -> None:
    found = judged(text)
    assert found.forbidden is not None and found.forbidden.what == what


def test_silent_where_it_can_not_know() -> None:
    assert judged("my_function(t)").volatility is None
    assert judged("unknown_column > 1").volatility is None
    assert judged("similarity(t, 'x') > 0.5").volatility is None
    assert judged("similarity(t, 'x')", extensions=("pg_trgm",)).volatility == "immutable"
    assert judged("unaccent(t)", extensions=("unaccent",)).volatility == "stable"
    # Beside something certain, what is unknown does not matter.
    assert judged("my_function(t) > now()").volatility == "stable"


def test_numbers_have_the_type_of_their_size() -> None:
    numbers = ("1", "2147483648", "9223372036854775807", "9223372036854775808", "1.0", "1e3", "0xFFFFFFFFFF")
    assert [judged(number).type for number in numbers] == ["int4", "int8", "int8", "numeric", "numeric", "numeric", "int8"]


def test_nothing_is_too_deep() -> None:
    node = parse_expression("i")
    assert isinstance(node, dict)
    for _ in range(5000):
        node = {"CollateClause": {"arg": node}}
    assert judge(node, Scope(COLUMNS, Types(15))) == Judged(None, None)


def test_functions_of_the_database_itself() -> None:
    assert judged("slug(t)", slug="immutable").volatility == "immutable"
    assert judged("slug(t)", slug="volatile").volatility == "volatile"
    assert judged("slug(t)", slug=None).volatility is None
    # An own overload of a built-in function: which of the two is meant can't be told.
    assert judged("lower(t)", lower="volatile").volatility is None


def test_literals_get_the_type_that_the_context_gives_them() -> None:
    found = judged("e in ('a', 'c') and i = '5' and t = 'x'")
    assert [(literal.value, literal.type) for literal in found.literals] == [("a", "mood"), ("c", "mood"), ("5", "int4"), ("x", "text")]


def test_extract_changed_its_type_with_14() -> None:
    assert judged("extract(year from ts)", 13).type == "float8"
    assert judged("extract(year from ts)", 14).type == "numeric"


TRY = r"""
create function verdict(expression text) returns text language plpgsql as $$
declare state text; message text;
begin
  execute 'create index on t ((' || expression || '))';
  raise exception 'undone' using errcode = 'XX999';
exception when others then
  get stacked diagnostics state = returned_sqlstate, message = message_text;
  return case
    when state = '42P17' and message like 'functions in index expression%' then 'refused'
    -- These are found after the volatility was.
    when state in ('XX999', '42P22') or state = '42704' and message like '%no default operator class%'
      or state in ('42P16', '42P17') and message like '%pseudo-type%' then 'accepted'
    else 'invalid' end;
end $$
"""


@pytest.fixture
def server(database: Any) -> Any:
    connection = database.connect()
    connection.execute("create type mood as enum ('a', 'b'); create domain posint as int check (value > 0)")
    connection.execute("create domain label as text; create type pair as (x int, y text)")
    connection.execute("create table t (" + ", ".join(f'{name} "{type_name}"' for name, type_name in COLUMNS.items()) + ")")
    connection.execute(TRY)
    yield connection
    connection.close()


def compared(server: Any, texts: list[str]) -> Counter[str]:
    """How often we are right, wrong and silent about the expressions that are valid; wrong ones fail with their list."""
    major = server.info.server_version // 10000
    verdicts = server.execute("select verdict(e) from unnest(%s::text[]) with ordinality u(e, n) order by n", [texts]).fetchall()
    count: Counter[str] = Counter()
    wrong = []
    for text, (verdict,) in zip(texts, verdicts):
        if verdict == "invalid":
            continue
        found = judged(text, major)
        ours = found.volatility and ("accepted" if found.volatility == "immutable" else "refused")
        count["silent" if ours is None and not found.forbidden else "right" if ours == verdict else "wrong"] += 1
        if found.forbidden or ours not in (None, verdict):
            wrong.append(f"{text}: the server {verdict} it, we say {found}")
    assert not wrong, "\n".join(wrong)
    return count


def test_create_index_agrees_on_generated_expressions(server: Any) -> None:
    count = compared(server, list(dict.fromkeys(expressions(seed=15, count=3000))))
    assert count["right"] > 700
    assert count["silent"] < 0.05 * count["right"]


def column_for(type_name: str) -> str | None:
    samples = {"any": "i", "anyelement": "tz", "anynonarray": "e", "anyarray": "tza", "anyenum": "e", "anyrange": "tr", "record": "p"}
    named = {held: name for name, held in COLUMNS.items()} | samples
    return named.get(type_name.replace("anycompatible", "any"))


def test_create_index_agrees_on_every_function(server: Any) -> None:
    major = server.info.server_version // 10000
    known = Types(major)
    texts = []
    for name in sorted({row[0] for row in tables.all_rows("functions", major) if not row[-1]}):
        for one in functions.functions(name, known):
            arguments = [column_for(argument) for argument in one.arguments]
            if one.kind == "function" and not one.returns_set and None not in arguments:
                texts.append(f'"{name}"({", ".join(arguments)})')  # type: ignore[arg-type]
    count = compared(server, list(dict.fromkeys(texts)))
    assert count["right"] > 1200
    assert count["silent"] < 10


def test_create_index_agrees_on_every_operator_and_on_literals(server: Any) -> None:
    major = server.info.server_version // 10000
    texts = []
    for name in sorted({row[0] for row in tables.all_rows("operators", major) if not row[-2]}):
        for one in functions.operators(name, 2, Types(major)):
            left, right = column_for(one.left or ""), column_for(one.right)
            if left and right:
                texts += [f"{left} {name} {right}", f"{left} {name} '1'", f"'1' {name} {right}", f"{left} {name} null"]
    count = compared(server, list(dict.fromkeys(texts)))
    assert count["right"] > 900
    assert count["silent"] < 10


def test_create_index_agrees_on_every_cast(server: Any) -> None:
    targets = sorted({*COLUMNS.values(), "regclass", "_varchar", "xml"})
    count = compared(server, [f'{name}::"{target}"' for name in COLUMNS for target in targets])
    assert count["right"] > 300
    assert count["silent"] == 0


def test_types_are_those_that_the_server_gives(server: Any) -> None:
    major = server.info.server_version // 10000
    known = Types(major, own=OWN)
    wrong = []
    for text in dict.fromkeys(expressions(seed=7, count=800)):
        ours = judged(text, major).type
        if ours is None or ours == "unknown":
            continue
        try:
            oid = server.execute(f"select {text} from t where false").description[0].type_code
        except Exception:
            continue
        theirs = server.execute("select typname from pg_type where oid = %s", [oid]).fetchone()[0]
        # The protocol sends a domain as what lies under it.
        if known.base(ours) != theirs:
            wrong.append((text, ours, theirs))
    assert not wrong
