"""psql files on a real PostgreSQL: forward, again, back, and after everything that can go wrong."""

import pytest
from holding import Running, end_build, held
from operations import ALL, CHANGE, CREATE, CREATED, DROP, RENAME, SCHEMA, asked, indexes

from broxspec.emit import Templates
from broxspec.runners import Job, RunnerFault, psql


def files(operations, existing=("0001_init.sql",), **more):
    return psql.compile(Job(asked(operations), existing, Templates(), **more))


@pytest.fixture
def orders(database):
    done = database.psql(SCHEMA)
    assert done.returncode == 0, done.stderr
    return database


def run(database, text, *options):
    return database.psql(text, options=tuple(options))


def state(database):
    with database.connect() as connection:
        return indexes(connection)


def ok(done):
    assert done.returncode == 0, done.stderr
    return done


@pytest.mark.parametrize("name, operations", [
    ("create", CREATE), ("change", [CHANGE]), ("rename", [RENAME]), ("drop", [DROP]), ("all", ALL),
])  # fmt: skip
def test_up_again_and_down(orders, name, operations, golden):
    before = state(orders)
    up, down = files(operations)
    golden(f"runners/golden/psql_{name}.up.sql", up.text)
    golden(f"runners/golden/psql_{name}.down.sql", down.text)
    ok(run(orders, up.text))
    after = state(orders)
    for operation in operations:
        if operation.before:
            assert (operation.before.name in after) == (operation.action == "change")
        if operation.after:
            assert after[operation.after.name][1]
    assert len(after) == len(before) + sum(operation.action == "create" for operation in operations) - sum(
        operation.action == "drop" for operation in operations
    )
    ok(run(orders, up.text))
    assert state(orders) == after
    ok(run(orders, down.text))
    assert state(orders) == before
    ok(run(orders, down.text))
    assert state(orders) == before


@pytest.mark.parametrize("operations", [ALL, [CHANGE]])
def test_a_killed_build_is_found_and_finished_by_running_again(orders, operations):
    up, _ = files(operations)
    with held(orders):
        running = Running(run, orders, up.text)
        end_build(orders)
        assert running.wait().result.returncode != 0
    invalid = [name for name, (_, valid) in state(orders).items() if not valid]
    assert len(invalid) == 1
    ok(run(orders, up.text))
    assert all(valid for _, valid in state(orders).values())
    assert {operation.after.name for operation in operations if operation.after} <= state(orders).keys()


def test_a_killed_drop_is_finished_by_running_again(orders):
    up, _ = files([DROP])
    with held(orders):
        running = Running(run, orders, up.text)
        end_build(orders, "DROP INDEX CONCURRENTLY")
        assert running.wait().result.returncode != 0
    assert not state(orders)["orders_dropped"][1]
    ok(run(orders, up.text))
    assert "orders_dropped" not in state(orders)


@pytest.mark.parametrize("sql, words", [
    (f'CREATE INDEX "{CREATED.name}" ON orders (total)', "another definition"),
    (f'CREATE INDEX "{CREATED.name}" ON users (name)', "on table users"),
    (f'CREATE VIEW "{CREATED.name}" AS SELECT 1', "is no index"),
])  # fmt: skip
def test_another_object_of_the_name_is_an_error_and_is_left_alone(orders, sql, words):
    ok(run(orders, sql))
    before = state(orders)
    up, _ = files(CREATE[:1])
    done = run(orders, up.text)
    assert done.returncode != 0 and words in done.stderr and CREATED.name in done.stderr
    assert state(orders) == before


def test_an_index_that_is_there_as_wanted_is_enough(orders):
    ok(run(orders, "SET lc_messages = 'C'; CREATE UNIQUE INDEX idx_orders_lower_email ON public.orders (lower(email), id DESC NULLS LAST)"))
    ok(run(orders, files(CREATE[1:2])[0].text))


def test_an_index_that_is_not_the_recorded_one_is_not_dropped(orders):
    ok(run(orders, "DROP INDEX orders_dropped; CREATE INDEX orders_dropped ON orders (total)"))
    done = run(orders, files([DROP])[0].text)
    assert done.returncode != 0 and "another definition" in done.stderr
    assert "orders_dropped" in state(orders)


@pytest.mark.parametrize("options", [("-1",), ("-v", "AUTOCOMMIT=off")])
def test_it_refuses_to_run_in_a_transaction(orders, options):
    before = state(orders)
    done = run(orders, files(ALL)[0].text, *options)
    assert done.returncode != 0 and "can't run inside a transaction" in done.stderr
    assert state(orders) == before


def test_two_runs_at_once_are_one_run_and_a_clear_word(orders):
    up, _ = files(ALL)
    with held(orders), orders.connect() as other:
        running = Running(run, orders, up.text)
        while not other.execute("SELECT 1 FROM pg_locks WHERE locktype = 'advisory' AND database = (SELECT oid FROM pg_database WHERE datname = current_database())").fetchall():
            assert running.is_alive()
        done = run(orders, up.text)
        assert done.returncode != 0 and "another session" in done.stderr
    ok(running.wait().result)


def test_duplicates_fail_a_unique_build_and_removing_them_heals_it(orders):
    ok(run(orders, "INSERT INTO orders (id, \"userId\", email) VALUES (901, 1, 'x'), (902, 1, 'y')"))
    unique = CREATE[1]._replace(after=CREATE[1].after._replace(keys=CREATE[1].after.keys[:1]))
    ok(run(orders, "UPDATE orders SET email = 'x' WHERE id IN (901, 902)"))
    up, _ = files([unique])
    done = run(orders, up.text)
    assert done.returncode != 0 and "duplicate" in done.stderr
    ok(run(orders, "UPDATE orders SET email = 'y' WHERE id = 902"))
    ok(run(orders, up.text))
    assert state(orders)[unique.after.name][1]


def test_a_lock_timeout_of_the_session_does_not_reach_a_build(orders):
    up, _ = files(CREATE)
    with held(orders):
        running = Running(run, orders, "SET lock_timeout = '1ms';\n" + up.text)
        running.join(1.0)
        assert running.is_alive(), running.result.stderr
    ok(running.wait().result)


@pytest.mark.parametrize("existing, stamp, expected", [
    ((), None, "0001"), (("0001_a.sql", "0009_b.sql"), None, "0010"), (("V7__x.sql",), None, "8"),
    (("20240101_x.sql",), None, "20240102"), (("0001_a.sql",), "0042", "0042"), (("readme.sql",), None, "0001"),
])  # fmt: skip
def test_numbers_follow_the_highest(existing, stamp, expected):
    assert psql.number(existing, stamp) == expected


def test_a_stamp_must_be_a_number():
    with pytest.raises(RunnerFault, match="`next` is not a number"):
        psql.number((), "next")
