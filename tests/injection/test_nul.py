"""What PostgreSQL can't hold at all is found at its place, before anything is compiled."""

import pytest
from verify_projects import Project


@pytest.mark.parametrize("entry", [
    r'{columns: [b], name: "a\0b", why: x}', r'''{columns: [b], where: "b <> 'a\0'", why: x}''', r'''{columns: [b], where: "b <> U&'\\0000'", why: x}''',
    r'{columns: ["b\0"], why: x}', r'{drop: "t\0", why: x}', r'{columns: ["lower(b\0)"], why: x}',
])  # fmt: skip
def test_a_nul_character_is_a_finding_at_its_line(tmp_path, entry):
    made = Project(tmp_path, schema="CREATE TABLE t (a int PRIMARY KEY, b text);\n", indexes=f"kind: indexes\ntable: t\nindexes:\n  - {entry}\n")
    ran = made.broxspec("compile")
    assert ran.code == 1, ran.err
    assert "error[" in ran.out and "specs/indexes.yaml:4:" in ran.out
    assert "\0" not in ran.out
    assert not (tmp_path / "migrations").exists()
