from collections.abc import Iterator

from broxspec.catalog.model import Catalog
from broxspec.kinds.indexes.model import IndexSpec
from broxspec.memo import latest
from broxspec.postgres import collations
from broxspec.project import Context
from broxspec.rule import Finding, rule


@rule("IX205", severity="warning", about="spec")
def unknown_collation(spec: IndexSpec, context: Context) -> Iterator[Finding]:
    """A key names a collation that not every server has.

    `C`, `POSIX` and `default` are everywhere; those of the operating system and of ICU differ by machine and by version. One that the schema
    makes itself (`CREATE COLLATION`) or that a column uses already counts as known.

    ## When it is fine
    All servers run the same image, and it has the collation.

    ## Example
    ```sql schema
    CREATE TABLE users (id int PRIMARY KEY, name text);
    ```
    ```yaml bad
    kind: indexes
    table: users
    indexes:
      - columns: [{column: name, collation: xx_YY}]
    #                                       ^^^^^
    ```

    ## Instead
    ```yaml good
    kind: indexes
    table: users
    indexes:
      - columns: [{column: name, collation: C}]
    ```
    """
    for key in spec.keys:
        if key.collation and key.collation not in _known(context.existing) and collations.get(key.collation, context.major) is None:
            yield Finding(
                key.collation_at,
                f"collation `{key.collation}` is not one that every server has",
                help="create it in the schema (`CREATE COLLATION`), or use `C`",
                fine="all servers have it",
                subject={"schema": spec.table.schema, "table": spec.table.name, "index": spec.name},
            )


@latest
def _known(catalog: Catalog) -> set[str]:
    known = {collation.name for collation in catalog.collations}
    for table in catalog.tables.values():
        known.update(column.collation for column in table.columns if column.collation)
    return known
