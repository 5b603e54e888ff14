"""The comment of a pull request: what is wrong, and what would change. Where there is too much for one comment, the worst first."""

from collections.abc import Sequence
from typing import NamedTuple

from broxspec import __version__
from broxspec.quoting import markdown as quoted
from broxspec.report import Report
from broxspec.report._cells import escape
from broxspec.report._places import uri
from broxspec.report._plan import ArtifactChange, DatabasePlan
from broxspec.report._plan_markdown import render as render_plan
from broxspec.report.markdown import length
from broxspec.report.markdown import render as render_findings


class Effect(NamedTuple):
    """What a branch does. `why_not` says in words why there is no plan, where there is none."""

    report: Report
    plans: Sequence[DatabasePlan] = ()
    artifacts: Sequence[ArtifactChange] = ()
    why_not: str = ""

    @property
    def quiet(self) -> bool:
        """Whether there is nothing to say."""
        return not (self.report.diagnostics or self.artifacts or self.why_not or any(plan.operations for plan in self.plans))


def marker(folder: str) -> str:
    """What a comment begins with, so that it is found again; `folder` is the project's, from the root of the checkout."""
    return f"<!-- broxspec: {uri(folder)} -->"


def body(effect: Effect, folder: str, commit: str, room: int) -> str:
    """The whole comment, of at most so many characters."""
    head = f"{marker(folder)}\n{_title(folder)}\n\n"
    foot = _foot(commit)
    room -= length(head) + length(foot) + 100
    plan = effect.why_not or render_plan(effect.plans, effect.artifacts)
    # Findings may have half of it, and what the plan leaves.
    findings = render_findings(effect.report, room=max(room // 2, room - length(plan))).removeprefix("**broxspec**: ")
    plan = plan if effect.why_not else render_plan(effect.plans, effect.artifacts, room - length(findings))
    return f"{head}{findings}\n#### What would change\n\n{plan}\n{foot}"


def clean(folder: str, commit: str) -> str:
    """What becomes of a comment when there is nothing left to say."""
    return f"{marker(folder)}\n{_title(folder)}\n\nNo findings, and nothing would change.\n\n{_foot(commit)}"


def _title(folder: str) -> str:
    return "### broxspec" if folder == "." else f"### broxspec: {quoted.name(escape(folder))}"


def _foot(commit: str) -> str:
    return f"<sub>broxspec {__version__}" + (f", for {quoted.name(escape(commit[:12]))}" if commit else "") + "</sub>\n"
