"""broxspec verify: prove the artifacts on real components."""

import signal
import sys
import threading

import click

from broxspec.cli._terminal import Terminal
from broxspec.usage import UsageError


@click.command()
@click.option("--only", metavar="KIND,…", multiple=True, help="Only artifacts of these kinds.")
@click.option("--env", metavar="NAME", help="Only this environment.  [default: every one]")
@click.option("--major", metavar="N", type=click.IntRange(13, 18), help="PostgreSQL's major.  [default: the database's own]")
@click.option("--format", type=click.Choice(["text", "json"]), default="text", show_default=True, help="How to show proofs.")
@click.option("--color", type=click.Choice(["auto", "always", "never"]), default="auto", show_default=True, help="Colour the text.")
@click.pass_obj
def command(terminal: Terminal, only: tuple[str, ...], env: str | None, major: int | None, format: str, color: str) -> int:
    """Prove the artifacts on real components.

    Migrations are applied to a throw-away PostgreSQL as their runner would, killed in the middle and retried, and taken back.
    Every artifact is listed as proven, unproven or not applicable; the last line is the verdict.
    """
    from broxspec.pipeline import open_projects
    from broxspec.rehearsal.bench import Bench
    from broxspec.report import _proofs
    from broxspec.verify import verify

    kinds = _kinds(only)
    if sys.platform == "win32":
        raise UsageError("artifacts can't be proven on Windows", "run it on Linux, in WSL or in CI")
    if threading.current_thread() is threading.main_thread():
        signal.signal(signal.SIGTERM, _interrupt)
    opened, settings = open_projects((), terminal.folder, env)
    terminal.explain(settings)
    with Bench(major) as bench:
        progress = _Progress(terminal)
        verified = [verify(one, terminal.folder, bench, progress, env, kinds) for one in opened]
        progress.end()
        for line in bench.advice():
            terminal.say(line)
    if format == "json":
        terminal.write(_proofs.document(verified, terminal.folder))
    else:
        terminal.write(_proofs.text(verified, terminal.folder, terminal.colour(color)))
    return int(not all(one.passed for one in verified) or any(finding.severity == "error" for finding in settings))


def _kinds(only: tuple[str, ...]) -> tuple[str, ...]:
    from broxspec.suggest import did_you_mean
    from broxspec.specs.validate import kinds

    wanted = tuple(kind for value in only for kind in value.replace(",", " ").split())
    for kind in wanted:
        if kind not in kinds():
            raise UsageError(f"no kind `{kind}`", did_you_mean(kind, kinds()))
    return wanted


def _interrupt(number: int, frame: object) -> None:
    """End as Ctrl-C does, so that the server is stopped on the way out."""
    raise KeyboardInterrupt


class _Progress:
    """What is being done, on standard error: on a terminal one line that changes, else one line for each server."""

    def __init__(self, terminal: Terminal) -> None:
        self._terminal = terminal
        self._live = terminal.stderr.isatty()
        self._shown = 0

    def __call__(self, step: str) -> None:
        if not self._live:
            self._terminal.say(step)
            return
        self._terminal.stderr.write(f"\r{step[:100]:<{self._shown}}")
        self._terminal.stderr.flush()
        self._shown = min(len(step), 100)

    def end(self) -> None:
        if self._live and self._shown:
            self._terminal.stderr.write("\r" + " " * self._shown + "\r")
            self._terminal.stderr.flush()
