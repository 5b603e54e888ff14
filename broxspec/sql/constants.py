"""Constants as PostgreSQL prints them back: it reads `'5'` for an integer column and shows `5`."""

import json
import re
from datetime import datetime, timedelta
from decimal import Decimal

INTEGERS = frozenset({"int2", "int4", "int8", "oid"})
NUMBERS = INTEGERS | {"numeric", "float4", "float8"}
_NUMBER = re.compile(r"\s*([+-]?)(\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?\s*\Z")
_TRUE = frozenset({"t", "tr", "tru", "true", "y", "ye", "yes", "on", "1"})
_FALSE = frozenset({"f", "fa", "fal", "fals", "false", "n", "no", "of", "off", "0"})
_CLOCK = re.compile(r"\d\d:\d\d\Z")
_MOMENT = re.compile(
    r"\s*(\d{4})-(\d{1,2})-(\d{1,2})(?:[ T](\d{1,2}):(\d\d)(?::(\d\d)(?:\.(\d{1,6}))?)?)?\s*(?:(Z|UTC)|([+-])(\d\d)(?::?(\d\d))?)?\s*\Z"
)


def number(text: str) -> str:
    """A number without an exponent, as the server prints it."""
    if "e" not in text.lower():
        return text
    try:
        return format(Decimal(text), "f") if abs(int(text.lower().partition("e")[2])) < 40 else text
    except (ArithmeticError, ValueError):
        return text


def quoted(text: str) -> str:
    """A string constant, as the server prints it."""
    body = text.replace("'", "''")
    return "E'" + body.replace("\\", "\\\\") + "'" if "\\" in text else f"'{body}'"


def constant(text: str, type_name: str | None) -> str:
    """The one form of a string constant that is read as a type; None where the type is unknown."""
    if type_name in NUMBERS and _NUMBER.match(text):
        return number(text.strip().lstrip("+"))
    if type_name == "bool":
        word = text.strip().lower()
        return "true" if word in _TRUE else "false" if word in _FALSE else quoted(text)
    if type_name in ("timestamp", "timestamptz", "date"):
        return quoted(_moment(text, type_name))
    if type_name == "jsonb" or type_name is None and text[:1] in ("{", "["):
        return quoted(_json(text))
    if type_name == "uuid":
        return quoted(text.strip().strip("{}").lower())
    if type_name in ("time", "timetz") and _CLOCK.match(text):
        return quoted(text + ":00")
    if type_name == "bytea" and text.startswith("\\x"):
        return quoted(text.lower())
    if type_name == "regconfig":
        return quoted(text.removeprefix("pg_catalog."))
    return quoted(text)


def _moment(text: str, type_name: str) -> str:
    """Dates and times as the server prints them with ISO dates, in UTC."""
    found = _MOMENT.match(text)
    if not found:
        return text
    year, month, day, hour, minute, second, fraction, _, sign, hours, minutes = found.groups()
    try:
        moment = datetime(int(year), int(month), int(day), int(hour or 0), int(minute or 0), int(second or 0), int((fraction or "0").ljust(6, "0")))
    except ValueError:
        return text
    if type_name == "date":
        return moment.strftime("%Y-%m-%d")
    if type_name == "timestamptz" and sign:
        offset = timedelta(hours=int(hours), minutes=int(minutes or 0))
        moment = moment - offset if sign == "+" else moment + offset
    shown = moment.isoformat(sep=" ")
    return shown.rstrip("0") if moment.microsecond else shown


def _json(text: str) -> str:
    """A JSON value with jsonb's spacing and order of keys; other text as it is."""
    try:
        return _jsonb(json.loads(text, parse_float=_Verbatim, parse_int=_Verbatim))
    except (ValueError, RecursionError):
        return text


class _Verbatim(str):
    """A number as written."""


def _jsonb(value: object) -> str:
    if isinstance(value, _Verbatim):
        return value
    if isinstance(value, dict):
        keys = sorted(value, key=lambda key: (len(key.encode()), key))
        return "{" + ", ".join(f"{json.dumps(key, ensure_ascii=False)}: {_jsonb(value[key])}" for key in keys) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(_jsonb(item) for item in value) + "]"
    return json.dumps(value, ensure_ascii=False)
