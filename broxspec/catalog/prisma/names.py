"""The names that Prisma makes for constraints and indexes.

They look like PostgreSQL's own, but are cut differently: Prisma cuts the whole of table and columns from the right to
leave room for the suffix in 63 bytes, never inside a character, while PostgreSQL shortens the longer part.
"""

from collections.abc import Iterable

from broxspec.postgres.limits import NAME_BYTES
from broxspec.postgres.names import clip


def _made(body: str, suffix: str) -> str:
    return clip(body, NAME_BYTES - len(suffix)) + suffix


def primary_key(table: str) -> str:
    return _made(table, "_pkey")


def unique(table: str, columns: Iterable[str]) -> str:
    return _made(f"{table}_{'_'.join(columns)}", "_key")


def index(table: str, columns: Iterable[str]) -> str:
    return _made(f"{table}_{'_'.join(columns)}", "_idx")


def foreign_key(table: str, columns: Iterable[str]) -> str:
    return _made(f"{table}_{'_'.join(columns)}", "_fkey")


class JoinTable:
    """The names of an implicit many-to-many relation: its table, and what stands on it.

    Prisma cuts these by characters, so that names of more than 63 bytes remain, which the server cuts again.
    """

    def __init__(self, relation: str) -> None:
        self.table = f"_{relation}"[:NAME_BYTES]

    def _name(self, suffix: str) -> str:
        return clip(self.table[: NAME_BYTES - len(suffix)] + suffix)

    @property
    def primary_key(self) -> str:
        return self._name("_AB_pkey")

    @property
    def unique(self) -> str:
        """What stood in place of the primary key before Prisma 6."""
        return self._name("_AB_unique")

    @property
    def index(self) -> str:
        return self._name("_B_index")

    def foreign_key(self, side: str) -> str:
        """`side` is `A` or `B`."""
        return _made(self.table, f"_{side}_fkey")


def too_long(name: str) -> bool:
    return len(name.encode("utf-8", "surrogatepass")) > NAME_BYTES
