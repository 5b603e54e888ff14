"""Every rule's docstring is its page and its test: the bad example gives the finding at just the marked span, the good one nothing."""

import inspect
import re
from pathlib import Path

import pytest
from rule_examples import Example, examples, found, places

from broxspec.rule import Rule, RuleFile, load, rule_files

FILES = rule_files()
RULES = [load(file) for file in FILES]
EXAMPLES = [(rule, example) for rule in RULES for example in examples(rule)]


@pytest.mark.parametrize(("rule", "example"), EXAMPLES, ids=[f"{rule.code}-{example.number}" for rule, example in EXAMPLES])
def test_example(rule: Rule, example: Example, tmp_path: Path) -> None:
    diagnostics = found(rule, example, tmp_path)
    if example.bad:
        assert example.places, "mark the expected span with ^^^^ under its line"
    else:
        assert not example.places, "a good example has no marks"
    wanted = list(example.places)
    assert places(diagnostics) == wanted, "\n".join(diagnostic.message for diagnostic in diagnostics)


@pytest.mark.parametrize(("file", "rule"), list(zip(FILES, RULES, strict=True)), ids=[file.code for file in FILES])
def test_page(file: RuleFile, rule: Rule) -> None:
    assert (rule.code, rule.slug, rule.kind) == (file.code, file.slug, file.kind)
    page = inspect.cleandoc(rule.docstring)
    fact, blank, *_ = page.split("\n")
    assert re.fullmatch(r"[A-Z`].*[.?]", fact), "the first line is the fact, a sentence"
    assert blank == ""
    headings = re.findall(r"^## (.+)$", page, re.MULTILINE)
    assert "When it is fine" in headings
    assert headings.index("Example") < headings.index("Instead")
    assert {example.bad for example in examples(rule)} == {True, False}, "show a bad and a good example"
    assert page.count("```") == 2 * len(re.findall(r"^```\w+(?: \w+)*$", page, re.MULTILINE)), "each fence says what it holds"


def test_no_code_or_slug_is_used_twice() -> None:
    for names in ([file.code for file in FILES], [file.slug for file in FILES]):
        assert len(set(names)) == len(names)


def test_no_rule_vanishes(golden) -> None:
    """Rules are found by file name; this list is what was found."""
    golden("golden/rules.txt", "".join(f"{rule.code} {rule.slug} {rule.severity} {rule.about} {rule.profile}\n" for rule in RULES))
