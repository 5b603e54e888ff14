"""Verify: every artifact tried on the real component, and which of them lack a proof.

What a kind knows about trying its own artifacts is in `kinds/<kind>/verify.py`, one function `prove(task)`. Here is what holds for
all: which artifacts there are, that they are as compiled, which may do without a proof, and the verdict.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from fnmatch import fnmatchcase
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from broxspec import kinds
from broxspec import lock as artifact_lock
from broxspec import verify_faults as faults
from broxspec.diagnostic import Diagnostic, order
from broxspec.migrations.lock import AIDS
from broxspec.proof import Artifact, Proof, unproven
from broxspec.source import Source

if TYPE_CHECKING:
    from broxspec.config import Config
    from broxspec.load import Loaded
    from broxspec.migrations.compile import Compiled
    from broxspec.pipeline import Opened
    from broxspec.project import Database, Project
    from broxspec.rehearsal.bench import Bench
    from broxspec.rehearsal.load import NotLoaded

# The kind whose operations own migrations are made of.
MIGRATIONS = "indexes"


class Task(NamedTuple):
    """What `prove` of a kind is given: the artifacts of that kind, and what they were compiled from. `projects` are by environment,
    the `owner` of what is generated for each; `databases` by name. It returns proofs and findings, and says on the way what it is at
    by `progress`."""

    loaded: "Loaded"
    projects: "Mapping[str, Project]"
    databases: Mapping[str, "Compiled"]
    artifacts: tuple[Artifact, ...]
    bench: "Bench"
    progress: Callable[[str], None]

    @property
    def project(self) -> "Project":
        """Any of the projects, for what does not differ by environment."""
        return next(iter(self.projects.values()))

    @property
    def config(self) -> "Config":
        return self.loaded.config


class Verified(NamedTuple):
    """A project's proofs, sorted by artifact, and what is wrong. `why` says in a few words why nothing was tried, where that is so."""

    root: Path
    proofs: tuple[Proof, ...]
    diagnostics: tuple[Diagnostic, ...]
    why: str = ""

    @property
    def passed(self) -> bool:
        return not self.why and not self.diagnostics and all(proof.stands for proof in self.proofs) and self.count("proven") > 0

    def count(self, status: str) -> int:
        return sum(proof.status == status for proof in self.proofs)


def verify(
    opened: "Opened",
    display: Path,
    bench: "Bench",
    progress: Callable[[str], None],
    environment: str | None = None,
    only: Sequence[str] = (),
) -> Verified:
    """Prove the artifacts of a project, of one environment or all, of some kinds or all."""
    from broxspec.compile import compile_project
    from broxspec.migrations.compile import Options

    root = opened.config.root
    wrong = [finding for found in opened.diagnostics.values() for finding in found if finding.severity == "error"]
    if wrong:
        return Verified(root, (), tuple(sorted(set_of(wrong), key=order)), "the specs have errors")
    progress("comparing what is generated with the specs")
    compiled = compile_project(opened, display, Options(check=True), environment)
    wrong = [finding for finding in compiled.diagnostics if finding.severity == "error"]
    wrong += [_not_as_compiled(change) for change in compiled.pending]
    if wrong:
        return Verified(root, (), tuple(sorted(wrong, key=order)), "what is generated is not what the specs compile to")
    everything = artifacts(opened, compiled.databases)
    covered = [artifact for artifact in everything if not only or artifact.kind in only]
    if not covered:
        return Verified(root, (), (), "nothing is generated yet")
    proofs, found = _prove(opened, compiled.databases, covered, bench, progress)
    accepted = [_accept(proof, opened.config.unproven) for proof in proofs]
    found += [_does_not_work(proof, root, display) for proof in accepted if proof.failed]
    found += _needless(opened.config, everything, accepted)
    return Verified(root, tuple(sorted(accepted)), tuple(sorted(found, key=order)))


def artifacts(opened: "Opened", databases: Mapping[str, "Compiled"]) -> list[Artifact]:
    """Every artifact in the locks, and the files of an ORM's schema in which we keep lines; sorted."""
    found: set[Artifact] = set()
    root, generated = opened.config.root, opened.config.generated
    for name, project in opened.projects.items():
        folder = f"{generated}/{name}" if name else generated
        lock = root / folder / artifact_lock.NAME
        recorded = artifact_lock.read(lock.read_text("utf-8")) if lock.is_file() else {}
        found |= {Artifact(f"{folder}/{path}", path.partition("/")[0], "", name) for path in recorded}
        for database in project.databases:
            found |= set(_of_migrations(database, databases[database.name], generated))
    return sorted(found)


