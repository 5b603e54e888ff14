"""A new kind is new files only: one that is dropped into the folders is validated, linted, explained, compiled and verified."""

import io
import json
import sys
from pathlib import Path

import pytest

from broxspec import assets, facts, kinds, known_rules, quoting, relations
from broxspec.cli import _editor as editor
from broxspec.cli import run

# Everything that makes up the kind, by its place in the checkout.
FILES = {
    "schemas/sirens.schema.json": json.dumps({
        "$schema": "https://json-schema.org/draft/2020-12/schema", "title": "kind: sirens", "type": "object", "additionalProperties": False,
        "required": ["kind", "name"],
        "if": {"required": ["environment"]}, "else": {"required": ["decibels"]},
        "properties": {
            "kind": {"type": "string"}, "name": {"type": "string"}, "environment": {"type": "string"}, "decibels": {"type": "integer"},
        },
    }),
    "templates/sirens/siren.conf.j2": "# {{ header }}\n{{ name | siren }} = {{ decibels }}\n",
    "broxspec/quoting/siren.py": "def quoted(text):\n    return f'<{text}>'\n\n\nFILTERS = {'siren': quoted}\n",
    "broxspec/facts/noise.py": "from typing import Any, NamedTuple\n\n\nclass Noise(NamedTuple):\n    decibels: int\n    at: Any\n",
    "broxspec/relations/xr901_too_much_noise.py": '''
from broxspec.facts import published
from broxspec.facts.noise import Noise
from broxspec.rule import Finding, rule


@rule("XR901", severity="warning", about="project")
def too_much_noise(project, context):
    """The sirens are louder than anybody bears."""
    noises = published(project, Noise)
    if sum(noise.decibels for noise in noises) > 150:
        yield Finding(noises[-1].at, f"{sum(noise.decibels for noise in noises)} decibels in all")
''',
    "broxspec/kinds/sirens/__init__.py": "",
    "broxspec/kinds/sirens/model.py": '''
from typing import Any, NamedTuple

from broxspec.kinds.sirens.faults import SILENT

PER_DATABASE = False


class Siren(NamedTuple):
    name: str
    decibels: int
    node: Any


def identity(node):
    return (node.get("name").text,)


def read(node, database):
    assert database == ""
    siren = Siren(node.get("name").text, node.get("decibels").scalar, node)
    return ((siren,), []) if siren.decibels else ((), [SILENT.at(node.at("decibels"), "a siren without a sound")])
''',
    "broxspec/kinds/sirens/faults.py": (
        "from broxspec.faults import Fault\n\nSILENT = Fault('SR001', 'silent-siren', 'error', 'A siren makes no sound.')\nFAULTS = (SILENT,)\n"
    ),
    "broxspec/kinds/sirens/facts.py": '''
from broxspec.facts.noise import Noise


def facts(project):
    return [Noise(siren.decibels, siren.node.at("decibels")) for siren in project.models["sirens"]]
''',
    "broxspec/kinds/sirens/rules/__init__.py": "",
    "broxspec/kinds/sirens/rules/sr201_faint_siren.py": '''
from broxspec.rule import Finding, rule


@rule("SR201", severity="warning", about="spec")
def faint_siren(spec, context):
    """Nobody hears the siren."""
    if spec.decibels < 60:
        yield Finding(spec.node.at("decibels"), f"`{spec.name}` has {spec.decibels} decibels")
''',
    "broxspec/kinds/sirens/emit.py": '''
from broxspec.emit import HEADER, Artifact, Fragment, sha256

TEMPLATE = "sirens/siren.conf.j2"


def artifacts(project, templates):
    for siren in project.models["sirens"]:
        text = templates.render(TEMPLATE, header=HEADER, name=siren.name, decibels=siren.decibels)
        inputs = sha256(f"{siren.name} {siren.decibels} {templates.digest(TEMPLATE)}")
        yield Artifact(f"sirens/{siren.name}.conf", (Fragment(text, f"sirens/{siren.name}"),), inputs)
''',
    "broxspec/kinds/sirens/verify.py": '''
from broxspec.proof import failed, proven


def prove(task):
    proofs = []
    for artifact in task.artifacts:
        text = (task.config.root / artifact.path).read_text("utf-8")
        asked = {f"<{siren.name}> = {siren.decibels}" for siren in task.projects[artifact.owner].models["sirens"]}
        heard = text.splitlines()[1]
        proofs.append(proven(artifact, "an ear", "heard") if heard in asked else failed(artifact, "an ear", f"heard {heard}"))
    return proofs, []
''',
}

SIREN = "kind: sirens\nname: harbour\ndecibels: 90\n"
OVERLAY = "kind: sirens\nname: harbour\nenvironment: staging\ndecibels: 70\n"
DATABASE = "kind: database\nname: {name}\nserver_version: 15\nschema: schema.sql\n"


