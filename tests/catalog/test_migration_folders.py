"""The order of migrations in a folder, and what is left out."""

from pathlib import Path

import pytest

from broxspec.catalog.migrations import migration_files, read_migrations

LAYOUTS = {
    "plain": (["2_b.sql", "10_c.sql", "1_a.sql", "notes.md"], ["1_a.sql", "2_b.sql", "10_c.sql"]),
    "golang-migrate": (["000002_b.up.sql", "000002_b.down.sql", "000001_a.up.sql", "000001_a.down.sql"], ["000001_a.up.sql", "000002_b.up.sql"]),
    "prisma": (
        ["20240102000000_b/migration.sql", "20240101000000_a/migration.sql", "migration_lock.toml"],
        ["20240101000000_a/migration.sql", "20240102000000_b/migration.sql"],
    ),
    "diesel": (["2024-01-02_b/up.sql", "2024-01-02_b/down.sql", "2024-01-01_a/up.sql", "2024-01-01_a/down.sql"], ["2024-01-01_a/up.sql", "2024-01-02_b/up.sql"]),
    "flyway": (
        ["V2__b.sql", "V1.10__d.sql", "V1_2__c.sql", "U2__b.sql", "R__views.sql", "sub/V3__e.sql", "R__a_views.sql"],
        ["V1_2__c.sql", "V1.10__d.sql", "V2__b.sql", "sub/V3__e.sql", "R__a_views.sql", "R__views.sql"],
    ),
    "sqitch": (["deploy/b.sql", "deploy/a.sql", "revert/a.sql", "verify/a.sql"], ["deploy/b.sql", "deploy/a.sql"]),
    "dbmate": (["20240102000000_b.sql", "20240101000000_a.sql"], ["20240101000000_a.sql", "20240102000000_b.sql"]),
    "goose": (["00010_c.sql", "00002_b.sql", "00001_a.sql", "00003_d.go"], ["00001_a.sql", "00002_b.sql", "00010_c.sql"]),
    "flyway, with what is ours": (
        ["V1__a.sql", "V2__b.sql", "V2__b.sql.conf", "U2__b.sql", "U2__b.sql.conf", "V10.1__c.sql"],
        ["V1__a.sql", "V2__b.sql", "V10.1__c.sql"],
    ),
    "versions": (["v1.10.0.sql", "v1.2.0.sql", "v1.9.1.sql"], ["v1.2.0.sql", "v1.9.1.sql", "v1.10.0.sql"]),
    "drizzle": (["0000_init.sql", "0001_next.sql", "meta/_journal.json"], ["0000_init.sql", "0001_next.sql"]),
    "prisma, one folder up": (["migrations/1_a/migration.sql"], ["migrations/1_a/migration.sql"]),
    "unnumbered": (["indexes.sql", "schema.sql", "1_first.sql"], ["1_first.sql", "indexes.sql", "schema.sql"]),
}


@pytest.mark.parametrize("layout", LAYOUTS)
def test_order(layout: str, tmp_path: Path) -> None:
    files, wanted = LAYOUTS[layout]
    for name in files:
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("SELECT 1;\n", "utf-8")
    if layout == "sqitch":
        (tmp_path / "sqitch.plan").write_text("%syntax-version=1.0.0\n%project=x\n\nb 2024-01-01T00:00:00Z A <a@b>\na [b] 2024-01-01T00:00:00Z A <a@b> # note\n@v1 2024\n", "utf-8")
    assert [path.relative_to(tmp_path).as_posix() for path in migration_files(tmp_path)] == wanted


def test_drafts_are_left_out(tmp_path: Path) -> None:
    for name in ("1_a", "2_b"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "migration.sql").write_text(f"-- {name}\n", "utf-8")
    for skip in ("2_b", "2_b/migration.sql"):
        sources, found = read_migrations(tmp_path, skip=frozenset({skip}), display="db/migrations")
        assert [source.path for source in sources] == ["db/migrations/1_a/migration.sql"]
        assert found == []


def test_dbmate_sorts_by_text(tmp_path: Path) -> None:
    for name in ("9_a.sql", "10_b.sql"):
        (tmp_path / name).write_text("-- migrate:up\nSELECT 1;\n-- migrate:down\n", "utf-8")
    assert [path.name for path in migration_files(tmp_path)] == ["10_b.sql", "9_a.sql"]
