"""broxspec blame: from a generated line to its spec."""

import click

from broxspec.cli._terminal import Terminal
from broxspec.usage import UsageError


@click.command()
@click.argument("place", metavar="FILE:LINE")
@click.option("--format", type=click.Choice(["text", "json"]), default="text", show_default=True, help="How to show it.")
@click.pass_obj
def command(terminal: Terminal, place: str, format: str) -> int:
    """Say which lines of the specs a generated line is there for.

    FILE is a migration, a document under generated/, a lock, or a Prisma schema with lines marked `// broxspec`. What no spec asks for
    any more is told with the commit that brought it.
    """
    from broxspec.blame.files import blame
    from broxspec.report._blame import as_json, text

    path, colon, line = place.rpartition(":")
    if not colon or not path or not (line.isascii() and line.isdigit() and len(line) < 10):
        raise UsageError(f"`{place}` names no line", "write the file, a colon and the line: `migrations/0001_orders.sql:12`")
    answer = blame(path, int(line), terminal.folder)
    terminal.write(as_json(answer) if format == "json" else text(answer))
    if answer.note and format == "text":
        terminal.say(f"note: {path}: {answer.note}")
    return 0
