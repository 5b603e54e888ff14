"""What specs say can't break out of its place in a report, a plan, a comment or a document."""

import json
import re
import xml.etree.ElementTree as xml

import cmarkgfm
import yaml
from hostile_text import names, text
from hypothesis import given
from hypothesis import strategies as st
from lxml import html

from broxspec.catalog.model import Fragment, Index, Key
from broxspec.diagnostic import Diagnostic, Label
from broxspec.emit import Templates
from broxspec.kinds.indexes.risk import Risk
from broxspec.kinds.indexes.strategy import Row
from broxspec.plan import Operation
from broxspec.quoting import yaml as quoted_yaml
from broxspec.report import Report, render
from broxspec.report._comment import Effect, body, marker
from broxspec.report._plan import ArtifactChange, DatabasePlan, as_json
from broxspec.report._plan import text as plan_text
from broxspec.source import Source

# What steers a terminal, ends a line, or turns the direction of writing.
STEERING = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff]")
# To GitHub a line of a job's output that begins so is a command.
ORDER = re.compile(r"^\s*::", re.MULTILINE)
# What our own texts consist of; nothing of a spec may add to it.
TAGS = {"html", "body", "p", "table", "thead", "tbody", "tr", "th", "td", "code", "a", "br", "strong", "sub", "h1", "h2", "h3", "h4", "details", "summary", "pre", "em", "ul", "ol", "li"}


@st.composite
def findings(draw):
    source = Source(draw(text()), draw(text(longest=12)))
    end = draw(st.integers(0, len(source.text)))
    span = source.span(draw(st.integers(0, end)), end)
    named = f"column `{draw(names())}` of `{draw(names())}` is unknown"
    message = draw(st.one_of(st.just(named), text()))
    return Diagnostic(
        "IX202", "unknown-column", draw(st.sampled_from(["error", "warning", "info"])), message, span, note=draw(text(smallest=0)),
        labels=(Label(span, draw(text())),), help=draw(text(smallest=0)), fine=draw(text(smallest=0)),
        subject={"schema": draw(names()), "table": draw(names()), "columns": [draw(names())]},
    )  # fmt: skip


FORMATS = ("text", "json", "github", "sarif", "gitlab", "junit", "markdown")
reports = st.lists(findings(), min_size=1, max_size=3).map(lambda found: Report(tuple(found)))


@given(reports)
def test_reports(report):
    shown = {name: render(name, report) for name in FORMATS}
    for name in ("text", "json", "github", "sarif", "gitlab", "markdown"):
        assert not STEERING.search(shown[name]), name
    assert not ORDER.search(shown["text"])
    lines = shown["github"].splitlines()
    assert len(lines) == len(report.diagnostics)
    assert all(re.fullmatch(r"::(?:error|warning|notice) [^:]*::[^\r\n]*", line) for line in lines)
    assert len(json.loads(shown["json"])["diagnostics"]) == len(report.diagnostics)
    assert [one["message"] for one in json.loads(shown["json"])["diagnostics"]] == [one.message for one in report.diagnostics]
    assert len(json.loads(shown["gitlab"])) == len(json.loads(shown["sarif"])["runs"][0]["results"]) == len(report.diagnostics)
    assert len(list(xml.fromstring(shown["junit"]).iter("testcase"))) >= 1
    _demand_rows(_page(shown["markdown"]), 4, len(report.diagnostics))


def _page(markdown):
    """As GitHub renders it, before it takes out what it does not allow."""
    page = html.document_fromstring(cmarkgfm.github_flavored_markdown_to_html(markdown, cmarkgfm.cmark.Options.CMARK_OPT_UNSAFE) + "<p></p>")
    assert {element.tag for element in page.iter() if isinstance(element.tag, str)} <= TAGS
    for element in page.iter():
        if isinstance(element.tag, str) and element.tag not in ("code", "pre"):
            outside = [element.text, *(child.tail for child in element)]
            inside_code = any(parent.tag in ("code", "pre") for parent in element.iterancestors())
            assert inside_code or not any("@" in (part or "") and re.search(r"(?<![\w`])@[A-Za-z0-9]", part) for part in outside), outside
    return page


