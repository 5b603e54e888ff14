"""Remember the last answer: for what many rules ask of the same frozen value, one after the other."""

from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar

Answer = TypeVar("Answer")


def latest(function: Callable[..., Answer]) -> Callable[..., Answer]:
    """Call the function anew only where an argument is not the very object of the last call.

    Catalogs hold mappings and have no hash, so `functools.cache` can't take them; and one slot keeps nothing alive for long.
    """
    arguments: tuple[Any, ...] | None = None
    answer: Any = None

    @wraps(function)
    def remembered(*given: Any) -> Answer:
        nonlocal arguments, answer
        if arguments is None or len(given) != len(arguments) or any(a is not b for a, b in zip(given, arguments, strict=True)):
            answer = function(*given)
            arguments = given
        return answer

    return remembered
