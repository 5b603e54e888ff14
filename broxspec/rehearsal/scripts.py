"""Scripts: files given to a real psql, and what it said."""

import re
from collections.abc import Sequence
from pathlib import Path

from broxspec.components.postgres import Server
from broxspec.rehearsal.attempt import Failed

_SAID = re.compile(r"^psql:(?P<path>.+?):(?P<line>\d+): (?P<what>(?:ERROR|FATAL|PANIC|error).*)$", re.MULTILINE)
_DETAIL = re.compile(r"^(DETAIL|HINT):\s*(.*)$", re.MULTILINE)


def run(server: Server, database: str, folder: Path, paths: Sequence[str]) -> str:
    """Run files in one psql, as `psql -X -v ON_ERROR_STOP=1 -f FILE …`; returns what it printed to standard error.

    Raises Failed with the file that failed; ComponentMissing where there is no psql.
    """
    if not paths:
        return ""
    options = tuple(word for path in paths[:-1] for word in ("-f", str(folder / path)))
    done = server.psql(database, file=folder / paths[-1], options=options)
    if done.returncode:
        raise _failed(done.stderr, folder, paths)
    return done.stderr


def _failed(said: str, folder: Path, paths: Sequence[str]) -> Failed:
    found = _SAID.search(said)
    if not found:
        return Failed(paths[-1], said.strip() or "psql failed and said nothing")
    named = next((path for path in paths if str(folder / path) == found["path"]), paths[-1])
    more = "; ".join(f"{match[1].lower()}: {match[2]}" for match in _DETAIL.finditer(said, found.end()))
    what = found["what"].replace("ERROR:  ", "")
    return Failed(named, what + (f" ({more})" if more else ""), int(found["line"]))
