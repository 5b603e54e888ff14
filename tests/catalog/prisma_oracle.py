"""What a real PostgreSQL says of Prisma's DDL, and what the reader says of the schema, in one comparable form."""

from __future__ import annotations

from typing import Any

from broxspec.catalog.model import Catalog, Index, Table
from broxspec.quoting.sql import identifier
from broxspec.sql.normal import normal

COLUMNS = """
SELECT n.nspname, c.relname, a.attname, coalesce(e.typname, t.typname), a.attndims, a.attnotnull,
       substring(format_type(a.atttypid, a.atttypmod) from '\\((.*)\\)'), pg_get_expr(d.adbin, d.adrelid)
FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid JOIN pg_namespace n ON n.oid = c.relnamespace
JOIN pg_type t ON t.oid = a.atttypid LEFT JOIN pg_type e ON e.oid = t.typelem AND t.typcategory = 'A'
LEFT JOIN pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
WHERE c.relkind = 'r' AND a.attnum > 0 AND n.nspname !~ '^pg_|information_schema' ORDER BY 1, 2, a.attnum"""
INDEXES = """
SELECT n.nspname, c.relname, i.relname, m.amname, x.indisunique, x.indisprimary,
       (SELECT array_agg(coalesce(a.attname, '') ORDER BY k.n) FROM unnest(x.indkey) WITH ORDINALITY k(attnum, n)
          LEFT JOIN pg_attribute a ON a.attrelid = x.indrelid AND a.attnum = k.attnum),
       string_to_array(x.indoption::text, ' ')::int[],
       (SELECT array_agg(CASE WHEN o.opcdefault AND o.opcintype = a.atttypid OR o.opcname = any(%s) THEN NULL ELSE o.opcname END ORDER BY k.n)
          FROM unnest(x.indclass, x.indkey) WITH ORDINALITY k(oid, attnum, n) JOIN pg_opclass o ON o.oid = k.oid
          JOIN pg_attribute a ON a.attrelid = x.indrelid AND a.attnum = k.attnum),
       pg_get_expr(x.indpred, x.indrelid)
FROM pg_index x JOIN pg_class i ON i.oid = x.indexrelid JOIN pg_class c ON c.oid = x.indrelid
JOIN pg_namespace n ON n.oid = c.relnamespace JOIN pg_am m ON m.oid = i.relam
WHERE n.nspname !~ '^pg_|information_schema' ORDER BY 1, 2, 3"""
FOREIGN_KEYS = """
SELECT n.nspname, c.relname, k.conname,
       (SELECT array_agg(a.attname ORDER BY p.n) FROM unnest(k.conkey) WITH ORDINALITY p(attnum, n)
          JOIN pg_attribute a ON a.attrelid = k.conrelid AND a.attnum = p.attnum),
       rn.nspname, r.relname,
       (SELECT array_agg(a.attname ORDER BY p.n) FROM unnest(k.confkey) WITH ORDINALITY p(attnum, n)
          JOIN pg_attribute a ON a.attrelid = k.confrelid AND a.attnum = p.attnum), k.confdeltype, k.confupdtype
FROM pg_constraint k JOIN pg_class c ON c.oid = k.conrelid JOIN pg_namespace n ON n.oid = c.relnamespace
JOIN pg_class r ON r.oid = k.confrelid JOIN pg_namespace rn ON rn.oid = r.relnamespace
WHERE k.contype = 'f' ORDER BY 1, 2, 3"""
ENUMS = """
SELECT n.nspname, t.typname, array_agg(e.enumlabel ORDER BY e.enumsortorder) FROM pg_enum e
JOIN pg_type t ON t.oid = e.enumtypid JOIN pg_namespace n ON n.oid = t.typnamespace
WHERE n.nspname !~ '^pg_|information_schema' GROUP BY 1, 2 ORDER BY 1, 2"""
SEQUENCES = """
SELECT schemaname, sequencename FROM pg_sequences ORDER BY 1, 2"""
ACTIONS = {"a": "no action", "r": "restrict", "c": "cascade", "n": "set null", "d": "set default"}
# What GetDefaultOpClass takes for types that are binary coercible to the class's own.
COERCED = ["text_ops", "array_ops", "enum_ops", "inet_ops"]


