"""The parts of a rehearsal, each on a real server."""

import os
import signal
import subprocess
import sys
import tempfile
import time

import pytest

from broxspec.catalog.model import Name
from broxspec.components import ComponentMissing
from broxspec.components.postgres import Installation
from broxspec.rehearsal import bench
from broxspec.rehearsal.attempt import Attempt, Failed
from broxspec.rehearsal.hold import NotCaught, held
from broxspec.rehearsal.load import run_sources
from broxspec.rehearsal.snapshot import differences, snapshot
from broxspec.source import Source

TABLE = Name("public", "t")


def invalid(database):
    with database.connect() as connection:
        return [row[0] for row in connection.execute("SELECT indexrelid::regclass::text FROM pg_index WHERE NOT indisvalid ORDER BY 1")]


def build(database, names):
    """Build indexes one after another in one session, as a migration does."""

    def work():
        with database.connect() as connection:
            for name in names:
                connection.execute(f"CREATE INDEX CONCURRENTLY {name} ON t (a)")

    return work


@pytest.mark.parametrize("victim", ["first", "second", "third"])
def test_any_build_of_a_table_can_be_stopped(database, victim):
    names = ["first", "second", "third"]
    with database.connect() as connection:
        connection.execute("CREATE TABLE t (a int)")
    with held(database.connect, TABLE) as hold:
        attempt = Attempt(build(database, names))
        pid = hold.catch(Name("public", victim), attempt.going)
        assert invalid(database) == [victim]
        hold.terminate(pid)
    with pytest.raises(Exception, match="terminating connection|server closed"):
        attempt.failure(30)
    assert invalid(database) == [victim]
    with database.connect() as connection:
        there = [row[0] for row in connection.execute("SELECT relname FROM pg_class WHERE relkind = 'i' AND relname = ANY (%s)", [names])]
    assert sorted(there) == sorted(names[: names.index(victim) + 1])


def test_a_held_build_goes_on_when_it_is_released(database):
    with database.connect() as connection:
        connection.execute("CREATE TABLE t (a int)")
    with held(database.connect, TABLE) as hold:
        attempt = Attempt(build(database, ["one", "two"]))
        hold.catch(Name("public", "two"), attempt.going)
    assert attempt.failure(30) is None
    assert invalid(database) == []


def test_a_concurrent_drop_can_be_stopped(database):
    with database.connect() as connection:
        connection.execute('CREATE TABLE t (a int); CREATE INDEX "Old" ON t (a)')

    def drop():
        with database.connect() as connection:
            connection.execute('DROP INDEX CONCURRENTLY public."Old"')

    with held(database.connect, TABLE) as hold:
        attempt = Attempt(drop)
        hold.cancel(hold.catch(Name("public", "Old"), attempt.going, drop=True))
        with pytest.raises(Exception, match="canceling statement"):
            attempt.failure(30)
    assert invalid(database) == ['"Old"']


def test_a_build_that_never_comes_is_not_caught(database):
    with database.connect() as connection:
        connection.execute("CREATE TABLE t (a int); CREATE TABLE other (a int)")
    with held(database.connect, TABLE) as hold:
        attempt = Attempt(lambda: None)
        with pytest.raises(NotCaught, match="the runner ended before it came to `missing`"):
            hold.catch(Name("public", "missing"), attempt.going)


def test_attempts_hand_over_how_they_failed():
    def fail():
        raise Failed("a.sql", "no")

    assert Attempt(fail).failure(10).path == "a.sql"
    assert Attempt(lambda: None).failure(10) is None


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ("DROP INDEX i", "index `i` is missing"),
        ("CREATE INDEX j ON t (a)", "index `j` is there and should not be"),
        ("ALTER TABLE t CLUSTER ON i", "(clustered on)"),
        ("ALTER TABLE t REPLICA IDENTITY FULL", "relation `t`"),
        ("ALTER TABLE t ALTER a SET DEFAULT 1", "column `t.a`"),
        ("ALTER TABLE t DROP CONSTRAINT c", "constraint `t.c` is missing"),
        ("ALTER INDEX i SET (fillfactor = 50)", "fillfactor"),
        ("UPDATE pg_index SET indisvalid = false WHERE indexrelid = 'i'::regclass", "(invalid)"),
        ("CREATE FUNCTION f() RETURNS int LANGUAGE sql AS 'SELECT 1'", "function `f()`"),
    ],
)
def test_a_snapshot_tells_every_change(database, change, said):
    with database.connect() as connection:
        connection.execute("CREATE TABLE t (a int CONSTRAINT c CHECK (a > 0)); CREATE INDEX i ON t (a)")
        before = snapshot(connection)
        assert differences(before, snapshot(connection)) == []
        connection.execute(change)
        found = [str(difference) for difference in differences(before, snapshot(connection))]
    assert len(found) == 1 and said in found[0]


