"""What the terminal shows when something is wrong, or is about to change. Read a golden file as the person who made the mistake."""

from collections.abc import Callable
from typing import Any

import pytest

PRISMA = """\
datasource db {
  provider = "postgresql"
  url      = env("DATABASE_URL")
}

model users {
  id     BigInt   @id
  orders orders[]
}

model orders {
  id      BigInt  @id
  user_id BigInt
  total   Decimal
  user    users   @relation(fields: [user_id], references: [id])

  @@index([user_id])
}
"""


def wrong_column(shop: Any) -> None:
    shop.indexes("columns: [created_at desc]\n    where: state = 'PENDING'\n    label: pending")
    shop.type("lint")


def wrong_column_in_keys(shop: Any) -> None:
    shop.indexes("[userid, created_at]", "columns: [total]\n    include: [tootal]", "columns: [lower(stauts::text)]")
    shop.type("lint")


def enum_typo(shop: Any) -> None:
    shop.indexes("columns: [created_at desc]\n    where: status = 'pending'\n    label: pending")
    shop.type("lint")


def unindexed_foreign_key(shop: Any) -> None:
    shop.edit("schema.sql", "CREATE INDEX orders_user_idx ON orders (user_id);\n", "")
    shop.type("audit schema.sql")
    shop.type("lint")


def redundant_among_specs(shop: Any) -> None:
    shop.indexes("[created_at, total]", "[created_at]", "columns: [created_at, total]\n    name: another")
    shop.type("lint")


def redundant_with_existing(shop: Any) -> None:
    shop.indexes("[status]")
    shop.type("lint")


def supersedes_existing(shop: Any) -> None:
    shop.indexes("[user_id, created_at desc]", "[total, created_at]")
    shop.type("lint")


def redundant_in_schema(shop: Any) -> None:
    shop.edit("schema.sql", "CREATE INDEX orders_total_idx", "CREATE INDEX orders_by_status ON orders (status);\nCREATE INDEX orders_total_idx")
    shop.write("more.sql", "CREATE INDEX orders_user_id ON orders USING btree (user_id);\n")
    shop.type("audit schema.sql more.sql")


def stale_artifact(shop: Any) -> None:
    shop.quietly("compile")
    shop.commit()
    shop.edit("specs/indexes/orders.yaml", "the queue of orders to work on", "the queue")
    shop.type("compile --check")
    shop.type("compile")


def edited_artifact(shop: Any) -> None:
    shop.quietly("compile")
    shop.commit()
    shop.edit("generated/indexes/INDEX_STRATEGY.md", "# Indexes of shop", "# Our indexes")
    shop.type("compile --check")


def edited_draft(shop: Any) -> None:
    shop.branch()
    shop.quietly("compile")
    shop.edit("migrations/0001_create_idx_orders_created_at_pending.sql", "status = 'PENDING'", "status = 'PAID'")
    shop.type("compile")
    shop.type("compile --check")


def edited_frozen(shop: Any) -> None:
    shop.quietly("compile")
    shop.branch()
    shop.edit("migrations/0001_create_idx_orders_created_at_pending.sql", "CONCURRENTLY ", "")
    shop.type("compile --check")


def missing_frozen(shop: Any) -> None:
    shop.quietly("compile")
    shop.branch()
    (shop.folder / "migrations/0001_create_idx_orders_created_at_pending.sql").unlink()
    shop.type("compile --check")


def plan(shop: Any) -> None:
    shop.indexes(
        "[created_at]",
        "columns: [total desc]\n    name: orders_biggest",
        "[status, total]",
    )
    shop.quietly("compile")
    shop.branch()
    shop.indexes(
        "columns: [created_at]\n    include: [total]",  # changed
        "columns: [total desc]\n    name: orders_by_total",  # renamed
        # (status, total) is dropped
        "columns: [user_id, created_at desc]\n    replaces: orders_user_idx",  # created, and replaces
        "columns: [status, created_at]\n    name: orders_status_idx\n    adopt: true",  # adopted
        "{drop: orders_total_idx, why: never scanned}",
    )
    shop.write("specs/indexes/users.yaml", "kind: indexes\ntable: users\nindexes:\n  - columns: [lower(email)]\n    unique: true\n")
    shop.type("plan")


def plan_of_nothing(shop: Any) -> None:
    shop.quietly("compile")
    shop.commit()
    shop.type("plan")


def yaml_tab(shop: Any) -> None:
    shop.write("specs/indexes/orders.yaml", "kind: indexes\ntable: orders\nindexes:\n\t- [created_at]\n")
    shop.type("lint")


