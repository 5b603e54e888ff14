"""A code host on the loopback interface: the part of GitHub's and GitLab's API that comments need, as their documentation has it."""

import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any
from urllib.parse import parse_qs, urlsplit

TOKEN = "t0ken-s3cret"
COMMENTS = {
    "github": re.compile(r"/repos/o/r/issues/7/comments"),
    "gitlab": re.compile(r"/projects/42/merge_requests/7/notes"),
}
COMMENT = {
    "github": re.compile(r"/repos/o/r/issues/comments/(\d+)"),
    "gitlab": re.compile(r"/projects/42/merge_requests/7/notes/(\d+)"),
}
LIMIT = {"github": 65_536, "gitlab": 1_000_000}


class CodeHost:
    """`comments` are what the request has, oldest first. `answers` are given, one each, before any request is really carried out:
    a status, or a pair of a status and headers. With `lost` what is created is created, and the answer is a 502."""

    def __init__(self, kind: str) -> None:
        self.kind = kind
        self.comments: list[dict[str, Any]] = []
        self.answers: list[Any] = []
        self.seen: list[str] = []
        self.lost = 0
        self.user: dict[str, Any] | None = None if kind == "github" else {"id": 5}
        self.url = ""

    def add(self, body: str, by: str = "us") -> None:
        """A comment of ours, or of somebody else."""
        ours = by == "us"
        entry = {"id": len(self.comments) + 1, "body": body}
        if self.kind == "github":
            entry["user"] = {"login": "github-actions[bot]", "type": "Bot"} if ours else {"login": by, "type": "User"}
        else:
            entry |= {"author": {"id": 5 if ours else 6}, "system": False}
        self.comments.append(entry)

    @property
    def bodies(self) -> list[str]:
        return [entry["body"] for entry in self.comments]

    def environ(self) -> dict[str, str]:
        if self.kind == "github":
            return {"GITHUB_ACTIONS": "true", "GITHUB_TOKEN": TOKEN, "GITHUB_API_URL": self.url, "GITHUB_REPOSITORY": "o/r"}
        variables = {"CI_API_V4_URL": self.url, "CI_PROJECT_ID": "42", "CI_MERGE_REQUEST_IID": "7"}
        return {"GITLAB_CI": "true", "BROXSPEC_GITLAB_TOKEN": TOKEN, **variables}

    def answer(self, method: str, path: str, headers: Any, data: Any) -> tuple[int, Any, dict[str, str]]:
        self.seen.append(f"{method} {path}")
        if self.answers:
            given = self.answers.pop(0)
            status, more = given if isinstance(given, tuple) else (given, {})
            return status, {"message": "so it is"}, more
        token = headers.get("Authorization") == f"Bearer {TOKEN}" if self.kind == "github" else headers.get("PRIVATE-TOKEN") == TOKEN
        if not token:
            return 401, {"message": "Bad credentials"}, {}
        split = urlsplit(path)
        if split.path == "/user":
            return (200, self.user, {}) if self.user else (403, {"message": "Resource not accessible by integration"}, {})
        if COMMENTS[self.kind].fullmatch(split.path):
            return self._list(parse_qs(split.query)) if method == "GET" else self._create(method, data)
        if found := COMMENT[self.kind].fullmatch(split.path):
            return self._change(method, int(found[1]), data)
        return 404, {"message": "Not Found"}, {}

    def _list(self, query: dict[str, list[str]]) -> tuple[int, Any, dict[str, str]]:
        size, page = int(query["per_page"][0]), int(query["page"][0])
        entries = self.comments if self.kind == "github" else self.comments[::-1]
        return 200, entries[(page - 1) * size : page * size], {}

    def _create(self, method: str, data: Any) -> tuple[int, Any, dict[str, str]]:
        if method != "POST":
            return 405, None, {}
        if len(data["body"].encode("utf-16-le")) // 2 > LIMIT[self.kind]:
            return 422, {"message": "Validation Failed: body is too long"}, {}
        self.add(data["body"])
        if self.lost:
            self.lost -= 1
            return 502, None, {}
        return 201, self.comments[-1], {}

    def _change(self, method: str, number: int, data: Any) -> tuple[int, Any, dict[str, str]]:
        entry = next((one for one in self.comments if one["id"] == number), None)
        if entry is None:
            return 404, {"message": "Not Found"}, {}
        if method == "DELETE":
            self.comments.remove(entry)
            return 204, None, {}
        if method != ("PATCH" if self.kind == "github" else "PUT"):
            return 405, None, {}
        entry["body"] = data["body"]
        return 200, entry, {}


@contextmanager
def serving(kind: str) -> Iterator[CodeHost]:
    """The host on a free port."""
    host = CodeHost(kind)

    class Handler(BaseHTTPRequestHandler):
        def handle_any(self) -> None:
            size = int(self.headers.get("Content-Length") or 0)
            data = json.loads(self.rfile.read(size)) if size else None
            status, body, headers = host.answer(self.command, self.path, self.headers, data)
            content = b"" if body is None else json.dumps(body).encode()
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        do_GET = do_POST = do_PATCH = do_PUT = do_DELETE = handle_any  # noqa: N815

        def log_message(self, format: str, *arguments: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    host.url = f"http://127.0.0.1:{server.server_address[1]}"
    thread = Thread(target=server.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    try:
        yield host
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
