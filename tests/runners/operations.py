"""A small database and one operation of each kind on it."""

from broxspec.catalog.model import Fragment, Index, Key
from broxspec.plan import Operation
from broxspec.source import Source, Span

SCHEMA = """
CREATE TYPE status AS ENUM ('PENDING', 'DONE');
CREATE TABLE orders (
    id bigint PRIMARY KEY, "userId" bigint NOT NULL, email text COLLATE "C", total numeric(12,2),
    state status NOT NULL DEFAULT 'PENDING', tags text[], "createdAt" timestamptz NOT NULL DEFAULT now(), gone int
);
ALTER TABLE orders DROP COLUMN gone;
CREATE TABLE users (id bigint PRIMARY KEY, name text);
CREATE INDEX orders_changed ON orders ("userId");
CREATE INDEX orders_renamed ON orders (total);
CREATE INDEX orders_dropped ON orders (lower(email), "createdAt" DESC) WHERE total > 0;
INSERT INTO orders SELECT n, n % 100, 'u' || n || '@x.org', n, 'DONE', ARRAY['a'] FROM generate_series(1, 500) n;
INSERT INTO users SELECT n, 'u' || n FROM generate_series(1, 50) n;
"""


def fragment(sql):
    return Fragment(sql, sql)


def on_orders(name, *keys, **more):
    return Index("public", "orders", name, tuple(Key(key) if isinstance(key, str) else key for key in keys), **more)


CREATED = on_orders(
    "idx_orders_userId_createdAt_pending",
    "userId",
    Key("createdAt", order="desc", nulls="first"),
    predicate=fragment("state = 'PENDING' AND email <> 'a''b'"),
    include=("total",),
    storage=(("fillfactor", "80"),),
)
LOWER = Key(None, fragment("lower(email)"))
UNIQUE = on_orders("idx_orders_lower_email", LOWER, Key("id", order="desc", nulls="last"), unique=True)
GIN = on_orders("idx_orders_tags", "tags", method="gin")
PATTERN = on_orders("idx_orders_email", Key("email", opclass="text_pattern_ops", collation="POSIX"))
CHANGED = on_orders("orders_changed", "userId")
DROPPED = on_orders(
    "orders_dropped", LOWER, Key("createdAt", order="desc", nulls="first"), predicate=fragment("(total > (0)::numeric)")
)
RENAMED = on_orders("orders_renamed", "total")

CREATE = tuple(Operation("create", None, index) for index in (CREATED, UNIQUE, GIN, PATTERN))
CHANGE = Operation("change", CHANGED, CHANGED._replace(keys=(Key("userId"), Key("state"))))
RENAME = Operation("rename", RENAMED, RENAMED._replace(name="idx_orders_total"))
DROP = Operation("drop", DROPPED, None)
ALL = (RENAME, *CREATE, CHANGE, DROP)


def indexes(connection):
    """What the server says of every index: its name, its definition, whether it is valid."""
    rows = connection.execute(
        "SELECT c.relname, pg_get_indexdef(i.indexrelid), i.indisvalid FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid "
        "JOIN pg_namespace n ON n.oid = c.relnamespace WHERE n.nspname = 'public' AND i.indrelid <> COALESCE(to_regclass('_prisma_migrations'), 0::oid) ORDER BY 1"
    ).fetchall()
    return {name: (definition, valid) for name, definition, valid in rows}


def asked(operations):
    """The operations as a spec asks for them."""
    place = Span(Source("specs/indexes/orders.yaml", "kind: indexes"), 0, 4)
    return tuple(operation._replace(because=(place,)) for operation in operations)
