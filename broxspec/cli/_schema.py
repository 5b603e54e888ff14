"""The arguments of commands that read a database schema."""

from collections.abc import Callable

import click

_FIRST, _LAST = 13, 18


def schema_arguments(function: Callable | None = None, *, required: bool = True) -> Callable:
    """Add SCHEMA… and the server version, which the command is given as `schema` and `major`."""
    if function is None:
        return lambda function: schema_arguments(function, required=required)
    function = click.option(
        "--major",
        "--server-version",
        "major",
        callback=_major,
        metavar="N",
        help="PostgreSQL's version.  [default: 15, or the server's own]",
    )(function)
    return click.argument("schema", nargs=-1, required=required, metavar="SCHEMA…" if required else "[SCHEMA]…")(function)


def _major(context: click.Context, option: click.Parameter, value: str | None) -> int | None:
    """The major of `15` or `15.4`."""
    if value is None:
        return None
    head = value.partition(".")[0]
    if not head.isascii() or not head.isdigit() or not _FIRST <= int(head) <= _LAST:
        raise click.BadParameter(f"`{value}` is not a version from {_FIRST} to {_LAST}")
    return int(head)