def _of_migrations(database: "Database", compiled: "Compiled", generated: str) -> Iterator[Artifact]:
    for file in compiled.history.working.files:
        folder = generated if file.role in AIDS else database.spec.migrations.rstrip("/")
        yield Artifact(f"{folder}/{file.path}", MIGRATIONS, file.role, database.name)
    for output in compiled.outputs:
        if output.what == "schema":
            yield Artifact(output.path, MIGRATIONS, "declarations", database.name)


def _prove(
    opened: "Opened", databases: Mapping[str, "Compiled"], covered: Sequence[Artifact], bench: "Bench", progress: Callable[[str], None]
) -> tuple[list[Proof], list[Diagnostic]]:
    proofs: list[Proof] = []
    found: list[Diagnostic] = []
    for kind in sorted({artifact.kind for artifact in covered}):
        mine = tuple(artifact for artifact in covered if artifact.kind == kind)
        if module := kinds.part(kind, "verify"):
            more, wrong = module.prove(Task(opened.loaded, opened.projects, databases, mine, bench, progress))
            proofs += more
            found += wrong
        else:
            proofs += [unproven(artifact, f"`{kind}` does not say how to try it") for artifact in mine]
    return proofs, found


# Entries of broxspec.toml


def _accept(proof: Proof, entries: Mapping[str, str]) -> Proof:
    """With the reason of the first entry that names it. What was tried and failed is not accepted."""
    if proof.status != "unproven" or proof.failed:
        return proof
    reason = next((reason for pattern, reason in entries.items() if _names(pattern, proof.artifact)), "")
    return proof._replace(accepted=reason)


def _names(pattern: str, artifact: Artifact) -> bool:
    return pattern == artifact.path or fnmatchcase(artifact.path, pattern)


def _needless(config: "Config", everything: Sequence[Artifact], proofs: Sequence[Proof]) -> list[Diagnostic]:
    found = []
    for pattern in config.unproven:
        at = config.at("verify", "unproven", pattern)
        if not any(_names(pattern, artifact) for artifact in everything):
            help = "give a path relative to the project's root, as `broxspec verify` lists it"
            found.append(faults.UNKNOWN_ARTIFACT.at(at, f"no artifact is called `{pattern}`", help=help))
            continue
        able = [proof for proof in proofs if proof.status != "unproven" and _names(pattern, proof.artifact)]
        if able:
            message = f"`{able[0].artifact.path}` is {able[0].status}, so it needs no entry"
            found.append(faults.NEEDLESS_ENTRY.at(at, message, help="remove the entry" if pattern == able[0].artifact.path else "narrow the pattern"))
    return found


# Findings


def _not_as_compiled(change) -> Diagnostic:  # noqa: ANN001
    state = "not there yet" if change.state == "new" else change.state
    return faults.NOT_AS_COMPILED.at(Source(change.path, "").span(0, 0), f"`{change.path}` is {state}", help="run `broxspec compile` first")


def _does_not_work(proof: Proof, root: Path, display: Path) -> Diagnostic:
    from broxspec.source import shown

    file = root / proof.artifact.path
    source = Source(shown(file, display), file.read_text("utf-8") if proof.line else "")
    at = source.span(0, 0)
    if 0 < proof.line <= len(source.starts):
        start = source.starts[proof.line - 1]
        at = source.span(start, start + len(source.line(proof.line)))
    subject = {"artifact": proof.artifact.path, "kind": proof.artifact.kind}
    return faults.DOES_NOT_WORK.at(at, f"`{proof.artifact.path}` does not work: {proof.detail}", note=f"on {proof.on}", subject=subject)


def schema_not_loaded(database: "Database", on: str, wrong: "NotLoaded") -> list[Diagnostic]:
    """The finding at the first statement that was refused, else at the spec's `schema`."""
    if not wrong.refused:
        return [faults.SCHEMA_NOT_LOADED.at(database.spec.node.at("schema"), f"{wrong} ({on})")]
    first = wrong.refused[0]
    return [faults.SCHEMA_NOT_LOADED.at(first.statement, f"{wrong} ({on})", note=first.message)]


def set_of(diagnostics: Sequence[Diagnostic]) -> list[Diagnostic]:
    """Each finding once: environments share what is wrong with the files themselves."""
    found: list[Diagnostic] = []
    for diagnostic in diagnostics:
        if diagnostic not in found:
            found.append(diagnostic)
    return found
