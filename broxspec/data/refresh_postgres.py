"""Write what PostgreSQL's own catalog says into `broxspec/data/postgres/*.tsv`.

    python -m broxspec.data.refresh_postgres --server "host=/tmp/s dbname=postgres user=postgres" --date 2026-11-22
    python -m broxspec.data.refresh_postgres --bindir /usr/lib/postgresql/15/bin --date 2026-11-22

One run reads one server and replaces the facts of that server's major; facts of the other majors stay.
Creates and drops scratch databases on the server, so point it at a throw-away one. With `--bindir` it makes
and removes such a server itself (as `nobody` when run by root, which PostgreSQL refuses to run as).

The files hold one fact per line, tab separated, sorted, with a last column that names the majors for which
the line is true (`13-18`, `13-14,16`). One file for all majors is a fifth of the size of six, a change
between majors is readable in it, and a lookup by first column is a substring search in a text that is
never split (see `broxspec/postgres/tables.py`).
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

DATA = Path(__file__).parent / "postgres"
SCRATCH = "broxspec_refresh"

#: Extensions of PostgreSQL's own distribution that define types, functions, operators or operator
#: classes that an index, a check or a query may name. Extensions for administration are left out.
CONTRIB = (
    "bloom", "btree_gin", "btree_gist", "citext", "cube", "dict_int", "dict_xsyn", "earthdistance", "fuzzystrmatch",
    "hstore", "intarray", "isn", "lo", "ltree", "pg_trgm", "pgcrypto", "seg", "tablefunc", "tsm_system_rows",
    "tsm_system_time", "unaccent", "uuid-ossp", "xml2",
)

#: Arguments and results that no SQL expression can have: support functions of types, methods and languages.
INTERNAL_TYPES = (
    "internal", "cstring", "trigger", "event_trigger", "language_handler", "fdw_handler", "index_am_handler",
    "table_am_handler", "tsm_handler",
)

#: topic → (column names, query). Every query yields text columns; `{member}` is the condition that
#: an object is built in, or belongs to the extension at hand.
TOPICS: dict[str, tuple[str, str]] = {
    "types": (
        "name kind category preferred length collatable element array over input output",
        """
        select t.typname, t.typtype, t.typcategory, case when t.typispreferred then 'p' else '' end, t.typlen,
          case when t.typcollation <> 0 then 'c' else '' end,
          coalesce((select e.typname from pg_type e where e.oid = t.typelem and t.typcategory = 'A'), ''),
          coalesce((select a.typname from pg_type a where a.oid = t.typarray), ''),
          coalesce((select s.typname from pg_range r join pg_type s on s.oid = r.rngsubtype
            where r.rngtypid = t.oid {or_multirange}), (select b.typname from pg_type b where b.oid = t.typbasetype), ''),
          (select p.provolatile from pg_proc p where p.oid = t.typinput),
          (select p.provolatile from pg_proc p where p.oid = t.typoutput)
        from pg_type t
        where t.typtype in ('b', 'r', 'm', 'p', {domain}) and {member} and t.typname not like '\\_\\_%'
            and not exists (select from pg_type t2 where t2.oid = t.typelem and t2.typtype in ('c', 'd'))
          or t.typcategory = 'A' and exists (select from pg_type t2 where t2.typarray = t.oid
            and t2.typtype in ('b', 'r', 'm', 'p', {domain}) and {element_member})
        """,
    ),
    "functions": (
        "name arguments result flags",
        """
        select p.proname,
          coalesce((select string_agg(t.typname, ' ' order by n) from unnest(p.proargtypes) with ordinality u(t, n)
            join pg_type t on t.oid = u.t), ''),
          (select t.typname from pg_type t where t.oid = p.prorettype),
          p.prokind::text || p.provolatile::text || case when p.proisstrict then 's' else '' end
            || case when p.proretset then 'r' else '' end
            || case when p.prolang = (select oid from pg_language where lanname = 'sql') then 'q' else '' end
            || case when p.provariadic <> 0 then 'v' else '' end
            || case when p.pronargdefaults > 0 then p.pronargdefaults::text else '' end
        from pg_proc p
        where {member} and p.prokind <> 'p' and not exists (select from pg_type t where t.typname = any({internal})
          and (t.oid = p.prorettype or t.oid = any(p.proargtypes)))
        """,
    ),
    "operators": (
        "name left right result function volatility commutator negator",
        """
        select o.oprname, coalesce((select typname from pg_type where oid = o.oprleft), ''),
          (select typname from pg_type where oid = o.oprright), (select typname from pg_type where oid = o.oprresult),
          p.proname, p.provolatile::text || case when p.proisstrict then 's' else '' end,
          coalesce((select c.oprname from pg_operator c where c.oid = o.oprcom), ''),
          coalesce((select c.oprname from pg_operator c where c.oid = o.oprnegate), '')
        from pg_operator o join pg_proc p on p.oid = o.oprcode where {member} and o.oprright <> 0
        """,
    ),
    "casts": (
        "source target context method volatility",
        """
        select s.typname, t.typname, c.castcontext, c.castmethod, coalesce(p.provolatile::text, '')
        from pg_cast c join pg_type s on s.oid = c.castsource join pg_type t on t.oid = c.casttarget
        left join pg_proc p on p.oid = c.castfunc where {member}
        """,
    ),
    "opclasses": (
        "method name type family default keytype",
        """
        select m.amname, o.opcname, t.typname, f.opfname, case when o.opcdefault then 'd' else '' end,
          coalesce((select k.typname from pg_type k where k.oid = o.opckeytype), '')
        from pg_opclass o join pg_am m on m.oid = o.opcmethod join pg_type t on t.oid = o.opcintype
        join pg_opfamily f on f.oid = o.opcfamily where {member}
        """,
    ),
    "methods": (
        "name properties",
        """
        select m.amname, (select string_agg(p, ' ' order by p) from unnest(
          '{{can_order,can_unique,can_multi_col,can_exclude,can_include}}'::text[]) p where pg_indexam_has_property(m.oid, p))
        from pg_am m where m.amtype = 'i' and {member}
        """,
    ),
    # Collations that initdb takes from the operating system have OIDs it counts up itself: they vary by machine.
    "collations": (
        "name provider deterministic encoding",
        """
        select c.collname, c.collprovider, case when c.collisdeterministic then 'd' else '' end,
          case when c.collencoding < 0 then '' else pg_encoding_to_char(c.collencoding) end
        from pg_collation c where {member} and (c.oid < 10000 or c.collname = 'ucs_basic')
        """,
    ),
    "keywords": ("word category", "select word, catcode from pg_get_keywords() where {builtin}"),
    "extensions": (
        "name version trusted requires",
        """
        select v.name, v.version, case when v.trusted then 't' else '' end, coalesce(array_to_string(v.requires, ' '), '')
        from pg_available_extension_versions v join pg_available_extensions a on a.name = v.name and a.default_version = v.version
        where {builtin} and v.name = any({contrib})
        """,
    ),
}
CATALOG_OF = {"types": "t", "functions": "p", "operators": "o", "casts": "c", "opclasses": "o", "methods": "m", "collations": "c"}
#: Topics whose lines end in the extension that brings the fact.
EXTENSIBLE = tuple(topic for topic in CATALOG_OF if topic != "collations")


def covered(majors: set[int]) -> str:
    """`{13, 14, 16}` → `13-14,16`."""
    parts: list[list[int]] = []
    for major in sorted(majors):
        if parts and parts[-1][1] == major - 1:
            parts[-1][1] = major
        else:
            parts.append([major, major])
    return ",".join(str(first) if first == last else f"{first}-{last}" for first, last in parts)


def majors_of(text: str) -> set[int]:
    """The inverse of `covered`."""
    ends = [part.split("-") for part in text.split(",")]
    return {major for end in ends for major in range(int(end[0]), int(end[-1]) + 1)}


def literal(values: tuple[str, ...]) -> str:
    return "array[" + ", ".join("'" + value + "'" for value in values) + "]"


def query_of(topic: str, extension: str, major: int) -> str:
    """The query that reads `topic`'s facts that are built in (`extension` empty) or that `extension` owns."""
    alias = CATALOG_OF.get(topic, "")

    def member(name: str) -> str:
        if not extension:
            return f"{name}.oid < 16384"
        return (
            f"exists (select from pg_depend d join pg_extension e on e.oid = d.refobjid and d.refclassid = 'pg_extension'::regclass"
            f" where d.deptype = 'e' and d.objid = {name}.oid and d.classid = {name}.tableoid and e.extname = '{extension}')"
        )

    return TOPICS[topic][1].format(
        member=member(alias), element_member=member("t2"), builtin="true" if not extension else "false",
        internal=literal(INTERNAL_TYPES), contrib=literal(CONTRIB),
        # The only built-in domains are those of the information schema.
        domain="'d'" if extension else "'b'",
        or_multirange="or r.rngmultitypid = t.oid" if major >= 14 else "",
    )


