"""The baseline: what is there is left out, what is new is reported, and it only ever shrinks."""

import json
import random
import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from broxspec.baseline import Baseline, Entry, hear, made_of, read
from broxspec.diagnostic import Diagnostic
from broxspec.source import Source
from broxspec.suppress import Run

CORPUS = ["sql/bacula.sql", "sql/graphile-worker.sql", "sql/supabase.sql", "sql/thingsboard.sql"]
CORPUS += [f"prisma/{name}{form}" for name in ("langfuse", "litellm", "umami") for form in (".prisma", ".ddl.sql")]
FILE = "broxspec.baseline.jsonl"

SCHEMA = "CREATE TABLE u (id int PRIMARY KEY);\nCREATE TABLE o (id int PRIMARY KEY, a int REFERENCES u, b int REFERENCES u);\n"
INDEXES = "CREATE INDEX x ON o (a);\nCREATE INDEX y ON o (a);\nCREATE INDEX z ON o (a);\n"


@pytest.mark.parametrize("name", CORPUS)
def test_on_real_schemas_only_what_is_new_is_reported(found, broxspec, tmp_path, corpus, name):
    text = (corpus / name).read_text("utf-8")
    form = "s.prisma" if name.endswith(".prisma") else "s.sql"
    (tmp_path / form).write_text(text, "utf-8")
    before = found("audit", form)
    unreadable = [code for code in before.codes if code.startswith("SP")]
    assert broxspec("baseline", form).code == 0
    after = found("audit", form)
    assert [code for code in after.codes if not code.startswith("SP")] == []
    assert after.summary["baseline"] == len(before.codes) - len(after.codes)
    assert len(after.codes) <= len(unreadable)
    if form == "s.sql":
        added = "\nCREATE TABLE public.added_parent (id int PRIMARY KEY);\nCREATE TABLE public.added (id int PRIMARY KEY, p int REFERENCES public.added_parent);\n"
    else:
        added = (
            "\nmodel AddedParent {\n  id Int @id\n  children Added[]\n}\n"
            "model Added {\n  id Int @id\n  p Int\n  parent AddedParent @relation(fields: [p], references: [id])\n}\n"
        )
    # Other line numbers, as any edit makes them.
    (tmp_path / form).write_text(("//\n\n" if form == "s.prisma" else "--\n\n") + text + added, "utf-8")
    new = found("audit", form)
    new_codes = list(new.codes)
    for code in after.codes:
        new_codes.remove(code)
    assert [code for code in new_codes if code in ("IX101", "IX110")] == new_codes and len(new_codes) == 1


def test_one_baseline_holds_for_both_forms_of_a_schema(found, broxspec, corpus, tmp_path):
    """The Prisma schema and the DDL that Prisma makes of it have the same objects."""
    for name in ("umami", "langfuse", "litellm"):
        for form in (".prisma", ".ddl.sql"):
            (tmp_path / f"s{form}").write_text((corpus / f"prisma/{name}{form}").read_text("utf-8"), "utf-8")
        broxspec("baseline", "s.prisma", "--restart")
        before = json.loads(found("audit", "s.ddl.sql", "--no-baseline", "--select", "IX101,IX102,IX103").out)["diagnostics"]
        after = found("audit", "s.ddl.sql", "--select", "IX101,IX102,IX103")
        assert before and after.codes == []


def test_the_file_is_sorted_and_the_same_each_time(broxspec, write, tmp_path, golden):
    write({"s.sql": SCHEMA + INDEXES})
    broxspec("baseline", "s.sql")
    text = (tmp_path / FILE).read_text("utf-8")
    golden("findings/baseline.jsonl", text)
    shuffled = SCHEMA + "".join(random.Random(1).sample(INDEXES.splitlines(keepends=True), 3))
    write({"s.sql": shuffled})
    broxspec("baseline", "s.sql", "--restart")
    assert (tmp_path / FILE).read_text("utf-8") == text


def test_it_shrinks_and_never_grows(found, broxspec, write, tmp_path, golden):
    write({"s.sql": SCHEMA + INDEXES})
    said = broxspec("baseline", "s.sql").err
    write({"s.sql": SCHEMA + "CREATE INDEX x ON o (a);\nCREATE INDEX b ON o (b);\nCREATE TABLE n (id int PRIMARY KEY, a int REFERENCES u);\n"})
    done = broxspec("audit", "s.sql")
    said += f"\n{done.out}\n"
    assert found("audit", "s.sql").codes == ["SP105", "IX101"]
    said += broxspec("baseline").err  # without the schema: the file knows it
    assert found("audit", "s.sql").codes == ["IX101"]
    lines = (tmp_path / FILE).read_text("utf-8").splitlines()
    assert len(lines) == 1
    said += broxspec("baseline").err
    said += broxspec("baseline", "--restart", "s.sql").err
    golden("findings/baseline_messages.txt", said)
    assert found("audit", "s.sql").codes == []


