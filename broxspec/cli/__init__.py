"""The command line. One command is one file, `cli/<command>.py`, found by its name.

Such a file holds one click command named `command`; its docstring is the command's help. It is given a `Terminal`
(`@click.pass_obj`), returns its exit code, and imports what is heavy inside the function, so that `--help` stays fast.
Files whose name begins with an underscore are not commands.
"""

import errno
import gc
import os
import sys
from collections.abc import Mapping, Sequence
from contextlib import redirect_stderr, redirect_stdout
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import Any, TextIO

import click

from broxspec import __version__
from broxspec.cli._terminal import Terminal
from broxspec.usage import UsageError

CLEAN = 0
FINDINGS = 1
USAGE = 2
FAILURE = 3
INTERRUPTED = 130

# What a disk or its rights may say to whatever is written.
_FULL_OR_FORBIDDEN = (errno.EACCES, errno.EPERM, errno.EROFS, errno.ENOSPC)

# A shell that completes a line sets it, and click answers; see cli/_complete.py.
_COMPLETE = "_BROXSPEC_COMPLETE"

_HERE = Path(__file__).parent
_ISSUES = "https://github.com/broxspec/broxspec/issues"


@cache
def _names() -> tuple[str, ...]:
    return tuple(sorted(path.stem for path in _HERE.glob("[!_]*.py")))


class Commands(click.Group):
    """A group whose commands are the files of this folder, each imported when it is asked for."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(_names())

    def get_command(self, ctx: click.Context, name: str) -> click.Command | None:
        if name not in self.list_commands(ctx):
            return None
        command = import_module(f"broxspec.cli.{name}").command
        command.name = name
        if _COMPLETE in os.environ:
            from broxspec.cli._complete import add_to

            add_to(command)
        return command

    def resolve_command(self, ctx: click.Context, args: list[str]) -> tuple[str | None, click.Command | None, list[str]]:
        if args and not args[0].startswith("-") and args[0] not in self.list_commands(ctx):
            from difflib import get_close_matches

            close = get_close_matches(args[0], self.list_commands(ctx), n=1)
            raise UsageError(f"no command is called `{args[0]}`", f"did you mean `{close[0]}`?" if close else "run `broxspec --help`")
        return super().resolve_command(ctx, args)


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, message="broxspec %(version)s")
def broxspec() -> None:
    """Compile PostgreSQL operations from YAML, and lint them against the real schema."""


def run(
    arguments: Sequence[str],
    stdin: TextIO,
    stdout: TextIO,
    stderr: TextIO,
    environ: Mapping[str, str],
    folder: Path,
) -> int:
    """Run one command line and return its exit code. Nothing but the given streams and folder is touched."""
    terminal = Terminal(stdin, stdout, stderr, environ, folder)
    try:
        # click writes help and version through sys.stdout.
        with redirect_stdout(stdout), redirect_stderr(stderr):
            code = _invoke(list(arguments), terminal)
        stdout.flush()
        return code
    except click.exceptions.Exit as done:
        return done.exit_code
    except click.exceptions.NoArgsIsHelpError as error:
        terminal.say(error.format_message())
        return USAGE
    except click.UsageError as error:
        hint = f"run `{error.ctx.command_path} --help`" if error.ctx else ""
        terminal.complain(error.format_message(), hint)
        return USAGE
    except UsageError as error:
        terminal.explain(error.diagnostics)
        terminal.complain(error.message, error.help)
        return USAGE
    except (KeyboardInterrupt, click.Abort):
        return INTERRUPTED
    except BrokenPipeError:
        # The reader has seen enough (`| head`). What is still buffered must not raise again when Python exits.
        _discard(stdout)
        return CLEAN
    except OSError as error:
        if error.errno not in _FULL_OR_FORBIDDEN or not error.filename:
            _report_failure(terminal, error)
            return FAILURE
        terminal.complain(f"`{error.filename}`: {(error.strerror or '').lower()}")
        return USAGE
    except Exception as error:
        _report_failure(terminal, error)
        return FAILURE


def _invoke(arguments: list[str], terminal: Terminal) -> int:
    if _COMPLETE in terminal.environ:
        broxspec.main(arguments, prog_name="broxspec")
    # Not click's `main`: it has its own ideas of an interrupt and of a closed pipe.
    # The width is given because click would import shutil, and with it lzma and bz2, to ask for it.
    with broxspec.make_context("broxspec", arguments, obj=terminal, terminal_width=terminal.width - 2) as context:
        code: Any = broxspec.invoke(context)
    return code if isinstance(code, int) else CLEAN


def _discard(stream: TextIO) -> None:
    try:
        os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())
    except (OSError, ValueError):
        pass


def _report_failure(terminal: Terminal, error: Exception) -> None:
    what = str(error).split("\n", 1)[0]
    terminal.complain(
        f"internal failure: {type(error).__name__}: {what}",
        f"this is a fault of broxspec {__version__}: report it at {_ISSUES} with what BROXSPEC_TRACEBACK=1 prints",
    )
    if terminal.environ.get("BROXSPEC_TRACEBACK") == "1":
        from traceback import format_exception

        terminal.say("".join(format_exception(error)).rstrip("\n"))


def main(place: str | None = None) -> None:
    """The `broxspec` command. `place` is where its result is kept for the next time; None where it is not."""
    # A command lives for a moment, and nearly all that it makes is in use until its end: looking for garbage finds none.
    gc.disable()
    for stream in (sys.stdout, sys.stderr):
        # The same bytes on every system; a character that a terminal cannot show is escaped, never an error.
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8", errors="backslashreplace", newline="\n")

    def here(stdout: TextIO, stderr: TextIO) -> int:
        return run(sys.argv[1:], sys.stdin, stdout, stderr, os.environ, Path.cwd())

    if place:
        from broxspec.cache.results import remembering

        code = remembering(place, here, sys.stdout, sys.stderr)
    else:
        code = here(sys.stdout, sys.stderr)
    if code == INTERRUPTED:
        # Leave without the noise of a second interrupt during shutdown.
        os._exit(code)
    # Nor let Python look for it on its way out.
    gc.freeze()
    sys.exit(code)
