"""PostgreSQL: find what is installed, run a throw-away server on it."""

from broxspec.components.postgres.installation import (
    DEBIAN,
    PYPI,
    Installation,
    find,
    how_to_get,
    installations,
    require,
)
from broxspec.components.postgres.server import Server

__all__ = ["DEBIAN", "PYPI", "Installation", "Server", "find", "how_to_get", "installations", "require"]
