"""Reading Prisma schemas: places, findings, tolerance, and what the engine would make."""

from __future__ import annotations

import string
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from broxspec.catalog.model import Name
from broxspec.catalog.prisma import read_prisma
from broxspec.catalog.prisma.declare import declare, without_own
from broxspec.catalog.prisma.faults import FAULTS
from broxspec.source import Source
from catalog.prisma_schemas import Schema

HEAD = 'datasource db {\n  provider = "postgresql"\n}\n'


def read(text: str, **options: Any) -> Any:
    return read_prisma([Source("schema.prisma", text)], **options)


def findings(body: str, head: str = HEAD) -> list[tuple[str, str]]:
    """Rule and marked text of each finding."""
    return [(found.rule, found.span.text) for found in read(head + body)[1]]


MODEL = """\
model User {
  id    Int    @id
  email String @unique
  posts Post[]
  @@map("users")
}
model Post {
  id       Int   @id
  authorId Int   @map("author_id")
  author   User? @relation(fields: [authorId], references: [id])
  @@index([authorId])
}
"""


def test_every_object_has_its_place() -> None:
    catalog, found = read(HEAD + MODEL)
    assert found == ()
    users, posts = catalog.tables.values()
    assert (users.name, users.at.text) == ("users", "User")
    assert [column.at.text for column in posts.columns] == ["id", "authorId"]
    assert [index.at.text for index in users.indexes] == ["@id", "@unique"]
    assert [index.at.text for index in posts.indexes] == ["@id", "@@index([authorId])"]
    (key,) = posts.foreign_keys
    assert key.at.text == "@relation(fields: [authorId], references: [id])"
    assert (key.name, key.on_delete, key.on_update) == ("Post_author_id_fkey", "restrict", "cascade")


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("model A {\n id Int @id\n what is this?\n b Int @unique\n}\n", [("prisma-syntax", "this?")]),
        ("model A {\n id Int @id\n @@index([id], map: \"x\",)\n}\n", [("prisma-syntax", ")")]),
        ("model A {\n id Int @id\n @@fulltext([id])\n}\n", [("prisma-unknown-attribute", "@@fulltext([id])")]),
        ("model A {\n id Int @id @foo\n}\n", [("prisma-unknown-attribute", "@foo")]),
        ("model A {\n id Int @id\n b Strin\n}\n", [("prisma-unknown-type", "b Strin")]),
        ("model A {\n id Int @id\n @@index([ide])\n}\n", [("prisma-unknown-field", "ide")]),
        ("model A {\n id Int @id\n b Int\n b String\n}\n", [("prisma-duplicate-name", "b")]),
        ("model A {\n id Int @id\n b Int\n @@index([b])\n @@index([b])\n}\n", [("prisma-constraint-collision", "@@index([b])")]),
        ("model A {\n id Int @id\n b Int\n r B @relation(fields: [b], references: [id])\n}\nmodel B {\n id Int @id\n}\n",
         [("prisma-relation", "@relation(fields: [b], references: [id])")]),
        ("model A {\n id Int @id @db.Text\n}\n", [("prisma-native-type", "@db.Text")]),
        ("model A {\n id Int @id @default(\"x\")\n}\n", [("prisma-default", '"x"')]),
        ("type T {\n x Int\n}\nmodel A {\n id Int @id\n}\n", [("prisma-composite-type", "T")]),
        ("model A {\n id Int\n}\n", [("prisma-no-unique-criterion", "A")]),
        (f"model A {{\n id Int @id(map: \"{'x' * 64}\")\n}}\n", [("prisma-name-too-long", f'"{"x" * 64}"')]),
        ("model A {\n id Int @id\n b String\n @@index([b], type: Gin)\n}\n", [("prisma-index", "b")]),
        ("model A {\n id Int @id\n @@schema(\"x\")\n}\n", [("prisma-schema", '@@schema("x")')]),
    ],
)  # fmt: skip
def test_a_mistake_is_found_at_its_place(body: str, expected: list[tuple[str, str]]) -> None:
    assert findings(body) == expected


def test_another_database_is_an_error() -> None:
    catalog, found = read('datasource db {\n  provider = "mysql"\n}\n' + MODEL)
    assert catalog.tables == {}
    assert [(one.code, one.span.text) for one in found] == [("SP405", '"mysql"')]


