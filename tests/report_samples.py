"""Five findings that every output format is tried on."""

from broxspec.catalog.model import Skipped
from broxspec.diagnostic import Diagnostic, Label
from broxspec.report import Report
from broxspec.source import Source, Span

SPEC = Source(
    "specs/indexes/orders.yaml",
    "kind: indexes\n\n# The table of orders.\ntable: public.orders\nindexes:\n  columns: [tenat_id, created_at]\n  where: >-\n"
    "    status = 'NEW'\n    AND total > 10\n  why: x\n",
)
DUMP = Source("schema.sql", "CREATE TABLE orders (\n\tid int,\n\ttenant_id int\n);\nCREATE INDEX a ON orders (id);\n")
SERVER = Source("postgresql://db.example/app", "")


def place(source: Source, text: str, until: str = "") -> Span:
    """The first place of a text, or from it up to the end of another."""
    start = source.text.index(text)
    end = source.text.index(until, start) + len(until) if until else start + len(text)
    return source.span(start, end)


UNKNOWN_COLUMN = Diagnostic(
    "IX202",
    "unknown-column",
    "error",
    "column `tenat_id` is not in `public.orders`",
    place(SPEC, "tenat_id"),
    note="no such column",
    labels=(Label(place(SPEC, "public.orders"), "3 columns: id, tenant_id, created_at"), Label(place(DUMP, "tenant_id"), "defined here")),
    help="did you mean `tenant_id`?",
    fine="never",
    subject={"schema": "public", "table": "orders", "column": "tenat_id"},
    environments=("staging",),
)
PREDICATE = Diagnostic(
    "IX105",
    "never-true",
    "warning",
    "the predicate is never true",
    place(SPEC, "status = 'NEW'", "> 10"),
    note="100%, always: no row",
    environments=("production", "staging"),
)
DUPLICATE = Diagnostic(
    "IX102",
    "duplicate-index",
    "info",
    "index `a` is on `id`",
    place(DUMP, "a ON"),
    labels=(Label(place(DUMP, "orders (id)"), "this table"), Label(place(DUMP, "CREATE INDEX"), "another")),
)
LIVE = Diagnostic(
    "IX101",
    "unindexed-foreign-key",
    "warning",
    "foreign key `fk` of `orders` has no index",
    SERVER.span(0, 0),
    labels=(Label(SERVER.span(0, 0), "`customers` is deleted from"),),
    help="add an index:\nCREATE INDEX ON orders (customer_id);",
    subject={"schema": "public", "table": "orders", "constraint": "fk", "columns": ["customer_id"]},
)
HOSTILE = Diagnostic(
    "SP004",
    "control-character",
    "error",
    "a message with \x1b[31mescapes\x07 and a line\nbreak, 100% | of `it`",
    Span(Source("odd, name:\x1b.yaml", "key: \x1b]0;title\x07\u202e value\n"), 5, 16),
    note="\x9b",
)

REPORT = Report(
    (UNKNOWN_COLUMN, PREDICATE, DUPLICATE, LIVE, HOSTILE),
    (Skipped("CREATE FUNCTION", "no effect on tables", 1200), Skipped("COPY", "data", 2)),
    ("production", "staging"),
)