def yaml_duplicate_key(shop: Any) -> None:
    shop.indexes("columns: [created_at]\n    where: status = 'PENDING'\n    why: the queue\n    where: status = 'PAID'")
    shop.type("lint")


def yaml_unknown_key(shop: Any) -> None:
    shop.indexes("columns: [created_at]\n    were: status = 'PENDING'", "columns: [user_id, created_at]\n    uniq: true\n    colour: blue")
    shop.type("lint")


def yaml_bad_enum(shop: Any) -> None:
    shop.edit("specs/database/shop.yaml", "runner: psql\n", "runner: pslq\nplatform: amazon-rds\n")
    shop.indexes("columns: [{column: created_at, order: descending}]")
    shop.type("lint")


def yaml_sql_error(shop: Any) -> None:
    shop.indexes(
        "columns: [created_at]\n    label: open\n    where: >\n      status = 'PENDING'\n      and total > 100\n      adn user_id is not null",
        'columns: [total]\n    label: paid\n    where: "status = \'PAID"',
    )
    shop.type("lint")


def yaml_shapes(shop: Any) -> None:
    """Values of the wrong type, and a kind that is not there."""
    shop.write(
        "specs/indexes/orders.yaml",
        "kind: indexes\ntable: orders\nindexes:\n  - columns: created_at\n    unique: yes\n---\nkind: index\ntable: orders\n---\nkind: indexes\nindexes: []\n",
    )
    shop.type("lint")


def no_schema(shop: Any) -> None:
    (shop.folder / "schema.sql").unlink()
    shop.type("lint")


def wrong_turns(shop: Any) -> None:
    """Nothing of this is about what a file says: exit 2."""
    for line in (
        "lnit",
        "lint --formt json",
        "lint nothing.yaml",
        "lint --env prod",
        "lint --select IX999",
        "audit",
        "audit nothing.sql",
        "audit specs",
        "audit postgresql://me:secret@db.example/shop",
        "explain unindexed-foreign-kye",
        "schema index",
        "compile --restart",
        "plan --since main",
        "verify --only tables",
        "init",
    ):
        assert shop.type(line) == 2
    (shop.folder / "broxspec.toml").unlink()
    (shop.folder / "specs").rename(shop.folder / "spec")
    assert shop.type("lint") == 2


SCREENS: list[Callable[[Any], None]] = [
    wrong_column, wrong_column_in_keys, enum_typo, unindexed_foreign_key, redundant_among_specs, redundant_with_existing,
    supersedes_existing, redundant_in_schema, stale_artifact, edited_artifact, edited_draft, edited_frozen, missing_frozen, plan,
    plan_of_nothing, yaml_tab, yaml_duplicate_key, yaml_unknown_key, yaml_bad_enum, yaml_sql_error, yaml_shapes,
    no_schema, wrong_turns,
]  # fmt: skip


def verify(shop: Any) -> None:
    shop.quietly("compile")
    shop.type("verify")


def verify_fails(shop: Any) -> None:
    """What lint would have said, had it been let: PostgreSQL refuses the build."""
    shop.indexes("columns: [total]\n    using: gin")
    shop.quietly("compile --ignore IX204")
    shop.type("verify")


def verify_unproven(shop: Any) -> None:
    shop.write("schema.prisma", PRISMA)
    shop.edit("specs/database/shop.yaml", "schema.sql\nrunner: psql", "schema.prisma\nrunner: prisma 6.2.1")
    shop.write("specs/indexes/orders.yaml", "kind: indexes\ntable: orders\nindexes:\n  - [total]\n")
    shop.quietly("compile")
    shop.type("verify")
    shop.write("broxspec.toml", 'specs = ["specs"]\n\n[verify.unproven]\n"schema.prisma" = "no Node on the build machine yet"\n')
    shop.type("verify")


@pytest.mark.parametrize("screen", [verify, verify_fails, verify_unproven], ids=lambda screen: screen.__name__)
def test_screen_of_verify(screen: Callable[[Any], None], shop: Any, golden: Any, running: Any, no_engine: None) -> None:
    screen(shop)
    golden(f"golden_outputs/{screen.__name__}.txt", shop.screen())


@pytest.mark.parametrize("screen", SCREENS, ids=lambda screen: screen.__name__)
def test_screen(screen: Callable[[Any], None], shop: Any, golden: Any) -> None:
    screen(shop)
    golden(f"golden_outputs/{screen.__name__}.txt", shop.screen())
