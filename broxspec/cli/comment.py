"""broxspec comment: findings and plan as one comment of the pull request."""

from typing import Any

import click

from broxspec.cli._terminal import Terminal
from broxspec.diagnostic import SEVERITIES
from broxspec.usage import UsageError


@click.command()
@click.option("--since", metavar="REF", help="Against where this commit and HEAD part.  [default: the branch to merge into]")
@click.option("--env", metavar="NAME", help="Only this environment.  [default: every one]")
@click.option("--fail-on", type=click.Choice([*SEVERITIES, "never"]), help="The mildest severity that fails.  [default: warning]")
@click.option("--dry-run", is_flag=True, help="Print the comment, and post nothing.")
@click.pass_obj
def command(terminal: Terminal, since: str | None, env: str | None, fail_on: str | None, dry_run: bool) -> int:
    """Say in the pull request what is wrong and what would change.

    Runs in GitHub Actions and GitLab CI. One comment for each project is kept up to date; the exit code is that of lint,
    whether or not the host takes the comment.
    """
    from broxspec.cli._effect import effect
    from broxspec.hosts import current
    from broxspec.report import _comment

    host = current(terminal.environ)
    if host is None and not dry_run:
        raise UsageError("this is neither GitHub Actions nor GitLab CI", "add `--dry-run` to see the comment")
    found, code = effect(terminal, since or _base(terminal, host), env, fail_on)
    found, folder = _rooted(terminal, found)
    commit = host.commit(terminal.environ) if host else ""
    if dry_run:
        terminal.write(_comment.clean(folder, commit) if found.quiet else _comment.body(found, folder, commit, _ROOM))
        return code
    _post(terminal, host, found, folder, commit)
    return code


# What GitHub takes, the least that any host does.
_ROOM = 65_536


def _base(terminal: Terminal, host: Any) -> str | None:
    """The branch that the request is to be merged into, where its history is here."""
    branch = host and host.target(terminal.environ)
    if not branch:
        return None
    from broxspec.migrations.git import merge_base

    remote = f"refs/remotes/origin/{branch}"
    return remote if merge_base(terminal.folder, None, remote).state == "found" else None


def _rooted(terminal: Terminal, found: Any) -> tuple[Any, str]:
    """The findings with paths from the root of the checkout, and the project's folder from there."""
    from broxspec.report._places import repository, rooted

    root = repository(terminal.folder, terminal.environ)
    here = terminal.folder.resolve()
    folder = here.relative_to(root).as_posix() if root else "."
    return found._replace(report=rooted(found.report, here, root)), folder


def _post(terminal: Terminal, host: Any, found: Any, folder: str, commit: str) -> None:
    """Post the comment. What the host refuses is a warning: a fork's run may not write, and that is no fault of the change."""
    from broxspec.hosts import upsert
    from broxspec.hosts.api import ApiError
    from broxspec.report import _comment

    room = _ROOM
    try:
        thread = host.thread(terminal.environ)
        if thread is None:
            terminal.say("comment: this run belongs to no pull request, nothing is posted")
            return
        room = thread.room
        body = None if found.quiet else _comment.body(found, folder, commit, room)
        terminal.say(f"comment: {upsert(thread, _comment.marker(folder), body, _comment.clean(folder, commit))}")
    except ApiError as error:
        terminal.complain(f"the comment was not posted: {error}", host.REFUSED if error.status in (401, 403, 404) else "")
        host.warn(terminal.write, "broxspec: the pull request's comment was not posted")
        _keep(terminal, _comment.body(found, folder, commit, room))


def _keep(terminal: Terminal, body: str) -> None:
    """What could not be posted, in the summary of the job: there it can be read all the same."""
    path = terminal.environ.get("GITHUB_STEP_SUMMARY")
    if path:
        with open(path, "a", encoding="utf-8", newline="\n") as file:
            file.write(body)
