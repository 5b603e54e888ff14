"""Compile the migrations of one database: drafts, lock, aids, and the declarations of a Prisma schema."""

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from broxspec import runners
from broxspec.compare import Change, Output
from broxspec.diagnostic import Diagnostic
from broxspec.emit import Templates, sha256
from broxspec.migrations import draft, faults, folders, frozen, lock
from broxspec.migrations.declarations import declared
from broxspec.migrations.history import History, read_history, released, restarted, whole
from broxspec.migrations.leftovers import leftovers
from broxspec.migrations.settle import Settled, settle
from broxspec.source import Source
from broxspec.usage import UsageError

if TYPE_CHECKING:
    from broxspec.pipeline import Opened
    from broxspec.project import Database


_OTHER_RUNNER = "put the runner back, or begin the history anew with `broxspec compile --restart`: docs/migrations.md says what deployed databases need then"


class Options(NamedTuple):
    """`stamp` numbers the drafts. `force` overwrites what was edited by hand. `restart` begins the history anew from base.
    `release` freezes everything, where there is no git. `check` only looks. `since` is a commit in place of the base branch.
    `plan` counts from the whole lock where there is no git."""

    stamp: str | None = None
    force: bool = False
    restart: bool = False
    release: bool = False
    check: bool = False
    since: str | None = None
    plan: bool = False


class Compiled(NamedTuple):
    outputs: tuple[Output, ...]
    diagnostics: tuple[Diagnostic, ...]
    settled: Settled
    history: History


def compile_database(opened: "Opened", database: "Database", templates: Templates, display: Path, options: Options) -> Compiled:
    """Every file that the history of a database should have. UsageError where git can't say what is frozen."""
    config, spec = opened.config, database.spec
    state = opened.loaded.states[database.name]
    history = state.history
    if history is None or options.since:
        history = read_history(config.root, config.generated, database.name, config.base, options.since)
    history = _history(history, options)
    settled = settle(state.source, history, database.models.get("indexes", ()))
    found = list(settled.diagnostics)
    path = config.root / spec.migrations
    if spec.runner.name not in runners.available():
        found.append(faults.RUNNER.at(spec.node.at("runner"), f"broxspec has no runner `{spec.runner.name}`"))
        return Compiled((), tuple(found), settled, history)
    folder = draft.look(path, spec.runner.name, history) if spec.migrations else draft.Folder(path, (), ())
    project = next(iter(opened.projects.values()), None)
    if wrong := folders.shared(config.root, database, project.databases if project else ()):
        return Compiled((), (*found, *wrong), settled, history)
    made_for = history.frozen.runner if history.frozen.files else ""
    if made_for not in ("", spec.runner.name) and not options.plan:
        found.append(faults.OTHER_RUNNER.at(spec.node.at("runner"), f"the frozen migrations are for `{made_for}`, not for `{spec.runner.name}`", help=_OTHER_RUNNER))
        return Compiled((), tuple(found), settled, history)
    module = runners.load(spec.runner.name)
    restored = leftovers(config.root, history, path, spec.migrations) if spec.migrations else {}
    if not options.plan:
        wrong = frozen.check(config.root, history, path, spec.migrations, folder.others, module)
        found += [diagnostic for diagnostic in wrong if diagnostic.span.path not in restored]
    if found:
        return Compiled((), tuple(found), settled, history)
    try:
        made = draft.build(
            database.name, settled, history, folder, spec.runner.name, spec.runner.version, templates, _paths(opened, display), options.stamp, spec.runner.app,
            spec.partitions,
        )
    except runners.RunnerFault as fault:
        return Compiled((), (faults.RUNNER.at(spec.node.at("runner"), str(fault)),), settled, history)
    if made.files and not spec.migrations:
        message = f"there are {len(settled.plan.operations)} operations to write, but no folder is named for them"
        return Compiled((), (faults.NO_FOLDER.at(spec.node.at("name"), message, help="add `migrations:` here"),), settled, history)
    found += _unknown(made, folder, history, spec.migrations, options)
    outputs = [Output(place, text, sha256((config.root / place).read_bytes()), "migration") for place, text in restored.items()]
    outputs += [*_files(made, folder, history, spec.migrations), *_aids(made, history, config.generated)]
    schema = declared(state.sources, settled, history, spec, display, config.root)
    made_lock = released(made.lock) if options.release else made.lock
    outputs += schema.outputs
    if made_lock.files or made_lock.entries or schema.declarations or history.text:
        outputs.append(Output(history.path, lock.write(made_lock._replace(declarations=schema.declarations)), None, "lock"))
    return Compiled(tuple(outputs), tuple(found), settled, history)


