"""broxspec.toml: settings, their places, workspaces and shared defaults."""

import tomllib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from broxspec.config import load_config, load_projects
from broxspec.source import Source
from broxspec.specs.toml_tree import parse_toml


def write(folder, files):
    for name, text in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8", newline="\n")


def load(folder, text=None, start=".", **more):
    write(folder, {"specs/x.yaml": "", **({} if text is None else {"broxspec.toml": text}), **more})
    return load_config(folder / start, folder)


def told(found):
    return [(each.code, each.span.path, each.span.begin.line, each.span.text) for each in found]


def test_defaults(tmp_path):
    config, found = load(tmp_path, "")
    assert not found
    assert (config.root, config.specs, config.generated, config.base) == (tmp_path.resolve(), ("specs",), "generated", None)
    assert (config.fail_on, config.profile, config.queries, config.rules) == ("warning", "default", None, {})


def test_the_list_of_queries_is_found_where_it_usually_is(tmp_path):
    write(tmp_path, {"specs/workload/queries.sql": ""})
    assert load(tmp_path, "")[0].queries == "specs/workload/queries.sql"


def test_found_from_a_folder_below(tmp_path):
    write(tmp_path, {"specs/deep/er/x.yaml": ""})
    assert load(tmp_path, 'generated = "out"', "specs/deep/er")[0].generated == "out"


def test_not_looked_for_outside_of_the_repository(tmp_path):
    write(tmp_path, {"broxspec.toml": "", "inner/.git/HEAD": "", "inner/a/b": ""})
    assert load_config(tmp_path / "inner/a") == (None, [])


def test_without_a_file(tmp_path):
    assert load(tmp_path)[0].root == tmp_path.resolve()
    assert load_config(tmp_path / "specs") == (None, [])


MISTAKES = [
    ('spec = ["specs"]\n', ("SP022", 1, "spec")),
    ("# note\n\n[rule]\n", ("SP022", 3, "rule")),
    ('fail-on = "warn"\n', ("SP025", 1, '"warn"')),
    ("generated = 5\n", ("SP024", 1, "5")),
    ('[rules]\nIX101 = "infos"\n', ("SP025", 2, '"infos"')),
    ('[rules]\nIX999 = "off"\n', ("SP043", 2, "IX999")),
    ('rules.IX999 = "off"\n', ("SP043", 1, "IX999")),
    ('rules = {IX101 = "info", nothing = "off"}\n', ("SP043", 1, "nothing")),
    ('[verify.unprovn]\na = "b"\n', ("SP022", 1, "unprovn")),
    ('specs = [\n  "specs",\n  "nowhere",\n]\n', ("SP043", 3, '"nowhere"')),
    ('queries = "q.sql"\n', ("SP043", 1, '"q.sql"')),
    ('[workspace]\nmembers = ["db/*"]\n', ("SP045", 2, '"db/*"')),
    ('[workspace]\nmembers = ["../*"]\n', ("SP045", 2, '"../*"')),
    ("[workspace]\n", ("SP023", 1, "workspace")),
    ('extends = "none.toml"\n', ("SP044", 1, '"none.toml"')),
    ('extends = "broxspec.toml"\n', ("SP044", 1, '"broxspec.toml"')),
    ("a = [1,\n", ("SP040", 1, ",")),
    ("profile = strict\n", ("SP040", 1, "s")),
    ('profile = "strict"\nprofile = "default"\n', ("SP040", 2, '"')),
]


@pytest.mark.parametrize(("text", "expected"), MISTAKES)
def test_mistakes_have_their_place(tmp_path, text, expected):
    code, line, words = expected
    found = told(load(tmp_path, text)[1])
    assert [(one, at) for one, _, at, _ in found] == [(code, line)], found
    if code != "SP040":
        assert found[0][3] == words


def test_what_is_right_still_holds(tmp_path):
    config, found = load(tmp_path, 'profile = "strict"\nfail-on = 3\n[rules]\nIX101 = "info"\nIX102 = "nothing"\n')
    assert len(found) == 2
    assert (config.profile, config.fail_on, config.rules) == ("strict", "warning", {"IX101": "info"})


