"""The catalog queries. They run on PostgreSQL 13 to 18, with `search_path` set to `pg_catalog`.

Left out everywhere: system schemas, temporary schemas and what belongs to an extension.
"""

# `{n}` is the alias of pg_namespace, `{oid}` the object and `{catalog}` the system table that it is in.
_OURS = r"""
    {n}.nspname !~ '^pg_' AND {n}.nspname <> 'information_schema'
    AND NOT EXISTS (SELECT FROM pg_depend e WHERE e.classid = '{catalog}'::regclass AND e.objid = {oid} AND e.deptype = 'e')
"""


def _ours(n: str, oid: str, catalog: str) -> str:
    return _OURS.format(n=n, oid=oid, catalog=catalog)


_OUR_RELATION = _ours("n", "c.oid", "pg_class")

# A type as four columns: name, schema, dimensions, and its text with modifiers. Arrays are their element with a dimension.
_TYPE = """
    coalesce(te.typname, ty.typname) AS type_name, coalesce(tne.nspname, tn.nspname) AS type_schema,
    te.oid IS NOT NULL AS type_array
"""
_JOIN_TYPE = """
    JOIN pg_type ty ON ty.oid = {type} JOIN pg_namespace tn ON tn.oid = ty.typnamespace
    LEFT JOIN pg_type te ON te.oid = ty.typelem AND ty.typsubscript = 'array_subscript_handler'::regproc
    LEFT JOIN pg_namespace tne ON tne.oid = te.typnamespace
"""
# Before 14 a true array is told by its length and category.
_JOIN_TYPE_13 = _JOIN_TYPE.replace("ty.typsubscript = 'array_subscript_handler'::regproc", "ty.typlen = -1 AND ty.typcategory = 'A'")

SCHEMAS = f"SELECT n.nspname AS name FROM pg_namespace n WHERE {_ours('n', 'n.oid', 'pg_namespace')} ORDER BY 1"

RELATIONS = f"""
SELECT c.oid, n.nspname AS schema, c.relname AS name, c.relkind AS kind, c.relpersistence AS persistence, c.relreplident AS identity,
    CASE c.relkind WHEN 'p' THEN pg_get_partkeydef(c.oid) END AS partition_key, pg_get_expr(c.relpartbound, c.oid) AS partition
FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE c.relkind IN ('r', 'p', 'f', 'm', 'v', 'S', 'c') AND {_OUR_RELATION}
ORDER BY c.oid
"""

PARENTS = """
SELECT h.inhrelid AS child, n.nspname AS schema, c.relname AS name
FROM pg_inherits h JOIN pg_class c ON c.oid = h.inhparent JOIN pg_namespace n ON n.oid = c.relnamespace
ORDER BY h.inhrelid, h.inhseqno
"""


def columns(major: int) -> str:
    return f"""
SELECT a.attrelid AS relation, a.attname AS name, a.attnotnull AS not_null, a.attidentity AS identity, a.attgenerated AS generated,
    pg_get_expr(d.adbin, d.adrelid) AS default, greatest(a.attndims, 1) AS dimensions,
    CASE WHEN a.attcollation <> ty.typcollation THEN co.collname END AS collation,
    format_type(a.atttypid, a.atttypmod) AS type_text, {_TYPE}
FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid JOIN pg_namespace n ON n.oid = c.relnamespace
    {_join_type(major).format(type="a.atttypid")}
    LEFT JOIN pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
    LEFT JOIN pg_collation co ON co.oid = a.attcollation
WHERE a.attnum > 0 AND NOT a.attisdropped AND c.relkind IN ('r', 'p', 'f', 'm') AND {_OUR_RELATION}
ORDER BY a.attrelid, a.attnum
"""


