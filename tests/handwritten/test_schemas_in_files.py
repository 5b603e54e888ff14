"""A schema in several files is what was before; what changes it is judged."""

from __future__ import annotations

from pathlib import Path

import pytest

from broxspec import pipeline
from broxspec.lint import Selection

TABLES = "CREATE TABLE users (id bigint PRIMARY KEY, a int);\nCREATE TABLE orders (id bigint PRIMARY KEY, user_id bigint);\n"
INDEXES = "CREATE INDEX i ON orders (user_id);\n"
KEYS = "ALTER TABLE orders ADD FOREIGN KEY (user_id) REFERENCES users;\n"
NEW = "CREATE INDEX n ON users (a);\n"
DUMP = "--\n-- PostgreSQL database dump\n--\n\n"

STATED: dict[str, dict[str, str]] = {
    "named after what they hold": {"tables.sql": TABLES, "indexes.sql": INDEXES, "foreign_keys.sql": KEYS},
    "a schema and its indexes": {"schema.sql": TABLES, "post-data.sql": INDEXES + KEYS},
    "numbered, and named after what they hold": {"db/01_tables.sql": TABLES, "db/02-indexes.sql": INDEXES, "db/03_constraints.sql": KEYS},
    "a folder without numbers": {"db/a_users.sql": TABLES, "db/orders.sql": INDEXES, "db/z/more.sql": KEYS},
    "sections of a dump": {"pre.sql": DUMP + TABLES, "post.sql": DUMP + INDEXES + KEYS},
}

JUDGED: dict[str, dict[str, str]] = {
    "two plain files": {"schema.sql": TABLES, "new.sql": NEW},
    "a number after a plain name": {"schema.sql": TABLES, "0042_indexes.sql": NEW},
    "after numbered parts": {"db/01_tables.sql": TABLES, "db/02_indexes.sql": INDEXES, "db/03_users_a.sql": NEW},
    "numbered migrations": {"db/0001_init.sql": TABLES, "db/0002_indexes.sql": NEW},
    "timestamps": {"db/20260101000000_tables.sql": TABLES, "db/20260102000000_indexes.sql": NEW},
    "golang-migrate": {"db/000001_tables.up.sql": TABLES, "db/000002_indexes.up.sql": NEW},
    "flyway": {"db/V1__tables.sql": TABLES, "db/V2__indexes.sql": NEW},
    "prisma": {"db/1_tables/migration.sql": TABLES, "db/2_indexes/migration.sql": NEW},
    "sqitch": {"db/sqitch.plan": "%project=x\ntables 2026\nindexes 2026\n", "db/deploy/tables.sql": TABLES, "db/deploy/indexes.sql": NEW},
    "a schema's folder and a migration": {"db/orders.sql": TABLES, "db/orders_more.sql": INDEXES, "new/0001_a.sql": NEW},
    "goose": {"tables.sql": TABLES, "indexes.sql": f"-- +goose Up\n{NEW}"},
}


def found(files: dict[str, str], folder: Path) -> list[tuple[str, str]]:
    arguments = list(dict.fromkeys(path.partition("/")[0] for path in files))
    for path, text in files.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(text, encoding="utf-8", newline="\n")
    report = pipeline.audit(arguments, folder, lambda config: Selection()).report
    return [(one.code, one.span.path) for one in report.diagnostics if one.code[:2] in ("MG", "SP") and one.code != "MG108"]


@pytest.mark.parametrize("files", STATED.values(), ids=STATED)
def test_parts_of_a_schema_are_no_migrations(files: dict[str, str], tmp_path: Path) -> None:
    assert found(files, tmp_path) == []


@pytest.mark.parametrize("files", JUDGED.values(), ids=JUDGED)
def test_what_comes_after_a_schema_is_judged(files: dict[str, str], tmp_path: Path) -> None:
    assert found(files, tmp_path) == [("MG101", list(files)[-1])]
