"""sarif, gitlab and junit as their readers take them: by the official schema, a validator, a strict XSD; and what hostile names do to them."""

import json
import os
import subprocess
from pathlib import Path
from urllib.parse import unquote

import jsonschema
import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree
from report_samples import LIVE, PREDICATE, REPORT, SPEC, UNKNOWN_COLUMN, place

from broxspec.components import components_folder
from broxspec.diagnostic import Diagnostic, Edit, Fix, Label
from broxspec.report import Report, Suppressed, render
from broxspec.report._fingerprint import fingerprints
from broxspec.report._places import repository, rooted, uri
from broxspec.source import Source, Span

HERE = Path(__file__).parent
MULTITOOL = components_folder() / "node_modules/@microsoft/sarif-multitool-linux"
SAFE = UNKNOWN_COLUMN._replace(fix=Fix("write `tenant_id`", (Edit(place(SPEC, "tenat_id"), "tenant_id"),), safe=True))
AGREED = (Suppressed(PREDICATE, "comment", "it is planned ]]> so"), Suppressed(LIVE, "baseline"))
FULL = REPORT._replace(diagnostics=(SAFE, *REPORT.diagnostics[1:]), suppressed=AGREED)
# What the documentation of GitLab asks of an issue, and what its reader refuses.
GITLAB = {
    "type": "array",
    "items": {
        "type": "object",
        "required": ["description", "check_name", "fingerprint", "severity", "location"],
        "properties": {
            "type": {"const": "issue"},
            "description": {"type": "string", "minLength": 1},
            "check_name": {"type": "string", "minLength": 1},
            "content": {"type": "object", "required": ["body"], "properties": {"body": {"type": "string"}}},
            "categories": {
                "type": "array",
                "items": {
                    "enum": ["Bug Risk", "Clarity", "Compatibility", "Complexity", "Duplication", "Performance", "Security", "Style"],
                },
            },
            "fingerprint": {"type": "string", "pattern": "^[0-9a-f]{32}$"},
            "severity": {"enum": ["info", "minor", "major", "critical", "blocker"]},
            "location": {
                "type": "object",
                "required": ["path", "lines"],
                "properties": {
                    "path": {"type": "string", "minLength": 1, "not": {"pattern": "^\\./"}},
                    "lines": {"required": ["begin"], "properties": {n: {"type": "integer", "minimum": 1} for n in ("begin", "end")}},
                },
            },
        },
        "additionalProperties": False,
    },
}
# Names as nobody should give them: every character but lone surrogates, which no file that was read can hold.
NAMES = st.text(st.characters(exclude_categories=["Cs"]), max_size=40) | st.sampled_from(
    ["]]>", "-->", "<![CDATA[", "a|b\\|c", "```", "[x](http://evil)", "{0}", "\ufffe\uffff", "&#0;", "@all", "\r\n", "x](1)"]
)


@st.composite
def reports(draw: st.DrawFn) -> Report:
    """A few findings whose every text is hostile; some alike, some without a place."""
    found = []
    for _ in range(draw(st.integers(1, 4))):
        text = draw(NAMES)
        source = Source(draw(NAMES.filter(bool)), text)
        start = draw(st.integers(0, len(text)))
        span = source.span(start, draw(st.integers(start, len(text))))
        label = Label(span, draw(NAMES))
        subject = draw(st.fixed_dictionaries({}, optional={"schema": NAMES, "table": NAMES, "index": NAMES, "columns": st.lists(NAMES, max_size=2)}))
        severity = draw(st.sampled_from(["error", "warning", "info"]))
        found.append(
            Diagnostic("IX101", "unindexed-foreign-key", severity, draw(NAMES.filter(bool)), span, draw(NAMES), (label,), draw(NAMES), subject=subject)
        )
    return Report(tuple(found), suppressed=tuple(Suppressed(one, "comment", draw(NAMES)) for one in found[:1]))


@pytest.fixture(scope="session")
def sarif_schema(missing) -> jsonschema.Draft7Validator:
    """The official schema, as Microsoft ships it with its tools."""
    file = MULTITOOL / "sarif-2.1.0.json"
    if not file.exists():
        missing("SARIF's schema", "not installed; `python3 .ci/install.py` installs it")
    schema = json.loads(file.read_text("utf-8-sig"))
    return jsonschema.validators.validator_for(schema)(schema)


