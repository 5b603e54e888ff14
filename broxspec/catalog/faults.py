"""What reading a schema can find: the codes from SP301 on.

These are no rules: they are found while the catalog is built, before any rule runs. `docs` is the page and the
`explain` text of each.
"""

from typing import NamedTuple


class Fault(NamedTuple):
    """A sort of finding. `severity` is its default."""

    code: str
    slug: str
    severity: str
    docs: str


SYNTAX = Fault(
    "SP301", "statement-syntax", "error",
    """PostgreSQL's own parser does not accept the statement.

    The statement is left out and reading goes on after it. Where a semicolon is missing, the finding stands at the first word of
    the statement that follows. The grammar is that of PostgreSQL 18.""",
)  # fmt: skip
REJECTED = Fault(
    "SP302", "sql-rejected", "error",
    """PostgreSQL would refuse the statement: it names something that is not there, or makes something that is there already.

    The statement has no effect, as on a server that is told to go on after errors. Objects must be made before they are used; several
    files are read in the order in which they are given.""",
)  # fmt: skip
OPAQUE = Fault(
    "SP303", "opaque-statement", "warning",
    """The statement could have changed tables or indexes in a way that can't be told from its text: a DO block with dynamic SQL, a
    call of a function that contains DDL, a psql command that runs another file.

    Findings about the tables in question may be wrong. Write the statements out, or read the schema from a dump or a live server.""",
)  # fmt: skip
OUTSIDE = Fault(
    "SP304", "outside-schema", "info",
    """A schema is used that nothing creates. It is taken as existing, since dumps of single tables look like this.

    A table in it that is referenced but not given is taken as existing too.""",
)  # fmt: skip
UNKNOWN_COLUMNS = Fault(
    "SP305", "unknown-columns", "info",
    """The columns of a table or materialized view that is made by a query can't be told from the text (`SELECT *`, a call).

    Checks that need its columns are silent about it.""",
)  # fmt: skip

FAULTS = (SYNTAX, REJECTED, OPAQUE, OUTSIDE, UNKNOWN_COLUMNS)


def fault(name: str) -> Fault | None:
    """The fault with that code or slug."""
    return next((fault for fault in FAULTS if name.upper() == fault.code or name == fault.slug), None)
