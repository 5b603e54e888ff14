"""The fast check says the same as jsonschema, for valid and for invalid documents, and our schemas keep to what editors know."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft7Validator, Draft202012Validator

from broxspec.assets import ROOT
from broxspec.specs.check import ANNOTATIONS, compile_schema
from broxspec.kinds.database.model import FIXED
from broxspec.source import Source
from broxspec.specs.tree import Node
from broxspec.specs.units import RATES, SIZES, rate, size
from broxspec.specs.validate import _partial, _without_nulls, against, kinds, schema

NAMES = [*kinds(), "config"]
KEYWORDS = ANNOTATIONS | {
    "type", "enum", "required", "properties", "additionalProperties", "items", "pattern", "minLength", "minItems", "minimum", "exclusiveMinimum",
    "uniqueItems", "anyOf", "if", "then", "else", "$ref",
}  # fmt: skip
NOWHERE = Source("value", "")


def node_of(value):
    """A node of a plain value, without a text."""
    if isinstance(value, dict):
        node = Node("mapping", NOWHERE, 0, 0)
        node.entries = {key: (node_of(key), node_of(inner)) for key, inner in value.items()}
    elif isinstance(value, list):
        node = Node("sequence", NOWHERE, 0, 0)
        node.elements = [node_of(inner) for inner in value]
    else:
        node = Node("scalar", NOWHERE, 0, 0)
        node.scalar = value
    return node


def resolved(part, whole):
    while "$ref" in part:
        found = whole
        for step in part["$ref"].removeprefix("#/").split("/"):
            found = found[step]
        part = {**found, **{key: value for key, value in part.items() if key != "$ref"}}
    return part


ANYTHING = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(-3, 20), st.floats(allow_nan=False), st.sampled_from(["", "a", "5/s", "32GB", "desc", "ssd", "15"])),
    lambda inner: st.one_of(st.lists(inner, max_size=2), st.dictionaries(st.sampled_from(["name", "x", "column"]), inner, max_size=2)),
    max_leaves=4,
)


def values(part, whole, depth=0):
    """Values that are often right for a schema, and often nearly."""
    part = resolved(part, whole)
    choices = [ANYTHING]
    if "anyOf" in part:
        choices += [values(branch, whole, depth + 1) for branch in part["anyOf"]]
    if "enum" in part:
        choices += [st.sampled_from(part["enum"])] * 4
    if examples := part.get("examples"):
        choices += [st.sampled_from(examples)] * 4
    types = part.get("type", [])
    types = [types] if isinstance(types, str) else types
    if "object" in types and depth < 6:
        choices += [mappings(part, whole, depth)] * 6
    if "array" in types and depth < 6:
        choices += [st.lists(values(part["items"], whole, depth + 1), max_size=3)] * 6
    plain = {"string": st.sampled_from(["a", "b", "public", "1", "psql"]), "boolean": st.booleans(), "number": st.integers(0, 9), "integer": st.integers(0, 9)}
    choices += [plain[name] for name in types if name in plain] * 3
    return st.one_of(choices)


def mappings(part, whole, depth):
    fields = {name: values(inner, whole, depth + 1) for name, inner in part.get("properties", {}).items()}
    required = {name: fields[name] for name in part.get("required", []) if name in fields}
    others = part.get("additionalProperties")
    known = st.fixed_dictionaries(required, optional={name: value for name, value in fields.items() if name not in required})
    extra = st.dictionaries(st.sampled_from(["x", "orders"]), values(others, whole, depth + 1) if isinstance(others, dict) else ANYTHING, max_size=2)
    left_out = st.sets(st.sampled_from([*fields, "x"]), max_size=1) if others is False else st.just(set())
    plain = st.tuples(known, extra if isinstance(others, dict) else st.just({})).map(lambda pair: {**pair[0], **pair[1]})
    spoiled = st.tuples(plain, left_out, extra).map(lambda three: {**{k: v for k, v in three[0].items() if k not in three[1]}, **three[2]})
    return st.one_of(plain, plain, plain, spoiled)


@pytest.mark.parametrize("name", NAMES)
@given(st.data())
def test_the_check_agrees_with_jsonschema(name, data):
    value = data.draw(values(schema(name), schema(name)))
    fast = compile_schema(schema(name))(node_of(value))
    assert fast == Draft202012Validator(schema(name)).is_valid(value)


@pytest.mark.parametrize("name", NAMES)
@given(st.data())
def test_the_check_of_overlays_agrees_with_jsonschema(name, data):
    value = data.draw(mappings(schema(name), schema(name), 0))
    node = node_of(value)
    fast = compile_schema(schema(name), partial=True)(node)
    assert fast == Draft202012Validator(_partial(schema(name))).is_valid(_without_nulls(node))


@pytest.mark.parametrize("name", NAMES)
@given(st.data())
def test_what_is_invalid_has_a_finding(name, data):
    value = data.draw(values(schema(name), schema(name)).filter(lambda value: isinstance(value, dict)))
    node = node_of(value)
    valid = Draft202012Validator(schema(name)).is_valid(value)
    assert bool(against(node, name)) != valid


def parts(part):
    yield part
    for keyword in ("properties", "$defs"):
        for inner in part.get(keyword, {}).values():
            yield from parts(inner)
    for keyword in ("items", "additionalProperties", "if", "then", "else"):
        if isinstance(part.get(keyword), dict):
            yield from parts(part[keyword])
    for inner in part.get("anyOf", []):
        yield from parts(inner)


@pytest.mark.parametrize("name", NAMES)
def test_schemas_use_what_every_editor_knows(name):
    Draft202012Validator.check_schema(schema(name))
    Draft7Validator.check_schema({**schema(name), "$schema": "http://json-schema.org/draft-07/schema#"})
    for part in parts(schema(name)):
        assert set(part) <= KEYWORDS
        if "$ref" in part:  # older drafts pass over what stands beside it
            assert set(part) <= ANNOTATIONS | {"$ref"}


@pytest.mark.parametrize("name", NAMES)
def test_every_field_is_described_and_no_other_is_allowed(name):
    whole = schema(name)
    assert whole["title"] and whole["description"]
    for part in parts(whole):
        for field, inner in part.get("properties", {}).items():
            assert resolved(inner, whole).get("description"), field
            known = resolved(inner, whole)
            if "enum" in known and len(known["enum"]) > 1:
                assert len(known["enumDescriptions"]) == len(known["enum"]), field
        if part.get("type") == "object":
            assert "additionalProperties" in part


def test_schema_files_are_plain_json():
    for path in (ROOT / "schemas").glob("*.json"):
        text = path.read_text("utf-8")
        assert json.loads(text)["$id"] == path.name
        assert text.endswith("}\n") and "\t" not in text


def test_fixed_fields_are_fields():
    assert set(FIXED) <= set(schema("database")["properties"])


UNITS = st.one_of(
    st.text(alphabet="0123456789.kKMGTBb /smindh%", max_size=8),
    st.tuples(st.integers(0, 999), st.sampled_from(["", " "]), st.sampled_from([*SIZES, "KB", "GiB", "s"])).map(lambda t: f"{t[0]}{t[1]}{t[2]}"),
    st.tuples(st.integers(0, 999), st.sampled_from(["/", " / "]), st.sampled_from([*RATES, "sec", ""])).map(lambda t: f"{t[0]}{t[1]}{t[2]}"),
)


@pytest.mark.parametrize(("name", "read"), [("size", size), ("rate", rate)])
@given(text=UNITS)
def test_what_the_schema_accepts_is_what_is_read(name, read, text):
    part = schema("database")["$defs"][name]
    assert Draft202012Validator(part).is_valid(text) == isinstance(read(text), (int, float))
