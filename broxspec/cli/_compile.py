"""What `compile` does, project by project."""

from contextlib import ExitStack
from typing import TYPE_CHECKING

from broxspec.cli._output import Output, show
from broxspec.cli._terminal import Terminal
from broxspec.compare import Change, difference
from broxspec.report import Report, plural
from broxspec.report._cells import escape
from broxspec.write import alone, write

if TYPE_CHECKING:
    from broxspec.compile import Compiled
    from broxspec.migrations.compile import Options

# So many files of one state are one line.
_MANY = 8


def run(terminal: Terminal, options: "Options", output: Output, environment: str | None, diff: bool) -> int:
    """0 where all is as it should be, or now is; 1 where there is an error, or `--check` finds a difference."""
    from broxspec.compile import compile_project
    from broxspec.diagnostic import worst
    from broxspec.pipeline import lint
    from broxspec.report import joined

    with ExitStack() as stack:
        if not options.check:
            from broxspec.config import load_projects

            for config in load_projects(terminal.folder, terminal.folder)[0]:
                stack.enter_context(alone(config.root))
        linted, settings = lint((), terminal.folder, lambda config: output.selection(config.rules, config.profile), environment)
        report = joined(settings, [one.report for one in linted])
        if worst(report.diagnostics) == "error":
            show(terminal, report, output)
            terminal.say("compile: nothing was written, because of errors")
            return 1
        compiled = [compile_project(one.opened, terminal.folder, options, environment) for one in linted]
        found = tuple(diagnostic for one in compiled for diagnostic in one.diagnostics)
        if found:
            show(terminal, Report(found), output)
            terminal.say("compile: nothing was written, because of errors")
            return 1
        for one in compiled:
            _show(terminal, one, options.check, diff)
        if options.check:
            return _checked(terminal, compiled)
        for one in compiled:
            write(one.root, one.changes)
        _written(terminal, compiled)
        return 0


def _show(terminal: Terminal, compiled: "Compiled", check: bool, diff: bool) -> None:
    """One line a file; where a folder has many of one state, one line for all of them."""
    groups: dict[tuple[str, str], list[Change]] = {}
    for change in compiled.pending:
        many = change.output.what == "migration" and not diff
        groups.setdefault((change.state, _folder(change) if many else change.path), []).append(change)
    lines = []
    for (state, where), changes in groups.items():
        shown = [f"{where}/ ({len(changes)} files)"] if len(changes) > _MANY else [change.path for change in changes]
        lines += [(state, path, change) for path, change in zip(shown, changes, strict=False)]
    width = max((len(path) for _, path, _ in lines), default=0)
    for state, path, change in lines:
        path = escape(path)
        terminal.write(f"{state:<8} {path:<{width}}  {change.why}\n" if check else f"{state:<8} {path}\n")
        if diff:
            terminal.patch(difference(change))


def _folder(change: Change) -> str:
    """The migrations folder, whether or not the runner has a folder per migration."""
    parts = change.path.split("/")
    return "/".join(parts[: -2 if parts[-1] in ("migration.sql", "down.sql") or parts[-2] == "down" else -1])


def _checked(terminal: Terminal, compiled: "list[Compiled]") -> int:
    differing = sum(len(one.pending) for one in compiled)
    total = sum(len(one.changes) for one in compiled)
    if differing:
        terminal.say(f"compile: {differing} of {plural(total, 'file')} differ; run `broxspec compile` and commit what it writes")
        return 1
    terminal.say(f"compile: {plural(total, 'file')} as the specs say")
    return 0


def _written(terminal: Terminal, compiled: "list[Compiled]") -> None:
    pending = [change for one in compiled for change in one.pending]
    removed = sum(change.output.text is None for change in pending)
    total = sum(len(one.changes) for one in compiled)
    parts = [f"{plural(len(pending) - removed, 'file')} written"] + ([f"{removed} removed"] if removed else [])
    terminal.say(f"compile: {', '.join(parts)}, {total - len(pending)} unchanged")
