"""broxspec lint, in process: projects, environments, settings, what is shown and how it ends."""

import io
import json
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import pytest

from broxspec.cli import run

SCHEMA = """\
CREATE TABLE users (id int PRIMARY KEY, email text);
CREATE TABLE orders (id int PRIMARY KEY, user_id int REFERENCES users, status text, created_at timestamptz);
CREATE TRIGGER t AFTER INSERT ON orders EXECUTE FUNCTION f();
"""
DATABASE = """\
kind: database
name: app
server_version: 15
schema: schema.sql
runner: psql
migrations: migrations
environments: [production, staging]
"""
ORDERS = "kind: indexes\ntable: orders\nindexes:\n  - [user_id]\n"
WRONG = "kind: indexes\ntable: users\nindexes:\n  - [emial]\n"


class Done(NamedTuple):
    code: int
    out: str
    err: str

    @property
    def findings(self) -> list[dict]:
        return json.loads(self.out)["diagnostics"]

    @property
    def codes(self) -> list[str]:
        return [finding["code"] for finding in self.findings]


Write = Callable[..., None]


@pytest.fixture
def write(tmp_path: Path) -> Write:
    def files(folder: str = ".", /, **texts: str) -> None:
        for name, text in texts.items():
            path = tmp_path / folder / {"toml": "broxspec.toml", "schema": "schema.sql"}.get(name, f"specs/{name}.yaml")
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")

    return files


@pytest.fixture
def lint(tmp_path: Path) -> Callable[..., Done]:
    def call(*arguments: str, folder: str = ".") -> Done:
        out, err = io.StringIO(), io.StringIO()
        code = run(["lint", *arguments], io.StringIO(), out, err, {}, tmp_path / folder)
        return Done(code, out.getvalue(), err.getvalue())

    return call


@pytest.fixture
def project(write: Write) -> None:
    write(toml="", schema=SCHEMA, database=DATABASE, orders=ORDERS)


def test_a_clean_project_is_quiet(project: None, lint) -> None:
    done = lint()
    assert (done.code, done.out) == (0, "")
    assert done.err == "no findings in 2 spec files, 2 tables; 1 statement skipped (CREATE TRIGGER 1)\n"


def test_a_finding_in_every_environment_is_one(project: None, write: Write, lint, golden) -> None:
    write(users=WRONG)
    done = lint("--format", "json")
    assert done.code == 1
    (finding,) = done.findings
    assert (finding["code"], finding["path"], finding["line"], finding["column"]) == ("IX202", "specs/users.yaml", 4, 6)
    assert finding["environments"] == ["production", "staging"]
    golden("cli/golden/lint.txt", lint().out)


def test_a_finding_in_one_environment_says_which(project: None, write: Write, lint) -> None:
    write(staging="kind: database\nname: app\nenvironment: staging\nserver_version: 3\n")
    done = lint("--format", "json")
    assert done.code == 1
    (finding,) = done.findings
    assert finding["environments"] == ["staging"]
    assert "= only in: staging" in lint().out
    assert lint("--env", "production").code == 0
    assert lint("--env", "staging").code == 1


def test_a_rule_that_looks_at_the_environment_runs_in_each(project: None, write: Write, lint) -> None:
    """Findings are shared between environments only by rules that looked at nothing which differs."""
    columns = "abcdefghij"
    write(schema="CREATE TABLE events (id int PRIMARY KEY, " + ", ".join(f"{name} int" for name in columns) + ");\n")
    write(orders="kind: indexes\ntable: events\nindexes:\n" + "".join(f"  - [{name}]\n" for name in columns))
    write(staging="kind: database\nname: app\nenvironment: staging\ntables: {events: {writes: 200/s}}\n")
    (finding,) = [finding for finding in lint("--format", "json").findings if finding["code"] == "IX217"]
    assert finding["environments"] == ["staging"]


def test_an_unknown_environment_is_2(project: None, lint) -> None:
    done = lint("--env", "stagin")
    assert done.code == 2
    assert "no environment is called `stagin`" in done.err and "`staging`" in done.err


def test_paths_limit_what_is_shown_not_what_is_looked_at(project: None, write: Write, lint) -> None:
    write(users=WRONG)
    assert lint("specs/users.yaml").code == 1
    assert lint("specs").code == 1
    assert lint("specs/orders.yaml").code == 0, "needs the schema and the database, which lie elsewhere"
    assert lint("specs/nothing.yaml").code == 2
    assert lint("users.yaml", folder="specs").code == 1, "the project is found above"


