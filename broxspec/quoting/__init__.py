"""All quoting: one file per language. Its FILTERS are what templates call its functions by; no two languages share a name."""

from collections.abc import Callable
from importlib import import_module
from pathlib import Path


def filters() -> dict[str, Callable[..., str]]:
    """What templates quote with, from every language."""
    found: dict[str, Callable[..., str]] = {}
    for language in sorted(path.stem for folder in __path__ for path in Path(folder).glob("[!_]*.py")):
        more = import_module(f"{__name__}.{language}").FILTERS
        assert not more.keys() & found.keys(), f"{language} takes a filter of another language: {more.keys() & found.keys()}"
        found |= more
    return found
