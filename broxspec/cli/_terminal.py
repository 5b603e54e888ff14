"""Terminal: the streams, environment and folder that a command works with."""

import os
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple, TextIO

if TYPE_CHECKING:
    from broxspec.diagnostic import Diagnostic


class Terminal(NamedTuple):
    """Given to every command, so that tests run the command line in process."""

    stdin: TextIO
    stdout: TextIO
    stderr: TextIO
    environ: Mapping[str, str]
    folder: Path

    @property
    def width(self) -> int:
        """How many columns help may take: those of the terminal, within reason."""
        given = self.environ.get("COLUMNS", "")
        try:
            columns = int(given) if given.isdigit() else os.get_terminal_size(self.stdout.fileno()).columns
        except (OSError, ValueError):
            columns = 80
        return max(50, min(columns, 100))

    def write(self, text: str) -> None:
        """What was asked for, to standard output. The text brings its own line ends."""
        self.stdout.write(text)

    def say(self, line: str) -> None:
        """A line for the person at the terminal, to standard error."""
        from broxspec.report._cells import printed

        self.stderr.write(printed(line) + "\n")

    def patch(self, difference: str) -> None:
        """A difference: as it is for programs that apply it; for a person what could steer the terminal is an escape."""
        from broxspec.report._cells import escape

        self.stdout.write(escape(difference, keep="\n\t") if self.stdout.isatty() else difference)

    def complain(self, message: str, help: str = "") -> None:
        """An error that keeps a command from running."""
        self.say("error: " + message)
        if help:
            self.say("  = help: " + help)

    def explain(self, diagnostics: Iterable["Diagnostic"]) -> None:
        """Findings for the person, where standard output is not for findings."""
        for diagnostic in diagnostics:
            from broxspec.report.text import finding

            self.say(finding(diagnostic) + "\n")

    def colour(self, choice: str = "auto") -> bool:
        """Whether to colour standard output: the option first, then NO_COLOR, FORCE_COLOR, CLICOLOR_FORCE, then the terminal."""
        if choice != "auto":
            return choice == "always"
        if self.environ.get("NO_COLOR"):
            return False
        if self.environ.get("FORCE_COLOR") or self.environ.get("CLICOLOR_FORCE"):
            return True
        return self.stdout.isatty() and self.environ.get("TERM") != "dumb"
