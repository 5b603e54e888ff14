"""The phases in order, for each command."""

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from broxspec import lint as rules
from broxspec.catalog.model import Catalog, Name, Skipped
from broxspec.diagnostic import Diagnostic
from broxspec.handwritten.watch import Watch
from broxspec.lint import Selection
from broxspec.places import Agreed
from broxspec.report import Report, plural
from broxspec.usage import UsageError

if TYPE_CHECKING:
    from broxspec.config import Config
    from broxspec.handwritten.project import Found
    from broxspec.ignores import Ignore
    from broxspec.load import Loaded
    from broxspec.project import Database, Project
    from broxspec.source import Source
    from broxspec.suppress import Left, Run

# The PostgreSQL that is assumed where nothing says which.
MAJOR = 15


class Schema(NamedTuple):
    """A database schema as it was read: the catalog, what was wrong in the text, the server's major version, the texts, and the rows
    that a live server estimates."""

    catalog: Catalog
    diagnostics: tuple[Diagnostic, ...]
    major: int
    sources: "tuple[Source, ...]" = ()
    rows: "Mapping[Name, int]" = {}


class Opened(NamedTuple):
    """A project as read, with one `Project` for each environment that was asked for, and what was wrong on the way.

    `projects` and `diagnostics` are by environment; findings about the files themselves stand under `""`.
    """

    loaded: "Loaded"
    projects: "Mapping[str, Project]"
    diagnostics: Mapping[str, Sequence[Diagnostic]]

    @property
    def config(self) -> "Config":
        return self.loaded.config


class Linted(NamedTuple):
    """A project and what lint has to say of it."""

    opened: Opened
    report: Report
    run: "Run"


class Audited(NamedTuple):
    """What audit has to say of a schema. `config` are the settings that hold in the folder, None where there are none."""

    config: "Config | None"
    report: Report
    run: "Run"


def audit(
    arguments: Sequence[str],
    folder: Path,
    select: Callable[["Config | None"], Selection],
    major: int | None = None,
    agreed: Agreed = Agreed(),
) -> Audited:
    """Lint an existing database, with no specs at all. Of a broxspec.toml here or above, what it says of findings holds."""
    from broxspec.suppress import Run, comments

    config, wrong = _settings(folder)
    selection = select(config)
    # A Prisma schema beside SQL: what only one of the two has is a finding too.
    watch = Watch(
        folder,
        every=len(arguments) > 1 and any(is_prisma(folder / argument) for argument in arguments),
        # After a server, which is a schema, come migrations whatever they are called.
        folders=None if any(map(is_url, arguments)) else [argument for argument in arguments if (folder / argument).is_dir()],
    )
    schema = read(arguments, folder, major, watch)
    found = rules.of_catalog(schema.catalog, schema.major, selection.profile)
    if watch.files:
        found += _of_migrations(watch, schema, selection.profile)
    ignores, malformed = comments((), schema.sources)
    ignores += config.ignores if config else ()
    names = frozenset(name for table in schema.catalog.tables for name in (table.name, f"{table.schema}.{table.name}"))
    run = Run(selection.profile, specs=False, tables=names, schema=_relative(arguments, folder, config))
    merged = rules.merge({"": [*schema.diagnostics, *found, *malformed, *wrong]})
    left = _left(merged, ignores, config.root if config else folder, folder, run, selection, agreed)
    report = Report(left.diagnostics, schema.catalog.skipped, (), _tables(schema.catalog), left.suppressed)
    return Audited(config, report, run)


def _of_migrations(watch: Watch, schema: Schema, profile: str) -> list[Diagnostic]:
    from broxspec.handwritten.judge import judged
    from broxspec.project import Context

    declared, files = None, [source for source in schema.sources if source.path.endswith(".prisma")]
    if files:
        from broxspec.handwritten.declared import read as read_declared

        declared = read_declared(files, schema.major)
    return judged(watch.migrations(declared), Context(schema.catalog, schema.catalog, schema.major, profile, rows=schema.rows))


def _of_new(found: "Found", database: "Database", project: "Project", profile: str) -> list[Diagnostic]:
    """What is wrong with the hand-written migrations that are new on this branch."""
    if not found.migrations:
        return list(found.diagnostics)
    from broxspec.handwritten.judge import judged
    from broxspec.project import Context

    context = Context(database.wanted, database.current, database.spec.major, profile, database, project)
    return [*found.diagnostics, *judged(found.migrations, context)]


