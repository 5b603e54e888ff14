"""broxspec compile: write what the specs say."""

import click

from broxspec.cli._output import Output, reporting
from broxspec.cli._terminal import Terminal


@click.command()
@click.option("--check", is_flag=True, help="Write nothing; fail where anything differs.")
@click.option("--diff", is_flag=True, help="Show the differences.")
@click.option("--env", metavar="NAME", help="Only this environment.  [default: every one]")
@click.option("--stamp", metavar="NUMBER", help="Number new migrations from here.  [default: after the highest]")
@click.option("--force", is_flag=True, help="Overwrite what was edited by hand.")
@click.option("--restart", is_flag=True, help="Throw away every migration of broxspec and begin again from the base.")
@click.option("--yes", is_flag=True, help="Do not ask before --restart.")
@click.option("--release", is_flag=True, help="Freeze all migrations, where there is no git to say so.")
@reporting
@click.pass_obj
def command(
    terminal: Terminal,
    check: bool,
    diff: bool,
    env: str | None,
    stamp: str | None,
    force: bool,
    restart: bool,
    yes: bool,
    release: bool,
    output: Output,
) -> int:
    """Lint the specs and write what they compile to: migrations, declarations, documents.

    Nothing is written where lint finds an error, or where a file would be lost that was edited by hand.
    """
    from broxspec.cli._compile import run
    from broxspec.migrations.compile import Options

    if restart and not (yes or check):
        question = "Throw away all migrations of broxspec? Databases that have run them must be made anew."
        click.confirm(question, abort=True, err=True)
    return run(terminal, Options(stamp, force, restart, release, check), output, env, diff)