@pytest.fixture(scope="session")
def junit_schema() -> etree.XMLSchema:
    return etree.XMLSchema(etree.parse(HERE / "junit.xsd"))


@given(report=reports())
def test_hostile_sarif(sarif_schema, report: Report) -> None:
    text = render("sarif", report)
    assert text.isascii()
    document = json.loads(text)
    sarif_schema.validate(document)
    prints = [result["partialFingerprints"]["broxspec/v1"] for result in document["runs"][0]["results"]]
    assert len(set(prints)) == len(prints) == len(report.diagnostics) + 1
    for result, found in zip(document["runs"][0]["results"], report.diagnostics, strict=False):
        for location in result["locations"]:
            if "physicalLocation" in location:
                place = location["physicalLocation"]["artifactLocation"]
                assert unquote(place["uri"]).removeprefix("file://").removeprefix("/" if found.span.path[1:3] == ":/" else "") == found.span.path
        assert "](" not in result["message"]["text"].replace("\\](", "")


@given(report=reports())
def test_hostile_gitlab(report: Report) -> None:
    issues = json.loads(render("gitlab", report))
    jsonschema.validate([issue | {"location": issue["location"] | {"path": "x"}} for issue in issues], GITLAB)
    assert len({issue["fingerprint"] for issue in issues}) == len(report.diagnostics)


@given(report=reports())
def test_hostile_junit(junit_schema, report: Report) -> None:
    root = etree.fromstring(render("junit", report).encode("utf-8"), etree.XMLParser(resolve_entities=False))
    junit_schema.assertValid(root)
    assert len(root.findall("*/testcase")) == len(report.diagnostics) + 1
    assert int(root.get("failures")) == len(root.findall("*/testcase/failure"))
    for suite in root:
        assert int(suite.get("tests")) == len(suite)
        assert int(suite.get("skipped")) == len(suite.findall("testcase/skipped"))


@pytest.mark.parametrize("report", [REPORT, FULL, Report()], ids=["samples", "full", "clean"])
def test_schemas(sarif_schema, junit_schema, report: Report) -> None:
    sarif_schema.validate(json.loads(render("sarif", report)))
    jsonschema.validate(json.loads(render("gitlab", report)), GITLAB)
    junit_schema.assertValid(etree.fromstring(render("junit", report).encode("utf-8")))


