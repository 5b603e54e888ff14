"""Operator classes as Prisma names them: `JsonbPathOps`, `raw("gin_trgm_ops")`."""

import re

_ALL = ("MinMax", "MinMaxMulti", "Bloom")
_FAMILIES = {
    "Bit": ("MinMax",),
    "VarBit": ("MinMax",),
    "Bpchar": ("MinMax", "Bloom"),
    "Bytea": ("MinMax", "Bloom"),
    "Text": ("MinMax", "Bloom", ""),
    "Inet": (*_ALL, "Inclusion", ""),
    "Jsonb": ("", "Path"),
    "Array": ("",),
    **dict.fromkeys(
        ("Date", "Float4", "Float8", "Int2", "Int4", "Int8", "Numeric", "Oid", "Timestamp", "TimestampTz", "Time", "TimeTz", "Uuid"),
        _ALL,
    ),
}
_SUFFIXES = {"MinMax": "_minmax", "MinMaxMulti": "_minmax_multi", "Bloom": "_bloom", "Inclusion": "_inclusion", "Path": "_path", "": ""}

# Prisma's word → PostgreSQL's name, and back.
NAMED = {
    f"{family}{part}Ops": f"{family.lower()}{_SUFFIXES[part]}_ops" for family, parts in _FAMILIES.items() for part in parts
}
WORDS = {name: word for word, name in NAMED.items()}

_RAW = re.compile(r'\s*(?:(?:"[^"]+"|\w+)\.)?(?:"([^"]+)"|(\w+))\s*(?:\(([^()]*)\))?\s*$')


def raw(text: str) -> tuple[str, tuple[tuple[str, str], ...]]:
    """The bare name and the options of `raw("…")`, whose text goes into the DDL as it is."""
    match = _RAW.match(text)
    if match is None:
        return text.strip(), ()
    pairs = (part.partition("=") for part in (match[3] or "").split(",") if part.strip())
    options = sorted((name.strip().lower(), value.strip().strip("'")) for name, _, value in pairs)
    return match[1] or match[2].lower(), tuple(options)
