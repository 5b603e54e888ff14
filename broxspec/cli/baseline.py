"""broxspec baseline: what is there already, so that only what is new is reported."""

from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import click

from broxspec.cli._schema import schema_arguments
from broxspec.cli._terminal import Terminal
from broxspec.places import BASELINE, Agreed, find_config
from broxspec.report import plural
from broxspec.usage import UsageError

if TYPE_CHECKING:
    from broxspec.baseline import Baseline
    from broxspec.config import Config
    from broxspec.lint import Selection
    from broxspec.report import Report
    from broxspec.suppress import Run


class _Looked(NamedTuple):
    """What a run has found, and the file that its baseline is in."""

    file: Path
    run: "Run"
    report: "Report"


@click.command()
@schema_arguments(required=False)
@click.option("--file", metavar="FILE", help=f"The baseline.  [default: {BASELINE} beside broxspec.toml, else here]")
@click.option("--restart", is_flag=True, help="Begin anew: also what is not in the baseline yet goes in.")
@click.option("--profile", type=click.Choice(["default", "strict"]), help="Which rules run.  [default: default]")
@click.pass_obj
def command(terminal: Terminal, schema: tuple[str, ...], major: int | None, file: str | None, restart: bool, profile: str | None) -> int:
    """Write down the findings that are there, so that `lint` and `audit` report only new ones.

    Where there is a baseline already, it only shrinks: what is gone is taken out, and nothing is added. Without SCHEMA it is
    that of the project's `lint`; with SCHEMA, as for `audit`, that of an audit.
    """
    given = terminal.folder / file if file else None

    def select(config: "Config | None") -> "Selection":
        return _selection(config, profile, restart or not (given or _home(config, terminal.folder) / BASELINE).is_file())

    schema = schema or _remembered(terminal, given)
    looked = _audited(terminal, schema, select, major, given) if schema else _linted(terminal, select, given)
    for one in looked:
        _write(terminal, one, restart, "audit" if schema else "lint")
    return 0


def _selection(config: "Config | None", profile: str | None, anew: bool) -> "Selection":
    """All rules that are not off. While the baseline shrinks also those: what is off today may be on tomorrow."""
    from broxspec.lint import Selection

    off = {name: severity for name, severity in config.rules.items() if severity == "off"} if config and anew else {}
    return Selection(profile or (config.profile if config else "default"), severities=off)


def _home(config: "Config | None", folder: Path) -> Path:
    return config.root if config else folder


def _remembered(terminal: Terminal, given: Path | None) -> tuple[str, ...]:
    """The schema of an audit whose baseline is there."""
    config = find_config(terminal.folder)
    file = given or (config.parent if config else terminal.folder) / BASELINE
    baseline = _read(terminal, file, restart=True)
    if baseline is None or baseline.of != "audit":
        return ()
    from broxspec.baseline import relative
    from broxspec.pipeline import is_url

    root, folder = config.parent if config else terminal.folder.resolve(), terminal.folder.resolve()
    return tuple(name if is_url(name) else relative(root / name, folder) for name in baseline.schema)


def _audited(terminal: Terminal, schema: tuple[str, ...], select, major: int | None, given: Path | None) -> list[_Looked]:
    from broxspec.pipeline import audit

    audited = audit(schema, terminal.folder, select, major, Agreed(wanted=False))
    return [_Looked(given or _home(audited.config, terminal.folder) / BASELINE, audited.run, audited.report)]


def _linted(terminal: Terminal, select, given: Path | None) -> list[_Looked]:
    from broxspec.pipeline import lint

    linted, wrong = lint((), terminal.folder, select, agreed=Agreed(wanted=False))
    terminal.explain(wrong)
    if given and len(linted) > 1:
        raise UsageError("`--file` is one file, and there are several projects", "run it in the folder of each")
    return [_Looked(given or one.opened.config.root / BASELINE, one.run, one.report) for one in linted]


def _read(terminal: Terminal, file: Path, restart: bool) -> "Baseline | None":
    if not file.is_file():
        return None
    from broxspec.baseline import read

    baseline, wrong = read(file, terminal.folder)
    if baseline is None and not restart:
        raise UsageError(f"`{file.name}` can't be read", "put it back from git, or begin anew with `--restart`", wrong)
    return baseline


def _write(terminal: Terminal, looked: _Looked, restart: bool, command: str) -> None:
    from broxspec.baseline import acceptable, hear, made_of, same_run
    from broxspec.source import shown
    from broxspec.write import write_texts

    file, run, found = looked.file, looked.run, looked.report.diagnostics
    before = _read(terminal, file, restart)
    name = f"`{shown(file, terminal.folder)}`"
    refused = sum(not acceptable(one) for one in found)
    cannot = f"; {plural(refused, 'finding')} can't be in a baseline, `broxspec {command}` shows {'it' if refused == 1 else 'them'}" if refused else ""
    if before is None or restart:
        made = made_of(found, file.resolve().parent, terminal.folder, run)
        write_texts({file: made.text})
        terminal.say(f"baseline: {plural(_total(made), 'finding')} in {name}{cannot}")
        return
    if not same_run(before, run):
        of = f"audit {' '.join(before.schema)}" if before.of == "audit" else "lint"
        raise UsageError(f"{name} is the baseline of `{of}`", "shrink it with `broxspec baseline` alone, or begin anew with `--restart`")
    heard = hear(before, found, run)
    left = before._replace(entries=heard.used)
    if left.text != file.read_text("utf-8"):
        write_texts({file: left.text})
    gone = _total(before) - _total(left)
    terminal.say(f"baseline: {plural(gone, 'finding')} gone from {name}, {_total(left):,} left{cannot}")
    if new := sum(acceptable(one) for one in heard.kept):
        terminal.say(f"baseline: {plural(new, 'finding')} not in it; mend what is new, or take all in with `--restart`")


def _total(baseline: "Baseline") -> int:
    return sum(entry.count for entry in baseline.entries)
