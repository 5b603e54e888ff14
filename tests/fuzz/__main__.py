"""Fuzz for as long as is wanted.

    python -m fuzz --minutes 60 [--target sql] [--from 0] [--keep FOLDER]

Run in `tests/`. Every example has a number; `--from N --count 1` plays one again. What fails, hangs (20 s of CPU time) or takes more than 2 GB is written to `--keep`.
"""

import argparse
import faulthandler
import resource
import signal
import sys
import tempfile
import time
import traceback
from pathlib import Path

from fuzz.targets import example, targets

SECONDS = 20
MEMORY = 2 << 30


class Hang(BaseException):
    """An example that takes too long, in CPU time: the machine may be busy."""


def _stop(*_: object) -> None:
    raise Hang(f"more than {SECONDS} seconds")


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("--minutes", type=float, default=60)
    parser.add_argument("--target", action="append")
    parser.add_argument("--from", type=int, default=0, dest="first")
    parser.add_argument("--count", type=int)
    parser.add_argument("--keep", default="fuzz-failures")
    options = parser.parse_args()
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    faulthandler.enable()
    signal.signal(signal.SIGPROF, _stop)
    chosen = [target for target in targets() if not options.target or target.name in options.target]
    end = time.monotonic() + options.minutes * 60
    number, failures, slowest = options.first, 0, (0.0, "")
    with tempfile.TemporaryDirectory() as folder:
        while time.monotonic() < end and (options.count is None or number < options.first + options.count):
            for target in chosen:
                rng, text = example(target, number)
                began = time.process_time()
                signal.setitimer(signal.ITIMER_PROF, SECONDS)
                try:
                    target.run(Path(folder) / "project", text, rng)
                except (Exception, Hang) as error:
                    failures += 1
                    kept = Path(options.keep)
                    kept.mkdir(parents=True, exist_ok=True)
                    (kept / f"{target.name}-{number}.txt").write_text(text, "utf-8", errors="replace")
                    (kept / f"{target.name}-{number}.error").write_text("".join(traceback.format_exception(error)), "utf-8", errors="replace")
                    print(f"FAILED {target.name} {number}: {type(error).__name__}: {str(error)[-300:]}", flush=True)
                finally:
                    signal.setitimer(signal.ITIMER_PROF, 0)
                slowest = max(slowest, (time.process_time() - began, f"{target.name} {number}"))
            number += 1
            if (number - options.first) % 500 == 0:
                print(f"{number - options.first} rounds, {failures} failures, slowest {slowest[0]:.1f} s ({slowest[1]})", flush=True)
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    print(f"{number - options.first} examples of each of {', '.join(target.name for target in chosen)}: {failures} failures; slowest {slowest[0]:.1f} s ({slowest[1]}); {memory} MiB")
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