@pytest.fixture
def sirens(tmp_path, monkeypatch):
    """The kind, in folders beside the checkout's own."""
    checkout = assets.ROOT
    for path, text in FILES.items():
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_text(text, encoding="utf-8")
    for folder in ("schemas", "templates"):
        for path in (checkout / folder).iterdir():
            (tmp_path / folder / path.name).symlink_to(path)
    for module in (assets, editor):
        monkeypatch.setattr(module, "ROOT", tmp_path)
    for package in (kinds, relations, facts, quoting):
        folder = tmp_path / package.__name__.replace(".", "/")
        monkeypatch.setattr(package, "__path__", [*package.__path__, str(folder)])
    known = set(sys.modules)
    _forget()
    yield
    _forget()
    for name in sys.modules.keys() - known:
        if any(word in name for word in ("siren", "noise")):
            parent, _, last = name.rpartition(".")
            vars(sys.modules[parent]).pop(last, None) if parent in sys.modules else None
            del sys.modules[name]


def _forget():
    for cached in (kinds.part, known_rules.slugs, known_rules.names):
        cached.cache_clear()


class Project:
    def __init__(self, root: Path, siren: str = SIREN, databases: tuple[str, ...] = ("harbour",)) -> None:
        self.root = root
        for name in databases:
            self.write(f"specs/{name}.yaml", DATABASE.format(name=name) + "environments: [staging, production]\n")
        self.write("schema.sql", "CREATE TABLE ships (id bigint PRIMARY KEY);\n")
        self.write("specs/siren.yaml", siren)
        self.write("specs/staging.yaml", OVERLAY)

    def write(self, path: str, text: str) -> None:
        (self.root / path).parent.mkdir(parents=True, exist_ok=True)
        (self.root / path).write_text(text, encoding="utf-8")

    def run(self, *arguments: str) -> tuple[int, str]:
        said = io.StringIO()
        code = run(arguments, io.StringIO(), said, said, {}, self.root)
        return code, said.getvalue()


@pytest.fixture
def project(sirens, tmp_path):
    return Project(tmp_path / "project")


def test_its_documents_are_validated(project):
    assert project.run("lint")[0] == 0
    project.write("specs/siren.yaml", SIREN.replace("decibels", "decibel"))
    code, said = project.run("lint")
    assert code == 1 and "`decibel` is not a field of `kind: sirens`" in said and "did you mean `decibels`?" in said


def test_its_faults_and_rules_run_and_are_explained(project):
    project.write("specs/siren.yaml", SIREN.replace("90", "0"))
    code, said = project.run("lint")
    assert code == 1 and "error[SR001]: a siren without a sound" in said
    project.write("specs/siren.yaml", SIREN.replace("90", "50"))
    code, said = project.run("lint")
    assert code == 1 and "warning[SR201]: `harbour` has 50 decibels" in said and "production" in said
    for name in ("SR001", "silent-siren", "SR201", "XR901", "too-much-noise"):
        assert project.run("explain", name)[0] == 0
    assert project.run("lint", "--ignore", "SR")[0] == 0


def test_a_relation_reads_what_it_publishes(project):
    project.write("specs/second.yaml", SIREN.replace("harbour", "pier"))
    code, said = project.run("lint")
    assert code == 1 and "warning[XR901]: 180 decibels in all" in said
    assert "160 decibels" in said  # in staging, where one is overlaid


def test_it_is_compiled_checked_and_verified_for_each_environment(project):
    assert project.run("compile")[0] == 0
    made = {name: (project.root / f"generated/{name}/sirens/harbour.conf").read_text() for name in ("staging", "production")}
    assert made == {name: f"# generated by broxspec, do not edit\n<harbour> = {sound}\n" for name, sound in (("staging", 70), ("production", 90))}
    assert 'route "sirens/harbour.conf" "00001-00002" "sirens/harbour"' in (project.root / "generated/staging/broxspec.lock").read_text()
    assert project.run("compile", "--check")[0] == 0
    code, said = project.run("verify")
    assert code == 0, said
    assert said.splitlines()[-1] == "verified: 2 of 2 artifacts proven, on an ear"
    project.write("specs/staging.yaml", OVERLAY.replace("70", "75"))
    code, said = project.run("compile", "--check")
    assert code == 1 and "stale" in said and "generated/staging/sirens/harbour.conf" in said and "generated/production" not in said
    assert "generated/staging/sirens/harbour.conf" in project.run("plan")[1]


def test_an_artifact_that_does_not_work_is_a_finding(project, tmp_path):
    (tmp_path / "templates/sirens/siren.conf.j2").write_text("# {{ header }}\n{{ name | siren }} = {{ decibels + 1 }}\n")
    assert project.run("compile")[0] == 0
    code, said = project.run("verify")
    assert code == 1 and "SP603" in said and "heard <harbour> = 91" in said


def test_it_speaks_of_the_cluster_whatever_the_number_of_databases(sirens, tmp_path):
    project = Project(tmp_path / "project", SIREN.replace("90", "50"), databases=("harbour", "archive"))
    code, said = project.run("lint", "--format", "json")
    found = [(one["code"], one["environments"]) for one in json.loads(said)["diagnostics"]]
    assert found == [("SR201", ["production"])]


def test_editors_learn_of_it(project):
    assert project.run("schema", "--install")[0] == 0
    assert "sirens" in (project.root / ".vscode/settings.json").read_text()
    assert (project.root / ".broxspec/schemas/sirens.schema.json").is_file()
