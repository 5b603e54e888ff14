"""Specs of a size that nobody writes: refused at once, at their place."""

from broxspec.kinds.indexes.sql_value import read_sql_value
from broxspec.source import Source
from broxspec.specs.parse import parse


def test_a_predicate_of_a_hundred_thousand_lines():
    text = "where: |\n" + "  status = 'a' OR\n" * 100_000 + "  total > 1\n"
    (document,), found = parse(Source("x.yaml", text))
    assert not found
    node = document.root.get("where")
    _, finding = read_sql_value(node, node.text)
    assert finding.code == "SP140"
    assert "characters; an index's may have 100,000" in finding.message
    assert finding.span.begin.line == 1
