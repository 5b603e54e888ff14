"""What specs say can't break out of its place in a migration, whichever runner it is for: the migrations are run, up and down.

Everything in a project is hostile: names of schemas, tables, columns and indexes, strings and names in predicates and expressions, reasons, and the
names of spec files. What should come out is made by the server from SQL that this test quotes by itself.
"""

import json
import os
import re
from contextlib import closing
from itertools import count
from pathlib import Path
from typing import NamedTuple

import pytest
import yaml
from conftest import missing
from hostile_text import constants, cut, names, quoted_name, text
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from verify_projects import Project

from broxspec.components import ComponentMissing
from broxspec.rehearsal import scripts
from broxspec.rehearsal.attempt import Failed
from broxspec.rehearsal.deployment import Files, deployment
from broxspec.rehearsal.snapshot import differences, snapshot
from broxspec.runners import load

# How many projects each runner gets in one run; a project has up to nine operations. Where a program is started for each, fewer.
RUNNERS = {
    "psql": ("", 8), "prisma 6": ("6.2", 5), "prisma 7.10": ("7.10", 5), "dbmate": ("", 6), "goose": ("", 6), "flyway": ("", 6),
    "golang-migrate": ("", 6), "alembic": ("", 3), "django": ("", 3),
}  # fmt: skip
SOAK = settings().max_examples > 100
PHASES = [Phase.explicit, Phase.reuse, Phase.generate, *([Phase.shrink] if SOAK else [])]
# Lines that begin with what psql takes for a command of its own, and other runners for a mark: `schema.sql` is read as a file for any of them.
_MARKED = re.compile(r"[\n\r][ \t]*(?:\\|--)")
CANARY = "CREATE TABLE canary (alive int); INSERT INTO canary VALUES (1); CREATE VIEW canary_view AS SELECT alive FROM canary;"
_NUMBERS = count(1)


class Wanted(NamedTuple):
    """An index: its entry in a spec, and the statement that makes it."""

    entry: dict
    statement: str


class Case(NamedTuple):
    """A project: the schema before, documents by the name of their file, and what makes the schema after from that before."""

    before: list[str]
    documents: dict[str, list[dict]]
    after: list[str]


@st.composite
def cases(draw):
    schema = draw(st.one_of(st.just("public"), names().map(lambda name: name.replace(".", "·")).map(lambda name: cut(name, 63)).filter(lambda name: not name.startswith("pg_"))))
    before = [] if schema == "public" else [f"CREATE SCHEMA {quoted_name(schema)}"]
    after: list[str] = []
    documents: dict[str, list[dict]] = {}
    taken = {"canary", "canary_view"}
    for _ in range(draw(st.integers(1, 2))):
        table = draw(_fresh(taken))
        columns = draw(st.lists(names(), min_size=4, max_size=4, unique=True))
        number, note, tags, other = columns
        relation = f"{quoted_name(schema)}.{quoted_name(table)}"
        types = ("int", "text", "int[]", "int")
        before.append(f"CREATE TABLE {relation} ({', '.join(f'{quoted_name(c)} {t}' for c, t in zip(columns, types, strict=True))})")
        entries = []
        for change in draw(st.lists(st.sampled_from(["create", "create", "create", "adopt", "drop", "replace", "rename"]), min_size=1, max_size=4)):
            wanted = draw(_indexes(taken, schema, relation, columns))
            former = draw(_fresh(taken))
            if change == "adopt":
                before.append(f"CREATE INDEX {quoted_name(wanted.entry['name'])} ON {relation} ({quoted_name(other)}, {quoted_name(number)}, {quoted_name(note)})")
                after.append(f"DROP INDEX {quoted_name(schema)}.{quoted_name(wanted.entry['name'])}")
                wanted.entry["adopt"] = True
            elif change in ("drop", "replace"):
                before.append(f"CREATE INDEX {quoted_name(former)} ON {relation} ({quoted_name(other)}, {quoted_name(note)})")
                after.append(f"DROP INDEX {quoted_name(schema)}.{quoted_name(former)}")
                if change == "drop":
                    entries.append({"drop": former, "why": draw(text())})
                    continue
                wanted.entry["replaces"] = former
            elif change == "rename" and not _MARKED.search(wanted.statement):
                before.append(wanted.statement.replace(quoted_name(wanted.entry["name"]), quoted_name(former), 1))
                after.append(f"DROP INDEX {quoted_name(schema)}.{quoted_name(former)}")
                wanted.entry["replaces"] = former
            after.append(wanted.statement)
            entries.append(wanted.entry)
        documents[draw(_file_names(documents))] = [{"kind": "indexes", "table": f"{schema}.{table}", "indexes": entries}]
    return Case(before, documents, after)


@st.composite
def _indexes(draw, taken, schema, relation, columns):
    number, note, tags, other = columns
    name = draw(_fresh(taken))
    entry: dict = {"name": name, "why": draw(text())}
    value = draw(constants())
    keys: list = [{"column": number}]
    sql = quoted_name(number)
    if draw(st.booleans()):
        expression = draw(st.sampled_from([
            f"coalesce({quoted_name(note)}, {value})", f"({quoted_name(note)} || {value})", f"{quoted_name(tags)}[1:{quoted_name(other)}]",
        ]))  # fmt: skip
        keys.append({"expression": expression})
        sql += f", ({expression}\n)"
    entry["columns"] = keys
    statement = f"CREATE INDEX {quoted_name(name)} ON {relation} ({sql})"
    if draw(st.booleans()):
        entry["include"] = [other]
        statement += f" INCLUDE ({quoted_name(other)})"
    if draw(st.integers(0, 3)):
        more = draw(st.sampled_from(["", "", f" AND {quoted_name(tags)}[1:{quoted_name(number)}] <> '{{}}'", f"\n OR {quoted_name(other)} > 0 -- {{x}} it's"]))
        predicate = f"{quoted_name(note)} <> {draw(constants())}{more}"
        entry["where"] = predicate
        statement += f" WHERE {predicate}\n"
    return Wanted(entry, statement)


