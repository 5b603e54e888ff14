from collections.abc import Iterator

from broxspec.catalog.model import Index, Table
from broxspec.kinds.indexes.width import declared_width
from broxspec.postgres.limits import BTREE_ROW_BYTES
from broxspec.project import Context
from broxspec.rule import Finding, rule


@rule("IX109", severity="warning", about="table")
def key_over_btree_limit(table: Table, context: Context) -> Iterator[Finding]:
    """The declared lengths of an index's columns add up to more than a btree entry can hold.

    A btree entry must fit a third of a page: 2704 bytes for keys and INCLUDE columns together, after compression. The index is built without
    complaint; the first row that is longer makes its own INSERT fail. Lengths are counted at one byte a character, so this is a lower
    bound; unbounded types do not count here (see `unbounded-btree-key` of the strict profile).

    ## When it is fine
    Real values are far shorter than the column allows, or compress well, and an error on the longest is acceptable.

    ## Example
    ```sql bad
    CREATE TABLE pages (id int PRIMARY KEY, url varchar(4000));
    CREATE INDEX pages_url_idx ON pages (url);
    --           ^^^^^^^^^^^^^
    ```

    ## Instead
    ```sql good
    CREATE TABLE pages (id int PRIMARY KEY, url varchar(4000));
    CREATE INDEX pages_url_idx ON pages USING hash (url);
    CREATE INDEX pages_url_md5_idx ON pages (md5(url));
    ```
    """
    for index in table.indexes:
        width = _width(table, index) if index.method == "btree" else 0
        if width > BTREE_ROW_BYTES:
            yield Finding(
                index.at or table.at,
                f"an entry of `{index.name}` may take {width} bytes, and btree holds {BTREE_ROW_BYTES}",
                note="a longer row fails to be written",
                help="index a hash of it (`md5(…)`, or `using: hash`), a prefix, or declare a shorter length",
                fine="real values are far shorter",
                subject={"schema": table.schema, "table": table.name, "index": index.name},
            )


def _width(table: Table, index: Index) -> int:
    columns = [table.column(name) for name in (*index.columns, *index.include) if name]
    return sum(declared_width(column.type) or 0 for column in columns if column)
