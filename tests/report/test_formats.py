"""Every output format over the same findings: golden files, and what must hold of any."""

import json

import pytest
from report_samples import HOSTILE, LIVE, REPORT

from broxspec.report import Report, formats, render


def test_formats_are_found_by_file_name() -> None:
    assert formats() == ["github", "gitlab", "json", "junit", "markdown", "sarif", "text"]


@pytest.mark.parametrize("format", formats())
def test_golden(format: str, golden) -> None:
    golden(f"report/golden/samples.{format}", render(format, REPORT))


def test_golden_colour(golden) -> None:
    golden("report/golden/samples.ansi", render("text", REPORT, colour=True))


@pytest.mark.parametrize("format", formats())
def test_a_clean_run_says_nothing_but_what_is_a_whole_document_is_one(format: str) -> None:
    assert bool(render(format, Report())) == (format not in ("text", "github"))


@pytest.mark.parametrize("format", [*formats()])
def test_nothing_in_a_finding_can_steer_a_terminal(format: str) -> None:
    text = render(format, Report((HOSTILE,)))
    assert not {"\x1b", "\x07", "\x9b", "\u202e"} & set(text)


def test_json_has_the_fields_of_the_contract() -> None:
    document = json.loads(render("json", REPORT))
    assert list(document) == ["version", "diagnostics", "summary"]
    assert document["version"] == 1
    column, predicate, _, live, _ = document["diagnostics"]
    assert list(column) == (
        "code rule severity message path line column end_line end_column environments subject labels help url".split()
    )
    assert (column["path"], column["line"], column["column"], column["end_line"], column["end_column"]) == (
        ("specs/indexes/orders.yaml", 6, 13, 6, 21)
    )
    assert (predicate["line"], predicate["end_line"]) == (8, 9)
    assert (live["path"], live["line"], live["column"]) == (LIVE.span.path, None, None)
    assert live["subject"] == {"schema": "public", "table": "orders", "constraint": "fk", "columns": ["customer_id"]}
    assert [label["path"] for label in column["labels"]] == ["specs/indexes/orders.yaml", "schema.sql"]
    assert document["summary"] == {
        "errors": 2,
        "warnings": 2,
        "infos": 1,
        "ignored": 0,
        "baseline": 0,
        "hidden": 0,
        "skipped": [
            {"what": "CREATE FUNCTION", "reason": "no effect on tables", "count": 1200},
            {"what": "COPY", "reason": "data", "count": 2},
        ],
    }


def test_github_summary(golden) -> None:
    from broxspec.report.github import summary

    golden("report/golden/summary.md", summary(REPORT))


def test_github_has_no_columns_on_several_lines() -> None:
    commands = render("github", REPORT).splitlines()
    assert "col=" in commands[0] and "endColumn=" in commands[0]
    assert "col=" not in commands[1] and "endLine=9" in commands[1]
    assert len(commands) == len(REPORT.diagnostics), "a line break in a message must not end the command"
