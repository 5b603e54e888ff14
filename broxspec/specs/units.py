"""Units: one grammar for durations, sizes, percentages and rates in every kind.

A quantity always says its unit; a bare number is refused, since `80` could be per cent or megabytes. What the schemas
accept is what is read here (tests hold the two together).
"""

import re
from typing import NamedTuple

# Seconds. PostgreSQL's own names (`us`, `ms`, `s`, `min`, `h`, `d`), and longer ones that only people use.
DURATIONS = {
    "us": 1e-6, "ms": 1e-3, "s": 1, "m": 60, "min": 60,
    "h": 3600, "d": 86_400, "w": 7 * 86_400, "y": 365 * 86_400,
}  # fmt: skip

# Bytes. PostgreSQL counts by 1024 and spells it `kB`.
SIZES = {"B": 1, "kB": 1024, "MB": 1024**2, "GB": 1024**3, "TB": 1024**4}

# Per second.
RATES = {"s": 1, "min": 1 / 60, "h": 1 / 3600, "d": 1 / 86_400}

# No quantity has more digits, and with more of them arithmetic could overflow.
_NUMBER = r"[0-9]{1,15}(?:\.[0-9]{1,15})?"
_PART = re.compile(rf"({_NUMBER}) ?([A-Za-z]*)")
_QUANTITY = re.compile(rf"({_NUMBER}) ?(.*)", re.DOTALL)


class Unreadable(NamedTuple):
    """Why a text is no quantity, and what to write instead."""

    message: str
    help: str


def duration(text: str) -> float | Unreadable:
    """Seconds of `90s`, `15min`, `6h`, `7d`, `1h30min`."""
    parts = _PART.findall(text)
    if not parts or _PART.sub("", text).strip():
        return Unreadable(f"`{text}` is not a duration", _help("a duration", "90s", "15min", "7d"))
    if any(not unit for _, unit in parts):
        return Unreadable(f"`{text}` has no unit of time", _help("a duration", *_with_units(text, "s", "min")))
    unknown = next((unit for _, unit in parts if unit not in DURATIONS), None)
    if unknown is not None:
        return Unreadable(f"`{unknown}` is not a unit of time", f"the units are {', '.join(f'`{unit}`' for unit in DURATIONS)}")
    return float(sum(float(number) * DURATIONS[unit] for number, unit in parts))


def size(text: str) -> int | Unreadable:
    """Bytes of `512MB`, `1.5GB`; a part of a byte is cut off."""
    found = _QUANTITY.fullmatch(text)
    if found is None:
        return Unreadable(f"`{text}` is not a size", _help("a size", "512MB", "32GB"))
    number, unit = found.groups()
    if not unit:
        return Unreadable(f"`{text}` has no unit of size", _help("a size", *_with_units(text, "MB", "GB")))
    if unit not in SIZES:
        letter = unit[:1].upper()
        near = next((known for known in SIZES if known[0].upper() == letter and unit[1:].upper() in ("", "B", "IB")), "")
        return Unreadable(f"`{unit}` is not a unit of size", f"write `{number}{near}`" if near else "the units are `B`, `kB`, `MB`, `GB` and `TB`")
    return int(float(number) * SIZES[unit]) if "." in number else int(number) * SIZES[unit]


def percentage(text: str) -> float | Unreadable:
    """The share that `80%` or `99.95%` is, from 0 on: 0.8, 0.9995."""
    found = _QUANTITY.fullmatch(text)
    if found is None or found[2] not in ("", "%"):
        return Unreadable(f"`{text}` is not a percentage", _help("a percentage", "80%"))
    if not found[2]:
        return Unreadable(f"`{text}` has no `%`", f"write `{text}%`")
    return float(found[1]) / 100


def rate(text: str) -> float | Unreadable:
    """Times a second of `5/s`, `200/min`."""
    number, slash, unit = (part.strip() for part in text.partition("/"))
    if not re.fullmatch(_NUMBER, number):
        return Unreadable(f"`{text}` is not a rate", _help("a rate", "5/s", "200/min"))
    if not slash:
        return Unreadable(f"`{text}` has no unit of time", _help("a rate", f"{number}/s", f"{number}/min"))
    if unit not in RATES:
        return Unreadable(f"`{unit}` is not a unit of rates", f"write {_listed([f'{number}/{known}' for known in RATES])}")
    return float(number) * RATES[unit]


def _with_units(text: str, *units: str) -> tuple[str, ...]:
    return tuple(f"{text.strip()}{unit}" for unit in units)


def _help(what: str, *examples: str) -> str:
    return f"write {what} with its unit: {_listed(examples)}"


def _listed(examples: tuple[str, ...] | list[str]) -> str:
    quoted = [f"`{example}`" for example in examples]
    return f"{', '.join(quoted[:-1])} or {quoted[-1]}" if len(quoted) > 1 else quoted[0]
