"""The hooks as a team uses them: pre-commit clones this repository, installs it, and runs them on a commit."""

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
SCHEMA = "CREATE TABLE users (id int PRIMARY KEY, name text);\nCREATE TABLE orders (id int PRIMARY KEY, user_id int REFERENCES users);\n"
DATABASE = "kind: database\nname: shop\nserver_version: 15\nschema: schema.sql\nrunner: psql\nmigrations: migrations\n"
CONFIG = """\
repos:
  - repo: {repository}
    rev: {commit}
    hooks:
      - id: broxspec-lint
      - id: broxspec-compile-check
      - id: broxspec-audit
        args: [schema.sql, --ignore, IX101]
"""


def git(folder: Path, *arguments: str) -> str:
    alone = os.environ | {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1"}
    command = ["git", "-c", "user.name=shop", "-c", "user.email=shop@example.com", *arguments]
    return subprocess.run(command, cwd=folder, env=alone, check=True, capture_output=True, text=True).stdout.strip()


def test_hooks(tmp_path: Path) -> None:
    ours = tmp_path / "ours"
    for name in git(ROOT, "ls-files", "--cached", "--others", "--exclude-standard").split("\n"):
        if not name.startswith("tests/") and (ROOT / name).is_file():
            (ours / name).parent.mkdir(parents=True, exist_ok=True)
            (ours / name).write_bytes((ROOT / name).read_bytes())
    git(ours, "init", "-q", "-b", "main")
    git(ours, "add", "-A")
    git(ours, "commit", "-q", "-m", "broxspec")
    team = tmp_path / "team"
    files = {"broxspec.toml": "", "schema.sql": SCHEMA, "specs/database/shop.yaml": DATABASE, "README.md": "shop\n"}
    files["specs/indexes/users.yaml"] = "kind: indexes\ntable: users\nindexes: [[name]]\n"
    files[".pre-commit-config.yaml"] = CONFIG.format(repository=ours, commit=git(ours, "rev-parse", "HEAD"))
    for path, text in files.items():
        (team / path).parent.mkdir(parents=True, exist_ok=True)
        (team / path).write_text(text, encoding="utf-8")
    git(team, "init", "-q", "-b", "main")
    git(team, "add", "-A")
    environ = os.environ | {"PRE_COMMIT_HOME": str(tmp_path / "home"), "GIT_CONFIG_GLOBAL": os.devnull, "PRE_COMMIT_COLOR": "never"}

    def hooks(*arguments: str) -> dict[str, str]:
        done = subprocess.run([sys.executable, "-m", "pre_commit", "run", *arguments], cwd=team, env=environ, capture_output=True, text=True, check=False)
        lines = [line for line in done.stdout.splitlines() if "...." in line]
        assert lines, done.stdout + done.stderr
        found = {line.partition("....")[0].rstrip("."): line.rpartition(".")[2].removeprefix("(no files to check)") for line in lines}
        assert (done.returncode != 0) == ("Failed" in found.values())
        return found

    assert hooks("--all-files") == {"broxspec lint": "Failed", "broxspec compile --check": "Failed", "broxspec audit": "Passed"}
    (team / "specs/indexes/orders.yaml").write_text("kind: indexes\ntable: orders\nindexes: [[user_id]]\n", encoding="utf-8")
    subprocess.run([sys.executable, "-m", "broxspec", "compile"], cwd=team, check=True, capture_output=True)
    git(team, "add", "-A")
    assert hooks("--all-files") == {"broxspec lint": "Passed", "broxspec compile --check": "Passed", "broxspec audit": "Passed"}
    git(team, "commit", "-q", "-m", "shop")
    (team / "README.md").write_text("our shop\n", encoding="utf-8")
    git(team, "add", "-A")
    assert hooks() == {"broxspec lint": "Skipped", "broxspec compile --check": "Skipped", "broxspec audit": "Skipped"}
