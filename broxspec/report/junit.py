"""JUnit XML, for CI servers that know nothing else: a suite for each file, a test case for each finding.

Errors and warnings are failures; an info is a test that passed and has something to say; what somebody has agreed to is skipped. A clean run is one test that passed, because
readers take a report without tests for one that went wrong. No times and no host: the same findings give the same bytes.
"""

from collections.abc import Sequence

from broxspec.diagnostic import Diagnostic
from broxspec.quoting.xml import attribute
from broxspec.quoting.xml import text as content
from broxspec.report import Report, Suppressed
from broxspec.report._cells import escape
from broxspec.report._places import qualified
from broxspec.report.text import finding

# A finding, and why it is not shown elsewhere.
_Case = tuple[Diagnostic, Suppressed | None]
_CLEAN = """\
  <testsuite name="broxspec" tests="1" failures="0" errors="0" skipped="0" time="0">
    <testcase classname="broxspec" name="no findings" time="0"/>
  </testsuite>
"""


def render(report: Report, colour: bool = False) -> str:
    by_path: dict[str, list[_Case]] = {}
    for case in [*((found, None) for found in report.diagnostics), *((one.diagnostic, one) for one in report.suppressed)]:
        by_path.setdefault(case[0].span.path, []).append(case)
    suites = [_suite(path, cases, report.environments) for path, cases in by_path.items()] or [_CLEAN]
    total, failed = max(1, len(report.diagnostics) + len(report.suppressed)), sum(map(_fails, report.diagnostics))
    head = f'<testsuites name="broxspec" tests="{total}" failures="{failed}" errors="0" time="0">'
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{head}\n{"".join(suites)}</testsuites>\n'


def _fails(found: Diagnostic) -> bool:
    return found.severity != "info"


def _suite(path: str, cases: Sequence[_Case], environments: tuple[str, ...]) -> str:
    failed = sum(_fails(found) for found, why in cases if why is None)
    skipped = sum(why is not None for _, why in cases)
    counts = f'tests="{len(cases)}" failures="{failed}" errors="0" skipped="{skipped}" time="0"'
    head = f'  <testsuite name="{_value(path)}" {counts} file="{_value(path)}">\n'
    names = _names([found for found, _ in cases])
    body = [_case(path, case, name, environments) for case, name in zip(cases, names, strict=True)]
    return f"{head}{''.join(body)}  </testsuite>\n"


def _names(diagnostics: Sequence[Diagnostic]) -> list[str]:
    """A name for each that stays when lines move, so that servers can tell a new failure from an old one; no two alike."""
    taken: set[str] = set()
    names = []
    for found in diagnostics:
        name = escape(f"{found.code} {found.rule}: {qualified(found.subject) or found.message}")
        alike = (name, *(f"{name} ({number})" for number in range(2, len(diagnostics) + 1)))
        names.append(next(one for one in alike if one not in taken))
        taken.add(names[-1])
    return names


def _case(path: str, case: _Case, name: str, environments: tuple[str, ...]) -> str:
    # No `file` and `line` here: the schema of Jenkins' xunit plugin refuses them. The text has the place.
    head = f'    <testcase classname="{_value(path)}" name="{attribute(name)}" time="0">\n'
    found, why = case
    if why:
        said = why.reason or f"in the {why.how}"
        return f'{head}      <skipped message="{_value(said)}"/>\n    </testcase>\n'
    words = content(finding(found, environments))
    if _fails(found):
        body = f'      <failure type="{found.severity}" message="{_value(found.message)}">{words}</failure>\n'
    else:
        body = f"      <system-out>{words}</system-out>\n"
    return f"{head}{body}    </testcase>\n"


def _value(text: str) -> str:
    return attribute(escape(text, keep="\n"))
