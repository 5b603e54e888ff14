"""`lint --fix` and `lint --diff`: what is mended, what stays as it is, and what is left out."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from broxspec.diagnostic import Edit
from broxspec.source import Source
from broxspec.specs.edits import sql_name_quoted, without_field, without_item
from broxspec.specs.parse import parse
from broxspec.unchanged import only_comments, only_edits

SCHEMA = 'CREATE TABLE o (id int PRIMARY KEY, "userId" int, total int, note text);\n'
SPEC = "kind: indexes\ntable: o  # the orders\nindexes:\n"

# Each: an item of `indexes` before and after.
MENDED = [
    ("a plain predicate", "  - {columns: [total], label: x, where: total > userId}\n", '  - {columns: [total], label: x, where: total > "userId"}\n'),
    ("one that would begin with a quote", "  - columns: [total]\n    where: userId = 'a'::text::int # why\n", "  - columns: [total]\n    where: '\"userId\" = ''a''::text::int' # why\n"),
    ("in single quotes", "  - columns: [total]\n    where: 'userId > 1'\n", "  - columns: [total]\n    where: '\"userId\" > 1'\n"),
    ("in double quotes", '  - columns: [total]\n    where: "userId > 1"\n', '  - columns: [total]\n    where: "\\"userId\\" > 1"\n'),
    ("in a block", "  - columns: [total]\n    where: |\n      userId > 1\n      and userId < 9\n", '  - columns: [total]\n    where: |\n      "userId" > 1\n      and "userId" < 9\n'),
    ("in an expression", "  - columns: [(userId + 1)]\n", '  - columns: [("userId" + 1)]\n'),
    ("the second in a list", "  - columns: [total]\n    include: [note, id, note]\n", "  - columns: [total]\n    include: [note, id]\n"),
    ("the second in a block list", "  - columns: [total]\n    include:\n      - note  # first\n      - note\n      - id\n", "  - columns: [total]\n    include:\n      - note  # first\n      - id\n"),
    ("the only one in a list", "  - columns: [total]\n    include: [total]\n    unique: true\n", "  - columns: [total]\n    unique: true\n"),
    ("the only one in braces", "  - {columns: [total], include: [total], unique: true}\n", "  - {columns: [total], unique: true}\n"),
    ("yes", "  - columns: [total]\n    unique: yes # really\n", "  - columns: [total]\n    unique: true # really\n"),
    ("one name of a comment", "  - [total] # broxspec: ignore[IX104, IX103] why\n", "  - [total]\n"),
]  # fmt: skip


@pytest.mark.parametrize("end", ["\n", "\r\n"])
@pytest.mark.parametrize(("before", "after"), [case[1:] for case in MENDED], ids=[case[0] for case in MENDED])
def test_what_is_mended(broxspec, found, project, tmp_path, before, after, end):
    text = (SPEC + before).replace("\n", end)
    project(SCHEMA, orders="")
    (tmp_path / "specs/orders.yaml").write_bytes(b"\xef\xbb\xbf" + text.encode())
    shown = broxspec("lint", "--diff")
    assert shown.code == 1 and shown.out.startswith("--- a/specs/orders.yaml")
    assert (tmp_path / "specs/orders.yaml").read_bytes()[3:].decode() == text
    broxspec("lint", "--fix")
    assert (tmp_path / "specs/orders.yaml").read_bytes() == b"\xef\xbb\xbf" + (SPEC + after).replace("\n", end).encode()
    again = broxspec("lint", "--diff")
    assert (again.code, again.out) == (0, "")
    assert not set(found("lint").codes) & {"IX202", "IX212", "SP027", "SP024", "SP103"}


LEFT = [
    ("a guess", "  - columns: [totl]\n"),
    ("two columns that it could be", "  - columns: [total]\n    where: USERID > 1\n"),
    ("a key named twice", "  - columns: [total, id, total]\n"),
    ("beside a comment in brackets", "  - columns: [total]\n    include: [note, # why\n      note]\n"),
    ("a needless condition", "  - columns: [total]\n    label: x\n    where: id IS NOT NULL\n"),
]  # fmt: skip


@pytest.mark.parametrize("item", [case[1] for case in LEFT], ids=[case[0] for case in LEFT])
def test_what_is_left_to_the_person(broxspec, project, tmp_path, item):
    project(SCHEMA.replace("note text", 'note text, "UserID" int'), orders=SPEC + item)
    done = broxspec("lint", "--diff")
    assert (done.code, done.out) == (0, "")
    broxspec("lint", "--fix")
    assert (tmp_path / "specs/orders.yaml").read_text() == SPEC + item


def test_messages_and_difference(broxspec, project, golden):
    project("-- broxspec: ignore[IX103] none\n" + SCHEMA, orders=SPEC + MENDED[1][1] + "  - columns: [note]\n    unique: yes")
    said = broxspec("lint", "--diff").out
    golden("findings/fix.diff", said)
    golden("findings/fix.txt", broxspec("lint", "--fix").err)


def test_comments_in_schemas(broxspec, project, tmp_path):
    project("-- broxspec: ignore[IX103] none\n\n" + SCHEMA.replace("\n", " -- broxspec: ignore[IX101, IX102] none\n"))
    broxspec("lint", "--fix")
    assert (tmp_path / "schema.sql").read_text() == "\n" + SCHEMA
    prisma = 'datasource db {\n  provider = "postgresql"\n  url = env("U") // broxspec: ignore[IX101] none\n}\n\nmodel A {\n  id Int @id\n}\n'
    project(prisma, name="schema.prisma")
    broxspec("lint", "--fix")
    assert (tmp_path / "schema.prisma").read_text() == prisma.replace(" // broxspec: ignore[IX101] none", "")


def test_paths_and_rules_choose_what_is_mended(broxspec, project, tmp_path):
    project(SCHEMA, a=SPEC + "  - {columns: [total], unique: yes}\n", b=SPEC + "  - {columns: [note], unique: yes}\n")
    broxspec("lint", "--fix", "--ignore", "SP024", "specs/a.yaml")
    broxspec("lint", "--fix", "specs/b.yaml")
    assert "yes" in (tmp_path / "specs/a.yaml").read_text() and "true" in (tmp_path / "specs/b.yaml").read_text()


def test_a_link_stays_and_files_outside_are_not_written(broxspec, project, tmp_path):
    text = SPEC + "  - {columns: [total], unique: yes}\n"
    project(SCHEMA, folder="p")
    (tmp_path / "p/inside.yaml").write_text(text)
    (tmp_path / "outside.yaml").write_text(text.replace("total", "note"))
    (tmp_path / "p/specs/i.yaml").symlink_to("../inside.yaml")
    (tmp_path / "p/specs/o.yaml").symlink_to("../../outside.yaml")
    broxspec("lint", "--fix", folder="p")
    assert "true" in (tmp_path / "p/inside.yaml").read_text() and (tmp_path / "p/specs/i.yaml").is_symlink()
    assert "yes" in (tmp_path / "outside.yaml").read_text()


def test_an_anchor_that_others_repeat_is_left_alone():
    source = Source("a.yaml", "a: &x [b, b]\nc: *x\n")
    edit = Edit(source.span(7, 10), "")
    assert not only_edits(source, Source("a.yaml", "a: &x [b]\nc: *x\n"), [edit])


def test_an_edit_that_changes_its_neighbour_is_seen():
    source = Source("a.yaml", "a: 1\nb: 2\nc: 3\n")
    for span, text in [((3, 4), "[\n"), ((3, 9), "1, b: 2"), ((3, 4), "1\nd: 5"), ((3, 5), "1 "), ((0, 1), "c")]:
        edit = Edit(source.span(*span), text)
        after = Source("a.yaml", source.text[: span[0]] + text + source.text[span[1] :])
        assert not only_edits(source, after, [edit]), after.text


def test_only_comments_of_schemas():
    for before, after, same in [
        ("SELECT 1; -- a\n", "SELECT 1;\n", True),
        ("SELECT '-- a';\n", "SELECT '';\n", False),
        ("SELECT 1 -- a\n+ 2;", "SELECT 1 + 2;", True),
        ("SELECT $$ -- a\n$$;", "SELECT $$\n$$;", False),
        ("SELECT 1; SELECT 2;", "SELECT 1;", False),
    ]:
        assert only_comments(Source("s.sql", before), Source("s.sql", after)) is same


NAMES = st.lists(st.sampled_from(["a", "'b c'", '"d"', "e # f", "1", "null"]), min_size=2, max_size=5)


@settings(max_examples=100)
@given(names=NAMES, flow=st.booleans(), data=st.data(), end=st.sampled_from(["\n", "\r\n"]), inner=st.booleans())
def test_taking_an_item_out_changes_nothing_else(names, flow, data, end, inner):
    names = [name.replace(" # f", "") if flow else name for name in names]
    listed = f" [{', '.join(names)}]\n" if flow else "\n" + "".join(f"  - {name}\n" for name in names)
    text = (f"x: 0\nlist:{listed}y: [1]\n" if not inner or flow else f"list:{listed}").replace("\n", end)
    (document,), _ = parse(Source("a.yaml", text))
    node = document.root.get("list")
    place = data.draw(st.integers(0, len(names) - 1))
    edit = without_item(node, place)
    if edit is None:
        assert "#" in names[place]
        return
    after = text[: edit.span.start] + edit.text + text[edit.span.end :]
    (new,), wrong = parse(Source("a.yaml", after))
    value = document.root.value
    del value["list"][place]
    assert not wrong and new.root.value == value
    assert only_edits(document.source, Source("a.yaml", after), [edit])


@given(style=st.sampled_from(["{}", "'{}'", '"{}"', "|\n  {}", ">-\n  {}"]), rest=st.sampled_from(["", " > 1", " is null and b = ''x''", " -- c"]))
def test_quoting_a_name_changes_only_the_name(style, rest):
    plain = rest if style.startswith("'") else rest.replace("''", "'")
    text = f"a: {style.format('userId' + plain)}\nb: 1\n"
    (document,), wrong = parse(Source("a.yaml", text))
    assert not wrong
    at = text.index("userId")
    edit = sql_name_quoted(document.root.get("a"), document.source.span(at, at + 6))
    after = text[: edit.span.start] + edit.text + text[edit.span.end :]
    (new,), wrong = parse(Source("a.yaml", after))
    assert not wrong and new.root.value == {"a": document.root.value["a"].replace("userId", '"userId"'), "b": 1}


def test_taking_a_field_out():
    for text, left in [("a: {b: 1, c: 2}\n", "a: {b: 1}\n"), ("a:\n  b: 1\n  c: 2\nd: 3\n", "a:\n  b: 1\nd: 3\n"), ("a:\n  b: 1\n  c: 2 # why\n", None), ("a: {c: 2}\n", None)]:
        (document,), _ = parse(Source("a.yaml", text))
        edit = without_field(document.root.get("a"), "c")
        assert (None if edit is None else text[: edit.span.start] + text[edit.span.end :]) == left
