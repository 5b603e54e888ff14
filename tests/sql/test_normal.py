"""The normal form against PostgreSQL itself: what was written and what the server prints of it are one."""

from typing import Any

import pytest

from broxspec.catalog.model import Type
from broxspec.sql.normal import deparse, normal
from broxspec.sql.parser import parse_expression

COLUMNS = """i int, i2 smallint, b bigint, n numeric(12,2), f double precision, r real, t text, v varchar(40), v2 varchar, c char(3),
nm name, bo boolean, d date, ts timestamp, tz timestamptz, iv interval, j jsonb, js json, u uuid, a text[], ai int[], va varchar[],
st st, s2 "St2", em em, tr tstzrange, by bytea, ip inet, tv tsvector, tm time"""
SETUP = f"""
CREATE TYPE st AS ENUM ('a', 'b'); CREATE TYPE "St2" AS ENUM ('A', 'B'); CREATE DOMAIN em AS varchar(99);
CREATE FUNCTION myf(text) RETURNS text IMMUTABLE LANGUAGE sql AS 'SELECT $1';
CREATE SCHEMA app; CREATE FUNCTION app.g(int) RETURNS int IMMUTABLE LANGUAGE sql AS 'SELECT $1';
CREATE TABLE t ({COLUMNS});
"""
TYPES = {
    "i": Type("int4"), "i2": Type("int2"), "b": Type("int8"), "n": Type("numeric", modifiers=(12, 2)), "f": Type("float8"), "r": Type("float4"),
    "t": Type("text"), "v": Type("varchar", modifiers=(40,)), "v2": Type("varchar"), "c": Type("bpchar", modifiers=(3,)), "nm": Type("name"),
    "bo": Type("bool"), "d": Type("date"), "ts": Type("timestamp"), "tz": Type("timestamptz"), "iv": Type("interval"), "j": Type("jsonb"),
    "js": Type("json"), "u": Type("uuid"), "a": Type("text", dimensions=1), "ai": Type("int4", dimensions=1), "va": Type("varchar", dimensions=1),
    "st": Type("st", "public"), "s2": Type("St2", "public"), "em": Type("varchar", modifiers=(99,)), "tr": Type("tstzrange"),
    "by": Type("bytea"), "ip": Type("inet"), "tv": Type("tsvector"), "tm": Type("time"),
}  # fmt: skip

