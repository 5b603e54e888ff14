"""broxspec compile: write what the specs say."""

import click

from broxspec.cli._output import Output, reporting
from broxspec.cli._terminal import Terminal
from broxspec.usage import UsageError


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

    Nothing is written where lint finds an error, or where a migration would be lost that was edited by hand.
    """
    from broxspec.cli._compile import run
    from broxspec.migrations.compile import Options

    if restart and not (yes or check):
        _ask(terminal)
    return run(terminal, Options(stamp, force, restart, release, check), output, env, diff)


def _ask(terminal: Terminal) -> None:
    """Only a yes goes on; where nobody can be asked, that is said."""
    terminal.stderr.write("throw away all migrations of broxspec? databases that have run them must be made anew [y/N] ")
    terminal.stderr.flush()
    answer = terminal.stdin.readline()
    if not answer:
        terminal.say("")
        raise UsageError("`--restart` asks first, and nobody answers", "add `--yes`")
    if answer.strip().lower() not in ("y", "yes"):
        raise UsageError("nothing was thrown away")
