"""Keys of an index spec: the shorthand (`createdAt desc`, `lower(email)`) and the full form, read to one value."""

import re
from typing import NamedTuple

from broxspec.specs import faults
from broxspec.diagnostic import Diagnostic, Edit, Fix
from broxspec.kinds.indexes.naming import words
from broxspec.kinds.indexes.sql_value import Sql, read_sql_value
from broxspec.source import Span
from broxspec.specs.tree import Node

_ORDER = re.compile(r"(?P<text>.*?\S)(?:\s+(?P<order>asc|desc))?(?:\s+nulls\s+(?P<nulls>first|last))?\s*", re.IGNORECASE | re.DOTALL)
# Characters that a shorthand's column can't have; a column that really has one is written in full.
_ODD = re.compile(r"""[^\w$\s\-.]""")


class KeySpec(NamedTuple):
    """A key as asked for: a column, or an expression as `sql`. `order` and `nulls` are None where nothing is said.

    `opclass` is a bare name. The spans fall back to the key's own.
    """

    column: str | None
    sql: Sql | None
    at: Span
    order: str | None = None
    nulls: str | None = None
    opclass: str | None = None
    opclass_at: Span | None = None
    opclass_options: tuple[tuple[str, str], ...] = ()
    collation: str | None = None
    collation_at: Span | None = None

    @property
    def text(self) -> str:
        """The column, or the expression as written."""
        return self.column if self.column is not None else self.sql.fragment.sql  # type: ignore[union-attr]

    @property
    def name_part(self) -> str:
        """What the key contributes to a derived name."""
        return self.column if self.column is not None else words(self.sql.text)  # type: ignore[union-attr]


def read_key(node: Node, found: list[Diagnostic]) -> KeySpec | None:
    """The key of a valid node; None, with a finding, where it can't be read."""
    if node.kind == "scalar":
        return _expression(node, found) if "(" in node.text else _column(node, found)
    column, expression = node.get("column"), node.get("expression")
    if column is not None:
        return _full(KeySpec(column.text, None, column.span), node)
    sql, wrong = read_sql_value(expression, expression.text)  # type: ignore[arg-type]
    if wrong:
        found.append(wrong)
        return None
    return _full(_of_sql(sql, expression.span), node)  # type: ignore[union-attr]


def parameters(node: Node | None) -> tuple[tuple[str, str], ...]:
    """PostgreSQL's parameters as text, sorted by name."""
    if node is None:
        return ()
    return tuple(sorted((name, str(value.scalar).lower() if isinstance(value.scalar, bool) else value.text) for name, value in node.items))


def _full(key: KeySpec, node: Node) -> KeySpec:
    opclass, collation = node.get("opclass"), node.get("collation")
    order, nulls = node.get("order"), node.get("nulls")
    return key._replace(
        order=order.text if order else key.order,
        nulls=nulls.text if nulls else key.nulls,
        opclass=opclass.text.rpartition(".")[2] if opclass else None,
        opclass_at=opclass.span if opclass else key.at,
        opclass_options=parameters(node.get("opclass_options")),
        collation=collation.text if collation else key.collation,
        collation_at=collation.span if collation else key.at,
    )


def _column(node: Node, found: list[Diagnostic]) -> KeySpec | None:
    parts = _ORDER.fullmatch(node.text)
    if parts is None:
        found.append(faults.KEY_FORM.at(node.span, "the key is empty", help="name a column"))
        return None
    name = parts["text"].strip()
    wrong = _wrong_column(node, name)
    if wrong:
        found.append(wrong)
        return None
    end = node.text.index(name) + len(name)
    at = node.inside(end - len(name), end)
    return KeySpec(name, None, at, _lower(parts["order"]), _lower(parts["nulls"]), None, at, (), None, at)


def _wrong_column(node: Node, name: str) -> Diagnostic | None:
    """What a shorthand says beyond a column and its order."""
    if name[:1] == name[-1:] == '"' and len(name) > 2:
        bare = node.text.replace(name, name[1:-1].replace('""', '"'))
        fix = Fix(f"write `{bare}`", (Edit(node.span, bare),), safe=False)
        return faults.KEY_FORM.at(node.span, f"{name} has SQL's quotes; a column is written as stored", help=f"write `{bare}`", fix=fix)
    first, _, rest = name.partition(" ")
    rest = rest.strip()
    if _ODD.search(name):
        help = f"write `({name})`, or `{{column: …}}` for a column that is really called so"
        return faults.KEY_FORM.at(node.span, f"`{name}` is not a column's name, and an expression needs parentheses", help=help)
    if not rest:
        return None
    if rest.lower() in ("ascending", "descending"):
        return faults.KEY_FORM.at(node.span, f"`{rest}` is not an order", help=f"write `{first} {rest.lower().removesuffix('ending')}`")
    help = f"write `{{column: {first}, opclass: {rest}}}` for an operator class, or `{{column: {name}}}` for a column of that name"
    if re.fullmatch(r"\w+", rest):
        return faults.KEY_FORM.at(node.span, f"`{rest}` is neither `asc` nor `desc`", help=help)
    return faults.KEY_FORM.at(node.span, f"`{rest}` can't follow a column here", help="write the key in full: `{column: …, order: desc, nulls: last}`")


def _expression(node: Node, found: list[Diagnostic]) -> KeySpec | None:
    parts = _ORDER.fullmatch(node.text)
    start, end = parts.span("text") if parts else (0, len(node.text))
    sql, wrong = read_sql_value(node, node.text[start:end], start)
    if wrong:
        found.append(wrong)
        return None
    key = _of_sql(sql, sql.span)
    return key._replace(order=_lower(parts["order"]), nulls=_lower(parts["nulls"])) if parts else key


def _of_sql(sql: Sql, at: Span) -> KeySpec:
    """As PostgreSQL takes it: a COLLATE around the whole is the key's, and a lone column in parentheses is a column."""
    node, collation = sql.node, None
    while "CollateClause" in node:
        collation = collation or node["CollateClause"]["collname"][-1]["String"]["sval"]
        node = node["CollateClause"]["arg"]
    fields = node.get("ColumnRef", {}).get("fields", [])
    if len(fields) == 1 and "String" in fields[0]:
        return KeySpec(fields[0]["String"]["sval"], None, at, None, None, None, at, (), collation, at)
    if collation:
        sql = sql._replace(node=node)
    return KeySpec(None, sql, at, None, None, None, at, (), collation, at)


def _lower(text: str | None) -> str | None:
    return text.lower() if text else None
