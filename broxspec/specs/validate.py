"""Validate: documents against the schema of their kind; what is wrong as findings at the right key or value.

`kind` decides which schema is asked, and where a schema has several forms the shape of the value decides which one is meant,
so that nobody is told that something "is not valid under any of the given schemas".
"""

import json
from collections.abc import Iterator
from functools import cache
from typing import Any

from broxspec.specs import faults
from broxspec.assets import schema_file
from broxspec.specs.check import Check, Schema, compile_schema
from broxspec.diagnostic import Diagnostic, Edit, Fix, Label
from broxspec.specs.scalars import type_name
from broxspec.source import Span
from broxspec.suggest import closest, listed
from broxspec.specs.tree import Document, Node

# Schemas that are no kind of document.
_OTHER = frozenset({"config"})

_TYPES = {
    "string": "text", "number": "a number", "integer": "a whole number", "boolean": "`true` or `false`",
    "array": "a list", "object": "a mapping", "null": "nothing",
}  # fmt: skip
_TRUTHS = {"yes": "true", "on": "true", "y": "true", "no": "false", "off": "false", "n": "false"}


def kinds() -> tuple[str, ...]:
    """Every kind that has a schema, sorted."""
    folder = schema_file("x").parent
    names = (path.name.removesuffix(".schema.json") for path in folder.glob("*.schema.json"))
    return tuple(sorted(name for name in names if name not in _OTHER))


def validate(document: Document) -> list[Diagnostic]:
    """What is wrong with a document by itself. A document without findings may be given to its kind's model."""
    found = _kind(document)
    if found:
        return [found]
    environment = document.root.get("environment")
    return against(document.root, str(document.kind), partial=environment is not None and environment.scalar is not None)


def against(root: Node, kind: str, *, partial: bool = False) -> list[Diagnostic]:
    """What a schema finds in a node. A `partial` one, an overlay, may lack what is required and remove with null."""
    if _check(kind, partial)(root):
        return []
    return _Explainer(kind, root, partial).findings()


@cache
def schema(kind: str) -> Schema:
    return json.loads(schema_file(kind).read_text(encoding="utf-8"))


@cache
def _check(kind: str, partial: bool) -> Check:
    return compile_schema(schema(kind), partial=partial)


def _kind(document: Document) -> Diagnostic | None:
    """The finding when the document's kind is missing or unknown."""
    root = document.root
    node = root.get("kind")
    names = kinds()
    if node is None:
        first = next(iter(root.entries.values()))[0].span if root.entries else root.span
        misspelt = closest("kind", [name for name in root.entries if len(name) < 7])
        note = "did you mean `kind`?" if misspelt else ""
        span = root.key_at(misspelt) if misspelt else first
        return faults.MISSING_KIND.at(span, "the document does not say its `kind`", note=note, help=f"begin it with `kind: {names[0]}`; the kinds are {listed(names, 'and')}")
    if node.scalar in names:
        return None
    if not isinstance(node.scalar, str):
        return faults.UNKNOWN_KIND.at(root.at("kind"), f"`kind` is {type_name(node.value)}, not a name", help=f"the kinds are {listed(names, 'and')}")
    near = closest(node.scalar, names)
    return faults.UNKNOWN_KIND.at(node.span, f"no kind `{node.scalar}`", note=f"did you mean `{near}`?" if near else "", help=f"the kinds are {listed(names, 'and')}", fix=_replacement(node, near))


def _replacement(node: Node, name: str | None) -> Fix | None:
    """Put a suggested name in the place of what was written. Unsafe: it is a guess."""
    if name is None:
        return None
    quoted = f'"{name}"' if node.raw[:1] in ("'", '"') else name
    return Fix(f"write `{name}`", (Edit(node.span, quoted),), safe=False)


def _without(node: Node | None, place: int) -> Fix | None:
    """Take out what a list says twice. Safe where both are the same text: the first one stays."""
    from broxspec.specs.edits import without_item

    edit = without_item(node, place) if node is not None else None
    return Fix("remove the second one", (edit,), safe=True) if edit else None


