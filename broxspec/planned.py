"""Planned: a compiled project as its effect, counted from where the branch leaves the base branch."""

from typing import TYPE_CHECKING

from broxspec.catalog.model import Catalog, Name
from broxspec.kinds.indexes.partitions import leaves, partitions
from broxspec.kinds.indexes.risk import risk
from broxspec.migrations.compile import Compiled as CompiledDatabase
from broxspec.migrations.git import MergeBase, text_at
from broxspec.plan import table_of
from broxspec.report._plan import ArtifactChange, DatabasePlan

if TYPE_CHECKING:
    from broxspec.compile import Compiled
    from broxspec.pipeline import Opened


def databases(opened: "Opened", compiled: "Compiled") -> list[DatabasePlan]:
    """The operations of each database: from what frozen migrations lead to, to what the specs want."""
    project = next(iter(opened.projects.values()), None)
    specs = {database.name: database.spec for database in project.databases} if project else {}
    return [_of_database(name, made, specs[name]) for name, made in compiled.databases.items()]


def _of_database(name: str, made: CompiledDatabase, spec) -> DatabasePlan:  # noqa: ANN001
    current = made.settled.current
    split = partitions(current, spec.partitions)
    operations = [
        (operation, risk(operation, current, rows(spec, current, table_of(operation.subject)), split)) for operation in made.settled.plan.operations
    ]
    return DatabasePlan(name, _against(made.history.base), operations)


def rows(spec, catalog: Catalog, table: Name) -> int | None:  # noqa: ANN001
    """The rows of a table; of a partitioned one, where they are not stated, those of its partitions together."""
    stated = spec.rows(table)
    if stated is not None:
        return stated
    known = [count for leaf in leaves(catalog, table) if (count := spec.rows(leaf.qualified)) is not None]
    return sum(known) if known else None


def _against(base: MergeBase) -> str:
    return f"merge base {base.commit[:12]}" if base.state == "found" else "the lock"


def artifacts(compiled: "Compiled") -> list[ArtifactChange]:
    """Generated files against those of the merge base; without git against those that lie there."""
    base = next((made.history.base for made in compiled.databases.values()), MergeBase("none"))
    found = []
    for change in compiled.changes:
        if change.output.what != "artifact":
            continue
        before = text_at(compiled.root, base.commit, change.path) if base.state == "found" else change.found
        if before != change.output.text:
            symbol = "+" if before is None else "-" if change.output.text is None else "~"
            found.append(ArtifactChange(symbol, change.path))
    return found
