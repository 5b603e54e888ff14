"""Code hosts: where a pull request's comment is posted, one file each. A host is known by the environment that its CI gives.

A module of a host has `here(environ)`, whether its CI runs this; `thread(environ)`, the `Thread` of the pull request, or None
where the run belongs to none; `target(environ)`, the branch that the request is to be merged into; `commit(environ)`, the one that is
looked at; `warn(write, message)`; and REFUSED, what to do where the token may not.
"""

import time
from collections.abc import Callable, Mapping, Sequence
from importlib import import_module
from typing import Any, NamedTuple, Protocol

from broxspec.hosts.api import ApiError

HOSTS = ("github", "gitlab")
# Waits between the attempts, in seconds, unless the host says how long.
WAITS = (1.0, 4.0, 15.0)
LONGEST_WAIT = 60.0


class Comment(NamedTuple):
    """One comment that the token's owner has written."""

    id: str
    body: str


class Thread(Protocol):
    """The comments of one pull request. `room` is how many characters one may have. All methods may raise `ApiError`."""

    room: int

    def own(self) -> Sequence[Comment]: ...

    def create(self, body: str) -> None: ...

    def update(self, comment: Comment, body: str) -> None: ...

    def delete(self, comment: Comment) -> None: ...


def current(environ: Mapping[str, str]) -> Any:
    """The module of the host whose CI runs this, or None."""
    modules = (import_module(f"{__name__}.{name}") for name in HOSTS)
    return next((module for module in modules if module.here(environ)), None)


def upsert(thread: Thread, marker: str, body: str | None, clean: str, wait: Callable[[float], None] = time.sleep) -> str:
    """Leave just one comment that begins with the marker, with this body; returns what was done, in words.

    Without a body there is nothing to say: a comment of before becomes the clean one, and none is begun. What a host may get over is
    tried again from the start, so that a comment which was made although the answer got lost is found.
    """
    for seconds in WAITS:
        try:
            return _upsert(thread, marker, body, clean)
        except ApiError as error:
            if not error.passing:
                raise
            wait(min(error.wait or seconds, LONGEST_WAIT))
    return _upsert(thread, marker, body, clean)


def _upsert(thread: Thread, marker: str, body: str | None, clean: str) -> str:
    first, *others = [comment for comment in thread.own() if comment.body.startswith(marker)] or [None]
    for comment in others:  # two runs at once made two
        thread.delete(comment)
    if first is None:
        if body is None:
            return "nothing to say"
        thread.create(body)
        return "commented"
    wanted = clean if body is None else body
    if first.body.rstrip() == wanted.rstrip():
        return "the comment stands as it is"
    thread.update(first, wanted)
    return "the comment is up to date"