def indexes(major: int) -> str:
    nulls = "i.indnullsnotdistinct" if major >= 15 else "false"
    return f"""
SELECT i.indexrelid AS oid, i.indrelid AS relation, ic.relname AS name, am.amname AS method, i.indnkeyatts AS key_count,
    i.indisunique AS unique, {nulls} AS nulls_not_distinct, i.indisvalid AND i.indisready AS valid, i.indisclustered AS clustered,
    i.indisreplident AS replica_identity, ic.reloptions AS storage, ts.spcname AS tablespace,
    pg_get_expr(i.indpred, i.indrelid, true) AS predicate,
    con.contype AS constraint, coalesce(con.condeferrable, false) AS deferrable, pn.nspname AS parent_schema, pc.relname AS parent_name,
    ARRAY(SELECT o.oprname::text FROM unnest(con.conexclop) WITH ORDINALITY u(op, n) JOIN pg_operator o ON o.oid = u.op ORDER BY u.n)
        AS operators
FROM pg_index i JOIN pg_class ic ON ic.oid = i.indexrelid JOIN pg_class c ON c.oid = i.indrelid JOIN pg_namespace n ON n.oid = c.relnamespace
    JOIN pg_am am ON am.oid = ic.relam
    LEFT JOIN pg_constraint con ON con.conindid = i.indexrelid AND con.contype IN ('p', 'u', 'x')
    LEFT JOIN pg_tablespace ts ON ts.oid = ic.reltablespace
    LEFT JOIN pg_inherits h ON h.inhrelid = i.indexrelid
    LEFT JOIN pg_class pc ON pc.oid = h.inhparent LEFT JOIN pg_namespace pn ON pn.oid = pc.relnamespace
WHERE c.relkind IN ('r', 'p', 'f', 'm') AND i.indislive AND {_OUR_RELATION}
ORDER BY c.oid, ic.relname
"""


# Each column of each index. `option` has bit 1 for DESC and bit 2 for NULLS FIRST; `collation` is set where it is not the
# column's own, and for an expression wherever it has one that is not the default, since its own can't be asked for.
KEYS = f"""
SELECT i.indexrelid AS index, k.n AS number, a.attname AS column, pg_get_indexdef(i.indexrelid, k.n::int, true) AS text,
    pg_indexam_has_property(ic.relam, 'can_order') AS ordered, i.indoption[k.n - 1]::int AS option,
    oc.opcname AS opclass, oc.opcdefault AS opclass_default, ia.attoptions AS opclass_options,
    CASE WHEN i.indcollation[k.n - 1] <> coalesce(a.attcollation, 100) THEN co.collname END AS collation
FROM pg_index i JOIN pg_class ic ON ic.oid = i.indexrelid JOIN pg_class c ON c.oid = i.indrelid JOIN pg_namespace n ON n.oid = c.relnamespace
    CROSS JOIN LATERAL generate_series(1, i.indnatts) AS k(n)
    JOIN pg_attribute ia ON ia.attrelid = i.indexrelid AND ia.attnum = k.n
    LEFT JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = i.indkey[k.n - 1] AND a.attnum <> 0
    LEFT JOIN pg_opclass oc ON k.n <= i.indnkeyatts AND oc.oid = i.indclass[k.n - 1]
    LEFT JOIN pg_collation co ON k.n <= i.indnkeyatts AND co.oid = i.indcollation[k.n - 1]
WHERE c.relkind IN ('r', 'p', 'f', 'm') AND i.indislive AND {_OUR_RELATION}
ORDER BY i.indexrelid, k.n
"""

DEFINITION = "SELECT pg_get_indexdef(%s::oid)"


# A foreign key to a partitioned table has one more row for each of its partitions, on the same table: not keys of their own.
def foreign_keys(major: int) -> str:
    enforced = "con.conenforced" if major >= 18 else "true"
    names = """ARRAY(SELECT a.attname::text FROM unnest({numbers}) WITH ORDINALITY u(number, n)
        JOIN pg_attribute a ON a.attrelid = {relation} AND a.attnum = u.number ORDER BY u.n)"""
    return f"""
SELECT con.conrelid AS relation, con.conname AS name, {names.format(numbers="con.conkey", relation="con.conrelid")} AS columns,
    rn.nspname AS ref_schema, rc.relname AS ref_table, {names.format(numbers="con.confkey", relation="con.confrelid")} AS ref_columns,
    con.confdeltype AS on_delete, con.confupdtype AS on_update, con.confmatchtype AS match, con.condeferrable AS deferrable,
    con.condeferred AS deferred, con.convalidated AS validated, con.conparentid <> 0 AS inherited, {enforced} AS enforced
FROM pg_constraint con JOIN pg_class c ON c.oid = con.conrelid JOIN pg_namespace n ON n.oid = c.relnamespace
    JOIN pg_class rc ON rc.oid = con.confrelid JOIN pg_namespace rn ON rn.oid = rc.relnamespace
    LEFT JOIN pg_constraint parent ON parent.oid = con.conparentid
WHERE con.contype = 'f' AND (parent.oid IS NULL OR parent.conrelid <> con.conrelid) AND {_OUR_RELATION}
ORDER BY con.conrelid, con.conname
"""


