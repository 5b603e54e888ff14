"""Output formats: one file each, found by name, with one function `render(report, colour) -> str`.

Files whose name begins with an underscore are not formats.
"""

import os
from collections.abc import Iterable, Mapping, Sequence
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from broxspec.diagnostic import SEVERITIES, Diagnostic, order

if TYPE_CHECKING:
    from broxspec.catalog.model import Skipped


class Suppressed(NamedTuple):
    """A finding that is not shown. `how` is `comment` (an ignore comment in a file), `config` (`[[ignore]]` in broxspec.toml) or `baseline`;
    `reason` is the person's own, empty for the baseline."""

    diagnostic: Diagnostic
    how: str
    reason: str = ""


class Report(NamedTuple):
    """What a run has to say. `read` is what it read, in words (`65 tables, 163 indexes`); `environments` are all that it covered.

    `suppressed` are the findings that somebody has agreed to, in the order of their places. `hidden` counts those that `--since` leaves out.
    """

    diagnostics: tuple[Diagnostic, ...] = ()
    skipped: "tuple[Skipped, ...]" = ()
    environments: tuple[str, ...] = ()
    read: str = ""
    suppressed: tuple[Suppressed, ...] = ()
    hidden: int = 0

    def counts(self) -> Mapping[str, int]:
        """How many diagnostics there are of each severity, worst first."""
        found = [diagnostic.severity for diagnostic in self.diagnostics]
        return {severity: found.count(severity) for severity in SEVERITIES}

    @property
    def ignored(self) -> int:
        """How many findings comments and settings take out."""
        return len(self.suppressed) - self.in_baseline

    @property
    def in_baseline(self) -> int:
        return sum(1 for one in self.suppressed if one.how == "baseline")


def within(report: Report, folder: Path, paths: Sequence[str]) -> Report:
    """The report with only what lies in the paths (files or folders); all of it where no path is given."""
    if not paths:
        return report
    wanted = [(folder / path).resolve() for path in paths]

    def inside(diagnostic: Diagnostic) -> bool:
        # Not Path.resolve: it raises where links go in a circle.
        place = Path(os.path.realpath(folder / diagnostic.span.path))
        return any(place == path or path in place.parents for path in wanted)

    suppressed = tuple(one for one in report.suppressed if inside(one.diagnostic))
    return report._replace(diagnostics=tuple(filter(inside, report.diagnostics)), suppressed=suppressed)


def joined(first: Iterable[Diagnostic], reports: Sequence[Report]) -> Report:
    """Several reports as one, with findings that belong to none of them."""
    found = [*first, *(diagnostic for report in reports for diagnostic in report.diagnostics)]
    skipped = tuple(skipped for report in reports for skipped in report.skipped)
    environments = tuple(sorted({name for report in reports for name in report.environments}))
    read = reports[0].read if len(reports) == 1 else plural(len(reports), "project")
    suppressed = sorted((one for report in reports for one in report.suppressed), key=lambda one: (order(one.diagnostic), one.how))
    hidden = sum(report.hidden for report in reports)
    return Report(tuple(sorted(found, key=order)), skipped, environments, read, tuple(suppressed), hidden)


def formats() -> list[str]:
    """The names of all formats, sorted."""
    return sorted(path.stem for path in Path(__file__).parent.glob("[!_]*.py"))


def render(format: str, report: Report, colour: bool = False) -> str:
    """The report in a format, with a line end after its last line; empty where there is nothing to say."""
    return import_module(f"broxspec.report.{format}").render(report, colour)


def page(code: str) -> str:
    """Where a code is documented, relative to the project."""
    return f"docs/rules/{code}.md"


def plural(count: int, noun: str) -> str:
    """`1 error`, `3 errors`, `2 indexes`."""
    if count == 1:
        return f"1 {noun}"
    return f"{count:,} {noun}{'es' if noun.endswith('x') else 's'}"
