"""Ignores by object: `[[ignore]]` in broxspec.toml, for what is in no text (a live server) or in one that nobody edits (a dump)."""

import re
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from broxspec.diagnostic import Diagnostic
from broxspec.ignores import Names, known
from broxspec.source import Span
from broxspec.specs.tree import Node


class ObjectIgnore(NamedTuple):
    """One `[[ignore]]`. `object` is `table`, `schema.table`, `table.name` or `schema.table.name`, where the name is that of an index, a
    constraint or a column, all as stored; `*` stands for any characters."""

    names: Names
    object: str
    reason: str
    span: Span
    how: str = "config"

    def covers(self, found: Diagnostic) -> bool:
        wanted = self.object
        if "*" not in wanted:
            return any(name == wanted for name in names_of(found.subject))
        pattern = re.compile(".*".join(map(re.escape, wanted.split("*"))), re.DOTALL)
        return any(pattern.fullmatch(name) for name in names_of(found.subject))


def ignores_of(node: Node | None) -> tuple[list[ObjectIgnore], list[Diagnostic]]:
    """The ignores of a configuration's own file, and the rules in them that do not exist."""
    listed = node.get("ignore") if node is not None else None
    ignores: list[ObjectIgnore] = []
    found: list[Diagnostic] = []
    for entry in listed.elements if listed is not None else ():
        rule = entry.get("rule")
        given = [] if rule is None else rule.elements or [rule]
        names = tuple((one.text, one.span) for one in given if known(one.text, one.span, found))
        value = {name: str(inner.text) for name, inner in entry.items if inner.kind == "scalar"}
        if names and value.get("object") and value.get("reason"):
            ignores.append(ObjectIgnore(names, value["object"], value["reason"], entry.at("object")))
    return ignores, found


def names_of(subject: Mapping[str, Any]) -> Iterator[str]:
    """Every name by which `object` may call what a finding is about."""
    table = subject.get("table")
    if not isinstance(table, str):
        return
    tables = [table, f"{subject['schema']}.{table}"] if subject.get("schema") else [table]
    yield from tables
    for name in _inner(subject):
        for qualified in tables:
            yield f"{qualified}.{name}"


def _inner(subject: Mapping[str, Any]) -> Iterator[str]:
    for field in ("index", "constraint", "column"):
        if isinstance(subject.get(field), str):
            yield subject[field]
    for field in ("indexes", "columns"):
        if isinstance(subject.get(field), list | tuple):
            yield from subject[field]
