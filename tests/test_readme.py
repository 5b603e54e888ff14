"""README.md shows what really happens: its commands are run on its own snippets, and the output must be what stands there.

    <!-- file PATH -->   the block that follows is that file
    <!-- run -->         the block that follows is a session: each `$ broxspec …` and its output; `run 1` where it ends with 1

BROXSPEC_UPDATE=1 writes the output into the page.
"""

import io
import os
import re
import shlex
import subprocess
from pathlib import Path

import pytest

from broxspec.cli import broxspec, run
from broxspec.kinds import __path__ as kinds
from broxspec.runners import available

ROOT = Path(__file__).resolve().parents[1]
README = ROOT / "README.md"
BLOCK = re.compile(r"<!-- (file|run) ?(.*?) -->\n```\w*\n(.*?)```\n", re.DOTALL)
# What is there before the story of the README begins.
SHOP = {
    "broxspec.toml": "",
    "schema.sql": """\
CREATE TYPE order_status AS ENUM ('pending', 'paid', 'shipped', 'cancelled');
CREATE TABLE users (id bigint PRIMARY KEY, email text NOT NULL UNIQUE);
CREATE TABLE orders (
    id bigint PRIMARY KEY,
    user_id bigint NOT NULL REFERENCES users,
    status order_status NOT NULL,
    created_at timestamptz NOT NULL
);
CREATE INDEX orders_user_id_idx ON orders (user_id);
""",
    "specs/database/shop.yaml": """\
kind: database
name: shop
server_version: 15
schema: schema.sql
runner: psql
migrations: migrations
tables:
  orders: {rows: 1500000}
""",
}


def write(folder: Path, path: str, text: str) -> None:
    (folder / path).parent.mkdir(parents=True, exist_ok=True)
    (folder / path).write_text(text, encoding="utf-8", newline="\n")


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    for path, text in SHOP.items():
        write(tmp_path, path, text)
    who = {f"GIT_{role}_{what}": f"shop{sign}" for role in ("AUTHOR", "COMMITTER") for what, sign in (("NAME", ""), ("EMAIL", "@example.com"))}
    when = {f"GIT_{role}_DATE": "2026-01-01T00:00:00Z" for role in ("AUTHOR", "COMMITTER")}
    environ = os.environ | who | when | {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1"}
    for arguments in (["init", "-b", "main"], ["add", "-A"], ["commit", "-m", "the shop"], ["checkout", "-b", "parcels"]):
        subprocess.run(["git", *arguments], cwd=tmp_path, env=environ, check=True, capture_output=True)
    return tmp_path


def session(text: str, folder: Path) -> tuple[str, int]:
    """The commands of a session with what they print now, and how the last one ended."""
    shown, code = [], 0
    for line in (line for line in text.splitlines() if line.startswith("$ ")):
        name, *arguments = shlex.split(line.removeprefix("$ "))
        assert name == "broxspec"
        out = io.StringIO()
        code = run(arguments, io.StringIO(), out, out, {}, folder)
        shown.append(f"{line}\n{out.getvalue()}")
    return "".join(shown), code


def test_the_readme_shows_what_happens(shop: Path) -> None:
    page = README.read_text("utf-8")

    def play(match: re.Match[str]) -> str:
        what, argument, text = match.groups()
        if what == "file":
            write(shop, argument, text)
            return match[0]
        now, code = session(text, shop)
        assert code == int(argument or 0), now
        return match[0].replace(text, now)

    now = BLOCK.sub(play, page)
    if os.environ.get("BROXSPEC_UPDATE"):
        README.write_text(now, encoding="utf-8", newline="\n")
    assert BLOCK.search(page)
    assert now == page or os.environ.get("BROXSPEC_UPDATE"), "write it with BROXSPEC_UPDATE=1"


def test_what_the_readme_ends_with_compiles(shop: Path) -> None:
    for what, argument, text in BLOCK.findall(README.read_text("utf-8")):
        if what == "file":
            write(shop, argument, text)
    for line in ("lint", "compile", "compile --check"):
        said, code = session(f"$ broxspec {line}", shop)
        assert code == 0, said


def test_the_readme_names_every_command_kind_and_runner() -> None:
    page = README.read_text("utf-8")
    for name in broxspec.list_commands(None):  # type: ignore[arg-type]
        assert f"`{name}`" in page
    for path in Path(kinds[0]).iterdir():
        if (path / "model.py").exists():
            assert f"[`{path.name}`](docs/kinds/{path.name}.md)" in page
    for name in available():
        assert f"(docs/runners/{name}.md)" in page


@pytest.mark.parametrize("page", ["README.md", *sorted(str(path.relative_to(ROOT)) for path in (ROOT / "docs").rglob("*.md"))])
def test_links_within_the_project_lead_somewhere(page: str) -> None:
    for target in re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", (ROOT / page).read_text("utf-8")):
        assert ((ROOT / page).parent / target).exists(), f"{page}: {target}"