def rows_of(connection: Any, topic: str, extension: str, major: int) -> Iterator[tuple[str, ...]]:
    for row in connection.execute(query_of(topic, extension, major)).fetchall():
        fact = tuple("" if value is None else str(value) for value in row)
        yield (*fact, extension) if topic in EXTENSIBLE else fact


def extract(dsn: str) -> tuple[int, str, dict[str, set[tuple[str, ...]]]]:
    """What the server at `dsn` knows: its major, its version, and the facts by topic."""
    import psycopg

    facts: dict[str, set[tuple[str, ...]]] = {topic: set() for topic in TOPICS}
    with psycopg.connect(dsn, autocommit=True) as server:
        version = server.execute("show server_version").fetchone()[0].split()[0]
        major = server.info.server_version // 10000
        available = {row[0] for row in server.execute("select name from pg_available_extensions")}
        for extension in ("", *(name for name in CONTRIB if name in available)):
            server.execute(f"drop database if exists {SCRATCH}")
            server.execute(f"create database {SCRATCH} template template0")
            with psycopg.connect(dsn, dbname=SCRATCH, autocommit=True) as scratch:
                if extension:
                    scratch.execute(f'create extension "{extension}" cascade')
                for topic in TOPICS:
                    facts[topic].update(rows_of(scratch, topic, extension, major))
        server.execute(f"drop database {SCRATCH}")
    return major, version, facts


