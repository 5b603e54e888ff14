"""broxspec plan: what would change."""

import click

from broxspec.cli._terminal import Terminal
from broxspec.usage import UsageError


@click.command()
@click.option("--since", metavar="REF", help="Against where this commit and HEAD part.  [default: the base branch]")
@click.option("--env", metavar="NAME", help="Only this environment.  [default: every one]")
@click.option("--exit-code", is_flag=True, help="Exit 1 where anything would change.")
@click.option("--format", type=click.Choice(["text", "json"]), default="text", show_default=True, help="How to show it.")
@click.pass_obj
def command(terminal: Terminal, since: str | None, env: str | None, exit_code: bool, format: str) -> int:
    """Show what this branch does to databases and generated files.

    Each operation with what it locks, how it is undone, its size and time, and what to look at first.
    """
    from broxspec.compile import compile_project
    from broxspec.diagnostic import worst
    from broxspec.lint import Selection
    from broxspec.migrations.compile import Options
    from broxspec.pipeline import lint
    from broxspec.planned import artifacts, databases
    from broxspec.report import Report, joined, render
    from broxspec.report._plan import as_json, text

    linted, settings = lint((), terminal.folder, lambda config: Selection(config.profile, severities=config.rules), env)
    report = joined(settings, [one.report for one in linted])
    compiled = []
    if worst(report.diagnostics) != "error":
        compiled = [compile_project(one.opened, terminal.folder, Options(force=True, since=since, plan=True), env) for one in linted]
        report = Report(tuple(diagnostic for one in compiled for diagnostic in one.diagnostics))
    if worst(report.diagnostics) == "error":
        terminal.write(render("text", report, terminal.colour()))
        terminal.say("plan: there is none while there are errors")
        return 1
    if since and not all(made.history.base.state == "found" for one in compiled for made in one.databases.values()):
        raise UsageError(f"`--since {since}` needs a commit, and there is none here", "commit first, or leave `--since` out")
    plans = [plan for one, made in zip(linted, compiled, strict=True) for plan in databases(one.opened, made)]
    changed = [change for one in compiled for change in artifacts(one)]
    terminal.write(as_json(plans, changed) if format == "json" else text(plans, changed))
    return int(exit_code and bool(changed or any(plan.operations for plan in plans)))
