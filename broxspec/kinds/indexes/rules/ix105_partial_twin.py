from collections.abc import Iterator

from broxspec.catalog.model import Index, Table
from broxspec.diagnostic import Label
from broxspec.kinds.indexes.cover import replaceable
from broxspec.kinds.indexes.predicate import conjuncts
from broxspec.kinds.indexes.words import drop_index
from broxspec.project import Context
from broxspec.rule import Finding, rule


@rule("IX105", severity="warning", about="table")
def partial_twin(table: Table, context: Context) -> Iterator[Finding]:
    """A partial index excludes nothing that the keys of a full one do not already exclude.

    There is an index on the same keys without a predicate, and the predicate speaks of its leading keys alone. A search that may use the
    partial index says so itself (`status = 'PENDING'`), and with that the full index goes straight to the same entries.

    ## When it is fine
    The full index is about to be dropped, or so much larger that it does not stay in memory while the partial one does.

    ## Example
    ```sql bad
    CREATE TABLE orders (id int PRIMARY KEY, status text, created_at timestamptz);
    CREATE INDEX orders_status_idx ON orders (status, created_at);
    CREATE INDEX orders_pending_idx ON orders (status, created_at) WHERE status = 'PENDING';
    --           ^^^^^^^^^^^^^^^^^^
    ```

    ## Instead
    ```sql good
    CREATE TABLE orders (id int PRIMARY KEY, status text, created_at timestamptz);
    CREATE INDEX orders_status_idx ON orders (status, created_at);
    CREATE INDEX orders_pending_idx ON orders (created_at) WHERE status = 'PENDING';
    ```
    """
    full = [index for index in table.indexes if index.method == "btree" and index.predicate is None and index.valid]
    for index in table.indexes:
        if index.method != "btree" or index.predicate is None or not replaceable(index):
            continue
        twin = next((other for other in full if _same_keys(index, other)), None)
        if twin and _about_leading_keys(index):
            yield _finding(table, index, twin)


def _same_keys(partial: Index, full: Index) -> bool:
    mine = [key.identity for key in partial.keys]
    return mine == [key.identity for key in full.keys[: len(mine)]] and set(partial.include) <= {
        *full.columns,
        *full.include,
    }


def _about_leading_keys(index: Index) -> bool:
    """Whether each condition fixes one of the leading keys, so that a search by them lands on the same entries.

    `IS NOT NULL` alone is not enough: it leaves out the NULLs, which in a sparse column is most of the index.
    """
    fixed = set()
    for condition in conjuncts(index.predicate):  # type: ignore[arg-type]
        if condition.test not in ("equal", "true", "false") or condition.column is None:
            return False
        fixed.add(condition.column)
    return bool(fixed) and set(index.columns[: len(fixed)]) == fixed


def _finding(table: Table, index: Index, twin: Index) -> Finding:
    return Finding(
        index.at or table.at,
        f"partial index `{index.name}` of `{table.qualified}` excludes nothing that the keys of `{twin.name}` do not",
        note="its predicate fixes its own leading keys",
        labels=(Label(twin.at, f"`{twin.name}` has the same keys for all rows"),) if twin.at else (),
        help=("remove it from the spec" if index.wanted else f"drop it: {drop_index(index)}")
        + ", or leave the fixed columns out of its keys and drop the full one",
        fine="the full index is too large to stay in memory",
        subject={"schema": table.schema, "table": table.name, "index": index.name, "covered_by": [twin.name]},
    )
