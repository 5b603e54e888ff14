"""GitHub, and servers of GitHub Enterprise: comments of a pull request, from a workflow."""

import json
from collections.abc import Callable, Mapping, Sequence
from typing import Any
from urllib.parse import quote

from broxspec.hosts import Comment
from broxspec.hosts.api import Api, ApiError
from broxspec.usage import UsageError

TOKEN = "GITHUB_TOKEN"
REFUSED = "give the job `permissions: {pull-requests: write}`; a pull request of a fork has none, and the summary of the job shows the same"


def here(environ: Mapping[str, str]) -> bool:
    return environ.get("GITHUB_ACTIONS") == "true"


def target(environ: Mapping[str, str]) -> str | None:
    return environ.get("GITHUB_BASE_REF") or None


def commit(environ: Mapping[str, str]) -> str:
    """The newest commit of the request; `GITHUB_SHA` is a merge that nobody has made."""
    head = (_event(environ).get("pull_request") or {}).get("head") or {}
    return str(head.get("sha") or environ.get("GITHUB_SHA", ""))


def warn(write: Callable[[str], object], message: str) -> None:
    """Show a warning where people look: as an annotation."""
    write(f"::warning title=broxspec::{message}\n")


def thread(environ: Mapping[str, str]) -> "PullRequest | None":
    event = _event(environ)
    request = event.get("pull_request") or (event.get("issue") if "pull_request" in (event.get("issue") or {}) else None)
    if not request:
        return None
    token = environ.get(TOKEN)
    if not token:
        raise UsageError(f"`{TOKEN}` is not set", "give the step `env: {GITHUB_TOKEN: ${{ github.token }}}` and the job `permissions: {pull-requests: write}`")
    headers = {"Authorization": f"Bearer {token}", "Accept": "application/vnd.github+json", "X-GitHub-Api-Version": "2022-11-28"}
    api = Api(environ.get("GITHUB_API_URL") or "https://api.github.com", headers)
    return PullRequest(api, quote(environ.get("GITHUB_REPOSITORY", "")), int(request["number"]))


def _event(environ: Mapping[str, str]) -> dict[str, Any]:
    path = environ.get("GITHUB_EVENT_PATH")
    try:
        with open(path or "", encoding="utf-8") as file:
            event = json.load(file)
    except (OSError, ValueError):
        return {}
    return event if isinstance(event, dict) else {}


class PullRequest:
    """The comments of one pull request, which to GitHub is an issue too."""

    room = 65_536

    def __init__(self, api: Api, repository: str, number: int) -> None:
        self._api = api
        self._comments = f"/repos/{repository}/issues/{number}/comments"
        self._comment = f"/repos/{repository}/issues/comments"

    def own(self) -> Sequence[Comment]:
        login = self._login()
        found = []
        for entry in self._api.pages(self._comments):
            user = entry.get("user") or {}
            if user.get("login") == login or (login is None and user.get("type") == "Bot"):
                found.append(Comment(str(entry["id"]), entry.get("body") or ""))
        return found

    def _login(self) -> str | None:
        """Who the token is; None for a workflow's own token, which may not ask: it comments as a bot."""
        try:
            return (self._api("GET", "/user") or {}).get("login")
        except ApiError as error:
            if error.passing or error.status not in (401, 403, 404):
                raise
            return None

    def create(self, body: str) -> None:
        self._api("POST", self._comments, {"body": body})

    def update(self, comment: Comment, body: str) -> None:
        self._api("PATCH", f"{self._comment}/{comment.id}", {"body": body})

    def delete(self, comment: Comment) -> None:
        self._api("DELETE", f"{self._comment}/{comment.id}")
