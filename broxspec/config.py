"""Config: `broxspec.toml`, its defaults, and the projects of a workspace."""

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from broxspec.specs import faults
from broxspec.diagnostic import Diagnostic
from broxspec.places import CONFIG, find_config
from broxspec.source import Source, Span, read_source, shown
from broxspec.specs.toml_tree import parse_toml
from broxspec.specs.tree import Node
from broxspec.specs.validate import against

if TYPE_CHECKING:
    from broxspec.ignores.by_object import ObjectIgnore

FILE = CONFIG
QUERIES = "specs/workload/queries.sql"


class Config(NamedTuple):
    """The settings of a project. `root` is the folder that every path in specs and settings is relative to.

    `base` is None where the remote's default branch is meant, else main. `queries` is None where the project has no such file.
    `rules` maps codes and slugs as written to a severity or `off`; `unproven` artifacts to reasons. `members` are the folders of a
    workspace's projects. `ignores` are those by object. `node` is the file's own text, None where there is no file.
    """

    root: Path
    specs: tuple[str, ...] = ("specs",)
    generated: str = "generated"
    base: str | None = None
    fail_on: str = "warning"
    profile: str = "default"
    queries: str | None = None
    rules: Mapping[str, str] = {}
    unproven: Mapping[str, str] = {}
    members: tuple[Path, ...] = ()
    node: Node | None = None
    ignores: "tuple[ObjectIgnore, ...]" = ()

    @property
    def path(self) -> Path:
        return self.root / FILE

    def at(self, *route: str) -> Span:
        """Where a setting is written; the start of the file where it is not written there."""
        if self.node is None:
            return Source(FILE, "").span(0, 0)
        return self.node.key_at(*route)


def load_config(start: Path, display: Path | None = None) -> tuple[Config | None, list[Diagnostic]]:
    """The settings that hold in a folder. Without a file the defaults hold where the folder has `specs`; else there is no project.

    `display` is the folder that paths in diagnostics are relative to (default: the current one).
    """
    path = find_config(start)
    if path is None:
        root = start.resolve()
        return (Config(root, queries=_queries(root, None)), []) if (root / "specs").is_dir() else (None, [])
    return read_config(path, display)


def load_projects(start: Path, display: Path | None = None) -> tuple[list[Config], list[Diagnostic]]:
    """The project that a folder belongs to, or all projects of the workspace that it is the root of."""
    config, found = load_config(start, display)
    if config is None:
        return [], found
    if not config.members:
        return [config], found
    projects = [config] if any((config.root / path).exists() for path in config.specs) else []
    for folder in config.members:
        member, more = read_config(folder / FILE, display)
        found += more
        projects += [member] if member else []
    return projects, found


def read_config(path: Path, display: Path | None = None) -> tuple[Config | None, list[Diagnostic]]:
    """Read one file. With findings the settings that are right still hold."""
    root = path.resolve().parent
    node, found = _read(path, display)
    if node is None:
        return None, found
    shared, more = _shared(node, path.resolve(), display, (path.resolve(),))
    found += more
    if found:
        node = _right(node)
    own = node.value
    settings = _merged(shared, own)
    members, more = _members(root, own.get("workspace", {}).get("members", []), node)
    found += more + _unknown_rules(node) + _missing_paths(root, node)
    ignores, more = _ignores(node)
    found += more
    specs = settings.get("specs", ["specs"])
    config = Config(
        root=root,
        specs=(specs,) if isinstance(specs, str) else tuple(specs),
        generated=settings.get("generated", "generated"),
        base=settings.get("base"),
        fail_on=settings.get("fail-on", "warning"),
        profile=settings.get("profile", "default"),
        queries=_queries(root, settings.get("queries")),
        rules=settings.get("rules", {}),
        unproven=settings.get("verify", {}).get("unproven", {}),
        members=members,
        node=node,
        ignores=ignores,
    )
    return config, found


def _read(path: Path, display: Path | None) -> tuple[Node | None, list[Diagnostic]]:
    source, found = read_source(path, shown(path, display))
    if source is None:
        return None, found
    node, more = parse_toml(source)
    if node is None:
        return None, found + more
    node, long = _without_long_paths(node)
    return node, found + more + long + against(node, "config")


def _without_long_paths(node: Node) -> tuple[Node, list[Diagnostic]]:
    """The node without paths that no file system takes: asking for one is an error of the system's own."""
    found = []
    entries = dict(node.entries)
    for name in ("specs", "generated", "queries", "extends", "workspace"):
        long = [value for value in _strings(node.get(name)) if max(len(part.encode()) for part in value.scalar.split("/")) > 255 or len(value.scalar) > 1000]
        found += [faults.CONFIG_VALUE.at(value.span, "no file system takes a path as long as this") for value in long]
        if long:
            del entries[name]
    return node.with_entries(entries), found


