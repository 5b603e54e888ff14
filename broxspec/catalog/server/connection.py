"""A connection to a server that is only read: URL, passwords, timeouts, errors."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl, quote, urlencode, urlsplit

from broxspec.usage import UsageError

if TYPE_CHECKING:
    from psycopg import Connection

# Reading a catalog of thousands of tables takes about a second; waiting longer means that something is in the way.
_SETTINGS = {
    "statement_timeout": "60s",
    "lock_timeout": "5s",
    "idle_in_transaction_session_timeout": "60s",
    # Every name outside pg_catalog is then printed with its schema, and no function of a user can get in between.
    "search_path": "pg_catalog",
}
_SECRETS = ("password", "sslpassword")


def shown(url: str) -> str:
    """The URL without passwords: what findings and messages call the server. Other connection strings are not shown."""
    if "://" not in url:
        return "the server"
    parts = urlsplit(url)
    user, at, place = parts.netloc.rpartition("@")
    query = [(name, value) for name, value in parse_qsl(parts.query, keep_blank_values=True) if name not in _SECRETS]
    encoded = urlencode(query, quote_via=quote, safe="/:,")
    # urlunsplit would drop the slashes of a URL without a host, which names a socket.
    return f"{parts.scheme}://{user.partition(':')[0]}{at}{place}{parts.path}{'?' if encoded else ''}{encoded}"


def password_in(url: str) -> bool:
    """Whether the URL has a password, which everyone who lists processes could read."""
    parts = urlsplit(url)
    user, _, _ = parts.netloc.rpartition("@")
    return ":" in user or any(name in _SECRETS for name, _ in parse_qsl(parts.query, keep_blank_values=True))


def refuse_password(url: str) -> None:
    """UsageError for an argument that has a password."""
    if password_in(url):
        raise UsageError(
            f"the URL of `{shown(url)}` has a password, which everyone who lists processes can read",
            "give it by PGPASSWORD, ~/.pgpass or a service (PGSERVICE)",
        )


@contextmanager
def connected(url: str) -> "Iterator[Connection]":
    """A connection inside a read-only transaction that sees one state of the database."""
    try:
        import psycopg
    except ImportError as error:
        raise UsageError("reading a server needs the library psycopg", "run `pip install 'broxspec[server]'`") from error
    try:
        with _connect(psycopg, url) as connection:
            # A fixed set of names and values. Sent as statements: a pooler may refuse them at start-up.
            for name, value in _SETTINGS.items():
                connection.execute(f"SET LOCAL {name} = '{value}'")
            yield connection
    except psycopg.Error as error:
        what = " ".join(str(error).split()) or type(error).__name__
        raise UsageError(f"`{shown(url)}` can't be read: {what}", _help(what)) from error


def _connect(psycopg, url: str) -> "Connection":
    patience = {} if "connect_timeout" in url else {"connect_timeout": 10}
    connection = psycopg.connect(url, fallback_application_name="broxspec", prepare_threshold=None, **patience)
    connection.read_only = True
    connection.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
    return connection


def _help(what: str) -> str:
    if "no password supplied" in what or "password authentication failed" in what:
        return "give the password by PGPASSWORD, ~/.pgpass or a service (PGSERVICE)"
    return ""
