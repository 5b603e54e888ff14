from collections.abc import Iterator

from broxspec.catalog.model import Name
from broxspec.kinds.indexes.model import IndexSpec
from broxspec.project import Context
from broxspec.report import plural
from broxspec.rule import Finding, rule
from broxspec.suggest import did_you_mean


@rule("IX201", severity="error", about="spec")
def unknown_table(spec: IndexSpec, context: Context) -> Iterator[Finding]:
    """A spec speaks of a table that the schema does not have.

    Names are as stored: case counts, and a table outside `public` is written with its schema, `auth.users`.

    ## When it is fine
    Never: no index can be made.

    ## Example
    ```sql schema
    CREATE TABLE orders (id int PRIMARY KEY, total int);
    ```
    ```yaml bad
    kind: indexes
    table: order
    #      ^^^^^
    indexes:
      - [total]
    ```

    ## Instead
    ```yaml good
    kind: indexes
    table: orders
    indexes:
      - [total]
    ```
    """
    if spec.position or context.existing.table(spec.table) is not None:
        return  # Said once, at the first index of the document.
    known = [str(name) for name in context.existing.tables]
    relation = context.existing.relations.get(Name(*spec.table))
    yield Finding(
        spec.table_at,
        f"table `{spec.table}` is not in the schema" + (f"; it is a {relation}" if relation else ""),
        note="no such table",
        help=did_you_mean(str(spec.table), known) or _help(len(known)),
        subject={"schema": spec.table.schema, "table": spec.table.name},
    )


def _help(count: int) -> str:
    if not count:
        return "see what `schema:` of `kind: database` names: no table was found there"
    return f"the schema has {plural(count, 'table')}; names are as stored, case counts"
