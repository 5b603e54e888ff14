"""Compile: every file that should be, compared with what lies there. Nothing is written here.

Migrations and their lock are made once for all environments, everything else for each.
"""

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from broxspec import kinds
from broxspec import lock as artifact_lock
from broxspec.compare import Change, Output, compare
from broxspec.diagnostic import Diagnostic, order
from broxspec.emit import Artifact, Templates
from broxspec.migrations import compile as migrations
from broxspec.migrations.compile import Options

if TYPE_CHECKING:
    from broxspec.pipeline import Opened
    from broxspec.project import Project


class Compiled(NamedTuple):
    """A project's files with their states, sorted by path, and what keeps them from being written. `databases` are what was made
    of each database, by name."""

    root: Path
    changes: tuple[Change, ...]
    diagnostics: tuple[Diagnostic, ...]
    databases: Mapping[str, migrations.Compiled]

    @property
    def pending(self) -> list[Change]:
        return [change for change in self.changes if change.state != "fresh"]


def compile_project(opened: "Opened", display: Path, options: Options = Options(), environment: str | None = None) -> Compiled:
    """What the specs compile to. `display` is the folder that spans' paths are relative to; `environment` is the one that was asked
    for, None where all were. UsageError where git can't say what is frozen."""
    root = opened.config.root
    templates = Templates(root)
    outputs: list[Output] = []
    found: list[Diagnostic] = []
    databases: dict[str, migrations.Compiled] = {}
    project = next(iter(opened.projects.values()), None)
    for database in project.databases if project else ():
        made = migrations.compile_database(opened, database, templates, display, options)
        outputs += made.outputs
        found += made.diagnostics
        databases[database.name] = made
    for name, one in opened.projects.items():
        outputs += _artifacts(one, templates, opened.config.generated)
    if environment is None:
        outputs += _forgotten(root, opened.config.generated, set(opened.projects))
    changes = compare(root, outputs)
    if not options.force and not options.check:
        found += [migrations.by_hand(change) for change in changes if change.by_hand]
    return Compiled(root, tuple(changes), tuple(sorted(found, key=order)), databases)


def _artifacts(project: "Project", templates: Templates, generated: str) -> list[Output]:
    """The artifacts of every kind in one environment, and their lock."""
    folder = f"{generated}/{project.environment}" if project.environment else generated
    made = [artifact for kind in _kinds(project) for artifact in _emitted(kind, project, templates)]
    made.sort(key=lambda artifact: artifact.path)
    path = f"{folder}/{artifact_lock.NAME}"
    recorded = _recorded(project.config.root / path)
    outputs = [_output(folder, artifact, recorded) for artifact in made]
    gone = recorded.keys() - {artifact.path for artifact in made}
    outputs += [Output(f"{folder}/{name}", None, recorded[name].bytes, "artifact") for name in sorted(gone)]
    if made:
        outputs.append(Output(path, artifact_lock.write(made), None, "lock"))
    elif recorded:
        outputs.append(Output(path, None, None, "lock"))
    return outputs


def _output(folder: str, artifact: Artifact, recorded: Mapping[str, artifact_lock.Record]) -> Output:
    known = recorded.get(artifact.path)
    return Output(f"{folder}/{artifact.path}", artifact.text, known.bytes if known else None, "artifact")


def _kinds(project: "Project") -> list[str]:
    return sorted({spec.kind for spec in project.specs})


def _emitted(kind: str, project: "Project", templates: Templates) -> Iterable[Artifact]:
    """What a kind's `emit.py` makes, in the folder of its name, by which `verify` knows whose it is. A kind without one makes nothing."""
    module = kinds.part(kind, "emit")
    made = tuple(module.artifacts(project, templates)) if module else ()
    assert all(artifact.path.startswith(f"{kind}/") for artifact in made), f"an artifact of `{kind}` is not in `{kind}/`"
    return made


def _recorded(path: Path) -> Mapping[str, artifact_lock.Record]:
    return artifact_lock.read(path.read_text("utf-8", errors="replace")) if path.is_file() else {}


def _forgotten(root: Path, generated: str, environments: set[str]) -> Sequence[Output]:
    """What lies there for environments that are no more."""
    outputs = []
    for lock in sorted((root / generated).glob(f"*/{artifact_lock.NAME}")):
        if lock.parent.name in environments:
            continue
        folder = lock.parent.relative_to(root).as_posix()
        outputs += [Output(f"{folder}/{path}", None, record.bytes, "artifact") for path, record in _recorded(lock).items()]
        outputs.append(Output(f"{folder}/{artifact_lock.NAME}", None, None, "lock"))
    return outputs
