"""Wishes: what the index specs of a database ask of the plan, and the catalog as it will be once they are carried out."""

from collections.abc import Iterable

from broxspec.catalog.model import Catalog, Name
from broxspec.kinds.indexes.model import IndexSpec
from broxspec.kinds.indexes.plan import IndexPlan, Removal, Wanted, plan_indexes
from broxspec.migrations.state import Reconciled, catalog_of, perform
from broxspec.plan import qualified


def plan(specs: Iterable[IndexSpec], states: Reconciled) -> IndexPlan:
    """The operations that the specs ask for. Specs whose table or columns are unknown ask for nothing; they have findings."""
    specs = tuple(specs)
    wanted = [Wanted(spec.index, tuple(Name(spec.table.schema, name) for name in spec.replaces), spec.adopt) for spec in specs if spec.index]
    removals = [Removal(Name(spec.table.schema, spec.drop), spec.at) for spec in specs if spec.drop]
    return plan_indexes(states.current, wanted, removals, done=states.done, estranged=states.estranged)


def carried_out(catalog: Catalog, specs: Iterable[IndexSpec], states: Reconciled) -> Catalog:
    """The catalog with the plan carried out. An index that a spec asks for is `wanted`, and lies where the spec does."""
    specs = tuple(specs)
    after = perform(states.current, plan(specs, states).operations)
    indexes = dict(after.indexes)
    for spec in specs:
        if spec.index:
            # What the plan refuses to build over something else is judged as it was meant.
            index = indexes.get(qualified(spec.index), spec.index)
            indexes[qualified(spec.index)] = index._replace(wanted=True, at=spec.at)
    return catalog_of(catalog, after._replace(indexes=indexes))
