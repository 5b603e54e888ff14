"""compile and plan on a small project: each situation that the contract names."""

import os
import shutil
import subprocess
import sys

import pytest

A, B = "[user_id, status]", "[created_at desc]"
IDX_A, IDX_B = "idx_orders_user_id_status", "idx_orders_created_at"


# Least change


def test_the_first_run_writes_drafts_and_the_second_nothing(shop):
    shop.branch().specs(A)
    shop.compile()
    assert shop.ups() == [f"migrations/0001_create_{IDX_A}.sql"]
    assert shop.files("migrations/down/*") == [f"migrations/down/0001_create_{IDX_A}.sql"]
    before = shop.tree()
    shop.compile()
    assert shop.tree() == before
    assert shop.plan() == [f"create {IDX_A}"]
    assert shop.run("plan", "--exit-code") == 1


def test_on_main_there_is_nothing_to_do(shop):
    shop.branch().specs(A)
    shop.compile().merge()
    assert shop.plan() == [] and shop.run("plan", "--exit-code") == 0
    shop.compile()


def test_one_added_is_one_migration_and_the_frozen_ones_stay(shop):
    shop.released(A)
    frozen = {path: content for path, content in shop.tree().items() if path.startswith("migrations")}
    shop.specs(A, B)
    shop.compile()
    assert shop.ups() == [f"migrations/0001_create_{IDX_A}.sql", f"migrations/0002_create_{IDX_B}.sql"]
    assert frozen.items() <= shop.tree().items()
    assert shop.plan() == [f"create {IDX_B}"]


@pytest.mark.parametrize("items, plan", [
    ([A, B], []),
    ([A], [f"drop {IDX_B}"]),
    ([A, "{columns: [created_at], name: " + IDX_B + "}"], [f"change {IDX_B}"]),
    ([A, "{columns: [created_at desc], name: by_date}"], ["rename by_date"]),
    ([A, B, "{columns: [total, status], replaces: orders_old}"], ["create idx_orders_total_status", "drop orders_old"]),
    ([A, B, "{columns: [total], name: idx_total, replaces: [orders_old]}"], ["rename idx_total"]),
    ([A, B, "{drop: orders_old}"], ["drop orders_old"]),
    ([A, B, "{columns: [total], name: orders_old}"], []),
    ([A, B, "{columns: [total], name: orders_old, adopt: true}"], ["adopt orders_old"]),
    ([A, B, "{columns: [total, id], name: orders_old, adopt: true}"], ["change orders_old"]),
])  # fmt: skip
def test_the_least_change(shop, items, plan):
    shop.released(A, B)
    shop.specs(*items)
    shop.compile()
    assert shop.plan() == plan
    shop.merge()
    assert shop.plan() == []
    shop.compile()


def test_specs_that_name_every_existing_index_plan_nothing(shop):
    shop.branch().specs("{columns: [user_id], name: orders_user}", "{columns: [total], name: orders_old}", "{columns: [id], unique: true, name: orders_pkey}")
    shop.compile()
    assert shop.plan() == [] and shop.files() == [] and not (shop.root / "generated/shop.migrations.lock").exists()


def test_another_definition_is_an_error_until_adopted(shop):
    shop.branch().specs("{columns: [total, id], name: orders_old}")
    before = shop.tree()
    assert shop.run("compile") == 1 and "adopt: true" in shop.output
    assert shop.tree() == before


def test_a_satisfied_drop_is_silent_whatever_the_dump_shows(shop):
    shop.released(A, "{drop: orders_old}")
    assert shop.plan() == []
    shop.write("schema.sql", shop.read("schema.sql").replace("CREATE INDEX orders_old ON orders (total);\n", ""))
    shop.compile()
    assert shop.plan() == []


def test_a_refreshed_dump_changes_nothing(shop):
    shop.released(A)
    shop.write("schema.sql", shop.read("schema.sql") + f"CREATE INDEX {IDX_A} ON public.orders USING btree (user_id, status);\n")
    before = shop.tree()
    shop.compile()
    assert shop.plan() == [] and shop.tree() == before


def test_an_own_index_with_another_definition_in_the_dump_is_an_error(shop):
    shop.released(A)
    shop.write("schema.sql", shop.read("schema.sql") + f"CREATE INDEX {IDX_A} ON orders (status);\n")
    assert shop.run("compile") == 1 and "SP506" in shop.output


