"""Expressions over one table, made from a seed: what people write in indexes, and much that they would not."""

from __future__ import annotations

from collections.abc import Iterator
from random import Random

#: Column → internal type name, for every kind of type that judging tells apart.
COLUMNS = {
    "b": "bool", "si": "int2", "i": "int4", "bi": "int8", "n": "numeric", "r": "float4", "d": "float8", "t": "text", "v": "varchar",
    "c": "bpchar", "nm": "name", "u": "uuid", "j": "json", "jb": "jsonb", "dt": "date", "tm": "time", "ttz": "timetz",
    "ts": "timestamp", "tz": "timestamptz", "iv": "interval", "ba": "bytea", "ia": "_int4", "ta": "_text", "tza": "_timestamptz",
    "ir": "int4range", "tr": "tstzrange", "e": "mood", "ea": "_mood", "dom": "posint", "dt2": "label", "ip": "inet", "cd": "cidr",
    "pt": "point", "tv": "tsvector", "p": "pair", "o": "oid", "m": "money", "bt": "varbit",
}  # fmt: skip

COLUMN_SETS = {
    "bool": "b", "number": "si i bi n r d dom m o", "text": "t v c nm dt2", "time": "dt ts tz tm ttz iv", "json": "j jb",
    "array": "ia ta tza ea", "enum": "e", "range": "ir tr", "other": "u ba ip cd pt tv p bt",
}  # fmt: skip
LITERALS = {
    "bool": ("true", "false", "null", "'t'"),
    "number": ("1", "0", "-5", "9999999999", "1.5", "2e3", "'7'", "null"),
    "text": ("'a'", "''", "'abc'::text", "'x'::varchar", "null"),
    "time": (
        "'2024-01-01'", "date '2024-02-01'", "timestamp '2024-01-01'", "'2024-01-01'::timestamptz", "now()", "current_date",
        "current_timestamp", "interval '1 day'", "time '10:00'",
    ),
    "json": ("'{}'", "'{}'::jsonb", "'[1]'::json"),
    "array": ("'{}'", "array[1,2]", "array['a','b']"),
    "enum": ("'a'", "'b'::mood"),
    "range": ("'[1,2)'", "int4range(1,2)"),
    "other": ("'10.0.0.1'", "gen_random_uuid()", "random()", "current_user"),
}  # fmt: skip
CAST_TARGETS = (
    "text", "int", "bigint", "numeric", "date", "timestamp", "timestamptz", "varchar(10)", "char(3)", "boolean", "jsonb", "json",
    "uuid", "interval", "time", "mood", "posint", "float8", "text[]", "int[]", "name", "bytea", "inet", "int4range", "regclass",
)  # fmt: skip

#: `{bool}` is any expression of that set, `{same}` one of the set that is asked for, `{any}` one of any set.
PREDICATES = (
    "({bool} and {bool})", "({bool} or {bool})", "(not {bool})", "({x} = {x})", "({x} < {x})", "({x} <> {x})",
    "({x} is distinct from {x})", "({any} is null)", "({any} is not null)", "({bool} is not true)", "({text} like {text})",
    "({text} ilike {text})", "({text} similar to {text})", "({text} ~* {text})", "({x} between {x} and {x})",
    "({x} not between symmetric {x} and {x})", "({x} in ({x}, {x}, {x}))", "({x} not in ({x}, {x}))", "({x} in ({x}))",
    "({x} = any ({array}))", "({x} <> all ({array}))", "(({x}, {any}) = ({x}, {any}))", "({json} @> {json})", "({json} ? {text})",
    "({array} && {array})", "({array} @> {array})", "({range} @> {any})", "({range} && {range})", "({time} , {time}) overlaps ({time}, {time})",
    "(to_tsvector({text}) @@ to_tsquery('english', {text}))", "starts_with({text}, {text})",
)  # fmt: skip
SHAPES = (
    "({same})::{type}", "cast({any} as {type})", "case when {bool} then {same} else {same} end", "case when {bool} then {same} end",
    "case {x} when {x} then {same} when {x} then {same} else {same} end", "coalesce({same}, {same})", "coalesce({same}, {same}, {same})",
    "nullif({same}, {same})", "greatest({same}, {same})", "least({same}, {same})", "lower({text})", "md5({text})", "length({text})",
    "trim({text})", "trim(both 'x' from {text})", "quote_literal({any})", "to_tsvector({text})", "to_tsvector('english', {text})",
    "({any} || {any})", "({text} || {any})", "concat({any}, {any})", "date_trunc('day', {time})", "date_trunc('day', {time}, 'UTC')",
    "extract(epoch from {time})", "date_part('year', {time})", "({time} at time zone 'UTC')", "({time} at time zone {text})",
    "to_char({any}, 'YYYY')", "({number} + {number})", "({time} + {time})", "({time} - {time})", "({number} / {number})", "(- {number})",
    "({json} -> {text})", "({json} ->> 'a')", "(({json} ->> 'a')::{type})", "({json} #>> {array})", "array_to_string({array}, ',')",
    "({array})[{number}]", "({array})[1:2]", "array[{same}, {same}]", "array[{any}, {any}]::text[]", "substring({text} from 1 for 2)",
    "substring({text} from 'x')", "position({text} in {text})", "round({number}, 2)", "round({number})", "abs({number})", "date({time})",
    "age({time})", "age({time}, {time})", "lower({range})", "to_jsonb({any})", "jsonb_build_object({text}, {any})", "format({text}, {any})",
    '({text} collate "C")', "array_length({array}, 1)", "array_append({array}, {any})", "make_date({number}, 1, 1)", "to_timestamp({number})",
    "to_date({text}, 'YYYY')", "overlay({text} placing 'x' from 1)", "(p).x", "timezone('UTC', {time})", "hashtext({text})",
)  # fmt: skip


class Maker:
    def __init__(self, seed: int) -> None:
        self.random = Random(seed)

    def expression(self, depth: int, kind: str | None = None) -> str:
        kind = kind or self.random.choice(list(COLUMN_SETS))
        if depth <= 0 or self.random.random() < 0.15:
            return self.random.choice(COLUMN_SETS[kind].split() if self.random.random() < 0.7 else LITERALS[kind])
        shape = self.random.choice(PREDICATES if kind == "bool" else SHAPES)
        return self.filled(shape, depth, kind)

    def filled(self, shape: str, depth: int, kind: str) -> str:
        chosen = self.random.choice(list(COLUMN_SETS))
        text = ""
        for piece in shape.split("{"):
            name, brace, rest = piece.partition("}")
            if not brace:
                text += piece
            elif name == "type":
                text += self.random.choice(CAST_TARGETS) + rest
            else:
                text += self.expression(depth - 1, {"same": kind, "x": chosen, "any": None}.get(name, name)) + rest
        return text


def expressions(seed: int, count: int) -> Iterator[str]:
    maker = Maker(seed)
    for number in range(count):
        yield maker.expression(1 + number % 3)
