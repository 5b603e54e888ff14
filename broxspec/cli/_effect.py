"""What a branch does: lint, and where that finds no error the plan. For `plan` and `comment`."""

from broxspec.cli._output import exit_code
from broxspec.cli._terminal import Terminal
from broxspec.report._comment import Effect
from broxspec.usage import UsageError


def effect(terminal: Terminal, since: str | None, env: str | None, fail_on: str | None = None) -> tuple[Effect, int]:
    """The findings with the plan, and the exit code that the findings make: that of `lint`."""
    from broxspec.compile import compile_project
    from broxspec.diagnostic import worst
    from broxspec.lint import Selection
    from broxspec.migrations.compile import Options
    from broxspec.pipeline import lint
    from broxspec.planned import artifacts, databases
    from broxspec.report import Report, joined

    linted, settings = lint((), terminal.folder, lambda config: Selection(config.profile, severities=config.rules), env)
    report = joined(settings, [one.report for one in linted])
    codes = [exit_code(one.report, fail_on or one.opened.config.fail_on) for one in linted]
    code = max([*codes, exit_code(joined(settings, []), fail_on or "warning")])
    if worst(report.diagnostics) == "error":
        return Effect(report, why_not=_WHY_NOT), code
    compiled = [compile_project(one.opened, terminal.folder, Options(force=True, since=since, plan=True), env) for one in linted]
    found = tuple(diagnostic for one in compiled for diagnostic in one.diagnostics)
    if worst(found) == "error":
        return Effect(Report(found), why_not=_WHY_NOT), 1
    if since and not all(made.history.base.state == "found" for one in compiled for made in one.databases.values()):
        raise UsageError(f"`--since {since}` needs a commit, and there is none here", "commit first, or leave `--since` out")
    plans = [plan for one, made in zip(linted, compiled, strict=True) for plan in databases(one.opened, made)]
    return Effect(report, plans, [change for one in compiled for change in artifacts(one)]), code


_WHY_NOT = "There is no plan while there are errors."
