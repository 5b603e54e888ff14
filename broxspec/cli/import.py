"""broxspec import: specs for what is there."""

from typing import TYPE_CHECKING

import click

from broxspec.cli._schema import schema_arguments
from broxspec.cli._terminal import Terminal

if TYPE_CHECKING:
    from broxspec.importing.specs import Imported


@click.command()
@schema_arguments(required=False)
@click.option("--database", metavar="NAME", help="The database of the project; what a new one is called.")
@click.option("--dry-run", is_flag=True, help="Write nothing.")
@click.option("--diff", is_flag=True, help="Show what is written.")
@click.pass_obj
def command(terminal: Terminal, schema: tuple[str, ...], major: int | None, database: str | None, dry_run: bool, diff: bool) -> int:
    """Write specs for the indexes that a database has. What the specs ask for is what is there.

    In a folder without a project it begins one whose schema source is SCHEMA. In a project it adds the tables that have no
    document yet; without SCHEMA from the database's own source. Nothing that exists is overwritten.

    SCHEMA is a .sql file (pg_dump or hand-written), a folder of SQL migrations, a .prisma file or folder, or a
    postgresql:// URL. Several are one schema, in order.
    """
    from broxspec.compare import difference
    from broxspec.importing.specs import import_specs
    from broxspec.report._cells import escape
    from broxspec.write import alone, write

    with alone(terminal.folder):
        made = import_specs(schema, terminal.folder, database, major)
        if not dry_run:
            write(made.root, made.changes)
    for change in made.changes:
        terminal.write(f"{'would write' if dry_run else 'wrote'} {escape(change.path)}\n")
        if diff:
            terminal.patch(difference(change))
    _tell(terminal, made, dry_run)
    return 0


def _tell(terminal: Terminal, made: "Imported", dry_run: bool) -> None:
    """What is in the files, what is not, and what comes next."""
    from broxspec.importing.specs import counted
    from broxspec.report import plural

    terminal.explain(finding for finding in made.trouble if finding.severity == "error")
    items = sum(len(one.items) for one in made.documents)
    parts = [f"{plural(items, 'index')} of {plural(len(made.documents), 'table')}" if items else "no index that is not in the specs already"]
    if made.there:
        listed = ", ".join(str(name) for name in made.there[:5]) + (" …" if len(made.there) > 5 else "")
        parts.append(f"{plural(len(made.there), 'table')} left alone that had specs ({listed})")
    if made.left:
        reasons = ", ".join(f"{count} {why}" for why, count in sorted(counted(made.left).items()))
        parts.append(f"{plural(len(made.left), 'index')} left out ({reasons})")
    if made.lacking:
        parts.append(f"{plural(made.lacking, 'foreign key')} without an index")
    terminal.say(f"import: {'; '.join(parts)}")
    if made.begun and not dry_run:
        terminal.say("next: broxspec lint      what is wrong with what is there")
        terminal.say("      broxspec compile   writes no migration: the specs are what is there")
