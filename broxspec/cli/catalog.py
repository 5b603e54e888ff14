"""broxspec catalog: the parsed database as JSON."""

import click

from broxspec.cli._schema import schema_arguments
from broxspec.cli._terminal import Terminal


@click.command()
@schema_arguments
@click.pass_obj
def command(terminal: Terminal, schema: tuple[str, ...], major: int | None) -> int:
    """Print a database as JSON.

    It has tables with columns and constraints, and flat lists of indexes and foreign keys.

    SCHEMA is a .sql file (pg_dump or hand-written), a folder of SQL migrations, a .prisma file or folder, or a
    postgresql:// URL. Several are one schema, in order.
    """
    from broxspec.catalog.json import render
    from broxspec.cli._output import exit_code
    from broxspec.pipeline import read
    from broxspec.report import Report

    read_schema = read(schema, terminal.folder, major)
    terminal.write(render(read_schema.catalog, read_schema.major))
    # Standard output is the JSON alone; what was wrong in the text goes to the person.
    terminal.explain(read_schema.diagnostics)
    return exit_code(Report(read_schema.diagnostics), "error")
