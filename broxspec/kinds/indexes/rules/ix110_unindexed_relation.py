from collections.abc import Iterator

from broxspec.catalog.model import Table
from broxspec.kinds.indexes.cover import covers
from broxspec.kinds.indexes.words import add_index, columns_text
from broxspec.project import Context
from broxspec.rule import Finding, rule


@rule("IX110", severity="warning", about="table")
def unindexed_relation(table: Table, context: Context) -> Iterator[Finding]:
    """A relation that the ORM keeps has no index on the referencing side.

    With `relationMode = "prisma"` there are no foreign keys: Prisma itself looks for children at each delete and update of a parent, with
    a query by the relation's columns. Without an index that query reads the whole table, as do joins.

    ## When it is fine
    Parents are never deleted, and nothing joins from them.

    ## Example
    ```prisma bad
    datasource db {
      provider     = "postgresql"
      url          = env("DATABASE_URL")
      relationMode = "prisma"
    }
    model User {
      id    Int    @id
      posts Post[]
    }
    model Post {
      id     Int  @id
      userId Int
      user   User @relation(fields: [userId], references: [id])
    //            ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
    }
    ```

    ## Instead
    ```prisma good
    datasource db {
      provider     = "postgresql"
      url          = env("DATABASE_URL")
      relationMode = "prisma"
    }
    model User {
      id    Int    @id
      posts Post[]
    }
    model Post {
      id     Int  @id
      userId Int
      user   User @relation(fields: [userId], references: [id])
      @@index([userId])
    }
    ```
    """
    for key in table.foreign_keys:
        if key.enforced or any(covers(index, key) for index in table.indexes):
            continue
        yield Finding(
            key.at or table.at,
            f"relation of `{table.qualified}` to `{key.ref_table}` has no index on {columns_text(key.columns)}",
            note="no index",
            help=add_index(table, key.columns, context),
            fine=f"rows of `{key.ref_table}` are never deleted, and nothing joins from them",
            subject={"schema": table.schema, "table": table.name, "columns": list(key.columns)},
        )