def read(arguments: Sequence[str], folder: Path, major: int | None = None, watch: Watch | None = None) -> Schema:
    """Read files and folders as one schema, in order; first of all may come a server. Nothing understood is a usage error. `watch` sees
    what migrations do."""
    for argument in arguments:
        if not is_url(argument) and not (folder / argument).exists():
            raise UsageError(f"`{argument}` does not exist", "name a .sql file, a folder of migrations, a .prisma file or a postgresql:// URL")
    if any(is_url(argument) for argument in arguments):
        return _read_server(arguments, folder, major, watch)
    from broxspec.catalog.read import read_catalog

    catalog, diagnostics, sources = read_catalog(list(arguments), root=folder, major=major or MAJOR, watch=watch)
    if not catalog.tables:
        raise _nothing_understood(arguments, catalog, diagnostics)
    return Schema(catalog, tuple(diagnostics), major or MAJOR, tuple(sources))


def lint(
    paths: Sequence[str],
    folder: Path,
    select: Callable[["Config"], Selection],
    environment: str | None = None,
    agreed: Agreed = Agreed(),
) -> tuple[list[Linted], list[Diagnostic]]:
    """Read and lint the projects that the paths lie in (or the folder's own), and what is wrong with their settings.

    `select` says for each project which rules count. Paths choose projects; they hide nothing.
    """
    opened, found = open_projects(paths, folder, environment)
    return [lint_project(one, folder, select(one.config), agreed) for one in opened], found


def lint_project(opened: Opened, display: Path, selection: Selection, agreed: Agreed = Agreed()) -> Linted:
    """Run the rules in every environment of a project, and make one report of them."""
    from broxspec.handwritten.project import new_migrations
    from broxspec.suppress import Run, comments

    by_environment = {name: list(found) for name, found in opened.diagnostics.items()}
    known: rules.Known = {}
    written: dict[str, Found] = {}
    for name, project in opened.projects.items():
        found = rules.of_project(project, selection.profile, known)
        for database in project.databases:
            if database.name not in written:
                written[database.name] = new_migrations(opened.config, database.spec, opened.loaded.states[database.name], display)
            found += _of_new(written[database.name], database, project, selection.profile)
        by_environment[name] = [*by_environment.get(name, ()), *found]
    states = [state for _, state in sorted(opened.loaded.states.items())]
    texts = (source for read in (*states, *written.values()) for source in read.sources)
    ignores, malformed = comments(opened.loaded.documents.all, {source.path: source for source in texts}.values())
    ignores += opened.config.ignores
    environments = tuple(sorted(name for name in opened.projects if name))
    complete = len(opened.projects) == len(opened.loaded.environments)
    run = Run(selection.profile, specs=True, complete=complete, environments=environments)
    merged = [*rules.merge(by_environment), *malformed]
    left = _left(merged, ignores, opened.config.root, display, run, selection, agreed)
    catalogs = [state.source for state in states]
    skipped = tuple(skipped for catalog in catalogs for skipped in catalog.skipped)
    return Linted(opened, Report(left.diagnostics, skipped, environments, _specs(opened, catalogs), left.suppressed), run)


def open_projects(paths: Sequence[str], folder: Path, environment: str | None = None) -> tuple[list[Opened], list[Diagnostic]]:
    """Read and resolve the projects that the paths lie in, else the folder's own. None at all is a usage error."""
    from broxspec.config import load_projects

    for path in paths:
        if not (folder / path).exists():
            raise UsageError(f"`{path}` does not exist")
    configs: dict[Path, Config] = {}
    found: list[Diagnostic] = []
    for start in [folder / path for path in paths] or [folder]:
        more, wrong = load_projects(start if start.is_dir() else start.parent, folder)
        configs |= {config.root: config for config in more}
        found += [finding for finding in wrong if finding not in found]
    if not configs and not found:
        raise UsageError("no `broxspec.toml` and no `specs` folder here or above", "run `broxspec init` in an empty folder to see a project")
    opened = [open_project(configs[root], folder, environment) for root in sorted(configs)]
    _check_environment(opened, environment)
    return opened, found


def open_project(
    config: "Config", display: Path, environment: str | None = None, files: "Sequence[tuple[Path, Source | None]] | None" = None
) -> Opened:
    """Read the specs of a project and resolve them for one environment, or for all. `files` as for `load`."""
    from broxspec.load import load, project

    loaded, found = load(config, display=display, files=files)
    if not loaded.documents.all and not found:
        where = " and ".join(f"`{path}`" for path in config.specs)
        raise UsageError(f"no spec in {where} of `{config.root.name}`", "write one, or run `broxspec init` in an empty folder to see some")
    diagnostics = {"": found}
    projects = {}
    for name in loaded.environments:
        if environment in (None, name):
            projects[name], wrong = project(loaded, name)
            diagnostics[name] = [*diagnostics.get(name, ()), *wrong]
    return Opened(loaded, projects, diagnostics)


