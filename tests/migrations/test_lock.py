"""The lock as text: what is written is read again, whatever the definition; sorted; and half of a merge does no harm."""

import json

from hypothesis import given, strategies as st

from broxspec.catalog.model import Fragment, Index, Key, Name
from broxspec.lock import inside
from broxspec.migrations.lock import Declaration, Entry, File, Lock, read, write
from broxspec.migrations.record import operation_json, operation_of
from broxspec.plan import Operation

# Quotes, spaces, line ends of every sort, and what JSON and the lock have a meaning for.
names = st.text("ab .#\"'\\{}\n\r\x85\u2028é", min_size=1, max_size=6)


def fragment(table, sql):
    return Fragment(sql, sql)


fragments = names.map(lambda text: Fragment(text, text))
options = st.dictionaries(names, names, max_size=2).map(lambda found: tuple(sorted(found.items())))
keys = st.one_of(
    st.builds(Key, names, st.none(), st.sampled_from(["asc", "desc"]), st.sampled_from(["first", "last"]), st.none() | names, options, st.none() | names),
    st.tuples(fragments, st.sampled_from(["asc", "desc"])).map(lambda parts: Key(None, *parts)),
)
indexes = st.tuples(
    names, names, names, st.lists(keys, min_size=1, max_size=3).map(tuple), st.sampled_from(["btree", "gin"]),
    st.lists(names, max_size=2).map(tuple), st.none() | fragments, st.booleans(), st.booleans(), st.none() | st.just("unique"),
    st.booleans(),
).map(lambda parts: Index(*parts))  # fmt: skip
full = st.tuples(indexes, options, st.none() | names, st.none() | st.builds(Name, names, names)).map(
    lambda parts: parts[0]._replace(storage=parts[1], tablespace=parts[2], parent=parts[3])
)
operations = st.one_of(
    full.map(lambda index: Operation("create", None, index)),
    full.map(lambda index: Operation("drop", index, None)),
    full.map(lambda index: Operation("adopt", index, index)),
    st.tuples(full, full).map(lambda pair: Operation("change", *pair)),
    st.tuples(full, names).map(lambda pair: Operation("rename", pair[0], pair[0]._replace(name=pair[1]))),
)


@given(operations)
def test_an_operation_is_rebuilt_exactly(operation):
    assert operation_of(json.loads(json.dumps(operation_json(operation))), fragment) == operation


locks = st.builds(
    Lock,
    st.integers(1, 9),
    st.lists(st.builds(File, names.filter(inside), names, names, st.sampled_from(["up", "down"]), st.lists(st.tuples(names, names, names, names), max_size=2).map(tuple), st.booleans()), max_size=3, unique_by=lambda file: file.path).map(lambda found: tuple(sorted(found, key=lambda file: file.path))),
    st.lists(st.tuples(operations, names, st.booleans()), max_size=3).map(
        lambda found: tuple(Entry(number, operation_json(operation), file, released) for number, (operation, file, released) in enumerate(found, 1))
    ),
    st.lists(st.builds(Declaration, names, names, names, st.just("removed"), names, names), max_size=2, unique=True).map(lambda found: tuple(sorted(found))),
    st.lists(names, max_size=3, unique=True).map(lambda found: tuple(sorted(found))),
)  # fmt: skip


@given(locks)
def test_a_lock_is_rebuilt_exactly_and_its_lines_are_sorted(lock):
    text = write(lock)
    assert read(text) == (lock, [])
    lines = text.split("\n")
    assert lines.pop() == "" and lines == sorted(lines)


@given(locks, locks)
def test_both_sides_of_a_conflict_are_read_together(ours, theirs):
    text = f"<<<<<<< HEAD\n{write(ours)}=======\n{write(theirs)}>>>>>>> main\n"
    both, faults = read(text)
    assert faults == []
    assert {file.path for file in both.files} == {file.path for file in (*ours.files, *theirs.files)}
    assert set(both.others) == {*ours.others, *theirs.others}
    assert all(entry in both.entries for entry in (*ours.entries, *theirs.entries))


def test_a_line_that_says_nothing_is_named():
    lock, faults = read('history 1\noperation "000001" {"action"\nwhatever "x"\nother "0001.sql"\n')
    assert lock.others == ("0001.sql",)
    assert [fault.line for fault in faults] == [2, 3]