EXPRESSIONS = r"""
i > 5
i > -5
i = '5'
b = 5
b = 5000000000
i2 = 3
n > 5
n > 5.5
n > -1.5
n = '3.20'
f > 1
f > 0.5
r < 2.5
i > 5.5
i > b
i2 < i
n > i
f > n
i + 1 > 2
i * 1.5 > 2
n * i > 3
n + 1 > 0
f * 2 > 1
-i > 3
- n > 3
i % 2 = 0
i / 2 = 1
i::numeric / 2 > 1
i::bigint = 5
t = 'x'
t <> 'x'
t != 'it''s'
t = E'a\nb'
t = 'back\slash'
v = 'x'
v2 = 'x'
v = t
v || t = 'x'
v || 'x' = 'y'
c = 'abc'
c = t
c || 'x' = 'abc'
c::text = 'abc'
c like 'a%'
nm = 'x'
v like 'a%'
v not like 'a%'
v ilike 'a%'
v not ilike 'a%'
v ~ '^a'
v !~* 'a'
v similar to 'a%'
v like 'a!%' escape '!'
t in ('a','b')
t in ('a')
t not in ('a','b')
v in ('a','b')
v not in ('a','b','c')
v in ('a')
c in ('a','b')
i in (1,2,3)
i in (1)
i not in (1,2)
i in (1, b)
i in (1,2,b)
n in (1,2)
n in (1,2.5)
b in (1,2)
b in (1,5000000000)
i2 in (1,2)
st in ('a','b')
st = 'a'
st <> 'a'
s2 in ('A','B')
s2 = 'A'::"St2"
em = 'x'
em in ('x','y')
em like 'x%'
t = any(array['a','b'])
t = any('{a,b}')
v = any(array['a','b'])
v = any('{a,b}'::text[])
i = any('{1,2}')
i = any(ai)
t = any(a)
v = any(va)
t <> all(array['a','b'])
i between 1 and 5
i not between 1 and 5
i between symmetric 1 and 5
n between 0 and 1
v between 'a' and 'b'
d between '2024-01-01' and '2024-12-31'
i is null
i is not null
i isnull
bo
not bo
bo = true
bo is true
bo is not true
bo is false
bo is unknown
bo = false
bo <> 't'
bo and i > 1
bo and not bo
(bo and i > 1) and n > 2
bo and (i > 1 and n > 2)
bo or i > 1 or n > 2
bo or (i > 1 and n > 2)
not (bo or i > 1)
not i in (1,2)
i is distinct from 5
i is not distinct from 5
t is distinct from 'x'
(i > 1) is true
d > '2024-01-01'
d > date '2024-01-01'
d > '2024-1-1'
d = '2024-01-01'::date
ts > '2024-01-01'
ts > timestamp '2024-01-01 10:00'
ts > '2024-01-01 10:00:00.5'
tz > '2024-01-01'
tz > '2024-01-01T00:00:00Z'
tz > '2024-01-01 00:00:00+02'
tz > timestamptz '2024-01-01'
ts > d
ts::date > '2024-01-01'
ts::date = d
tm > '10:00'
iv > interval '1 day'
d + 1 > '2024-01-01'
ts + interval '1 day' > '2024-01-01'
ts - '1 day'::interval > '2024-01-01'
date_trunc('day', ts) = '2024-01-01'
extract(year from ts) = 2024
extract(epoch from iv) > 5
date_part('year', ts) > 2024
ts at time zone 'utc' > '2024-01-01'
date_trunc('month', tz at time zone 'UTC') > '2024-01-01'
j @> '{"a":1}'
j @> '{"b":1,"a":[1,2]}'::jsonb
j ? 'a'
j ?| array['a','b']
j ->> 'a' = 'x'
j -> 'a' = '1'
j -> 'a' ->> 'b' = 'x'
j #>> '{a,b}' = 'x'
(j ->> 'a')::int > 5
(j ->> 'a') is not null
j -> 0 is not null
j['a'] = '1'
js ->> 'a' = 'x'
jsonb_typeof(j) = 'array'
jsonb_array_length(j) > 0
j = '{}'
j <> '[]'::jsonb
u = '6F9619FF-8B86-D011-B42D-00CF4FC964FF'
a @> array['x']
a @> '{x}'
a && array['x','y']::text[]
ai @> array[1]
va @> array['x']::varchar[]
a[1] = 'x'
array_length(a,1) > 2
cardinality(a) > 0
lower(t) = 'x'
lower(v) = 'x'
LOWER(v) = 'x'
lower(c) = 'x'
lower(em) = 'x'
upper(lower(v)) = 'X'
length(v) > 5
char_length(v) > 5
length(t) > i
coalesce(t,'') = ''
coalesce(v,'') = ''
coalesce(v, t, 'x') = ''
coalesce(n, 0) > 0
coalesce(i, 0) > 0
coalesce(b, 0) > 0
coalesce(i, n) > 0
coalesce(bo, false)
coalesce(d, '2024-01-01') > '2024-01-01'
nullif(t,'') is not null
nullif(v,'') is not null
nullif(i,0) is null
greatest(i, 5) > 3
least(n, 5) > 3
case when i > 1 then 'a' else 'b' end = 'a'
case i when 1 then bo else false end
case when i > 1 then true end
trim(t) = ''
trim(both 'x' from t) = ''
btrim(v) = ''
ltrim(v, ' ') = ''
substring(t from 1 for 3) = 'abc'
substring(t, 1, 3) = 'abc'
substr(v, 1, 3) = 'abc'
left(v, 3) = 'abc'
"left"(t, 3) = 'abc'
position('@' in v) > 1
overlay(t placing 'x' from 1) = 'y'
split_part(v, '@', 2) = 'x'
replace(v, 'a', 'b') = 'x'
regexp_replace(v, 'a', 'b', 'g') = 'x'
md5(t) = 'x'
md5(v) = 'x'
to_tsvector('english', t) @@ to_tsquery('english', 'x')
to_tsvector('english', coalesce(v,'') || ' ' || coalesce(t,'')) is not null
to_tsvector('english'::regconfig, v) is not null
to_tsvector('pg_catalog.english', t) is not null
tr @> '2024-01-01'::timestamptz
tstzrange(tz, tz + '1 day') is not null
lower(tr) > '2024-01-01'
by = '\x00'
by = '\xDEAD'::bytea
ip << '10.0.0.0/8'
ip = '10.0.0.1'
myf(t) = 'x'
myf(v) = 'x'
public.myf(t) = 'x'
app.g(i) = 1
pg_catalog.lower(t) = 'x'
t operator(pg_catalog.=) 'x'
t collate "C" = 'x'
t = 'x' collate "C"
t collate "default" = 'x'
(t, v) = ('a','b')
(i, n) < (1, 2)
row(i,n) is not null
i::text = '5'
i::varchar = '5'
v::text = '5'
t::varchar = '5'
t::varchar(5) = '5'
v::varchar(10) = 'x'
v::varchar(40) = 'x'
n::int = 5
n::numeric(10,1) = 5
f::int = 5
bo::int = 1
i::boolean
'a' = t
5 < i
t > 'a' and t < 'b'
abs(i) > 5
abs(n) > 5
round(n) > 5
round(n, 2) > 5
round(i) > 5
floor(f) > 2
sqrt(n) > 2
power(i, 2) > 3
mod(i, 2) = 0
i & 1 = 1
i << 2 > 1
i # 1 = 1
~ i = 1
|/ f > 2
@ i > 1
f ^ 2 > 1
n ^ 2 > 1
t ^@ 'x'
starts_with(t, 'x')
i = 1 or i = 2
(i = 1) = bo
(i > 1) = (n > 1)
not not bo
i = +5
i > 5e3
f > 1e-3
n > 1000000000000
b > -5000000000
i > 0 and true
upper(t) = upper(v)
t ~~ 'x%'
t !~~* 'x%'
i <> all ('{1,2}'::int[])
(j->'x'->>'y')::numeric(10,2) > 1
(j->>'x')::date > '2024-01-01'
i = any (array[1,2]::bigint[])
i = any (array[i2, 3])
st::text = 'a'
st = any (array['a','b']::st[])
st > 'a'
s2::text in ('A')
encode(by,'hex') = 'x'
u::text like 'a%'
md5(u::text) = 'x'
array_to_string(a, ',') = 'x'
date '2024-01-01' < d
(d - 1) > '2024-01-01'
(d - d) > 1
age(ts, ts) > '1 day'
int4range(i, i+1) && '[1,5)'
point(f,f) is not null
tm between '10:00' and '11:00'
v > 'a' or v is null
v = '' or v is null
v <> '' and v is not null
t = ''
length(trim(both from v)) > 0
t = U&'\0061'
t = $$x$$
bo is not distinct from true
current_schema = 'x' or i = 1
""".strip().split("\n")


