"""Names: the indexes that own migrations of a database speak of, and where the specs ask for them."""

from collections.abc import Iterator, Mapping
from typing import Any

from broxspec.blame.answer import Origin
from broxspec.blame.specs import of_index
from broxspec.catalog.model import Index, Name
from broxspec.kinds.indexes.emit import temporary
from broxspec.kinds.indexes.partitions import part_name
from broxspec.migrations.history import History
from broxspec.migrations.lock import File
from broxspec.project import Database


class Names:
    """The indexes that own migrations of a database speak of, and where the specs ask for them."""

    def __init__(self, database: Database, history: History) -> None:
        self.database, self.history = database, history
        self.entries = [(entry.file, in_record(entry.data), entry.data) for lock in (history.frozen, history.drafts) for entry in lock.entries]
        self.files = [file for lock in (history.frozen, history.drafts) for file in lock.files]
        self.finals = {
            Name(name.schema, temporary(name.name, suffix)): name
            for _, names, data in self.entries if data.get("action") == "change"
            for name in names for suffix in ("new", "old")
        }  # fmt: skip
        self.finals |= self._parts()

    def _parts(self) -> dict[Name, Name]:
        """The indexes of partitions, and the whole that each is a part of."""
        wholes = sorted({name for _, names, _ in self.entries for name in names})
        steps = {step[1:] for file in self.files for step in file.steps if step[2].startswith(step[3])}
        return {
            Name(schema, name): whole
            for schema, name, table in steps
            for whole in wholes
            if Name(schema, name) != whole and (name == part_name(table, whole.name) or name.startswith(f"{table}_{whole.name}_"))
        }  # fmt: skip

    def source(self) -> Iterator[Index]:
        return self.database.source.indexes()

    def every(self) -> list[Name]:
        """All that any migration of ours speaks of."""
        names = {Name(schema, name) for file in self.files for _, schema, name, _ in file.steps}
        return sorted(names.union(self.finals, *(of_entry for _, of_entry, _ in self.entries)))

    def of_file(self, file: File) -> list[Name]:
        """The indexes of a file's steps, and of the operations that begin in it."""
        names = {Name(schema, name) for _, schema, name, _ in file.steps}
        return sorted(names.union(*(of_entry for began, of_entry, _ in self.entries if began == file.path)))

    def of_path(self, path: str) -> list[Name]:
        return sorted({name for file in self.files if file.path == path for name in self.of_file(file)})

    def asked(self, name: Name) -> tuple[list[Origin], Name]:
        """Where specs ask for an index, and what it is called in the end."""
        final = self.finals.get(name, name)
        if found := of_index(self.database, final):
            return found, final
        for _, names, data in self.entries:
            # What was renamed is asked for under its new name, and what was dropped for another's sake by that other.
            if data.get("action") == "rename" and names[0] == final and (found := of_index(self.database, names[-1])):
                return found, final
        return [], final


def in_record(data: Mapping[str, Any]) -> list[Name]:
    """The names in an operation or a declaration as a lock has them, the one before first."""
    if "block" in data:
        schema, _, name = data["name"].partition(".")
        return [Name(schema, name)]
    return [Name(data[side]["schema"], data[side]["name"]) for side in ("before", "after") if side in data]
