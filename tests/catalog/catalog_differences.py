"""What two catalogs disagree in, said in words: the heart of every test that has a real server as its oracle."""

from collections.abc import Iterable, Mapping
from typing import Any

from broxspec.catalog.model import Catalog, Column, ForeignKey, Index, Table, Type


def differences(ours: Catalog, theirs: Catalog, *, defaults: bool = False) -> list[str]:
    """Every difference, `theirs` being right. Places, spelling of SQL and the order of tables don't count."""
    found: list[str] = []
    found += _named("table", _tables(ours), _tables(theirs), lambda name, a, b: _table(name, a, b, defaults))
    found += _named("enum", {e.name: e.labels for e in ours.enums.values()}, {e.name: e.labels for e in theirs.enums.values()}, _value)
    found += _named("domain", {d: _domain(v) for d, v in ours.domains.items()}, {d: _domain(v) for d, v in theirs.domains.items()}, _value)
    found += _named("relation", dict(ours.relations), dict(theirs.relations), _value)
    return found


def _tables(catalog: Catalog) -> dict[str, Table]:
    return {f"{table.schema}.{table.name}": table for table in catalog.tables.values()}


def _named(what: str, ours: Mapping, theirs: Mapping, compare: Any) -> Iterable[str]:
    found = [f"{what} {name} is missing" for name in theirs if name not in ours]
    found += [f"{what} {name} is invented" for name in ours if name not in theirs]
    for name in ours:
        if name in theirs:
            found += compare(f"{what} {name}", ours[name], theirs[name])
    return found


def _value(name: str, ours: Any, theirs: Any) -> list[str]:
    return [] if ours == theirs else [f"{name}: {ours!r} should be {theirs!r}"]


def _fields(name: str, ours: Mapping[str, Any], theirs: Mapping[str, Any]) -> list[str]:
    return [f"{name}: {key} {ours[key]!r} should be {theirs[key]!r}" for key in ours if ours[key] != theirs[key]]


def _table(name: str, ours: Table, theirs: Table, defaults: bool) -> list[str]:
    plain = ("kind", "replica_identity", "persistence")
    found = _fields(name, {key: getattr(ours, key) for key in plain}, {key: getattr(theirs, key) for key in plain})
    found += _value(f"{name}: parents", ours.parents, theirs.parents)
    if ours.columns_known:
        found += _value(f"{name}: columns", [column.name for column in ours.columns], [column.name for column in theirs.columns])
        found += _named(
            f"{name} column", {c.name: _column(c, defaults) for c in ours.columns}, {c.name: _column(c, defaults) for c in theirs.columns}, _fields
        )
    found += _named(f"{name} index", {i.name: _index(i) for i in ours.indexes}, {i.name: _index(i) for i in theirs.indexes}, _fields)
    found += _named(f"{name} foreign key", {k.name: _key(k) for k in ours.foreign_keys}, {k.name: _key(k) for k in theirs.foreign_keys}, _fields)
    found += _named(
        f"{name} check", {c.name: (c.expression.normal, c.no_inherit) for c in ours.checks}, {c.name: (c.expression.normal, c.no_inherit) for c in theirs.checks}, _value
    )
    return found


def _column(column: Column, defaults: bool) -> dict[str, Any]:
    said = {
        "type": _type(column.type),
        "not_null": column.not_null,
        "generated": column.generated,
        "identity": column.identity,
        "collation": column.collation,
    }
    return {**said, "default": column.default} if defaults else {**said, "has default": column.default is not None}


class _Unknown:
    """The type of a query's column that could not be told; it differs from none."""

    def __eq__(self, other: object) -> bool:
        return True

    __hash__ = None  # type: ignore[assignment]


def _type(type: Type) -> Any:
    return (type.name, type.modifiers, bool(type.dimensions)) if type.name else _Unknown()


def _index(index: Index) -> dict[str, Any]:
    return {
        "keys": [key.identity for key in index.keys],
        "method": index.method,
        "include": index.include,
        "predicate": index.predicate.normal if index.predicate else None,
        "unique": index.unique,
        "nulls_not_distinct": index.nulls_not_distinct,
        "constraint": index.constraint,
        "deferrable": index.deferrable,
        "valid": index.valid,
        "parent": index.parent,
        "clustered": index.clustered,
        "storage": index.storage,
    }


def _key(key: ForeignKey) -> dict[str, Any]:
    return {field: getattr(key, field) for field in key._fields if field not in ("at", "name", "enforced")}


def _domain(domain: Any) -> Any:
    return (domain.type.name, domain.type.modifiers, domain.not_null, sorted(check.normal for check in domain.checks))
