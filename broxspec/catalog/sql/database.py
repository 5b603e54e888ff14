"""The database being built, together with where reading stands: the search path, the current statement, what was found."""

import re
from collections import Counter
from typing import TYPE_CHECKING, Any

from broxspec.catalog.faults import OUTSIDE, REJECTED, Fault
from broxspec.catalog.model import Name, Type
from broxspec.catalog.sql.state import IndexState, Node, Rejected, Relation, Store, TableState
from broxspec.diagnostic import Diagnostic, Label
from broxspec.postgres import types as builtin_types
from broxspec.postgres.limits import NAME_BYTES
from broxspec.postgres.names import clip
from broxspec.source import Source, Span
from broxspec.sql.parser import Statement
from broxspec.sql.typename import modifiers, names

if TYPE_CHECKING:
    from broxspec.handwritten.observed import FileWatch

# A quote that is never closed takes the rest.
_WORD = re.compile(r'(?:[\w$.]+|[^\x00-\x7f]|"[^"]*"?)*')
_SYSTEM = frozenset({"pg_catalog", "information_schema", "pg_toast"})
_VIEWED = {"view": "view", "sequence": "sequence", "composite": "composite type", "index": "index"}


class Database(Store):
    """The state, how names are looked up in it, and the findings so far."""

    def __init__(self, major: int) -> None:
        super().__init__()
        self.major = major
        self.diagnostics: list[Diagnostic] = []
        self.skipped: Counter[tuple[str, str]] = Counter()
        self.source = Source("", "")
        self.statement: Statement = Statement("", {}, 0, 0, int)
        self.search_path: tuple[str, ...] = ("$user", "public")  # that of a new session
        self.settings["search_path"] = self.search_path
        self.schemas["public"] = True
        self.default_opclasses: dict[tuple, str | None] = {}
        self._builtin: dict[str, bool] = {}
        self.dangerous: dict[str, Any] = {}  # functions whose bodies hold DDL: the body if it can be carried out, else None
        self.savepoints: list[tuple[str, int]] = []
        self.watch: FileWatch | None = None  # who wants to know of each statement, beside us

    # Places

    def at(self, location: int | None, end: int | None = None) -> Span:
        """A place in the current statement from the parser's location; to the end of the word there, or to `end` in characters."""
        if location is None or location < 0:
            return self.here
        start = self.statement.offset(location)
        return Span(self.source, start, max(start, end if end is not None else self.word_end(start)))

    @property
    def here(self) -> Span:
        return Span(self.source, self.statement.start, self.statement.end)

    def word_end(self, start: int) -> int:
        """Where the name or word ends that begins at `start`, dots and quotes included."""
        word = _WORD.match(self.source.text, start, max(start, self.statement.end))
        return max(word.end() if word else start, start + 1)

    # Findings

    def report(self, fault: Fault, message: str, at: Span | None = None, **more: Any) -> None:
        span = at or self.here
        self.diagnostics.append(Diagnostic(fault.code, fault.slug, fault.severity, message, span, **more))

    def refuse(self, rejected: Rejected) -> None:
        self.report(REJECTED, rejected.message, rejected.at, help=rejected.help)

    def skip(self, what: str, reason: str) -> None:
        self.skipped[what, reason] += 1

    # Schemas

    def creation_schema(self, written: str | None) -> str:
        """The schema in which a statement makes something: the one written, else the first of the path that exists."""
        if written is not None:
            return self.need_schema(written)
        for schema in self.settings["search_path"]:
            if schema in self.schemas and schema not in _SYSTEM:
                return schema
        raise Rejected("no schema has been selected to create in", help="write the schema in front of the name, or set `search_path`")

    def need_schema(self, name: str) -> str:
        if name in _SYSTEM or name.startswith("pg_temp"):
            return "pg_temp" if name.startswith("pg_temp") else name
        if name not in self.schemas:
            self.schemas[name] = False
            self.report(OUTSIDE, f"schema `{name}` is not created here; it is taken as existing")
        return name

    def path(self) -> tuple[str, ...]:
        """Where unqualified names are looked for, in order."""
        return ("pg_temp", *self.settings["search_path"])

    # Relations

    def find(self, schema: str | None, name: str) -> tuple[Name, Relation] | None:
        """What a name stands for, wherever the search path finds it first."""
        if schema is not None:
            schema = "pg_temp" if schema.startswith("pg_temp") else schema
        for place in (schema,) if schema is not None else self.path():
            names = self._relations.get(place)
            if names and name in names:
                return Name(place, name), names[name]
        return None

    def find_range(self, node: Node) -> tuple[Name, Relation] | None:
        return self.find(node.get("schemaname"), clip(node["relname"]))

    def table_of(self, node: Node) -> TableState:
        """The table that a statement names. Rejected when there is none of that name."""
        found = self.find_range(node)
        name = shown(node)
        if found is None:
            raise Rejected(f"table `{name}` does not exist", self.at(node.get("location")), self._near(node.get("schemaname"), clip(node["relname"])))
        if found[1].kind != "table":
            raise Rejected(f"`{name}` is not a table but {_an(_VIEWED[found[1].kind])}", self.at(node.get("location")))
        return self.tables[found[1].id]

    def _near(self, schema: str | None, name: str) -> str:
        """What to write instead of a name that nothing has: the one in another schema, or in other case."""
        tables = [found for found, relation in self.all_relations() if relation.kind == "table" and schema in (None, found.schema)]
        elsewhere = next((found for found in tables if found.name == name and schema is None), None)
        if elsewhere is not None:
            return f"there is `{elsewhere.schema}.{name}`: write its schema, or set `search_path`"
        other = next((found for found in tables if found.name.lower() == name.lower()), None)
        return f'there is `"{other.name}"`: write it in quotes' if other is not None and other.name != other.name.lower() else ""

    def index_of(self, schema: str | None, name: str) -> IndexState | None:
        found = self.find(schema, clip(name))
        return self.indexes[found[1].id] if found and found[1].kind == "index" else None

    def name_of(self, index: IndexState) -> Name:
        return Name(self.tables[index.table].schema, index.index.name)

    def claim(self, schema: str, name: str, relation: Relation, at: Span | None = None) -> None:
        """Take a name for a new relation. Rejected when it is taken."""
        names = self.relations(schema)
        if name in names:
            raise Rejected(f"relation `{Name(schema, name)}` already exists", at, **self.holder(schema, name))
        names[name] = relation

    def holder(self, schema: str, name: str) -> dict[str, str]:
        relation = self.relations(schema)[name]
        if relation.kind == "index":
            return {"help": f"an index of `{self.tables[self.indexes[relation.id].table].qualified}` has this name; choose another"}
        return {"help": "choose another name, or drop the first one before"}

    # Types

    def is_builtin(self, name: str) -> bool:
        """Whether a bare name is one of PostgreSQL's own types; those of extensions are not."""
        if name not in self._builtin:
            found = builtin_types.builtin(name, self.major)
            self._builtin[name] = found is not None and not found.extension
        return self._builtin[name]

    def find_type(self, schema: str | None, name: str) -> Name | None:
        for place in (schema,) if schema is not None else self.path():
            if Name(place, name) in self.types:
                return Name(place, name)
        return None

    def type_of(self, node: Node) -> Type:
        """The type that a type name means here."""
        parts = node["names"]
        schema, name = (parts[0]["String"]["sval"], parts[1]["String"]["sval"]) if len(parts) == 2 else names(node)
        dimensions = len(node["arrayBounds"]) if "arrayBounds" in node else 0
        if schema == "pg_catalog" or schema is None and self.is_builtin(name):
            return Type(name, "pg_catalog", _complete(name, modifiers(node)) if "typmods" in node else (), dimensions)
        found = self.find_type(schema, clip(name))
        return Type(clip(name), found.schema if found else schema, modifiers(node) if "typmods" in node else (), dimensions)

    def resolved(self, found: Type) -> Type:
        """What a type holds: a domain's base, all the way down."""
        for _ in range(32):
            state = self.types.get(Name(found.schema or "", found.name))
            if state is None or state.kind != "domain" or state.base is None:
                break
            found = state.base._replace(dimensions=found.dimensions or state.base.dimensions)
        return found

    def column_types(self, table: TableState) -> dict[str, Type | None]:
        """The types of a table's columns, for comparing expressions."""
        return {name: self.resolved(column.type) for name, column in table.columns.items()}


def _complete(name: str, given: tuple[int, ...]) -> tuple[int, ...]:
    """Modifiers as the server shows them: `numeric(5)` has a scale, and the fields of an interval are no number."""
    if name == "numeric" and len(given) == 1:
        return (*given, 0)
    return given[1:] if name == "interval" else given


def shown(node: Node) -> str:
    """A table's name as a statement writes it."""
    schema = node.get("schemaname")
    return node["relname"] if schema in (None, "public") else f"{schema}.{node['relname']}"


def string(node: Node) -> str:
    """The value of a String node."""
    return node["String"].get("sval", "")


def strings(nodes: list[Node]) -> list[str]:
    """The values of a list of names, each cut to the length that the server keeps."""
    return [clip(string(node)) for node in nodes]


def dotted(nodes: list[Node]) -> tuple[str | None, str]:
    """Schema and name of a list of names, as object names in DROP and CREATE TYPE are."""
    parts = strings(nodes)
    return (parts[-2] if len(parts) > 1 else None, parts[-1])


def _an(word: str) -> str:
    return f"{'an' if word[0] in 'aeiou' else 'a'} {word}"


__all__ = ["NAME_BYTES", "Database", "Label", "dotted", "shown", "string", "strings"]