def test_operations_on_a_table_that_is_gone_are_void(shop):
    shop.released(A)
    shop.write("schema.sql", shop.read("schema.sql").split("CREATE TABLE orders")[0])
    shop.write("specs/database.yaml", shop.read("specs/database.yaml").split("tables:")[0])
    shop.specs()
    shop.compile()
    assert shop.plan() == []


def test_the_folder_of_migrations_as_source_is_read_without_drafts(make_project):
    shop = make_project()
    shop.write("migrations/0001_init.sql", shop.read("schema.sql"))
    shop.write("specs/database.yaml", shop.read("specs/database.yaml").replace("schema: schema.sql", "schema: migrations"))
    shop.specs()
    shop.init().branch().specs(A)
    shop.compile()
    assert shop.plan() == [f"create {IDX_A}"]
    shop.merge()
    assert shop.plan() == []
    shop.branch("more").specs(A, B)
    shop.compile()
    assert shop.plan() == [f"create {IDX_B}"]


# Drafts


def test_a_deleted_draft_is_built_again(shop):
    shop.branch().specs(A)
    shop.compile()
    before = shop.tree()
    shop.root.joinpath(shop.ups()[0]).unlink()
    assert shop.run("compile", "--check") == 1 and "missing" in shop.output
    shop.compile()
    assert shop.tree() == before


def test_an_edited_draft_is_an_error_without_force(shop):
    shop.branch().specs(A)
    shop.compile()
    before = shop.tree()
    (up,) = shop.ups()
    shop.write(up, shop.read(up) + "SELECT 1;\n")
    assert shop.run("compile", "--check") == 1 and "edited" in shop.output
    assert shop.run("compile") == 1 and "SP504" in shop.output
    assert shop.read(up).endswith("SELECT 1;\n")
    shop.compile("--force")
    assert shop.tree() == before


def test_drafts_come_after_a_migration_that_came_in_between(shop):
    shop.branch().specs(A)
    shop.compile()
    shop.write("migrations/0007_by_hand.sql", "SELECT 1;\n")
    assert shop.run("compile", "--check") == 1
    shop.compile()
    assert shop.ups() == ["migrations/0007_by_hand.sql", f"migrations/0008_create_{IDX_A}.sql"]


def test_stamp(shop):
    shop.branch().specs(A)
    assert shop.run("compile", "--stamp", "0100") == 0
    assert shop.ups() == [f"migrations/0100_create_{IDX_A}.sql"]
    assert shop.run("compile", "--stamp", "soon") == 1 and "not a number" in shop.output


def test_a_spec_that_goes_takes_its_draft_with_it(shop):
    shop.branch()
    before = shop.tree()
    shop.specs(A)
    shop.compile()
    shop.specs()
    assert shop.run("compile") == 0
    lock = "generated/shop.migrations.lock"
    assert {path: content for path, content in shop.tree().items() if path != lock} == before


# Frozen


def frozen(shop):
    shop.released(A)
    (up,) = shop.ups()
    return up


def test_an_edited_frozen_migration_is_an_error(shop):
    up = frozen(shop)
    shop.write(up, shop.read(up) + "-- more\n")
    for arguments in (["compile"], ["compile", "--check"], ["compile", "--force"]):
        assert shop.run(*arguments) == 1 and "SP501" in shop.output
    assert shop.read(up).endswith("-- more\n")


def test_other_line_ends_are_called_that(shop):
    file = shop.root / frozen(shop)
    file.write_bytes(file.read_bytes().replace(b"\n", b"\r\n"))
    assert shop.run("compile", "--check") == 1
    assert "other line ends" in shop.output and "eol=lf" in shop.output


def test_a_missing_frozen_migration_is_an_error(shop):
    shop.root.joinpath(frozen(shop)).unlink()
    assert shop.run("compile") == 1 and "SP502" in shop.output and "git checkout" in shop.output


def test_a_new_migration_before_a_frozen_one_is_an_error(shop):
    frozen(shop)
    shop.write("migrations/0000_late.sql", "SELECT 1;\n")
    assert shop.run("compile") == 1 and "SP503" in shop.output and "0000_late" in shop.output


def test_migrations_that_were_there_before_are_fine(shop):
    shop.write("migrations/0001_init.sql", "SELECT 1;\n")
    shop.commit()
    frozen_files = [f"migrations/0002_create_{IDX_A}.sql"]
    shop.released(A)
    assert shop.ups() == ["migrations/0001_init.sql", *frozen_files]
    shop.specs(A, B)
    shop.compile()


