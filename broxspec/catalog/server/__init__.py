"""A live server, read by catalog queries in one read-only transaction. No superuser is needed."""

from broxspec.catalog.model import Catalog
from broxspec.catalog.server.assemble import assemble
from broxspec.catalog.server.connection import connected, password_in, refuse_password, shown

__all__ = ["connected", "password_in", "read_connection", "read_server", "refuse_password", "shown"]


def read_server(dsn: str) -> Catalog:
    """The database behind a `postgresql://` URL. A server that can't be read is a UsageError."""
    with connected(dsn) as connection:
        return read_connection(connection, shown(dsn))


def read_connection(connection, path: str) -> Catalog:
    """The database of an open psycopg connection; `path` is what findings call it."""
    return assemble(connection, path)
