from collections.abc import Iterator

from broxspec.kinds.indexes.model import IndexSpec
from broxspec.postgres import methods
from broxspec.postgres.limits import INDEX_COLUMNS
from broxspec.project import Context
from broxspec.rule import Finding, rule
from broxspec.source import Span


@rule("IX211", severity="error", about="spec")
def method_cannot(spec: IndexSpec, context: Context) -> Iterator[Finding]:
    """An index asks its method for what it can't do: be unique, have several keys, or be ordered.

    Only btree indexes are unique or ordered; hash and spgist indexes have one key. NULLS NOT DISTINCT is for unique indexes, from
    PostgreSQL 15 on. No index has more than 32 columns.

    ## When it is fine
    Never: the build fails.

    ## Example
    ```sql schema
    CREATE TABLE users (id int PRIMARY KEY, email text, name text);
    ```
    ```yaml bad
    kind: indexes
    table: users
    indexes:
      - columns: [email, name]
    #            ^^^^^^^^^^^^^
        using: hash
    ```

    ## Instead
    ```yaml good
    kind: indexes
    table: users
    indexes:
      - columns: [email]
        using: hash
    ```
    """
    method = methods.get(spec.method, context.major)
    for span, message, help in (*_of_method(spec, method), *_of_version(spec, context.major)):
        yield Finding(
            span,
            message,
            help=help,
            subject={"schema": spec.table.schema, "table": spec.table.name, "index": spec.name},
        )


def _of_method(spec: IndexSpec, method: methods.Method | None) -> Iterator[tuple[Span, str, str]]:
    if method is None:
        return
    if spec.unique and not method.can_unique:
        yield spec.node.at("unique"), f"a `{method.name}` index can't be unique", "use btree"
    if len(spec.keys) > 1 and not method.can_multi_column:
        yield spec.columns_at, f"a `{method.name}` index has one key, and this one {len(spec.keys)}", "use btree, or one key"
    for key in spec.keys:
        if (key.order or key.nulls) and not method.can_order:
            yield key.at, f"a `{method.name}` index has no order", "leave `asc`, `desc` and `nulls` out"


def _of_version(spec: IndexSpec, major: int) -> Iterator[tuple[Span, str, str]]:
    if spec.nulls_not_distinct and not spec.unique:
        yield spec.node.at("nulls_not_distinct"), "NULLS NOT DISTINCT is for unique indexes", "add `unique: true`"
    elif spec.nulls_not_distinct and major < 15:
        yield spec.node.at("nulls_not_distinct"), f"PostgreSQL {major} has no NULLS NOT DISTINCT; 15 has", "leave it out"
    if len(spec.keys) + len(spec.include) > INDEX_COLUMNS:
        count = len(spec.keys) + len(spec.include)
        yield spec.columns_at, f"an index has at most {INDEX_COLUMNS} columns, and this one {count}", "name fewer"
