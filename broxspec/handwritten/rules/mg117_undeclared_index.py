from collections.abc import Iterator

from broxspec.catalog.model import Index, Table
from broxspec.handwritten.change import Migration
from broxspec.project import Context
from broxspec.rule import Finding, rule


@rule("MG117", severity="warning", about="migration")
def undeclared_index(migration: Migration, context: Context) -> Iterator[Finding]:
    """A migration makes an index that `schema.prisma` does not declare, so that the next `prisma migrate dev` drops it.

    Prisma compares the database with its schema and writes a migration that drops what it sees and does not find declared. It does not see
    indexes with expressions, nor, without the preview feature `partialIndexes`, partial ones: these are left alone. Needs both the schema and the
    migrations: in `lint` a project with runner `prisma`, in `audit` both as arguments.

    ## When it is fine
    Nobody runs `prisma migrate dev` or `prisma db push`.

    ## Example
    ```prisma schema
    datasource db {
      provider = "postgresql"
    }

    model orders {
      id      Int @id
      user_id Int
    }
    ```
    ```sql schema
    CREATE TABLE orders (id serial PRIMARY KEY, user_id integer NOT NULL);
    ```
    ```sql bad
    CREATE INDEX CONCURRENTLY orders_user_id_idx ON orders (user_id);
    --                        ^^^^^^^^^^^^^^^^^^
    ```

    ## Instead
    Declare it too: `@@index([user_id], map: "orders_user_id_idx")`. An index that Prisma does not see needs nothing:
    ```sql good
    CREATE INDEX CONCURRENTLY orders_recent_idx ON orders (user_id) WHERE id > 1000;
    ```
    """
    declared = migration.declared
    if declared is None:
        return
    from broxspec.catalog.prisma.express import expressible, model_of, sight

    for table in migration.after.tables.values():
        known = declared.catalog.table(table.qualified)
        for index in table.indexes:
            if index.at is None or index.at.source is not migration.file.source or index.constraint in ("primary", "exclusion"):
                continue
            said = expressible(index, declared.schema, declared.version)
            model = model_of(index, declared.schema)
            if not said.seen or model is None or known is None or any(sight(one) == sight(index) for one in known.indexes):
                continue
            named = known.index(index.name)
            if named is None:
                message = f"`schema.prisma` does not have `{index.name}`: the next `prisma migrate dev` drops it"
            else:
                message = f"`schema.prisma` has `{index.name}` otherwise: the next `prisma migrate dev` drops it and makes that one"
            yield Finding(
                index.at,
                message,
                help=said.problem or f"declare it in `model {model.name}`: {said.declaration}",
                fine="nobody runs `prisma migrate dev`",
                subject=_subject(index, table),
            )


def _subject(index: Index, table: Table) -> dict[str, str]:
    return {"schema": table.schema, "table": table.name, "index": index.name}
