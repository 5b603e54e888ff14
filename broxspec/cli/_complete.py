"""What a shell is offered for an option or argument. It goes by the name of the parameter, so that a new command has it too."""

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import click
from click.shell_completion import CompletionItem

SHELLS = ("bash", "fish", "zsh")
VARIABLE = "_BROXSPEC_COMPLETE"


def script(shell: str) -> str:
    """The script that a shell reads once."""
    from click.shell_completion import get_completion_class

    found = get_completion_class(shell)
    if found is None:
        raise ValueError(shell)
    made = found(click.Group("broxspec"), {}, "broxspec", VARIABLE)
    text = made.source_template % made.source_vars()
    # click's script for fish cuts what is offered at its first comma.
    return text.replace('string split ","', 'string split --max 1 ","')


def add_to(command: click.Command) -> click.Command:
    """Let the parameters of a command offer what there is."""
    for parameter in command.params:
        offer = _OFFERS.get(parameter.name or "")
        if offer and not isinstance(parameter.type, click.Choice):
            parameter.shell_complete = _quietly(offer)  # type: ignore[method-assign]
    return command


def _quietly(offer: Callable[[str], Iterable[CompletionItem]]) -> Callable[[click.Context, str], list[CompletionItem]]:
    def complete(context: click.Context, incomplete: str) -> list[CompletionItem]:
        try:
            return list(offer(incomplete))
        except Exception:  # what goes wrong while somebody types is for the command to say, when it is run
            return []

    return complete


def _codes(incomplete: str) -> Iterable[CompletionItem]:
    """Codes and slugs, after the last comma of a list."""
    from broxspec.known_rules import slugs

    before, comma, begun = incomplete.rpartition(",")
    for code, slug in sorted(slugs().items()):
        for name, other in ((code, slug), (slug, code)):
            if begun and name.lower().startswith(begun.lower()):
                yield CompletionItem(f"{before}{comma}{name}", help=other)
        if not begun:
            yield CompletionItem(f"{before}{comma}{code}", help=slug)


def _environments(incomplete: str) -> Iterable[CompletionItem]:
    from broxspec.pipeline import open_projects

    opened, _ = open_projects((), Path.cwd())
    names = sorted({name for one in opened for name in one.loaded.environments if name})
    return (CompletionItem(name) for name in names if name.startswith(incomplete))


def _kinds(incomplete: str) -> Iterable[CompletionItem]:
    from broxspec.kinds import names

    before, comma, begun = incomplete.rpartition(",")
    return (CompletionItem(f"{before}{comma}{name}") for name in names() if name.startswith(begun))


def _files(incomplete: str) -> Iterable[CompletionItem]:
    return [CompletionItem(incomplete, type="file")]


def _folders(incomplete: str) -> Iterable[CompletionItem]:
    return [CompletionItem(incomplete, type="dir")]


_OFFERS: dict[str, Any] = {
    "baseline": _files,
    "code": _codes,
    "env": _environments,
    "file": _files,
    "ignore": _codes,
    "kind": _kinds,
    "only": _kinds,
    "output": _folders,
    "paths": _files,
    "place": _files,
    "schema": _files,
    "select": _codes,
}