def _history(history: History, options: Options) -> History:
    if history.base.state == "missing" and not options.check:
        raise UsageError(
            f"git can't say which migrations are frozen: {history.base.reason}",
            "fetch the base branch with its history (`git fetch --unshallow origin`), or name it as `base` in broxspec.toml",
        )
    if options.release and history.base.state == "found":
        raise UsageError("`--release` is for projects without git", "merge into the base branch: what it has is frozen")
    if options.plan and history.base.state in ("none", "unborn"):
        return whole(history)
    return restarted(history) if options.restart else history


def _files(made: draft.Draft, folder: draft.Folder, history: History, shown: str) -> list[Output]:
    recorded = {file.path: file.bytes for file in history.drafts.files}
    outputs = [Output(f"{shown}/{path}", text, _recorded(folder, path, recorded), "migration") for path, text in made.files.items()]
    gone = [path for path in folder.ours if path not in made.files]
    return outputs + [Output(f"{shown}/{path}", None, _recorded(folder, path, recorded), "migration") for path in gone]


def _recorded(folder: draft.Folder, path: str, recorded: Mapping[str, str]) -> str | None:
    """What the lock says was written; of a leftover that no lock knows, what lies there."""
    if path in recorded or path not in folder.ours:
        return recorded.get(path)
    return sha256((folder.path / path).read_bytes())


def _aids(made: draft.Draft, history: History, generated: str) -> list[Output]:
    recorded = {file.path: file.bytes for file in history.working.files if file.role in lock.AIDS}
    outputs = [Output(f"{generated}/{path}", text, recorded.get(path), "artifact") for path, text in made.aids.items()]
    gone = recorded.keys() - made.aids.keys()
    return outputs + [Output(f"{generated}/{path}", None, recorded[path], "artifact") for path in sorted(gone)]


def _unknown(made: draft.Draft, folder: draft.Folder, history: History, shown: str, options: Options) -> list[Diagnostic]:
    """Without git and without a lock nobody knows whether files of ours have run: they are not thrown away unasked."""
    if history.text or history.base.state in ("found", "missing") or options.force or options.restart:
        return []
    found = []
    for path in folder.ours:
        content = (folder.path / path).read_bytes()
        if made.files.get(path, "").encode("utf-8") != content:
            span = Source(f"{shown}/{path}", "").span(0, 0)
            help = "put the lock back, or run `broxspec compile --force` if it has never run"
            found.append(faults.FILE_IN_THE_WAY.at(span, f"`{path}` is one of ours, but `{history.path}` is missing", help=help))
    return found


def by_hand(change: Change) -> Diagnostic:
    """The finding about a file that was edited by hand."""
    span = Source(change.path, change.found or "").span(0, len((change.found or "").split("\n", 1)[0]))
    help = "say in the specs what the edit was for; to lose it run `broxspec compile --force`"
    if change.output.what == "migration":
        return faults.EDITED_DRAFT.at(span, f"the draft migration `{change.path}` was edited by hand", help=help)
    message = f"`{change.path}` was edited by hand" if change.output.recorded else f"`{change.path}` is there, and is not ours"
    return faults.FILE_IN_THE_WAY.at(span, message, help=help)


def _paths(opened: "Opened", display: Path) -> dict[str, str]:
    """From paths as shown, which depend on where the command was called, to paths in the project, which do not."""
    found = {}
    for source in opened.loaded.documents.sources:
        path = (display / source.path).resolve()
        if path.is_relative_to(opened.config.root):
            found[source.path] = path.relative_to(opened.config.root).as_posix().encode("utf-8", "backslashreplace").decode("utf-8")
    return found
