"""Check: a JSON Schema compiled to a function that says whether a node is valid, and nothing else.

Importing jsonschema costs 100 ms and validating with it as much again for a few hundred specs, nearly always
to say that all is well. So this answers first, for the keywords that our schemas use; only where it says no,
jsonschema is asked, and it decides. tests/specs/test_check.py holds the two against each other.
"""

import re
from collections.abc import Callable
from typing import Any

from broxspec.specs.tree import Node

Check = Callable[[Node], bool]
Schema = dict[str, Any]

# Keywords that say nothing about validity.
ANNOTATIONS = frozenset({
    "$schema", "$id", "$defs", "title", "description", "markdownDescription", "enumDescriptions", "default", "examples",
    "defaultSnippets", "errorMessage", "deprecationMessage",
})  # fmt: skip


class UnknownKeyword(Exception):
    """A schema of ours uses a keyword that is not compiled here: a fault of ours."""


def compile_schema(schema: Schema, *, partial: bool = False) -> Check:
    """The check of a schema. In a `partial` document, an overlay, nothing below the top is required and null removes."""
    return _Compiler(schema, partial).check(schema, top=True)


def _type_check(names: str | list[str]) -> Check:
    wanted = frozenset([names] if isinstance(names, str) else names)

    def check(node: Node) -> bool:
        if node.kind != "scalar":
            return ("object" if node.kind == "mapping" else "array") in wanted
        value = node.scalar
        if isinstance(value, str):
            return "string" in wanted
        if isinstance(value, bool):
            return "boolean" in wanted
        if value is None:
            return "null" in wanted
        return "number" in wanted or ("integer" in wanted and (isinstance(value, int) or value.is_integer()))

    return check


class _Compiler:
    def __init__(self, root: Schema, partial: bool) -> None:
        self.root = root
        self.partial = partial
        self.references: dict[str, Check] = {}

    def check(self, schema: Schema, *, top: bool = False) -> Check:
        checks = []
        for keyword in schema:
            if keyword in ANNOTATIONS or keyword in ("then", "else", "additionalProperties"):
                continue
            if keyword == "required" and self.partial and not top:
                continue
            make = getattr(self, f"_{keyword.lstrip('$')}", None)
            if make is None:
                raise UnknownKeyword(keyword)
            checks.append(make(schema[keyword], schema))
        if "additionalProperties" in schema and "properties" not in schema:
            checks.append(self._properties({}, schema))
        if len(checks) == 1:
            return checks[0]
        checks.sort(key=lambda check: check.__qualname__ != "_type_check.<locals>.check")  # the cheapest first
        every = tuple(checks)
        return lambda node: all(check(node) for check in every)

    def _ref(self, name: str, schema: Schema) -> Check:
        if name not in self.references:
            found = self.root
            for step in name.removeprefix("#/").split("/"):
                found = found[step]
            self.references[name] = lambda node: self.references[name](node)  # a schema may refer to itself
            self.references[name] = self.check(found)
        return self.references[name]

    def _type(self, names: str | list[str], schema: Schema) -> Check:
        return _type_check(names)

    def _enum(self, values: list[str], schema: Schema) -> Check:
        if not all(isinstance(value, str) for value in values):
            raise UnknownKeyword("enum of other values than strings")
        known = frozenset(values)
        return lambda node: isinstance(node.scalar, str) and node.scalar in known

    def _required(self, names: list[str], schema: Schema) -> Check:
        partial = self.partial

        def check(node: Node) -> bool:
            if node.kind != "mapping":
                return True
            if partial and any(name in node.entries and _is_null(node.entries[name][1]) for name in names):
                return False
            return all(name in node.entries for name in names)

        return check

    def _properties(self, properties: Schema, schema: Schema) -> Check:
        checks = {name: self.check(inner) for name, inner in properties.items()}
        others = schema.get("additionalProperties", True)
        rest = self.check(others) if isinstance(others, dict) else None
        partial = self.partial

        def check(node: Node) -> bool:
            if node.kind != "mapping":
                return True
            for name, (_, value) in node.entries.items():
                if partial and _is_null(value):
                    continue
                inner = checks.get(name, rest)
                if inner is None:
                    if others is False:
                        return False
                elif not inner(value):
                    return False
            return True

        return check

    def _items(self, items: Schema, schema: Schema) -> Check:
        check = self.check(items)
        return lambda node: all(check(element) for element in node.elements)

    def _uniqueItems(self, wanted: bool, schema: Schema) -> Check:
        if schema["items"].get("type") != "string":
            raise UnknownKeyword("uniqueItems of other items than strings")

        def check(node: Node) -> bool:
            texts = [element.scalar for element in node.elements if isinstance(element.scalar, str)]
            return len(set(texts)) == len(texts)

        return check

    def _pattern(self, pattern: str, schema: Schema) -> Check:
        search = re.compile(pattern).search
        return lambda node: not isinstance(node.scalar, str) or search(node.scalar) is not None

    def _minLength(self, length: int, schema: Schema) -> Check:
        return lambda node: not isinstance(node.scalar, str) or len(node.scalar) >= length

    def _minItems(self, length: int, schema: Schema) -> Check:
        return lambda node: node.kind != "sequence" or len(node.elements) >= length

    def _minimum(self, limit: float, schema: Schema) -> Check:
        return lambda node: _number(node) is None or not _number(node) < limit

    def _exclusiveMinimum(self, limit: float, schema: Schema) -> Check:
        return lambda node: _number(node) is None or not _number(node) <= limit

    def _anyOf(self, branches: list[Schema], schema: Schema) -> Check:
        checks = tuple(self.check(branch) for branch in branches)
        return lambda node: any(check(node) for check in checks)

    def _if(self, condition: Schema, schema: Schema) -> Check:
        when = self.check(condition, top=True)
        then = self.check(schema.get("then", {}), top=True)
        otherwise = self.check(schema.get("else", {}), top=True)
        return lambda node: then(node) if when(node) else otherwise(node)


def _is_null(node: Node) -> bool:
    return node.kind == "scalar" and node.scalar is None


def _number(node: Node) -> int | float | None:
    value = node.scalar
    return value if isinstance(value, (int, float)) and not isinstance(value, bool) else None
