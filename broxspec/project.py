"""Project: what the specs of one environment say, resolved, and the databases they speak of."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, NamedTuple

from broxspec.catalog.model import Catalog, Name

if TYPE_CHECKING:
    from broxspec.config import Config
    from broxspec.specs.tree import Node


class Spec(NamedTuple):
    """One resolved object of one environment: `kind`, what identifies it, and its merged node.

    `identity` is what makes documents speak of one object: the database, empty for the whole cluster, and what the kind adds.
    """

    kind: str
    identity: tuple[str, ...]
    node: "Node"


class Database(NamedTuple):
    """A database of the project, and the four states of its catalog.

    `source` as read (draft migrations left out) · `base` with own operations undone · `current` with the frozen ones done
    again · `wanted` with what the specs ask for on top. `owned` names the indexes that own frozen migrations made or adopted.
    `spec` is the model of its `kind: database` document; `models` are the values of every other kind that speaks of it.
    """

    name: str
    spec: Any
    source: Catalog
    base: Catalog
    current: Catalog
    wanted: Catalog
    owned: frozenset[Name] = frozenset()
    models: Mapping[str, tuple[Any, ...]] = {}


class Project(NamedTuple):
    """One environment of a project. `environment` is empty where the project has none.

    `queries` are the names in the project's list of queries. `models` are the values of kinds that speak of the whole cluster, by kind;
    those of a database are in it.
    """

    config: "Config"
    environment: str
    specs: tuple[Spec, ...]
    databases: tuple[Database, ...]
    queries: frozenset[str] = frozenset()
    models: Mapping[str, tuple[Any, ...]] = {}


class Context(NamedTuple):
    """What a rule is given beside its subject.

    `catalog` is the wanted state and `existing` the current one; in `audit` they are the same and there is no `project`.
    `major` is PostgreSQL's major version. `rows` are what a live server estimates of its tables.
    """

    catalog: Catalog
    existing: Catalog
    major: int
    profile: str = "default"
    database: Database | None = None
    project: Project | None = None
    rows: Mapping[Name, int] = {}