def test_templates_of_the_project_rebuild_drafts_only(shop):
    up = frozen(shop)
    before = shop.read(up)
    shop.specs(A, B)
    shop.compile()
    shop.write("templates/indexes/psql.sql.j2", "-- {{ header }}\n-- ours\n{% for step in steps %}-- {{ step.action }}\n{% endfor %}")
    assert shop.run("compile", "--check") == 1 and "stale" in shop.output
    shop.compile()
    assert shop.read(up) == before and "-- ours" in shop.read(f"migrations/0002_create_{IDX_B}.sql")


def test_restart_begins_again_from_base(shop):
    shop.released(A)
    shop.specs(A, B)
    shop.compile()
    assert shop.run("compile", "--restart", stdin="n\n") not in (0, 1)
    assert len(shop.ups()) == 2
    assert shop.run("compile", "--restart", "--yes") == 0
    assert shop.ups() == ["migrations/0001_orders_indexes.sql"]
    assert shop.run("compile", "--check") == 0
    assert shop.plan() == [f"create {IDX_B}", f"create {IDX_A}"]
    shop.merge()
    shop.compile()
    assert shop.plan() == []
    (up,) = shop.ups()
    shop.write(up, "-- no\n")
    assert shop.run("compile") == 1 and "SP501" in shop.output


# Git


def test_without_git_release_freezes(make_project):
    shop = make_project()
    shop.specs(A)
    shop.compile()
    assert shop.plan() == []
    shop.specs(A, B)
    assert shop.plan() == [f"create {IDX_B}"]
    shop.specs(A)
    shop.compile("--release")
    (up,) = shop.ups()
    shop.specs(A, B)
    shop.compile()
    assert shop.ups() == [up, f"migrations/0002_create_{IDX_B}.sql"]
    shop.write(up, "-- edited\n")
    assert shop.run("compile") == 1 and "SP501" in shop.output


def test_release_is_refused_where_git_knows(shop):
    assert shop.branch().run("compile", "--release") == 2


def test_a_new_repository_without_a_commit_has_only_drafts(make_project):
    shop = make_project()
    shop.specs(A)
    shop.git("init", "-q", "-b", "main", ".")
    shop.compile()


def test_a_shallow_clone_compiles_nothing_and_checks_everything(shop, tmp_path, make_project):
    shop.released(A)
    shop.specs(A, B)
    shop.compile().commit()
    subprocess.run(["git", "clone", "-q", "--depth", "1", "--branch", "work", f"file://{shop.root}", str(tmp_path / "clone")], check=True)
    clone = make_project.__call__("scratch")
    clone.root = tmp_path / "clone"
    assert clone.run("compile") == 2 and "fetch" in clone.output
    assert clone.run("compile", "--check") == 0, clone.output
    clone.specs(A)
    assert clone.run("compile", "--check") == 1


def two_branches(shop):
    """Both add; `work` is merged first, `other` then merges main."""
    shop.released()
    shop.specs(A)
    shop.compile().commit()
    shop.git("switch", "-q", "main")
    shop.branch("other").write("specs/more.yaml", "kind: indexes\ntable: users\nindexes:\n  - [email]\n")
    shop.compile().commit()
    shop.git("switch", "-q", "main")
    shop.git("merge", "-q", "--no-edit", "work")
    shop.git("switch", "-q", "other")
    done = shop.git("merge", "-q", "main", check=False)
    assert done.returncode != 0 and "shop.migrations.lock" in done.stdout + done.stderr
    return shop


@pytest.mark.parametrize("side", ["--ours", "--theirs", "markers", "committed"])
def test_two_branches_that_both_add(shop, side):
    two_branches(shop)
    if side in ("--ours", "--theirs"):
        shop.git("checkout", side, "--", "generated")
    if side == "committed":
        shop.commit()
    shop.compile()
    if side != "committed":
        shop.commit()
    assert shop.plan() == ["create idx_users_email"]
    assert shop.ups() == [f"migrations/0001_create_{IDX_A}.sql", "migrations/0002_create_idx_users_email.sql"]
    assert shop.run("compile", "--check") == 0, shop.output
    assert "<<<<" not in shop.read("generated/shop.migrations.lock")


