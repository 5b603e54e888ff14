"""What PostgreSQL's typing rules say of a spec's SQL; asked once for all rules and environments."""

from broxspec.catalog.model import Catalog, Table
from broxspec.catalog.scope import scope_of, types_of
from broxspec.kinds.indexes.sql_value import Sql
from broxspec.postgres.expressions import Judged, judge

# By identity, which the kept value guards: trees of SQL have no hash.
_judged: dict[tuple[int, int], tuple[Sql, Table, Judged]] = {}


def judged(sql: Sql, predicate: bool, table: Table, catalog: Catalog, major: int) -> Judged:
    """The type and volatility of an expression or predicate over the table."""
    key = (id(sql), id(table))
    known = _judged.get(key)
    if known is None or known[0] is not sql or known[1] is not table:
        scope = scope_of(table, catalog, types_of(catalog, major))
        known = _judged[key] = (sql, table, judge(sql.node, scope, predicate))
    return known[2]
