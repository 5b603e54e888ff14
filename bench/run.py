"""Time broxspec against its peers and its budgets, side by side in one run.

    make bench            or            python bench/run.py [--runs 7] [--only audit]

Every figure is CPU time (user and system) of a whole process, its children included, as the operating system accounts for it; the
median of the runs after one warm-up. Commands of one comparison take turns, so that a machine that slows down slows all of them.
A peer that is not installed is "not run". Budgets are those of docs/benchmarks.md.
"""

import argparse
import importlib.util
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent
BROXSPEC = [str(Path(sys.executable).with_name("broxspec"))]

sys.path.insert(0, str(HERE))
from schema_generator import schema  # noqa: E402


class Subject(NamedTuple):
    """A command to time; `budget` in milliseconds. No command: it is not at hand here."""

    name: str
    command: Sequence[str] | None
    budget: int | None = None


def cpu_milliseconds(command: Sequence[str]) -> float:
    """User and system time of a process and of those that it waited for. Exit 1 means findings, which is no failure."""
    process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
    said = process.stderr.read() if process.stderr else b""
    _, status, used = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode not in (0, 1):
        raise SystemExit(f"{' '.join(command)} failed with {process.returncode}: {said.decode(errors='replace')[-400:]}")
    return (used.ru_utime + used.ru_stime) * 1000


def compare(title: str, subjects: Sequence[Subject], runs: int) -> dict[str, float]:
    """Time the subjects in turns and print a table; ratios are to the first."""
    ready = [subject for subject in subjects if subject.command]
    samples: dict[str, list[float]] = {subject.name: [] for subject in ready}
    for run in range(runs + 1):
        for subject in ready:
            taken = cpu_milliseconds(subject.command)  # type: ignore[arg-type]
            if run:
                samples[subject.name].append(taken)
    medians = {name: statistics.median(taken) for name, taken in samples.items()}
    print(f"\n{title}")
    print(f"  {'':44} {'median':>9} {'min':>9} {'ratio':>7}  budget")
    first = medians[subjects[0].name]
    for subject in subjects:
        if subject.name not in medians:
            print(f"  {subject.name:44} not run: not installed here")
            continue
        median = medians[subject.name]
        budget = ""
        if subject.budget:
            budget = f"{subject.budget} ms, {'met' if median <= subject.budget else f'over by {median / subject.budget - 1:.0%}'}"
        print(f"  {subject.name:44} {median:6.0f} ms {min(samples[subject.name]):6.0f} ms {median / first:6.2f}x  {budget}")
    return medians


def tool(name: str) -> str | None:
    """A peer's executable: beside this Python, else on the path."""
    beside = Path(sys.executable).with_name(name)
    return str(beside) if beside.exists() else shutil.which(name)


def start_up(runs: int) -> None:
    compare(
        "start-up",
        [
            Subject("python -c pass", [sys.executable, "-c", "pass"]),
            Subject("broxspec --version", [*BROXSPEC, "--version"], 90),
            Subject("broxspec --help", [*BROXSPEC, "--help"], 90),
            Subject("broxspec explain IX101", [*BROXSPEC, "explain", "IX101"], 90),
        ],
        runs,
    )


def project(runs: int) -> None:
    medians = compare(
        "the Broxiva project (specs/)",
        [
            Subject("broxspec lint", [*BROXSPEC, "lint"], 300),
            Subject("broxspec compile --check", [*BROXSPEC, "compile", "--check"]),
        ],
        runs,
    )
    beyond = medians["broxspec compile --check"] - medians["broxspec lint"]
    print(f"  compile beyond lint: {beyond:.0f} ms (budget 600 ms)")


def audit(runs: int) -> None:
    with tempfile.TemporaryDirectory() as folder:
        files = {}
        for times in (1, 3, 10):
            files[times] = Path(folder) / f"schema-{times}.sql"
            files[times].write_text(schema(252 * times, seed=1), encoding="utf-8")
        _audit_peers(str(files[1]), files[1].read_text(encoding="utf-8").count("\n"), runs)
        medians = compare(
            "cost growth of audit",
            [
                Subject(f"broxspec audit, {times}x", [*BROXSPEC, "audit", str(path)], 2000 if times == 10 else None)
                for times, path in files.items()
            ],
            max(3, runs // 2),
        )
        start = cpu_milliseconds([*BROXSPEC, "--version"])
        one, ten = medians["broxspec audit, 1x"], medians["broxspec audit, 10x"]
        print(f"  10x the size costs {ten / one:.1f}x ({(ten - start) / (one - start):.1f}x without start-up; budget 11x)")


def _audit_peers(path: str, lines: int, runs: int) -> None:
    squawk, pgrubic = tool("squawk"), tool("pgrubic")
    parse = "import pglast.parser as p, sys, orjson; orjson.loads(p.parse_sql_json(open(sys.argv[1]).read()))"
    compare(
        f"audit of a schema of 252 tables, {lines:,} lines",
        [
            Subject("broxspec audit", [*BROXSPEC, "audit", path], 300),
            Subject("bare parse (pglast to JSON to Python)", [sys.executable, "-c", parse, path]),
            # Its default reporter takes thirty times as long to draw its findings.
            Subject("squawk (knows no schema), as JSON", [squawk, "--reporter", "json", path] if squawk else None),
        ],
        runs,
    )
    # Minutes for one run: timed once, apart from the others.
    print("\npgrubic on the same file")
    if pgrubic:
        print(f"  {cpu_milliseconds([pgrubic, 'lint', path]) / 1000:.1f} s, one run")
    else:
        print("  not run: not installed here (it wants Python 3.12 or later)")


PARTS = {"start-up": start_up, "project": project, "audit": audit}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--runs", type=int, default=7, help="counted runs of each command")
    parser.add_argument("--only", choices=sorted(PARTS), help="one part alone")
    options = parser.parse_args()
    if importlib.util.find_spec("broxspec") is None:
        raise SystemExit("broxspec is not installed for this Python; run `make compile` first")
    for name, part in PARTS.items():
        if options.only in (None, name):
            part(options.runs)


if __name__ == "__main__":
    main()