def test_a_smaller_group_is_the_old_finding_and_a_larger_one_is_new(found, broxspec, write, tmp_path):
    write({"s.sql": SCHEMA + INDEXES + "CREATE INDEX b ON o (b);\n"})
    broxspec("baseline", "s.sql")
    write({"s.sql": SCHEMA + INDEXES.replace("CREATE INDEX z ON o (a);\n", "") + "CREATE INDEX b ON o (b);\n"})
    assert found("audit", "s.sql").codes == []
    broxspec("baseline")
    assert '"indexes": ["x", "y"]' in (tmp_path / FILE).read_text("utf-8")
    write({"s.sql": SCHEMA + INDEXES + "CREATE INDEX b ON o (b);\n"})
    assert "IX102" in found("audit", "s.sql").codes


def test_what_is_off_is_not_gone(found, broxspec, write):
    write({"broxspec.toml": "", "s.sql": SCHEMA})
    broxspec("baseline", "s.sql")
    write({"broxspec.toml": '[rules]\nIX101 = "off"\n'})
    assert found("audit", "s.sql").codes == []
    broxspec("baseline")
    write({"broxspec.toml": ""})
    assert found("audit", "s.sql").codes == []


def test_another_run_does_not_say_what_is_gone(found, broxspec, write):
    write({"broxspec.toml": "", "s.sql": SCHEMA, "t.sql": "CREATE TABLE u (id int PRIMARY KEY);\n"})
    broxspec("baseline", "s.sql")
    assert found("audit", "t.sql").codes == []
    refused = broxspec("baseline", "t.sql")
    assert refused.code == 2 and "`audit s.sql`" in refused.err


def test_options_name_a_file_or_none(found, broxspec, write, tmp_path):
    write({"s.sql": SCHEMA, "sub/.keep": ""})
    assert broxspec("baseline", "s.sql", "--file", "sub/known.jsonl").code == 0
    assert found("audit", "s.sql").codes == ["IX101", "IX101"]
    assert found("audit", "s.sql", "--baseline", "sub/known.jsonl").codes == []
    assert found("audit", "s.sql", "--baseline", "sub/known.jsonl", "--no-baseline").codes == ["IX101", "IX101"]
    missing = broxspec("audit", "s.sql", "--baseline", "no.jsonl")
    assert missing.code == 2 and "there is no baseline" in missing.err


def test_lines_that_cannot_be_read(broxspec, write, tmp_path, golden):
    write({"s.sql": SCHEMA})
    broxspec("baseline", "s.sql")
    text = (tmp_path / FILE).read_text("utf-8").splitlines()
    write({FILE: "\n".join([text[0], "<<<<<<< HEAD", *text[1:], '{"code": 1}', '["x"]', '{"code": "IX101", "count": "two"}', ""])})
    done = broxspec("audit", "s.sql")
    golden("findings/baseline_unreadable.txt", done.out)
    write({FILE: '{"broxspec-baseline": 2}\n'})
    assert "SP106" in broxspec("audit", "s.sql").out
    assert broxspec("baseline", "s.sql").code == 2
    assert broxspec("baseline", "s.sql", "--restart").code == 0


def test_unreadable_text_is_never_in_it(found, broxspec, write, tmp_path):
    write({"s.sql": SCHEMA + "CREATE TABLE (;\n"})
    done = broxspec("baseline", "s.sql")
    assert "1 finding can't be in a baseline" in done.err
    assert found("audit", "s.sql").codes == ["SP301"]
    assert "SP301" not in (tmp_path / FILE).read_text("utf-8")


def test_an_error_in_a_spec_is_never_in_it(found, broxspec, project):
    project(SCHEMA, orders="kind: indexes\ntable: o\nindexes: [[gone]]\n")
    broxspec("baseline")
    assert found("lint").codes == ["IX202"]


