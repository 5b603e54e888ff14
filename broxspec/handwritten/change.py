"""What a statement of a migration does, as values: the effect, the table as it was before, the lock, and the circumstances.

A statement may do several things (`ALTER TABLE` with commas); each is a `Change` of its own.
"""

from typing import TYPE_CHECKING, NamedTuple

from broxspec.catalog.model import Catalog, Column, Index, Name, Type
from broxspec.handwritten.delivery import Delivery
from broxspec.source import Source, Span

if TYPE_CHECKING:
    from broxspec.handwritten.declared import Declared


class Target(NamedTuple):
    """A table as it was before the statement. `fresh` says that its own file has made it, so that nobody else uses it yet.
    `constraints` are the names of its constraints and indexes."""

    name: Name
    kind: str
    fresh: bool
    columns: dict[str, Column]
    partitions: tuple[Name, ...]
    replica_identity: str
    constraints: frozenset[str] = frozenset()


# Effects. `concurrently` is always whether the statement says so.


class BuildIndex(NamedTuple):
    """CREATE INDEX. `name` is empty where the server chooses. `former` is what has the name already: empty, `same`, `other` (an index
    with another definition or on another table), or the kind of another relation; `shown` is that in words. `only` is ON ONLY;
    `guarded` is IF NOT EXISTS, and `dropped` says that the file has dropped what had the name before."""

    name: str
    concurrently: bool
    guarded: bool
    unique: bool = False
    only: bool = False
    former: str = ""
    shown: str = ""
    dropped: bool = False


class DropIndex(NamedTuple):
    """DROP INDEX of one index; `index` is its definition before. `several` says that the statement names more than one."""

    index: Index
    concurrently: bool
    cascade: bool
    several: bool


class Reindex(NamedTuple):
    """REINDEX of an `index`, `table`, `schema`, `database` or `system`."""

    what: str
    name: str
    concurrently: bool


class Refresh(NamedTuple):
    """REFRESH MATERIALIZED VIEW. `unique` says whether it has the unique index that CONCURRENTLY needs."""

    concurrently: bool
    unique: bool


class DetachPartition(NamedTuple):
    """`default` says that the partitioned table has a default partition, so that CONCURRENTLY is refused."""

    partition: str
    concurrently: bool
    default: bool = False
    finalize: bool = False


class AddConstraint(NamedTuple):
    """A constraint is added, by itself or with a column.

    `form` is `primary key`, `unique`, `exclusion`, `foreign key`, `check` or `not null`. `checked` says that existing rows are read to
    prove it; `using` is the index that it takes over, else empty. `columns` are those that it speaks of; `nulls` those that a primary
    key is the first to declare not null. `only` is ALTER TABLE ONLY. `named` is its name, also where PostgreSQL chooses it; `index` a name
    that is free for an index made before.
    """

    form: str
    name: str
    checked: bool
    using: str = ""
    columns: tuple[str, ...] = ()
    with_column: bool = False
    nulls: tuple[str, ...] = ()
    only: bool = False
    named: str = ""
    index: str = ""


class Validate(NamedTuple):
    """VALIDATE CONSTRAINT. `added` is where the same transaction has added it, None where it did not."""

    name: str
    added: Span | None


class SetNotNull(NamedTuple):
    """SET NOT NULL. `proof` is the valid check that spares reading the table, else empty; `already` says that nothing changes."""

    column: str
    proof: str
    already: bool = False


class AddColumn(NamedTuple):
    """`rewrites` says in words why every row is written anew; empty where none is."""

    column: str
    rewrites: str


class AlterType(NamedTuple):
    """`rewrites` says in words why the table is written anew; empty where it is not."""

    column: str
    before: Type
    after: Type
    rewrites: str


class Rewrite(NamedTuple):
    """A statement that writes the whole table anew: `CLUSTER`, `VACUUM FULL`, `SET TABLESPACE`, `SET LOGGED`, `SET ACCESS METHOD` …"""

    what: str


class LockTable(NamedTuple):
    """LOCK TABLE; `mode` as SQL writes it: `ACCESS EXCLUSIVE`."""

    mode: str


class DropConstraint(NamedTuple):
    """DROP CONSTRAINT, or DROP TABLE or COLUMN … CASCADE; `loses` are the foreign keys of other tables that go with it."""

    name: str
    loses: tuple[str, ...]


class AddColumnAgain(NamedTuple):
    """ADD COLUMN IF NOT EXISTS of a column that is there with another type."""

    column: str
    wanted: str
    found: str


class Alone(NamedTuple):
    """A statement that PostgreSQL refuses in a transaction, besides those above: `VACUUM`, `CREATE DATABASE` …"""

    what: str


class Other(NamedTuple):
    """Whatever else takes a lock; `what` is the statement's words."""

    what: str


Effect = (
    BuildIndex | DropIndex | Reindex | Refresh | DetachPartition | AddConstraint | Validate | SetNotNull | AddColumn | AlterType
    | Rewrite | LockTable | DropConstraint | AddColumnAgain | Alone | Other
)  # fmt: skip


class Timeouts(NamedTuple):
    """Where the file has set a timeout that is in force; None where none is, or it is 0."""

    lock: Span | None = None
    statement: Span | None = None


class File(NamedTuple):
    """A file of migrations; `statements` counts what it holds."""

    source: Source
    delivery: Delivery
    statements: int


class Change(NamedTuple):
    """One thing that a statement does.

    `table` is None where no one table is meant. `at` are the words that say it, `statement` all of the statement. `lock` is what PostgreSQL calls the lock on the table,
    empty where it is none that matters. `within` says which transaction the statement stands in: `own` (BEGIN in the file), `block` (a
    DO block or function), `runner`, `query` (one query of several statements), or empty for none that is known.
    """

    effect: Effect
    table: Target | None
    at: Span
    lock: str
    within: str
    timeouts: Timeouts
    file: File
    statement: Span

    @property
    def existing(self) -> bool:
        """Whether it touches a table that others may be using."""
        return self.table is not None and not self.table.fresh and self.table.name.schema != "pg_temp"


class Migration(NamedTuple):
    """A file with all that it does. `after` is the database at the end of all files; `declared` what a Prisma schema says that it should be."""

    file: File
    changes: tuple[Change, ...]
    after: Catalog
    declared: "Declared | None" = None
