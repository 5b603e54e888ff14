"""What people write by mistake, and what they are told: golden terminal output."""

import pytest

from broxspec.specs.documents import of_sources
from broxspec.diagnostic import order
from broxspec.kinds.indexes import model
from broxspec.report.text import finding
from broxspec.source import Source

HEAD = "kind: indexes\ntable: orders\nindexes:\n"
DATABASE = "kind: database\nname: shop\nserver_version: 15\nschema: schema.sql\n"

MISTAKES = {
    "unknown_kind": "kind: index\ntable: orders\nindexes: []\n",
    "missing_kind": "table: orders\nindexes: []\n",
    "misspelt_field": HEAD + "  - columns: [userId]\n    serve: [orders_of_user]\n",
    "misspelt_required_field": "kind: indexes\ntable: orders\nindices:\n  - [userId]\n",
    "missing_required_field": "kind: database\nname: shop\nserver_version: 15\n",
    "unknown_platform": DATABASE + "platform: azure\n",
    "yes_is_text": HEAD + "  - columns: [email]\n    unique: yes\n",
    "number_for_a_name": HEAD + "  - columns: [userId, 2024]\n",
    "column_instead_of_list": HEAD + "  - columns: userId\n",
    "size_without_unit": DATABASE + "hardware: {memory: 32, disk: 200 Gb}\n",
    "empty_value": HEAD + "  - columns: [userId]\n    where:\n",
    "environment_twice": DATABASE + "environments: [staging, production, staging]\n",
    "duplicate_key": HEAD + "  - columns: [userId]\n    why: a customer's orders\n    columns: [status]\n",
    "tab": "kind: indexes\ntable: orders\nindexes:\n\t- [userId]\n",
    "unclosed_list": HEAD + "  - columns: [userId, status\n    why: a customer's orders\n",
    "colon_in_text": HEAD + "  - columns: [userId]\n    why: note: slow today\n",
    "wrong_indentation": HEAD + "  - columns: [userId]\n   why: a customer's orders\n",
    "predicate_syntax_plain": HEAD + "  - columns: [userId]\n    where: status = 'PENDING' and and total > 3\n",
    "predicate_syntax_double_quoted": HEAD + '  - columns: [userId]\n    where: "\\"userId\\" > 3 and and total > 3"\n',
    "predicate_syntax_single_quoted": HEAD + "  - columns: [userId]\n    where: 'status = ''PENDING'' and and total > 3'\n",
    "predicate_syntax_folded": HEAD + "  - columns: [userId]\n    where: >-\n      status = 'PENDING'\n      and and total > 3\n",
    "predicate_syntax_literal": HEAD + "  - columns: [userId]\n    where: |\n      status = 'PENDING'\n      and total >\n",
    "unclosed_parenthesis": HEAD + "  - columns: [lower(email]\n",
    "order_in_full_words": HEAD + "  - columns: [createdAt descending]\n",
    "operator_class_as_shorthand": HEAD + "  - columns: [title gin_trgm_ops]\n    using: gin\n",
    "quoted_column": HEAD + "  - columns: ['\"userId\" desc']\n",
    "expression_without_parentheses": HEAD + "  - columns: [\"data->>'sku'\"]\n",
    "same_name_twice": HEAD + "  - columns: [userId]\n    where: total > 3\n    label: big\n  - columns: [userId]\n    where: total > 5\n    label: big\n",
}


@pytest.mark.parametrize("name", MISTAKES)
def test_mistake(name, golden, tmp_path):
    documents, found = of_sources([(tmp_path / "spec.yaml", Source("specs/spec.yaml", MISTAKES[name]))])
    for document in documents.valid:
        if document.kind == "indexes":
            found += model.read(document.root, "shop")[1]
    assert found
    golden(f"specs/golden/{name}.txt", "".join(finding(each) + "\n\n" for each in sorted(found, key=order)))
