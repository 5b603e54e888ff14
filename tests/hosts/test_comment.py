"""One comment in the pull request: made, kept up to date, cleaned, on a host that behaves as GitHub and GitLab do; and when it does not."""

import io
import json
import os
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import code_host
import pytest
from report_samples import REPORT

from broxspec import hosts
from broxspec.cli import run
from broxspec.report import Report
from broxspec.report._comment import Effect, body, clean, marker
from broxspec.report._plan import ArtifactChange, DatabasePlan
from broxspec.report.markdown import length

FILES = {
    "broxspec.toml": "",
    "schema.sql": "CREATE TABLE users (id int PRIMARY KEY);\nCREATE TABLE orders (id int PRIMARY KEY, user_id int REFERENCES users, note text);\n",
    "specs/database/shop.yaml": "kind: database\nname: shop\nserver_version: 15\nschema: schema.sql\nrunner: psql\nmigrations: migrations\n",
}
INDEX = "kind: indexes\ntable: orders\nindexes:\n  - [user_id]\n"


class Done(NamedTuple):
    code: int
    out: str
    err: str


@pytest.fixture(params=["github", "gitlab"])
def host(request: pytest.FixtureRequest) -> Iterator[code_host.CodeHost]:
    with code_host.serving(request.param) as serving:
        yield serving


@pytest.fixture
def github() -> Iterator[code_host.CodeHost]:
    with code_host.serving("github") as serving:
        yield serving


