"""YAML as nodes: any text is read without an exception, and every place is exact."""

import math
import re

import pytest
import yaml
from hypothesis import example, given
from hypothesis import strategies as st

from broxspec.specs.offsets import origins
from broxspec.specs.parse import DEEPEST, LONGEST_TEXT, MOST_ALIASED, parse
from broxspec.source import Source, read_source
from broxspec.specs.tree import Node


def read(text):
    return parse(Source("spec.yaml", text))


def root(text):
    documents, findings = read(text)
    assert not findings, findings
    return documents[0].root


def nodes(node):
    yield node
    for element in node.elements:
        yield from nodes(element)
    for key, value in node.entries.values():
        yield from nodes(key)
        yield from nodes(value)


def equal(one, other):
    """Equality in which a NaN equals a NaN."""
    if isinstance(one, float) and isinstance(other, float) and math.isnan(one):
        return math.isnan(other)
    if isinstance(one, dict) and isinstance(other, dict):
        return one.keys() == other.keys() and all(equal(one[key], other[key]) for key in one)
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(map(equal, one, other))
    return one == other


# Text that is dense in what has a meaning in YAML.
SYMBOLS = st.text(alphabet="ab:- \n\t#'\"|>[]{},&*!%@`?<~.0\\\r\u00e9\u2028\x85\x00\ufeff😀+1", max_size=60)
LINES = st.lists(
    st.sampled_from([
        "a: b", "  c: d", "- e", "  - f", "g:", "h: |", "    text", "i: >-", "", "# note", "---", "...", "j: [k,", "  l]", "m: {n: o}",
        "p: 'q", "  r'", 's: "t\\', '  u"', "&x v: *x", "? w", ": y", "\tz", "a: b", "<<: *x", "!t a: 1", "'it''s': |+", "  > folded", "h: >2", "    indented", "é: 😀 # c",
    ]),
    max_size=14,
).map("\n".join)  # fmt: skip


@given(st.one_of(st.text(), SYMBOLS, LINES))
@example("a: !x\n")
@example("&a")
@example("a: |2\n   b\n  c\n")
def test_any_text_is_read(text):
    documents, findings = read(text)
    for finding in findings:
        assert 0 <= finding.span.start <= finding.span.end <= len(text)
        assert finding.message and finding.span.begin.line >= 1
    for document in documents:
        assert 0 <= document.start <= document.root.start <= document.root.end <= document.end <= len(text)


@given(st.binary(max_size=80))
def test_any_bytes_are_read(tmp_path_factory, data):
    file = tmp_path_factory.mktemp("bytes") / "spec.yaml"
    file.write_bytes(data)
    source, findings = read_source(file, "spec.yaml")
    assert source is not None or findings
    if source is not None:
        parse(source)


@given(st.one_of(SYMBOLS, LINES))
def test_every_character_of_a_value_has_a_place(text):
    for document in read(text)[0]:
        for node in nodes(document.root):
            if isinstance(node.scalar, str) and "\x00" not in text and "\ufeff" not in text:
                check_places(node)


def check_places(node):
    value = node.scalar
    raw = node.source.text[node.start : node.end]
    if node.style in ("|", ">"):
        rest = node.source.text[node.end :]
        raw += rest[: len(rest) - len(rest.lstrip())]
    assert origins(raw, node.style, value) is not None, (raw, value)
    ends = [node.inside(at, at + 1) for at in range(len(value))]
    for at, span in enumerate(ends):
        assert node.start <= span.start < span.end
        if at:
            assert ends[at - 1].end <= span.start
        if value[at].isalnum() and node.style != '"':
            assert span.text == value[at]


KEYS = st.text(alphabet="abcde_é", min_size=1, max_size=4).filter(lambda key: key not in ("null", "true", "false"))
VALUES = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.floats(allow_nan=False), st.text(alphabet="ab c'\"\n:#é😀-\\", max_size=20)),
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(KEYS, inner, max_size=3)),
    max_leaves=8,
)
STYLES = st.sampled_from([None, "'", '"', "|", ">"])


def dumped(value, style, flow, width=80):
    """As PyYAML writes it, but what YAML 1.2 reads in another way than 1.1 is put in quotes."""

    class Dumper(yaml.SafeDumper):
        pass

    def text(dumper, data):
        return dumper.represent_scalar("tag:yaml.org,2002:str", data, style=style or ('"' if looks_special(data) else None))

    Dumper.add_representer(str, text)
    Dumper.add_representer(float, lambda dumper, data: dumper.represent_scalar("tag:yaml.org,2002:float", repr(data).replace("inf", ".inf")))
    Dumper.yaml_implicit_resolvers = {}
    Dumper.add_implicit_resolver("tag:yaml.org,2002:null", re.compile("null"), None)
    Dumper.add_implicit_resolver("tag:yaml.org,2002:bool", re.compile("true|false"), None)
    Dumper.add_implicit_resolver("tag:yaml.org,2002:float", re.compile(r"-?(\d+\.\d+(e[-+]?\d+)?|\d+e[-+]?\d+|\.inf)"), None)
    Dumper.add_implicit_resolver("tag:yaml.org,2002:int", re.compile(r"-?\d+"), None)
    return yaml.dump(value, Dumper=Dumper, default_flow_style=flow, width=width, allow_unicode=True)


