"""Compare: what should be on a server with what is there, index by index."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from broxspec.catalog.model import Index, Name, Table
from broxspec.diagnostic import Diagnostic, Label, order
from broxspec.drift import faults
from broxspec.drift.live import Live
from broxspec.kinds.indexes.emit import create, definition, drop, temporary
from broxspec.kinds.indexes.model import IndexSpec
from broxspec.kinds.indexes.partitions import part_name, stem_of_change
from broxspec.migrations.history import History
from broxspec.migrations.settle import Settled, described
from broxspec.migrations.shown import alike
from broxspec.migrations.state import perform, same, state_of
from broxspec.plan import Operation, qualified, table_of
from broxspec.project import Database
from broxspec.report import plural
from broxspec.source import Span

_MANY = 6  # names in one message


class _Record(NamedTuple):
    """What migrations say of a name: the file in which the operation begins, and whether that is a draft."""

    file: str
    draft: bool


def drift(database: Database, settled: Settled, history: History, live: Live) -> list[Diagnostic]:
    """Everything in which the server differs, sorted."""
    return sorted(_Comparison(database, settled, history, live).findings(), key=order)


class _Comparison:
    """`expected` is what frozen migrations and the schema source say; `after` is that with the drafts, which may be there already."""

    def __init__(self, database: Database, settled: Settled, history: History, live: Live) -> None:
        self.database, self.settled, self.live = database, settled, live
        current = state_of(settled.current)._replace(owned=settled.owned)
        self.expected = current.indexes
        self.after = perform(current, settled.plan.operations).indexes
        self.found = {qualified(index): index for index in live.catalog.indexes()}
        self.specs = {Name(spec.table.schema, spec.name): spec for spec in database.models.get("indexes", ()) if spec.name}
        self.removals = {Name(spec.table.schema, name): span for spec in database.models.get("indexes", ()) for name, span in spec.removals}
        self.records = _records(history, settled)
        steps = [step for lock in (history.frozen, history.drafts) for file in lock.files for step in file.steps]
        self.built = {Name(schema, name) for action, schema, name, _ in steps if action == "build"}
        self.aside = _aside((*settled.frozen, *settled.drafts, *settled.plan.operations))
        self.parts = _parts((*self.expected.values(), *self.after.values()), self._children())

    def findings(self) -> Iterator[Diagnostic]:
        yield from self._version()
        yield from self._tables()
        for name, index in self.expected.items():
            if table_of(index) in self.live.catalog.tables:
                yield from self._expected(name, index)
        for name, index in self.found.items():
            if name not in self.expected and table_of(index) in self.settled.current.tables:
                yield from self._beyond(name, index)
        yield from self._pending()

    # The server as a whole

    def _version(self) -> Iterator[Diagnostic]:
        spec = self.database.spec
        if self.live.major != spec.major:
            message = f"the server is PostgreSQL {self.live.major}, and `{spec.name}` is said to be {spec.major}"
            yield faults.OTHER_VERSION.at(spec.node.at("server_version"), message, help="correct `server_version`")

    def _tables(self) -> Iterator[Diagnostic]:
        missing = [name for name, table in self.settled.current.tables.items() if name not in self.live.catalog.tables and table.kind != "foreign"]
        if missing:
            verb = "is" if len(missing) == 1 else "are"
            message = f"{plural(len(missing), 'table')} of the schema source {verb} not on the server: {_names(missing)}"
            subject = {"tables": sorted(str(name) for name in missing)}
            yield faults.NO_TABLE.at(self.database.spec.node.at("schema"), message, help="run the migrations that make them", subject=subject)

    def _pending(self) -> Iterator[Diagnostic]:
        """Drafts, as one finding for those that are there and one for those that are not."""
        done: list[Name] = []
        waiting: list[Name] = []
        for operation in self.settled.plan.operations:
            if operation.action not in ("adopt", "release"):
                (done if self._is_done(operation) else waiting).append(qualified(operation.subject))
        at = self.database.spec.node.at("name")
        if waiting:
            yield faults.PENDING.at(at, f"not deployed yet, and no drift: {plural(len(waiting), 'draft operation')} ({_names(waiting)})")
        if done:
            yield faults.PENDING.at(at, f"deployed already, though only a draft: {plural(len(done), 'operation')} ({_names(done)})")

    def _is_done(self, operation: Operation) -> bool:
        before, after = operation.before, operation.after
        if after is None:
            return before is not None and qualified(before) not in self.found
        there = self.found.get(qualified(after))
        return there is not None and there.valid and same(after, there)

    # Each index

    def _expected(self, name: Name, index: Index) -> Iterator[Diagnostic]:
        there = self.found.get(name)
        if there is None:
            if name in self.after or not self._gone_by_draft(name):
                yield self._missing(name, index)
        elif not there.valid and (index.valid or not self._partitioned(there)):
            yield self._invalid(name, there)
        elif not self._agrees(name, index, there):
            yield self._different(name, index, there)

    def _gone_by_draft(self, name: Name) -> bool:
        """Whether drafts drop the index, or rename it, and that has been done."""
        operations = [one for one in self.settled.plan.operations if one.before is not None and qualified(one.before) == name]
        return any(self._is_done(operation) for operation in operations)

    def _agrees(self, name: Name, index: Index, there: Index) -> bool:
        if same(index, there) or (name in self.after and same(self.after[name], there)):
            return True
        # A Prisma schema shows of an index that is not ours what it has words for.
        return name not in self.settled.owned and alike(there, index)

    def _beyond(self, name: Name, there: Index) -> Iterator[Diagnostic]:
        """An index that frozen migrations and the schema source do not speak of."""
        if there.parent is not None and there.valid:
            return  # a part belongs to its whole
        if name in self.aside:
            yield self._at(faults.UNDROPPED, name, there, f"`{name}` is left from an unfinished rebuild of `{self.aside[name]}`", self._retry(self.aside[name]))
        elif not there.valid:
            yield self._invalid(name, there)
        elif name in self.parts:
            return  # it is still to be attached, which its whole tells
        elif name in self.after:
            if not same(self.after[name], there):
                yield self._different(name, self.after[name], there)
        elif name in self.settled.done:
            yield self._at(faults.UNDROPPED, name, there, f"`{name}` is there, and a migration has dropped or renamed it", self._retry(name))
        elif name not in self.built:  # else a part that is still to be attached, which its whole tells
            yield self._foreign(name, there)

    def _missing(self, name: Name, index: Index) -> Diagnostic:
        who = "a migration has made it" if name in self.settled.owned else "the schema source has it"
        what = {"primary": "primary key", "unique": "unique constraint", "exclusion": "exclusion constraint"}.get(index.constraint or "", "index")
        if name in self.records:
            help = self._retry(name)
        elif index.constraint:
            help = "add it on the server, or read the schema anew"
        else:
            help = f"run the migration that makes it, or on the server: `{create(index)};`"
        return self._at(faults.MISSING, name, index, f"{what} `{name}` of `{table_of(index)}` is not on the server; {who}", help)

    def _invalid(self, name: Name, there: Index) -> Diagnostic:
        table = table_of(there)
        if self._partitioned(there):
            lacking = self._lacking(there)
            parts = f": {_names(lacking)} {'lacks' if len(lacking) == 1 else 'lack'} a part of it" if lacking else ""
            return self._at(faults.UNFINISHED, name, there, f"partitioned index `{name}` of `{table}` is not complete{parts}", self._retry(name))
        whole = self.parts.get(name, name)
        known = whole in self.records or whole in self.after
        help = self._retry(whole) if known else f"`{drop(there)};`, then build it again"
        note = f"a session is at work on `{table}`, perhaps building it: look again when that has ended" if table in self.live.at_work else ""
        return self._at(faults.INVALID, name, there, f"index `{name}` of `{table}` is INVALID on the server", help, note)

    def _different(self, name: Name, index: Index, there: Index) -> Diagnostic:
        message = f"`{name}` is another index on the server: {described(there)}"
        message += f" of `{table_of(there)}`" if table_of(there) != table_of(index) else ""
        right = "write that into the spec with `adopt: true`" if name in self.specs else "read the schema anew"
        help = f"wanted is {described(index)}; if the server is right, {right}"
        subject = {"wanted": create(index, False), "found": create(there, False)}
        return self._at(faults.DIFFERENT, name, index, message, help, more=subject)

    def _foreign(self, name: Name, there: Index) -> Diagnostic:
        message = f"index `{name}` of `{table_of(there)}` is on the server alone: {described(there)}"
        help = f"write it into a spec of `{table_of(there)}`, or drop it: `{drop(there)};`"
        if there.constraint:
            message, help = message.replace("index", "constraint", 1), "read the schema anew, or drop the constraint"
        return self._at(faults.FOREIGN, name, there, message, help)

    # Words and places

    def _at(self, fault: faults.Fault, name: Name, index: Index, message: str, help: str, note: str = "", more: Mapping[str, str] = {}) -> Diagnostic:
        subject = {"schema": name.schema, "table": index.table, "index": name.name, **more}
        labels = (Label(self.live.at, f"on {self.live.url}"),) if (at := self._place(name, index)).has_place else ()
        return fault.at(at, message, help=help, note=note, labels=labels, subject=subject)

    def _place(self, name: Name, index: Index) -> Span:
        """Where the index is wanted, or is to go: the spec, else the schema source, else the server."""
        spec: IndexSpec | None = self.specs.get(name)
        if spec is not None:
            return spec.at
        if name in self.removals:
            return self.removals[name]
        source = self.expected.get(name)
        return source.at if source is not None and source.at is not None and source.at.has_place else self.live.at

    def _retry(self, name: Name) -> str:
        """What to do about an index of ours."""
        runner, record = self.database.spec.runner.name, self.records.get(name)
        file = f"`{self.database.spec.migrations}/{record.file}`" if record and record.file else "its migration"
        return f"run {file}; if it has run or failed, docs/runners/{runner}.md says how to run it again"

    def _partitioned(self, index: Index) -> bool:
        table = self.live.catalog.tables.get(table_of(index))
        return table is not None and table.kind == "partitioned"

    def _children(self) -> dict[Name, list[Table]]:
        """The partitions on the server, by the table that they are one of."""
        children: dict[Name, list[Table]] = {}
        for table in self.live.catalog.tables.values():
            if table.partition is not None and table.parents:
                children.setdefault(table.parents[0], []).append(table)
        return children

    def _lacking(self, index: Index) -> list[Name]:
        """The partitions, at any depth, that have no part of a partitioned index where their parent has one."""
        children = self._children()
        lacking, parents = [], [index]
        while parents:
            parent = parents.pop()
            for child in children.get(table_of(parent), ()):
                part = next((one for one in child.indexes if one.parent == qualified(parent)), None)
                if part is None:
                    lacking.append(child.qualified)
                else:
                    parents.append(part)
        return sorted(lacking)


def _records(history: History, settled: Settled) -> dict[Name, _Record]:
    """The file of the last operation that speaks of each name, drafts last."""
    found: dict[Name, _Record] = {}
    for lock, operations, draft in ((history.frozen, settled.frozen, False), (history.drafts, settled.drafts, True)):
        for entry, operation in zip(lock.entries, operations, strict=True):
            for index in (operation.before, operation.after):
                if index is not None and entry.file:
                    found[qualified(index)] = _Record(entry.file, draft)
    return found


def _aside(operations: Iterable[Operation]) -> dict[Name, Name]:
    """The temporary names of rebuilds, and whose they are."""
    found = {}
    for operation in operations:
        if operation.action == "change" and operation.after is not None:
            name = qualified(operation.after)
            found |= {Name(name.schema, temporary(name.name, suffix)): name for suffix in ("new", "old")}
    return found


def _parts(wholes: Iterable[Index], children: Mapping[Name, Sequence[Table]]) -> dict[Name, Name]:
    """What migrations call the parts of partitioned indexes before they are attached, and the whole of each."""
    found = {}
    for whole in wholes:
        tables = list(children.get(table_of(whole), ()))
        while tables:
            table = tables.pop()
            tables += children.get(table.qualified, ())
            for stem in (whole.name, stem_of_change(whole, definition(whole))):
                found[Name(table.schema, part_name(table.name, stem))] = qualified(whole)
    return found


def _names(names: Iterable[Name]) -> str:
    ordered = sorted(names)
    shown = [f"`{name}`" for name in ordered[:_MANY]]
    return ", ".join(shown) + (f" and {len(ordered) - _MANY} more" if len(ordered) > _MANY else "")
