"""Time broxspec against its peers and its budgets, side by side in one run.

    make bench            or            python bench/run.py [--runs 7] [--only audit]

Every figure is CPU time (user and system) of a whole process, its children included, as the operating system accounts for it: the
median and the least of the runs after one warm-up, and the most memory (resident) of any run. Commands of one comparison take turns, so that a
machine that slows down slows all of them. `cold` runs without the cache (BROXSPEC_CACHE=off); `cached` says again what it said before;
`schema cached` reads a schema from the cache and runs all else. A peer that is not installed is "not run". Budgets are those of docs/benchmarks.md.
"""

import argparse
import importlib.util
import os
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import NamedTuple

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent
BROXSPEC = [str(Path(sys.executable).with_name("broxspec"))]

sys.path.insert(0, str(HERE))
from schema_generator import hand_written, schema  # noqa: E402


class Subject(NamedTuple):
    """A command to time; `budget` in milliseconds. No command: it is not at hand here."""

    name: str
    command: Sequence[str] | None
    budget: int | None = None
    cache: str = "off"  # BROXSPEC_CACHE: a folder, or off
    before: Callable[[], object] = bool  # done before each run, not timed


class Used(NamedTuple):
    """What one run took: CPU time in milliseconds, and resident memory in MB at its highest."""

    time: float
    memory: float


def measured(command: Sequence[str], cache: str = "off") -> Used:
    """User and system time of a process and of those that it waited for. Exit 1 means findings, which is no failure."""
    environment = {name: value for name, value in os.environ.items() if name not in ("CI", "PYTHONDONTWRITEBYTECODE")}
    environment["BROXSPEC_CACHE"] = cache
    process = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
    said = process.stderr.read() if process.stderr else b""
    _, status, used = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode not in (0, 1):
        raise SystemExit(f"{' '.join(command)} failed with {process.returncode}: {said.decode(errors='replace')[-400:]}")
    # Linux counts in KB, macOS in bytes.
    return Used((used.ru_utime + used.ru_stime) * 1000, used.ru_maxrss / (1024**2 if sys.platform == "darwin" else 1024))


def compare(title: str, subjects: Sequence[Subject], runs: int, warm_up: bool = True) -> dict[str, float]:
    """Time the subjects in turns and print a table; ratios are to the first. The medians by name."""
    ready = [subject for subject in subjects if subject.command]
    samples: dict[str, list[Used]] = {subject.name: [] for subject in ready}
    for run in range(-warm_up, runs):
        for subject in ready:
            subject.before()
            used = measured(subject.command, subject.cache)  # type: ignore[arg-type]
            if run >= 0:
                samples[subject.name].append(used)
    medians = {name: statistics.median(used.time for used in taken) for name, taken in samples.items()}
    print(f"\n{title}")
    print(f"  {'':44} {'median':>9} {'min':>9} {'ratio':>7} {'memory':>9}  budget")
    first = medians[subjects[0].name]
    for subject in subjects:
        if subject.name not in medians:
            print(f"  {subject.name:44} not run: not installed here", flush=True)
            continue
        median, taken = medians[subject.name], samples[subject.name]
        least, memory = min(used.time for used in taken), max(used.memory for used in taken)
        budget = ""
        if subject.budget:
            budget = f"{subject.budget} ms, {'met' if median <= subject.budget else f'over by {median / subject.budget - 1:.0%}'}"
        print(f"  {subject.name:44} {median:6.0f} ms {least:6.0f} ms {median / first:6.2f}x {memory:6.0f} MB  {budget}".rstrip(), flush=True)
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
    with tempfile.TemporaryDirectory() as cache:
        medians = compare(
            "the Broxiva project (specs/)",
            [
                Subject("broxspec lint, cold", [*BROXSPEC, "lint"], 300),
                Subject("broxspec lint, cached", [*BROXSPEC, "lint"], 120, cache),
                Subject("broxspec compile --check, cold", [*BROXSPEC, "compile", "--check"]),
            ],
            runs,
        )
    beyond = medians["broxspec compile --check, cold"] - medians["broxspec lint, cold"]
    print(f"  compile beyond lint: {beyond:.0f} ms (budget 600 ms)")


