"""A throw-away cluster and its process: made, started, stopped, and gone however its user ends.

It listens on a Unix socket in a folder that only its own account may enter and holds its data there. Both are gone at the end,
be it a return, an exception, Ctrl-C, SIGTERM, even SIGKILL (see _WATCHER).
"""

from __future__ import annotations

import atexit
import os
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Self

from broxspec.components import ComponentFailed
from broxspec.components.postgres.account import private_folder, server_account, usable_bindir
from broxspec.components.postgres.installation import Installation

SUPERUSER = "postgres"
START_SECONDS = 60.0
STOP_SECONDS = 20.0
# A socket's path may have 107 bytes on Linux and 103 elsewhere; it ends in `/.s.PGSQL.65535`.
_LONGEST_FOLDER = 103 - len("/.s.PGSQL.65535")

# Nothing is lost when a throw-away server's machine loses power, so nothing waits for the disk.
_FAST = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}

# Waits for our end of a pipe to close. A stop says so first; silence means that our process died before it could stop
# the server, whose pid is the first line of postmaster.pid. Ends the server, then takes its folder away.
_WATCHER = """
read -r word && exit 0
pid=$(head -n 1 "$1/data/postmaster.pid" 2>/dev/null) || pid=
if [ -n "$pid" ] && kill -QUIT "$pid" 2>/dev/null; then
  for turn in 1 2 3 4 5 6 7 8 9 10; do kill -0 "$pid" 2>/dev/null || break; sleep 0.3; done
fi
rm -rf "$1"
"""


class Cluster:
    """One cluster and, between start() and stop(), its running server.

    settings: configuration parameters of this server, by name.
    tcp: also listen on a free loopback port, for clients that know no Unix socket.
    durable: keep fsync and full page writes on, for tests that crash the server.
    """

    def __init__(
        self,
        installation: Installation,
        *,
        settings: Mapping[str, str] | None = None,
        tcp: bool = False,
        durable: bool = False,
    ) -> None:
        self.installation = installation
        self.port = 5432
        self.folder: Path | None = None
        self._settings = {**({} if durable else _FAST), **(settings or {})}
        self._tcp = tcp
        self._process: subprocess.Popen[bytes] | None = None
        self._watcher: subprocess.Popen[bytes] | None = None
        self._owner = 0

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def start(self) -> None:
        """Make a new cluster and start it; returns when it accepts connections. Raises ComponentFailed."""
        if self._process:
            raise ComponentFailed(f"{self.installation} is already running")
        self._owner = os.getpid()
        atexit.register(self.stop)
        try:
            self._account = server_account()
            self.folder = private_folder(self._account, _LONGEST_FOLDER)
            self._watch()
            self._bindir = usable_bindir(self.installation, self._account, self.folder)
            self._initdb()
            self._launch()
        except BaseException:
            self.stop()
            raise

    def stop(self) -> None:
        """Stop the server and remove its data. Harmless when it is stopped already."""
        if self._owner != os.getpid():  # a forked child ends too, and must not take its parent's server with it
            return
        atexit.unregister(self.stop)
        # At once: a clean shutdown would first write down what is thrown away in a moment.
        self._end_process(signal.SIGQUIT, signal.SIGKILL)
        if self._watcher:
            self._watcher.communicate(b"stopped\n")
            self._watcher = None
        if self.folder:
            shutil.rmtree(self.folder, ignore_errors=True)
            self.folder = None

    def restart(self) -> None:
        """Stop fast and start again on the same data."""
        self._end_process()
        self._launch()

    @property
    def pid(self) -> int:
        """The process id of the postmaster."""
        return self._running().pid

    def log(self) -> str:
        """What the server has logged so far."""
        path = self.folder and self.folder / "server.log"
        return path.read_text("utf-8", "replace") if path and path.exists() else ""

    # How it starts and ends

    def _watch(self) -> None:
        self._watcher = subprocess.Popen(
            ["sh", "-c", _WATCHER, "sh", str(self.folder)],
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,  # Ctrl-C in a terminal must not reach it before us
        )

    def _initdb(self) -> None:
        said = ""
        for locale in ("C.UTF-8", "en_US.UTF-8", "C"):
            command = [self._bindir / "initdb", "-D", self._data, "-U", SUPERUSER, "-A", "trust", "-E", "UTF8"]
            command += [f"--locale={locale}", "--lc-messages=C", "--no-sync"]
            run = subprocess.run(
                command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False, **self._process_options()
            )
            if run.returncode == 0:
                return
            said = run.stdout
            if "locale" not in said:
                break
        raise ComponentFailed(f"{self.installation}: initdb failed:\n{_tail(said)}")

    def _launch(self) -> None:
        for _ in range(5):  # another program may take the free port between our look and our use
            if self._tcp:
                self.port = _free_port()
            if self._try_launch():
                return
            if not self._tcp or "could not bind" not in self.log():
                break
        raise ComponentFailed(f"{self.installation} did not start; its log ends:\n{_tail(self.log())}")

    def _try_launch(self) -> bool:
        settings = {
            "listen_addresses": "127.0.0.1" if self._tcp else "",
            "port": str(self.port),
            "unix_socket_directories": str(self.folder),
            "unix_socket_permissions": "0700",
            "timezone": "UTC",
            "log_timezone": "UTC",
            **self._settings,
        }
        command: list[str | Path] = [self._bindir / "postgres", "-D", self._data]
        for name, value in settings.items():
            command += ["-c", f"{name}={value}"]
        assert self.folder
        with open(self.folder / "server.log", "wb") as log:
            self._process = subprocess.Popen(
                command, stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True, **self._process_options()
            )
        if self._ready():
            return True
        self._end_process()
        return False

    def _ready(self) -> bool:
        """Wait until the server says that it is ready, in the last line of postmaster.pid."""
        deadline = time.monotonic() + START_SECONDS
        while time.monotonic() < deadline and self._running().poll() is None:
            try:
                lines = (self._data / "postmaster.pid").read_text().splitlines()
            except OSError:
                lines = []
            if len(lines) >= 8 and lines[7].strip() == "ready" and lines[0] == str(self.pid):
                return True
            time.sleep(0.01)
        return False

    def _end_process(self, *signals: int) -> None:
        process, self._process = self._process, None
        # A fast shutdown, then an immediate one, then none: a session that ignores the first must not hang the caller.
        for number in (signals or (signal.SIGINT, signal.SIGQUIT, signal.SIGKILL)) if process else ():
            if process.poll() is not None:
                return
            process.send_signal(number)
            try:
                process.wait(STOP_SECONDS)
            except subprocess.TimeoutExpired:
                continue

    def _running(self) -> subprocess.Popen[bytes]:
        if not self._process:
            raise ComponentFailed(f"{self.installation} is not running")
        return self._process

    @property
    def _data(self) -> Path:
        assert self.folder
        return self.folder / "data"

    def _process_options(self) -> dict[str, Any]:
        options = self._account.popen_options() if self._account else {}
        return {**options, "env": environment(self.installation), "cwd": self.folder}


def environment(installation: Installation) -> dict[str, str]:
    """Our environment without what would redirect a PostgreSQL program, and with messages in English."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("PG", "LC_", "LANG"))}
    return {**kept, **installation.environment(), "LC_ALL": "C"}


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _tail(text: str, lines: int = 15) -> str:
    return "\n".join(f"  {line}" for line in text.strip().splitlines()[-lines:]) or "  (nothing)"
