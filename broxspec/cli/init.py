"""broxspec init: a small project to begin with."""

import click

from broxspec.cli._terminal import Terminal
from broxspec.usage import UsageError


@click.command()
@click.pass_obj
def command(terminal: Terminal) -> int:
    """Make a small project in this folder. Nothing that exists is overwritten."""
    from broxspec.cli import _editor as editor
    from broxspec.cli import _scaffold as scaffold

    folder = terminal.folder
    wanted = scaffold.files()
    # A repository has attributes of its own: they stay, and the person is told what to add.
    attributes = wanted.pop(scaffold.ATTRIBUTES) if (folder / scaffold.ATTRIBUTES).exists() else ""
    if there := [path for path in wanted if (folder / path).exists()]:
        raise UsageError(f"{', '.join(f'`{path}`' for path in there)} already there", "run `broxspec init` in an empty folder")
    for path, text in wanted.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(text, encoding="utf-8", newline="\n")
    editor.install(folder)
    terminal.write("".join(f"wrote {path}\n" for path in [*wanted, editor.SETTINGS, f"{editor.FOLDER}/"]))
    if attributes:
        terminal.write(f"\nadd to {scaffold.ATTRIBUTES}:\n{attributes}")
    terminal.write(f"\n{scaffold.FIRST_SPEC} says which indexes a table has:\n\n")
    terminal.write("".join(f"    {line}\n" for line in wanted[scaffold.FIRST_SPEC].splitlines()[1:]))
    terminal.write("\nnext: broxspec lint      check the specs against the schema\n")
    terminal.write("      broxspec compile   write the migrations\n")
    return 0
