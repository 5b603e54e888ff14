"""How we know that index migrations work: each set is rehearsed on a throw-away server of its own database's major."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from pathlib import Path

from broxspec.catalog.model import Catalog, Name
from broxspec.components import ComponentError
from broxspec.components.postgres import Server
from broxspec.diagnostic import Diagnostic
from broxspec.kinds.indexes.bygone import bygone
from broxspec.kinds.indexes.emit import Step, lower, temporary
from broxspec.kinds.indexes.partitions import leaves, partitions
from broxspec.load import State
from broxspec.migrations.compile import Compiled
from broxspec.project import Database
from broxspec.quoting import sql
from broxspec.proof import Artifact, Proof, failed, not_applicable, proven, unproven
from broxspec.rehearsal.bench import words
from broxspec.rehearsal.deployment import Files, deployment
from broxspec.rehearsal.load import NotLoaded
from broxspec.rehearsal.story import Outcome, Script, Story, victims
from broxspec.report import plural
from broxspec.runners import load
from broxspec.verify import Task, schema_not_loaded

DOCUMENTS = (".md",)
_FULL = "No space left on device"  # says nothing about the migration that met it


def prove(task: Task) -> tuple[list[Proof], list[Diagnostic]]:
    proofs = [not_applicable(artifact, "a document") for artifact in task.artifacts if artifact.path.endswith(DOCUMENTS)]
    found: list[Diagnostic] = []
    for database in task.project.databases:
        own = [artifact for artifact in task.artifacts if artifact.owner == database.name and artifact.role]
        if own:
            more, wrong = _prove(task, database, own)
            proofs += more
            found += wrong
    done = {proof.artifact for proof in proofs}
    return proofs + [unproven(artifact, "nothing here knows how to try it") for artifact in task.artifacts if artifact not in done], found


def _prove(task: Task, database: Database, artifacts: Sequence[Artifact]) -> tuple[list[Proof], list[Diagnostic]]:
    try:
        import psycopg
    except ImportError:
        return [unproven(artifact, "no PostgreSQL driver; install it with `pip install 'broxspec[server]'`") for artifact in artifacts], []
    on = ""
    try:
        server = task.bench.server(database.spec.major)
        on = words(server.installation, database.spec.major)
        task.progress(f"{database.name}: {on}")
        return _rehearsed(task, database, artifacts, server, on), []
    except ComponentError as missing:
        why = str(missing)
    except NotLoaded as wrong:
        return [unproven(artifact, "the schema does not load") for artifact in artifacts], schema_not_loaded(database, on, wrong)
    except psycopg.Error as error:
        why = f"the server failed: {' '.join(str(error).split())}"
    return [unproven(artifact, why) for artifact in artifacts], []


def _rehearsed(task: Task, database: Database, artifacts: Sequence[Artifact], server: Server, on: str) -> list[Proof]:
    root, runner, compiled = task.config.root, database.spec.runner, task.databases[database.name]
    folder = root / database.spec.migrations
    prefix = f"{database.spec.migrations.rstrip('/')}/"
    old = bygone(compiled.history, compiled.settled, folder, load(runner.name).name_of)
    past = [unproven(artifact, why) for artifact in artifacts if (why := old.why.get(artifact.path.removeprefix(prefix)))]
    able = [artifact for artifact in artifacts if artifact.path.removeprefix(prefix) not in old.why]
    files = _files(root, folder, prefix, runner.name, able)
    with closing(deployment(runner.name, server, files, runner.version)) as how:
        script = _script(database, task.loaded.states[database.name], compiled, old.base, files, prefix)
        outcome = Story(script, server, how, lambda step: task.progress(f"{database.name}: {step}")).play()
        full = next((failure.message for failure in outcome.failures if _FULL in failure.message), None)
        if full:
            raise ComponentError(f"the disk is full: {full}")
        if outcome.database:
            _drop_own(server, outcome.database, how.tables, old.base)
        return [*past, *_migrations(able, outcome, f"{on}, {how.label}"), *_declarations(task, able, outcome, server, on)]


def _drop_own(server: Server, database: str, tables: Sequence[str], base: Catalog) -> None:
    """An ORM that is not the runner knows nothing of the runner's own tables, unless its schema has them."""
    known = {name.name for name in base.tables}
    with server.connect(database) as connection:
        for table in tables:
            # A sequence of theirs goes with its table.
            kind = connection.execute("SELECT relkind FROM pg_class WHERE oid = to_regclass(%s)", [sql.identifier(table)]).fetchone()
            if table not in known and kind and kind[0] == "r":
                connection.execute(f"DROP TABLE {sql.identifier(table)}".encode())


# What is rehearsed


def _files(root: Path, folder: Path, prefix: str, runner: str, artifacts: Sequence[Artifact]) -> Files:
    module = load(runner)
    ups, downs = _of(artifacts, "up"), _of(artifacts, "down")
    place = {name: number for number, name in enumerate(module.in_order(folder, {module.name_of(path.removeprefix(prefix)) for path in (*ups, *downs)}))}
    ups.sort(key=lambda path: place[module.name_of(path.removeprefix(prefix))])
    downs.sort(key=lambda path: place[module.name_of(path.removeprefix(prefix))])
    tried = {module.name_of(path.removeprefix(prefix)) for path in ups}
    others = tuple(name for name in module.names(folder) if name not in tried)
    return Files(root, folder, tuple(ups), tuple(reversed(downs)), tuple(_of(artifacts, "repair")), tuple(_of(artifacts, "partitions")), others)


