"""What the statements for partitioned tables lock, as a real server has it."""

import pytest

from broxspec.kinds.indexes.locks import locks

SQL = """
CREATE TABLE events (id int NOT NULL, at timestamptz) PARTITION BY LIST (id);
CREATE TABLE one PARTITION OF events FOR VALUES IN (1);
CREATE TABLE two PARTITION OF events FOR VALUES IN (2);
CREATE INDEX whole ON ONLY events (at);
CREATE INDEX part ON one (at);
CREATE INDEX complete ON events (id);
"""
_LOCKS = """
SELECT c.relname, l.mode FROM pg_locks l JOIN pg_class c ON c.oid = l.relation
WHERE l.pid = pg_backend_pid() AND c.relname IN ('events', 'one', 'two', 'whole', 'part') AND l.mode <> 'AccessShareLock'
"""


@pytest.mark.parametrize("key, statement, wanted", [
    ("CREATE INDEX ON ONLY", "CREATE INDEX further ON ONLY events (at)", {"events"}),
    ("ALTER INDEX ATTACH PARTITION", "ALTER INDEX whole ATTACH PARTITION part", {"part"}),
    ("DROP INDEX of a partitioned table", "DROP INDEX complete", {"events", "one", "two"}),
])  # fmt: skip
def test_the_strongest_lock_is_the_one_that_plan_names(database, key, statement, wanted):
    assert database.psql(SQL).returncode == 0
    with database.connect(autocommit=False) as connection:
        connection.execute(statement.encode())
        held = set(connection.execute(_LOCKS).fetchall())
        connection.rollback()
    lock = locks()[key].lock
    assert {name for name, mode in held if mode == lock} == wanted
    assert {mode for _, mode in held} <= {lock, "ShareUpdateExclusiveLock"}
