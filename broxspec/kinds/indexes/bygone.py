"""Bygone: migrations that worked on what the schema no longer has. They have run in their time, and can't be tried today.

What else such a migration has made is taken as done, so that those after it can be tried.
"""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import NamedTuple

from broxspec.catalog.model import Catalog
from broxspec.kinds.indexes.emit import temporary
from broxspec.migrations.history import History
from broxspec.migrations.settle import Settled
from broxspec.migrations.state import catalog_of, perform, state_of
from broxspec.plan import Operation


class Bygone(NamedTuple):
    """`why` has a reason for each file that can't be tried, by its path in the migrations folder. `base` is the base with all that the
    others stand on."""

    why: Mapping[str, str]
    base: Catalog


def bygone(history: History, settled: Settled, folder: Path, name_of: Callable[[str], str]) -> Bygone:
    state = state_of(settled.base)
    operations = [*settled.frozen, *settled.drafts]
    gone = [operation for operation in operations if not all(state.bears(index) for index in (operation.before, operation.after) if index)]
    if not gone:
        return Bygone({}, settled.base)
    files = [file for file in history.working.files if file.role in ("up", "down", "companion")]
    reasons = {name_of(file.path): reason for file in files if (reason := _reason(file.steps, folder / file.path, gone))}
    why = {file.path: reasons[name_of(file.path)] for file in files if name_of(file.path) in reasons}
    entries = [*history.frozen.entries, *history.drafts.entries]
    done = [operation for entry, operation in zip(entries, operations, strict=True) if entry.file in why]
    return Bygone(why, catalog_of(settled.base, perform(state, done)))


def _reason(steps: tuple[tuple[str, ...], ...], path: Path, gone: list[Operation]) -> str:
    """Why a file can't be tried; empty where it can. A check is recorded by one index and asks for several, so its text is searched."""
    for operation in gone:
        index = operation.subject
        names = {index.name, temporary(index.name, "new"), temporary(index.name, "old")}
        named = any((step[1], step[3]) == (index.schema, index.table) and step[2] in names for step in steps)
        checked = any(step[0] == "check" for step in steps) and any(f"'{name}'" in path.read_text("utf-8") for name in names)
        if named or checked:
            return f"it works on `{index.table}` as it was when this ran, which the schema no longer has"
    return ""
