"""Live: what there is on a server, read in one read-only transaction by a role that need be allowed nothing but to connect."""

from typing import NamedTuple

from broxspec.catalog.model import Catalog, Name
from broxspec.source import Source, Span


class Live(NamedTuple):
    """`url` is without password. `database` is what the server calls it. `at_work` are the tables on which a session holds the lock that a
    concurrent build takes, as VACUUM and ANALYZE do too."""

    url: str
    database: str
    major: int
    catalog: Catalog
    at_work: frozenset[Name]

    @property
    def at(self) -> Span:
        return Source(self.url, "").span(0, 0)


# Its own backend takes no such lock.
_AT_WORK = """
SELECT DISTINCT n.nspname, c.relname
FROM pg_locks l JOIN pg_class c ON c.oid = l.relation JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE l.locktype = 'relation' AND l.mode = 'ShareUpdateExclusiveLock' AND l.granted
    AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database())
"""


def read_live(url: str) -> Live:
    """UsageError for a URL that is none, has a password, or leads to no server that can be read."""
    from broxspec.catalog.server import connected, read_connection, refuse_password, shown
    from broxspec.pipeline import is_url
    from broxspec.usage import UsageError

    if not is_url(url):
        raise UsageError(f"`{url}` is not the URL of a server", "write `postgresql://user@host/database`, or `postgresql:///?service=name`")
    refuse_password(url)
    with connected(url) as connection:
        info = connection.info
        at_work = frozenset(Name(*row) for row in connection.execute(_AT_WORK).fetchall())
        return Live(shown(url), info.dbname, info.server_version // 10000, read_connection(connection, shown(url)), at_work)
