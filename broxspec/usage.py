"""UsageError: what was asked cannot be begun, because of how it was asked."""

from collections.abc import Sequence

from broxspec.diagnostic import Diagnostic


class UsageError(Exception):
    """Nothing to read, a password in an argument, a server that does not answer: exit code 2.

    The message is for the user, the fact first; `help` is an imperative. Anything wrong *inside* a file that could be
    read is a diagnostic, not this; `diagnostics` are those that explain why nothing was left to work with.
    """

    def __init__(self, message: str, help: str = "", diagnostics: Sequence[Diagnostic] = ()) -> None:
        super().__init__(message)
        self.message = message
        self.help = help
        self.diagnostics = tuple(diagnostics)
