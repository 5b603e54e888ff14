"""Snapshot: a whole database as lines of text, made by the server's own functions. Two databases are the same when their lines are."""

from typing import Any, NamedTuple

# What a migration of indexes could disturb, and what it must not. Object ids, statistics and sizes are left out.
_LINES = """
WITH ours AS (
    SELECT c.*, n.nspname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE n.nspname !~ '^pg_' AND n.nspname <> 'information_schema' AND c.relname <> ALL (%(without)s)
      AND NOT EXISTS (SELECT FROM pg_index i JOIN pg_class t ON t.oid = i.indrelid
          WHERE i.indexrelid = c.oid AND t.relname = ANY (%(without)s))
      AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.classid = 'pg_class'::regclass AND d.objid = c.oid AND d.deptype = 'e')
)
-- The part of a partitioned index is what it is, whatever it is called.
SELECT CASE WHEN part.whole IS NULL THEN 'index' ELSE 'the part in ' || t.relname || ' of index' END, nspname, coalesce(part.whole, ours.relname),
    CASE WHEN part.whole IS NULL THEN pg_get_indexdef(i.indexrelid) ELSE 'CREATE ' || CASE WHEN i.indisunique THEN 'UNIQUE ' ELSE '' END || 'INDEX ON '
        || substr(pg_get_indexdef(i.indexrelid), 1 + length('CREATE ' || CASE WHEN i.indisunique THEN 'UNIQUE ' ELSE '' END || 'INDEX ' || quote_ident(ours.relname) || ' ON ')) END
    || CASE WHEN i.indisvalid THEN '' ELSE ' (invalid)' END || CASE WHEN i.indisready THEN '' ELSE ' (not ready)' END
    || CASE WHEN i.indisclustered THEN ' (clustered on)' ELSE '' END || CASE WHEN i.indisreplident THEN ' (replica identity)' ELSE '' END
    || coalesce(' (in ' || s.spcname || ')', '') || CASE WHEN ours.relispartition THEN ' (attached)' ELSE '' END
    FROM pg_index i JOIN ours ON ours.oid = i.indexrelid JOIN pg_class t ON t.oid = i.indrelid LEFT JOIN pg_tablespace s ON s.oid = ours.reltablespace
    LEFT JOIN LATERAL (SELECT w.relname AS whole FROM pg_class w WHERE ours.relispartition AND w.oid = pg_partition_root(i.indexrelid)) part ON true
UNION ALL
SELECT 'relation', nspname, relname, relkind::text || relpersistence::text || relreplident::text || relispartition::text
    || coalesce(' ' || reloptions::text, '') || coalesce(' ' || pg_get_viewdef(CASE WHEN relkind IN ('v', 'm') THEN oid END), '')
    FROM ours WHERE relkind NOT IN ('i', 'I')
UNION ALL
SELECT 'column', nspname, relname || '.' || attname, attnum || ' ' || format_type(atttypid, atttypmod)
    || CASE WHEN attnotnull THEN ' not null' ELSE '' END || attidentity::text || attgenerated::text
    || coalesce(' default ' || pg_get_expr(d.adbin, d.adrelid), '') || coalesce(' collate ' || o.collname, '')
    FROM pg_attribute a JOIN ours ON ours.oid = a.attrelid LEFT JOIN pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
    LEFT JOIN pg_collation o ON o.oid = a.attcollation
    WHERE a.attnum > 0 AND NOT a.attisdropped AND ours.relkind NOT IN ('i', 'I')
UNION ALL
SELECT 'constraint', nspname, relname || '.' || conname, pg_get_constraintdef(con.oid) || CASE WHEN convalidated THEN '' ELSE ' (not valid)' END
    FROM pg_constraint con JOIN ours ON ours.oid = con.conrelid
UNION ALL
SELECT 'trigger', nspname, relname || '.' || tgname, pg_get_triggerdef(t.oid) FROM pg_trigger t JOIN ours ON ours.oid = t.tgrelid WHERE NOT tgisinternal
UNION ALL
SELECT 'function', n.nspname, p.proname || '(' || pg_get_function_identity_arguments(p.oid) || ')', md5(pg_get_functiondef(p.oid)) FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace
    WHERE n.nspname !~ '^pg_' AND n.nspname <> 'information_schema' AND p.prokind <> 'a'
      AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.classid = 'pg_proc'::regclass AND d.objid = p.oid AND d.deptype = 'e')
UNION ALL
SELECT 'extension', n.nspname, extname, extversion FROM pg_extension e JOIN pg_namespace n ON n.oid = e.extnamespace
ORDER BY 1, 2, 3, 4
"""


class Line(NamedTuple):
    """One object: what it is, its schema and name, and all else about it as the server prints it."""

    kind: str
    schema: str
    name: str
    text: str

    def __str__(self) -> str:
        name = self.name if self.schema == "public" else f"{self.schema}.{self.name}"
        return f"{self.kind} `{name}`"


class Difference(NamedTuple):
    """An object that is not as it should be. `wanted` or `found` is None where it should not be there, or is not."""

    object: Line
    wanted: str | None
    found: str | None

    def __str__(self) -> str:
        if self.found is None:
            return f"{self.object} is missing"
        if self.wanted is None:
            return f"{self.object} is there and should not be: {self.found}"
        return f"{self.object} is `{self.found}`, not `{self.wanted}`"


Snapshot = frozenset[Line]


def snapshot(connection: Any, without: tuple[str, ...] = ()) -> Snapshot:
    """All objects of a database, except tables `without` (the runner's own) and what belongs to an extension."""
    # Names outside pg_catalog are then printed with their schema, whatever the database's own search path is.
    connection.execute("SET search_path = pg_catalog")
    rows = connection.execute(_LINES, {"without": list(without)}).fetchall()
    connection.execute("RESET search_path")
    return frozenset(Line(*row) for row in rows)


def differences(wanted: Snapshot, found: Snapshot) -> list[Difference]:
    """What distinguishes two databases, sorted by object."""
    ours = {line[:3]: line for line in wanted - found}
    theirs = {line[:3]: line for line in found - wanted}
    result = []
    for key in sorted(ours.keys() | theirs.keys()):
        one, other = ours.get(key), theirs.get(key)
        result.append(Difference(one or other, one and one.text, other and other.text))  # type: ignore[arg-type]
    return result
