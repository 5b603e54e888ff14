"""broxspec drift: a live server against what is written."""

import click

from broxspec.cli._output import Output, reporting, show
from broxspec.cli._terminal import Terminal


@click.command()
@click.argument("url")
@click.option("--database", metavar="NAME", help="Which of the project's databases it is.  [default: the only one, else the one of the same name]")
@click.option("--env", metavar="NAME", help="The environment that the server belongs to.  [default: the first]")
@reporting
@click.pass_obj
def command(terminal: Terminal, url: str, database: str | None, env: str | None, output: Output) -> int:
    """Compare the indexes of a live server with what specs, migrations and the schema source say.

    Missing, INVALID, different, dropped but there, or known to nobody. What only draft migrations do is not missing. It reads the
    catalog in one read-only transaction, and needs no right but to connect. Exit 0 without drift, 1 with it.

    URL is postgresql://user@host/database; a password is given by PGPASSWORD, ~/.pgpass or a service.
    """
    from broxspec.drift.run import report

    found, config = report(url, terminal.folder, lambda config: output.selection(config.rules, config.profile), database, env)
    return show(terminal, found, output, config.fail_on)
