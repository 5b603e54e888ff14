"""Partitions and inheritance changed after the fact."""

from broxspec.catalog.sql.database import Database, shown
from broxspec.catalog.sql.indexes import attach as attach_part
from broxspec.catalog.sql.indexes import same
from broxspec.catalog.sql.state import Node, Rejected, TableState
from broxspec.catalog.sql.tables import adopt, bound_text, check_parent, same_type
from broxspec.sql.normal import normal


def attach(db: Database, number: int, command: Node) -> None:
    """ALTER TABLE … ATTACH PARTITION."""
    body = command["def"]["PartitionCmd"]
    child = db.table_of(body["name"])
    parent = db.tables[number]
    if parent.kind != "partitioned":
        raise Rejected(f"table `{parent.qualified}` is not partitioned")
    if _below(db, child.id, number):
        raise Rejected(f"`{parent.qualified}` is already a partition of `{child.qualified}`")
    if child.parents:
        raise Rejected(f"`{child.qualified}` is already a partition or has a parent", db.at(body["name"].get("location")))
    for column in parent.columns:
        if column not in child.columns and child.known:
            raise Rejected(f"partition `{child.qualified}` lacks column `{column}`", db.at(body["name"].get("location")))
    for column in child.columns:
        if column not in parent.columns and parent.known:
            raise Rejected(f"`{child.qualified}` has column `{column}`, which `{parent.qualified}` lacks", db.at(body["name"].get("location")))
    _need_checks(parent, child)
    db.tables[child.id] = _inheriting(child, parent)._replace(partition=bound_text(db, body["bound"]))
    adopt(db, number, child.id, partition=True)


def _below(db: Database, top: int, number: int) -> bool:
    """Whether a table is another, or inherits from it."""
    return top == number or any(_below(db, top, parent) for parent in db.tables[number].parents)


def _need_checks(parent: TableState, child: TableState) -> None:
    for name, state in parent.checks.items():
        own = child.checks.get(name)
        if state.check.no_inherit:
            continue
        if own is None:
            raise Rejected(f"child table `{child.qualified}` lacks constraint `{name}`")
        if normal(own.node) != normal(state.node):
            raise Rejected(f"child table `{child.qualified}` has another definition of constraint `{name}`")
    for name, column in parent.columns.items():
        if name in child.columns:
            same_type(child.columns[name], column)
        if column.not_null and name in child.columns and not child.columns[name].not_null:
            raise Rejected(f"column `{name}` of child table `{child.qualified}` must be NOT NULL")


def _inheriting(child: TableState, parent: TableState) -> TableState:
    inherited = dict(child.inherited)
    for name in parent.columns:
        inherited[name] = inherited.get(name, 0) + 1
    # A partition's columns are its parent's alone.
    local = child.local - set(parent.columns) if parent.kind == "partitioned" else child.local
    return child._replace(parents=(*child.parents, parent.id), inherited=inherited, local=local)


def detach(db: Database, number: int, command: Node) -> None:
    """ALTER TABLE … DETACH PARTITION: what came from the parent stays, as the table's own."""
    child = db.table_of(command["def"]["PartitionCmd"]["name"])
    parent = db.tables[number]
    if child.id not in parent.children:
        raise Rejected(f"`{child.qualified}` is not a partition of `{parent.qualified}`")
    for index in child.indexes:
        state = db.indexes[index]
        if state.parent is not None:
            above = db.indexes[state.parent]
            db.indexes[state.parent] = above._replace(children=tuple(part for part in above.children if part != index))
            db.indexes[index] = state._replace(parent=None)
    keys = {name: state._replace(parent=None, key=state.key._replace(inherited=False)) for name, state in child.keys.items()}
    db.tables[child.id] = db.tables[child.id]._replace(keys=keys)
    _disinherit(db, number, child.id)
    db.tables[child.id] = db.tables[child.id]._replace(partition=None)


def _disinherit(db: Database, number: int, child_id: int) -> None:
    parent, child = db.tables[number], db.tables[child_id]
    db.tables[number] = parent._replace(children=tuple(other for other in parent.children if other != child_id))
    inherited = {name: count - (name in parent.columns) for name, count in child.inherited.items()}
    checks = {
        name: state._replace(inherited=state.inherited - 1, local=True) if name in parent.checks and state.inherited else state
        for name, state in child.checks.items()
    }
    db.tables[child_id] = child._replace(
        parents=tuple(other for other in child.parents if other != number),
        inherited={name: count for name, count in inherited.items() if count > 0},
        local=child.local | {name for name in parent.columns if inherited.get(name, 0) <= 0},
        checks=checks,
    )


def add_parent(db: Database, number: int, command: Node) -> None:
    """ALTER TABLE … INHERIT."""
    node = command["def"]["RangeVar"]
    parent, child = db.table_of(node), db.tables[number]
    if parent.id in child.parents:
        raise Rejected(f"`{child.qualified}` already inherits from `{parent.qualified}`")
    check_parent(parent, partition=False)
    if _below(db, child.id, parent.id):
        raise Rejected(f"`{parent.qualified}` already inherits from `{child.qualified}`")
    if child.partition is not None or child.kind == "partitioned":
        raise Rejected(f"cannot change the inheritance of `{child.qualified}`: it is partitioned or a partition")
    for column in parent.columns:
        if column not in child.columns and child.known:
            raise Rejected(f"child table `{child.qualified}` lacks column `{column}`")
    _need_checks(parent, child)
    db.tables[number] = _inheriting(child, parent)
    adopt(db, parent.id, number, partition=False)


def drop_parent(db: Database, number: int, command: Node) -> None:
    """ALTER TABLE … NO INHERIT."""
    parent, child = db.table_of(command["def"]["RangeVar"]), db.tables[number]
    if parent.id not in child.parents:
        raise Rejected(f"`{child.qualified}` does not inherit from `{parent.qualified}`")
    _disinherit(db, parent.id, number)


def attach_index(db: Database, number: int, command: Node) -> None:
    """ALTER INDEX … ATTACH PARTITION."""
    node = command["def"]["PartitionCmd"]["name"]
    part = db.index_of(node.get("schemaname"), node["relname"])
    if part is None:
        raise Rejected(f"index `{shown(node)}` does not exist", db.at(node.get("location")))
    state = db.indexes[number]
    if part.parent == number:
        return
    if part.parent is not None or part.table not in db.tables[state.table].children:
        raise Rejected(f"cannot attach index `{shown(node)}` as a partition of index `{state.index.name}`", db.at(node.get("location")))
    if same(db, part) != same(db, state):
        raise Rejected(f"index `{shown(node)}` has another definition than `{state.index.name}`", db.at(node.get("location")))
    attach_part(db, number, part.id)
