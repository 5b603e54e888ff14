"""GitLab: notes of a merge request, from a pipeline for merge requests."""

from collections.abc import Callable, Mapping, Sequence
from urllib.parse import quote

from broxspec.hosts import Comment
from broxspec.hosts.api import Api, ApiError
from broxspec.usage import UsageError

TOKEN = "BROXSPEC_GITLAB_TOKEN"
REFUSED = f"`{TOKEN}` needs the scope `api` and at least the role of a Reporter"


def here(environ: Mapping[str, str]) -> bool:
    return environ.get("GITLAB_CI") == "true"


def target(environ: Mapping[str, str]) -> str | None:
    return environ.get("CI_MERGE_REQUEST_TARGET_BRANCH_NAME") or None


def commit(environ: Mapping[str, str]) -> str:
    return environ.get("CI_MERGE_REQUEST_SOURCE_BRANCH_SHA") or environ.get("CI_COMMIT_SHA", "")


def warn(write: Callable[[str], object], message: str) -> None:
    """GitLab has no annotations; what was said to standard error is in the job's log."""


def thread(environ: Mapping[str, str]) -> "MergeRequest | None":
    number = environ.get("CI_MERGE_REQUEST_IID")
    if not number:
        return None
    project = environ.get("CI_MERGE_REQUEST_PROJECT_ID") or environ.get("CI_PROJECT_ID", "")
    token = environ.get(TOKEN)
    if not token:
        if environ.get("CI_MERGE_REQUEST_SOURCE_PROJECT_ID", project) != project:
            raise ApiError(f"a merge request of a fork is not given `{TOKEN}`")
        raise UsageError(f"`{TOKEN}` is not set", "make a project access token with the scope `api`, and a masked CI/CD variable of it; the job's own token may not write notes")
    api = Api(environ.get("CI_API_V4_URL") or "https://gitlab.com/api/v4", {"PRIVATE-TOKEN": token})
    return MergeRequest(api, f"/projects/{quote(project, safe='')}/merge_requests/{quote(number, safe='')}/notes")


class MergeRequest:
    """The notes of one merge request."""

    room = 1_000_000

    def __init__(self, api: Api, notes: str) -> None:
        self._api = api
        self._notes = notes

    def own(self) -> Sequence[Comment]:
        me = (self._api("GET", "/user") or {}).get("id")
        entries = [entry for entry in self._api.pages(self._notes) if not entry.get("system")]
        entries = [entry for entry in entries if me is not None and (entry.get("author") or {}).get("id") == me]
        # The newest comes first; what is kept is the oldest.
        return [Comment(str(entry["id"]), entry.get("body") or "") for entry in sorted(entries, key=lambda entry: entry["id"])]

    def create(self, body: str) -> None:
        self._api("POST", self._notes, {"body": body})

    def update(self, comment: Comment, body: str) -> None:
        self._api("PUT", f"{self._notes}/{comment.id}", {"body": body})

    def delete(self, comment: Comment) -> None:
        self._api("DELETE", f"{self._notes}/{comment.id}")
