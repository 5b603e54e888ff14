"""Record: an operation as JSON and back. What is the default is left out, so that a line shows what matters.

Of an SQL fragment only the text is kept: its normal form is made anew when it is read, since a later broxspec may know a better one.
"""

from collections.abc import Callable, Mapping
from typing import Any

from broxspec.catalog.model import Fragment, Index, Key, Name
from broxspec.plan import Operation

# Makes the fragment of a table from its text.
Fragments = Callable[[Name, str], Fragment]
JSON = Mapping[str, Any]

_KEY = Key(None)
_INDEX = Index("", "", "", ())
# Fields that are JSON as they stand.
_PLAIN = ("method", "unique", "nulls_not_distinct", "constraint", "deferrable", "only", "tablespace")
_TEXT = (str, type(None))
_TYPES = {field: bool if isinstance(getattr(_INDEX, field), bool) else _TEXT for field in (*_PLAIN, "schema", "table", "name")}


def operation_json(operation: Operation) -> dict[str, Any]:
    found: dict[str, Any] = {"action": operation.action}
    if operation.before:
        found["before"] = index_json(operation.before)
    if operation.after and operation.action not in ("adopt", "release"):
        found["after"] = index_json(operation.after)
    return found


def operation_of(data: JSON, fragments: Fragments) -> Operation:
    """KeyError, TypeError or ValueError where the data is not one of ours."""
    before = index_of(data["before"], fragments) if "before" in data else None
    after = index_of(data["after"], fragments) if "after" in data else None
    action = data["action"]
    if action in ("adopt", "release"):
        after = after or before
    if (before is None) != (action == "create") or (after is None) != (action == "drop"):
        raise ValueError(f"not an operation: {action}")
    return Operation(action, before, after)


def index_json(index: Index) -> dict[str, Any]:
    found: dict[str, Any] = {"schema": index.schema, "table": index.table, "name": index.name}
    found["keys"] = [_key_json(key) for key in index.keys]
    for field in _PLAIN:
        if getattr(index, field) != getattr(_INDEX, field):
            found[field] = getattr(index, field)
    if index.include:
        found["include"] = list(index.include)
    if index.predicate:
        found["where"] = index.predicate.sql
    if index.storage:
        found["with"] = dict(index.storage)
    if index.operators:
        found["operators"] = list(index.operators)
    if index.parent:
        found["parent"] = list(index.parent)
    return found


def index_of(data: JSON, fragments: Fragments) -> Index:
    for field in data:
        if field in _TYPES and not isinstance(data[field], _TYPES[field]):
            raise TypeError(field)
    table = Name(data["schema"], data["table"])
    return Index(
        schema=table.schema,
        table=table.name,
        name=data["name"],
        keys=tuple(_key_of(key, table, fragments) for key in data["keys"]),
        include=tuple(data.get("include", ())),
        predicate=fragments(table, data["where"]) if "where" in data else None,
        storage=tuple(sorted(data.get("with", {}).items())),
        operators=tuple(data.get("operators", ())),
        parent=Name(*data["parent"]) if "parent" in data else None,
        **{field: data[field] for field in _PLAIN if field in data},
    )


def _key_json(key: Key) -> Any:
    """The column's name alone where nothing else is said."""
    found: dict[str, Any] = {"column": key.column} if key.expression is None else {"expression": key.expression.sql}
    for field in ("order", "nulls", "opclass", "collation"):
        if getattr(key, field) != getattr(_KEY, field):
            found[field] = getattr(key, field)
    if key.opclass_options:
        found["options"] = dict(key.opclass_options)
    return key.column if found.keys() == {"column"} else found


def _key_of(data: Any, table: Name, fragments: Fragments) -> Key:
    if isinstance(data, str):
        return Key(data)
    if not all(isinstance(part, dict if field == "options" else str | None) for field, part in data.items()):
        raise TypeError("key")
    return Key(
        data.get("column"),
        fragments(table, data["expression"]) if "expression" in data else None,
        data.get("order", _KEY.order),
        data.get("nulls", _KEY.nulls),
        data.get("opclass"),
        tuple(sorted(data.get("options", {}).items())),
        data.get("collation"),
    )
