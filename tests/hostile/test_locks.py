"""Locks that were cut, forged or overwritten: said at their line, never a crash, and nothing outside the project is touched."""

import json

import pytest

from broxspec import lock as artifact_lock
from broxspec.lock import Record, inside
from broxspec.migrations import lock

FILE = '{"bytes":"b","inputs":"i","role":"up","steps":[["build","public","i","t"]]}'
INDEX = '{"schema":"public","table":"t","name":"i","keys":["a"]'


@pytest.mark.parametrize(
    "line",
    [
        "zork",
        "history one",
        'file "a.sql" 3',
        f'file "../a.sql" {FILE}',
        f'file "/etc/a.sql" {FILE}',
        f'file "b\\\\..\\\\..\\\\a.sql" {FILE}',
        'file "a.sql" ' + FILE.replace('["build","public","i","t"]', '"x"'),
        'operation "000001" {"action":"explode","file":"","after":' + INDEX + "}}",
        'operation "000001" {"action":"create","file":"","after":' + INDEX + ',"method":3}}',
        'operation "000001" {"action":"create","file":"","after":' + INDEX + ',"with":3}}',
        'operation "000001" {"action":"create","file":"","after":' + INDEX.replace('"a"', '{"column":3}') + "}}",
        'declaration "x" {"path":1,"block":"","name":"","change":"","line":""}',
        "other 3",
        "operation " + "[" * 100_000,
    ],
)
def test_a_line_that_says_nothing_is_a_fault(line):
    read, faults = lock.read(f"# header\n{line}\nother \"0001.sql\"\n")
    assert [fault.line for fault in faults] == [2]
    assert read == lock.Lock(others=("0001.sql",))


def test_names_with_line_separators_stay_on_their_line():
    name = "a\x85b\u2028c\x0bd\x1ce"
    made = lock.Lock(files=(lock.File("a.sql", "b", "i", "up", (("build", "public", name, name),)),), others=(name,))
    assert lock.read(lock.write(made)) == (made, [])


def test_an_artifact_outside_of_its_folder_is_nobodys():
    lines = [f'artifact {json.dumps(path)} {{"bytes":"b","inputs":"i"}}' for path in ("../a", "/a", "C:\\a", "a/../../b", "ok/a")]
    assert artifact_lock.read("\n".join([*lines, "artifact " + "[" * 100_000])) == {"ok/a": Record("b", "i")}
    assert not inside("")