def test_shared_defaults(tmp_path):
    write(tmp_path, {"shared/a.toml": 'extends = "b.toml"\nprofile = "strict"\n[rules]\nIX101 = "off"\n', "shared/b.toml": 'base = "trunk"\n[rules]\nIX101 = "info"\nIX102 = "info"\n'})
    config, found = load(tmp_path, 'extends = "shared/a.toml"\n[rules]\nIX103 = "info"\n')
    assert not found
    assert (config.profile, config.base, config.rules) == ("strict", "trunk", {"IX101": "off", "IX102": "info", "IX103": "info"})


def test_circles_are_refused(tmp_path):
    write(tmp_path, {"a.toml": 'extends = "b.toml"\n', "b.toml": 'extends = "a.toml"\n'})
    assert told(load(tmp_path, 'extends = "a.toml"\n')[1]) == [("SP044", "b.toml", 1, '"a.toml"')]


def test_workspaces(tmp_path):
    write(tmp_path, {"db/a/broxspec.toml": "", "db/b/broxspec.toml": 'profile = "strict"\n', "db/c/notes": "", "broxspec.toml": '[workspace]\nmembers = ["db/*"]\n'})
    projects, found = load_projects(tmp_path)
    assert not found
    assert [(project.root.name, project.profile) for project in projects] == [("a", "default"), ("b", "strict")]
    assert [project.root.name for project in load_projects(tmp_path / "db/b")[0]] == ["b"]


def test_line_ends_of_windows(tmp_path):
    assert told(load(tmp_path, "# a\r\n\r\nprofil = \"strict\"\r\n")[1]) == [("SP022", "broxspec.toml", 3, "profil")]


KEYS = st.text(alphabet='ab-_. "é#=[', min_size=1, max_size=5)
LEAVES = st.one_of(st.integers(-9, 99), st.booleans(), st.text(alphabet="ab'\"\\#]},é\t", max_size=8), st.floats(allow_nan=False, allow_infinity=False))


def toml_key(key):
    return key if key.replace("-", "").replace("_", "").isalnum() and key.isascii() else toml_text(key)


def toml_text(text):
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"').replace("\t", "\\t") + '"'


def toml_value(value):
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, str):
        return toml_text(value) if "'" in value or "\t" in value else f"'{value}'"
    if isinstance(value, list):
        return "[" + ", # c ]\n ".join(map(toml_value, value)) + "]"
    if isinstance(value, dict):
        return "{ " + ", ".join(f"{toml_key(key)} = {toml_value(inner)}" for key, inner in value.items()) + " }"
    return repr(value)


VALUES = st.recursive(LEAVES, lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(KEYS, LEAVES, max_size=2)), max_leaves=5)


@given(st.dictionaries(KEYS, VALUES, max_size=3), st.dictionaries(KEYS, st.dictionaries(KEYS, VALUES, max_size=3), max_size=2))
def test_every_value_and_key_has_its_place(plain, tables):
    tables = {key: value for key, value in tables.items() if key not in plain}
    text = "".join(f"{toml_key(key)} = {toml_value(value)} # note\n" for key, value in plain.items())
    text += "".join(f"[ {toml_key(name)} ]\n" + "".join(f"  {toml_key(key)}={toml_value(value)}\n" for key, value in table.items()) for name, table in tables.items())
    node, found = parse_toml(Source("x.toml", text))
    assert not found
    assert node.value == tomllib.loads(text)
    check(node, top=True)


def check(node, top=False):
    for name, (key, value) in node.entries.items():
        assert tomllib.loads(f"{key.raw} = 1") == {name: 1}
        if value.kind != "mapping" or not top:
            assert tomllib.loads(f"k = {value.raw}")["k"] == value.value
        check(value)
    for element in node.elements:
        assert tomllib.loads(f"k = {element.raw}")["k"] == element.value
        check(element)


@given(st.one_of(st.text(), st.text(alphabet="a=[]{}\"'#.\n, 1\\", max_size=30)))
def test_any_text_is_read(text):
    node, found = parse_toml(Source("x.toml", text))
    assert node is not None or found
