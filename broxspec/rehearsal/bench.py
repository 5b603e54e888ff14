"""Bench: the throw-away servers of one run, one for each major, started when first wanted."""

from broxspec.components import postgres
from broxspec.components.postgres import Installation, Server


class Bench:
    """Use as a context manager. `major` is used instead of every target, where given."""

    def __init__(self, major: int | None = None) -> None:
        self._major = major
        self._servers: dict[Installation, Server] = {}
        self._stood_in: dict[int, Installation] = {}

    def __enter__(self) -> "Bench":
        return self

    def __exit__(self, *_: object) -> None:
        for server in self._servers.values():
            server.stop()

    def server(self, target: int) -> Server:
        """A running server of the target major, or what comes nearest. ComponentMissing where there is none at all."""
        installation = choose(self._major or target, exactly=self._major is not None)
        if self._major is None and installation.major != target:
            self._stood_in[target] = installation
        if installation not in self._servers:
            server = Server(installation)
            self._servers[installation] = server
            server.start()
        return self._servers[installation]

    def advice(self) -> list[str]:
        """For each target that another major stood in for, how to get a server of its own."""
        return [
            f"PostgreSQL {target} is not installed, {installation.version} stood in for it. {postgres.how_to_get(target)}"
            for target, installation in sorted(self._stood_in.items())
        ]


def choose(target: int, exactly: bool = False) -> Installation:
    """The installation of the target major; else the embedded one, else the newest. ComponentMissing says how to get one."""
    found = postgres.find(target)
    if found:
        return found
    others = () if exactly else postgres.installations()
    if not others:
        return postgres.require(target)
    return next((one for one in others if one.origin == "embedded"), others[-1])


def words(installation: Installation, target: int) -> str:
    """The server as proofs name it; another major than the target says so."""
    other = "" if installation.major == target else f"; the target is {target}"
    return f"PostgreSQL {installation.version} ({installation.origin}{other})"