def read(path: Path) -> dict[tuple[str, ...], set[int]]:
    if not path.exists():
        return {}
    lines = [line for line in path.read_text("utf-8").splitlines() if not line.startswith("# ")]
    return {tuple(fields[:-1]): majors_of(fields[-1]) for fields in (line.split("\t") for line in lines)}


def write(topic: str, major: int, facts: set[tuple[str, ...]]) -> None:
    """Replace what `topic`'s file says of `major`."""
    path = DATA / f"{topic}.tsv"
    known = {fact: majors - {major} for fact, majors in read(path).items()}
    for fact in facts:
        known.setdefault(fact, set()).add(major)
    columns = TOPICS[topic][0] + (" extension" if topic in EXTENSIBLE else "") + " majors"
    lines = [f"# {columns}", *sorted("\t".join((*fact, covered(majors))) for fact, majors in known.items() if majors)]
    path.write_text("\n".join(lines) + "\n", "utf-8", newline="\n")


def write_source(major: int, version: str, date: str) -> None:
    path = DATA / "sources.tsv"
    known = {line.split("\t")[0]: line for line in path.read_text("utf-8").splitlines()[1:]} if path.exists() else {}
    known[str(major)] = f"{major}\tPostgreSQL {version}\t{date}"
    path.write_text("\n".join(["# major source extracted", *(known[key] for key in sorted(known, key=int))]) + "\n", "utf-8", newline="\n")


@contextmanager
def server_from(bindir: Path) -> Iterator[str]:
    """A throw-away server on a Unix socket in a directory of its own, from the programs in `bindir`."""
    with tempfile.TemporaryDirectory(prefix="broxspec-") as home:
        unprivileged: dict[str, Any] = {}
        if os.geteuid() == 0:
            import pwd

            nobody = pwd.getpwnam("nobody")
            os.chown(home, nobody.pw_uid, nobody.pw_gid)
            unprivileged = {"user": nobody.pw_uid, "group": nobody.pw_gid, "extra_groups": []}

        def run(*command: str) -> None:
            subprocess.run(command, check=True, stdout=subprocess.DEVNULL, cwd=home, **unprivileged)

        data = f"{home}/data"
        run(f"{bindir}/initdb", "-D", data, "-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C", "-N")
        options = f"-c listen_addresses= -c unix_socket_directories={home} -c fsync=off"
        run(f"{bindir}/pg_ctl", "-D", data, "-w", "-l", f"{home}/log", "-o", options, "start")
        try:
            yield f"host={home} user=postgres dbname=postgres"
        finally:
            run(f"{bindir}/pg_ctl", "-D", data, "-w", "-m", "immediate", "stop")


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    where = parser.add_mutually_exclusive_group(required=True)
    where.add_argument("--server", metavar="DSN", help="a running throw-away server (superuser)")
    where.add_argument("--bindir", metavar="DIR", type=Path, help="where initdb, pg_ctl and postgres are")
    parser.add_argument("--date", default="", help="day of the extraction, kept in sources.tsv")
    options = parser.parse_args(arguments)
    if options.server:
        major, version, facts = extract(options.server)
    else:
        with server_from(options.bindir) as dsn:
            major, version, facts = extract(dsn)
    DATA.mkdir(exist_ok=True)
    for topic in TOPICS:
        write(topic, major, facts[topic])
    write_source(major, version, options.date)
    print(f"PostgreSQL {version}: " + ", ".join(f"{len(facts[topic])} {topic}" for topic in TOPICS), file=sys.stderr)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
