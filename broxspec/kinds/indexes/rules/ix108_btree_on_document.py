from collections.abc import Iterator

from broxspec.catalog.model import Index, Table, Type
from broxspec.kinds.indexes.cover import replaceable
from broxspec.project import Context
from broxspec.rule import Finding, rule


@rule("IX108", severity="warning", about="table")
def btree_on_document(table: Table, context: Context) -> Iterator[Finding]:
    """A btree index has an array or jsonb column among its keys.

    Btree compares such a value as a whole. It finds rows by the exact array or document, never by an element, a key or a containment
    (`@>`, `?`, `&&`, `ANY`), which is what such columns are searched by; and a long value fails to be indexed at all.

    ## When it is fine
    Rows are looked up, or made unique, by the whole value, and it is short.

    ## Example
    ```sql bad
    CREATE TABLE products (id int PRIMARY KEY, tags text[]);
    CREATE INDEX products_tags_idx ON products (tags);
    --           ^^^^^^^^^^^^^^^^^
    ```

    ## Instead
    ```sql good
    CREATE TABLE products (id int PRIMARY KEY, tags text[]);
    CREATE INDEX products_tags_idx ON products USING gin (tags);
    ```
    """
    for index in table.indexes:
        if index.method != "btree" or not replaceable(index):
            continue
        for key in index.keys:
            column = table.column(key.column or "")
            what = _document(column.type) if column else ""
            if column and what:
                yield _finding(table, index, column.name, what)


def _document(type: Type) -> str:
    if type.dimensions:
        return "an array"
    return "a jsonb document" if type.name == "jsonb" else ""


def _finding(table: Table, index: Index, column: str, what: str) -> Finding:
    return Finding(
        index.at or table.at,
        f"btree index `{index.name}` has {what} for a key, `{column}`",
        note="finds whole values only",
        help="use gin to search by element, key or containment",
        fine="rows are found by the whole value",
        subject={"schema": table.schema, "table": table.name, "index": index.name, "columns": [column]},
    )