def audit(runs: int) -> None:
    with tempfile.TemporaryDirectory() as folder:
        files = {times: _schema(folder, 252 * times) for times in (1, 3, 10)}
        _audit_peers(folder, files[1], runs)
        medians = compare(
            "cost growth of audit, cold",
            [
                Subject(f"broxspec audit, {times}x", [*BROXSPEC, "audit", path], 2000 if times == 10 else None)
                for times, path in files.items()
            ],
            max(3, runs // 2),
        )
        start = measured([*BROXSPEC, "--version"]).time
        one, ten = medians["broxspec audit, 1x"], medians["broxspec audit, 10x"]
        print(f"  10x the size costs {ten / one:.1f}x ({(ten - start) / (one - start):.1f}x without start-up; budget 11x)")


def _schema(folder: str, tables: int) -> str:
    path = Path(folder) / f"schema-{tables}.sql"
    path.write_text(schema(tables, seed=1), encoding="utf-8")
    return str(path)


def _cached(folder: str, path: str) -> list[Subject]:
    """A schema audited cold, with the schema from the cache, and said again."""
    schemas, results = f"{folder}/schemas", f"{folder}/results"
    command = [*BROXSPEC, "audit", path]

    def forget() -> None:
        shutil.rmtree(f"{schemas}/results", ignore_errors=True)

    return [Subject("broxspec audit, schema cached", command, None, schemas, forget), Subject("broxspec audit, cached", command, None, results)]


def _audit_peers(folder: str, path: str, runs: int) -> None:
    squawk, pgrubic = tool("squawk"), tool("pgrubic")
    parse = "import pglast.parser as p, sys, orjson; orjson.loads(p.parse_sql_json(open(sys.argv[1]).read()))"
    lines = Path(path).read_text(encoding="utf-8").count("\n")
    compare(
        f"audit of a schema of 252 tables, {lines:,} lines",
        [
            Subject("broxspec audit, cold", [*BROXSPEC, "audit", path], 300),
            *_cached(folder, path),
            Subject("bare parse (pglast to JSON to Python)", [sys.executable, "-c", parse, path]),
            # Its default reporter takes thirty times as long to draw its findings.
            Subject("squawk (knows no schema), as JSON", [squawk, "--reporter", "json", path] if squawk else None),
        ],
        runs,
    )
    # Minutes for one run: timed once, apart from the others.
    print("\npgrubic on the same file")
    if pgrubic:
        print(f"  {measured([pgrubic, 'lint', path]).time / 1000:.1f} s, one run")
    else:
        print("  not run: not installed here (it wants Python 3.12 or later)")


def migrations(runs: int) -> None:
    """300 hand-written migrations after a schema: each adds a column, an index and a foreign key in one way or another."""
    with tempfile.TemporaryDirectory() as folder:
        squawk = tool("squawk")
        path = Path(folder) / "migrations"
        path.mkdir()
        (path / "0000_schema.sql").write_text(schema(252, seed=1), encoding="utf-8")
        for number, text in enumerate(hand_written(300, seed=1), 1):
            (path / f"{number:04}_change.sql").write_text(text, encoding="utf-8")
        compare(
            "audit of a folder: a schema of 252 tables and 300 hand-written migrations",
            [
                Subject("broxspec audit, cold", [*BROXSPEC, "audit", str(path)]),
                _cached(folder, str(path))[1],  # what watches migrations reads their texts anew
                Subject("squawk on the same files, as JSON", [squawk, "--reporter", "json", *map(str, sorted(path.iterdir()))] if squawk else None),
            ],
            max(3, runs // 2),
        )


def large(runs: int) -> None:
    """30,000 tables, and a hundred thousand indexes with those of primary keys."""
    with tempfile.TemporaryDirectory() as folder:
        path = _schema(folder, 30_000)
        text = Path(path).read_text(encoding="utf-8")
        indexes = len(re.findall(r"^CREATE (?:UNIQUE )?INDEX| PRIMARY KEY ", text, re.MULTILINE))
        parse = "import pglast.parser as p, sys, orjson; orjson.loads(p.parse_sql_json(open(sys.argv[1]).read()))"
        compare(
            f"audit of 30,000 tables with {indexes:,} indexes, {len(text) / 1e6:.0f} MB, without warming up",
            [
                Subject("broxspec audit, cold, as JSON", [*BROXSPEC, "audit", "--format", "json", path]),
                Subject("bare parse (pglast to JSON to Python)", [sys.executable, "-c", parse, path]),
            ],
            max(1, runs // 7),
            warm_up=False,
        )


PARTS = {"start-up": start_up, "project": project, "audit": audit, "migrations": migrations, "large": large}


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
