"""Django: `NNNN_<name>.py` in an app's folder `migrations`, a RunSQL there and back, each a list of statements.

`atomic = False`, because CREATE INDEX CONCURRENTLY can't run in a transaction; a list, because Django sends a string as one batch, which
PostgreSQL makes a transaction of. What it depends on is found by reading the other files (as text; nothing of the user's is ever run).
"""

import re
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from broxspec.emit import HEADER
from broxspec.kinds.indexes.emit import lower
from broxspec.plan import reverse
from broxspec.runners import Job, Migration, RunnerFault, _statements, slug
from broxspec.runners._modules import UNKNOWN, Module, chain, leaves, modules
from broxspec.suggest import listed

TEMPLATES = ("indexes/django.py.j2", *_statements.TEMPLATES)
# What runs first is what others name, whatever the files are called.
CHAINED = True
_NUMBER = re.compile(r"\d+(?=_|$)", re.ASCII)
_LABEL = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")


def names(folder: Path) -> tuple[str, ...]:
    """The migrations in the folder, by file name, each after those that it depends on."""
    return in_order(folder, [module.name for module in modules(folder) if module.migration is not None])


def in_order(folder: Path, names: Iterable[str]) -> tuple[str, ...]:
    """What is not in the folder comes last."""
    asked = set(names)
    found = [module for module in modules(folder) if module.migration is not None]
    # Every dependency that may be within the app: the label matters only for what is written.
    parents = _graph(found, None)
    ordered = chain(parents, [_stem(module.name) for module in found if module.ours])
    there = [f"{name}.py" for name in ordered]
    return (*(name for name in there if name in asked), *sorted(asked.difference(there)))


def name_of(path: str) -> str:
    """The migration that a file belongs to."""
    return path.rpartition("/")[2]


def label_of(folder: Path | None, app: str) -> str:
    """The app that the migrations of a folder belong to: as the spec says, else the name of the folder above. RunnerFault where that is no label."""
    label = app or (folder.resolve().parent.name if folder else "")
    if not _LABEL.fullmatch(label):
        raise RunnerFault(f"`{label}` is not an app's label; write it as `runner: {{name: django, app: …}}`")
    return label


def dependencies_of(folder: Path, name: str) -> tuple[tuple[str, str], ...]:
    """The apps and migrations that a file of the folder depends on."""
    module = next((module for module in modules(folder) if module.name == name and module.migration is not None), None)
    given = (module.migration or {}).get("dependencies", ()) if module else ()
    return tuple(pair for pair in given if isinstance(pair, tuple) and len(pair) == 2)


def compile(job: Job) -> tuple[Migration, ...]:
    """One file for all operations; nothing where none has SQL. RunnerFault where it is not clear what it depends on."""
    steps = lower(job.operations, job.partitioned)
    if not steps:
        return ()
    back = lower(reverse(job.operations), job.partitioned)
    label = label_of(job.folder, job.app)
    leaf = _leaf(job, label)
    text = job.templates.render(
        TEMPLATES[0],
        header=HEADER,
        specs=job.asked_in(steps),
        app=label,
        leaf=leaf,
        up=_statements.statements(job.templates, steps, alike=True),
        down=_statements.statements(job.templates, back, alike=True),
        frame=(frame := _statements.frame(job.templates)),
        rows_of=lambda statement: _statements.rows_of(statement, frame),
    )
    return (Migration(f"{_number(job)}_{slug(job.operations)}.py", text, "up", steps, tuple(range(len(job.operations)))),)


def _number(job: Job) -> str:
    """The number after the highest, of four digits as Django makes it."""
    if job.stamp is not None:
        if not re.fullmatch(r"[0-9]{1,30}", job.stamp):
            raise RunnerFault(f"`{job.stamp}` is not a number of at most 30 digits")
        return job.stamp
    found = [int(match[0]) for name in job.existing if (match := _NUMBER.match(_stem(name)))]
    return f"{max(found, default=0) + 1:04}"


def _leaf(job: Job, label: str) -> str | None:
    """The migration of the app that nothing depends on yet."""
    others: list[Module] = []
    for module in modules(job.folder) if job.folder else ():
        if module.fault:
            raise RunnerFault(f"`{module.name}` is not Python that can be read ({module.fault}), so what it depends on is not known")
        if module.name in job.existing and module.migration is not None:
            others.append(module)
    if others and job.folder and not (job.folder / "__init__.py").is_file():
        raise RunnerFault(f"`{job.folder.name}` has no `__init__.py`, so Django passes over every migration in it: add an empty one")
    _demand_known(others, label)
    parents = _graph(others, label)
    found = leaves(parents)
    if len(found) > 1:
        files = listed([f"{name}.py" for name in found], "and")
        raise RunnerFault(f"`{label}` has {len(found)} leaf migrations, {files}: run `python manage.py makemigrations --merge`, then compile")
    if parents and not found:
        raise RunnerFault("the migrations depend on each other in a circle")
    return found[0] if found else None


def _demand_known(others: Iterable[Module], label: str) -> None:
    """Every dependency within the app is there; else a leaf may only seem to be one."""
    others = list(others)
    known = {_stem(module.name) for module in others} | {name for module in others for name in _pairs(module, "replaces", label)}
    for module in others:
        assert module.migration is not None
        given = module.migration.get("dependencies", ())
        if given is UNKNOWN:
            raise RunnerFault(f"`{module.name}` works out its dependencies; write them as a plain list")
        for parent in _within(module, label):
            if parent not in known:
                raise RunnerFault(
                    f"`{module.name}` depends on `{parent}`, which the folder does not have; "
                    "where that is a draft of broxspec, which is built anew each time, let it depend on what the draft does, or release the draft first"
                )


def _graph(found: Iterable[Module], label: str | None) -> dict[str, list[str]]:
    """What each migration depends on within the app. A squashed one stands for all that it replaces."""
    found = list(found)
    stands_for = {name: _stem(module.name) for module in found for name in _pairs(module, "replaces", label)}
    there = {_stem(module.name) for module in found}
    parents: dict[str, list[str]] = {name: [] for name in there if name not in stands_for}
    for module in found:
        name = stands_for.get(_stem(module.name), _stem(module.name))
        above = {stands_for.get(parent, parent) for parent in _within(module, label)}
        if name in stands_for.values():
            above.discard(name)
        parents.setdefault(name, []).extend(sorted(above & there))
        for later in _pairs(module, "run_before", label):
            later = stands_for.get(later, later)
            if later in there and later != name:
                parents.setdefault(later, []).append(name)
    return parents


def _within(module: Module, label: str | None) -> list[str]:
    return [name for name in _pairs(module, "dependencies", label) if name not in ("__first__", "__latest__")]


def _pairs(module: Module, field: str, label: str | None) -> list[str]:
    """The second of each pair of constants whose first is the label; of any pair where there is none."""
    given: Any = (module.migration or {}).get(field, ())
    pairs = given if isinstance(given, tuple) else ()
    return [
        pair[1]
        for pair in pairs
        if isinstance(pair, tuple) and len(pair) == 2 and isinstance(pair[1], str) and isinstance(pair[0], str) and label in (None, pair[0])
    ]


def _stem(name: str) -> str:
    return name.removesuffix(".py")
