"""`broxspec blame`: every generated line leads to the spec that it is there for."""

import re
from typing import Any

import pytest

from broxspec import runners

SCHEMA = """\
CREATE TABLE users (id int PRIMARY KEY, email text NOT NULL);
CREATE TABLE orders (id int PRIMARY KEY, user_id int REFERENCES users, status text, total int);
CREATE INDEX orders_status_idx ON orders (status);
CREATE INDEX orders_total_idx ON orders (total);
"""
ORDERS = """\
kind: indexes
table: orders
indexes:
  - columns: [user_id, total desc]
    name: by_user
  - columns: [lower(status)]
    where: total > 10
    label: big
    replaces: orders_status_idx
  - {drop: orders_total_idx, why: nobody asks}
"""
USERS = 'kind: indexes\ntable: users\nindexes:\n  - columns: [lower(email)]\n    name: \'odd "name" it\'\'s\'\n'
# Where each is asked for, by the name that generated lines have.
PLACES = {"by_user": "orders.yaml:4", "idx_orders_lower_status_big": "orders.yaml:6", "orders_status_idx": "orders.yaml:9", "orders_total_idx": "orders.yaml:10"}
PRISMA = """\
datasource db {
  provider = "postgresql"
  url      = env("DATABASE_URL")
}

model users {
  id     Int     @id
  email  String
  orders orders[]
}

model orders {
  id      Int     @id
  user_id Int?
  status  String?
  total   Int?
  user    users?  @relation(fields: [user_id], references: [id])

  @@index([status])
  @@index([total])
}
"""


def project(folder: Any, runner: str = "psql") -> Any:
    prisma = runner.startswith("prisma")
    folder.write("broxspec.toml", 'specs = ["specs"]\n')
    folder.write("schema.prisma" if prisma else "schema.sql", PRISMA if prisma else SCHEMA)
    migrations = "app/migrations" if runner == "django" else "migrations"
    schema = "schema.prisma" if prisma else "schema.sql"
    folder.write("specs/shop.yaml", f"kind: database\nname: shop\nserver_version: 15\nschema: {schema}\nrunner: {runner}\nmigrations: {migrations}\n")
    folder.write("specs/orders.yaml", ORDERS)
    folder.write("specs/users.yaml", USERS)
    done = folder("compile --fail-on never")
    assert done.code == 0, done.err + done.out
    return folder