CHECKS = f"""
SELECT con.conrelid AS relation, con.conname AS name, pg_get_expr(con.conbin, con.conrelid, true) AS expression, con.connoinherit AS no_inherit
FROM pg_constraint con JOIN pg_class c ON c.oid = con.conrelid JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE con.contype = 'c' AND {_OUR_RELATION}
ORDER BY con.conrelid, con.conname
"""

# The last count of ANALYZE, or what the statistics have counted since if that is more. -1 where nobody has counted yet, which PostgreSQL 13
# shows as no rows on no pages.
def rows(major: int) -> str:
    unknown = "c.reltuples < 0" if major >= 14 else "c.reltuples = 0 AND c.relpages = 0 AND pg_stat_get_live_tuples(c.oid) = 0"
    return f"""
SELECT n.nspname, c.relname, CASE WHEN {unknown} THEN -1 ELSE greatest(c.reltuples::float8, pg_stat_get_live_tuples(c.oid)) END
FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE c.relkind IN ('r', 'm') AND {_OUR_RELATION}
"""


UNPROVEN = f"""
SELECT n.nspname, c.relname, con.conname
FROM pg_constraint con JOIN pg_class c ON c.oid = con.conrelid JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE con.contype = 'c' AND NOT con.convalidated AND {_OUR_RELATION}
"""

# That of a new session of this user in this database.
SEARCH_PATH = "SELECT reset_val FROM pg_settings WHERE name = 'search_path'"

ENUMS = f"""
SELECT n.nspname AS schema, t.typname AS name, array_agg(e.enumlabel::text ORDER BY e.enumsortorder) AS labels
FROM pg_type t JOIN pg_namespace n ON n.oid = t.typnamespace JOIN pg_enum e ON e.enumtypid = t.oid
WHERE {_ours("n", "t.oid", "pg_type")}
GROUP BY 1, 2 ORDER BY 1, 2
"""


def domains(major: int) -> str:
    return f"""
SELECT n.nspname AS schema, t.typname AS name, t.typnotnull AS not_null, greatest(t.typndims, 1) AS dimensions,
    format_type(t.typbasetype, t.typtypmod) AS type_text, {_TYPE},
    ARRAY(SELECT pg_get_expr(con.conbin, 0, true) FROM pg_constraint con WHERE con.contypid = t.oid AND con.contype = 'c'
        ORDER BY con.conname) AS checks
FROM pg_type t JOIN pg_namespace n ON n.oid = t.typnamespace {_join_type(major).format(type="t.typbasetype")}
WHERE t.typtype = 'd' AND {_ours("n", "t.oid", "pg_type")}
ORDER BY 1, 2
"""


def functions(major: int) -> str:
    argument = f"""ARRAY(SELECT ARRAY[coalesce(te.typname, ty.typname), coalesce(tne.nspname, tn.nspname), (te.oid IS NOT NULL)::text]::text[]
        FROM unnest(p.proargtypes) WITH ORDINALITY u(type, n) {_join_type(major).format(type="u.type")} ORDER BY u.n)"""
    return f"""
SELECT n.nspname AS schema, p.proname AS name, p.provolatile AS volatility, {argument} AS arguments, 1 AS dimensions, '' AS type_text, {_TYPE}
FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace {_join_type(major).format(type="p.prorettype")}
WHERE p.prokind = 'f' AND {_ours("n", "p.oid", "pg_proc")}
ORDER BY n.nspname, p.proname, p.proargtypes::text
"""


EXTENSIONS = """
SELECT e.extname AS name, n.nspname AS schema FROM pg_extension e JOIN pg_namespace n ON n.oid = e.extnamespace
WHERE e.extname <> 'plpgsql' ORDER BY 1
"""

COLLATIONS = f"""
SELECT n.nspname AS schema, c.collname AS name FROM pg_collation c JOIN pg_namespace n ON n.oid = c.collnamespace
WHERE {_ours("n", "c.oid", "pg_collation")} ORDER BY 1, 2
"""

OPCLASSES = f"""
SELECT am.amname AS method, c.opcname AS name
FROM pg_opclass c JOIN pg_am am ON am.oid = c.opcmethod JOIN pg_namespace n ON n.oid = c.opcnamespace
WHERE {_ours("n", "c.oid", "pg_opclass")} ORDER BY 1, 2
"""


def _join_type(major: int) -> str:
    return _JOIN_TYPE if major >= 14 else _JOIN_TYPE_13