def test_a_broken_model_does_not_hide_the_others() -> None:
    catalog, found = read(HEAD + "model Broken {\n  id Int @id(\n  ???\n" + "}\n" + MODEL)
    assert {"users", "Post", "Broken"} == {name.name for name in catalog.tables}
    assert {one.rule for one in found} == {"prisma-syntax", "prisma-no-unique-criterion"}


def test_comments_of_all_sorts() -> None:
    text = HEAD + '/* model Gone {\n} */\n/// doc\nmodel A { // one\n  id Int @id /* x */ // y\n  u String @default("// /* no") /// z\n} model B {\n  id Int @id\n}'
    catalog, found = read(text)
    assert found == ()
    assert [table.name for table in catalog.tables.values()] == ["A", "B"]
    assert catalog.tables[Name("public", "A")].columns[1].default == "'// /* no'"


def test_several_files_are_one_schema() -> None:
    head, _, tail = MODEL.partition("model Post")
    catalog, found = read_prisma([Source("a.prisma", HEAD + head), Source("b.prisma", "model Post" + tail)])
    assert found == ()
    assert [table.at.path for table in catalog.tables.values()] == ["a.prisma", "b.prisma"]


def test_relation_mode_prisma_keeps_the_relations() -> None:
    catalog, _ = read(HEAD.replace("}", '  relationMode = "prisma"\n}') + MODEL)
    assert [(key.name, key.enforced) for _, key in catalog.foreign_keys()] == [("Post_author_id_fkey", False)]


def test_a_view_is_a_relation_and_no_table() -> None:
    catalog, found = read(HEAD + MODEL.replace("model Post", "view Post").replace("@id", "@unique", 2))
    assert [name.name for name in catalog.tables] == ["users"]
    assert catalog.relations == {Name("public", "Post"): "view"}
    assert found == ()


def test_many_to_many_before_prisma_6_has_a_unique_index() -> None:
    text = HEAD + "model A {\n id Int @id\n bs B[]\n}\nmodel B {\n id Int @id\n as A[]\n}\n"
    for version, name, constraint in ((None, "_AToB_AB_pkey", "primary"), ((6, 2, 1), "_AToB_AB_pkey", "primary"), ((5, 22), "_AToB_AB_unique", None)):
        index = read(text, version=version)[0].tables[Name("public", "_AToB")].indexes[0]
        assert (index.name, index.constraint) == (name, constraint)


def test_partial_indexes() -> None:
    body = 'model A {\n id Int @id\n on Boolean? @map("is on")\n @@index([id], where: { on: true, id: { not: 5 } })\n @@unique([on], where: raw("id > 3"))\n}\n'
    catalog, found = read(HEAD + body)
    assert found == ()
    assert [index.predicate.sql for index in catalog.indexes() if index.predicate] == ['"is on" = true AND "id" != 5', "id > 3"]


def test_every_fault_has_its_own_code_and_page() -> None:
    assert len({fault.code for fault in FAULTS}) == len({fault.slug for fault in FAULTS}) == len(FAULTS)
    assert all(fault.docs and fault.code.startswith("SP4") for fault in FAULTS)


PIECES = st.sampled_from(
    ["model A {", "}", "\n", " ", "id Int @id", "@@index([", "a", "])", "@relation(", "fields: [", "]", ")", '"', "\\", "//", "/*", "*/",
     "enum E {", "datasource db {", 'provider = "postgresql"', "[]", "?", "Unsupported(", "@db.", "(" * 90, "[" * 90, "{", ":", ",", "\\u0000",
     "\\ud800", "@default(", "raw(", "where: ", "A[]", "@map(", "\r", "é", "1", "-", ".", MODEL]
)  # fmt: skip


@given(st.lists(PIECES, max_size=40).map("".join) | st.text(string.printable) | st.text())
def test_any_text_is_read_without_an_exception(text: str) -> None:
    source = Source("schema.prisma", text)
    catalog, found = read_prisma([source])
    for one in found:
        assert 0 <= one.span.start <= one.span.end <= len(text) + 1
    assert len(without_own(source).text) == len(text)
    assert declare([source], list(catalog.indexes()))[0] == text or "// broxspec" in text


@given(st.integers(0, 10**6), st.lists(st.tuples(st.integers(0, 10**6), st.integers(0, 40)), max_size=6))
def test_a_damaged_schema_is_read_without_an_exception(seed: int, cuts: list[tuple[int, int]]) -> None:
    text = Schema(seed).text
    for at, length in cuts:
        start = at % (len(text) + 1)
        text = text[:start] + text[start + length :]
    read(text)