def test_nothing_to_read_is_2(write: Write, lint, tmp_path: Path) -> None:
    assert lint().code == 2
    write(toml="")
    assert lint().code == 2
    (tmp_path / "specs").mkdir()
    done = lint()
    assert done.code == 2 and "no spec in `specs`" in done.err


@pytest.mark.parametrize("text", ["a: [", "kind: indexes\n\tx: 1\n", "\x00", "- just\n- a list\n", "kind: idexes\n"])
def test_what_cannot_be_read_is_a_finding(project: None, write: Write, lint, text: str) -> None:
    write(broken=text)
    done = lint("--format", "json")
    assert done.code == 1
    assert all(finding["path"] == "specs/broken.yaml" for finding in done.findings)
    assert lint("--select", "IX101").code == 1, "a selection must not make a broken file look clean"


def test_severities_and_fail_on_of_the_project(project: None, write: Write, lint) -> None:
    write(orders="kind: indexes\ntable: orders\nindexes:\n  - [status]\n")
    assert lint("--format", "json").codes == ["IX101"]
    write(toml='fail-on = "error"\n')
    assert lint().code == 0
    assert lint("--fail-on", "warning").code == 1, "the option wins"
    write(toml='[rules]\nunindexed-foreign-key = "error"\n')
    (finding,) = lint("--format", "json").findings
    assert finding["severity"] == "error"
    write(toml='[rules]\nIX101 = "off"\n')
    assert lint().code == 0


def test_a_workspace_is_checked_in_one_run(write: Write, lint) -> None:
    write(toml='[workspace]\nmembers = ["db/*"]\n')
    unindexed = "kind: indexes\ntable: orders\nindexes:\n  - [status]\n"
    write("db/one", toml="", schema=SCHEMA, database=DATABASE, orders=ORDERS)
    write("db/two", toml='fail-on = "error"\n', schema=SCHEMA, database=DATABASE, orders=unindexed)
    done = lint("--format", "json")
    assert [(finding["code"], finding["path"]) for finding in done.findings] == [("IX101", "db/two/schema.sql")]
    assert done.code == 0, "each project has its own threshold"
    write("db/one", users=WRONG)
    assert lint().code == 1
    assert [finding["path"] for finding in lint("--format", "json", folder="db/one").findings] == ["specs/users.yaml"]


def test_a_schema_that_is_not_there_is_a_finding(project: None, write: Write, lint) -> None:
    write(database=DATABASE.replace("schema.sql", "nothing.sql"))
    done = lint("--format", "json")
    assert done.code == 1
    finding = done.findings[0]
    assert (finding["code"], finding["path"], finding["line"]) == ("SP170", "specs/database.yaml", 4)


def test_output_is_the_same_in_every_run(project: None, write: Write, lint) -> None:
    write(users=WRONG, more="kind: indexes\ntable: orders\nindexes:\n  - [status]\n  - [nothing]\n")
    assert lint("--format", "json") == lint("--format", "json")


def test_an_ignore_with_a_reason(project: None, write: Write, lint) -> None:
    write(users=WRONG.replace("[emial]", "[emial]  # broxspec: ignore[IX202] comes with the next release"))
    assert lint().code == 0
    write(users=WRONG.replace("[emial]", "[emial]  # broxspec: ignore[IX202]"))
    assert sorted(lint("--format", "json").codes) == ["IX202", "SP101"]


def test_an_ignore_that_finds_nothing(project: None, write: Write, lint) -> None:
    write(orders=ORDERS.replace("[user_id]", "[user_id]  # broxspec: ignore[IX202] was wrong once"))
    assert lint("--format", "json").codes == ["SP103"]
    assert lint("--env", "staging").code == 0, "another environment may need it"
    write(orders=ORDERS.replace("[user_id]", "[user_id]  # broxspec: ignore[IX112] short in practice"))
    assert lint().code == 0, "the rule is of the strict profile, and did not run"
    assert lint("--profile", "strict", "--format", "json").codes == ["SP103"]


def test_an_ignore_of_a_rule_that_is_not_shown_is_used(project: None, write: Write, lint) -> None:
    write(users=WRONG.replace("[emial]", "[emial]  # broxspec: ignore[IX202] comes with the next release"))
    assert lint("--ignore", "IX2").code == 0
    write(toml='[rules]\nIX202 = "off"\n')
    assert lint().code == 0


def test_a_link_in_a_circle_is_a_finding_also_where_paths_are_given(write: Write, lint: Callable[..., Done], tmp_path: Path) -> None:
    write(toml="", schema=SCHEMA, database=DATABASE)
    (tmp_path / "specs/circle.yaml").symlink_to("circle.yaml")
    assert "SP001" in lint("specs", "--format", "json").codes