@pytest.fixture(scope="module")
def printed(postgres: Any) -> Any:
    """A function from an expression to what the server prints of it, in full and with few parentheses."""
    postgres.createdb("test_normal")
    with postgres.connect("test_normal") as connection:
        connection.execute(SETUP)

        def shown(expression: str) -> tuple[str, str]:
            connection.execute(f"ALTER TABLE t ADD CONSTRAINT x CHECK ({expression})".encode())
            row = connection.execute("SELECT pg_get_expr(conbin, conrelid), pg_get_expr(conbin, conrelid, true) FROM pg_constraint WHERE conname = 'x'").fetchone()
            connection.execute("ALTER TABLE t DROP CONSTRAINT x")
            return row

        yield shown
    postgres.dropdb("test_normal")


def test_what_the_server_prints_is_normal_to_the_same(printed: Any) -> None:
    wrong = []
    for expression in EXPRESSIONS:
        ours = normal(expression, TYPES)
        wrong += [(expression, text, ours, theirs) for text in printed(expression) if (theirs := normal(text, TYPES)) != ours]
    assert wrong == []


def test_a_deparsed_tree_means_the_same_to_the_server(printed: Any) -> None:
    wrong = []
    for expression in EXPRESSIONS:
        sql = deparse(parse_expression(expression))
        if normal(printed(sql)[0], TYPES) != normal(expression, TYPES):
            wrong.append((expression, sql))
    assert wrong == []


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("st = 'a'", "st = 'b'"),
        ("t = 'a'", "t = 'A'"),
        ("ts::date = d", "ts = d"),
        ("(j ->> 'a')::int = 1", "(j ->> 'a')::bigint = 1"),
        ("lower(t) = 'x'", "upper(t) = 'x'"),
        ("i / 2 = 1", "i::numeric / 2 = 1"),
        ("bo = true", "bo"),
        ("bo", "NOT bo"),
        ("i > 1 AND n > 2", "i > 1 OR n > 2"),
        ("t COLLATE \"C\" = 'x'", "t = 'x'"),
        ("c::text = 'x'", "c = 'x'"),
        ("n::int = 5", "n = 5"),
        ("v::varchar(10) = 'x'", "v = 'x'"),
        ("i IN (1, 2)", "i IN (2, 1)"),
        ("i - (b - 1) = 0", "i - b - 1 = 0"),
        ("NOT (bo AND i > 1)", "NOT bo AND i > 1"),
        ("t IS DISTINCT FROM 'x'", "t <> 'x'"),
        ('"T" = 1', "t = 1"),
        ("t = E'a\\nb'", "t = 'a\\nb'"),
    ],
)
def test_what_differs_stays_different(first: str, second: str) -> None:
    assert normal(first, TYPES) != normal(second, TYPES)


def test_unknown_types_keep_their_casts() -> None:
    assert normal("x::text = 'a'") != normal("x = 'a'")
    assert normal("x = 'a'::text") == normal("x = 'a'")


def test_text_that_is_no_sql_comes_back_on_one_line() -> None:
    assert normal("a =\n   'b") == "a = 'b"


def test_deep_nesting_is_no_crash() -> None:
    for depth in (100, 300, 450):
        deep = " || ".join(["a"] * depth)
        assert normal(deep) == normal(f"({deep}::text)", {"a": Type("text")}) or depth > 100
    assert normal("(" * 9000 + "a") == "(" * 9000 + "a"
    assert normal("1" + "+1" * 50_000).startswith("1+1")
