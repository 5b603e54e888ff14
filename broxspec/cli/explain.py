"""broxspec explain: what a code means."""

import click

from broxspec.cli._terminal import Terminal
from broxspec.usage import UsageError


@click.command()
@click.argument("code", metavar="CODE|SLUG")
@click.option("--color", type=click.Choice(["auto", "always", "never"]), default="auto", show_default=True, help="Colour the text.")
@click.pass_obj
def command(terminal: Terminal, code: str, color: str) -> int:
    """Explain a code: why it matters, when it is fine, what to do."""
    from broxspec.cli._pages import find, suggestion

    page = find(code)
    if page is None:
        raise UsageError(f"no rule is called `{code}`", suggestion(code))
    terminal.write(_coloured(page.markdown) if terminal.colour(color) else page.markdown)
    return 0


def _coloured(markdown: str) -> str:
    """Headings in bold, marked spans in yellow."""
    lines = []
    for line in markdown.splitlines():
        if line.startswith("#") and not line.lstrip("# ").startswith("^"):
            line = f"\x1b[1m{line}\x1b[0m"
        elif "^^" in line:
            line = f"\x1b[33m{line}\x1b[0m"
        lines.append(line + "\n")
    return "".join(lines)
