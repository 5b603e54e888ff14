"""Modules: migrations that are Python files. They are read as text and never run: what stands in them as plain constants is known, else nothing.
"""

import ast
from collections.abc import Iterable, Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any, NamedTuple

from broxspec.emit import HEADER

_MARK = f"# {HEADER}"
UNKNOWN = object()


class Module(NamedTuple):
    """A file: its name, the names that it assigns at its top with their values, and the same for its class `Migration`. A value that is
    no constant is UNKNOWN. `fault` says why it can't be read, empty where it can. `ours` is true where broxspec wrote it."""

    name: str
    values: Mapping[str, Any]
    migration: Mapping[str, Any] | None
    ours: bool
    fault: str = ""


def modules(folder: Path) -> tuple[Module, ...]:
    """Every Python file of a folder but the private ones, by name."""
    if not folder.is_dir():
        return ()
    paths = sorted(path for path in folder.iterdir() if path.suffix == ".py" and not path.name.startswith(("_", ".")) and path.is_file())
    return tuple(_module(path, path.stat().st_mtime_ns, path.stat().st_size) for path in paths)


@lru_cache(maxsize=4096)
def _module(path: Path, modified: int, size: int) -> Module:
    try:
        text = path.read_bytes().decode("utf-8-sig")
        tree = ast.parse(text)
    except (OSError, UnicodeDecodeError) as error:
        return Module(path.name, {}, None, False, str(error))
    except SyntaxError as error:
        return Module(path.name, {}, None, False, f"line {error.lineno}: {error.msg}")
    except (ValueError, RecursionError, MemoryError) as error:
        return Module(path.name, {}, None, False, str(error) or type(error).__name__)
    classes = [node for node in tree.body if isinstance(node, ast.ClassDef) and node.name == "Migration"]
    migration = _assigned(classes[-1].body) if classes else None
    return Module(path.name, _assigned(tree.body), migration, text.startswith(_MARK))


def _assigned(body: Iterable[ast.stmt]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for node in body:
        if isinstance(node, ast.Assign):
            targets, value = node.targets, node.value
        elif isinstance(node, ast.AnnAssign) and node.value is not None:
            targets, value = [node.target], node.value
        else:
            continue
        for target in targets:
            if isinstance(target, ast.Name):
                found[target.id] = _constant(value)
    return found


def _constant(node: ast.expr) -> Any:
    """A constant, or a list of constants with UNKNOWN for what is none."""
    if isinstance(node, (ast.Tuple, ast.List, ast.Set)):
        return tuple(_constant(element) for element in node.elts)
    return node.value if isinstance(node, ast.Constant) else UNKNOWN


def chain(parents: Mapping[str, Iterable[str]], ours: Iterable[str]) -> tuple[str, ...]:
    """Names so that each comes after its parents, as far as these are among them; first what ours stand on, so that a branch beside these
    comes after them. What is in a circle comes last."""
    first = ancestors(parents, ours)
    waiting = {name: {parent for parent in above if parent in parents} for name, above in parents.items()}
    ordered: list[str] = []
    while ready := sorted((name for name, above in waiting.items() if not above), key=lambda name: (name not in first, name)):
        ordered.append(ready[0])
        del waiting[ready[0]]
        for above in waiting.values():
            above.discard(ready[0])
    return (*ordered, *sorted(waiting))


def ancestors(parents: Mapping[str, Iterable[str]], names: Iterable[str]) -> set[str]:
    """The names, and all that they stand on."""
    found: set[str] = set()
    todo = [name for name in names if name in parents]
    while todo:
        name = todo.pop()
        if name not in found:
            found.add(name)
            todo += [parent for parent in parents[name] if parent in parents]
    return found


def leaves(parents: Mapping[str, Iterable[str]]) -> list[str]:
    """The names that no other stands on."""
    stood_on = {parent for above in parents.values() for parent in above}
    return sorted(parents.keys() - stood_on)
