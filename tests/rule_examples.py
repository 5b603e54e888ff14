"""The examples in a rule's docstring: fenced blocks that are run as tests.

    sql bad, sql good          a schema; `-- ^^^^` under a line marks the expected span
    prisma bad, prisma good    a schema.prisma; `// ^^^^`
    sql schema                 the schema that the specs of the same docstring are about; or `prisma schema`
    sql queries                what `serves:` may name
    sql schema, sql bad        for a rule about migrations: what was there before, and a migration
    toml                       further lines of broxspec.toml
    yaml bad, yaml good        specs; `# ^^^^`

A rule of the strict profile may say so: `sql bad strict`. Its examples are run in that profile anyway.
"""

import inspect
import re
from pathlib import Path
from typing import NamedTuple

from broxspec import pipeline
from broxspec.diagnostic import Diagnostic
from broxspec.handwritten.declared import read as read_declared
from broxspec.handwritten.watch import Watch
from broxspec.lint import Selection, run
from broxspec.project import Context
from broxspec.rule import HANDWRITTEN, Rule, rule_files
from broxspec.source import Source

_FENCE = re.compile(r"^```(\w+)(?: +(\w+))?(?: +strict)?\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_MARKER = re.compile(r"^\s*(?:--|//|#)\s*\^[\s^]*$")
_DATABASE = "kind: database\nname: example\nserver_version: 15\nschema: {schema}\nrunner: psql\nmigrations: migrations\n"


class Place(NamedTuple):
    """A marked span: a line, and columns from 1, the end exclusive."""

    line: int
    start: int
    end: int


class Example(NamedTuple):
    """A block that is tried. `support` holds the blocks without `bad` or `good`: (`sql schema`, text)."""

    number: int
    language: str
    bad: bool
    text: str
    places: tuple[Place, ...]
    support: tuple[tuple[str, str], ...]


def examples(rule: Rule) -> list[Example]:
    """The examples of a rule in the order of its docstring."""
    blocks = [(match[1], match[2] or "", match[3]) for match in _FENCE.finditer(inspect.cleandoc(rule.docstring))]
    support = tuple((f"{language} {role}".strip(), text) for language, role, text in blocks if role not in ("bad", "good"))
    tried = [block for block in blocks if block[1] in ("bad", "good")]
    return [
        Example(number, language, role == "bad", *unmarked(text), support) for number, (language, role, text) in enumerate(tried, 1)
    ]


def unmarked(text: str) -> tuple[str, tuple[Place, ...]]:
    """The text without its marker lines, and the spans that these mark in the line above them."""
    lines: list[str] = []
    places = []
    for line in text.splitlines():
        if lines and _MARKER.match(line):
            places += [Place(len(lines), run.start() + 1, run.end() + 1) for run in re.finditer(r"\^+", line)]
        else:
            lines.append(line)
    return "\n".join(lines) + "\n", tuple(sorted(places))


def found(rule: Rule, example: Example, folder: Path) -> list[Diagnostic]:
    """What the rule finds in an example, in an empty folder."""
    if example.language == "yaml":
        diagnostics = _lint(rule, example, folder)
    elif rule.kind == HANDWRITTEN:
        diagnostics = _judge(rule, example, folder)
    else:
        diagnostics = _audit(rule, example, folder)
    return [diagnostic for diagnostic in diagnostics if diagnostic.code == rule.code]


def places(diagnostics: list[Diagnostic]) -> list[Place]:
    """Where the findings are, as an example marks it. A span of several lines counts by its first line's part."""
    return sorted({_place(diagnostic) for diagnostic in diagnostics})


def _place(diagnostic: Diagnostic) -> Place:
    begin, finish = diagnostic.span.begin, diagnostic.span.finish
    if begin.line == finish.line:
        return Place(begin.line, begin.column, finish.column)
    return Place(begin.line, begin.column, len(diagnostic.span.source.line(begin.line).rstrip()) + 1)


def _audit(rule: Rule, example: Example, folder: Path) -> list[Diagnostic]:
    name = {"sql": "schema.sql", "prisma": "schema.prisma"}[example.language]
    _write(folder / name, example.text)
    schema = pipeline.read([name], folder)
    unreadable = [found.message for found in schema.diagnostics if found.severity == "error"]
    assert not unreadable, unreadable
    context = Context(schema.catalog, schema.catalog, schema.major, rule.profile)
    subjects = schema.catalog.tables.values() if rule.about == "table" else [schema.catalog]
    return [diagnostic for subject in subjects for diagnostic in run(rule, subject, context)]


def _judge(rule: Rule, example: Example, folder: Path) -> list[Diagnostic]:
    from broxspec.handwritten.judge import judged

    _write(folder / "1.sql", dict(example.support)["sql schema"])
    _write(folder / "2.sql", example.text)
    support = dict(example.support)
    watch, declared = Watch(folder), None
    if "prisma schema" in support:
        declared = read_declared([Source("schema.prisma", support["prisma schema"])], 15)
    schema = pipeline.read(["1.sql", "2.sql"], folder, watch=watch)
    unreadable = [found.message for found in schema.diagnostics if found.severity == "error"]
    assert not unreadable, unreadable
    return judged(watch.migrations(declared), Context(schema.catalog, schema.catalog, schema.major, rule.profile))


def _lint(rule: Rule, example: Example, folder: Path) -> list[Diagnostic]:
    support = dict(example.support)
    language = next((role.split()[0] for role in support if role.endswith(" schema")), "sql")
    schema = f"schema.{language}"
    _write(folder / schema, support.get(f"{language} schema", ""))
    _write(folder / "broxspec.toml", support.get("toml", ""))
    if "sql queries" in support:
        _write(folder / "specs/workload/queries.sql", support["sql queries"])
    if not re.search(r"^kind: database$", example.text, re.MULTILINE):
        _write(folder / "specs/database/example.yaml", _DATABASE.format(schema=schema))
    _write(folder / "specs/example.yaml", example.text)
    (folder / "migrations").mkdir(exist_ok=True)
    linted, found = pipeline.lint((), folder, lambda config: Selection(rule.profile))
    found = [*found, *(diagnostic for one in linted for diagnostic in one.report.diagnostics)]
    # An example of a rule may be wrong in other ways that follow from it, but it must be readable.
    unreadable = [diagnostic.message for diagnostic in found if diagnostic.code.startswith("SP0") and diagnostic.severity == "error"]
    assert not unreadable or rule.code.startswith("SP"), unreadable
    return [diagnostic for diagnostic in found if diagnostic.span.path == "specs/example.yaml" or diagnostic.span.path == schema]


def _write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8", newline="\n")


def codes() -> list[str]:
    return [file.code for file in rule_files()]
