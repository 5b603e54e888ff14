"""Derived names of indexes. They are identities: a change here renames indexes of every project."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from broxspec.kinds.indexes import model
from broxspec.kinds.indexes.naming import derived_name, words
from broxspec.specs.parse import parse
from broxspec.source import Source

GOLDEN = [
    ("[userId]", "idx_orders_userId"),
    ("[userId, status, createdAt desc]", "idx_orders_userId_status_createdAt"),
    ("[userId, createdAt desc nulls last]", "idx_orders_userId_createdAt"),
    ("{columns: [lower(email)]}", "idx_orders_lower_email"),
    ("{columns: [\"coalesce(a, 'x y') desc\"]}", "idx_orders_coalesce_a_x_y"),
    ("{columns: [{expression: '(data->>''sku'')'}]}", "idx_orders_data_sku"),
    ("{columns: [a], where: status = 'PENDING'}", "idx_orders_a_status_pending"),
    ("{columns: [a], where: status = 'PENDING', label: Open}", "idx_orders_a_Open"),
    ("{columns: [a], where: '\"deletedAt\" IS NULL'}", "idx_orders_a_deletedat_is_null"),
    ("{columns: [a], label: alone}", "idx_orders_a"),
    ("{columns: [a], using: gin, include: [b], unique: true}", "idx_orders_a"),
    ("{columns: [a], name: mine, where: b}", "mine"),
    ("{columns: [größe]}", "idx_orders_größe"),
    ("[aVeryLongColumnNameIndeed, anotherVeryLongColumnName, third]", "idx_orders_aVeryLongColumnNameIndeed_anotherVeryLongCo_64407fba"),
]


def name_of(item):
    documents, _ = parse(Source("x", f"kind: indexes\ntable: auth.orders\nindexes:\n  - {item}\n"))
    specs, found = model.read(documents[0].root, "db")
    assert not found
    return specs[0].name


@pytest.mark.parametrize(("item", "name"), GOLDEN)
def test_golden_names(item, name):
    assert name_of(item) == name


def test_a_name_is_cut_between_characters():
    # 54 bytes are kept: `idx_orders_` and 21 characters of two bytes leave one over, which half a character would need.
    assert name_of("[éééééééééééééééééééééé, éééééééééééééééé]") == "idx_orders_ééééééééééééééééééééé_231b8bfa"
    assert len(name_of("[xéééééééééééééééééééééé, éééééééééééééééé]").encode()) == 63


NAMES = st.text(alphabet="abcXYZ_é 😀", min_size=1, max_size=40)


@given(NAMES, st.lists(NAMES, min_size=1, max_size=4), st.none() | NAMES)
def test_names_fit_and_are_stable(table, keys, predicate):
    name = derived_name(table, keys, predicate=predicate)
    assert len(name.encode()) <= 63
    assert name == derived_name(table, keys, predicate=predicate)
    assert name.startswith("idx_")


def test_words():
    assert words("lower((\"eMail\")::text || 'x-y')") == "lower_eMail_text_x_y"