def _of(artifacts: Sequence[Artifact], role: str) -> list[str]:
    return sorted(artifact.path for artifact in artifacts if artifact.role == role)


def _script(database: Database, state: State, compiled: Compiled, base: Catalog, files: Files, prefix: str) -> Script:
    settled = compiled.settled
    steps = lower([*settled.frozen, *settled.drafts], partitions(base, database.spec.partitions))
    is_sql = all(not source.path.endswith(".prisma") for source in state.sources) and not any("://" in path for path in database.spec.schema)
    recorded = {f"{prefix}{file.path}": file for file in compiled.history.working.files}
    return Script(
        files=files,
        base=base,
        wanted=settled.wanted,
        source=state.source,
        sources=state.sources if is_sql else (),
        victims=victims(_placed(steps, files, recorded), base),
        blame=lambda role, name: _speak_of(name, getattr(files, f"{role}s"), recorded),
        wholes=tuple(step.index for step in steps if step.action == "build" and step.index.only and step.parent is None and _recorded(step, files, recorded)),
        left=tuple(_left(base, database.spec.partitions)),
    )


def _placed(steps: Sequence[Step], files: Files, recorded: dict) -> list[tuple[str, Step]]:
    """The steps that can be found in a file, in the order of the files."""
    known = {step.record: step for step in steps}
    parts: dict[tuple, list[Step]] = {}
    whole = ()
    for step in steps:
        whole = step.record if step.parent is None else whole
        if step.parent is not None:
            parts.setdefault(whole, []).append(step)
    listed = {step for path in files.ups if path in recorded for step in recorded[path].steps}
    found = []
    for path in files.ups:
        for record in recorded[path].steps if path in recorded else ():
            if record in known:
                found.append((path, known[record]))
                # What the file asks the server for.
                found += [(path, part) for part in parts.get(record, ()) if part.record not in listed]
    return found


def _left(base: Catalog, stated: Mapping[Name, Sequence[Name]]) -> Iterator[Name]:
    """The partitions that a stated list leaves out."""
    for table in stated:
        yield from (leaf.qualified for leaf in leaves(base, table) if leaf.qualified not in stated[table])


def _recorded(step: Step, files: Files, recorded: dict) -> bool:
    return any(step.record in recorded[path].steps for path in files.ups if path in recorded)


def _speak_of(name: str, paths: Sequence[str], recorded: dict) -> list[str]:
    """The files with a step about an index, under its own or a temporary name."""
    names = {name, temporary(name, "new"), temporary(name, "old")}
    return [path for path in paths if path in recorded and any(step[2] in names for step in recorded[path].steps)]


# What came of it


def _migrations(artifacts: Sequence[Artifact], outcome: Outcome, place: str) -> Iterator[Proof]:
    wrong = {failure.path: failure for failure in outcome.failures}
    killed: dict[str, list[str]] = {}
    for victim in outcome.killed:
        killed.setdefault(victim.path, []).append(f"{victim.action} of {victim.index}")
    for artifact in artifacts:
        if artifact.role == "declarations":
            continue
        if artifact.path in wrong:
            yield failed(artifact, place, wrong[artifact.path].message, wrong[artifact.path].line)
        elif wrong:
            yield unproven(artifact, f"the rehearsal ended at `{min(wrong)}`")
        elif artifact.role == "partitions" and not outcome.strays:
            yield proven(artifact, place, "built every part of every partitioned index")
        elif artifact.role == "repair" and not outcome.killed:
            yield unproven(artifact, "no concurrent build was there to kill, so it was not needed")
        else:
            yield proven(artifact, place, _done(artifact, outcome, killed.get(artifact.path, [])))


def _done(artifact: Artifact, outcome: Outcome, killed: Sequence[str]) -> str:
    if artifact.role == "down":
        return "takes back exactly"
    if artifact.role == "companion":
        return "read with its script"
    if artifact.role == "partitions":
        return f"built every part of every partitioned index, and mended {plural(len(outcome.strays), 'partition')} that no migration knew"
    if artifact.role == "repair":
        return f"mended {plural(len(outcome.killed), 'interrupted step')}"
    done = "applied as wanted, again without effect, taken back, applied again"
    if outcome.timeouts:
        done += " under the timeouts of a role"
    if killed:
        done += f"; killed in the {' and the '.join(killed)}, and retried"
    return done


def _declarations(task: Task, artifacts: Sequence[Artifact], outcome: Outcome, server: Server, on: str) -> list[Proof]:
    """An ORM's schema is right when the ORM's own engine would change nothing in the migrated database."""
    declared = [artifact for artifact in artifacts if artifact.role == "declarations"]
    if not declared:
        return []
    if not outcome.database:
        return [unproven(artifact, "its migrations do not work yet") for artifact in declared]
    from broxspec.components.prisma_engine import PrismaEngine

    task.progress("asking Prisma's schema engine what it would change")
    files = {artifact.path: (task.config.root / artifact.path).read_text("utf-8") for artifact in declared}
    try:
        with PrismaEngine() as engine:
            place = f"{on}, Prisma's own schema engine {engine.version()[:7]}"
            script = engine.diff_database_to_schema(server.dsn(outcome.database), files)
    except ComponentError as missing:
        return [unproven(artifact, str(missing)) for artifact in declared]
    changes = [line for line in script.splitlines() if line.strip() and not line.startswith("--")]
    if changes:
        return [failed(artifact, place, f"Prisma would still change the migrated database: `{changes[0]}`") for artifact in declared]
    return [proven(artifact, place, "Prisma finds nothing to drop or create in the migrated database") for artifact in declared]
