from collections.abc import Iterator

from broxspec.catalog.model import Catalog, Column, ForeignKey, Name, Table, Type
from broxspec.project import Context
from broxspec.rule import Finding, rule


@rule("DB103", severity="warning", about="table")
def foreign_key_type_mismatch(table: Table, context: Context) -> Iterator[Finding]:
    """A foreign key's column has another type than the column that it references.

    PostgreSQL accepts it where the types compare. An `integer` that references a `bigint` runs out first, and its inserts then fail; each check
    and join converts, and some conversions (`numeric` to `integer`) keep an index from being used.

    Lengths are not compared: `varchar(20)` and `text` hold the same value.

    ## When it is fine
    One of the columns is being widened right now.

    ## Example
    ```sql bad
    CREATE TABLE users (id bigint PRIMARY KEY);
    CREATE TABLE orders (
        id int PRIMARY KEY,
        user_id int REFERENCES users
    --              ^^^^^^^^^^^^^^^^
    );
    CREATE INDEX ON orders (user_id);
    ```

    ## Instead
    ```sql good
    CREATE TABLE users (id bigint PRIMARY KEY);
    CREATE TABLE orders (
        id int PRIMARY KEY,
        user_id bigint REFERENCES users
    );
    CREATE INDEX ON orders (user_id);
    ```
    """
    for key in table.foreign_keys:
        target = context.catalog.table(Name(key.ref_schema, key.ref_table))
        if key.inherited or target is None:
            continue
        for name, ref_name in zip(key.columns, key.ref_columns, strict=False):
            column, ref = table.column(name), target.column(ref_name)
            # A type without a name is one that could not be told: that of a column which a query makes.
            if not (column and ref and column.type.name and ref.type.name):
                continue
            if _base(column.type, context.catalog) != _base(ref.type, context.catalog):
                yield _finding(table, key, column, ref)


# Types that hold and compare the same values: a foreign key between them costs nothing.
_SAME = {"varchar": "text", "bpchar": "bpchar"}


def _base(type: Type, catalog: Catalog) -> tuple:
    """The type by which values compare: a domain's own, lengths aside."""
    seen = 0
    while (domain := catalog.domains.get(Name(type.schema or "public", type.name))) and seen < 32:
        type, seen = domain.type, seen + 1
    return (_SAME.get(type.name, type.name), type.dimensions)


def _finding(table: Table, key: ForeignKey, column: Column, ref: Column) -> Finding:
    return Finding(
        key.at or table.at,
        f"`{table.qualified}.{column.name}` is `{spelled(column.type)}` and references"
        f" `{key.ref_table}.{ref.name}`, a `{spelled(ref.type)}`",
        note="of another type",
        help=f"make `{column.name}` a `{spelled(ref.type)}`",
        subject={
            "schema": table.schema,
            "table": table.name,
            "constraint": key.name,
            "columns": list(key.columns),
        },
    )


# How people write PostgreSQL's internal names.
_SPELLED = {
    "int2": "smallint",
    "int4": "integer",
    "int8": "bigint",
    "float4": "real",
    "float8": "double precision",
    "bool": "boolean",
    "bpchar": "char",
}


def spelled(type: Type) -> str:
    return _SPELLED.get(type.name, type.name) + "[]" * type.dimensions
