"""Documents: the spec files of a project, read, parsed and validated."""

import os
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import NamedTuple

from broxspec.config import Config
from broxspec.diagnostic import Diagnostic
from broxspec.specs.parse import parse
from broxspec.source import Source, read_source, shown
from broxspec.specs.tree import Document, Node
from broxspec.specs.validate import against, validate

SUFFIXES = (".yaml", ".yml")


class Documents(NamedTuple):
    """`valid` may be given to their kinds' models: what findings speak of has been taken out of them. `all` are those that were
    read, for their comments. `files` counts the files."""

    valid: tuple[Document, ...]
    all: tuple[Document, ...]
    sources: tuple[Source, ...]
    files: int


def spec_files(config: Config) -> list[Path]:
    """Every spec file of a project, sorted by path. Hidden folders are passed over."""
    found: set[Path] = set()
    for name in config.specs:
        path = config.root / name
        if path.is_file():
            found.add(path)
        elif path.is_dir():
            found |= set(_below(path))
    return sorted(found)


def read_documents(files: Iterable[Path], display: Path | None = None) -> tuple[Documents, list[Diagnostic]]:
    """Read spec files. `display` is the folder that paths in findings are relative to."""
    return of_sources([(path, None) for path in files], display)


def of_sources(files: Sequence[tuple[Path, Source | None]], display: Path | None = None) -> tuple[Documents, list[Diagnostic]]:
    """As `read_documents`; a source that is given stands for its file (an editor's buffer, standard input)."""
    found: list[Diagnostic] = []
    valid: list[Document] = []
    read: list[Document] = []
    sources = []
    for path, source in files:
        if source is None:
            source, wrong = read_source(path, shown(path, display))
            found += wrong
        if source is None:
            continue
        sources.append(source)
        documents, wrong = parse(source)
        found += wrong
        read += documents
        for document in documents:
            wrong = validate(document)
            found += wrong
            kept = document if not wrong else _pruned(document, wrong)
            valid += [kept] if kept else []
    return Documents(tuple(valid), tuple(read), tuple(sources), len(sources)), found


def _below(folder: Path | str, above: frozenset[tuple[int, int]] = frozenset()) -> Iterable[Path]:
    """Spec files below a folder. A link back up is not followed, and a pipe or device, which could be read for ever, is none."""
    status = os.stat(folder)
    here = (status.st_dev, status.st_ino)
    if here in above:
        return
    with os.scandir(folder) as entries:
        for entry in entries:
            if entry.name.startswith("."):
                continue
            # A link to itself makes the entry's own `is_dir` raise.
            if os.path.isdir(entry) if entry.is_symlink() else entry.is_dir():
                yield from _below(entry.path, above | {here})
            elif entry.name.endswith(SUFFIXES) and (entry.is_symlink() or entry.is_file()):
                yield Path(entry.path)


def _pruned(document: Document, findings: list[Diagnostic]) -> Document | None:
    """The document without the list items and fields that findings speak of, so that one mistake does not hide others;
    None where what is left is not valid either."""
    places = [finding.span.start for finding in findings]
    root = _without(document.root, places)
    kind = document.kind
    if root is None or kind is None or root.get("kind") is None:
        return None
    wrong = against(root, kind, partial="environment" in root.entries)
    return None if wrong else document._replace(root=root)


def _without(node: Node, places: list[int]) -> Node | None:
    """The mapping without the fields that hold one of the places; of a list only the items that do."""
    entries = {}
    for name, (key, value) in node.entries.items():
        inside = [place for place in places if value.start <= place < value.end]
        if any(key.start <= place < key.end for place in places):
            continue
        if not inside:
            entries[name] = (key, value)
        elif value.kind == "sequence":
            kept = [item for item in value.elements if not any(item.start <= place < max(item.end, item.start + 1) for place in inside)]
            entries[name] = (key, value.with_elements(kept))
    return node.with_entries(entries)