def _demand_rows(page, cells, count):
    rows = page.xpath("//tbody/tr")
    assert len(rows) == count
    assert all(len(row.xpath("td")) == cells and row.xpath("td")[-1] is not None for row in rows)


@st.composite
def plans(draw):
    span = Source(draw(text()), "kind: indexes").span(0, 4)
    predicate = draw(text())
    index = Index(draw(names()), draw(names()), draw(names()), (Key(draw(names())),), predicate=Fragment(predicate, predicate))
    operation = draw(st.sampled_from([Operation("create", None, index), Operation("drop", index, None), Operation("rename", index._replace(name=draw(names())), index)]))
    return DatabasePlan(draw(text()), draw(text()), [(operation._replace(because=(span,)), RISK)])


RISK = Risk((), "drop it", None, None, "")


@given(plans(), text())
def test_plans(plan, path):
    shown = plan_text([plan], [ArtifactChange("+", path)])
    assert not STEERING.search(shown)
    assert not ORDER.search(shown)
    document = as_json([plan], [ArtifactChange("+", path)])
    assert not STEERING.search(document)
    json.loads(document)


@given(reports, plans(), text(), text())
def test_comments_of_pull_requests(report, plan, folder, path):
    made = body(Effect(report, [plan], [ArtifactChange("~", path)]), folder, "abc", 60_000)
    assert made.startswith(marker(folder) + "\n")
    assert not STEERING.search(made)
    # GitLab takes a line that begins with a slash for an order.
    assert not re.search(r"^/\w", made, re.MULTILINE)
    page = _page(made.removeprefix(marker(folder)))
    assert len(page.xpath("//details")) == 2 and not page.xpath("//comment()")
    assert len(page.xpath("(//table)[1]/tbody/tr")) == len(report.diagnostics)
    assert len(page.xpath("(//table)[2]/tbody/tr")) == 1


@given(names(), text(), st.lists(text(), max_size=2), text(), names(), text())
def test_the_strategy_document(name, definition, serves, why, table, database):
    parts = Templates().environment.get_template("indexes/strategy.md.j2").module
    row = Row(name, "partial", definition, tuple(serves), why, "", True)
    made = str(parts.head("generated", database, ("a",) * 6, {"a": 1}, 1)) + str(parts.table_head(table, 1)) + str(parts.row(row)) + str(parts.unseen([(name, why)], "7.10"))
    assert not STEERING.search(made)
    page = html.document_fromstring(cmarkgfm.github_flavored_markdown_to_html(made, cmarkgfm.cmark.Options.CMARK_OPT_UNSAFE))
    assert {element.tag for element in page.iter() if isinstance(element.tag, str)} <= TAGS
    assert [len(found.xpath("tbody/tr")) for found in page.xpath("//table")] == [6, 1, 1]
    assert len(page.xpath("(//table)[2]/tbody/tr/td")) == 6 and len(page.xpath("(//table)[3]/tbody/tr/td")) == 2
    assert len(page.xpath("//h2")) == 5
    blanks_one = " ".join(definition.split())
    if not STEERING.search(blanks_one) and blanks_one:
        assert page.xpath("string((//table)[2]/tbody/tr/td[3])").strip() == blanks_one.strip()


@given(text(longest=8), text(longest=8))
def test_yaml(value, said):
    made = f"{quoted_yaml.comment(said)}\na: {quoted_yaml.scalar(value)}\nb: [{quoted_yaml.scalar(value, flow=True)}, x]\n"
    assert yaml.safe_load(made) == {"a": value, "b": [value, "x"]}
    assert not STEERING.search(made)