def test_microsofts_validator_finds_nothing_wrong(sarif_schema, tmp_path: Path) -> None:
    """Errors and warnings of its rules, those of GitHub's code scanning among them; notes are matters of taste."""
    program = MULTITOOL / "Sarif.Multitool"
    program.chmod(0o755)  # npm loses the bit without the package's own script
    (tmp_path / "x.sarif").write_text(render("sarif", FULL), encoding="utf-8")
    command = [str(program), "validate", "x.sarif", "--rule-kind", "Sarif;Ghas", "--level", "Error;Warning", "--output", "found.sarif"]
    environ = os.environ | {"DOTNET_SYSTEM_GLOBALIZATION_INVARIANT": "1", "DOTNET_BUNDLE_EXTRACT_BASE_DIR": str(tmp_path / "net")}
    done = subprocess.run(command, cwd=tmp_path, env=environ, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    run = json.loads((tmp_path / "found.sarif").read_text("utf-8-sig"))["runs"][0]
    assert [result["message"] for result in run.get("results", [])] == []


def test_sarif_points_at_the_text_in_utf16() -> None:
    source = Source("a b/ü.yaml", "x: 1\n😀é: wrong\n")
    start = source.text.index("wrong")
    (result,) = json.loads(render("sarif", Report((PREDICATE._replace(span=source.span(start, start + 5)),))))["runs"][0]["results"]
    place = result["locations"][0]["physicalLocation"]
    assert place["artifactLocation"] == {"uri": "a%20b/%C3%BC.yaml", "uriBaseId": "%SRCROOT%"}
    line = "😀é: wrong".encode("utf-16-le")
    region = place["region"]
    assert (region["startLine"], region["endLine"]) == (2, 2)
    assert line[(region["startColumn"] - 1) * 2 : (region["endColumn"] - 1) * 2].decode("utf-16-le") == "wrong"


def test_sarif_has_labels_fixes_pages_and_servers() -> None:
    run = json.loads(render("sarif", FULL))["runs"][0]
    column, *_, live, _, _, agreed, old = run["results"]
    assert [related["message"]["text"] for related in column["relatedLocations"]] == ["3 columns: id, tenant_id, created_at", "defined here"]
    (change,) = column["fixes"][0]["artifactChanges"]
    assert change["replacements"][0]["insertedContent"] == {"text": "tenant_id"}
    assert change["replacements"][0]["deletedRegion"] == column["locations"][0]["physicalLocation"]["region"]
    live = next(result for result in run["results"] if result["ruleId"] == "IX101")
    assert live["locations"] == [{"logicalLocations": [{"fullyQualifiedName": "public.orders.fk", "kind": "object"}]}]
    assert agreed["suppressions"] == [{"kind": "inSource", "justification": "it is planned ]]> so"}]
    assert old["suppressions"] == [{"kind": "external", "justification": "in the baseline"}]
    for result in run["results"]:
        rule = run["tool"]["driver"]["rules"][result["ruleIndex"]]
        assert rule["id"] == result["ruleId"]
        assert rule["help"]["markdown"].startswith(f"# {rule['id']} ")


def test_too_many_results_are_left_out_and_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    from broxspec.report import sarif

    monkeypatch.setattr(sarif, "_RESULTS", 3)
    run = json.loads(render("sarif", REPORT))["runs"][0]
    assert [result["level"] for result in run["results"]] == ["error", "error", "warning"]
    assert "2 findings left out" in run["invocations"][0]["toolExecutionNotifications"][0]["message"]["text"]


@given(above=st.integers(0, 30))
def test_fingerprints_stay_when_lines_move(above: int) -> None:
    def moved(found: Diagnostic) -> Diagnostic:
        source = Source(found.span.path, "\n" * above + found.span.source.text)
        return found._replace(span=Span(source, found.span.start + above, found.span.end + above))

    found = [one for one in REPORT.diagnostics if one.span.has_place]
    assert fingerprints(map(moved, found)) == fingerprints(found)


def test_fingerprints_of_an_object_stay_when_words_change() -> None:
    assert fingerprints([UNKNOWN_COLUMN._replace(message="other words")]) == fingerprints([UNKNOWN_COLUMN])
    assert fingerprints([PREDICATE._replace(message="other words")]) != fingerprints([PREDICATE])
    assert len(set(fingerprints([UNKNOWN_COLUMN] * 3))) == 3
    by_one, by_two = ({"table": "t", "index": "a", "covered_by": names} for names in (["b"], ["b", "c"]))
    assert fingerprints([PREDICATE._replace(subject=by_one)]) == fingerprints([PREDICATE._replace(subject=by_two)])


@pytest.mark.parametrize(
    ("path", "wanted"),
    [("a/b-c_d.~1", "a/b-c_d.~1"), ("/abs/x y", "file:///abs/x%20y"), ("C:/x#y", "file:///C%3A/x%23y"), ("../é%", "../%C3%A9%25"), ("a:b", "a%3Ab")],
)
def test_uri(path: str, wanted: str) -> None:
    assert uri(path) == wanted


def test_code_hosts_are_told_paths_from_the_root_of_the_checkout(tmp_path: Path) -> None:
    project = tmp_path / "db/one"
    project.mkdir(parents=True)
    assert repository(project, {}) is None or tmp_path not in [repository(project, {}), *repository(project, {}).parents]
    assert repository(project, {"GITHUB_WORKSPACE": str(tmp_path)}) == tmp_path.resolve()
    assert repository(project, {"CI_PROJECT_DIR": str(tmp_path / "elsewhere")}) != (tmp_path / "elsewhere").resolve()
    (tmp_path / ".git").mkdir()
    assert repository(project, {}) == tmp_path.resolve()
    moved = rooted(FULL, project, tmp_path.resolve())
    assert [one.span.path for one in moved.diagnostics[:4]] == [
        "db/one/specs/indexes/orders.yaml",
        "db/one/specs/indexes/orders.yaml",
        "db/one/schema.sql",
        "postgresql://db.example/app",
    ]
    assert moved.diagnostics[0].labels[1].span.path == "db/one/schema.sql"
    assert moved.diagnostics[0].fix.edits[0].span.path == moved.suppressed[0].diagnostic.span.path == "db/one/specs/indexes/orders.yaml"
    assert rooted(FULL, tmp_path, tmp_path.resolve()) == FULL
