"""Parts of partitioned indexes in states: they come and go with the whole, whatever the source shows."""

import pytest

from broxspec.catalog.model import Index, Key, Name
from broxspec.kinds.indexes.emit import lower
from broxspec.kinds.indexes.partitions import Partition, part_name
from broxspec.migrations.state import State, reconcile
from broxspec.plan import Operation

EVENTS, LEAF, LOWER = Name("public", "events"), Name("public", "events_1"), Name("public", "events_1_a")
TABLES = {name: frozenset({"id", "at"}) for name in (EVENTS, LEAF, LOWER)}
WHOLE = Index("public", "events", "whole", (Key("at"),))
PARTS = (
    WHOLE._replace(table="events_1", name="events_1_at_idx", parent=Name("public", "whole")),
    WHOLE._replace(table="events_1_a", name="events_1_a_at_idx", parent=Name("public", "events_1_at_idx")),
)
OTHER = WHOLE._replace(name="other", keys=(Key("id"),))


def state(*indexes):
    return State(TABLES, {Name(index.schema, index.name): index for index in indexes})


@pytest.mark.parametrize("operations, shown, there", [
    ([Operation("create", None, WHOLE)], (WHOLE, *PARTS), (WHOLE, *PARTS)),
    ([Operation("create", None, WHOLE)], (), (WHOLE,)),
    ([Operation("create", None, WHOLE), Operation("drop", WHOLE, None)], (WHOLE, *PARTS), ()),
    ([Operation("create", None, WHOLE), Operation("rename", WHOLE, WHOLE._replace(name="later"))],
     (WHOLE._replace(name="later"), PARTS[0]._replace(parent=Name("public", "later")), PARTS[1]),
     (WHOLE._replace(name="later"), PARTS[0]._replace(parent=Name("public", "later")), PARTS[1])),
])  # fmt: skip
def test_base_has_no_part_of_ours_and_current_has_what_the_source_shows(operations, shown, there):
    known = reconcile(state(OTHER, *shown), operations)
    assert dict(known.base.indexes) == state(OTHER).indexes
    assert dict(known.current.indexes) == state(OTHER, *there).indexes
    assert not known.estranged


def test_of_a_whole_that_is_not_ours_nothing_is_touched():
    known = reconcile(state(WHOLE, *PARTS), [Operation("create", None, OTHER)])
    assert dict(known.base.indexes) == state(WHOLE, *PARTS).indexes


def test_names_of_parts():
    assert part_name("events_2026", "idx_events_at") == "events_2026_idx_events_at"
    long = part_name("é" * 30, "idx")
    assert long.startswith("é" * 27 + "_") and len(long.encode()) == 63
    assert len({part_name("x" * 60 + str(n), "idx") for n in range(10)} | {part_name("x" * 62, "i")}) == 11


def test_parts_of_one_set_share_no_name_and_no_index():
    """Two wholes that a partition's one index is like; two names that meet."""
    own = WHOLE._replace(table="events_1", name="own")
    tree = {EVENTS: (Partition(LEAF, False, (own,)), Partition(Name("public", "events_1_a"), False))}
    twin = WHOLE._replace(name="twin", keys=(Key("at", order="desc", nulls="first"),))
    third = OTHER._replace(name="a_whole")
    steps = lower([Operation("create", None, index) for index in (WHOLE, twin, third)], tree)
    made = [(step.index.schema, step.index.name) for step in steps if step.action == "build"]
    assert len(made) == len(set(made)) and ("public", "own") not in made
    assert [step.index.name for step in steps if step.action == "attach"].count("own") == 1
