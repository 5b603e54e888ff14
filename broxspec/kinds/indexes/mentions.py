"""The columns that an index spec mentions, each at its place."""

from collections.abc import Iterator
from typing import Any, NamedTuple

from broxspec.kinds.indexes.model import IndexSpec
from broxspec.source import Span


class Mention(NamedTuple):
    """A column's name as PostgreSQL would look it up. `in_sql` where it stands in an expression or a predicate."""

    name: str
    span: Span
    in_sql: bool


def mentions(spec: IndexSpec) -> Iterator[Mention]:
    """Every column named by the keys, INCLUDE, expressions and predicate, in that order."""
    for key in spec.keys:
        if key.column is not None:
            yield Mention(key.column, key.at, False)
        elif key.sql is not None:
            yield from _in_sql(key.sql)
    for place, name in enumerate(spec.include):
        yield Mention(name, spec.node.at("include", place), False)
    if spec.where is not None:
        yield from _in_sql(spec.where)


def _in_sql(sql: Any) -> Iterator[Mention]:
    """`sql` is a `Sql` of the model: its parsed node and a map from the parser's locations to spans."""
    if sql.node is None:
        return
    for name, location in column_references(sql.node):
        yield Mention(name, sql.word_at(location), True)


def column_references(node: Any) -> Iterator[tuple[str, int]]:
    """Column names with the parser's location of each; a table's own name before the dot is passed over."""
    if isinstance(node, list):
        for item in node:
            yield from column_references(item)
    elif isinstance(node, dict):
        for kind, body in node.items():
            if kind == "ColumnRef":
                last = body["fields"][-1]
                if "String" in last:
                    yield last["String"]["sval"], body.get("location", 0)
            else:
                yield from column_references(body)