class _Explainer:
    """jsonschema's errors in our words."""

    def __init__(self, kind: str, root: Node, partial: bool) -> None:
        self.kind = kind
        self.root = root
        self.schema = _partial(schema(kind)) if partial else schema(kind)
        self.value = _without_nulls(root) if partial else root.value

    def findings(self) -> list[Diagnostic]:
        from jsonschema import Draft202012Validator

        found = []
        for error in Draft202012Validator(self.schema).iter_errors(self.value):
            found += self.explain(error)
        return sorted(set_once(found), key=lambda finding: (finding.span.start, finding.message))

    def explain(self, error: Any) -> Iterator[Diagnostic]:
        # Attribute names of ours are those of the keywords: additionalProperties, required, type …
        method = getattr(self, f"_{error.validator}", None)
        if method is not None:
            yield from method(error, tuple(error.absolute_path))
        else:
            yield self.bad(error, tuple(error.absolute_path), "does not fit its field")

    def bad(self, error: Any, route: tuple, words: str) -> Diagnostic:
        return faults.BAD_VALUE.at(self.root.at(*route), f"{self.field(route)} {words}", help=error.schema.get("errorMessage", ""))

    def field(self, route: tuple) -> str:
        """What a value is called: the field that it is the value of, or that it is an item of."""
        names = [step for step in route if isinstance(step, str)]
        if not names:
            return "the file" if self.kind in _OTHER else "the document"
        return f"an item of `{names[-1]}`" if isinstance(route[-1], int) else f"`{names[-1]}`"

    def owner(self, error: Any, route: tuple) -> str:
        """What a mapping is called that has a wrong field, or lacks one."""
        if not route:
            return "`broxspec.toml`" if self.kind == "config" else f"`kind: {self.kind}`"
        return error.schema.get("title") or self.field(route)

    def _additionalProperties(self, error: Any, route: tuple) -> Iterator[Diagnostic]:
        allowed = list(error.schema.get("properties", {}))
        node = self.root.find(*route)
        for name in error.instance:
            if name in allowed or node is None:
                continue
            near = closest(name, [other for other in allowed if other not in node.entries])
            key = node.key(name)
            note = f"did you mean `{near}`?" if near else ""
            fix = _replacement(key, near) if key else None
            message = f"`{name}` is not a field of {self.owner(error, route)}"
            help = "" if near else f"its fields are {listed(allowed, 'and')}"
            yield faults.UNKNOWN_FIELD.at(node.key_at(name), message, note=note, help=help, fix=fix)

    def _required(self, error: Any, route: tuple) -> Iterator[Diagnostic]:
        node = self.root.find(*route)
        missing = [name for name in error.validator_value if name not in error.instance]
        for name in missing:
            message = f"{self.owner(error, route)} needs `{name}`"
            if node is None or name in node.entries or self.misspelt(error, node, name):
                continue
            hint = error.schema.get("properties", {}).get(name, self.schema.get("properties", {}).get(name, {})).get("description", "")
            yield faults.MISSING_FIELD.at(self.head(node, route), message, help=f"add `{name}:`" + (f", {_sentence(hint)}" if hint else ""))

    def misspelt(self, error: Any, node: Node, missing: str) -> bool:
        """Whether an unknown field of the mapping is the missing one: then that finding says it all."""
        allowed = error.schema.get("properties") or self.schema.get("properties", {})
        absent = [name for name in allowed if name not in node.entries]
        return any(closest(name, absent) == missing for name in node.entries if name not in allowed)

    def head(self, node: Node, route: tuple) -> Span:
        """A short place for what a whole mapping lacks: its key, or its own first key."""
        if route and isinstance(route[-1], str):
            return self.root.key_at(*route)
        first = next(iter(node.entries.values()), None)
        if not route and "kind" in node.entries:
            return node.at("kind")
        return first[0].span if first else node.span

    def _type(self, error: Any, route: tuple) -> Iterator[Diagnostic]:
        wanted = error.validator_value if isinstance(error.validator_value, list) else [error.validator_value]
        yield self.wrong_type(error, route, [_TYPES[name] for name in wanted], wanted)

    def wrong_type(self, error: Any, route: tuple, takes: list[str], types: list[str]) -> Diagnostic:
        node = self.root.find(*route) or self.root
        span, field = self.root.at(*route), self.field(route)
        help, fix = error.schema.get("errorMessage", ""), None
        if node.kind == "scalar" and node.scalar is None:
            message = f"{field} has no value" if node.start == node.end else f"{field} can't be `{node.raw}`"
            return faults.WRONG_TYPE.at(span, message, help=help or "give it one, or remove the key")
        if types == ["boolean"] and str(node.scalar).lower() in _TRUTHS:
            truth = _TRUTHS[str(node.scalar).lower()]
            fix = Fix(f"write `{truth}`", (Edit(span, truth),), safe=True)
            return faults.WRONG_TYPE.at(span, f"`{node.raw}` is text in YAML 1.2", help=f"write `{truth}`", fix=fix)
        if "string" in types and node.kind == "scalar" and not help:
            fix = Fix("put it in quotes", (Edit(span, f'"{node.raw}"'),), safe=True)
            help = "put it in quotes"
        elif "array" in types and node.kind == "scalar" and not help:
            help = f"write `[{node.raw}]`"
        if error.schema.get("errorMessage") and "title" in error.schema:
            takes = [error.schema["title"]]
        expected = f"{', '.join(takes[:-1])} or {takes[-1]}" if len(takes) > 1 else takes[0]
        return faults.WRONG_TYPE.at(span, f"{field} takes {expected}, and this is {type_name(node.value)}", help=help, fix=fix)

    def _enum(self, error: Any, route: tuple) -> Iterator[Diagnostic]:
        known = error.validator_value
        node = self.root.find(*route) or self.root
        if not isinstance(node.scalar, str):
            return  # its type is a finding already
        near = closest(node.scalar, known)
        message = f"{self.field(route)} does not know `{node.scalar}`"
        note = f"did you mean `{near}`?" if near else ""
        yield faults.UNKNOWN_VALUE.at(node.span, message, note=note, help=f"write {listed(known)}", fix=_replacement(node, near))

    def _pattern(self, error: Any, route: tuple) -> Iterator[Diagnostic]:
        yield self.bad(error, route, f"can't be `{error.instance}`")

    def _minLength(self, error: Any, route: tuple) -> Iterator[Diagnostic]:
        yield self.bad(error, route, "is empty")

    def _minItems(self, error: Any, route: tuple) -> Iterator[Diagnostic]:
        yield self.bad(error, route, "is an empty list")

    def _minimum(self, error: Any, route: tuple) -> Iterator[Diagnostic]:
        yield self.bad(error, route, f"can't be less than {error.validator_value}")

    def _exclusiveMinimum(self, error: Any, route: tuple) -> Iterator[Diagnostic]:
        yield self.bad(error, route, f"has to be more than {error.validator_value}")

    def _uniqueItems(self, error: Any, route: tuple) -> Iterator[Diagnostic]:
        node = self.root.find(*route)
        seen: dict[str, Node] = {}
        for place, element in enumerate(node.elements if node else ()):
            text = str(element.value)
            if text in seen:
                label = Label(seen[text].span, "first named here")
                message = f"`{text}` is named twice in {self.field(route)}"
                yield faults.DUPLICATE_ITEM.at(element.span, message, labels=(label,), help="remove one", fix=_without(node, place))
            seen.setdefault(text, element)

    def _anyOf(self, error: Any, route: tuple) -> Iterator[Diagnostic]:
        """The errors of that form which the value's shape shows to be meant."""
        branches = [self.resolved(branch) for branch in error.validator_value]
        meant = _meant(branches, error.instance)
        if meant is None:
            titles = [_TYPES["object"] if branch["type"] == "object" else branch.get("title") or _TYPES[branch["type"]] for branch in branches]
            yield self.wrong_type(error, route, list(dict.fromkeys(titles)), [branch["type"] for branch in branches])
            return
        for inner in error.context:
            if inner.schema_path[0] == meant:
                yield from self.explain(inner)

    def resolved(self, branch: Schema) -> Schema:
        found: Any = self.schema
        if "$ref" not in branch:
            return branch
        for step in branch["$ref"].removeprefix("#/").split("/"):
            found = found[step]
        return found