def test_plan_since(shop):
    shop.released(A)
    shop.specs(A, B)
    shop.compile().commit()
    assert shop.plan("--since", "HEAD") == []
    assert shop.plan("--since", "HEAD~1") == [f"create {IDX_B}"]
    assert shop.plan("--since", shop.git("rev-list", "--max-parents=0", "HEAD").stdout.strip()) == [f"create {IDX_B}", f"create {IDX_A}"]
    assert shop.run("plan", "--since", "nowhere") == 2


# Writing


def test_an_error_of_lint_writes_nothing(shop):
    shop.branch().specs(A, "[nothing]")
    before = shop.tree()
    assert shop.run("compile") == 1 and "nothing" in shop.output
    assert shop.tree() == before


def test_check_and_diff_write_nothing(shop):
    shop.branch().specs(A)
    before = shop.tree()
    assert shop.run("compile", "--check", "--diff") == 1
    assert f"+CREATE INDEX CONCURRENTLY {IDX_A} ON public.orders" in shop.output
    assert shop.tree() == before


@pytest.mark.parametrize("after", [0, 1, 2, 3, 4])
def test_a_crash_in_the_middle_is_healed_by_the_next_run(shop, monkeypatch, after):
    shop.branch().specs(A)
    shop.compile()
    shop.specs(A, B)
    replace, count = os.replace, []

    def failing(*arguments):
        if len(count) == after:
            raise KeyboardInterrupt
        count.append(1)
        return replace(*arguments)

    monkeypatch.setattr(os, "replace", failing)
    assert shop.run("compile") != 0
    monkeypatch.setattr(os, "replace", replace)
    assert shop.run("compile") == 0, shop.output
    assert shop.run("compile", "--check") == 0
    assert shop.ups() == ["migrations/0001_orders_indexes.sql"]
    assert not [path for path in shop.tree() if "broxspec-new" in path]


def test_a_full_disk_changes_nothing(shop, monkeypatch):
    import errno
    from pathlib import Path

    shop.branch().specs(A)
    before = shop.tree()
    write = Path.write_bytes

    def failing(path, content):
        if "broxspec.lock" in path.name:
            raise OSError(errno.ENOSPC, "No space left on device")
        return write(path, content)

    monkeypatch.setattr(Path, "write_bytes", failing)
    assert shop.run("compile") == 2 and "No space left on device" in shop.output
    monkeypatch.undo()
    assert shop.tree() == before


@pytest.mark.skipif(sys.platform == "win32", reason="folders can't be locked there")
def test_two_at_once(shop):
    from broxspec.write import alone

    with alone(shop.root):
        assert shop.branch().run("compile") == 2 and "another `broxspec compile`" in shop.output


def test_bytes_do_not_depend_on_folder_hash_seed_locale_or_time_zone(shop, tmp_path):
    shop.branch().specs(A, B, "{columns: [status], include: [total], with: {fillfactor: 80}}")
    shop.compile()
    copy = tmp_path / "elsewhere/deeper"
    shutil.copytree(shop.root, copy)
    shutil.rmtree(copy / "generated")
    shutil.rmtree(copy / "migrations")
    environ = {**os.environ, "PYTHONHASHSEED": "77", "LC_ALL": "C", "TZ": "Asia/Tokyo"}
    subprocess.run([sys.executable, "-m", "broxspec", "compile"], cwd=copy / "specs", env=environ, check=True, capture_output=True)
    for folder in ("generated", "migrations"):
        for path in sorted((copy / folder).rglob("*")):
            if path.is_file():
                assert path.read_bytes() == (shop.root / path.relative_to(copy)).read_bytes()


def test_a_comment_in_a_spec_makes_nothing_stale(shop):
    shop.branch().specs(A)
    shop.compile()
    before = shop.tree()
    shop.write("specs/orders.yaml", "# a remark\n" + shop.read("specs/orders.yaml"))
    assert shop.run("compile", "--check") == 0
    before["specs/orders.yaml"] = shop.tree()["specs/orders.yaml"]
    assert shop.tree() == before


def test_locks_are_sorted_lines(shop):
    shop.branch().specs(A, B)
    shop.compile()
    for path in ("generated/shop.migrations.lock", "generated/broxspec.lock"):
        lines = shop.read(path).splitlines()
        assert lines == sorted(lines) and lines[0].startswith("# generated by broxspec, do not edit")


# Prisma


