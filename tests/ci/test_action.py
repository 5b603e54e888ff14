"""The action as GitHub runs it: its scripts in bash, step by step, with the environment that GitHub gives, on a repository of its own."""

import json
import os
import re
import subprocess
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import NamedTuple

import code_host
import pytest
import yaml

ROOT = Path(__file__).resolve().parents[2]
ACTION = yaml.safe_load((ROOT / "action.yml").read_text("utf-8"))
EXPRESSION = re.compile(r"\$\{\{\s*(.*?)\s*\}\}")
SHOP = {
    "broxspec.toml": "",
    "schema.sql": "CREATE TABLE users (id int PRIMARY KEY, name text);\nCREATE TABLE orders (id int PRIMARY KEY, user_id int REFERENCES users);\n",
    "specs/database/shop.yaml": "kind: database\nname: shop\nserver_version: 15\nschema: schema.sql\nrunner: psql\nmigrations: migrations\n",
}


class Job(NamedTuple):
    """`outcomes` are the steps that ran, by name, with how each ended."""

    outcomes: dict[str, str]
    log: str
    summary: str


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The runner's folder, in which the first step has installed this checkout."""
    temp = tmp_path_factory.mktemp("runner")
    copy = temp / "action"
    listed = ["git", "ls-files", "--cached", "--others", "--exclude-standard"]
    for name in subprocess.run(listed, cwd=ROOT, capture_output=True, text=True, check=True).stdout.split("\n"):
        if name and not name.startswith("tests/") and (ROOT / name).is_file():
            (copy / name).parent.mkdir(parents=True, exist_ok=True)
            (copy / name).write_bytes((ROOT / name).read_bytes())
    job = work(temp, temp, {}, only="Install broxspec", action=copy)
    assert job.outcomes == {"Install broxspec": "success"}, job.log
    return temp


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    """A project in a folder with an awkward name."""
    project = tmp_path / "repo/db's $(touch owned) shop"
    for path, text in SHOP.items():
        (project / path).parent.mkdir(parents=True, exist_ok=True)
        (project / path).write_text(text, encoding="utf-8")
    alone = os.environ | {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1"}
    who = ["-c", "user.name=shop", "-c", "user.email=shop@example.com"]
    for words in (["init", "-q", "-b", "main"], ["add", "-A"], [*who, "commit", "-q", "-m", "shop"], ["checkout", "-q", "-b", "change"]):
        subprocess.run(["git", *words], cwd=tmp_path / "repo", env=alone, check=True)
    return tmp_path / "repo"


@pytest.fixture
def host() -> Iterator[code_host.CodeHost]:
    with code_host.serving("github") as serving:
        yield serving


def work(workspace: Path, temp: Path, given: Mapping[str, str], only: str = "", action: Path = ROOT, environ: Mapping[str, str] = {}) -> Job:
    """Run the steps of the action that are scripts. Those that use other actions are listed as `used`."""
    inputs = {name: str(one.get("default", "")) for name, one in ACTION["inputs"].items()} | dict(given)
    context = {f"inputs.{name}": value for name, value in inputs.items()} | {"github.action_path": str(action), "github.token": code_host.TOKEN}
    outcomes: dict[str, str] = {}
    ids: dict[str, str] = {} if not (temp / "broxspec").exists() else {"install": "success"}
    log = ""
    files = {name: temp / name for name in ("GITHUB_PATH", "GITHUB_OUTPUT", "GITHUB_STEP_SUMMARY")}
    for name in ("GITHUB_OUTPUT", "GITHUB_STEP_SUMMARY"):
        files[name].write_text("")
    files["GITHUB_PATH"].touch()

    def value(text: str) -> str:
        return EXPRESSION.sub(lambda found: value(context[found[1]]), text)

    for step in ACTION["runs"]["steps"]:
        name = step.get("name", step.get("uses"))
        if (only and name != only) or (name == "Install broxspec" and not only):
            continue
        if not wanted(step.get("if", ""), inputs, ids):
            continue
        if "uses" in step:
            outcomes[name] = "used"
            continue
        path = ":".join([*files["GITHUB_PATH"].read_text().split("\n")[:-1], os.environ["PATH"]])
        around = {"PATH": path, "RUNNER_TEMP": str(temp), "GITHUB_ACTIONS": "true", "GITHUB_WORKSPACE": str(workspace), **environ}
        around |= {name: str(file) for name, file in files.items()} | {name: value(text) for name, text in step["env"].items()}
        kept = {name: text for name, text in os.environ.items() if name.startswith(("PIP_", "UV_")) or name in ("HOME", "LANG")}
        script = ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", step["run"]]
        done = subprocess.run(script, cwd=workspace, env=kept | around, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False)
        outcomes[name] = "success" if done.returncode == 0 else f"failure {done.returncode}"
        ids[step.get("id", name)] = "success" if done.returncode == 0 else "failure"
        log += done.stdout
    return Job(outcomes, log, files["GITHUB_STEP_SUMMARY"].read_text("utf-8"))


def wanted(condition: str, inputs: Mapping[str, str], ids: Mapping[str, str]) -> bool:
    """The few kinds of conditions that the action has."""
    for part in EXPRESSION.sub(r"\1", condition).split(" && "):
        if part in ("", "!cancelled()"):
            continue
        left, _, right = part.partition(" == ")
        source, name = (ids, left.split(".")[1]) if left.startswith("steps.") else (inputs, left.removeprefix("inputs."))
        if source.get(name, "skipped") != right.strip("'"):
            return False
    return True


def test_the_conditions_are_understood() -> None:
    assert wanted("${{ !cancelled() && steps.install.outcome == 'success' }}", {}, {"install": "success"})
    assert not wanted("${{ !cancelled() && inputs.sarif == 'true' }}", {"sarif": "false"}, {})


def test_a_pull_request(installed: Path, repository: Path, host: code_host.CodeHost, tmp_path: Path) -> None:
    """Findings are annotations with paths from the root of the checkout, a comment, and a file for code scanning; the job fails."""
    (tmp_path / "event.json").write_text('{"pull_request": {"number": 7, "head": {"sha": "abc"}}}')
    project = "db's $(touch owned) shop"
    (repository / project / "specs/indexes.yaml").write_text("kind: indexes\ntable: users\nindexes: [[name]]\n")
    environ = {"GITHUB_API_URL": host.url, "GITHUB_REPOSITORY": "o/r", "GITHUB_EVENT_PATH": str(tmp_path / "event.json"), "GITHUB_BASE_REF": "main"}
    job = work(repository, installed, {"path": project, "comment": "true", "sarif": "true"}, environ=environ)
    assert job.outcomes == {
        "actions/setup-python@v5": "used",
        "Findings": "failure 1",
        "Generated files": "failure 1",
        "SARIF": "success",
        "Code scanning": "used",
        "Comment": "success",
    }, job.log
    assert f"::warning title=IX101 unindexed-foreign-key,file={project}/schema.sql,line=2," in job.log
    assert "IX101" in job.summary
    run = json.loads((installed / "broxspec.sarif").read_text())["runs"][0]
    assert [result["ruleId"] for result in run["results"]] == ["IX101"]
    assert run["results"][0]["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] == "db%27s%20%24%28touch%20owned%29%20shop/schema.sql"
    assert len(host.bodies) == 1 and "IX101" in host.bodies[0]
    assert not list(repository.rglob("owned")), "what an input says was run"
    assert code_host.TOKEN not in job.log


def test_a_clean_project_passes(installed: Path, repository: Path) -> None:
    project = repository / "db's $(touch owned) shop"
    (project / "specs/indexes").mkdir()
    (project / "specs/indexes/orders.yaml").write_text("kind: indexes\ntable: orders\nindexes: [[user_id]]\n")
    subprocess.run([str(installed / "broxspec/bin/broxspec"), "compile"], cwd=project, check=True, capture_output=True)
    job = work(repository, installed, {"path": project.name})
    assert job.outcomes == {"actions/setup-python@v5": "used", "Findings": "success", "Generated files": "success"}, job.log


def test_an_audit_takes_its_arguments_from_lines(installed: Path, repository: Path) -> None:
    (repository / "my schema.sql").write_text(SHOP["schema.sql"])
    job = work(repository, installed, {"command": "audit", "args": "my schema.sql\n--fail-on\nerror\n\n", "comment": "true"})
    assert job.outcomes == {"actions/setup-python@v5": "used", "Findings": "success"}, job.log
    assert "file=my schema.sql" in job.log
    assert work(repository, installed, {"command": "init; touch owned"}).outcomes["Findings"] == "failure 2"
    assert not list(repository.rglob("owned"))
