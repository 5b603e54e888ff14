"""CONCURRENTLY by runner: what one file may hold, and that the advice given works where it is given."""

from __future__ import annotations

from pathlib import Path

import pytest
from handwritten.written_migrations import findings

INIT = "CREATE TABLE orders (id bigint PRIMARY KEY, user_id bigint, total int);\n"
BUILD = "CREATE INDEX CONCURRENTLY orders_user_id_idx ON orders (user_id);\n"
PLAIN = "CREATE INDEX orders_user_id_idx ON orders (user_id);\n"
SECOND = "CREATE INDEX CONCURRENTLY orders_total_idx ON orders (total);\n"


def found(path: str, text: str, root: Path = Path("/nowhere"), **options: str) -> dict[str, str]:
    """The codes, with their help, that a migration after INIT gives."""
    return {one.code: one.help for one in findings({"0/init.sql": INIT, path: text}, root, **options) if one.code != "MG108"}


# A file that fails with 25001, and what its author is told; and the file after the advice was followed.
ADVICE = [
    ("own BEGIN", "2.sql", f"BEGIN;\n{BUILD}COMMIT;\n", {}, "take it out of BEGIN and COMMIT", BUILD),
    ("a DO block", "2.sql", f"DO $$ BEGIN\n{BUILD}END $$;\n", {}, "a statement of its own", BUILD),
    ("prisma", "2_a/migration.sql", BUILD + SECOND, {}, "alone in its own migration", BUILD),
    ("prisma 6", "2_a/migration.sql", f"SET lock_timeout = 0;\n{BUILD}", {"runner": "prisma", "version": "6.2.1"}, "alone in its own migration", BUILD),
    ("goose", "2.sql", f"-- +goose Up\n{BUILD}", {}, "add `-- +goose NO TRANSACTION`", f"-- +goose NO TRANSACTION\n-- +goose Up\n{BUILD}{SECOND}"),
    ("dbmate", "2.sql", f"-- migrate:up\n{BUILD}", {}, "alone in its own migration, and put `transaction:false`", f"-- migrate:up transaction:false\n{BUILD}\n-- migrate:down\nDROP INDEX x;\n"),
    ("dbmate, two", "2.sql", f"-- migrate:up transaction:false\n{BUILD}{SECOND}", {}, "alone in its own migration", f"-- migrate:up transaction:false\n{BUILD}"),
    ("golang-migrate", "2_a.up.sql", BUILD + SECOND, {}, "alone in its own migration", BUILD),
    ("flyway", "V2__a.sql", f"SELECT 1;\n{BUILD}", {}, "alone in its own migration", BUILD + SECOND),
    ("sql-migrate", "2.sql", f"-- +migrate Up\n{BUILD}", {}, "put `notransaction`", f"-- +migrate Up notransaction\n{BUILD}{SECOND}"),
    ("atlas", "2.sql", f"-- atlas:txmode file\n{BUILD}", {}, "add `-- atlas:txmode none`", f"-- atlas:txmode none\n{BUILD}{SECOND}"),
    ("sqlx", "2.sql", f"-- no-transaction\n{BUILD}{SECOND}", {}, "alone in its own migration", f"-- no-transaction\n{BUILD}"),
    ("drizzle", "2.sql", f"{BUILD}--> statement-breakpoint\nSELECT 1;\n", {}, "by psql, before the migration", None),
]  # fmt: skip


@pytest.mark.parametrize(("name", "path", "text", "options", "advice", "followed"), ADVICE, ids=[row[0] for row in ADVICE])
def test_the_advice_works(name: str, path: str, text: str, options: dict[str, str], advice: str, followed: str | None) -> None:
    failing = found(path, text, **options)
    assert advice in failing["MG104"]
    if followed is not None:
        assert found(path, followed, **options) == {}


@pytest.mark.parametrize(("name", "path", "text", "options", "advice", "followed"), ADVICE, ids=[row[0] for row in ADVICE])
def test_a_plain_build_is_sent_the_same_way(name: str, path: str, text: str, options: dict[str, str], advice: str, followed: str | None) -> None:
    """No way round in circles: whoever follows the advice on a plain build is not told to take it back."""
    plain = text.replace(BUILD, PLAIN).replace(SECOND, "")
    help = found(path, plain, **options)["MG101"]
    assert help.startswith("build it CONCURRENTLY")
    if "own migration" in advice and "own migration" not in help:
        # It stands alone as it is: only the word is missing.
        assert found(path, plain.replace(PLAIN, BUILD), **options) == {}


def test_statement_by_statement_nothing_is_refused() -> None:
    assert found("2.sql", BUILD + SECOND, runner="psql") == {}
    assert found("2_a/migration.sql", BUILD + SECOND, runner="prisma", version="7.4.0") == {}


def test_prisma_sends_as_one_query_what_its_parser_does_not_know() -> None:
    text = "DROP INDEX CONCURRENTLY a;\n" + BUILD
    before = INIT + "CREATE INDEX a ON orders (total);\n"
    found_ = findings({"0.sql": before, "2_a/migration.sql": text}, runner="prisma", version="7.10.1")
    assert [one.code for one in found_ if one.code == "MG104"] == ["MG104", "MG104"]


def test_an_unknown_runner_is_not_guessed_at() -> None:
    assert found("2.sql", BUILD + SECOND) == {}


def test_flyway_is_told_beside_the_file(tmp_path: Path) -> None:
    text = f"SELECT 1;\n{BUILD}"
    assert "MG104" in found("V2__a.sql", text, tmp_path)
    (tmp_path / "V2__a.sql.conf").write_text("executeInTransaction=false\n")
    assert found("V2__a.sql", text, tmp_path) == {}


def test_diesel_is_told_beside_the_file(tmp_path: Path) -> None:
    (tmp_path / "2_a").mkdir()
    assert "run_in_transaction = false" in found("2_a/up.sql", BUILD, tmp_path)["MG104"]
    (tmp_path / "2_a/metadata.toml").write_text("run_in_transaction = false\n")
    assert found("2_a/up.sql", BUILD, tmp_path) == {}
    assert "MG104" in found("2_a/up.sql", BUILD + SECOND, tmp_path)


def test_drizzle_s_own_mark_ends_a_line() -> None:
    text = "ALTER TABLE orders ADD COLUMN x int;--> statement-breakpoint\n" + BUILD
    assert "Drizzle" in found("2.sql", text)["MG104"]


def test_what_is_refused_is_not_cut_off_too() -> None:
    """A build in a transaction does not begin, whatever the timeouts."""
    assert set(found("V2__a.sql", f"SET lock_timeout = '2s';\n{BUILD}")) == {"MG104"}
