"""The project that `init` makes: small, complete, and clean under `lint` and `compile`."""

from broxspec.cli import _editor as editor

_CONFIG = f"""\
#:schema {editor.FOLDER}/config.schema.json
# broxspec reads every spec under specs/ and writes what it compiles to generated/ and to the migrations folder.
specs = ["specs"]
generated = "generated"
"""

_SCHEMA = """\
-- A stand-in for your own schema: put a `pg_dump --schema-only` here, or name your .sql, .prisma or migrations in
-- specs/database/app.yaml.
CREATE TABLE customers (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    email text NOT NULL UNIQUE
);

CREATE TABLE orders (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    customer_id bigint NOT NULL REFERENCES customers,
    status text NOT NULL DEFAULT 'pending',
    created_at timestamptz NOT NULL DEFAULT now()
);
"""

_DATABASE = """\
kind: database
name: app
server_version: 15
schema: schema.sql
runner: psql
migrations: migrations
"""

_INDEXES = """\
kind: indexes
table: orders
indexes:
  - columns: [customer_id, created_at desc]
    why: a customer's orders, newest first; also covers the foreign key
  - columns: [created_at]
    where: status = 'pending'
    label: pending
    why: the queue of orders to work on
"""

_ATTRIBUTES = """\
# Compiled by broxspec; a review reads the specs and the plan.
/generated/** linguist-generated=true text eol=lf
/migrations/** linguist-generated=true text eol=lf
"""

ATTRIBUTES = ".gitattributes"
FIRST_SPEC = "specs/indexes/orders.yaml"


def files() -> dict[str, str]:
    """The text of every file by its path, in the order in which a person would read them."""
    return {
        "broxspec.toml": _CONFIG,
        "schema.sql": _SCHEMA,
        "specs/database/app.yaml": f"{editor.modeline('database')}\n{_DATABASE}",
        FIRST_SPEC: f"{editor.modeline('indexes')}\n{_INDEXES}",
        ATTRIBUTES: _ATTRIBUTES,
    }
