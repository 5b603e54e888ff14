"""Random lives of a database: specs change, migrations are merged, dumps are refreshed or not, people drop tables by hand.

The database itself is simulated beside it. What broxspec believes must be what the database has, whatever the dump shows.
"""

from hypothesis import settings, strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from broxspec.catalog.model import Fragment, Index, Key, Name
from broxspec.kinds.indexes.plan import Removal, Wanted, plan_indexes
from broxspec.migrations.state import State, perform, reconcile, redo, undo
from broxspec.kinds.indexes.emit import lower
from broxspec.plan import Operation, bare, qualified, reverse, table_of

TABLES = ("orders", "users")
COLUMNS = ("a", "b", "c")
OURS = ("idx_1", "idx_2", "idx_3")
THEIRS = ("old_1", "old_2")

keys = st.lists(st.sampled_from(COLUMNS), min_size=1, max_size=2, unique=True).map(
    lambda names: tuple(Key(name) for name in names)
)
predicates = st.sampled_from([None, None, Fragment("a > 0", "a > 0")])


def indexes(names):
    def make(table, name, keys, predicate, unique):
        return Index("public", table, name, keys, predicate=predicate, unique=unique)

    return st.tuples(st.sampled_from(TABLES), st.sampled_from(names), keys, predicates, st.booleans()).map(lambda parts: make(*parts))


def named(name):
    return Name("public", name)


class Life(RuleBasedStateMachine):
    def __init__(self):
        super().__init__()
        tables = {named(table): frozenset(COLUMNS) for table in TABLES}
        self.database = State(tables, {})  # what the server has: frozen operations have run there
        self.source = self.undrafted = self.database  # what the dump in git shows, and without drafts
        self.frozen, self.drafts = [], []
        self.wanted, self.removals = [], []
        self.begun = False

    # Before broxspec comes, and beside it

    @rule(index=indexes(THEIRS))
    def somebody_makes_an_index(self, index):
        name = qualified(index)
        recorded = {qualified(i) for op in [*self.frozen, *self.drafts] for i in (op.before, op.after) if i}
        if name in self.database.indexes or name in recorded or not self.database.bears(index):
            return
        self.both(lambda state: state._replace(indexes={**state.indexes, name: index}))

    @rule(table=st.sampled_from(TABLES), column=st.sampled_from([*COLUMNS, None]))
    def somebody_drops_a_column_or_table(self, table, column):
        def drop(state):
            tables = {name: columns - {column} for name, columns in state.tables.items() if column or name != named(table)}
            if column:
                tables = {**state.tables, named(table): state.tables.get(named(table), frozenset()) - {column}}
                if named(table) not in state.tables:
                    return state
            state = state._replace(tables=tables)
            left = {name: index for name, index in state.indexes.items() if state.bears(index)}
            return state._replace(indexes=left, owned=state.owned & left.keys())

        self.both(drop)

    def both(self, change):
        self.database, self.source, self.undrafted = change(self.database), change(self.source), change(self.undrafted)
        self.wanted = [wish for wish in self.wanted if self.database.bears(wish.index)]
        self.compile()

    # The specs

    @rule(
        found=st.lists(indexes(OURS + THEIRS), max_size=3, unique_by=lambda index: index.name),
        replaces=st.lists(st.sampled_from(THEIRS), max_size=1),
        removals=st.lists(st.sampled_from(THEIRS), max_size=1),
        adopt=st.booleans(),
    )
    def specs_change(self, found, replaces, removals, adopt):
        found = [index for index in found if self.database.bears(index)]
        self.wanted = [Wanted(index, tuple(map(named, replaces)), adopt) for index in found]
        self.removals = [Removal(named(name)) for name in removals]
        self.compile()

    @rule(old=st.sampled_from(OURS), new=st.sampled_from(OURS))
    def a_spec_is_renamed(self, old, new):
        if any(wish.index.name == new for wish in self.wanted):
            return
        self.wanted = [
            wish._replace(index=wish.index._replace(name=new)) if wish.index.name == old else wish for wish in self.wanted
        ]
        self.compile()

    # The source and git

    @rule()
    def a_branch_is_merged_and_deployed(self):
        self.compile()
        self.database = perform(self.database, self.drafts)
        self.frozen, self.drafts = [*self.frozen, *self.drafts], []
        if not self.plan().problems:
            assert self.plan().operations == ()

    @rule()
    def the_dump_is_refreshed(self):
        self.source = self.undrafted = self.database._replace(owned=frozenset())
        self.compile()

    @rule()
    def the_dump_is_taken_from_a_developers_server(self):
        self.source = perform(self.database, self.drafts)._replace(owned=frozenset())
        self.compile()

    @rule()
    def drafts_are_deleted(self):
        self.source = self.undrafted = self.database._replace(owned=frozenset())
        self.drafts = []

    # What broxspec does

    def known(self):
        return reconcile(self.source, self.frozen, self.drafts)

    def plan(self):
        known = self.known()
        return plan_indexes(known.current, self.wanted, self.removals, done=known.done, estranged=known.estranged)

    def compile(self):
        plan = self.plan()
        if plan.problems:
            return
        if [operation.bare for operation in plan.operations] != [operation.bare for operation in self.drafts]:
            # A dump with drafts in it goes with the drafts: nobody remembers those that were thrown away.
            self.source = self.undrafted
        self.drafts = list(plan.operations)

    @invariant()
    def broxspec_knows_what_the_database_has(self):
        known = self.known()
        assert known.current.indexes == self.database.indexes
        assert known.estranged == {}
        assert known.current.owned == self.database.owned

    @invariant()
    def base_is_one_whatever_the_source_shows(self):
        base = self.known().base.indexes
        fresh = self.database._replace(owned=frozenset())
        for source in (fresh, perform(fresh, self.drafts)):
            assert reconcile(source, self.frozen, self.drafts).base.indexes == base

    @invariant()
    def a_plan_gives_what_is_wanted_and_no_more(self):
        plan = self.plan()
        if plan.problems:
            return
        current = self.known().current
        after = perform(current, plan.operations)
        for wish in self.wanted:
            assert after.indexes[qualified(wish.index)].definition == wish.index.definition
            assert table_of(after.indexes[qualified(wish.index)]) == table_of(wish.index)
        names = {qualified(wish.index) for wish in self.wanted}
        spoken = {name for wish in self.wanted for name in wish.replaces} | {removal.name for removal in self.removals}
        assert after.owned <= names
        for name in current.indexes.keys() - current.owned - names - spoken:
            assert after.indexes[name] == current.indexes[name]
        for name in (spoken - names) & (current.indexes.keys() - self.known().done):
            assert name not in after.indexes
        again = plan_indexes(after, self.wanted, self.removals, done=self.known().done | spoken)
        assert again.operations == () and again.problems == ()

    @invariant()
    def only_what_is_ours_or_named_is_touched(self):
        current = self.known().current
        names = {qualified(wish.index) for wish in self.wanted if wish.adopt}
        names |= {name for wish in self.wanted for name in wish.replaces} | {removal.name for removal in self.removals}
        for operation in self.plan().operations:
            if operation.before:
                assert qualified(operation.before) in current.owned | names

    @invariant()
    def down_undoes_up(self):
        current, operations = self.known().current, self.plan().operations
        after = perform(current, operations)
        assert perform(after, reverse(operations)).indexes == current.indexes
        for operation in reversed(operations):
            after = undo(after, operation)
        assert after.indexes == current.indexes

    @invariant()
    def compiling_again_changes_nothing(self):
        self.compile()
        before = [operation.bare for operation in self.drafts]
        self.compile()
        assert [operation.bare for operation in self.drafts] == before