def test_environments(found, broxspec, project, write):
    project(SCHEMA, environments="[production, staging]", orders="kind: indexes\ntable: o\nindexes:\n  - {columns: [a], name: odd, include: [b]}\n")
    before = found("lint")
    broxspec("baseline")
    assert before.codes and found("lint").codes == []
    assert found("lint", "--env", "staging").codes == []


def test_each_project_of_a_workspace_has_its_own(found, broxspec, project, write, tmp_path):
    project(SCHEMA, folder="db/a")
    project(SCHEMA + INDEXES, folder="db/b")
    write({"broxspec.toml": '[workspace]\nmembers = ["db/*"]\n'})
    assert found("lint").codes
    broxspec("baseline")
    assert found("lint").codes == []
    assert {path.parent.name for path in tmp_path.rglob(FILE)} == {"a", "b"}
    assert found("lint", folder="db/b").codes == []


HERE = Source("s.sql", "one\ntwo\ntwo\n")
RUN = Run("default", specs=True, environments=("p", "s"))


def finding(code, table, environments, line=0, severity="warning"):
    subject = {"schema": "public", "table": table} if table else {}
    span = HERE.span(HERE.starts[line], HERE.starts[line] + 3)
    return Diagnostic(code, "slug", severity, f"about {table}", span, subject=subject, environments=environments)


FINDINGS = st.lists(
    st.builds(finding, st.sampled_from(["IX101", "IX103", "DB101"]), st.sampled_from(["a", "b", ""]), st.sampled_from([("p",), ("s",), ("p", "s"), ()]), st.integers(0, 2)),
    max_size=8,
)


def moved(tmp_path_factory, baseline: Baseline) -> Baseline:
    """Through the file and back."""
    folder = tmp_path_factory.mktemp("b")
    (folder / FILE).write_text(baseline.text, "utf-8")
    back, wrong = read(folder / FILE, folder)
    assert not wrong and back.text == baseline.text
    return back


@settings(max_examples=40)
@given(first=FINDINGS, second=FINDINGS)
def test_whatever_was_found(tmp_path_factory, first, second):
    """A baseline of what was found leaves nothing of it; and nothing that was not in it goes, counted by environment."""
    folder = tmp_path_factory.mktemp("r")
    baseline = made_of(first, folder, folder, RUN)._replace(root=folder, display=folder)
    baseline = moved(tmp_path_factory, baseline)._replace(root=folder, display=folder)
    again = hear(baseline, first, RUN)
    assert (again.kept, again.stale) == ([], [])
    assert sorted(entry.text for entry in again.used) == sorted(entry.text for entry in baseline.entries)
    other = hear(baseline, second, RUN)
    shrunk = baseline._replace(entries=other.used)
    # What is left out stays left out once the baseline has shrunk, and shrinking once is enough.
    twice = hear(shrunk, second, RUN)
    assert twice.stale == [] and twice.kept == other.kept
    assert _spread(other.kept) + _spread([one.diagnostic for one in other.suppressed]) == _spread(second)


def _spread(found):
    from collections import Counter

    return Counter((one.code, one.subject.get("table"), one.span.start, name) for one in found for name in one.environments or ("",))


def test_a_new_environment_is_new_and_everywhere_is_everywhere(tmp_path):
    baseline = made_of([finding("IX101", "a", ("s",)), finding("IX103", "a", ("p", "s"))], tmp_path, tmp_path, RUN)
    heard = hear(baseline, [finding("IX101", "a", ("p", "s")), finding("IX103", "a", ("p", "q", "s"))], RUN)
    assert [(one.code, one.environments) for one in heard.kept] == [("IX101", ("p",))]


def test_of_several_alike_the_last_ones_are_new(tmp_path):
    baseline = made_of([finding("IX101", "a", (), line) for line in (0, 1)], tmp_path, tmp_path, RUN)
    assert [json.loads(entry.text).get("count") for entry in baseline.entries] == [2]
    heard = hear(baseline, [finding("IX101", "a", (), line) for line in (0, 1, 2)], RUN)
    assert [one.span.begin.line for one in heard.kept] == [3]


def test_entries_are_quoted_as_json(tmp_path):
    odd = finding("IX101", 'a "b"\n\u2028\\', ())
    baseline = made_of([odd], tmp_path, tmp_path, RUN)
    assert len(re.findall("\n", baseline.text)) == 2
    (tmp_path / FILE).write_bytes(baseline.text.encode())
    back, wrong = read(tmp_path / FILE, tmp_path)
    assert not wrong and hear(back, [odd], RUN).kept == []
    assert isinstance(back.entries[0], Entry)
