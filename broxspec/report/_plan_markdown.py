"""How a plan is shown in a pull request: a row for each operation, and all that the text says of them folded below."""

from collections.abc import Sequence

from broxspec.kinds.indexes.estimate import duration, size
from broxspec.kinds.indexes.risk import Risk
from broxspec.plan import SYMBOLS, Operation, table_of
from broxspec.quoting import markdown as quoted
from broxspec.report import plural
from broxspec.report._cells import escape
from broxspec.report._plan import ArtifactChange, DatabasePlan, text
from broxspec.report.markdown import kept, length

_HEAD = "| | index | table | locks | size | time |\n|---|---|---|---|---|---|\n"
# What headings, folds and the lines on what is left out take at most, for each database and for the files.
_FRAME = 600


def render(plans: Sequence[DatabasePlan], artifacts: Sequence[ArtifactChange], room: int | None = None) -> str:
    """The whole plan; where there is not room for it, so many characters of it, with what is left out counted."""
    parts = []
    for plan in plans:
        parts.append(_database(plan, room))
        room = None if room is None else max(0, room - length(parts[-1]) - 1)
    if artifacts:
        parts.append(_files(artifacts, room))
    return "\n".join(parts) or "nothing to do\n"


def _database(plan: DatabasePlan, room: int | None) -> str:
    against = quoted.message(escape(plan.against))
    if not plan.operations:
        return f"**{quoted.message(escape(plan.name))}**: nothing to do against {against}\n"
    title = f"**{quoted.message(escape(plan.name))}**: {plural(len(plan.operations), 'operation')} against {against}\n"
    room = None if room is None else max(0, room - _FRAME - length(title))
    rows, left = kept([_row(*one) for one in plan.operations], room)
    more = f"\n{plural(left, 'more operation')}, not shown here for want of room.\n" if left else ""
    room = None if room is None else room - sum(map(length, rows))
    return f"{title}\n{_HEAD}{''.join(rows)}{more}\n{_details('What each does, locks and needs', text([plan], ()), room)}"


def _row(operation: Operation, risk: Risk) -> str:
    index, found = operation.subject, risk.estimate
    name = quoted.name(escape(index.name))
    if operation.action == "rename" and operation.before:
        name = f"{quoted.name(escape(operation.before.name))} → {name}"
    locks = ", ".join(dict.fromkeys(lock.lock for lock in risk.locks))
    cells = [
        f"{SYMBOLS[operation.action]} {operation.action}",
        name,
        quoted.name(escape(str(table_of(index)))),
        quoted.message(locks),
        size(found.smallest, found.largest) if found else "",
        duration(found.fastest, found.slowest) if found else "",
    ]
    return "| " + " | ".join(cells) + " |\n"


def _files(artifacts: Sequence[ArtifactChange], room: int | None) -> str:
    lines = "".join(f"{change.symbol} {change.path}\n" for change in artifacts)
    return _details(plural(len(artifacts), "generated file"), lines, None if room is None else room - _FRAME)


def _details(title: str, lines: str, room: int | None) -> str:
    """Lines folded under a title, as many as there is room for."""
    shown, left = kept([escape(line) + "\n" for line in lines.splitlines()], room)
    if left:
        shown.append(f"… {plural(left, 'more line')}, not shown here for want of room: run `broxspec plan`\n")
    return f"<details><summary>{title}</summary>\n\n{quoted.fence(''.join(shown))}\n\n</details>\n"
