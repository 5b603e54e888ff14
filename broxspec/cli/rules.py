"""broxspec rules: the list of all codes."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from broxspec.cli._terminal import Terminal
from broxspec.usage import UsageError

if TYPE_CHECKING:
    from broxspec.cli._pages import Page


@click.command()
@click.option("--format", type=click.Choice(["text", "json", "markdown"]), default="text", show_default=True, help="How to list them.")
@click.option("--output", metavar="FOLDER", help="With markdown: write a page for each code here, and an index.")
@click.pass_obj
def command(terminal: Terminal, format: str, output: str | None) -> int:
    """List every rule: code, slug, severity and fact."""
    from broxspec.cli._pages import every, index

    if output and format != "markdown":
        raise UsageError("`--output` is for pages", "add `--format markdown`")
    pages = list(every())
    if output:
        _write(terminal.folder / output, pages)
    elif format == "markdown":
        terminal.write("\n".join([index(pages), *(page.markdown for page in pages)]))
    elif format == "json":
        terminal.write(_json(pages))
    else:
        wide = max((len(page.slug) for page in pages), default=0)
        terminal.write("".join(f"{p.code:5}  {p.severity:7}  {p.slug:{wide}}  {p.fact}\n" for p in pages))
    return 0


def _json(pages: "list[Page]") -> str:
    import json

    from broxspec.report import page

    rules = [{**p._asdict(), "fact": p.fact, "url": page(p.code)} for p in pages]
    return json.dumps({"version": 1, "rules": rules}, indent=2, ensure_ascii=False) + "\n"


def _write(folder: Path, pages: "list[Page]") -> None:
    """Write every page, and remove those of rules that are no more."""
    from broxspec.cli._pages import index

    folder.mkdir(parents=True, exist_ok=True)
    wanted = {"README.md": index(pages), **{f"{page.code}.md": page.markdown for page in pages}}
    for stale in folder.glob("[A-Z][A-Z][0-9]*.md"):
        if stale.name not in wanted:
            stale.unlink()
    for name, text in wanted.items():
        (folder / name).write_text(text, encoding="utf-8", newline="\n")
