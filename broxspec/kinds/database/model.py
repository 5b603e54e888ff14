"""A database as its spec describes it."""

import re
from collections.abc import Mapping
from typing import NamedTuple

from broxspec import runners
from broxspec.specs import units
from broxspec.specs import faults
from broxspec.catalog.model import Name
from broxspec.diagnostic import Diagnostic
from broxspec.migrations.faults import RUNNER
from broxspec.suggest import did_you_mean, listed
from broxspec.specs.tree import Node

# What an overlay can't change: migrations are written once for all environments, from these.
FIXED = ("schema", "runner", "migrations", "environments")

# PostgreSQL's majors that broxspec knows the facts of.
OLDEST, NEWEST = 13, 18


class Hardware(NamedTuple):
    """`memory` and `disk` are bytes."""

    cpus: float | None = None
    memory: int | None = None
    disk: int | None = None
    storage: str | None = None


class Runner(NamedTuple):
    """What applies migrations. `version` is text as written, empty where none is given; `app` is the label of the Django app that the
    migrations belong to, empty where the folder's name is it."""

    name: str = "psql"
    version: str = ""
    app: str = ""


class Contact(NamedTuple):
    """How to reach someone; empty where nothing is said."""

    name: str = ""
    email: str = ""
    phone: str = ""
    url: str = ""


class TableSize(NamedTuple):
    """What is known of a table: rows, and rows written per second. `partitions` are those that migrations build indexes on one by one,
    None where that are all."""

    rows: int | None = None
    writes: float | None = None
    partitions: tuple[Name, ...] | None = None


class DatabaseSpec(NamedTuple):
    """`server_version` is the text as written, `major` its first number. Paths are relative to the project's root.

    `migrations` is empty where the spec names no folder.
    """

    name: str
    server_version: str
    major: int
    platform: str
    hardware: Hardware
    schema: tuple[str, ...]
    runner: Runner
    migrations: str
    environments: tuple[str, ...]
    contacts: Mapping[str, Contact]
    tables: Mapping[Name, TableSize]
    node: Node

    def rows(self, table: Name) -> int | None:
        """The table's rows, None where unknown."""
        size = self.tables.get(table)
        return size.rows if size else None

    @property
    def partitions(self) -> dict[Name, tuple[Name, ...]]:
        """The partitions that are stated, by their table."""
        return {name: size.partitions for name, size in self.tables.items() if size.partitions is not None}

    def writes_per_second(self, table: Name) -> float | None:
        """Rows of the table written per second, None where unknown."""
        size = self.tables.get(table)
        return size.writes if size else None


def identity(node: Node) -> tuple[str, ...]:
    """What makes two documents speak of one database; nothing beside the name, which every kind's identity begins with."""
    return ()


def table_name(text: str) -> Name:
    """`orders` is in public; `auth.users` says its schema."""
    schema, dot, name = text.partition(".")
    return Name(schema, name) if dot and schema and name else Name("public", text)


def read(node: Node) -> tuple[DatabaseSpec, list[Diagnostic]]:
    """The model of a valid document, its overlay merged in."""
    found: list[Diagnostic] = []
    version = node.get("server_version")
    text = version.text if version else ""
    schema = node.get("schema")
    paths = () if schema is None else (schema.text,) if schema.kind == "scalar" else tuple(path.text for path in schema.elements)
    spec = DatabaseSpec(
        name=node.get("name").text,  # type: ignore[union-attr]
        server_version=text,
        major=_major(text, node, found),
        platform=_text(node, "platform") or "self-hosted",
        hardware=_hardware(node.get("hardware"), found),
        schema=paths,
        runner=_runner(node.get("runner"), found),
        migrations=_text(node, "migrations"),
        environments=tuple(item.text for item in node.get("environments").elements) if "environments" in node.entries else (),  # type: ignore[union-attr]
        contacts={role: _contact(contact) for role, contact in node.get("contacts").items} if "contacts" in node.entries else {},  # type: ignore[union-attr]
        tables=_tables(node.get("tables"), found),
        node=node,
    )
    return spec, found


def _text(node: Node, name: str) -> str:
    value = node.get(name)
    return value.text if value is not None and value.scalar is not None else ""


def _major(text: str, node: Node, found: list[Diagnostic]) -> int:
    number = re.match(r"[0-9]{1,9}", text)
    major = int(number[0]) if number else 0
    if OLDEST <= major <= NEWEST:
        return major
    help = f"broxspec knows {OLDEST} to {NEWEST}"
    found.append(faults.VERSION.at(node.at("server_version"), f"PostgreSQL `{text}` is not known", help=help))
    return min(max(major, OLDEST), NEWEST)


def _hardware(node: Node | None, found: list[Diagnostic]) -> Hardware:
    if node is None:
        return Hardware()
    cpus = node.get("cpus")
    return Hardware(
        cpus=cpus.scalar if cpus is not None else None,  # type: ignore[arg-type]
        memory=_quantity(node, "memory", units.size, found),
        disk=_quantity(node, "disk", units.size, found),
        storage=_text(node, "storage") or None,
    )


def _quantity(node: Node, name: str, reader, found: list[Diagnostic]):
    value = node.get(name)
    if value is None:
        return None
    amount = reader(value.text)
    if isinstance(amount, units.Unreadable):
        found.append(faults.UNIT.at(value.span, amount.message, help=amount.help))
        return None
    return amount


def _runner(node: Node | None, found: list[Diagnostic]) -> Runner:
    if node is None:
        return Runner()
    if node.kind == "mapping":
        name, version, app = _text(node, "name"), _text(node, "version"), _text(node, "app")
    else:
        name, _, version = node.text.partition(" ")
        app = ""
    known = runners.available()
    if name not in known:
        help = f"the runners are {listed(known, 'and')}"
        place = node.at("name") if node.kind == "mapping" else node.span
        found.append(RUNNER.at(place, f"no runner `{name}`", note=did_you_mean(name, known), help=help))
    return Runner(name, version.strip().removeprefix("v"), app)


def _contact(node: Node) -> Contact:
    return Contact(*(_text(node, field) for field in Contact._fields))


def _tables(node: Node | None, found: list[Diagnostic]) -> dict[Name, TableSize]:
    tables = {}
    for name, size in node.items if node is not None else ():
        rows = size.get("rows")
        count = int(rows.scalar) if rows is not None else None  # type: ignore[arg-type]
        listed = size.get("partitions")
        parts = tuple(table_name(item.text) for item in listed.elements) if listed is not None else None
        tables[table_name(name)] = TableSize(count, _quantity(size, "writes", units.rate, found), parts)
    return tables
