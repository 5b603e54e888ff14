"""Two branches whose drafts have one name: whatever git was told to keep, the next compile mends it."""

import pytest

ADDED = {"a": "[status, created_at]", "b": "[total, status]"}


def _branch(shop, name, spec):
    shop.git("switch", "-q", "main")
    shop.branch(name).write(f"specs/{name}.yaml", f"kind: indexes\ntable: orders\nindexes:\n  - {spec}\n  - {{columns: [id, status], name: also_{name}}}\n")
    return shop.compile().commit()


@pytest.fixture(params=["psql", "prisma"])
def branches(request):
    """`a` is merged into main; `b` stands, with drafts of its own."""
    shop = request.getfixturevalue("shop" if request.param == "psql" else "prisma_shop")
    for name, spec in ADDED.items():
        _branch(shop, name, spec)
    shop.git("switch", "-q", "main")
    shop.git("merge", "-q", "--no-edit", "a")
    shop.frozen = {path: shop.read(path) for path in shop.files()}
    shop.git("switch", "-q", "b")
    return shop


def _mended(shop):
    shop.compile()
    assert {path: shop.read(path) for path in shop.frozen} == shop.frozen
    assert shop.plan() == ["create also_b", "create idx_orders_total_status"]
    before = shop.tree()
    shop.compile()
    assert shop.tree() == before


def _take(shop, side):
    """Keep one side of every conflict; with `markers`, of the files that people write."""
    conflicts = shop.git("diff", "--name-only", "--diff-filter=U").stdout.split()
    assert any(path.startswith("migrations/") for path in conflicts)
    for path in conflicts:
        if side != "markers" or path.startswith("schema"):
            shop.git("checkout", "--ours" if side == "markers" else f"--{side}", "--", path)


@pytest.mark.parametrize("side", ["ours", "theirs", "markers"])
@pytest.mark.parametrize("committed", [False, True])
def test_after_a_merge(branches, side, committed):
    assert branches.git("merge", "-q", "main", check=False).returncode
    _take(branches, side)
    if committed:
        branches.commit()
    _mended(branches)


@pytest.mark.parametrize("side", ["ours", "theirs", "markers"])
def test_in_the_middle_of_a_rebase_and_after_it(branches, side):
    assert branches.git("rebase", "main", check=False).returncode
    _take(branches, side)
    _mended(branches)
    branches.git("add", "-A")
    branches.git("-c", "core.editor=true", "rebase", "--continue")
    _mended(branches)


def test_an_edit_by_hand_is_still_an_edit(branches):
    branches.git("merge", "-q", "main", check=False)
    _take(branches, "theirs")
    path = next(path for path in branches.frozen if "down" not in path)
    branches.write(path, branches.read(path) + "-- mine\n")
    assert branches.run("compile") == 1
    assert "SP501" in branches.output
    assert branches.read(path).endswith("-- mine\n")


def test_what_the_spec_files_are_called_makes_no_other_operations(shop):
    shop.write("schema.sql", shop.read("schema.sql") + "CREATE INDEX users_name ON users (name);\n")
    first, second = "kind: indexes\ntable: users\nindexes:\n  - drop: users_name\n    why: no\n", "kind: indexes\ntable: orders\nindexes:\n  - drop: orders_old\n    why: no\n"
    shop.branch()
    plans = []
    for one, other in ((first, second), (second, first)):
        shop.write("specs/a.yaml", one)
        shop.write("specs/b.yaml", other)
        shop.compile()
        plans.append([line for path in shop.ups() for line in shop.read(path).split("\n") if not line.startswith("-- from")])
    assert plans[0] == plans[1]