def _strings(node: Node | None) -> list[Node]:
    """The strings in a node, however deep."""
    if node is None:
        return []
    if node.kind == "mapping":
        return [found for _, value in node.entries.values() for found in _strings(value)]
    if node.kind == "sequence":
        return [found for value in node.elements for found in _strings(value)]
    return [node] if isinstance(node.scalar, str) else []


def _right(node: Node) -> Node:
    """The node without the settings that a finding speaks of."""
    entries = {}
    for name, (key, value) in node.entries.items():
        alone = node.with_entries({name: (key, value)})
        if not against(alone, "config"):
            entries[name] = (key, value)
        elif name == "rules" and value.kind == "mapping":
            kept = {rule: entry for rule, entry in value.entries.items() if entry[1].scalar in ("error", "warning", "info", "off")}
            entries[name] = (key, value.with_entries(kept))
        elif name == "ignore" and value.kind == "sequence":
            right = [item for item in value.elements if not against(node.with_entries({name: (key, value.with_elements([item]))}), "config")]
            entries[name] = (key, value.with_elements(right))
    return node.with_entries(entries)


def _shared(node: Node, path: Path, display: Path | None, seen: tuple[Path, ...]) -> tuple[dict[str, Any], list[Diagnostic]]:
    """The settings of the file that `extends` names, and of those behind it."""
    given = node.get("extends")
    if given is None or not isinstance(given.scalar, str):
        return {}, []
    target = (path.parent / given.scalar).resolve()
    if target in seen:
        return {}, [faults.CONFIG_EXTENDS.at(given.span, f"`{given.scalar}` leads back to this file", help="let one of the files extend nothing")]
    if not target.is_file():
        return {}, [faults.CONFIG_EXTENDS.at(given.span, f"there is no file `{given.scalar}`", help="give a path relative to this file's folder")]
    other, found = _read(target, display)
    if other is None:
        return {}, found
    behind, more = _shared(other, target, display, (*seen, target))
    own = (_right(other) if found else other).value
    for name in ("workspace", "ignore"):  # these are about the file's own folder
        own.pop(name, None)
    return _merged(behind, own), found + more


def _merged(below: dict[str, Any], above: dict[str, Any]) -> dict[str, Any]:
    merged = dict(below)
    for name, value in above.items():
        under = merged.get(name)
        merged[name] = _merged(under, value) if isinstance(under, dict) and isinstance(value, dict) else value
    return merged


def _members(root: Path, patterns: list[str], node: Node) -> tuple[tuple[Path, ...], list[Diagnostic]]:
    folders: set[Path] = set()
    found = []
    for at, pattern in enumerate(patterns):
        place = node.at("workspace", "members", at)
        if pattern.startswith("/") or ".." in Path(pattern).parts:
            found.append(faults.CONFIG_MEMBERS.at(place, f"`{pattern}` leaves the workspace", help="name folders below this file's folder"))
            continue
        matches = {path for path in root.glob(pattern.strip("/") or ".") if (path / FILE).is_file() and path != root}
        if not matches:
            help = f"every member is a folder with its own `{FILE}`"
            found.append(faults.CONFIG_MEMBERS.at(place, f"`{pattern}` matches no folder with a `{FILE}`", help=help))
        folders |= matches
    return tuple(sorted(folders)), found


def _unknown_rules(node: Node) -> list[Diagnostic]:
    rules = node.get("rules")
    if rules is None or not rules.entries:
        return []
    from broxspec.known_rules import did_you_mean, is_known

    found = []
    for name, (key, _) in rules.entries.items():
        if not is_known(name):
            message = f"no rule `{name}`"
            found.append(faults.CONFIG_VALUE.at(key.span, message, note=did_you_mean(name), help="list them with `broxspec rules`"))
    return found


def _ignores(node: Node) -> tuple["tuple[ObjectIgnore, ...]", list[Diagnostic]]:
    if node.get("ignore") is None:
        return (), []
    from broxspec.ignores.by_object import ignores_of

    ignores, found = ignores_of(node)
    return tuple(ignores), found


def _missing_paths(root: Path, node: Node) -> list[Diagnostic]:
    """Paths of the file's own that lead to nothing. Read from the file, so that a shared default may be absent."""
    specs = node.get("specs")
    given = [] if specs is None else [specs] if specs.kind == "scalar" else specs.elements
    given += [queries] if (queries := node.get("queries")) else []
    return [
        faults.CONFIG_VALUE.at(value.span, f"there is no `{value.scalar}`", help="give a path relative to this file's folder")
        for value in given
        if isinstance(value.scalar, str) and not (root / value.scalar).exists()
    ]


def _queries(root: Path, given: str | None) -> str | None:
    return given or (QUERIES if (root / QUERIES).is_file() else None)