def test_a_snapshot_leaves_the_runners_tables_out(database):
    with database.connect() as connection:
        before = snapshot(connection, ("_prisma_migrations",))
        connection.execute("CREATE TABLE _prisma_migrations (id text PRIMARY KEY)")
        assert snapshot(connection, ("_prisma_migrations",)) == before
        assert snapshot(connection) != before


def test_sources_run_as_psql_runs_them(database):
    text = "\\connect x\nCREATE TABLE t (a int);\nINSERT nonsense;\nCOPY t FROM stdin;\n1\n\\.\nBEGIN;\nCREATE INDEX i ON t (a);\nCOMMIT;\n"
    with database.connect() as connection:
        refused = run_sources(connection, [Source("dump.sql", text), Source("more.sql", "ALTER TABLE t OWNER TO nobody_here")])
        assert [(wrong.statement.path, wrong.statement.begin.line) for wrong in refused] == [("dump.sql", 3)]
        assert connection.execute("SELECT pg_get_userbyid(relowner) FROM pg_class WHERE relname = 't'").fetchone() == ("nobody_here",)


# Which server


def installed(*majors):
    return tuple(Installation(major, f"{major}.1", None, origin) for major, origin in majors)


@pytest.mark.parametrize(
    ("there", "chosen"),
    [
        ([(15, "Debian package"), (18, "embedded")], 15),
        ([(16, "Debian package"), (18, "embedded")], 18),
        ([(14, "Debian package"), (16, "Debian package")], 16),
    ],
)
def test_the_target_first_then_the_embedded_one(monkeypatch, there, chosen):
    monkeypatch.setattr(bench.postgres, "installations", lambda: installed(*there))
    monkeypatch.setattr(bench.postgres, "find", lambda major: next((one for one in installed(*there) if one.major == major), None))
    found = bench.choose(15)
    assert found.major == chosen
    assert ("the target is 15" in bench.words(found, 15)) == (chosen != 15)


def test_no_server_at_all_says_how_to_get_one(monkeypatch):
    for module in (bench.postgres, bench.postgres.installation):
        monkeypatch.setattr(module, "installations", lambda: ())
    with pytest.raises(ComponentMissing, match=r"PostgreSQL 15 is not installed\. To get it: .*apt install postgresql-15"):
        bench.choose(15)


# Interrupted


@pytest.mark.parametrize(
    ("number", "at"), [(signal.SIGINT, "loading the schema"), (signal.SIGTERM, "killing the"), (signal.SIGKILL, "applying")]
)
def test_an_interrupt_leaves_nothing_behind(fresh, number, at):
    fresh.compile()
    # Python loses an interrupt that comes while it cleans up after an import; a person presses Ctrl-C again.
    assert any(_interrupted(fresh, number, at) for _ in range(3))


def _interrupted(fresh, number, at):
    """Interrupt a run when it says `at`, and see that nothing is left; whether the run has ended by it."""
    # Short, for a socket goes into it; open, for the server's own account must get in.
    with tempfile.TemporaryDirectory(dir="/tmp") as temporary:
        os.chmod(temporary, 0o755)
        process = subprocess.Popen(
            [sys.executable, "-m", "broxspec", "verify"], cwd=fresh.folder, env={**os.environ, "TMPDIR": temporary},
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        )  # fmt: skip
        for line in process.stderr:
            if at in line:
                break
        process.send_signal(number)
        process.communicate(timeout=60)
        if process.returncode == 0 and number == signal.SIGINT:
            return False
        assert process.returncode in (130, -signal.SIGKILL)
        deadline = time.monotonic() + 30  # after SIGKILL it is the watcher that cleans up
        while os.listdir(temporary) and time.monotonic() < deadline:
            time.sleep(0.05)
        assert os.listdir(temporary) == []
    return True
