"""Ignore comments: what they speak of, and what is wrong with them."""

import pytest

from broxspec.diagnostic import Diagnostic
from broxspec.ignores import apply
from broxspec.ignores.in_yaml import ignores_of
from broxspec.specs.parse import parse
from broxspec.source import Source


def read(text):
    documents, findings = parse(Source("spec.yaml", text))
    assert not findings
    ignores, found = [], []
    for document in documents:
        more, wrong = ignores_of(document)
        ignores += more
        found += wrong
    return documents, ignores, found


SCOPES = [
    ("a field of its line", "a: 1  # X\nb: 2\n", ["a: 1"]),
    ("the field below", "a: 1\n# X\nb: 2\nc: 3\n", ["b: 2"]),
    ("two comments above one field", "a: 1\n# X\n# Y\n# X\nb: 2\n", ["b: 2", "b: 2"]),
    ("the whole document", "# X\na: 1\nb: 2\n", ["a: 1\nb: 2"]),
    ("the whole second document", "z: 1\n---\n# X\na: 1\nb: 2\n", ["a: 1\nb: 2"]),
    ("beside the document's start", "--- # X\na: 1\nb: 2\n", ["a: 1\nb: 2"]),
    ("a comment that opens a block", "a: # X\n  b: 1\n  c: 2\nd: 3\n", ["a: # X\n  b: 1\n  c: 2"]),
    ("an item below", "a:\n  # X\n  - b: 1\n    c: 2\n  - d\n", ["- b: 1\n    c: 2"]),
    ("an item whose dash is alone", "a:\n  - # X\n    b: 1\n    c: 2\n  - d\n", ["- # X\n    b: 1\n    c: 2"]),
    ("the first field of an item", "a:\n  - b: [1, 2]  # X\n    c: 2\n", ["b: [1, 2]"]),
    ("the first field of a nested mapping", "a:\n  # X\n  b: 1\n  c: 2\n", ["b: 1"]),
    ("inside of brackets", "a: [1,\n  2, # X\n  3]\n", ["2"]),
    ("after closing brackets", "a: [\n  1\n] # X\nb: 1\n", ["a: [\n  1\n]"]),
    ("the header of a block text", "a: | # X\n  text\nb: 1\n", ["a: | # X\n  text"]),
    ("below a block text", "a: |\n  text\n# X\nb: 1\n", ["b: 1"]),
    ("not in a block text", "a: |\n  # X\n  text # X\nb: 1\n", []),
    ("not in quotes", "a: 'it # X'\nb: \"it\n  # X\"\n", []),
    ("in a key with a sharp", "'a # X': 1  # X\n", ["'a # X': 1"]),
    ("under the last field", "a: 1\n# X\n", [""]),
    ("an alias", "a: &x [1]\nb: *x  # X\n", ["b"]),
]  # fmt: skip


@pytest.mark.parametrize("end", ["\n", "\r\n"])
@pytest.mark.parametrize(("text", "scopes"), [case[1:] for case in SCOPES], ids=[case[0] for case in SCOPES])
def test_what_a_comment_speaks_of(text, scopes, end):
    written = text.replace("# Y", "# note").replace("# X", "# broxspec: ignore[IX101] why")
    _, ignores, found = read(written.replace("\n", end))
    assert not found
    shown = [ignore.scope.text.replace("\r\n", "\n").replace("# broxspec: ignore[IX101] why", "# X") for ignore in ignores]
    assert shown == scopes


@pytest.mark.parametrize(
    ("comment", "codes"),
    [
        ("broxspec: ignore[IX101]", ["SP101"]),
        ("broxspec: ignore[IX101] :", ["SP101"]),
        ("broxspec: ignore[IX998] why", ["SP102"]),
        ("broxspec: ignore[IX101, IX998] why", ["SP102"]),
        ("broxspec: ignore[*] why", ["SP104"]),
        ("broxspec: ignore[IX*] why", ["SP104"]),
        ("broxspec: ignore[] why", ["SP104"]),
        ("broxspec: ignore IX101 why", ["SP104"]),
        ("broxspec: disable[IX101] why", ["SP104"]),
        ("broxspec: ignore[SP103] why", ["SP104"]),
        ("broxspec: ignore[unindexed-foreign-key] why", []),
        ("broxspec:ignore[ix101,IX102] why", []),
        ("a note about broxspec", []),
    ],
)
def test_what_is_wrong_with_a_comment(comment, codes):
    assert [finding.code for finding in read(f"a: 1  # {comment}\n")[2]] == codes


def finding(document, code, *route, rule="some-rule"):
    return Diagnostic(code, rule, "warning", "words", document.root.key_at(*route))


def test_findings_are_taken_out_and_unused_names_reported():
    documents, ignores, _ = read("a: 1  # broxspec: ignore[IX101, IX102, unused-index] why\nb: 2\n")
    here, other = finding(documents[0], "IX101", "a"), finding(documents[0], "IX101", "b")
    by_slug = finding(documents[0], "IX103", "a", rule="IX102")
    kept, suppressed, unused = apply([here, other, by_slug], ignores)
    assert [(one.diagnostic, one.how, one.reason) for one in suppressed] == [(here, "comment", "why")]
    assert kept == [other, by_slug]
    assert [(found.code, found.span.text) for found in unused] == [("SP103", "IX102")]
    assert apply([], ignores, lambda ignore, name: False) == ([], [], [])


def test_findings_about_ignores_are_never_ignored():
    documents, ignores, found = read("# broxspec: ignore[IX101] why\na: 1\nb: 2 # broxspec: ignore[IX101]\n")
    kept, _, unused = apply(found, ignores)
    assert [each.code for each in kept + unused] == ["SP101", "SP103"]


def test_an_unused_comment_can_be_deleted():
    for text, left in [("a: 1  # broxspec: ignore[IX101] why\nb: 2\n", "a: 1\nb: 2\n"), ("a: 1\n# broxspec: ignore[IX101] why\nb: 2\n", "a: 1\nb: 2\n")]:
        (edit,) = apply([], read(text)[1]).unused[0].fix.edits
        assert text[: edit.span.start] + edit.text + text[edit.span.end :] == left
