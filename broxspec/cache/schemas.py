"""Schemas as they were read: a catalog and what was found in its text, by the text itself. Reading one again takes a twentieth of the time.

The key is the text, so nothing can be out of date. What is kept holds values of the catalog's own types alone, and of nothing else
is anything made when it is loaded: a file that somebody else has put there can give a wrong answer, but can't run code.
"""

import io
import os
import pickle
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from broxspec import cache
from broxspec.source import Source

# Below this many characters reading is as fast.
_SMALL = 20_000
_MODULES = ("broxspec.catalog.model", "broxspec.source", "broxspec.diagnostic", "broxspec.handwritten.change")
_BUILTINS = ("frozenset", "set")


def remembered(
    environ: Mapping[str, str], sources: Sequence[Source], how: Sequence[object], read: Callable[[], Any]
) -> Any:
    """What `read` makes of the sources. `how` is all else that it depends on; the value may refer to the sources themselves."""
    kept = cache.folder(environ)
    if kept is None or sum(len(source.text) for source in sources) < _SMALL:
        return read()
    place = os.path.join(kept, "schemas", _key(sources, how))
    found = _recall(place, sources)
    if found is None:
        found = (read(),)
        _remember(place, found, sources)
    return found[0]


def _key(sources: Sequence[Source], how: Sequence[object]) -> str:
    from hashlib import blake2b

    key = blake2b(repr((cache.fingerprint(), how)).encode(), digest_size=20)
    for source in sources:
        for text in (source.path, source.text):
            content = text.encode("utf-8", "surrogatepass")
            key.update(b"%d " % len(content))
            key.update(content)
    return key.hexdigest()


class _Pickler(pickle.Pickler):
    """The sources themselves are not written down, only which one is meant."""

    def __init__(self, file: io.BytesIO, sources: Sequence[Source]) -> None:
        super().__init__(file, protocol=5)
        self._numbers = {id(source): number for number, source in enumerate(sources)}

    def persistent_id(self, value: Any) -> int | None:
        return self._numbers.get(id(value)) if type(value) is Source else None


class _Unpickler(pickle.Unpickler):
    def __init__(self, file: io.BytesIO, sources: Sequence[Source]) -> None:
        super().__init__(file)
        self._sources = sources

    def persistent_load(self, number: int) -> Source:
        return self._sources[number]

    def find_class(self, module: str, name: str) -> Any:
        if (module in _MODULES and name[0].isupper() and "." not in name) or (module == "builtins" and name in _BUILTINS):
            return super().find_class(module, name)
        raise pickle.UnpicklingError(f"{module}.{name} is not what a schema is made of")


def _recall(place: str, sources: Sequence[Source]) -> tuple[Any] | None:
    try:
        with open(place, "rb") as file:
            return _Unpickler(io.BytesIO(file.read()), sources).load()
    except Exception:  # noqa: BLE001: whatever is wrong with a file of the cache, the schema itself is there
        return None


def _remember(place: str, value: tuple[Any], sources: Sequence[Source]) -> None:
    file = io.BytesIO()
    try:
        _Pickler(file, sources).dump(value)
        # What could not be loaded again must not be kept: it would be made anew each time.
        _Unpickler(io.BytesIO(file.getvalue()), sources).load()
    except Exception:  # noqa: BLE001: a value of a type that is not known here is read again the next time
        return
    cache.keep(place, file.getvalue())
