"""Watching while migrations are replayed: what each statement does to what was there before its file.

Reading (`catalog/sql`) knows the state before every statement; it tells a `Watch` of each file, and the `FileWatch` of that file of each
statement. What a file itself has made is nobody else's yet, so that a dump, in which everything is made, is not watched at all.
"""

import re
from collections.abc import Collection, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from broxspec.source import Source

if TYPE_CHECKING:
    from broxspec.catalog.model import Catalog
    from broxspec.catalog.sql.database import Database
    from broxspec.handwritten.change import Migration
    from broxspec.handwritten.declared import Declared
    from broxspec.handwritten.observed import FileWatch
    from broxspec.sql.parser import Parsed

# Where no table was there before, only statements with these words can go wrong.
_ALONE = ("concurrently", "vacuum", "alter system")
_DUMP = re.compile(r"\A(?:\s|--[^\n]*\n)*?-- PostgreSQL database (?:cluster )?dump\b")


def _may_fail(text: str) -> bool:
    # Plain search is twenty times as fast as a pattern that ignores case.
    text = text.lower()
    return any(words in text for words in _ALONE)


class Watch:
    """Who is told of a replay. `root` is the folder that the sources' paths are relative to.

    `only` are the paths of the files to look at, None for all; with `every` also those that can have nothing amiss are kept. `runner`
    and `version` are the project's, empty where unknown. `folders` are the folders among what was named, where what is a schema and what
    a migration is told from names; None where it is known. `after` is the database when all was read.
    """

    def __init__(
        self,
        root: Path,
        *,
        only: Collection[str] | None = None,
        every: bool = False,
        runner: str = "",
        version: str = "",
        folders: Sequence[str] | None = None,
    ) -> None:
        self.root, self.only, self.every, self.runner, self.version = root, only, every, runner, version
        self.folders = folders
        self._parts: frozenset[str] = frozenset()
        self.files: list[FileWatch] = []
        self.after: Catalog | None = None

    def wants(self, sources: Sequence[Source]) -> bool:
        """Whether a replay of the sources could show anything. Told without parsing them."""
        if len(sources) > 1 and self.folders is not None and not self.every:
            from broxspec.handwritten.declaring import parts_of_schema

            self._parts = parts_of_schema(sources, self.root, self.folders)
            if len(self._parts) == len(sources):
                return False
        return self.every or len(sources) > 1 or any(_may_fail(source.text) and not _DUMP.match(source.text) for source in sources)

    def open(self, db: "Database", source: Source, parsed: "Parsed") -> "FileWatch | None":
        """A watch over one file; None where nothing in it can be amiss."""
        if self.only is not None and source.path not in self.only or source.path in self._parts:
            return None
        if not self.every and (_DUMP.match(source.text) or not db.tables and not _may_fail(source.text)):
            return None
        from broxspec.handwritten.change import File
        from broxspec.handwritten.delivery import delivery
        from broxspec.handwritten.observed import FileWatch

        sent = delivery(source, self.root / source.path, parsed.statements, self.runner, self.version)
        watch = FileWatch(db, File(source, sent, len(parsed.statements)))
        self.files.append(watch)
        return watch

    def migrations(self, declared: "Declared | None" = None) -> "tuple[Migration, ...]":
        """What was seen, file by file. `declared` is what a Prisma schema says."""
        if not self.files or self.after is None:
            return ()
        from broxspec.handwritten.change import Migration

        return tuple(Migration(watch.file, tuple(watch.changes), self.after, declared) for watch in self.files)
