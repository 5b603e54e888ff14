"""Emit: operations as the steps that a server takes, in the order in which nothing is ever missing.

    rename → build (what is changed, under a temporary name) → check → swap → drop

A runner makes files of the steps; what they look like in SQL is in `templates/indexes/`.
"""

from collections.abc import Iterable, Iterator, Sequence
from hashlib import sha256
from types import MappingProxyType
from typing import Any, NamedTuple

from broxspec.catalog.model import Index, Key
from broxspec.kinds.indexes.partitions import Names, Partition, Partitions, stem_of_change
from broxspec.plan import Operation, qualified, table_of
from broxspec.quoting import sql
from broxspec.source import Span

_ROOM = 63  # bytes that PostgreSQL keeps of a name


class Step(NamedTuple):
    """One thing that the server does.

    `build`: `index`, under the name that it has there. `rename`: `index` gets `name`. `swap`: `former` gets the name `aside` and
    `index`, built under a temporary name, gets `name`. `drop`: `index`. `check`: all of `built` are there and valid.
    `attach`: `index`, of a partition, becomes a part of `parent`, which also the `build` of that index names.
    Without `concurrently` (partitioned tables, where PostgreSQL can't) it blocks writers. `because` is where specs ask for it.
    Of an index on a partitioned table `taken` are those that its partitions had before and that become its parts: what drops it builds
    them again. `stem` is what its other parts are named after.
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
    taken: tuple[Index, ...] = ()
    stem: str = ""

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


def lower(operations: Sequence[Operation], partitioned: Partitions = MappingProxyType({}), *, at_run_time: bool = False) -> tuple[Step, ...]:
    """The steps of operations. `partitioned` are the tables on which PostgreSQL builds and drops nothing concurrently, with their
    partitions; `at_run_time` leaves the partitions out, for a runner whose files ask the server for them."""
    renames, builds, swaps, drops = [], [], [], []
    names = Names()
    for operation in operations:
        before, after, why = operation.before, operation.after, operation.because
        if operation.action == "rename":
            assert before and after
            renames.append(Step("rename", before, after.name, because=why))
        elif operation.action == "create":
            assert after
            builds += _built(Step("build", after, because=why, stem=after.name), partitioned, names)
        elif operation.action == "change":
            assert before and after
            fresh = after._replace(name=temporary(after.name, "new"))
            old = before._replace(name=temporary(before.name, "old"))
            build = Step("build", fresh, name=after.name, because=why, stem=stem_of_change(after, definition(after)))
            builds += _built(build, partitioned, names)
            swaps.append(Step("swap", fresh, after.name, before, old.name, because=why))
            drops.append(_dropped(Step("drop", old, because=why), partitioned))
        elif operation.action == "drop":
            assert before
            drops.append(_dropped(Step("drop", before, because=why), partitioned))
    if at_run_time:
        builds = [step for step in builds if step.parent is None]
    # What a change leaves behind goes first; what other indexes replace goes last.
    drops.sort(key=lambda step: not any(swap.aside == step.index.name for swap in swaps))
    asked = tuple(dict.fromkeys(span for step in builds for span in step.because))
    # The whole is valid when all its parts are there.
    check = [Step("check", built=tuple(step.index for step in builds if step.parent is None), because=asked)] if builds else []
    return (*renames, *builds, *check, *swaps, *drops)


def _built(step: Step, partitioned: Partitions, names: Names) -> list[Step]:
    """The build of an index; on a partitioned table of the whole, then of each part."""
    assert step.index
    parts = partitioned.get(table_of(step.index))
    if parts is None:
        return [step._replace(stem="")]
    whole = step.index._replace(only=True)
    found = list(_parts(step._replace(name=""), whole, parts, names))
    return [step._replace(index=whole, concurrently=False, taken=tuple(_taken(whole, parts, Names()))), *found]


def _taken(whole: Index, parts: tuple[Partition, ...], names: Names) -> Iterator[Index]:
    """What partitions have that becomes a part of the whole, whoever attaches it."""
    for part in parts:
        index = names.part_of(whole, part)
        if index is not None:
            yield index._replace(only=part.split)
        yield from _taken(whole, part.parts, names)


def _parts(step: Step, whole: Index, parts: tuple[Partition, ...], names: Names) -> Iterator[Step]:
    """A partition that is partitioned itself comes after its own parts: attached, it is whole."""
    for part in parts:
        if not part.named:
            continue
        attached = next((index for index in part.indexes if index.parent == qualified(whole)), None)
        index = attached or names.part_of(whole, part)
        if index is None:
            name = names.part_name(part, step.stem)
            index = whole._replace(schema=part.table.schema, table=part.table.name, name=name, only=part.split, at=None)
            yield Step("build", index, concurrently=not part.split, because=step.because, parent=whole)
        else:
            index = index._replace(only=part.split)
        if part.split:
            yield from _parts(step, index, part.parts, names)
        if not attached:
            yield Step("attach", index, because=step.because, parent=whole)


def _dropped(step: Step, partitioned: Partitions) -> Step:
    """The drop of an index, on a partitioned table with all its parts."""
    assert step.index
    if table_of(step.index) not in partitioned:
        return step
    return step._replace(concurrently=False, stem=step.index.name, taken=_built(step._replace(action="build"), partitioned, Names())[0].taken)


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


def again(index: Index) -> str:
    """CREATE INDEX of what a partition had of its own, after the drop of the whole that has taken it."""
    return create(index._replace(only=False), concurrently=not index.only)


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
    """An SQL fragment as text that can stand before other text, and means the same there."""
    from broxspec.sql.oneline import one_line

    return sql.settled(one_line(given.sql))


# Artifacts of an environment


def artifacts(project: Any, templates: Any) -> list[Any]:
    """The strategy document of each database."""
    from broxspec.kinds.indexes.strategy import strategies

    return strategies(project, templates)