@given(st.dictionaries(KEYS, VALUES, min_size=1, max_size=4), STYLES, st.booleans(), st.sampled_from([30, 80, 1000]))
def test_what_was_written_is_read(value, style, flow, width):
    node = root(dumped(value, style, flow, width))
    assert equal(node.value, value)
    for part in nodes(node):
        if part.kind == "scalar" and isinstance(part.scalar, str):
            check_places(part)


def looks_special(text):
    return not text or text[0] in "0123456789+-.~" or text.lower() in ("null", "true", "false")


@given(st.dictionaries(KEYS, VALUES, min_size=1, max_size=4), st.sampled_from([None, "'", '"']), st.booleans())
def test_the_text_of_a_span_says_the_value(value, style, flow):
    node = root(dumped(value, style, flow))
    for part in nodes(node):
        if part.kind != "scalar" or part.start == part.end:
            continue
        alone = root("k: " + part.raw)
        assert equal(alone.get("k").value, part.value)


def test_spans_leave_out_blank_lines_and_comments():
    text = "a:\n  - b: |\n      text\n\n\n# note\n  - c\n\n# end\nd: [1, # x\n 2]\ne:\n\n"
    node = root(text)
    assert node.get("a").raw == "- b: |\n      text\n\n\n# note\n  - c"
    assert node.at("a", 0).text == "b: |\n      text"
    assert node.at("a", 0, "b").text == "|\n      text"
    assert node.at("d").text == "[1, # x\n 2]"
    assert node.at("e").text == "e"
    assert node.raw == text.rstrip()


def test_routes():
    node = root("a: {b: [c, {d: e}]}\nf: null\n")
    assert node.at("a", "b", 1, "d").text == "e"
    assert node.key_at("a", "b", 1, "d").text == "d"
    assert node.key_at("a", "b", 0).text == "c"
    assert node.at("a", "nothing", "more").text == "{b: [c, {d: e}]}"
    assert node.key_at("a", "nothing").text == "{b: [c, {d: e}]}"
    assert node.find("a", "b", 5) is None
    assert node.value == {"a": {"b": ["c", {"d": "e"}]}, "f": None}


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ("on", "on"), ("off", "off"), ("yes", "yes"), ("no", "no"), ("12:30", "12:30"), ("1:30:00", "1:30:00"),
        ("017", 17), ("0o17", 15), ("0x1F", 31), ("1e3", 1000.0), (".5", 0.5), ("1.", 1.0), (".inf", math.inf), ("-.INF", -math.inf),
        ("~", None), ("null", None), ("NULL", None), ("nUll", "nUll"), ("true", True), ("False", False), ("tRue", "tRue"),
        ("2026-01-01", "2026-01-01"), ("2026-01-01T00:00:00Z", "2026-01-01T00:00:00Z"), ("1_000", "1_000"), ("0b1", "0b1"), ("+5", 5),
        ("1.2.3", "1.2.3"), ("15", 15), ("=", "="), ("'017'", "017"), ('"on"', "on"), ("9" * 5000, "9" * 5000),
    ],
)  # fmt: skip
def test_scalars_of_yaml_1_2(written, value):
    found = root(f"k: {written}").get("k").value
    assert found == value and type(found) is type(value)


def test_the_text_as_written_is_kept():
    node = root("a: 1.30\nb: '1.30'\nc: &x 007 # c\n")
    assert node.get("a").raw == node.get("a").text == "1.30"
    assert node.get("b").raw == "'1.30'"
    assert node.get("b").text == "1.30"
    assert node.get("c").text == "007"


@pytest.mark.parametrize("end", ["\n", "\r\n"])
@pytest.mark.parametrize(
    ("lines", "start", "stop", "expected"),
    [
        (["k: status = 'x' AND y  # note"], 13, 16, "AND"),
        (["k: 'it''s here'"], 5, 9, "here"),
        (["k: 'it''s here'"], 2, 3, "''"),
        (['k: "tab\\there \\u00e9 x"'], 9, 10, "\\u00e9"),
        (['k: "a \\', '  b c"'], 2, 3, "b"),
        (["k: >-", "  one two", "  three"], 8, 13, "three"),
        (["k: |", "  one", "    two", "", "  three"], 6, 9, "two"),
        (["k: |2-", "    two"], 2, 5, "two"),
        (["k: one", "  two", "", "  three"], 8, 13, "three"),
    ],
)
def test_parts_of_a_value(lines, start, stop, expected, end):
    node = root(end.join(lines) + end)
    assert node.inside(start, stop, "k").text == expected


