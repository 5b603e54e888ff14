"""What a server tells beside its catalog: how many rows its tables have, and what a migration finds."""

import re
from typing import TYPE_CHECKING, Any

from broxspec.catalog.model import Name
from broxspec.catalog.server import queries

if TYPE_CHECKING:
    from broxspec.catalog.model import Catalog
    from broxspec.catalog.sql.before import Before

_PATH = re.compile(r'"((?:[^"]|"")*)"|([^\s,"]+)')


def rows(connection: Any, catalog: "Catalog") -> dict[Name, int]:
    """The rows of each table as the server estimates them, of a partitioned one those of its partitions. What was never counted, and
    what lies on another server, is left out."""
    counts = connection.execute(queries.rows(connection.info.server_version // 10000)).fetchall()
    estimates = {Name(schema, name): int(count) for schema, name, count in counts if count >= 0}
    parts: dict[Name, list[Name]] = {}
    for table in catalog.tables.values():
        if table.partition is not None and table.parents:
            parts.setdefault(table.parents[0], []).append(table.qualified)

    def counted(name: Name) -> int | None:
        if catalog.tables[name].kind != "partitioned":
            return estimates.get(name)
        below = [counted(part) for part in parts.get(name, ())]
        return None if None in below else sum(count for count in below if count is not None)

    return {name: count for name in catalog.tables if (count := counted(name)) is not None}


def before(connection: Any, catalog: "Catalog") -> "Before":
    """The database as the state before a migration."""
    from broxspec.catalog.sql.before import Before

    unproven = frozenset((Name(schema, table), name) for schema, table, name in connection.execute(queries.UNPROVEN).fetchall())
    (path,) = connection.execute(queries.SEARCH_PATH).fetchone()
    names = tuple(quoted.replace('""', '"') or bare.lower() for quoted, bare in _PATH.findall(path))
    return Before(catalog, unproven, names)
