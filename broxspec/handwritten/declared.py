"""What a Prisma schema declares, beside migrations that may make more."""

import re
from collections.abc import Sequence
from typing import NamedTuple

from broxspec.catalog.model import Catalog
from broxspec.catalog.prisma.read import Schema, read_prisma, resolve
from broxspec.source import Source


class Declared(NamedTuple):
    """A Prisma schema, the catalog that it makes, and Prisma's version, None where unknown."""

    schema: Schema
    catalog: Catalog
    version: tuple[int, ...] | None


def read(sources: Sequence[Source], major: int, version: str = "") -> Declared:
    """The declarations of a schema's files. What is wrong with them is said where the schema itself is read."""
    numbers = tuple(int(part) for part in re.findall(r"\d{1,9}", version)[:3]) or None
    catalog, _ = read_prisma(sources, major=major, version=numbers)
    return Declared(resolve(sources, major, []), catalog, numbers)
