from collections.abc import Iterator

from broxspec.catalog.model import Index, Name, Table
from broxspec.handwritten.change import DropIndex, Migration
from broxspec.handwritten.words import subject
from broxspec.project import Context
from broxspec.rule import Finding, rule


@rule("MG115", severity="warning", about="migration")
def needed_index_lost(migration: Migration, context: Context) -> Iterator[Finding]:
    """A migration drops an index that something needs.

    It was the only one that covers a foreign key, so that every delete and key change of the referenced row reads the whole table; or the replica identity, without which logical
    replication refuses updates; or a spec asks for it. What later statements and migrations build counts.

    ## When it is fine
    The referenced rows are never deleted and their keys never change.

    ## Example
    ```sql schema
    CREATE TABLE users (id bigint PRIMARY KEY);
    CREATE TABLE orders (id bigint PRIMARY KEY, user_id bigint REFERENCES users);
    CREATE INDEX orders_user_id_idx ON orders (user_id);
    ```
    ```sql bad
      DROP INDEX CONCURRENTLY orders_user_id_idx;
    --^^^^^^^^^^^^^^^^^^^^^^^
    ```

    ## Instead
    ```sql good
    CREATE INDEX CONCURRENTLY orders_user_id_id_idx ON orders (user_id, id);
    DROP INDEX CONCURRENTLY orders_user_id_idx;
    ```
    """
    for change in migration.changes:
        effect = change.effect
        if not isinstance(effect, DropIndex) or change.table is None:
            continue
        # By name: a table that was renamed since is not judged.
        after = migration.after.table(change.table.name)
        if after is None or after.index(effect.index.name) is not None:
            continue
        reason = _wanted(effect.index, context) or _needed(effect.index, after, change.table.replica_identity)
        if reason:
            yield Finding(
                change.at,
                f"`{effect.index.name}` is needed: {reason}",
                help="build its replacement first, or keep it",
                subject=subject(change, index=effect.index.name),
            )


def _needed(index: Index, after: Table, identity: str) -> str:
    from broxspec.kinds.indexes.cover import covers

    if identity == f"index:{index.name}" and after.replica_identity == "default":
        return f"it is the replica identity of `{after.qualified}`"
    for key in after.foreign_keys:
        if covers(index, key) and not any(covers(other, key) for other in after.indexes):
            return f"no other index covers foreign key `{key.name}`"
    return ""


def _wanted(index: Index, context: Context) -> str:
    if context.database is None:
        return ""
    table = context.catalog.table(Name(index.schema, index.table))
    wanted = table.index(index.name) if table else None
    return "a spec asks for it" if wanted is not None and wanted.wanted else ""
