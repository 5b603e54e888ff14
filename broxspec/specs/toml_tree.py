"""TOML as nodes that know their place. `tomllib` says what a file means; this finds where it says it."""

import re
import tomllib
from typing import Any

from broxspec.specs import faults
from broxspec.diagnostic import Diagnostic
from broxspec.source import Source
from broxspec.specs.tree import Node

Route = tuple[str | int, ...]

_BLANK = re.compile(r"(?:[ \t\r\n]|#[^\n]*)*")
_BARE_KEY = re.compile(r"[A-Za-z0-9_-]+")
_STRING = re.compile(r'"""(?:\\.|(?!""")[\s\S])*"{3,5}' + r"|'''(?:(?!''')[\s\S])*'{3,5}" + r'|"(?:\\.|[^"\\\n])*"|' + r"'[^'\n]*'")
_OTHER_VALUE = re.compile(r"[^,\]}#\n]+")


def parse_toml(source: Source) -> tuple[Node | None, list[Diagnostic]]:
    """The table that a TOML file is."""
    try:
        # tomllib wants line feeds alone; a carriage return less keeps every line number, which is all its errors tell.
        data = tomllib.loads(source.text.replace("\r\n", "\n"))
    except tomllib.TOMLDecodeError as error:
        return None, [_broken(source, str(error))]
    except RecursionError:
        return None, [faults.TOML_SYNTAX.at(source.span(0, 0), "the file is nested too deep")]
    places = _Places(source.text)
    try:
        places.find()
    except (IndexError, AttributeError):
        pass  # less is known of places than could be; the meaning is tomllib's
    return _node(source, data, (), places.values, places.keys), []


def _broken(source: Source, message: str) -> Diagnostic:
    found = re.search(r" \(at line (\d+), column (\d+)\)| \(at end of document\)", message)
    words = message[: found.start()] if found else message
    if found and found[1]:
        line = min(int(found[1]), len(source.starts))
        start = min(source.starts[line - 1] + int(found[2]) - 1, len(source.text))
    else:
        start = max(0, len(source.text.rstrip()) - 1)
    end = min(start + 1, len(source.text))
    return faults.TOML_SYNTAX.at(source.span(start, end), f"this is not TOML: {words[:1].lower()}{words[1:]}")


def _node(source: Source, value: Any, route: Route, values: dict, keys: dict) -> Node:
    """The node of a value; what the scanner has not found lies where its parent's key is."""
    start, end = values.get(route) or keys.get(route) or (0, 0)
    if isinstance(value, dict):
        node = Node("mapping", source, start, end)
        for name, inner in value.items():
            at = (*route, name)
            key = Node("scalar", source, *(keys.get(at) or (start, end)))
            key.scalar = name
            node.entries[name] = (key, _node(source, inner, at, values, keys))
    elif isinstance(value, list):
        node = Node("sequence", source, start, end)
        node.elements = [_node(source, inner, (*route, at), values, keys) for at, inner in enumerate(value)]
    else:
        node = Node("scalar", source, start, end)
        node.scalar = value if isinstance(value, (str, int, float, bool)) else str(value)
    return node


class _Places:
    """Where the keys and values of a valid TOML text are, by route."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.at = 0
        self.values: dict[Route, tuple[int, int]] = {}
        self.keys: dict[Route, tuple[int, int]] = {}
        self.tables: dict[Route, int] = {}  # arrays of tables, and how many were begun

    def find(self) -> None:
        prefix: Route = ()
        while True:
            self.skip()
            if self.at >= len(self.text):
                return
            if self.text.startswith("[", self.at):
                prefix = self.header()
            else:
                self.pair(prefix)

    def skip(self) -> None:
        self.at = _BLANK.match(self.text, self.at).end()  # type: ignore[union-attr]

    def header(self) -> Route:
        many = self.text.startswith("[[", self.at)
        self.at += 2 if many else 1
        route = self.key(())
        self.at = self.text.index("]", self.at) + (2 if many else 1)
        if not many:
            return route
        number = self.tables.get(route, 0)
        self.tables[route] = number + 1
        return (*route, number)

    def key(self, prefix: Route) -> Route:
        """A key, dotted or not; each part gets its place."""
        route = prefix
        while True:
            self.at = re.compile(r"[ \t]*").match(self.text, self.at).end()  # type: ignore[union-attr]
            found = _BARE_KEY.match(self.text, self.at) or _STRING.match(self.text, self.at)
            raw = found[0]  # type: ignore[index]
            name = tomllib.loads(f"k = {raw}")["k"] if raw[0] in "\"'" else raw
            route = (*route, name)
            self.keys.setdefault(route, (self.at, self.at + len(raw)))
            self.at = re.compile(r"[ \t]*").match(self.text, self.at + len(raw)).end()  # type: ignore[union-attr]
            if not self.text.startswith(".", self.at):
                return route
            self.at += 1

    def pair(self, prefix: Route) -> None:
        route = self.key(prefix)
        self.at = self.text.index("=", self.at) + 1
        self.skip()
        self.value(route)

    def value(self, route: Route) -> None:
        start = self.at
        opening = self.text[start]
        if opening == "[":
            self.collection("]", lambda number: self.value((*route, number)))
        elif opening == "{":
            self.collection("}", lambda number: self.pair(route))
        else:
            found = _STRING.match(self.text, start) or _OTHER_VALUE.match(self.text, start)
            self.at = start + len(found[0].rstrip())  # type: ignore[index]
        self.values[route] = (start, self.at)

    def collection(self, closing: str, item: Any) -> None:
        self.at += 1
        number = 0
        while True:
            self.skip()
            if self.text.startswith(closing, self.at):
                self.at += 1
                return
            if self.text.startswith(",", self.at):
                self.at += 1
                continue
            item(number)
            number += 1
