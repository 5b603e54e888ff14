"""broxspec audit: lint an existing database."""

import click

from broxspec.cli._limits import Limits, limiting
from broxspec.cli._output import Output, reporting, show
from broxspec.cli._schema import schema_arguments
from broxspec.cli._terminal import Terminal


@click.command()
@schema_arguments
@limiting
@reporting
@click.pass_obj
def command(terminal: Terminal, schema: tuple[str, ...], major: int | None, limits: Limits, output: Output) -> int:
    """Lint an existing database with no specs at all.

    SCHEMA is a .sql file (pg_dump or hand-written), a folder of SQL migrations, a .prisma file or folder, or a
    postgresql:// URL. Several are one schema, in order: the schema before, then migrations, whose statements are judged too.
    """
    from broxspec.pipeline import audit

    audited = audit(schema, terminal.folder, output.selection_of, major, limits.agreed(terminal.folder))
    report = limits.apply(audited.report, terminal.folder)
    return show(terminal, report, output, audited.config.fail_on if audited.config else "warning")
