"""JSON over HTTP, with a token that goes to one server only and into no message."""

import json
from collections.abc import Iterator, Mapping
from http.client import HTTPException
from typing import Any
from urllib.error import HTTPError, URLError
from urllib.parse import urlsplit
from urllib.request import HTTPRedirectHandler, Request, build_opener

from broxspec import __version__
from broxspec.usage import UsageError

TIMEOUT = 30.0
PAGE = 100
# So many comments no pull request has: whoever answers without end is not the host.
_PAGES = 100
_LARGEST = 50_000_000


class ApiError(Exception):
    """The host did not do it. `passing` says that it may do so later, `wait` in how many seconds, where it said."""

    def __init__(self, message: str, status: int = 0, passing: bool = False, wait: float | None = None) -> None:
        super().__init__(message)
        self.status = status
        self.passing = passing
        self.wait = wait


class _Stay(HTTPRedirectHandler):
    """No redirects: urllib would take the token along to wherever they lead."""

    def redirect_request(self, *arguments: Any) -> None:
        return None


class Api:
    """One server's API. `base` is its address, `headers` are sent with each request; the token is among them."""

    def __init__(self, base: str, headers: Mapping[str, str]) -> None:
        if urlsplit(base).scheme not in ("http", "https"):
            raise UsageError(f"`{base}` is not the address of an API")
        self._base = base.rstrip("/")
        self._headers = {"User-Agent": f"broxspec/{__version__}", "Content-Type": "application/json", **headers}
        self._opener = build_opener(_Stay)

    def __call__(self, method: str, path: str, data: Any = None) -> Any:
        """What the server answers, as JSON; None where it says nothing."""
        body = None if data is None else json.dumps(data).encode("ascii")
        try:
            request = Request(self._base + path, body, self._headers, method=method)
            with self._opener.open(request, timeout=TIMEOUT) as answer:
                text = answer.read(_LARGEST)
            return json.loads(text) if text.strip() else None
        except HTTPError as error:
            with error:
                raise self._refused(method, path, error) from None
        except (URLError, OSError, HTTPException) as error:
            reason = getattr(error, "reason", error)
            raise ApiError(f"{self._base} does not answer: {reason or type(error).__name__}", passing=True) from None
        except ValueError:
            raise ApiError(f"{method} {path}: the answer is not JSON", passing=True) from None

    def pages(self, path: str) -> Iterator[Any]:
        """Every entry of a list that comes in pages."""
        for number in range(1, _PAGES + 1):
            entries = self("GET", f"{path}?per_page={PAGE}&page={number}")
            if not isinstance(entries, list):
                raise ApiError(f"GET {path}: the answer is not a list")
            yield from entries
            if len(entries) < PAGE:
                return

    def _refused(self, method: str, path: str, error: HTTPError) -> ApiError:
        try:
            said = json.loads(error.read(10_000))
            words = str(said.get("message") or said.get("error") or "")[:300]
        except (ValueError, AttributeError, OSError):
            words = ""
        wait = _seconds(error.headers.get("Retry-After"))
        # GitHub says 403 also to who asks too often.
        often = error.code == 429 or (error.code == 403 and (wait is not None or error.headers.get("X-RateLimit-Remaining") == "0"))
        message = f"{method} {path}: {error.code}" + (f", {words}" if words else "")
        return ApiError(message, error.code, passing=often or error.code >= 500, wait=wait)


def _seconds(value: str | None) -> float | None:
    return float(value) if value and value.isdecimal() else None
