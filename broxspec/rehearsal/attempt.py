"""Attempt: a deployment that runs while something is done to it."""

import threading
from collections.abc import Callable
from typing import Any


class Failed(Exception):
    """A migration, or a file that belongs to it, did not do its work. `path` is relative to the project, empty where no file can be
    named; the message is what the server or the runner said. `line` is where in the file, 0 where that is not known."""

    def __init__(self, path: str, message: str, line: int = 0) -> None:
        super().__init__(message)
        self.path = path
        self.message = message
        self.line = line


class Attempt:
    """Work in the background. It ends at the latest when the server does, so nothing waits for it after an interrupt."""

    def __init__(self, work: Callable[[], Any]) -> None:
        self._work = work
        self._error: BaseException | None = None
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    def going(self) -> bool:
        return self._thread.is_alive()

    def failure(self, seconds: float) -> Failed | None:
        """Wait for the end; how it failed, or None where it succeeded. Any other error is raised."""
        self._thread.join(seconds)
        if self._thread.is_alive():
            return Failed("", f"the runner did not end within {seconds:.0f} seconds")
        if self._error and not isinstance(self._error, Failed):
            raise self._error
        return self._error

    def _run(self) -> None:
        try:
            self._work()
        except BaseException as error:  # noqa: BLE001: handed to the thread that waits
            self._error = error
