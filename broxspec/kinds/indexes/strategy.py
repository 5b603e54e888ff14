"""The strategy document: every index of a database, what it is, what it serves and why it is there."""

import json
from typing import NamedTuple

from broxspec.catalog.model import Fragment as SqlFragment
from broxspec.catalog.model import Index, Name
from broxspec.emit import HEADER, Artifact, Fragment, Templates, sha256
from broxspec.kinds.indexes import emit
from broxspec.kinds.indexes.estimate import duration, estimate, size
from broxspec.kinds.indexes.model import IndexSpec
from broxspec.migrations.record import index_json
from broxspec.project import Database, Project

TEMPLATE = "indexes/strategy.md.j2"
TYPES = ("single-column", "composite", "partial", "covering", "GIN and other methods", "unique")


class Row(NamedTuple):
    """An index as the document shows it; `estimate` is empty where the table's rows are not known."""

    name: str
    type: str
    definition: str
    serves: tuple[str, ...]
    why: str
    estimate: str
    ours: bool


def strategies(project: Project, templates: Templates) -> list[Artifact]:
    """One document per database that has index specs; with several databases each name carries the database's."""
    databases = [database for database in project.databases if database.models.get("indexes")]
    several = len(project.databases) > 1
    return [_strategy(database, templates, _path(database, several)) for database in databases]


def _path(database: Database, several: bool) -> str:
    return f"indexes/INDEX_STRATEGY.{database.name}.md" if several else "indexes/INDEX_STRATEGY.md"


def _strategy(database: Database, templates: Templates, path: str) -> Artifact:
    specs = {Name(spec.table.schema, spec.name): spec for spec in database.models["indexes"] if spec.index is not None}
    tables = []
    counts = dict.fromkeys(TYPES, 0)
    for name in sorted(database.wanted.tables):
        table = database.wanted.tables[name]
        found = ((index, specs.get(Name(index.schema, index.name))) for index in _sorted(table.indexes))
        rows = [_row(_settled(index, spec), spec, database) for index, spec in found]
        for row in rows:
            if row.ours:
                counts[row.type] += 1
        if rows:
            tables.append((name, rows, database.spec.rows(name)))
    render = templates.environment.get_template(TEMPLATE).module
    head = str(render.head(HEADER, database.name, TYPES, counts, sum(len(rows) for _, rows, _ in tables)))
    fragments = [Fragment(head, f"database/{database.name}")]
    for name, rows, count in tables:
        fragments.append(Fragment(str(render.table_head(name, count))))
        for row in rows:
            route = f"indexes/{database.name}/{name}/{row.name}" if row.ours else f"database/{database.name}/tables/{name}"
            fragments.append(Fragment(str(render.row(row)), route))
    unseen = _unseen(database, specs)
    if unseen:
        fragments.append(Fragment(str(render.unseen(unseen, database.spec.runner.version)), f"database/{database.name}/runner"))
    return Artifact(path, tuple(fragments), _inputs(database, specs, templates))


def _settled(index: Index, spec: IndexSpec | None) -> Index:
    """The index in the spec's words; one that no spec names in the normal form of its SQL. So a dump which spells it otherwise
    makes no other document."""
    if spec is not None and spec.index is not None:
        return index._replace(keys=spec.index.keys, predicate=spec.index.predicate)
    keys = tuple(key._replace(expression=_plain(key.expression)) for key in index.keys)
    return index._replace(keys=keys, predicate=_plain(index.predicate))


def _plain(fragment: SqlFragment | None) -> SqlFragment | None:
    return SqlFragment(fragment.normal, fragment.normal) if fragment else None


def _sorted(indexes: tuple[Index, ...]) -> list[Index]:
    """Without the parts of partitioned indexes, which a schema shows or not."""
    return sorted((index for index in indexes if index.parent is None), key=lambda index: (not index.primary, index.name))


def _row(index: Index, spec: IndexSpec | None, database: Database) -> Row:
    rows = database.spec.rows(Name(index.schema, index.table))
    words = ""
    if rows is not None:
        found = estimate(index, database.wanted, rows)
        words = f"{size(found.smallest, found.largest)}, {duration(found.fastest, found.slowest)}"
    serves = spec.serves if spec else ()
    why = spec.why if spec else "" if not index.constraint else f"the {_CONSTRAINTS[index.constraint]}"
    definition = emit.definition(index).removeprefix("USING btree ")
    return Row(index.name, kind_of(index), definition, serves, why, words, spec is not None)


_CONSTRAINTS = {"primary": "primary key", "unique": "unique constraint", "exclusion": "exclusion constraint"}


def kind_of(index: Index) -> str:
    """The one of the six types that says most of an index."""
    if index.unique:
        return "unique"
    if index.method != "btree":
        return "GIN and other methods"
    if index.include:
        return "covering"
    if index.predicate is not None:
        return "partial"
    return "composite" if len(index.keys) > 1 else "single-column"


def _unseen(database: Database, specs: dict[Name, IndexSpec]) -> list[tuple[str, str]]:
    """The wanted indexes that a Prisma schema can't say in full, and what of them it leaves out."""
    if not any(path.endswith(".prisma") for path in _paths(database)):
        return []
    found = []
    for name in sorted(specs):
        index = specs[name].index
        assert index is not None
        parts = []
        if any(key.column is None for key in index.keys):
            parts.append("an expression")
        if index.predicate is not None:
            parts.append("a predicate")
        if not parts:
            parts = _left_out(index)
        if parts:
            found.append((index.name, ", ".join(parts)))
    return found


def _left_out(index: Index) -> list[str]:
    from broxspec.catalog.prisma.express import unsaid

    return list(unsaid(index))


def _paths(database: Database) -> list[str]:
    return sorted({table.at.path for table in database.source.tables.values() if table.at is not None})


def _inputs(database: Database, specs: dict[Name, IndexSpec], templates: Templates) -> str:
    indexes = sorted((index for index in database.wanted.indexes() if index.parent is None), key=lambda index: (index.schema, index.name))
    named = [(index, specs.get(Name(index.schema, index.name))) for index in indexes]
    said = [[index_json(_settled(index, spec)), _said(spec)] for index, spec in named]
    sizes = [[str(name), found.rows] for name, found in sorted(database.spec.tables.items())]
    data = json.dumps([said, sizes, database.spec.runner[:2]], sort_keys=True, ensure_ascii=False)
    return sha256(data + templates.digest(TEMPLATE))


def _said(spec: IndexSpec | None) -> list:
    return [spec.why, list(spec.serves)] if spec else []