TestLife = Life.TestCase
TestLife.settings = settings(stateful_step_count=20)


def test_an_own_index_that_the_source_shows_otherwise_is_estranged_until_adopted():
    state = State({named("orders"): frozenset(COLUMNS)}, {})
    made = Index("public", "orders", "idx_1", (Key("a"),))
    frozen = plan_indexes(state, [Wanted(made)]).operations
    renamed = made._replace(keys=(Key("b"),))
    source = redo(state, frozen[0]._replace(after=renamed))._replace(owned=frozenset())

    def plan(drafts, adopt):
        known = reconcile(source, frozen, drafts)
        return plan_indexes(known.current, [Wanted(renamed, adopt=adopt)], estranged=known.estranged)

    assert [problem.reason for problem in plan((), False).problems] == ["own"]
    adopted = plan((), True).operations
    assert [(operation.action, operation.before) for operation in adopted] == [("adopt", bare(renamed))]
    assert plan(adopted, True).operations == adopted
    merged = reconcile(source, [*frozen, *adopted])
    assert merged.estranged == {} and merged.current.indexes == {named("idx_1"): renamed}
    assert merged.current.owned == {named("idx_1")}


def test_an_estranged_index_is_not_renamed_away():
    """It is not what was recorded, so nobody may take it for the index that a spec wants under another name."""
    state = State({named("orders"): frozenset(COLUMNS)}, {})
    made = Index("public", "orders", "idx_1", (Key("a"),))
    frozen = plan_indexes(state, [Wanted(made)]).operations
    other = made._replace(keys=(Key("b"),))
    known = reconcile(redo(state, frozen[0]._replace(after=other))._replace(owned=frozenset()), frozen)
    plan = plan_indexes(known.current, [Wanted(other._replace(name="idx_2"), replaces=(named("idx_1"),))], estranged=known.estranged)
    assert "rename" not in [operation.action for operation in plan.operations]


def test_what_a_change_leaves_behind_goes_before_what_is_dropped_for_good():
    changed, gone = Index("public", "orders", "idx_b", (Key("b"),)), Index("public", "orders", "idx_a", (Key("a"),))
    operations = [Operation("drop", gone, None), Operation("change", changed, changed._replace(keys=(Key("a"),)))]
    drops = [step.index.name for step in lower(operations) if step.action == "drop"]
    assert drops == ["idx_b_old", "idx_a"]