def _meant(branches: list[Schema], value: Any) -> int | None:
    """Which form a value is meant to have: one of its type that has most of its keys, and all of its own required ones."""
    of_type = [at for at, branch in enumerate(branches) if _is(value, branch.get("type"))]
    if not isinstance(value, dict) or len(of_type) < 2:
        return of_type[0] if of_type else None

    def fit(at: int) -> tuple[bool, int]:
        required, known = branches[at].get("required", []), branches[at].get("properties", {})
        return (any(name in value for name in required), sum(name in known for name in value))

    return max(of_type, key=lambda at: (*fit(at), -at))


def _is(value: Any, type_: str | list[str] | None) -> bool:
    names = {"string": str, "array": list, "object": dict, "boolean": bool, "number": (int, float), "integer": int}
    wanted = [type_] if isinstance(type_, str) else type_ or []
    return any(isinstance(value, names[name]) and (name == "boolean" or not isinstance(value, bool)) for name in wanted)  # type: ignore[arg-type]


def _sentence(text: str) -> str:
    text = text.partition(". ")[0].rstrip(".")
    return text[:1].lower() + text[1:] if not text[:2].isupper() and not text.startswith("PostgreSQL") else text


def _partial(schema: Schema) -> Schema:
    """The schema of an overlay: nothing below the top is required."""

    def strip(part: Any) -> Any:
        if isinstance(part, dict):
            return {name: inner if name in ("if", "else", "then") else strip(inner) for name, inner in part.items() if name != "required" or not isinstance(inner, list)}
        return [strip(inner) for inner in part] if isinstance(part, list) else part

    return {**strip(schema), "required": schema.get("required", [])}


def _without_nulls(node: Node) -> Any:
    """The value of an overlay without what it removes."""
    if node.kind == "mapping":
        return {name: _without_nulls(value) for name, value in node.items if value.kind != "scalar" or value.scalar is not None}
    return [_without_nulls(element) for element in node.elements] if node.kind == "sequence" else node.scalar


def set_once(findings: list[Diagnostic]) -> list[Diagnostic]:
    """Findings without repetition: two forms of a value may make the same one."""
    seen: set[tuple] = set()
    kept = []
    for finding in findings:
        key = (finding.code, finding.span.start, finding.span.end, finding.message)
        if key not in seen:
            seen.add(key)
            kept.append(finding)
    return kept
