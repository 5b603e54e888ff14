"""`--since`: what is shown of the findings, by the lines that a branch has changed."""

import json

import pytest

SCHEMA = "CREATE TABLE u (id int PRIMARY KEY);\nCREATE TABLE o (\n  id int PRIMARY KEY,\n  a int REFERENCES u,\n  b int REFERENCES u\n);\n"


@pytest.fixture
def base(git, write):
    git("init", "-q", "-b", "main", ".")
    write({"s.sql": SCHEMA})
    git("add", "-A")
    git("commit", "-qm", "base")


def shown(found, *arguments, **more):
    done = found("audit", *arguments, "--since", "main", **more)
    return [one["subject"].get("constraint") for one in json.loads(done.out)["diagnostics"]], done.summary["hidden"], done.code


def test_nothing_changed(found, base):
    assert shown(found, "s.sql") == ([], 2, 0)


@pytest.mark.parametrize("committed", [False, True])
def test_only_what_changed(found, base, git, write, committed):
    git("switch", "-qc", "work")
    write({"s.sql": SCHEMA.replace("  b int REFERENCES u\n", "  b int REFERENCES u,\n  c int REFERENCES u\n")})
    if committed:
        git("commit", "-qam", "more")
    assert shown(found, "s.sql") == (["o_b_fkey", "o_c_fkey"], 1, 1)


def test_lines_above_move_nothing_into_sight(found, base, write):
    write({"s.sql": "-- one\n-- two\n" + SCHEMA})
    assert shown(found, "s.sql") == ([], 2, 0)


def test_what_main_did_meanwhile_is_not_ours(found, base, git, write):
    git("switch", "-qc", "work")
    git("switch", "-q", "main")
    write({"s.sql": SCHEMA + "CREATE TABLE n (a int REFERENCES u);\n"})
    git("commit", "-qam", "theirs")
    git("switch", "-q", "work")
    write({"s.sql": SCHEMA.replace("a int REF", "a  int REF")})
    assert shown(found, "s.sql") == (["o_a_fkey"], 1, 1)


def test_a_label_on_a_changed_line_is_enough(found, base, git, write):
    write({"s.sql": SCHEMA + "CREATE INDEX x ON o (a);\nCREATE INDEX z ON o (b);\n"})
    git("commit", "-qam", "indexes")
    write({"s.sql": SCHEMA + "CREATE INDEX x ON o (a);\nCREATE INDEX z ON o (b);\nCREATE INDEX y ON o (a);\n"})
    assert found("audit", "s.sql", "--since", "main").codes == ["IX102"]


def test_new_and_ignored_files_are_new(found, base, write):
    write({"t.sql": SCHEMA, ".gitignore": "v.sql\n", "v.sql": SCHEMA})
    assert shown(found, "t.sql") == (["o_a_fkey", "o_b_fkey"], 0, 1)
    assert shown(found, "v.sql") == (["o_a_fkey", "o_b_fkey"], 0, 1)


def test_a_rename_is_no_change_and_an_edit_in_one_is(found, base, git, write):
    git("mv", "s.sql", "other.sql")
    assert shown(found, "other.sql") == ([], 2, 0)
    write({"other.sql": SCHEMA.replace("b int REF", "b  int REF")})
    assert shown(found, "other.sql") == (["o_b_fkey"], 1, 1)


@pytest.mark.parametrize("name", ["a b.sql", "é😀.sql", 'qu"ote.sql', "tab\there.sql", "-dash.sql", "diff --git a.sql"])
def test_odd_names(found, git, write, name):
    git("init", "-q", "-b", "main", ".")
    write({name: SCHEMA, "other.sql": "SELECT 1;\n"})
    git("add", "-A")
    git("commit", "-qm", "base")
    write({name: SCHEMA.replace("b int REF", "b  int REF"), "other.sql": "SELECT 2;\n"})
    assert shown(found, f"./{name}") == (["o_b_fkey"], 1, 1)


def test_the_persons_own_settings_of_git_change_nothing(found, base, git, write):
    write({"s.sql": SCHEMA.replace("b int REF", "b  int REF"), "sub/t.sql": SCHEMA, ".gitattributes": "*.sql -diff\n"})
    for name, value in (
        ("diff.noprefix", "true"), ("diff.external", "false"), ("color.ui", "always"), ("diff.context", "9"), ("diff.interHunkContext", "99"),
        ("diff.relative", "true"), ("core.quotepath", "true"), ("diff.renames", "false"), ("diff.mnemonicPrefix", "true"),
    ):  # fmt: skip
        git("config", name, value)
    assert shown(found, "s.sql") == (["o_b_fkey"], 1, 1)
    assert shown(found, "../s.sql", folder="sub") == (["o_b_fkey"], 1, 1)


def test_in_the_middle_of_a_merge_theirs_is_what_we_are_compared_with(found, base, git, write):
    git("switch", "-qc", "work")
    write({"s.sql": SCHEMA.replace("a int REF", "a  int REF")})
    git("commit", "-qam", "ours")
    git("switch", "-q", "main")
    write({"s.sql": SCHEMA.replace("a int REF", "a   int REF")})
    git("commit", "-qam", "theirs")
    git("switch", "-q", "work")
    with pytest.raises(Exception, match="merge"):
        git("merge", "main")
    write({"s.sql": SCHEMA})
    assert shown(found, "s.sql")[0] == ["o_a_fkey"]


def test_what_lies_in_no_file_is_shown(base, tmp_path):
    from broxspec.diagnostic import Diagnostic
    from broxspec.report import Report
    from broxspec.since import changed, limited
    from broxspec.source import Source

    live = Diagnostic("IX101", "slug", "warning", "words", Source("postgresql://db/app", "").span(0, 0))
    assert limited(Report((live,)), changed(tmp_path, "main"), tmp_path).diagnostics == (live,)


def test_lint_of_a_project(found, git, project, write):
    git("init", "-q", "-b", "main", ".")
    project(SCHEMA, orders="kind: indexes\ntable: o\nindexes:\n  - {columns: [a], include: [a, b]}\n")
    git("add", "-A")
    git("commit", "-qm", "base")
    assert found("lint").codes and found("lint", "--since", "main").codes == []
    write({"specs/orders.yaml": "kind: indexes\ntable: o\nindexes:\n  - {columns: [a], include: [a,  b]}\n"})
    done = found("lint", "--since", "main")
    assert "IX212" in done.codes and done.summary["hidden"] == 1


@pytest.mark.parametrize("ref", ["no-such", "--output=owned", "-p", "main; touch owned", "$(touch owned)", "main\nowned", "", "main..HEAD", ":/base"])
def test_what_is_no_commit(broxspec, base, tmp_path, ref):
    done = broxspec("audit", "s.sql", f"--since={ref}")
    assert done.code == 2, done.err
    assert not (tmp_path / "owned").exists()


def test_where_git_cannot_say(broxspec, write, git, tmp_path, golden):
    write({"s.sql": SCHEMA})
    said = broxspec("audit", "s.sql", "--since", "main").err
    git("init", "-q", "-b", "main", ".")
    said += broxspec("audit", "s.sql", "--since", "main").err
    git("add", "-A")
    git("commit", "-qm", "one")
    git("commit", "-qm", "two", "--allow-empty")
    said += broxspec("audit", "s.sql", "--since", "origin/main").err
    git("clone", "-q", "--depth", "1", f"file://{tmp_path}", "shallow")
    shallow = broxspec("audit", "s.sql", "--since", "main~1", folder="shallow")
    assert shallow.code == 2
    golden("findings/since_messages.txt", said + shallow.err)
