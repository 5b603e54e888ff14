"""Draft: the files and the lock that a plan makes. Every earlier draft is thrown away; nothing is written here."""

import json
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any, NamedTuple

from broxspec.catalog.model import Name
from broxspec.emit import HEADER, Templates, sha256
from broxspec.kinds.indexes.partitions import Partition, partitions
from broxspec.migrations.aids import repair_steps, wholes
from broxspec.migrations.history import History
from broxspec.migrations.lock import AIDS, Entry, File, Lock
from broxspec.migrations.record import operation_json
from broxspec.migrations.settle import Settled
from broxspec.plan import Operation, table_of
from broxspec.runners import Job, Migration, RunnerFault, load
from broxspec.suggest import listed

# What a file of ours begins with, in SQL and in Python.
_MARKS = (f"-- {HEADER}".encode(), f"# {HEADER}".encode())
# The script that asks the server for partitions, where the runner can't.
PARTITIONS = ("indexes/partitions.sql.j2", "indexes/partitions_functions.sql.j2", "indexes/psql_begin.sql.j2")
_SUFFIXES = (".sql", ".py", ".conf")


class Folder(NamedTuple):
    """A migrations folder as it is: `others` are the migrations that are not drafts, by name, in their order; `ours` the paths of files
    with our mark that are not frozen."""

    path: Path
    others: tuple[str, ...]
    ours: tuple[str, ...]


class Draft(NamedTuple):
    """`files` are texts by path in the folder. `aids` are those by path in the generated folder."""

    files: Mapping[str, str]
    migrations: tuple[Migration, ...]
    lock: Lock
    aids: Mapping[str, str]


def look(path: Path, runner: str, history: History) -> Folder:
    """What lies in the folder. A file of ours that no lock knows is a draft left over from a merge."""
    module = load(runner)
    frozen = {file.path for file in history.frozen.files}
    known = {file.path for file in history.drafts.files}
    ours = tuple(sorted(name for name in _files(path) if name not in frozen and (name in known or _marked(path / name))))
    drafts = {module.name_of(name) for name in ours} - {module.name_of(name) for name in frozen}
    return Folder(path, tuple(name for name in module.names(path) if name not in drafts), ours)


def _files(folder: Path) -> Iterable[str]:
    return (path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.suffix in _SUFFIXES and path.is_file()) if folder.is_dir() else ()


def _marked(path: Path) -> bool:
    with path.open("rb") as file:
        return file.read(max(map(len, _MARKS))).startswith(_MARKS)


def build(
    name: str,
    settled: Settled,
    history: History,
    folder: Folder,
    runner: str,
    version: str,
    templates: Templates,
    specs: Mapping[str, str],
    stamp: str | None = None,
    app: str = "",
    stated: Mapping[Name, Sequence[Name]] | None = None,
) -> Draft:
    """The drafts of a plan. `specs` as in a Job; `stated` are lists of partitions. RunnerFault where the runner can't take it."""
    module = load(runner)
    operations = settled.plan.operations
    job = Job(operations, folder.others, templates, specs, partitions(settled.current, stated), stamp, version, folder.path, app)
    migrations, begun = _numbered(module, job, history)
    inputs = _inputs(operations, templates.digest(*module.TEMPLATES), runner, job)
    files = [_file(migration, inputs) for migration in migrations]
    frozen = history.frozen
    number = max((entry.number for entry in frozen.entries), default=0)
    begins = {place: migration.path for migration in migrations for place in migration.begins}
    entries = [
        Entry(number + place + 1, operation_json(operation.bare), begins.get(place, ""))
        for place, operation in enumerate(operations)
    ]
    kept = [file for file in frozen.files if file.role not in AIDS]
    aids = {}
    own = {module.name_of(file.path) for file in (*kept, *files) if file.role == "up"}
    ordered = module.in_order(folder.path, own.union(folder.others))
    if repair := getattr(module, "repair", None):
        steps = repair_steps([*kept, *files], module.name_of)
        if steps:
            path, text = f"{name}.migrations/repair.sql", repair(templates, steps, ordered)
            aids[path] = text
            files.append(File(path, sha256(text), sha256(templates.digest(*module.REPAIR)), "repair"))
    if not getattr(module, "ASKS_FOR_PARTITIONS", False) and (split := wholes(settled)):
        path, text = f"{name}.migrations/partitions.sql", templates.render(PARTITIONS[0], header=HEADER, wholes=split, database=name)
        aids[path] = text
        files.append(File(path, sha256(text), sha256(templates.digest(*PARTITIONS)), "partitions"))
    everything = sorted([*kept, *files])
    last = max((place for place, name in enumerate(ordered) if name in own), default=0)
    lock = Lock(
        history.number,
        tuple(everything),
        (*frozen.entries, *entries),
        history.working.declarations,
        tuple(sorted(name for name in ordered[:last] if name not in own)),
        runner if everything else "",
        begun if migrations else frozen.stamp,
    )
    return Draft({migration.path: migration.text for migration in migrations}, tuple(migrations), lock, aids)


def _numbered(module: Any, job: Job, history: History) -> tuple[tuple[Migration, ...], str]:
    """The migrations, and the stamp that they begin with: the one asked for, else the one that the drafts had, as long as it serves."""
    remembered = history.working.stamp if history.working.stamp != history.frozen.stamp else ""
    if job.stamp is None and remembered:
        with suppress(RunnerFault):
            return _stamped(module, job._replace(stamp=remembered), history), remembered
    return (module.compile(job), "") if job.stamp is None else (_stamped(module, job, history), job.stamp)


def _stamped(module: Any, job: Job, history: History) -> tuple[Migration, ...]:
    """Migrations from the stamp on. RunnerFault where they would not run last, in their order."""
    migrations: tuple[Migration, ...] = module.compile(job)
    new = list(dict.fromkeys(module.name_of(migration.path) for migration in migrations if migration.role == "up"))
    if new and not getattr(module, "CHAINED", False):
        # Runners that know a migration by its number pass over a lower one, or stop, and take two with one number for the same.
        version = getattr(module, "version", None)
        others = set(job.existing) if version else {module.name_of(file.path) for file in history.frozen.files if file.role == "up"}
        ordered = list(module.in_order(job.folder, others.union(new)))
        taken = {version(name) for name in others} if version else set()
        if ordered[-len(new) :] != new or (version and not taken.isdisjoint(map(version, new))):
            last = next((f" after `{name}`" for name in reversed(ordered) if name in others), "")
            raise RunnerFault(f"numbered from the stamp `{job.stamp}` on, {listed(new, 'and')} would not run in their order{last}")
    return migrations


def _file(migration: Migration, inputs: str) -> File:
    return File(migration.path, sha256(migration.text), inputs, migration.role, tuple(step.record for step in migration.steps))


def _inputs(operations: Sequence[Operation], digest: str, runner: str, job: Job) -> str:
    data = [operation_json(operation.bare) for operation in operations]
    split = [job.partitioned[name] for name in sorted({table_of(operation.subject) for operation in operations} & job.partitioned.keys())]
    names = [repr(_names(part)) for parts in split for part in parts]
    return sha256(json.dumps([runner, digest, data, *names], sort_keys=True))


def _names(part: Partition) -> tuple:
    return (part.table, part.named, tuple(index.name for index in part.indexes), tuple(map(_names, part.parts)))
