"""Where a finding is, as programs want to know it: paths from the root of the repository, columns in UTF-16, names of objects."""

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from broxspec.diagnostic import Diagnostic, Edit, Fix, Label
from broxspec.report import Report
from broxspec.source import Source, Span

# In this order; the first is what it is for.
_NAMED = ("index", "constraint", "name", "column")
_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]+://")
_PLAIN = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~/")


def on_server(span: Span) -> bool:
    """Whether the finding is about a live server: there is no file, and the path is a URL."""
    return bool(_SCHEME.match(span.path))


def uri(path: str) -> str:
    """A path as a URI reference: relative ones stay so, every byte that has a meaning in URIs is encoded."""
    encoded = "".join(c if c in _PLAIN else "".join(f"%{byte:02X}" for byte in c.encode("utf-8", "surrogatepass")) for c in path)
    if path.startswith("/"):
        return f"file://{encoded}"
    return f"file:///{encoded}" if path[1:3] == ":/" else encoded


def region(span: Span) -> dict[str, int]:
    """Lines from 1, columns from 1 in UTF-16 code units, the end exclusive. Where there is no text it is the first line."""
    if not span.has_place:
        return {"startLine": 1}
    begin, finish = span.begin, span.finish
    found = {"startLine": begin.line, "startColumn": _utf16(span.source, begin.line, begin.column)}
    return found | {"endLine": finish.line, "endColumn": _utf16(span.source, finish.line, finish.column)}


def _utf16(source: Source, line: int, column: int) -> int:
    """A column that counts characters as one that counts UTF-16 code units."""
    before = source.text[source.starts[line - 1] : source.starts[line - 1] + column - 1]
    return column if before.isascii() else column + sum(ord(c) > 0xFFFF for c in before)


def qualified(subject: Mapping[str, Any]) -> str:
    """The object that a finding is about: `public.orders.orders_pkey`; empty where it names none."""
    named = next((subject[name] for name in _NAMED if isinstance(subject.get(name), str)), "")
    columns = subject.get("columns")
    if not named and isinstance(columns, list | tuple):
        named = f"({', '.join(map(str, columns))})"
    parts = [subject.get("schema"), subject.get("table"), named]
    return ".".join(part for part in parts if isinstance(part, str) and part)


def repository(folder: Path, environ: Mapping[str, str]) -> Path | None:
    """The root of the checkout that a folder lies in: what the CI server says, else where git has its folder."""
    folder = folder.resolve()
    for name in ("GITHUB_WORKSPACE", "CI_PROJECT_DIR"):
        if environ.get(name):
            said = Path(environ[name]).resolve()
            if said == folder or said in folder.parents:
                return said
    return next((root for root in (folder, *folder.parents) if (root / ".git").exists()), None)


def rooted(report: Report, folder: Path, root: Path | None) -> Report:
    """The report with paths that are relative to the root instead of to the folder: code hosts know no other."""
    if root is None or folder.resolve() == root:
        return report
    prefix = folder.resolve().relative_to(root).as_posix() + "/"
    moved: dict[int, Source] = {}

    def place(span: Span) -> Span:
        source = span.source
        if not source.path or on_server(span) or Path(source.path).is_absolute():
            return span
        if id(source) not in moved:
            moved[id(source)] = Source(prefix + source.path, source.text)
        return span._replace(source=moved[id(source)])

    def finding(found: Diagnostic) -> Diagnostic:
        labels = tuple(Label(place(label.span), label.text) for label in found.labels)
        fix = found.fix and Fix(found.fix.title, tuple(Edit(place(edit.span), edit.text) for edit in found.fix.edits), found.fix.safe)
        return found._replace(span=place(found.span), labels=labels, fix=fix)

    suppressed = tuple(one._replace(diagnostic=finding(one.diagnostic)) for one in report.suppressed)
    return report._replace(diagnostics=tuple(map(finding, report.diagnostics)), suppressed=suppressed)
