"""Load: from a configuration to the Project of each environment.

What does not differ by environment (documents, schema, history) is read once.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from broxspec import kinds
from broxspec.catalog.model import Catalog, Name
from broxspec.config import Config
from broxspec.diagnostic import Diagnostic
from broxspec.specs.documents import Documents, of_sources, spec_files
from broxspec.project import Database, Project, Spec
from broxspec.specs.resolve import Specs, collect, resolve
from broxspec.source import Source, read_source, shown

if TYPE_CHECKING:
    from broxspec.kinds.database.model import DatabaseSpec
    from broxspec.migrations.history import History
    from broxspec.migrations.state import Reconciled


class State(NamedTuple):
    """A database's catalog before and after its own migrations; see `Database`.

    `history` and `reconciled` are None where no own migration was ever made. `sources` are the texts of the schema.
    """

    source: Catalog
    base: Catalog
    current: Catalog
    owned: frozenset[Name]
    sources: tuple[Source, ...] = ()
    history: "History | None" = None
    reconciled: "Reconciled | None" = None


class Loaded(NamedTuple):
    """A project as read, before an environment is chosen. `states` are by database name.

    `made` remembers the models that were made of a node, so that what no overlay touches is made once for all environments.
    """

    config: Config
    documents: Documents
    specs: Specs
    states: Mapping[str, State]
    queries: frozenset[str] = frozenset()
    made: dict[Any, Any] = {}

    @property
    def environments(self) -> tuple[str, ...]:
        """The environments to go through; `""` alone where the project has none."""
        return self.specs.environments or ("",)


def load(
    config: Config, *, display: Path | None = None, files: Sequence[tuple[Path, Source | None]] | None = None
) -> tuple[Loaded, list[Diagnostic]]:
    """Read a project's specs, the schemas that they are about, and what own migrations did to these.

    `display` is the folder that paths in findings are relative to (default: the current one). `files` stand for the project's own
    spec files; a source that is given with one stands for its text. A server that can't be reached is a UsageError.
    """
    documents, found = of_sources(files if files is not None else [(path, None) for path in spec_files(config)], display)
    specs, wrong = collect(documents.valid)
    found += wrong
    states = {}
    for (kind, _), node in specs.bases.items():
        if kind == "database":
            spec, _ = _database_model().read(node)
            states[spec.name], wrong = read_state(config, spec, display)
            found += wrong
    return Loaded(config, documents, specs, states, _queries(config), {}), found


def project(loaded: Loaded, environment: str) -> tuple[Project, list[Diagnostic]]:
    """One environment. Findings about what all environments share are the same values in each."""
    specs, found = resolve(loaded.specs, environment)
    databases = []
    for spec in specs:
        if spec.kind == "database":
            model, wrong = _database_model().read(spec.node)
            found += wrong
            database, wrong = _database(model, loaded.states[model.name], specs, loaded.made)
            found += wrong
            databases.append(database)
    whole, wrong = _models((spec for spec in specs if not kinds.per_database(spec.kind)), "", loaded.made)
    return Project(loaded.config, environment, specs, tuple(databases), loaded.queries, whole), found + wrong


def read_state(config: Config, spec: "DatabaseSpec", display: Path | None = None) -> tuple[State, list[Diagnostic]]:
    """The catalogs of a database, from its schema source and the record of own migrations."""
    from broxspec.catalog.read import read_catalog

    history = _history(config, spec)
    node = spec.node.get("schema")
    at = [node.span] if node is not None and node.kind == "scalar" else [item.span for item in node.elements] if node is not None else []
    catalog, found, sources = read_catalog(
        spec.schema,
        root=config.root,
        major=spec.major,
        skip=history.draft_files if history else frozenset(),
        prisma_version=_version(spec.runner.version) if spec.runner.name == "prisma" else None,
        display=display or Path.cwd(),
        at=at,
    )
    if spec.runner.name == "flyway":
        from broxspec.migrations import flyway_settings

        found = [*found, *flyway_settings.check(config.root, spec.migrations, display or Path.cwd())]
    if history is None:
        return State(catalog, catalog, catalog, frozenset(), tuple(sources)), found
    from broxspec.migrations.settle import reconciled as reconcile
    from broxspec.migrations.state import catalog_of

    _, reconciled = reconcile(catalog, history)
    base, current = catalog_of(catalog, reconciled.base), catalog_of(catalog, reconciled.current)
    owned = reconciled.current.owned | reconciled.estranged.keys()
    return State(catalog, base, current, owned, tuple(sources), history, reconciled), found


def _history(config: Config, spec: "DatabaseSpec") -> "History | None":
    """The record of own migrations. Where there is neither a lock nor a folder that has some, git need not be asked."""
    lock = config.root / config.generated / f"{spec.name}.migrations.lock"
    if not lock.is_file() and not (spec.migrations and (config.root / spec.migrations).is_dir()):
        return None
    from broxspec.migrations.history import read_history

    return read_history(config.root, config.generated, spec.name, config.base)


def _version(text: str) -> tuple[int, ...] | None:
    return tuple(int(number) for number in re.findall(r"\d{1,9}", text)[:3]) or None


def _database(spec: "DatabaseSpec", state: State, specs: tuple[Spec, ...], made: dict[Any, Any]) -> tuple[Database, list[Diagnostic]]:
    """A database with the models of all kinds that speak of it, and the catalog that they ask for."""
    own = (other for other in specs if other.kind != "database" and other.identity[0] == spec.name and kinds.per_database(other.kind))
    by_kind, found = _models(own, spec.name, made)
    wanted = state.current
    for kind, models in by_kind.items():
        if hasattr(kinds.model(kind), "want"):
            key = (kind, spec.major, id(wanted), tuple(map(id, models)))
            if key not in made:
                made[key] = kinds.model(kind).want(models, wanted, spec.major, state.owned)
            by_kind[kind], wanted = made[key]
    if state.reconciled and state.reconciled.estranged:
        from broxspec.migrations.settle import estranged

        found += estranged(state.reconciled, by_kind.get("indexes", ()))
    return Database(spec.name, spec, state.source, state.base, state.current, wanted, state.owned, by_kind), found


def _models(specs: Iterable[Spec], database: str, made: dict[Any, Any]) -> tuple[dict[str, tuple[Any, ...]], list[Diagnostic]]:
    """The models of specs by kind; `database` is empty for the whole cluster."""
    found: list[Diagnostic] = []
    by_kind: dict[str, tuple[Any, ...]] = {}
    for spec in specs:
        if spec.node not in made:
            made[spec.node] = kinds.model(spec.kind).read(spec.node, database)
        models, wrong = made[spec.node]
        found += wrong
        by_kind[spec.kind] = (*by_kind.get(spec.kind, ()), *models)
    return by_kind, found


def _database_model() -> Any:
    return kinds.model("database")


_QUERY = re.compile(r"^[ \t]*--[ \t]*name:[ \t]*(\S+)", re.MULTILINE)


def _queries(config: Config) -> frozenset[str]:
    """The names in the list of queries: its `-- name: x` lines."""
    path = config.root / config.queries if config.queries else None
    if path is None or not path.is_file():
        return frozenset()
    source, _ = read_source(path, shown(path))
    return frozenset(_QUERY.findall(source.text)) if source else frozenset()
