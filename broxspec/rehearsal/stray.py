"""Stray: partitions that a migration does not know, since they were made after it was compiled."""

from collections.abc import Iterable, Sequence

from broxspec.catalog.model import Catalog, Index, Name
from broxspec.components.postgres import Server
from broxspec.kinds.indexes import emit
from broxspec.plan import table_of
from broxspec.quoting import sql

_NAME = "broxspec_stray"


def strays_of(base: Catalog, wholes: Iterable[Index]) -> list[tuple[Name, str]]:
    """A new partition for each table, and the statement that makes it: the one for all other values, which needs no bound. A
    table that has one, or is partitioned by hash and can't, gets none."""
    taken = {table.parents[0] for table in base.tables.values() if table.partition and "DEFAULT" in table.partition.upper() and table.parents}
    found = []
    for number, name in enumerate(sorted({table_of(index) for index in wholes})):
        table = base.table(name)
        if table is None or name in taken or not table.partition_key or table.partition_key.strip().upper().startswith("HASH"):
            continue
        stray = Name(name.schema, f"{_NAME}_{number + 1}")
        found.append((stray, f"CREATE TABLE {sql.qualified(*stray)} PARTITION OF {sql.qualified(*name)} DEFAULT"))
    return found


def add(server: Server, database: str, strays: Sequence[tuple[Name, str]]) -> None:
    with server.connect(database) as connection:
        for _, statement in strays:
            connection.execute(statement.encode())


def make_wholes(server: Server, database: str, wholes: Iterable[Index], *, only: bool) -> None:
    """The indexes of partitioned tables: with all their parts, or without any."""
    with server.connect(database) as connection:
        for index in wholes:
            connection.execute(emit.create(index._replace(only=only), concurrently=False).encode())
