"""broxspec plan: what would change."""

from typing import TYPE_CHECKING

import click

from broxspec.cli._terminal import Terminal

if TYPE_CHECKING:
    from broxspec.report._comment import Effect


@click.command()
@click.option("--since", metavar="REF", help="Against where this commit and HEAD part.  [default: the base branch]")
@click.option("--env", metavar="NAME", help="Only this environment.  [default: every one]")
@click.option("--exit-code", is_flag=True, help="Exit 1 where anything would change.")
@click.option("--format", type=click.Choice(["text", "json", "markdown"]), default="text", show_default=True, help="How to show it.")
@click.pass_obj
def command(terminal: Terminal, since: str | None, env: str | None, exit_code: bool, format: str) -> int:
    """Show what this branch does to databases and generated files.

    Each operation with what it locks, how it is undone, its size and time, and what to look at first.
    """
    from broxspec.cli._effect import effect

    found, _ = effect(terminal, since, env)
    if found.why_not:
        from broxspec.report import render

        terminal.write(render("text", found.report, terminal.colour()))
        terminal.say("plan: there is none while there are errors")
        return 1
    terminal.write(_shown(found, format))
    return int(exit_code and bool(found.artifacts or any(plan.operations for plan in found.plans)))


def _shown(effect: "Effect", format: str) -> str:
    if format == "markdown":
        from broxspec.report._plan_markdown import render

        return render(effect.plans, effect.artifacts)
    from broxspec.report._plan import as_json, text

    return (as_json if format == "json" else text)(effect.plans, effect.artifacts)