def of_server(connection: Any) -> dict[str, Any]:
    """The database as PostgreSQL's catalog has it."""
    ask = lambda sql, *parameters: connection.execute(sql, parameters or None).fetchall()  # noqa: E731
    return {
        "columns": {(s, t, c): (kind, dims > 0, not_null, modifiers) for s, t, c, kind, dims, not_null, modifiers, _ in ask(COLUMNS)},
        "defaults": {(s, t, c): default for s, t, c, *_, default in ask(COLUMNS) if default is not None},
        "indexes": {
            (s, t, i): (m, unique, primary, keys, _orders(m, options), classes, normal(where) if where else None)
            for s, t, i, m, unique, primary, keys, options, classes, where in ask(INDEXES, COERCED)
        },
        "foreign_keys": {
            (s, t, k): (columns, rs, rt, refs, ACTIONS[d], ACTIONS[u]) for s, t, k, columns, rs, rt, refs, d, u in ask(FOREIGN_KEYS)
        },
        "enums": {(s, t): labels for s, t, labels in ask(ENUMS)},
        "sequences": ask(SEQUENCES),
    }


def _orders(method: str, options: list[int]) -> list[tuple[str, str]]:
    if method != "btree":
        return [("asc", "last")] * len(options)
    return [("desc" if option & 1 else "asc", "first" if option & 2 else "last") for option in options]


def of_catalog(catalog: Catalog, connection: Any) -> dict[str, Any]:
    """The catalog in the same form. The connection is to a database with the same tables, in which PostgreSQL is asked how it
    would show each default."""
    tables = catalog.tables.values()
    return {
        "columns": {
            (t.schema, t.name, c.name): (c.type.name, c.type.dimensions > 0, c.not_null, _modifiers(c.type))
            for t in tables for c in t.columns
        },
        "defaults": {
            (t.schema, t.name, c.name): _shown(connection, t, c.name, c.default) for t in tables for c in t.columns if c.default is not None
        },
        "indexes": {
            (i.schema, i.table, i.name): (
                i.method, i.unique, i.primary, [key.column for key in i.keys], [(key.order, key.nulls) for key in i.keys],
                [None if key.opclass in COERCED else key.opclass for key in i.keys], _predicate(i),
            )
            for i in catalog.indexes()
        },
        "foreign_keys": {
            (t.schema, t.name, k.name): (list(k.columns), k.ref_schema, k.ref_table, list(k.ref_columns), k.on_delete, k.on_update)
            for t, k in catalog.foreign_keys() if k.enforced
        },
        "enums": {(e.schema, e.name): list(e.labels) for e in catalog.enums.values()},
        "sequences": sorted((name.schema, name.name) for name, kind in catalog.relations.items() if kind == "sequence"),
    }  # fmt: skip


def _modifiers(kind: Any) -> str | None:
    return ",".join(map(str, kind.modifiers)) or None


def _predicate(index: Index) -> str | None:
    return index.predicate.normal if index.predicate else None


def _shown(connection: Any, table: Table, column: str, default: str) -> str:
    """The default as PostgreSQL shows it, tried on the column itself."""
    name = f"{identifier(table.schema)}.{identifier(table.name)}"
    connection.execute("SAVEPOINT tried")
    connection.execute(f"ALTER TABLE {name} ALTER COLUMN {identifier(column)} SET DEFAULT {default}")
    found = connection.execute(
        "SELECT pg_get_expr(d.adbin, d.adrelid) FROM pg_attrdef d JOIN pg_attribute a ON a.attrelid = d.adrelid AND a.attnum = d.adnum "
        "WHERE d.adrelid = %s::regclass AND a.attname = %s",
        (name, column),
    ).fetchone()[0]
    connection.execute("ROLLBACK TO SAVEPOINT tried")
    return str(found)


def differences(mine: dict[str, Any], theirs: dict[str, Any]) -> list[str]:
    """Each difference on a line of its own."""
    found = []
    for part, right in theirs.items():
        left = mine[part]
        if isinstance(right, dict):
            for key in sorted(left.keys() | right.keys()):
                if left.get(key) != right.get(key):
                    found.append(f"{part} {key}: read {left.get(key)}, is {right.get(key)}")
        elif left != right:
            found.append(f"{part}: read {left}, is {right}")
    return found
