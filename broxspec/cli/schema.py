"""broxspec schema: JSON Schemas for editors."""

import click

from broxspec.cli._terminal import Terminal
from broxspec.usage import UsageError


@click.command()
@click.argument("kind", required=False)
@click.option("--install", is_flag=True, help="Write the schemas and the editor's mapping into this project.")
@click.pass_obj
def command(terminal: Terminal, kind: str | None, install: bool) -> int:
    """Print the JSON Schema of a kind, or install all for the editor."""
    from broxspec.cli import _editor as editor
    from broxspec.assets import schema_file

    if install:
        changed = editor.install(terminal.folder)
        terminal.say("\n".join(f"wrote {path}" for path in changed) or "the editor's files are current")
        terminal.say(f"a spec names its schema in its first line: {editor.modeline('indexes')}")
    elif kind is None:
        terminal.write("".join(f"{name}\n" for name in editor.names()))
    elif kind in editor.names():
        terminal.write(schema_file(kind).read_text("utf-8"))
    else:
        raise UsageError(f"no kind is called `{kind}`", f"choose one of {', '.join(f'`{name}`' for name in editor.names())}")
    return 0
