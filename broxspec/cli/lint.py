"""broxspec lint: validate and lint the specs."""

import click

from broxspec.cli._limits import Limits, limiting
from broxspec.cli._output import Output, exit_code, reporting, show
from broxspec.cli._terminal import Terminal


@click.command()
@click.argument("paths", nargs=-1, metavar="[PATHS]…")
@click.option("--env", metavar="NAME", help="Only this environment.  [default: every one]")
@click.option("--fix", is_flag=True, help="Mend what can be mended safely, then lint.")
@click.option("--diff", is_flag=True, help="Show what --fix would change, and write nothing.")
@limiting
@reporting
@click.pass_obj
def command(terminal: Terminal, paths: tuple[str, ...], env: str | None, fix: bool, diff: bool, limits: Limits, output: Output) -> int:
    """Check the specs against their schemas, the database and each other.

    PATHS limit what is shown, not what is looked at.
    """
    from broxspec.pipeline import lint
    from broxspec.report import joined, within

    if fix or diff:
        from broxspec.cli._fix import mend, show_differences

        if diff:
            return show_differences(terminal, paths, limits, output)
        mend(terminal, paths, limits, output)
    folder = terminal.folder
    linted, settings = lint(paths, folder, output.selection_of, env, limits.agreed(folder))
    shown = [limits.apply(within(one.report, folder, paths), folder, one.opened.config.root) for one in linted]
    show(terminal, joined(settings, shown), output)
    codes = [exit_code(report, output.fail_on or one.opened.config.fail_on) for one, report in zip(linted, shown, strict=True)]
    return max([*codes, exit_code(joined(settings, []), output.fail_on or "warning")])
