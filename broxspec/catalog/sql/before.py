"""A database that is there already when the first statement is read: a live server's, as the state that migrations find.

The catalog is written as DDL and read, so that the state is the one that reading makes; what DDL can't say is put beside it. What the
statements leave alone is given back as it came in.
"""

from collections.abc import Callable
from typing import Any, NamedTuple

from broxspec.catalog.ddl import ddl
from broxspec.catalog.model import Catalog, Name, Table
from broxspec.catalog.sql.database import Database
from broxspec.catalog.sql.state import Relation
from broxspec.source import Source


class Before(NamedTuple):
    """`unproven` are the checks that are NOT VALID, as (table, name). `search_path` is that of a new session."""

    catalog: Catalog
    unproven: frozenset[tuple[Name, str]] = frozenset()
    search_path: tuple[str, ...] = ("$user", "public")


def restore(db: Database, before: Before, read: Callable[[Source], None]) -> None:
    """Bring an empty database into the state before. `read` carries out the statements of a text."""
    catalog = before.catalog
    db.search_path = before.search_path
    for schema in catalog.schemas:
        db.schemas[schema] = True
    for function in catalog.functions:
        db.functions[db.number()] = function
    for collation in catalog.collations:
        db.collations[collation] = True
    for opclass in catalog.opclasses:
        db.opclasses[opclass] = True
    read(Source("", ddl(catalog, whole=True)))
    # An identity's sequence may be called after what its table was called once.
    for name, relation in list(db.all_relations()):
        if relation.kind == "sequence" and name not in catalog.relations:
            del db.relations(name.schema)[name.name]
    for name, kind in catalog.relations.items():
        _name_taken(db, name, kind)
    for number in list(db.tables):
        _as_it_is(db, number, before)
    # Whatever was said of it is about a text that nobody has written.
    db.diagnostics.clear()
    db.skipped.clear()
    db.journal.entries.clear()


def _name_taken(db: Database, name: Name, kind: str) -> None:
    """A view, sequence or composite type, known by name alone."""
    if name.name in db.relations(name.schema):
        return
    number = db.number() if kind == "view" else 0
    db.relations(name.schema)[name.name] = Relation(kind.partition(" ")[0], number)
    if number:
        db.views[number] = frozenset()


def _as_it_is(db: Database, number: int, before: Before) -> None:
    """Give a table what DDL did not say: which indexes are invalid, which checks are unproven, and where all that stands."""
    state = db.tables[number]
    table = before.catalog.tables.get(state.qualified)
    if table is None:
        return
    for key in state.indexes:
        index = db.indexes[key].index
        known = table.index(index.name)
        valid = known.valid if known is not None else index.valid
        db.indexes[key] = db.indexes[key]._replace(index=index._replace(valid=valid, at=table.at))
    db.tables[number] = state._replace(
        at=table.at,
        columns={name: column._replace(at=table.at) for name, column in state.columns.items()},
        keys={name: one._replace(key=one.key._replace(at=table.at)) for name, one in state.keys.items()},
        checks={
            name: one._replace(check=one.check._replace(at=table.at), validated=(table.qualified, name) not in before.unproven)
            for name, one in state.checks.items()
        },
    )


def untouched(after: Catalog, first: Catalog, before: Catalog) -> Catalog:
    """The catalog at the end; whatever is as it was at `first`, when it had been read from `before`, is that of `before` again."""

    def kept(name: Name, field: str) -> Any:
        now, then, given = (getattr(one, field).get(name) for one in (after, first, before))
        return given if given is not None and now == then else now

    tables: dict[Name, Table] = {name: kept(name, "tables") for name in after.tables}
    return after._replace(
        tables=tables,
        enums={name: kept(name, "enums") for name in after.enums},
        domains={name: kept(name, "domains") for name in after.domains},
    )