def test_a_place_at_the_end_of_a_value():
    node = root("k: 'abc'\n")
    span = node.inside(3, 3, "k")
    assert (span.start, span.end) == (7, 7)


CASES = {
    "SP004": ["a: b\x00", "a: \x07", "a: x\ufeffy", "\x7f"],
    "SP006": ["a: b: c", "a: [1,\n b: 2", "a: {b: 1]", "a: 'x\n", "a: @x", "x\ny: 1", "a:\n  - b\n c: 1", 'a: "\\q"', "a: 'b'c", " a: 1\nb: 2", "a: |x\n"],
    "SP007": ["a:\n\t- b", "a:\n\tb: c", "a:\n - |\n\tx"],
    "SP008": ["a: 1\na: 2", "{a: 1, 'a': 2}"],
    "SP009": ["1: a", "true: a", "? [a]\n: b", "? # nothing\n: a", "null: x", "{[a]: 1}"],
    "SP010": ["a: &x {b: 1}\nc:\n  <<: *x"],
    "SP011": ["a: !foo x", "a: !!str 5", "a: !foo [1]", "!foo\na: 1"],
    "SP013": ["a: *x", "a: &x [*x]"],
    "SP014": ["a: " + "[" * 200, "- " * 200 + "a", "{a: " * 150],
    "SP015": ["- a", "text", "5", "[]"],
}


@pytest.mark.parametrize(("code", "text"), [(code, text) for code, texts in CASES.items() for text in texts])
def test_mistakes_are_findings(code, text):
    assert code in [finding.code for finding in read(text)[1]]


@pytest.mark.parametrize("text", ["", "\n", "# nothing\n", "---\n", "---\n---\n", "---\n# a\n...\n", "null\n", "~"])
def test_empty_documents_are_nothing(text):
    assert read(text) == ([], [])


def test_a_broken_document_hides_no_other():
    documents, findings = read("a: 1\n---\nb: [\n---\nc: 2\n---\nd: 'x\n---\ne: 3\n")
    assert [document.root.value for document in documents] == [{"a": 1}, {"c": 2}, {"e": 3}]
    assert [finding.code for finding in findings] == ["SP006", "SP006"]
    assert [finding.span.begin.line for finding in findings] == [4, 7]


def test_both_places_of_a_duplicate_key():
    finding = read("a: 1\nb:\n  c: 1\n  'c': 2\n")[1][0]
    assert finding.span.begin == (4, 3)
    assert finding.labels[0].span.begin == (3, 3)


def test_a_list_that_is_not_closed_is_shown_where_it_opens():
    finding = read("a: [1,\n b: 2\nc: 3\n")[1][0]
    assert (finding.message, finding.span.text) == ("the `[` is not closed", "[")


def test_aliases_are_limited():
    bomb = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n" + "".join(f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]\n" for n in range(1, 9))
    findings = read(bomb)[1]
    assert [finding.code for finding in findings] == ["SP012"]
    assert MOST_ALIASED < 10**6
    shared = root("a: &x {b: 1}\nc: *x\n")
    assert shared.value == {"a": {"b": 1}, "c": {"b": 1}}
    assert shared.raw == "a: &x {b: 1}\nc: *x"


def test_depth_and_size_have_limits():
    assert not read("a: " + "[" * (DEEPEST - 2) + "]" * (DEEPEST - 2))[1]
    assert [finding.code for finding in read("a" * (LONGEST_TEXT + 1))[1]] == ["SP005"]


def test_files_that_are_no_text(tmp_path):
    def codes(data):
        (tmp_path / "f.yaml").write_bytes(data)
        source, findings = read_source(tmp_path / "f.yaml", "f.yaml")
        return source and source.text, [(finding.code, tuple(finding.span.begin)) for finding in findings]

    assert codes("a: é\nb: ".encode() + b"\xff\n") == (None, [("SP002", (2, 4))])
    assert codes("a: 1".encode("utf-16")) == (None, [("SP002", (1, 1))])
    assert codes(b"\xef\xbb\xbfa: 1\r\n") == ("a: 1\r\n", [("SP003", (1, 1))])
    assert read_source(tmp_path / "none.yaml")[1][0].code == "SP001"
    assert read_source(tmp_path)[1][0].code == "SP001"


def test_the_pure_loader_gives_the_same(monkeypatch):
    text = "a: &x\n  - 'b c'\n  - |\n    d\n\n# note\ne: {f: *x, g: 1.0}\n"
    wanted = shape(root(text))
    monkeypatch.delattr(yaml, "CSafeLoader")
    assert shape(root(text)) == wanted
    assert read("a: [")[1][0].code == "SP006"


def shape(node: Node):
    return [(part.kind, part.start, part.end, part.scalar) for part in nodes(node)]