def places(folder: Any, path: str, line: int) -> list[str]:
    shown = folder(f"blame '{path}:{line}' --format json")
    assert shown.code == 0, shown.err
    return [f"{one['path'].removeprefix('specs/')}:{one['line']}" for one in shown.json["specs"]]


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without looking each time whether the file is stale."""
    monkeypatch.setattr("broxspec.blame.files._Project._note", lambda question: "")


@pytest.mark.parametrize("runner", [name if name != "prisma" else "prisma 6.2.1" for name in runners.available()])
def test_every_line_that_names_an_index(folder: Any, runner: str, quick: None) -> None:
    project(folder, runner)
    seen = set()
    for path, content in folder.files.items():
        if "migrations/" not in path or path.endswith(".lock"):
            continue
        told = set()
        for number, line in enumerate(content.decode().split("\n"), 1):
            named = {name for name in PLACES if re.search(rf"(?<!\w){name}(?!\w)", line)}
            if named and not (line[:20], *sorted(named)) in told:  # one line of each form
                told.add((line[:20], *sorted(named)))
                assert set(places(folder, path, number)) >= {PLACES[name] for name in named}, (path, number, line)
                assert len(places(folder, path, number)) <= len(named) + 1  # one line may speak of the odd name too
                seen |= named
    assert seen == PLACES.keys()


def test_the_answer_shows_what_stands_there(folder: Any) -> None:
    project(folder)
    path = "migrations/0001_indexes.sql"
    line = next(number for number, text in enumerate(folder.read(path).splitlines(), 1) if text.startswith("CREATE INDEX CONCURRENTLY by_user"))
    shown = folder(f"blame {path}:{line}")
    assert shown.out.startswith("specs/orders.yaml:4:5  index `by_user` of `orders`\n")
    assert "4 |   - columns: [user_id, total desc]" in shown.out and shown.err == ""


def test_lines_between_belong_to_their_step(folder: Any, quick: None) -> None:
    project(folder)
    text = folder.read("migrations/0001_indexes.sql").split("\n")
    start = next(number for number, line in enumerate(text, 1) if line.startswith("\\echo building 'by_user'"))
    for number in range(start, start + 6):
        assert places(folder, "migrations/0001_indexes.sql", number) == ["orders.yaml:4"]


def test_a_header_is_of_all_specs_or_of_the_file_that_it_names(folder: Any) -> None:
    project(folder)
    path = "migrations/0001_indexes.sql"
    assert len(places(folder, path, 1)) == 5
    assert "is there for all of the file: 5 places in the specs" in folder(f"blame {path}:1").out
    line = folder.read(path).splitlines().index("-- from specs/users.yaml") + 1
    assert places(folder, path, line) == ["users.yaml:4"]


def test_odd_names(folder: Any, quick: None) -> None:
    project(folder)
    for path in ("migrations/0001_indexes.sql", "migrations/down/0001_indexes.sql"):
        for number, line in enumerate(folder.read(path).split("\n"), 1):
            if 'odd "name" it' in line or 'odd ""name"" it' in line:
                assert "users.yaml:4" in places(folder, path, number)


def test_the_strategy_document(folder: Any) -> None:
    project(folder)
    path = "generated/indexes/INDEX_STRATEGY.md"
    lines = folder.read(path).splitlines()
    line = next(number for number, text in enumerate(lines, 1) if "by\\_user" in text or "by_user" in text)
    assert places(folder, path, line) == ["orders.yaml:4"]
    assert places(folder, path, 1) == ["shop.yaml:2"]
    heading = next(number for number, text in enumerate(lines, 1) if "orders" in text and text.startswith("#") and number > 1)
    assert "orders.yaml:4" in places(folder, path, heading) and "users.yaml:4" not in places(folder, path, heading)


def test_the_locks(folder: Any, quick: None) -> None:
    project(folder)
    for path in ("generated/shop.migrations.lock", "generated/broxspec.lock"):
        for number, line in enumerate(folder.read(path).splitlines(), 1):
            found = places(folder, path, number)
            if line.startswith(("operation", "route")):
                named = [place for name, place in PLACES.items() if f'"{name}"' in line or f"/{name}\"" in line]
                assert set(found) >= set(named[:1]), line
            assert found


def test_the_lines_of_a_prisma_schema(folder: Any) -> None:
    project(folder, "prisma 6.2.1")
    marked = [number for number, line in enumerate(folder.read("schema.prisma").splitlines(), 1) if line.endswith("// broxspec")]
    assert marked
    assert ["orders.yaml:4"] in [places(folder, "schema.prisma", number) for number in marked]
    assert folder("blame schema.prisma:1").code == 2


def test_what_no_spec_names_any_more(folder: Any) -> None:
    project(folder)
    folder.commit()
    folder.write("specs/orders.yaml", ORDERS.replace("  - columns: [user_id, total desc]\n    name: by_user\n", ""))
    path = "migrations/0001_indexes.sql"
    line = next(number for number, text in enumerate(folder.read(path).splitlines(), 1) if text.startswith("CREATE INDEX CONCURRENTLY by_user"))
    shown = folder(f"blame {path}:{line}")
    assert shown.code == 0
    assert re.fullmatch(r"index `by_user`: no spec names it any more; the file came with [0-9a-f]+ \d{4}-\d\d-\d\d first\n", shown.out)
    assert folder(f"blame {path}:{line} --format json").json["what"] == "migration, frozen"


def test_renamed_and_rebuilt(folder: Any, quick: None) -> None:
    project(folder)
    folder.commit()
    folder.write("specs/orders.yaml", ORDERS.replace("    name: by_user\n", "    name: of_user\n").replace("total > 10\n    label: big", "total > 20\n    label: big"))
    assert folder("compile --fail-on never").code == 0
    path = next(path for path in folder.files if path.startswith("migrations/0002"))
    for number, line in enumerate(folder.read(path).splitlines(), 1):
        if re.search(r"\bby_user\b", line):
            assert "orders.yaml:4" in places(folder, path, number)
        if "idx_orders_lower_status_big_new" in line or "idx_orders_lower_status_big_old" in line:
            assert "orders.yaml:6" in places(folder, path, number)
    first = "migrations/0001_indexes.sql"
    line = next(number for number, text in enumerate(folder.read(first).splitlines(), 1) if text.startswith("CREATE INDEX CONCURRENTLY by_user"))
    assert places(folder, first, line) == ["orders.yaml:4"]  # under its new name


def test_stale_and_edited_files_are_said(folder: Any) -> None:
    project(folder)
    path = "migrations/0001_indexes.sql"
    folder.write("specs/orders.yaml", ORDERS.replace("total desc", "total"))
    assert "it is stale" in folder(f"blame {path}:20").err
    folder.write(path, folder.read(path) + "-- more\n")
    assert "it was edited since it was generated" in folder(f"blame {path}:20").err
    document = "generated/indexes/INDEX_STRATEGY.md"
    folder.write(document, "\n" + folder.read(document))
    assert "lines may have moved" in folder(f"blame {document}:20").err


@pytest.mark.parametrize(
    ("place", "said"),
    [
        ("schema.sql:1", "broxspec has not generated `schema.sql`"),
        ("specs/orders.yaml:3", "it is a spec itself"),
        ("migrations/0001_indexes.sql", "names no line"),
        ("migrations/0001_indexes.sql:x", "names no line"),
        ("migrations/0001_indexes.sql:0", "lines, and not 0"),
        ("migrations/0001_indexes.sql:99999", "lines, and not 99,999"),
        ("migrations/0009.sql:1", "there is no file"),
        ("migrations:1", "there is no file"),
        ("../outside.sql:1", "belongs to no project"),
    ],
)
def test_wrong_turns(folder: Any, place: str, said: str) -> None:
    project(folder)
    (folder.path.parent / "outside.sql").write_text("SELECT 1;\n")
    shown = folder(f"blame {place}")
    assert (shown.code, shown.out) == (2, "")
    assert said in shown.err
