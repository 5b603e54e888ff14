"""Texts that nearly are what they should be: real ones with a few things wrong."""

import random
import re
from collections.abc import Callable, Sequence

_TOKEN = re.compile(r"\s+|\w+|[^\w\s]")

# What readers stumble over.
HOSTILE = (
    "'", '"', "`", "$$", "$a$", "/*", "*/", "--", "#", "//", ";", "\\", "{", "}", "[", "]", "(", ")", ",", ":", "&a", "*a", "|", ">", "!", "%", "@", "?", "~",
    "\x00", "\x07", "\t", "\r", "\r\n", "\u2028", "\u0085", "\ufeff", "\u202e", "\u200b", "é", "漢字", "😀", "\U0010ffff", "ſ", "İ",
    "0", "-1", "1e999", "9" * 400, "0x", "1_000", ".5", "NaN", "1.30", "null", "~", "yes", "<<: *a", "? a", "- - - -", "---", "...", "%YAML 1.3",
    "a" * 70, "é" * 40, '"a""b"', "U&'\\0061'", "E'\\n'", "::int", "::numeric(5,2)[]", "a.b.c.d", "pg_catalog.int4", "public", "CONCURRENTLY", "IF NOT EXISTS",
    "ON ONLY", "PARTITION OF", "INHERITS (a)", "@@index([a])", "@relation(fields: [a], references: [b])", "@db.VarChar(1)", "model", "enum", "\\gexec", "\\i x", "COPY a FROM stdin;\n1\n\\.\n",
    "-- migrate:up", "-- +goose Down", "-- broxspec: ignore[IX101] x", "# broxspec: ignore[IX101]", "// broxspec: ignore[", "ignore[*]",
)
_NESTED = (("[", "]"), ("(", ")"), ("{a: ", "}"), ("SELECT (", ")"), ("- ", ""), ("/*", "*/"), ("CASE WHEN ", " END"))


def mutated(rng: random.Random, texts: Sequence[str]) -> str:
    """One of the texts with one to eight things done to it."""
    text = rng.choice(texts)
    for _ in range(min(8, 1 + int(rng.expovariate(0.6)))):
        text = rng.choice(_WAYS)(rng, text, texts)
    return text[:200_000]


def _tokens(text: str) -> list[str]:
    return _TOKEN.findall(text) or [""]


def _place(rng: random.Random, items: Sequence[object]) -> int:
    return rng.randrange(len(items)) if items else 0


def _insert(rng: random.Random, text: str, texts: Sequence[str]) -> str:
    at = rng.randint(0, len(text))
    return text[:at] + rng.choice(HOSTILE) + text[at:]


def _replace_token(rng: random.Random, text: str, texts: Sequence[str]) -> str:
    tokens = _tokens(text)
    tokens[_place(rng, tokens)] = rng.choice(HOSTILE)
    return "".join(tokens)


def _drop_token(rng: random.Random, text: str, texts: Sequence[str]) -> str:
    tokens = _tokens(text)
    at = _place(rng, tokens)
    del tokens[at : at + rng.randint(1, 4)]
    return "".join(tokens)


def _swap_tokens(rng: random.Random, text: str, texts: Sequence[str]) -> str:
    tokens = _tokens(text)
    one, other = _place(rng, tokens), _place(rng, tokens)
    tokens[one], tokens[other] = tokens[other], tokens[one]
    return "".join(tokens)


def _borrow(rng: random.Random, text: str, texts: Sequence[str]) -> str:
    """A piece of another text in the middle of this one."""
    other = rng.choice(texts)
    start = rng.randint(0, len(other))
    at = rng.randint(0, len(text))
    return text[:at] + other[start : start + rng.randint(1, 300)] + text[at:]


def _lines(rng: random.Random, text: str, texts: Sequence[str]) -> str:
    lines = text.split("\n")
    at = _place(rng, lines)
    way = rng.randrange(4)
    if way == 0:
        del lines[at : at + rng.randint(1, 3)]
    elif way == 1:
        lines.insert(_place(rng, lines), lines[at])
    elif way == 2:
        lines[at] = rng.choice(("  ", "\t", "    ", "- ")) + lines[at]
    else:
        lines[at] = lines[at].lstrip()
    return "\n".join(lines)


def _cut(rng: random.Random, text: str, texts: Sequence[str]) -> str:
    return text[: rng.randint(0, len(text))]


def _repeat(rng: random.Random, text: str, texts: Sequence[str]) -> str:
    start = rng.randint(0, len(text))
    piece = text[start : start + rng.randint(1, 60)]
    return text[:start] + piece * rng.choice((2, 3, 50, 400)) + text[start:]


def _nest(rng: random.Random, text: str, texts: Sequence[str]) -> str:
    opened, closed = rng.choice(_NESTED)
    depth = rng.choice((3, 40, 2000, 20000))
    at = rng.randint(0, len(text))
    return text[:at] + opened * depth + closed * rng.choice((0, depth)) + text[at:]


def _character(rng: random.Random, text: str, texts: Sequence[str]) -> str:
    if not text:
        return rng.choice(HOSTILE)
    at = rng.randrange(len(text))
    return text[:at] + chr(rng.choice((rng.randrange(1, 127), rng.randrange(1, 0xD7FF)))) + text[at + 1 :]


_WAYS: tuple[Callable[[random.Random, str, Sequence[str]], str], ...] = (
    _insert, _insert, _replace_token, _replace_token, _drop_token, _drop_token, _swap_tokens, _borrow, _lines, _lines, _cut, _repeat, _nest, _character,
)
