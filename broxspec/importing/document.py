"""Document: the specs of one table as a text, with comments on what is wrong with its indexes and on what is left out."""

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from broxspec.catalog.model import Catalog, Index, Name, Table
from broxspec.diagnostic import Diagnostic
from broxspec.importing.entry import entry, plain
from broxspec.kinds.database.model import table_name
from broxspec.kinds.indexes.model import read, resolve
from broxspec.migrations.state import same
from broxspec.quoting.yaml import comment, scalar
from broxspec.source import Source
from broxspec.specs.parse import parse
from broxspec.specs.validate import validate

# Why an index is in no spec, in the order in which it is told.
CONSTRAINT = "constraint"
EXCLUSION = "exclusion constraint"
PART = "part of a partitioned index"
INVALID = "INVALID"
UNSAYABLE = "more than a spec can say"
ELSEWHERE = "not so in the schema source"


class Left(NamedTuple):
    """An index that stays out of the specs, and why: one of the words above."""

    index: Index
    why: str


class Document(NamedTuple):
    """`items` are the indexes in the order of the entries; `ignores` the codes to ignore for each, and for the whole under None."""

    table: Table
    database: str
    items: tuple[Index, ...]
    left: tuple[Left, ...]
    findings: tuple[Diagnostic, ...] = ()
    ignores: Mapping[str | None, tuple[str, ...]] = {}

    @property
    def lines(self) -> list[tuple[str, Index | None]]:
        """Every line, and the index in whose entry it is."""
        lines: list[tuple[str, Index | None]] = [(line, None) for line in self._head()]
        about = _by_index(self.findings)
        for index in self.items:
            lines += [(f"  {comment(told)}", None) for told in about.get(index.name, ())]
            if codes := self.ignores.get(index.name):
                lines.append((f"  {_ignore(codes)}", None))
            lines += [(f"  {line}", index) for line in entry(index)]
        lines += [(f"  {comment(told)}", None) for told in self._out()]
        return [*lines, *((f"  {line}", None) for line in _wanting(self.findings))]

    @property
    def text(self) -> str:
        return "".join(f"{line}\n" for line, _ in self.lines)

    def item_at(self, line: int) -> Index | None:
        """The index whose entry has the line (1-based)."""
        lines = self.lines
        return lines[line - 1][1] if 0 < line <= len(lines) else None

    def _head(self) -> list[str]:
        head = [_ignore(self.ignores[None])] if self.ignores.get(None) else []
        head += ["kind: indexes", f"database: {scalar(self.database)}"] if self.database else ["kind: indexes"]
        return [*head, f"table: {scalar(_table_text(self.table.qualified) or '')}", "indexes:"]

    def _out(self) -> list[str]:
        """What is told of indexes that are left out; those of primary keys and unique constraints are where anybody looks for them."""
        return [f"not here: `{left.index.name}`, {_words(left)}" for left in self.left if left.why != CONSTRAINT]


def document(table: Table, catalog: Catalog, major: int, database: str = "", findings: Iterable[Diagnostic] = ()) -> Document:
    """The document of a table. Every entry was read back and is the index that it was made of; what is not is left out."""
    left = [Left(index, why) for index in table.indexes if (why := _stays(index, table))]
    out = {one.index.name for one in left}
    items = [index for index in table.indexes if index.name not in out]
    if _table_text(table.qualified) is None:
        return Document(table, database, (), (*left, *(Left(index, UNSAYABLE) for index in items)))
    made = Document(table, database, tuple(items), tuple(left), tuple(findings))
    while wrong := _unsaid(made, catalog, major):
        kept = tuple(index for index in made.items if index not in wrong)
        made = made._replace(items=kept, left=(*made.left, *(Left(index, UNSAYABLE) for index in wrong)))
    return made


def _stays(index: Index, table: Table) -> str:
    if index.constraint:
        return EXCLUSION if index.constraint == "exclusion" else CONSTRAINT
    if index.parent is not None:
        return PART
    # A partitioned index is INVALID until every partition has its part: it is wanted all the same.
    return INVALID if not index.valid and table.kind != "partitioned" else ""


def _unsaid(made: Document, catalog: Catalog, major: int) -> list[Index]:
    """The items that are not read back as they are."""
    if not made.items:
        return []
    documents, wrong = parse(Source("", made.text))
    if wrong or len(documents) != 1 or validate(documents[0]):
        return _one_by_one(made, catalog, major)
    specs, wrong = read(documents[0].root, made.database)
    if wrong or len(specs) != len(made.items):
        return _one_by_one(made, catalog, major)
    found = [spec.index for spec in resolve(specs, catalog, major)]
    return [index for index, back in zip(made.items, found, strict=True) if back is None or back.name != index.name or not same(index, back)]


def _one_by_one(made: Document, catalog: Catalog, major: int) -> list[Index]:
    if len(made.items) == 1:
        return list(made.items)
    alone = (made._replace(items=(index,)) for index in made.items)
    return [one.items[0] for one in alone if _unsaid(one, catalog, major)]


def _table_text(table: Name) -> str | None:
    """The table as specs name it, None where they can't."""
    return next((text for text in (str(table), ".".join(table)) if table_name(text) == table), None)


def _by_index(findings: Sequence[Diagnostic]) -> dict[str, list[str]]:
    """What is told of each index, by its name: of duplicates at each of them."""
    told: dict[str, list[str]] = {}
    for found in findings:
        for name in found.subject.get("indexes") or (found.subject.get("index"),):
            told.setdefault(name, []).append(f"{found.code} {found.message}")
    return told


def _wanting(findings: Sequence[Diagnostic]) -> list[str]:
    """The foreign keys that lack an index, each with the one to add."""
    lines = []
    for found in findings:
        columns = found.subject.get("columns")
        if columns and "index" not in found.subject:
            lines += [comment(f"{found.code} {found.message}; to add it:"), comment(plain(columns))]
    return lines


def _words(left: Left) -> str:
    index = left.index
    if left.why == PART and index.parent:
        return f"which is the part of `{index.parent.name}` in this partition"
    if left.why == EXCLUSION:
        return "which backs an exclusion constraint"
    if left.why == ELSEWHERE:
        return "which the schema source of the database does not have so"
    if left.why == INVALID:
        return "which is INVALID: what a failed build has left behind"
    return "whose definition is more than a spec can say"


def _ignore(codes: Iterable[str]) -> str:
    return f"# broxspec: ignore[{', '.join(codes)}] imported as it was"