def _fresh(taken):
    """Names that are given once; a room for what a runner puts behind."""

    def keep(name):
        if name in taken:
            return False
        taken.add(name)
        return True

    return names().filter(keep)


def _file_names(taken):
    safe = text().map(lambda name: cut(name.replace("/", "∕").lstrip("."), 150) + ".yaml")
    return safe.filter(lambda name: name not in taken and name not in (".yaml", "database.yaml"))


def project(folder: Path, case: Case, runner: str, version: str) -> Project:
    name = runner.split()[0]
    made = Project(folder, schema=";\n".join([*case.before, CANARY]), indexes="")
    (folder / "specs/indexes.yaml").unlink()
    settings_of = {"name": name} | ({"version": version} if version else {}) | ({"app": "shop"} if name == "django" else {})
    about = {"kind": "database", "name": "shop", "server_version": 15, "schema": "schema.sql", "runner": settings_of, "migrations": "migrations"}
    made.write("specs/database.yaml", yaml.safe_dump(about))
    for path, documents in case.documents.items():
        made.write(f"specs/{path}", yaml.safe_dump_all(documents))
    return made


def files(made: Project, runner: str) -> Files:
    module = load(runner)
    folder = made.folder / "migrations"
    paths: dict[str, list[str]] = {"up": [], "down": [], "repair": []}
    lock = made.read("generated/shop.migrations.lock")
    for line in lock.split("\n"):
        word, _, rest = line.partition(" ")
        if word == "file":
            path, at = json.JSONDecoder().raw_decode(rest)
            about = json.loads(rest[at:])
            if about["role"] in paths:
                paths[about["role"]].append(f"generated/{path}" if about["role"] == "repair" else f"migrations/{path}")
    order = {name: number for number, name in enumerate(module.in_order(folder, module.names(folder)))}

    def place(path):
        return order[module.name_of(path.removeprefix("migrations/"))]

    return Files(made.folder, folder, tuple(sorted(paths["up"], key=place)), tuple(sorted(paths["down"], key=place, reverse=True)), tuple(paths["repair"]))


@pytest.mark.parametrize("runner", RUNNERS)
def test_migrations_do_what_specs_ask_for_and_nothing_else(runner, postgres, tmp_path, monkeypatch):
    version, examples = RUNNERS[runner]
    # What a shell or psql would write by a relative name, it would write here.
    empty = tmp_path / "empty"
    empty.mkdir()
    monkeypatch.chdir(empty)
    roles = _roles(postgres)

    # To make a failing project smaller takes minutes, so it is done in a soak alone.
    @settings(max_examples=examples * (50 if SOAK else 1), suppress_health_check=list(HealthCheck), phases=PHASES)
    @given(cases())
    def proven(case):
        made = project(tmp_path / f"project{next(_NUMBERS)}" / "shop", case, runner, version)
        ran = made.broxspec("compile")
        assert ran.code == 0, (ran.out + ran.err)[-3000:]
        _rehearse(postgres, case, made, runner.split()[0], version)
        ran = made.broxspec("compile", "--check")
        assert ran.code == 0, (ran.out + ran.err)[-3000:]
        made.compile("--release").compile("--check")
        assert os.listdir(empty) == []

    proven()
    assert _roles(postgres) == roles


def _rehearse(postgres, case, made, runner, version):
    target, work = (f"injected_{next(_NUMBERS)}" for _ in range(2))
    try:
        with closing(deployment(runner, postgres, files(made, runner), version)) as how:
            for database in (target, work):
                postgres.createdb(database)
            how.prepare(work)
            for database in (target, work):
                _run(postgres, database, [*case.before, CANARY])
            before = _seen(postgres, work, how.tables)
            _run(postgres, target, case.after)
            wanted = _seen(postgres, target, how.tables)
            how.baseline(work)
            how.deploy(work)
            assert differences(wanted, _seen(postgres, work, how.tables)) == []
            how.again(work)
            if (repairs := files(made, runner).repairs) and runner != "psql":
                scripts.run(postgres, work, made.folder, repairs)
            assert differences(wanted, _seen(postgres, work, how.tables)) == []
            how.down(work)
            assert differences(before, _seen(postgres, work, how.tables)) == []
            with postgres.connect(work) as connection:
                assert connection.execute(b"SELECT alive FROM canary_view").fetchall() == [(1,)]
    except ComponentMissing as reason:
        missing(runner, str(reason))
    except Failed as failed:
        text = (made.folder / failed.path).read_text("utf-8") if failed.path else ""
        raise AssertionError(f"{failed.path}:{failed.line}: {failed.message}\n{text}") from failed
    finally:
        for database in (target, work):
            postgres.psql("postgres", f'DROP DATABASE IF EXISTS "{database}" WITH (FORCE)')


def _run(postgres, database, statements):
    with postgres.connect(database) as connection:
        for statement in statements:
            connection.execute(statement.encode(), prepare=False)


def _seen(postgres, database, without):
    with postgres.connect(database) as connection:
        return snapshot(connection, (*without, *(f"{table}_id_seq" for table in without)))


def _roles(postgres):
    with postgres.connect("postgres") as connection:
        return connection.execute(b"SELECT rolname FROM pg_roles ORDER BY 1").fetchall()