@pytest.fixture(autouse=True)
def no_waiting(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """What would have been waited, in seconds."""
    waited: list[float] = []
    monkeypatch.setattr("broxspec.hosts.time.sleep", waited.append)
    monkeypatch.setattr(hosts.upsert, "__defaults__", (waited.append,))
    return waited


def git(folder: Path, *arguments: str) -> None:
    who = {f"GIT_{role}_{what}": "shop@example.com" for role in ("AUTHOR", "COMMITTER") for what in ("NAME", "EMAIL")}
    alone = {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1"}
    subprocess.run(["git", *arguments], cwd=folder, env=os.environ | who | alone, check=True, capture_output=True)


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    """A repository whose project lies in a folder of it, on a branch that has not changed anything yet."""
    project = tmp_path / "repo/db/shop"
    for path, text in FILES.items():
        (project / path).parent.mkdir(parents=True, exist_ok=True)
        (project / path).write_text(text, encoding="utf-8")
    git(tmp_path / "repo", "init", "-b", "main")
    git(tmp_path / "repo", "add", "-A")
    git(tmp_path / "repo", "commit", "-m", "the shop")
    git(tmp_path / "repo", "checkout", "-b", "change")
    event = {"pull_request": {"number": 7, "head": {"sha": "abcdef0123456789"}}}
    (tmp_path / "event.json").write_text(json.dumps(event), encoding="utf-8")
    return project


def comment(shop: Path, host: code_host.CodeHost | None, *arguments: str, **environ: str) -> Done:
    out, err = io.StringIO(), io.StringIO()
    given = (host.environ() if host else {}) | {"GITHUB_EVENT_PATH": str(shop.parents[2] / "event.json")} | environ
    code = run(["comment", *arguments], io.StringIO(), out, err, given, shop)
    assert code_host.TOKEN not in out.getvalue() + err.getvalue()
    return Done(code, out.getvalue(), err.getvalue())


def wanting(shop: Path) -> None:
    (shop / "specs/indexes").mkdir()
    (shop / "specs/indexes/orders.yaml").write_text(INDEX, encoding="utf-8")


def test_a_comment_is_made_once_and_then_kept_up_to_date(host, shop: Path) -> None:
    host.add("what is this?", by="somebody")
    first = comment(shop, host)
    assert (first.code, first.err) == (1, "comment: commented\n"), "the exit code is that of lint"
    assert len(host.bodies) == 2
    made = host.bodies[1]
    assert made.startswith("<!-- broxspec: db/shop -->\n### broxspec: `db/shop`\n")
    assert "IX101" in made and "`db/shop/schema.sql:2`" in made and "nothing to do" in made
    assert comment(shop, host).err == "comment: the comment stands as it is\n"
    wanting(shop)
    second = comment(shop, host)
    assert (second.code, second.err) == (0, "comment: the comment is up to date\n")
    assert len(host.bodies) == 2
    assert "no findings" in host.bodies[1] and "| + create | `idx_orders_user_id` | `orders` |" in host.bodies[1]
    assert host.bodies[0] == "what is this?"


def test_with_nothing_left_to_say_the_comment_says_so_and_none_is_begun(host, shop: Path) -> None:
    schema = (shop / "schema.sql").read_text()
    (shop / "schema.sql").write_text(schema.replace(" REFERENCES users", ""), encoding="utf-8")
    git(shop, "commit", "-am", "no key")
    quiet = comment(shop, host)
    assert (quiet.code, quiet.err, host.bodies) == (0, "comment: nothing to say\n", [])
    host.add(f"{marker('db/shop')}\nold")
    assert comment(shop, host).err == "comment: the comment is up to date\n"
    assert "No findings, and nothing would change." in host.bodies[0]


def test_other_projects_and_other_people_are_left_alone(host, shop: Path) -> None:
    theirs = [f"{marker('db/shop')}\nI quote you", f"> {marker('db/shop')}"]
    for text in theirs:
        host.add(text, by="somebody")
    host.add(f"{marker('db/other')}\nother project")
    host.add(f"I, too, say {marker('db/shop')}")
    before = list(host.bodies)
    comment(shop, host)
    assert host.bodies[:4] == before and len(host.bodies) == 5


def test_the_own_comment_is_found_on_a_later_page_and_a_second_one_goes(host, shop: Path) -> None:
    for number in range(130):
        host.add(f"comment {number}", by="somebody")
    host.add(f"{marker('db/shop')}\nold")
    host.add(f"{marker('db/shop')}\nolder run, at the same time")
    assert comment(shop, host).err == "comment: the comment is up to date\n"
    assert len(host.bodies) == 131
    assert "IX101" in host.bodies[130]


def test_a_personal_token_is_known_by_its_name(github, shop: Path) -> None:
    github.user = {"login": "octocat", "type": "User"}
    github.add(f"{marker('db/shop')}\nof a bot")
    github.add(f"{marker('db/shop')}\nold", by="octocat")
    comment(shop, github)
    assert github.bodies[0].endswith("of a bot") and "IX101" in github.bodies[1]


@pytest.mark.parametrize(
    ("answers", "waits"),
    [
        ([502], [1.0]),
        ([500, 503, 504], [1.0, 4.0, 15.0]),
        ([(429, {"Retry-After": "7"})], [7.0]),
        ([(403, {"Retry-After": "9999"})], [60.0]),
        ([(403, {"X-RateLimit-Remaining": "0"})], [1.0]),
    ],
    ids=str,
)
def test_what_passes_is_waited_for(host, shop: Path, no_waiting: list[float], answers: list, waits: list[float]) -> None:
    host.answers = list(answers)
    assert comment(shop, host).err == "comment: commented\n"
    assert no_waiting == waits
    assert len(host.bodies) == 1


def test_a_comment_whose_answer_got_lost_is_not_made_twice(host, shop: Path) -> None:
    host.lost = 1
    assert comment(shop, host).err == "comment: the comment stands as it is\n"
    assert len(host.bodies) == 1


@pytest.mark.parametrize("status", [401, 403, 404, 422, 302])
def test_a_refusal_is_a_warning_and_the_summary_has_it_all(github, shop: Path, tmp_path: Path, no_waiting: list[float], status: int) -> None:
    summary = tmp_path / "summary.md"
    # Who asks is asked first, and may be refused that.
    github.answers = [403, (status, {"Location": "http://127.0.0.1:1/"})]
    done = comment(shop, github, GITHUB_STEP_SUMMARY=str(summary))
    assert done.code == 1, "that of lint"
    assert "the comment was not posted" in done.err and str(status) in done.err
    assert done.out.startswith("::warning ")
    assert "IX101" in summary.read_text()
    assert no_waiting == [] and github.bodies == []


def test_a_host_that_is_down_is_a_warning(host, shop: Path, no_waiting: list[float]) -> None:
    address = {"GITHUB_API_URL": "http://127.0.0.1:1", "CI_API_V4_URL": "http://127.0.0.1:1"}
    wanting(shop)
    done = comment(shop, host, **address)
    assert done.code == 0 and "does not answer" in done.err
    assert len(no_waiting) == 3


def test_a_fork_of_gitlab_has_no_token(shop: Path) -> None:
    environ = {"GITLAB_CI": "true", "CI_PROJECT_ID": "1", "CI_MERGE_REQUEST_PROJECT_ID": "2", "CI_MERGE_REQUEST_SOURCE_PROJECT_ID": "1", "CI_MERGE_REQUEST_IID": "7"}
    done = comment(shop, None, **environ)
    assert done.code == 1 and "the comment was not posted: a merge request of a fork" in done.err


@pytest.mark.parametrize(
    ("environ", "says"),
    [
        ({}, "neither GitHub Actions nor GitLab CI"),
        ({"GITHUB_ACTIONS": "true"}, "`GITHUB_TOKEN` is not set"),
        ({"GITLAB_CI": "true", "CI_PROJECT_ID": "1", "CI_MERGE_REQUEST_IID": "7"}, "`BROXSPEC_GITLAB_TOKEN` is not set"),
        ({"GITHUB_ACTIONS": "true", "GITHUB_TOKEN": "x", "GITHUB_API_URL": "file:///etc/passwd"}, "not the address of an API"),
    ],
)
def test_a_step_that_can_never_comment_is_wrong_usage(shop: Path, environ: dict[str, str], says: str) -> None:
    done = comment(shop, None, **environ)
    assert done.code == 2 and says in done.err


def test_a_push_belongs_to_no_pull_request(github, shop: Path, tmp_path: Path) -> None:
    (tmp_path / "event.json").write_text('{"ref": "refs/heads/main"}')
    done = comment(shop, github)
    assert done.code == 1 and "belongs to no pull request" in done.err
    assert github.seen == []


def test_dry_run_prints_and_posts_nothing(github, shop: Path) -> None:
    done = comment(shop, github, "--dry-run", "--fail-on", "never")
    assert done.code == 0 and done.out.startswith(marker("db/shop")) and "`abcdef012345`" in done.out
    assert github.seen == []


def test_errors_are_shown_without_a_plan(github, shop: Path) -> None:
    (shop / "specs/database/shop.yaml").write_text("kind: [\n", encoding="utf-8")
    assert comment(shop, github).code == 1
    assert "SP006" in github.bodies[0] and "no plan while there are errors" in github.bodies[0]


def test_the_plan_is_against_the_branch_to_merge_into(github, shop: Path) -> None:
    wanting(shop)
    git(shop, "checkout", "-b", "release")
    assert run(["compile"], io.StringIO(), io.StringIO(), io.StringIO(), {}, shop) == 0
    git(shop, "add", "-A")
    git(shop, "commit", "-m", "the index")
    git(shop, "update-ref", "refs/remotes/origin/release", "HEAD")
    git(shop, "checkout", "-b", "topic")
    against_main = comment(shop, github, "--dry-run", "--since", "main").out
    against_release = comment(shop, github, "--dry-run", GITHUB_BASE_REF="release").out
    assert "+ create" in against_main and "+ create" not in against_release


@pytest.mark.parametrize("room", [65_536, 6_000])
def test_too_much_for_one_comment_is_cut_honestly(room: int) -> None:
    many = tuple(found._replace(message=f"{found.message} 😀 {number}") for number in range(600) for found in REPORT.diagnostics)
    artifacts = [ArtifactChange("+", f"generated/{number}.sql") for number in range(5_000)]
    text = body(Effect(Report(many), [DatabasePlan("shop", "main", [])], artifacts), "db/shop", "abc", room)
    assert room - 4_000 < length(text) <= room
    assert text.index("| error |") < text.index("for want of room")
    shown = text.count("\n| error |") + text.count("\n| warning |") + text.count("\n| info |")
    assert f"{3_000 - shown:,} more findings" in text
    files = text.count("\n+ generated/")
    assert f"{5_000 - files:,} more lines" in text
    assert text.count("<details>") == text.count("</details>") and text.count("```") % 2 == 0


def test_a_folder_can_not_end_the_marker() -> None:
    assert marker("a --> <b>") == "<!-- broxspec: a%20--%3E%20%3Cb%3E -->"
    assert clean("a`b", "").startswith(marker("a`b"))
