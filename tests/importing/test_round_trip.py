"""What is imported is what is there: on every schema of the corpus, and on schemas that nobody would write."""

import re
import shutil
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
import yaml
from conftest import corpus_folder
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from broxspec.catalog.model import Name
from broxspec.catalog.sql import read_sql
from broxspec.importing.document import CONSTRAINT, UNSAYABLE, document
from broxspec.importing.file_names import file_names
from broxspec.kinds.indexes.model import identity, read, resolve
from broxspec.migrations.state import same
from broxspec.quoting.sql import identifier, literal, qualified
from broxspec.source import Source
from broxspec.specs.parse import parse
from broxspec.specs.validate import validate
from catalog.sql_histories import History

FILES = sorted(path for form in ("sql/*.sql", "prisma/*.prisma", "prisma/*.ddl.sql") for path in corpus_folder().glob(form))
CHANGED = "idx_of_a_change"


def about(diagnostics: list[dict[str, Any]]) -> Counter[str]:
    """What findings are about, without their places, which in lint are those of the specs."""
    return Counter(f"{found['code']} {sorted(found['subject'].items())}" for found in diagnostics)


@pytest.mark.parametrize("file", FILES or [None], ids=[path.name for path in FILES] or ["(no corpus)"])
def test_of_the_corpus(file: Path, folder: Any, corpus: Path) -> None:
    shutil.copy(file, folder.path / file.name)
    audited = folder(f"audit {file.name} --format json").json
    imported = folder(f"import {file.name}")
    assert imported.code == 0, imported.err
    linted = folder("lint --format json").json
    assert about(linted["diagnostics"]) == about(audited["diagnostics"])
    assert folder("baseline").code == 0
    clean = folder("lint --format json")
    assert clean.code == 0 and clean.json["diagnostics"] == []
    assert folder("compile").code == 0
    assert not (folder.path / "migrations").exists()
    folder.commit()
    assert folder("plan --exit-code --format json").json["databases"][0]["operations"] == []
    spec = next(path for path in folder.files if path.startswith("specs/indexes/"))
    first = yaml.safe_load(folder.read(spec))["indexes"][0]
    key = (first["columns"] if isinstance(first, dict) else first)[0].split(" ")[0]
    folder.write(spec, folder.read(spec) + f"  - columns: [{key}]\n    name: {CHANGED}\n")
    news = folder("lint --format json").json["diagnostics"]
    assert all(CHANGED in str(found) for found in news)
    planned = folder("plan --exit-code --format json")
    operations = planned.json["databases"][0]["operations"]
    assert planned.code == 1
    assert [operation["action"] for operation in operations] == ["create"]
    assert CHANGED in str(operations)


@given(st.integers(0, 2**32))
@settings(max_examples=60)
def test_of_random_histories(seed: int) -> None:
    """Every index is in the specs as it is, or is said to be left out."""
    catalog, _ = read_sql([Source("x.sql", History(seed).write(30))])
    for table in catalog.tables.values():
        made = document(table, catalog, 15)
        assert {index.name for index in (*made.items, *(left.index for left in made.left))} == {index.name for index in table.indexes}
        assert all(left.index.constraint for left in made.left if left.why == CONSTRAINT)
        if made.items:
            documents, wrong = parse(Source("x.yaml", made.text))
            assert not wrong and not validate(documents[0])
            specs, wrong = read(documents[0].root, "")
            assert not wrong
            for index, spec in zip(made.items, resolve(specs, catalog, 15), strict=True):
                assert spec.index is not None and spec.index.name == index.name and same(spec.index, index)


NAME = st.one_of(
    st.sampled_from(["a", "A", "order", "no", "1.0", "a b", 'a"b', "a'b", "a: b", "# broxspec: ignore[IX101] x", "a\nb", "é", "😀", " a", "a.b", "a desc", "lower(a)", "null", "-", "con", "~"]),
    st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), min_size=1, max_size=12),
)


@given(schema=st.one_of(st.just("public"), NAME), table=NAME, names=st.lists(NAME, min_size=2, max_size=2, unique=True), index=NAME, data=st.data())
def test_of_odd_names(schema: str, table: str, names: list[str], index: str, data: st.DataObject) -> None:
    """No name breaks out of its place, or is read as another."""
    assume(index != table)  # one namespace
    one, two = map(identifier, names)
    ddl = f"CREATE SCHEMA IF NOT EXISTS {identifier(schema)}; CREATE TABLE {qualified(schema, table)} ({one} text, {two} text);"
    where = data.draw(st.sampled_from(["", f" WHERE {two} = {literal(index)}", f" WHERE {two} IS NOT NULL"]))
    key = data.draw(st.sampled_from([one, f"{one} DESC NULLS LAST", f"lower({one})", f"({one} || {literal(table)})", f'{one} COLLATE "C" text_pattern_ops']))
    ddl += f"CREATE INDEX {identifier(index)} ON {qualified(schema, table)} ({key}, {two}){where};"
    catalog, found = read_sql([Source("x.sql", ddl)])
    assert not found
    held = next(iter(catalog.tables.values()))
    made = document(held, catalog, 15)
    sayable = "." not in schema  # what is before the first dot is the schema
    assert [left.why for left in made.left] == ([] if sayable else [UNSAYABLE])
    if sayable:
        (parsed,), wrong = parse(Source("x.yaml", made.text))
        assert not wrong and not validate(parsed) and identity(parsed.root) == (schema, table)
        (spec,) = resolve(read(parsed.root, "")[0], catalog, 15)
        assert spec.index is not None and spec.index.name == index and same(spec.index, held.indexes[0])


@given(st.lists(st.tuples(st.one_of(st.just("public"), NAME), NAME), unique=True, max_size=8))
def test_file_names_are_safe_and_distinct(names: list[tuple[str, str]]) -> None:
    made = file_names(Name(*name) for name in names)
    assert len({name.casefold() for name in made.values()}) == len(names)
    for name in made.values():
        assert re.fullmatch(r"[A-Za-z0-9_][A-Za-z0-9_.\-]{0,110}", name)
    alone = {table: file_names([table])[table] for table in made}
    assert {table: name for table, name in made.items() if name != alone[table] and "-" not in name} == {}


def test_file_names() -> None:
    made = file_names([Name("public", name) for name in ("orders", "Users", "users", "con", "a b")] + [Name("auth", "users"), Name("public", "auth.users")])
    assert [made[Name("public", name)] for name in ("orders", "users")] == ["orders", "users"]
    assert made[Name("auth", "users")] == "auth.users"
    assert made[Name("public", "Users")].startswith("Users-")
    assert made[Name("public", "con")].startswith("_con-")
    assert made[Name("public", "auth.users")].startswith("auth.users-")
