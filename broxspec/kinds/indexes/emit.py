"""Emit: operations as the steps that a server takes, in the order in which nothing is ever missing.

    rename → build (what is changed, under a temporary name) → check → swap → drop

A runner makes files of the steps; what they look like in SQL is in `templates/indexes/`.
"""

from collections.abc import Iterable, Sequence
from hashlib import sha256
from typing import Any, NamedTuple

from broxspec.catalog.model import Index, Key, Name
from broxspec.plan import Operation, table_of
from broxspec.quoting import sql
from broxspec.source import Span

_ROOM = 63  # bytes that PostgreSQL keeps of a name


class Step(NamedTuple):
    """One thing that the server does.

    `build`: `index`, under the name that it has there. `rename`: `index` gets `name`. `swap`: `former` gets the name `aside` and
    `index`, built under a temporary name, gets `name`. `drop`: `index`. `check`: all of `built` are there and valid.
    `attach`: `index`, of a partition, becomes a part of `parent`, which also the `build` of that index names.
    Without `concurrently` (partitioned tables, where PostgreSQL can't) it blocks writers. `because` is where specs ask for it.
    """

    action: str
    index: Index | None = None
    name: str = ""
    former: Index | None = None
    aside: str = ""
    built: tuple[Index, ...] = ()
    concurrently: bool = True
    because: tuple[Span, ...] = ()
    parent: Index | None = None

    @property
    def record(self) -> tuple[str, str, str, str]:
        """What the lock keeps of it: the action, then schema, name and table of the index as it is called afterwards."""
        index = self.index or self.built[0]
        name = self.name if self.action in ("rename", "swap") else index.name
        return (self.action, index.schema, name, index.table)

    @property
    def reverse(self) -> "Step | None":
        """The step that takes this one back; None for a check, and for a part of a partitioned index, which goes with the whole."""
        if self.parent is not None:
            return None
        if self.action == "build":
            return self._replace(action="drop")
        if self.action == "drop":
            return self._replace(action="build")
        if self.action == "rename":
            assert self.index
            return self._replace(index=self.index._replace(name=self.name), name=self.index.name)
        if self.action == "swap":
            assert self.index and self.former
            # What was put aside takes its name again, and what was built its temporary one.
            former, index = self.former._replace(name=self.aside), self.index._replace(name=self.name)
            return self._replace(index=former, former=index, aside=self.index.name)
        return None


def lower(operations: Sequence[Operation], partitioned: frozenset[Name] = frozenset()) -> tuple[Step, ...]:
    """The steps of operations. `partitioned` are the tables on which PostgreSQL builds and drops nothing concurrently."""
    renames, builds, swaps, drops = [], [], [], []
    for operation in operations:
        before, after, why = operation.before, operation.after, operation.because
        if operation.action == "rename":
            assert before and after
            renames.append(Step("rename", before, after.name, because=why))
        elif operation.action == "create":
            assert after
            builds.append(Step("build", after, concurrently=table_of(after) not in partitioned, because=why))
        elif operation.action == "change":
            assert before and after
            fresh = after._replace(name=temporary(after.name, "new"))
            old = before._replace(name=temporary(before.name, "old"))
            builds.append(Step("build", fresh, name=after.name, concurrently=table_of(after) not in partitioned, because=why))
            swaps.append(Step("swap", fresh, after.name, before, old.name, because=why))
            drops.append(Step("drop", old, concurrently=table_of(before) not in partitioned, because=why))
        elif operation.action == "drop":
            assert before
            drops.append(Step("drop", before, concurrently=table_of(before) not in partitioned, because=why))
    # What a change leaves behind goes first; what other indexes replace goes last.
    drops.sort(key=lambda step: not any(swap.aside == step.index.name for swap in swaps))
    asked = tuple(span for step in builds for span in step.because)
    check = [Step("check", built=tuple(step.index for step in builds), because=asked)] if builds else []
    return (*renames, *builds, *check, *swaps, *drops)


def temporary(name: str, suffix: str) -> str:
    """`name_new` or `name_old`, shortened by a hash where the name is too long for it."""
    full = f"{name}_{suffix}"
    if len(full.encode()) <= _ROOM:
        return full
    tail = f"_{sha256(name.encode()).hexdigest()[:8]}_{suffix}"
    return name.encode()[: _ROOM - len(tail)].decode(errors="ignore") + tail


# What templates ask of an index


def relation(index: Index) -> str:
    return sql.qualified(index.schema, index.name)


def table(index: Index) -> str:
    return sql.qualified(index.schema, index.table)


def definition(index: Index, *, tablespace: bool = True) -> str:
    """What follows the table in CREATE INDEX, on one line."""
    parts = [f"USING {sql.identifier(index.method)} ({', '.join(_key(key) for key in index.keys)})"]
    if index.include:
        parts.append(f"INCLUDE ({', '.join(sql.identifier(column) for column in index.include)})")
    if index.nulls_not_distinct:
        parts.append("NULLS NOT DISTINCT")
    if index.storage:
        parts.append(f"WITH ({_options(index.storage)})")
    if index.tablespace and tablespace:
        parts.append(f"TABLESPACE {sql.identifier(index.tablespace)}")
    if index.predicate:
        parts.append(f"WHERE {fragment(index.predicate)}")
    return " ".join(parts)


def create(index: Index, concurrently: bool = True, if_not_exists: bool = False) -> str:
    """CREATE INDEX without the semicolon. IF NOT EXISTS takes an INVALID leftover for the index: only after a guard."""
    unique = "UNIQUE " if index.unique else ""
    how = ("CONCURRENTLY " if concurrently else "") + ("IF NOT EXISTS " if if_not_exists else "")
    where = "ON ONLY" if index.only else "ON"
    return f"CREATE {unique}INDEX {how}{sql.identifier(index.name)} {where} {table(index)} {definition(index)}"


def drop(index: Index, concurrently: bool = True, if_exists: bool = False) -> str:
    how = ("CONCURRENTLY " if concurrently else "") + ("IF EXISTS " if if_exists else "")
    return f"DROP INDEX {how}{relation(index)}"


def attach(index: Index, parent: Index) -> str:
    """ALTER INDEX … ATTACH PARTITION, which does nothing where it is done."""
    return f"ALTER INDEX {relation(parent)} ATTACH PARTITION {relation(index)}"


def rename(schema: str, old: str, new: str) -> str:
    return f"ALTER INDEX {sql.qualified(schema, old)} RENAME TO {sql.identifier(new)}"


def _key(key: Key) -> str:
    parts = [sql.identifier(key.column) if key.expression is None else f"({fragment(key.expression)})"]
    if key.collation:
        parts.append(f"COLLATE {sql.identifier(key.collation)}")
    if key.opclass:
        parts.append(sql.identifier(key.opclass) + (f" ({_options(key.opclass_options)})" if key.opclass_options else ""))
    if key.order == "desc":
        parts.append("DESC" if key.nulls == "first" else "DESC NULLS LAST")
    elif key.nulls == "first":
        parts.append("NULLS FIRST")
    return " ".join(parts)


def _options(options: Iterable[tuple[str, str]]) -> str:
    return ", ".join(f"{sql.identifier(name)} = {sql.literal(value)}" for name, value in options)


def fragment(given: Any) -> str:
    """An SQL fragment as text that can stand before other text."""
    from broxspec.sql.oneline import one_line

    return one_line(given.sql)


# Artifacts of an environment


def artifacts(project: Any, templates: Any) -> list[Any]:
    """The strategy document of each database."""
    from broxspec.kinds.indexes.strategy import strategies

    return strategies(project, templates)
