"""Facts: what kinds tell each other, as typed values. A type of fact is a file here; kinds publish values of it in their `facts.py`.

Relations, and the writers of files that several kinds share, read facts and no kind's model, so that a new kind joins in by publishing.
"""

from typing import TYPE_CHECKING, TypeVar

from broxspec import kinds

if TYPE_CHECKING:
    from broxspec.project import Project

Fact = TypeVar("Fact")


def published(project: "Project", of: type[Fact]) -> tuple[Fact, ...]:
    """The facts of one type that the specs of an environment make true, kind by kind in the order of their names."""
    found: list[Fact] = []
    for kind in sorted({spec.kind for spec in project.specs}):
        if module := kinds.part(kind, "facts"):
            found += [fact for fact in module.facts(project) if isinstance(fact, of)]
    return tuple(found)
