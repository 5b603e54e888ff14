"""What the datasource and generator blocks say about the database."""

import re
from collections.abc import Sequence
from typing import NamedTuple

from broxspec.catalog.prisma.faults import PROVIDER, finding
from broxspec.catalog.prisma.syntax import Block, Field
from broxspec.diagnostic import Diagnostic

PROVIDERS = ("postgresql", "postgres", "cockroachdb")

_SCHEMA = re.compile(r"[?&]schema=([^&]+)")


class Datasource(NamedTuple):
    """`schemas` are those that `@@schema` may name; `default_schema` is where models without one go.

    `enforced` is false where relations are kept by Prisma's client alone (`relationMode = "prisma"`).
    """

    schemas: tuple[str, ...] = ()
    default_schema: str = "public"
    enforced: bool = True
    extensions: tuple[str, ...] = ()
    preview_features: frozenset[str] = frozenset()
    supported: bool = True


def read(blocks: Sequence[Block], found: list[Diagnostic]) -> Datasource:
    """The datasource that the blocks describe; PostgreSQL with Prisma's defaults where there is none."""
    previews = frozenset(
        name
        for block in blocks
        if block.keyword == "generator"
        for name in _strings(_setting(block, "previewFeatures"))
    )
    block = next((block for block in blocks if block.keyword == "datasource"), None)
    if block is None:
        return Datasource(preview_features=previews)
    mode = _string(_setting(block, "relationMode") or _setting(block, "referentialIntegrity"))
    url = _SCHEMA.search(_string(_setting(block, "url")) or "")
    return Datasource(
        tuple(_strings(_setting(block, "schemas"))),
        url[1] if url else "public",
        mode != "prisma",
        tuple(_extensions(_setting(block, "extensions"))),
        previews,
        _is_supported(block, found),
    )


def _is_supported(block: Block, found: list[Diagnostic]) -> bool:
    setting = _setting(block, "provider")
    # Long ago several providers could be listed.
    named = [_string(setting)] if setting and setting.value and setting.value.kind == "string" else _strings(setting)
    if any(name in PROVIDERS for name in named):
        return True
    at = block.span(setting.value.start, setting.value.end) if setting and setting.value else block.at
    what = f"`{named[0]}`" if named else "no provider"
    found.append(
        finding(PROVIDER, at, f"the datasource has {what}, not PostgreSQL", help='read a schema whose provider is "postgresql"')
    )
    return False


def _setting(block: Block, name: str) -> Field | None:
    return next((field for field in block.fields if field.name == name), None)


def _string(setting: Field | None) -> str | None:
    value = setting.value if setting else None
    return value.text if value and value.kind == "string" else None


def _strings(setting: Field | None) -> list[str]:
    value = setting.value if setting else None
    if value is None:
        return []
    items = [item.value for item in value.items] if value.kind == "array" else [value]
    return [item.text for item in items if item.kind == "string"]


def _extensions(setting: Field | None) -> list[str]:
    """Names as in the database: `uuidOssp(map: "uuid-ossp")` is `uuid-ossp`."""
    value = setting.value if setting else None
    names = []
    for item in value.items if value else ():
        mapped = next((argument.value.text for argument in item.value.items if argument.name == "map"), None)
        names.append(mapped or item.value.text)
    return names
