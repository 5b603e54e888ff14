"""Run: from a project and a URL to the report."""

from pathlib import Path
from typing import TYPE_CHECKING

from broxspec.drift.compare import drift
from broxspec.drift.live import Live, read_live
from broxspec.lint import merge
from broxspec.migrations.history import read_history
from broxspec.migrations.settle import settle
from broxspec.pipeline import Opened, open_projects
from broxspec.report import Report, plural
from broxspec.usage import UsageError

if TYPE_CHECKING:
    from collections.abc import Callable

    from broxspec.config import Config
    from broxspec.lint import Selection
    from broxspec.project import Database, Project


def report(url: str, folder: Path, select: "Callable[[Config], Selection]", name: str | None, environment: str | None) -> tuple[Report, "Config"]:
    """How the server differs from what a database of the project here says. UsageError where the two can't be compared."""
    opened, project = _project(folder, environment)
    if name is not None:
        _check(project, name)
    live = read_live(url)
    database = _database(project, name, live)
    state = opened.loaded.states[database.name]
    config = opened.config
    history = state.history or read_history(config.root, config.generated, database.name, config.base)
    settled = settle(state.source, history, database.models.get("indexes", ()))
    if not any(table in live.catalog.tables for table in settled.current.tables):
        raise UsageError(
            f"`{live.url}` has none of the {plural(len(settled.current.tables), 'table')} of `{database.name}`",
            "see whether it is the right database; `--database` says which of the project's it is",
        )
    found = select(config).apply(drift(database, settled, history, live))
    tables, indexes = len(live.catalog.tables), sum(1 for _ in live.catalog.indexes())
    return Report(tuple(found), (), (), f"{plural(tables, 'table')}, {plural(indexes, 'index')} of {live.url}"), config


def _project(folder: Path, environment: str | None) -> "tuple[Opened, Project]":
    """The one project here, in one environment: what is compared is the same in all."""
    opened, found = open_projects((), folder, environment)
    if len(opened) != 1:
        raise UsageError(f"there are {len(opened)} projects here", "run it in the folder of one of them", found)
    (one,) = opened
    wrong = [*found, *(finding for of_environment in one.diagnostics.values() for finding in of_environment)]
    if errors := merge({"": (finding for finding in wrong if finding.severity == "error")}):
        raise UsageError("the specs have errors, so that nobody knows what should be there", "mend them first", errors)
    return one, next(iter(one.projects.values()))


def _check(project: "Project", name: str) -> None:
    from broxspec.suggest import did_you_mean, listed

    names = [database.name for database in project.databases]
    if name not in names:
        raise UsageError(f"no `kind: database` document is called `{name}`", did_you_mean(name, names) or f"the project has {listed(names, 'and')}")


def _database(project: "Project", name: str | None, live: Live) -> "Database":
    """The database that the URL is of: as said, the only one, or the one that the server calls so too."""
    from broxspec.suggest import listed

    by_name = {database.name: database for database in project.databases}
    if name is None and len(by_name) == 1:
        return next(iter(by_name.values()))
    found = by_name.get(name or live.database)
    if found is None:
        raise UsageError(f"the project has {len(by_name)} databases, and none is called `{live.database}` as on the server", f"say which by `--database`: {listed(list(by_name))}")
    return found
