"""The databases of one environment: what their specs say of them, and the four states of their catalogs."""

from collections.abc import Iterable, Sequence
from importlib import import_module
from pathlib import Path
from typing import Any, NamedTuple

from broxspec.catalog.model import Catalog
from broxspec.catalog.read import read_catalog
from broxspec.config import Config
from broxspec.diagnostic import Diagnostic
from broxspec.migrations.history import History, lock_path, operations, read_history
from broxspec.migrations.state import Reconciled, catalog_of, reconcile, state_of
from broxspec.project import Database, Spec
from broxspec.tree import Node


class Schema(NamedTuple):
    """The schema source of a database as it was read, with own migrations undone and done again.

    `history` is None where there is no migration lock.
    """

    source: Catalog
    base: Catalog
    current: Catalog
    states: Reconciled
    history: History | None


class Databases:
    """Reads the databases of a project. What environments share is read once."""

    def __init__(self, config: Config, display: Path) -> None:
        self.config = config
        self.display = display
        self.schemas: dict[tuple, tuple[Schema, list[Diagnostic]]] = {}
        self.models: dict[tuple, tuple[Any, list[Diagnostic]]] = {}
        self.made: dict[tuple, Database] = {}

    def read(self, specs: Sequence[Spec]) -> tuple[tuple[Database, ...], list[Diagnostic]]:
        """Every database that the resolved specs of one environment describe."""
        found: list[Diagnostic] = []
        made = [self._database(spec, specs, found) for spec in specs if spec.kind == "database"]
        return tuple(made), found

    def schema(self, model: Any) -> tuple[Schema, list[Diagnostic]]:
        """The schema that a database's model names."""
        key = (model.name, model.schema, model.major, model.runner)
        if key not in self.schemas:
            self.schemas[key] = self._schema(model)
        return self.schemas[key]

    def _database(self, spec: Spec, specs: Sequence[Spec], found: list[Diagnostic]) -> Database:
        name = spec.identity[0]
        model = self._model(spec, found)
        schema, wrong = self.schema(model)
        found += wrong
        own = [other for other in specs if other.kind != "database" and other.identity[0] == name]
        key = (id(spec.node), *(id(other.node) for other in own))
        models = self._models(own, schema.current, model.major, found)
        if key not in self.made:
            wanted = _wanted(schema, models)
            self.made[key] = Database(
                name, model, schema.source, schema.base, schema.current, wanted, schema.states.current.owned, models
            )
        return self.made[key]

    def _models(self, specs: Iterable[Spec], current: Catalog, major: int, found: list[Diagnostic]) -> dict[str, tuple[Any, ...]]:
        """What each kind makes of its specs."""
        models: dict[str, tuple[Any, ...]] = {}
        for spec in specs:
            module = import_module(f"broxspec.kinds.{spec.kind}.model")
            read = self._model(spec, found)
            if hasattr(module, "resolve"):
                read = module.resolve(read, current, major)
            models[spec.kind] = (*models.get(spec.kind, ()), *read)
        return models

    def _model(self, spec: Spec, found: list[Diagnostic]) -> Any:
        key = (spec.kind, spec.identity, id(spec.node))
        if key not in self.models:
            read = import_module(f"broxspec.kinds.{spec.kind}.model").read
            self.models[key] = read(spec.node) if spec.kind == "database" else read(spec.node, spec.identity[0])
        model, wrong = self.models[key]
        found += wrong
        return model

    def _schema(self, model: Any) -> tuple[Schema, list[Diagnostic]]:
        config = self.config
        lock = config.root / lock_path(config.generated, model.name)
        history = read_history(config.root, config.generated, model.name, config.base) if lock.is_file() else None
        catalog, found, _ = read_catalog(
            model.schema,
            root=config.root,
            major=model.major,
            skip=history.draft_files if history else frozenset(),
            prisma_version=_prisma_version(model.runner),
            display=self.display,
            at=_places(model.node),
        )
        own = operations(history, catalog) if history else None
        states = reconcile(state_of(catalog), own.frozen if own else (), own.drafts if own else ())
        base, current = (catalog_of(catalog, state) for state in (states.base, states.current))
        return Schema(catalog, base, current, states, history), found


def _wanted(schema: Schema, models: dict[str, tuple[Any, ...]]) -> Catalog:
    if not models.get("indexes"):
        return schema.current
    from broxspec.kinds.indexes.wishes import carried_out

    return carried_out(schema.current, models["indexes"], schema.states)


def _places(node: Node) -> list:
    schema = node.get("schema")
    if schema is None:
        return []
    return [schema.span] if schema.kind == "scalar" else [item.span for item in schema.elements]


def _prisma_version(runner: Any) -> tuple[int, ...] | None:
    if runner.name != "prisma" or not runner.version:
        return None
    parts = runner.version.split(".")
    return tuple(int(part) for part in parts if part.isascii() and part.isdigit()) or None
