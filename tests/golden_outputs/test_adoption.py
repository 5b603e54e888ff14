"""What the terminal shows of `import`, `drift` and `blame`, their wrong turns included."""

import re
import shutil
from collections.abc import Callable
from typing import Any
from urllib.parse import quote

import pytest


def import_project(shop: Any) -> None:
    """A repository that has never seen broxspec."""
    begin(shop)
    shop.type("import schema.sql --dry-run")
    shop.type("import schema.sql")
    for path in ("broxspec.toml", "specs/database/shop.yaml", "specs/indexes/orders.yaml"):
        shop.shown.append(f"{path}\n{'=' * len(path)}\n{(shop.folder / path).read_text('utf-8')}")
    shop.type("lint")
    shop.type("compile")
    shop.commit()
    shop.type("plan --exit-code")
    shop.type("import schema.sql")


def import_wrong_turns(shop: Any) -> None:
    shop.write("specs/indexes/users.yaml", "# to be written\n")
    shop.edit("schema.sql", "CREATE INDEX orders_total_idx", "CREATE INDEX users_email_idx ON users (email);\nCREATE INDEX orders_total_idx")
    shop.type("import")
    shop.type("import --database shopp")
    shop.type("import nothing.sql")
    shop.type("import postgresql://me:secret@db.example/shop")
    shop.write("specs/indexes/users.yaml", "kind: indexes\ntable: users\n")
    shop.type("import")
    begin(shop)
    shop.type("import")


def blame(shop: Any) -> None:
    path = "migrations/0001_create_idx_orders_created_at_pending.sql"
    shop.quietly("compile")
    shop.commit()
    line = 1 + next(number for number, text in enumerate((shop.folder / path).read_text("utf-8").split("\n")) if text.startswith("CREATE INDEX CON"))
    shop.type(f"blame {path}:{line}")
    shop.type(f"blame {path}:{line} --format json")
    shop.type(f"blame {path}:1")
    shop.edit("specs/indexes/orders.yaml", "label: pending", "label: waiting")
    shop.type(f"blame {path}:{line}")
    shop.type("blame generated/indexes/INDEX_STRATEGY.md:1")
    for wrong in (path, f"{path}:9999", "schema.sql:3", "specs/indexes/orders.yaml:3", "nothing.sql:1"):
        assert shop.type(f"blame {wrong}") == 2


def begin(shop: Any) -> None:
    """The folder without broxspec."""
    shutil.rmtree(shop.folder / "specs")
    (shop.folder / "broxspec.toml").unlink()
    project = shop.folder / "shop"
    project.mkdir()
    (shop.folder / "schema.sql").rename(project / "schema.sql")
    shop.folder = project


SCREENS: list[Callable[[Any], None]] = [import_project, import_wrong_turns, blame]


@pytest.mark.parametrize("screen", SCREENS, ids=lambda screen: screen.__name__)
def test_screen(screen: Callable[[Any], None], shop: Any, golden: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("GIT_AUTHOR_DATE", "GIT_COMMITTER_DATE"):
        monkeypatch.setenv(name, "2026-01-02T03:04:05Z")
    screen(shop)
    # Not what other templates write, and where.
    text = re.sub(r"(pending\.sql:)(?!9999)\d\d+|(?<=has )\d+(?= lines)|(?<=\"line\": )\d\d+", lambda found: f"{found[1] or ''}LINE", shop.screen())
    golden(f"golden_outputs/{screen.__name__}.txt", re.sub(r"came with [0-9a-f]+", "came with 0123456", text))


def test_drift(shop: Any, golden: Any, database: Any) -> None:
    server = database.server
    url = f"postgresql:///{database.name}?host={quote(str(server.folder), safe='')}&port={server.port}&user=postgres"
    shop.indexes("columns: [created_at desc]\n    where: status = 'PENDING'\n    label: pending", "{drop: orders_total_idx, why: never scanned}")
    shop.quietly("compile")
    shop.commit()
    ddl = (shop.folder / "schema.sql").read_text("utf-8")
    ddl += "DROP INDEX orders_status_idx; CREATE INDEX orders_status_idx ON orders (status); CREATE INDEX by_hand ON orders (created_at);"
    ddl += "CREATE INDEX bad ON orders (total); UPDATE pg_index SET indisvalid = false WHERE indexrelid = 'bad'::regclass;"
    assert database.psql(ddl).returncode == 0
    shop.indexes("columns: [created_at desc]\n    where: status = 'PENDING'\n    label: pending", "{drop: orders_total_idx, why: never scanned}", "[user_id, total]")
    shop.type(f"drift '{url}'")
    for wrong in (f"drift '{url}' --database shopp", "drift postgresql://me:secret@db.example/shop", "drift db.example", f"drift '{url}x'"):
        assert shop.type(wrong) == 2
    screen = shop.screen().replace(url, "postgresql:///shop").replace(f'"{database.name}', '"shop').replace(database.name, "shop")
    golden("golden_outputs/drift.txt", screen.replace(str(server.folder), "/run/postgresql").replace(quote(str(server.folder), safe=""), "SOCKET").replace(f"port={server.port}", "port=5432"))
