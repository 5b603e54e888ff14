"""Alembic: `<revision>_<name>.py` in the folder `versions`, up and down in one file, each in an autocommit block.

Alembic takes revisions as a chain, whatever their files are called: each names the one that it follows. So the newest is found by
reading the other files (as text; nothing of the user's is ever run). Where there are several newest ones, only the team can say how they
belong together: that is what `alembic merge` is for.
"""

import json
import re
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from broxspec.emit import HEADER, sha256
from broxspec.kinds.indexes.emit import lower
from broxspec.migrations.record import operation_json
from broxspec.plan import reverse
from broxspec.runners import Job, Migration, RunnerFault, _statements, slug
from broxspec.runners._modules import UNKNOWN, Module, chain, leaves, modules
from broxspec.suggest import listed

TEMPLATES = ("indexes/alembic.py.j2", *_statements.TEMPLATES)
# What runs first is what others name, whatever the files are called.
CHAINED = True
# Alembic keeps a revision in a VARCHAR(32).
_REVISION = re.compile(r"[A-Za-z0-9_]{1,32}")


def names(folder: Path) -> tuple[str, ...]:
    """The migrations in the folder, by file name, each after those that it follows."""
    return in_order(folder, [module.name for module in modules(folder) if _is_migration(module)])


def in_order(folder: Path, names: Iterable[str]) -> tuple[str, ...]:
    """What is not in the folder comes last."""
    asked = set(names)
    found = {module.name: module for module in modules(folder) if _is_migration(module)}
    files = {module.values["revision"]: name for name, module in found.items()}
    parents = {name: [files[above] for above in _follows(module) + _texts(module, "depends_on") if above in files] for name, module in found.items()}
    ordered = chain(parents, [name for name, module in found.items() if module.ours])
    return (*(name for name in ordered if name in asked), *sorted(asked - found.keys()))


def name_of(path: str) -> str:
    """The migration that a file belongs to."""
    return path.rpartition("/")[2]


def revision_of(folder: Path, name: str) -> tuple[str, tuple[str, ...]] | None:
    """The revision in a file of the folder, and those that it follows; None where it has none."""
    module = next((module for module in modules(folder) if module.name == name and _is_migration(module)), None)
    return (module.values["revision"], tuple(_follows(module))) if module else None


def compile(job: Job) -> tuple[Migration, ...]:
    """One file for all operations; nothing where none has SQL. RunnerFault where it is not clear what it follows."""
    steps = lower(job.operations, job.partitioned)
    if not steps:
        return ()
    back = lower(reverse(job.operations), job.partitioned)
    others = _others(job)
    follows = _head(others)
    revision = _revision(job, follows, others)
    text = job.templates.render(
        TEMPLATES[0],
        header=HEADER,
        specs=job.asked_in(steps),
        title=slug(job.operations).replace("_", " "),
        revision=revision,
        follows=follows,
        up=_statements.statements(job.templates, steps, alike=True),
        down=_statements.statements(job.templates, back, alike=True),
        frame=(frame := _statements.frame(job.templates)),
        rows_of=lambda statement: _statements.rows_of(statement, frame),
    )
    return (Migration(f"{revision}_{slug(job.operations)}.py", text, "up", steps, tuple(range(len(job.operations)))),)


def _revision(job: Job, follows: str | None, others: Mapping[str, Module]) -> str:
    """The one that was asked for, else a hash of what the migration does and of what it follows: two branches differ, twice the same does not."""
    if job.stamp is None:
        does = [operation_json(operation.bare) for operation in job.operations]
        return sha256(json.dumps([follows, does], sort_keys=True))[:12]
    if not _REVISION.fullmatch(job.stamp):
        raise RunnerFault(f"`{job.stamp}` is not a revision: at most 32 letters, digits and underscores")
    if job.stamp in others:
        raise RunnerFault(f"there is a revision `{job.stamp}` already, in `{others[job.stamp].name}`")
    return job.stamp


def _others(job: Job) -> dict[str, Module]:
    """The other migrations by their revision."""
    found: dict[str, Module] = {}
    for module in modules(job.folder) if job.folder else ():
        if module.fault:
            raise RunnerFault(f"`{module.name}` is not Python that can be read ({module.fault}), so what it follows is not known")
        if module.values.get("revision") is UNKNOWN or (UNKNOWN in _given(module, "down_revision") and "revision" in module.values):
            raise RunnerFault(f"`{module.name}` works out its revision or down_revision; write them as plain strings")
        if module.name in job.existing:
            if (twice := found.get(module.values["revision"])) is not None:
                raise RunnerFault(f"`{twice.name}` and `{module.name}` have the same revision `{module.values['revision']}`")
            found[module.values["revision"]] = module
    return found


def _head(others: Mapping[str, Module]) -> str | None:
    """The revision that nothing follows yet."""
    parents = {revision: _follows(module) for revision, module in others.items()}
    for revision, above in parents.items():
        for parent in above:
            if parent not in parents:
                raise RunnerFault(
                    f"`{others[revision].name}` follows the revision `{parent}`, which no other migration of the folder has; "
                    "where that is a draft of broxspec, which is built anew each time, let it follow what the draft does, or release the draft first"
                )
    heads = leaves(parents)
    if len(heads) > 1:
        files = listed([others[head].name for head in heads], "and")
        raise RunnerFault(f"there are {len(heads)} heads, {files}: run `alembic merge heads`, then compile")
    if parents and not heads:
        raise RunnerFault("the revisions follow each other in a circle")
    return heads[0] if heads else None


def _is_migration(module: Module) -> bool:
    return isinstance(module.values.get("revision"), str)


def _follows(module: Module) -> list[str]:
    return _texts(module, "down_revision")


def _texts(module: Module, name: str) -> list[str]:
    return [value for value in _given(module, name) if isinstance(value, str)]


def _given(module: Module, name: str) -> tuple[Any, ...]:
    value = module.values.get(name)
    return value if isinstance(value, tuple) else (value,)