def test_declarations_are_kept_in_step(prisma_shop):
    shop = prisma_shop.branch()
    before = shop.read("schema.prisma")
    shop.specs(A, "{columns: [lower(status)]}", "{columns: [total, status], replaces: orders_old}")
    shop.compile()
    text = shop.read("schema.prisma")
    added = [line for line in text.splitlines() if line not in before.splitlines()]
    assert all(line.endswith("// broxspec") for line in added) and len(added) == 2
    assert [line for line in before.splitlines() if line not in text.splitlines()] == ['  @@index([total],   map: "orders_old") // by hand']
    assert "lower" not in text
    shop.specs()
    assert shop.run("compile") == 0
    assert shop.read("schema.prisma") == before


def test_an_index_that_prisma_declares_already_is_referred_to(prisma_shop):
    shop = prisma_shop.branch()
    before = shop.tree()
    shop.specs("{columns: [user_id], name: orders_user}")
    shop.compile()
    assert shop.plan() == [] and shop.read("schema.prisma").encode() == before["schema.prisma"]


def test_a_hand_edited_declaration_differs_from_what_its_migration_made(prisma_shop):
    shop = prisma_shop.released(A)
    shop.write("schema.prisma", shop.read("schema.prisma").replace("[userId, status]", "[status, userId]"))
    assert shop.run("compile") == 1 and "SP506" in shop.output
    assert shop.run("compile", "--check") == 1


def test_a_leftover_declaration_does_not_stand_for_an_index(prisma_shop):
    """A merge that takes the other side's lock leaves our line behind; the index is still to be made."""
    shop = prisma_shop.branch()
    shop.specs(A)
    shop.compile()
    for path in shop.files("generated/*.lock"):
        shop.root.joinpath(path).unlink()
    shutil.rmtree(shop.root / "migrations")
    shop.compile()
    assert shop.plan() == [f"create {IDX_A}"] and len(shop.ups()) == 2


def test_repair_is_written_for_prisma(prisma_shop):
    prisma_shop.branch().specs(A)
    prisma_shop.compile()
    assert IDX_A in prisma_shop.read("generated/shop.migrations/repair.sql")


def test_migrations_sort_by_number_not_by_letter(shop):
    shop.write("migrations/9999_init.sql", "SELECT 1;\n")
    shop.commit()
    shop.released(A)
    assert shop.ups() == [f"migrations/10000_create_{IDX_A}.sql", "migrations/9999_init.sql"]
    shop.specs(A, B)
    shop.compile()
    assert f"migrations/10001_create_{IDX_B}.sql" in shop.ups()
    shop.write("migrations/9998_late.sql", "SELECT 1;\n")
    assert shop.run("compile") == 1 and "9998_late" in shop.output


# What people see


def test_words(shop, golden):
    """A stale tree and an edited frozen migration, as the terminal shows them."""
    shop.released(A)
    shop.specs(A, B)
    assert shop.run("compile", "--check") == 1
    golden("compile/golden/stale.txt", shop.output)
    assert shop.run("plan") == 0
    golden("compile/golden/plan.txt", _without_commit(shop.output))
    (up,) = shop.ups()
    shop.write(up, shop.read(up).replace("(user_id, status)", "(status)"))
    assert shop.run("compile") == 1
    golden("compile/golden/edited_frozen.txt", _without_commit(shop.output))


def _without_commit(text):
    import re

    return re.sub(r"(merge base|git checkout) [0-9a-f]{12}", r"\1 0123456789ab", text)


def test_the_strategy_document(shop, golden):
    shop.branch().specs(
        "{columns: [user_id, status], why: a | b, serves: []}",
        "{columns: [created_at desc], where: status = 'OPEN', why: 'open *orders* first'}",
        "{columns: [status], include: [total], why: totals}",
        "{columns: [total, id], using: brin}",
        "{columns: [lower(status), id], unique: true}",
    )
    shop.compile()
    golden("compile/golden/strategy.md", shop.read("generated/indexes/INDEX_STRATEGY.md"))
    golden("compile/golden/broxspec.lock", _without_hashes(shop.read("generated/broxspec.lock")))
    golden("compile/golden/migrations.lock", _without_hashes(shop.read("generated/shop.migrations.lock")))


def _without_hashes(text):
    """Hashes change with every word of a template; that they are right is what `--check` says."""
    import re

    return re.sub(r"[0-9a-f]{64}", "<sha256>", text)
