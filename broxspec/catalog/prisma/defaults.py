"""`@default(…)` as the SQL that Prisma's DDL has, or as nothing where Prisma's client makes the value."""

import base64
import binascii
import re

from broxspec.catalog.prisma.lexer import Value

# Functions whose values Prisma's client makes: the database has no default then.
CLIENT_FUNCTIONS = {"uuid": "String", "cuid": "String", "ulid": "String", "nanoid": "String", "auto": ""}

_TIME = re.compile(
    r"(\d{4}-\d\d-\d\d)[Tt ](\d\d:\d\d:\d\d)(?:\.(\d{1,9}))?(?:[Zz]|([+-]\d\d):?(\d\d))$"
)  # RFC 3339


class Unfit(Exception):
    """A default that does not fit its field; the message says why."""


def literal(value: Value, scalar: str, labels: dict[str, str] | None) -> str:
    """One value as SQL. `labels` are an enum's labels, by their name in the schema. Raises Unfit."""
    kind, text = value.kind, value.text
    if labels is not None:
        if kind != "constant" or text not in labels:
            raise Unfit("the default of an enum is one of its labels")
        return quoted(labels[text])
    if kind == "constant" and scalar == "Boolean" and text in ("true", "false"):
        return text
    if kind == "number" and scalar in ("Int", "BigInt"):
        return _whole(text, 31 if scalar == "Int" else 63)
    if scalar in ("Float", "Decimal") and (kind == "number" or kind == "string" and scalar == "Decimal"):
        return _decimal(text)
    if kind == "string" and scalar in _STRINGS:
        return _STRINGS[scalar](text)
    raise Unfit(f"a {_KINDS.get(kind, kind)} is not a value of type `{scalar}`")


def quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def array(values: list[str], sql_type: str) -> str:
    return f"ARRAY[{', '.join(values)}]::{sql_type}[]"


_KINDS = {"constant": "name", "function": "function", "array": "list", "object": "group of settings"}


def _whole(text: str, bits: int) -> str:
    if "." in text or len(text) > 40 or not -(2**bits) <= int(text) < 2**bits:
        raise Unfit(f"`{text[:40]}` is not a whole number of {bits + 1} bits")
    return str(int(text))


def _decimal(text: str) -> str:
    match = re.fullmatch(r"(-?)0*(\d+?(?:\.\d+)?)", text)
    if match is None:
        raise Unfit(f"`{text}` is not a number")
    sign, digits = match.groups()
    return digits if digits.strip("0.") == "" else sign + digits


def _time(text: str) -> str:
    match = _TIME.match(text)
    if match is None:
        raise Unfit(f"`{text}` is not a time such as 2020-01-31T12:00:00+00:00")
    date, clock, fraction, hours, minutes = match.groups()
    digits = (fraction or "").ljust(9, "0").rstrip("0")
    # Fractions are written in threes, as the engine's own time library does.
    shown = f".{digits.ljust(-(-len(digits) // 3) * 3, '0')}" if digits else ""
    return quoted(f"{date} {clock}{shown} {hours or '+00'}:{minutes or '00'}")


def _bytes(text: str) -> str:
    try:
        return quoted("\\x" + base64.b64decode(text, validate=True).hex())
    except (binascii.Error, ValueError):
        raise Unfit(f"`{text}` is not base64") from None


def _json(text: str) -> str:
    import json

    try:
        json.loads(text)
    except (ValueError, RecursionError):
        raise Unfit("the default is not valid JSON") from None
    return quoted(text)


_STRINGS = {"String": quoted, "DateTime": _time, "Bytes": _bytes, "Json": _json}
