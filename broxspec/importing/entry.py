"""Entry: an index as an item of `indexes:`, in the shortest form that says all of it."""

import re
from collections.abc import Iterable

from broxspec.catalog.model import Index, Key
from broxspec.kinds.indexes.naming import derived_name, words
from broxspec.quoting.yaml import number_or_scalar, scalar
from broxspec.sql.oneline import one_line

# A column that the shorthand takes as it stands.
_SHORT = re.compile(r"[\w$.\-]+")
_LABEL = re.compile(r"[A-Za-z0-9_]+")
_WIDEST = 110  # characters of a line with a list


def entry(index: Index) -> list[str]:
    """The lines of the item, the first beginning with `- `, without the list's own indentation."""
    fields = _fields(index)
    keys = [_key(key) for key in index.keys]
    flow = f"[{', '.join(keys)}]"
    if not fields and len(flow) <= _WIDEST:
        return [f"- {flow}"]
    if len(flow) <= _WIDEST:
        return [f"- columns: {flow}", *(f"  {field}" for field in fields)]
    return ["- columns:", *(f"    - {key}" for key in keys), *(f"  {field}" for field in fields)]


def plain(columns: Iterable[str]) -> str:
    """An index on columns alone."""
    return f"- [{', '.join(_key(Key(column)) for column in columns)}]"


def _fields(index: Index) -> list[str]:
    """What the item says besides its keys."""
    fields = []
    if index.method != "btree":
        fields.append(f"using: {scalar(index.method)}")
    where = one_line(index.predicate.sql) if index.predicate else None
    if where is not None:
        fields.append(f"where: {scalar(where)}")
    if index.include:
        fields.append(f"include: [{', '.join(scalar(column, flow=True) for column in index.include)}]")
    if index.unique:
        fields.append("unique: true")
    if index.nulls_not_distinct:
        fields.append("nulls_not_distinct: true")
    if index.storage:
        fields.append(f"with: {_parameters(index.storage)}")
    if index.tablespace:
        fields.append(f"tablespace: {scalar(index.tablespace)}")
    return fields + _name(index, where)


def _name(index: Index, where: str | None) -> list[str]:
    """Nothing where the name is the derived one; a label where that makes it so; else the name."""
    parts = [key.column if key.column is not None else words(_sql(key)) for key in index.keys]
    if derived_name(index.table, parts, predicate=where) == index.name:
        return []
    bare = "_".join(part for part in ("idx", index.table, *parts) if part) + "_"
    label = index.name.removeprefix(bare)
    if where is not None and label != index.name and _LABEL.fullmatch(label) and derived_name(index.table, parts, predicate=where, label=label) == index.name:
        return [f"label: {scalar(label)}"]
    return [f"name: {scalar(index.name)}"]


def _key(key: Key) -> str:
    """A key as an item of a list in brackets."""
    order = _order(key)
    if key.opclass or key.opclass_options or key.collation:
        return _full(key)
    if key.column is None:
        sql = _sql(key)
        return scalar(" ".join([sql if "(" in sql else f"({sql})", *order]), flow=True)
    if _SHORT.fullmatch(key.column):
        return scalar(" ".join([key.column, *order]), flow=True)
    return _full(key)


def _full(key: Key) -> str:
    said = {"column": key.column} if key.column is not None else {"expression": _sql(key)}
    fields = [f"{name}: {scalar(text or '', flow=True)}" for name, text in said.items()]
    if key.order == "desc":
        fields.append("order: desc")
    if key.nulls != _usual(key):
        fields.append(f"nulls: {key.nulls}")
    if key.opclass:
        fields.append(f"opclass: {scalar(key.opclass, flow=True)}")
    if key.opclass_options:
        fields.append(f"opclass_options: {_parameters(key.opclass_options)}")
    if key.collation:
        fields.append(f"collation: {scalar(key.collation, flow=True)}")
    return f"{{{', '.join(fields)}}}"


def _order(key: Key) -> list[str]:
    words = ["desc"] if key.order == "desc" else []
    return words if key.nulls == _usual(key) else [*words, f"nulls {key.nulls}"]


def _usual(key: Key) -> str:
    return "first" if key.order == "desc" else "last"


def _sql(key: Key) -> str:
    return one_line(key.expression.sql) if key.expression else ""


def _parameters(pairs: Iterable[tuple[str, str]]) -> str:
    return "{" + ", ".join(f"{scalar(name, flow=True)}: {number_or_scalar(value, flow=True)}" for name, value in pairs) + "}"