def is_prisma(path: Path) -> bool:
    """Whether an argument is a Prisma schema, or a folder that holds one."""
    return path.suffix == ".prisma" or path.is_dir() and any(path.glob("*.prisma"))


def is_url(argument: str) -> bool:
    return argument.startswith(("postgresql://", "postgres://"))


def _settings(folder: Path) -> "tuple[Config | None, Sequence[Diagnostic]]":
    """The settings of the nearest broxspec.toml, and what is wrong with them."""
    from broxspec.places import find_config

    path = find_config(folder)
    if path is None:
        return None, ()
    from broxspec.config import read_config

    return read_config(path, folder)


def _left(
    found: Sequence[Diagnostic], ignores: "Sequence[Ignore]", root: Path, display: Path, run: "Run", selection: Selection, agreed: Agreed
) -> "Left":
    """The findings without those that somebody has agreed to."""
    from broxspec.suppress import suppress

    baseline, wrong = None, []
    path = agreed.path(root)
    if path is not None and path.is_file():
        from broxspec.baseline import read as read_baseline

        baseline, wrong = read_baseline(path, display)
    elif agreed.file is not None and agreed.wanted:
        raise UsageError(f"there is no baseline `{agreed.file}`", "write it with `broxspec baseline`")
    return suppress([*found, *wrong], ignores, baseline, run, selection)


def _relative(arguments: Sequence[str], folder: Path, config: "Config | None") -> tuple[str, ...]:
    """The arguments of an audit as the baseline remembers them: relative to the folder that it lies in."""
    import os

    root = config.root if config else folder.resolve()
    return tuple(one if is_url(one) else Path(os.path.relpath((folder / one).resolve(), root)).as_posix() for one in arguments)


def _check_environment(opened: Sequence[Opened], environment: str | None) -> None:
    if environment is None or any(environment in one.projects for one in opened):
        return
    from broxspec.suggest import did_you_mean

    known = sorted({name for one in opened for name in one.loaded.environments if name})
    near = did_you_mean(environment, known) if known else ""
    raise UsageError(f"no environment is called `{environment}`", near or "list it under `environments:` of `kind: database`")


def _read_server(arguments: Sequence[str], folder: Path, major: int | None, watch: Watch | None) -> Schema:
    """A server, and what the files after it make of its database."""
    from broxspec.catalog.server import connected, read_connection, refuse_password, shown

    url, *files = arguments
    for one in arguments:
        if is_url(one):
            refuse_password(one)
    _check_after_server(url, files, folder)
    with connected(url) as connection:
        catalog = read_connection(connection, shown(url))
        major = major or connection.info.server_version // 10000
        if files:
            from broxspec.catalog.server import standing

            before, rows = standing.before(connection, catalog), standing.rows(connection, catalog)
    if not catalog.tables:
        raise _nothing_understood([shown(url)], catalog)
    if not files:
        return Schema(catalog, (), major)
    from broxspec.catalog.read import read_after

    catalog, diagnostics, sources = read_after(before, files, root=folder, major=major, watch=watch)
    return Schema(catalog, tuple(diagnostics), major, tuple(sources), rows)


def _check_after_server(url: str, files: Sequence[str], folder: Path) -> None:
    if any(is_url(one) for one in files):
        if is_url(url):
            raise UsageError("a server is a schema of its own, but several were named", "name one, and after it the migrations that it has not run")
        raise UsageError("the server stands after files", "name it first, and after it the migrations that it has not run")
    if prisma := next((one for one in files if is_prisma(folder / one)), None):
        raise UsageError(f"`{prisma}` is a Prisma schema, and the server is a whole one too", "name migrations in SQL after the server")


def _nothing_understood(arguments: Sequence[str], catalog: Catalog, diagnostics: Sequence[Diagnostic] = ()) -> UsageError:
    where = ", ".join(f"`{argument}`" for argument in arguments)
    but = f"; {plural(_count(catalog.skipped), 'statement')} skipped" if catalog.skipped else ""
    help = "name the file that creates the tables (pg_dump --schema-only makes one)"
    return UsageError(f"no table found in {where}{but}", help, diagnostics)


def _count(skipped: Sequence[Skipped]) -> int:
    return sum(one.count for one in skipped)


def _tables(catalog: Catalog) -> str:
    tables, indexes = len(catalog.tables), sum(1 for _ in catalog.indexes())
    return f"{plural(tables, 'table')}, {plural(indexes, 'index')}"


def _specs(opened: Opened, catalogs: Sequence[Catalog]) -> str:
    files, tables = opened.loaded.documents.files, sum(len(catalog.tables) for catalog in catalogs)
    return f"{plural(files, 'spec file')}, {plural(tables, 'table')}"
