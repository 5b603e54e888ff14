"""The options of commands that may leave out what was there before."""

from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import Any, NamedTuple

import click

from broxspec.places import Agreed
from broxspec.report import Report


class Limits(NamedTuple):
    """`baseline` is a file, None for the project's own; `since` is a Git revision, None for no limit."""

    baseline: str | None
    no_baseline: bool
    since: str | None

    def agreed(self, folder: Path) -> Agreed:
        return Agreed(folder / self.baseline if self.baseline else None, not self.no_baseline)

    def apply(self, report: Report, folder: Path, root: Path | None = None) -> Report:
        """The report with what `--since` leaves of it. `root` is a folder of the repository (default: `folder`)."""
        if self.since is None:
            return report
        from broxspec.since import changed, limited

        return limited(report, changed(root or folder, self.since), folder)


def limiting(function: Callable[..., int]) -> Callable[..., int]:
    """Add the options to a command, which is given them as one `limits`."""

    @wraps(function)
    def wrapped(*arguments: Any, baseline: str | None, no_baseline: bool, since: str | None, **options: Any) -> int:
        return function(*arguments, limits=Limits(baseline, no_baseline, since), **options)

    for option in reversed(_OPTIONS):
        wrapped = option(wrapped)
    return wrapped


_OPTIONS = (
    click.option("--since", metavar="REF", help="Show only findings on lines changed since HEAD and this commit parted."),
    click.option("--baseline", metavar="FILE", help="The findings to leave out.  [default: broxspec.baseline.jsonl, where it exists]"),
    click.option("--no-baseline", is_flag=True, help="Leave none out."),
)
