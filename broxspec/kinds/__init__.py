"""Kinds: what specs are about. One kind is one folder, found by its name, with those of these modules that it needs:

- `model.py`: `identity(node)`, `read(node, database)`, and what its documents may do: ADDS_UP, NAMED, FIXED, PER_ENVIRONMENT, PER_DATABASE;
- `rules/<code>_<slug>.py`: what can be wrong;
- `faults.py`: FAULTS, what can be wrong before any rule runs, with codes of the kind's own prefix;
- `facts.py`: `facts(project)`, what it tells other kinds;
- `emit.py`: `artifacts(project, templates)`, its files in the folder `<kind>/` of an environment;
- `verify.py`: `prove(task)`, how we know that they work.

Kinds never import each other.
"""

from functools import cache
from importlib import import_module
from pathlib import Path
from typing import Any


def names() -> list[str]:
    return sorted(path.parent.name for folder in __path__ for path in Path(folder).glob("*/__init__.py"))


@cache
def part(kind: str, module: str) -> Any:
    """A module of a kind; None where there is no such kind, or it does without."""
    there = any((Path(folder) / kind / f"{module}.py").is_file() for folder in __path__)
    return import_module(f"{__name__}.{kind}.{module}") if there else None


def model(kind: str) -> Any:
    """What every kind has."""
    found = part(kind, "model")
    assert found, f"no kinds/{kind}/model.py"
    return found


def per_database(kind: str) -> bool:
    """Whether documents of the kind speak of one database each; else they speak of the whole cluster."""
    return getattr(model(kind), "PER_DATABASE", True)
