"""Answer: what a line is there for."""

from typing import NamedTuple

from broxspec.source import Span


class Origin(NamedTuple):
    """A place in a spec, and in a few words what is asked for there."""

    span: Span
    about: str


class Gone(NamedTuple):
    """What the line is about and no spec says any more; `commit` is the one that brought the file, empty where git does not know."""

    about: str
    commit: str = ""


class Answer(NamedTuple):
    """`what` the file is: `migration`, `artifact`, `declaration` or `lock`. `general` is true of a line that is there for all of
    the file. `note` says how the file differs from what would be generated now."""

    path: str
    line: int
    what: str
    general: bool = False
    origins: tuple[Origin, ...] = ()
    gone: tuple[Gone, ...] = ()
    note: str = ""
