"""The options that every command with findings has, and how it shows them and ends."""

from collections.abc import Callable, Mapping
from functools import wraps
from typing import TYPE_CHECKING, Any, NamedTuple

import click

from broxspec.cli._terminal import Terminal
from broxspec.diagnostic import SEVERITIES, at_least
from broxspec.report import Report, formats, render
from broxspec.usage import UsageError

if TYPE_CHECKING:
    from broxspec.config import Config
    from broxspec.lint import Selection


class Output(NamedTuple):
    """How findings are chosen, shown and judged. `fail_on` and `profile` are None where the option was not given."""

    format: str
    fail_on: str | None
    profile: str | None
    select: tuple[str, ...]
    ignore: tuple[str, ...]
    colour: str
    suppressed: bool = False

    def selection(self, severities: Mapping[str, str] = {}, profile: str = "default") -> "Selection":
        """Which rules count; the project's own severities and profile, where there are any, come second."""
        from broxspec.lint import Selection
        from broxspec.cli._pages import known, suggestion

        for name in (*self.select, *self.ignore):
            if not known(name):
                raise UsageError(f"no rule is called `{name}`", suggestion(name))
        return Selection(self.profile or profile, self.select, self.ignore, severities)

    def selection_of(self, config: "Config | None") -> "Selection":
        """Which rules count in a project; without one, the defaults."""
        return self.selection(config.rules, config.profile) if config else self.selection()


def reporting(function: Callable[..., int]) -> Callable[..., int]:
    """Add the options to a command, which is given them as one `output`."""

    @wraps(function)
    def wrapped(
        *arguments: Any, format: str, fail_on: str, profile: str, select: tuple, ignore: tuple, color: str, suppressed: bool, **options: Any
    ) -> int:
        output = Output(format, fail_on, profile, _codes(select), _codes(ignore), color, suppressed)
        return function(*arguments, output=output, **options)

    for option in reversed(_OPTIONS):
        wrapped = option(wrapped)
    return wrapped


# Formats whose readers want paths from the root of the checkout; formats that have a way to list what is suppressed.
_SUPPRESSING = ("junit", "sarif")
_HOSTED = ("github", "gitlab", "sarif")
_OPTIONS = (
    click.option("--format", type=click.Choice(formats()), default="text", show_default=True, help="How to show findings."),
    click.option("--fail-on", type=click.Choice([*SEVERITIES, "never"]), help="The mildest severity that fails.  [default: warning]"),
    click.option("--profile", type=click.Choice(["default", "strict"]), help="Which rules run.  [default: default]"),
    click.option("--select", metavar="CODE,…", multiple=True, help="Only these rules: codes, prefixes of codes, or slugs."),
    click.option("--ignore", metavar="CODE,…", multiple=True, help="Not these rules."),
    click.option("--suppressed", is_flag=True, help="With sarif and junit: also what is ignored or in the baseline, as such."),
    # Seen before the command line is read; see broxspec/cache/results.py.
    click.option("--no-cache", is_flag=True, expose_value=False, help="Look at everything anew."),
    click.option("--color", type=click.Choice(["auto", "always", "never"]), default="auto", show_default=True, help="Colour the text."),
)


def show(terminal: Terminal, report: Report, output: Output, fail_on: str = "warning") -> int:
    """Print the report and give the exit code. `fail_on` is the project's own, used where the option was not given."""
    known = _as_hosts_know_it(terminal, report, output.format)
    if output.format in _SUPPRESSING and not output.suppressed:
        # GitHub would show them as open alerts.
        known = known._replace(suppressed=())
    terminal.write(render(output.format, known, terminal.colour(output.colour)))
    if output.format == "text" and not report.diagnostics:
        from broxspec.report.text import closing

        terminal.say(closing(report))
    if output.format == "github":
        _add_summary(terminal, known)
    return exit_code(report, output.fail_on or fail_on)


def exit_code(report: Report, fail_on: str) -> int:
    """1 where a finding is at or above the threshold, else 0."""
    if fail_on == "never":
        return 0
    return int(any(at_least(diagnostic.severity, fail_on) for diagnostic in report.diagnostics))


def _as_hosts_know_it(terminal: Terminal, report: Report, format: str) -> Report:
    """The report with paths from the root of the checkout, for formats that a code host reads: it knows no other folder."""
    if format not in _HOSTED:
        return report
    from broxspec.report._places import repository, rooted

    return rooted(report, terminal.folder, repository(terminal.folder, terminal.environ))


def _add_summary(terminal: Terminal, report: Report) -> None:
    path = terminal.environ.get("GITHUB_STEP_SUMMARY")
    if path:
        from broxspec.report.github import summary

        with open(path, "a", encoding="utf-8", newline="\n") as file:
            file.write(summary(report))


def _codes(values: tuple[str, ...]) -> tuple[str, ...]:
    """`IX101,DB` and repeated options are one list."""
    return tuple(code for value in values for code in value.replace(",", " ").split())
