"""The few routes of the Hugging Face Hub that the real clients ask, on a local port, in memory."""

import base64
import hashlib
import json
import re
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from urllib.parse import unquote, urlsplit

import yaml

TOKEN = "hf_right"
REPO = r"(?:(models|datasets|spaces)/)?([\w.-]+/[\w.-]+)"


class FakeHub(ThreadingHTTPServer):
    """Repositories as {(kind, name): {path: bytes}}, and what went wrong on purpose."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.repos: dict[tuple[str, str], dict[str, bytes]] = {}
        self.cut_once: set[str] = set()  # paths whose first download breaks off half-way
        self.drips: dict[str, bytes] = {}  # paths whose answer begins with this and then drips, a byte a time
        self.refuses: tuple[int, str] | None = None  # status and message for whoever creates a repository
        self.requests: list[tuple[str, str]] = []
        self.authorisations: set[str] = set()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}"

    def commit_of(self, key: tuple[str, str]) -> str:
        return hashlib.sha1(repr(sorted(self.repos[key].items())).encode()).hexdigest()


@contextmanager
def fake_hub() -> Iterator[FakeHub]:
    server = FakeHub()
    Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield server
    finally:
        server.shutdown()
        server.server_close()


def oid(data: bytes) -> str:
    return hashlib.sha1(b"blob %d\0" % len(data) + data).hexdigest()


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: FakeHub

    def log_message(self, *_: object) -> None:
        pass

    def handle_any(self) -> None:
        length = int(self.headers.get("Content-Length") or 0)
        self.body = self.rfile.read(length)
        path = unquote(urlsplit(self.path).path)
        self.server.requests.append((self.command, path))
        self.server.authorisations.add(self.headers.get("Authorization", ""))
        for pattern, answer in ROUTES:
            if (self.command in answer.methods) and (found := re.fullmatch(pattern, path)):
                return answer(self, *found.groups())
        return self.json(404, {"error": f"no route {self.command} {path}"})

    do_GET = do_HEAD = do_POST = handle_any  # noqa: N815

    def json(self, status: int, value: object, **headers: str) -> None:
        self.reply(status, json.dumps(value).encode(), {"Content-Type": "application/json"} | headers)

    def reply(self, status: int, data: bytes, headers: dict[str, str], declared: int | None = None) -> None:
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        self.send_header("Content-Length", str(len(data) if declared is None else declared))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(data)

    def allowed(self) -> bool:
        if self.headers.get("Authorization") == f"Bearer {TOKEN}":
            return True
        self.json(401, {"error": "Invalid username or password."})
        return False

    def known(self, kind: str | None, name: str, revision: str | None) -> bool:
        known = revision in (None, "main", self.server.commit_of((kind or "models", name)))
        if not known:
            self.json(404, {"error": "Invalid rev id"}, X_Error_Code="RevisionNotFound")
        return known

    def files(self, kind: str | None, name: str) -> dict[str, bytes] | None:
        found = self.server.repos.get((kind or "models", name))
        if found is None:
            self.json(404, {"error": "Repository not found"}, X_Error_Code="RepoNotFound")
        return found


def route(*methods: str):
    def mark(function):
        function.methods = methods
        return function

    return mark


@route("GET")
def whoami(self):
    if self.allowed():
        self.json(200, {"type": "user", "name": "owner", "orgs": [], "auth": {"type": "access_token"}})


@route("POST")
def create(self):
    if not self.allowed():
        return
    if self.server.refuses:
        status, message = self.server.refuses
        self.json(status, {"error": message})
        return
    asked = json.loads(self.body)
    kind = asked.get("type", "model") + "s"
    name = f"{asked.get('organization') or 'owner'}/{asked['name']}"
    url = f"{self.server.url}/{'' if kind == 'models' else kind + '/'}{name}"
    exists = (kind, name) in self.server.repos
    self.server.repos.setdefault((kind, name), {})
    self.json(409 if exists else 200, {"url": url, "name": name, "id": name})


@route("POST")
def validate_yaml(self):
    """Refuse what the Hub refuses: a language that is no code, in so many words."""
    found = re.match(r"---\n(.*?)\n---", json.loads(self.body)["content"], re.S)
    front = yaml.safe_load(found[1]) if found else {}
    wrong = [one for one in front.get("language", []) if not re.fullmatch("[a-z]{2,3}", one)]
    errors = [{"message": f'"language" with value "{one}" is not valid.'} for one in wrong]
    self.json(400 if errors else 200, {"errors": errors, "warnings": []})


@route("GET")
def info(self, kind, name, revision=None):
    files = self.files(kind, name)
    if files is not None and self.known(kind, name, revision):
        sha = self.server.commit_of((kind, name))
        siblings = [{"rfilename": path, "size": len(data)} for path, data in files.items()]
        self.json(200, {"id": name, "_id": name, "sha": sha, "siblings": siblings, "private": False, "tags": [],
                        "downloads": 0, "likes": 0})  # fmt: skip


@route("POST")
def preupload(self, kind, name, _revision):
    if self.allowed() and self.files(kind, name) is not None:
        asked = json.loads(self.body)["files"]
        self.json(200, {"files": [
            {"path": f["path"], "uploadMode": "regular", "shouldIgnore": False} for f in asked
        ]})  # fmt: skip


@route("POST")
def commit(self, kind, name, _revision):
    if not self.allowed() or (files := self.files(kind, name)) is None:
        return
    for line in self.body.decode().splitlines():
        action = json.loads(line)
        if action["key"] == "file":
            files[action["value"]["path"]] = base64.b64decode(action["value"]["content"])
        elif action["key"] == "deletedFile":
            files.pop(action["value"]["path"], None)
    sha = self.server.commit_of((kind, name))
    self.json(200, {"commitUrl": f"{self.server.url}/{name}/commit/{sha}", "commitOid": sha, "success": True})


@route("GET")
def tree(self, kind, name, _revision, folder):
    files = self.files(kind, name)
    if files is None:
        return
    inside = f"{folder.strip('/')}/" if folder else ""
    below = {path: data for path, data in files.items() if path.startswith(inside)}
    folders = {
        path[: at.start()] for path in below for at in re.finditer("/", path) if at.start() > len(inside)
    }
    found = [entry(path, data) for path, data in below.items()]
    found += [{"type": "directory", "path": path, "size": 0, "oid": oid(b"")} for path in sorted(folders)]
    if "recursive=true" not in self.path.lower():
        found = [one for one in found if "/" not in one["path"][len(inside) :]]
    if found:
        self.json(200, found)
    else:
        self.json(404, {"error": "Entry not found"}, X_Error_Code="EntryNotFound")


@route("POST")
def paths_info(self, kind, name, _revision):
    files = self.files(kind, name)
    if files is not None:
        asked = re.findall(r"[^&=]+=([^&]*)", self.body.decode()) if b"{" not in self.body else (
            json.loads(self.body)["paths"]
        )  # fmt: skip
        asked = [unquote(path) for path in asked]
        self.json(200, [entry(p, d) for p, d in files.items() if p in asked])


def entry(path: str, data: bytes) -> dict:
    return {"type": "file", "path": path, "size": len(data), "oid": oid(data)}


@route("GET", "HEAD")
def resolve(self, kind, name, revision, path):
    files = self.files(kind, name)
    if files is None or not self.known(kind, name, revision):
        return
    if path not in files:
        self.json(404, {"error": "Entry not found"}, X_Error_Code="EntryNotFound")
        return
    if path in self.server.drips:
        self.close_connection = True
        self.wfile.write(self.server.drips[path])
        for _ in range(200):
            self.wfile.write(b" ")
            time.sleep(0.05)
        return
    data = files[path]
    headers = {"ETag": f'"{oid(data)}"', "X-Repo-Commit": self.server.commit_of((kind or "models", name)),
               "Accept-Ranges": "bytes"}  # fmt: skip
    start = int((re.match(r"bytes=(\d+)-", self.headers.get("Range", "")) or [0, 0])[1])
    if start:
        headers["Content-Range"] = f"bytes {start}-{len(data) - 1}/{len(data)}"
    if self.command == "GET" and path in self.server.cut_once:
        self.server.cut_once.discard(path)
        self.reply(200, data[: len(data) // 2], headers, declared=len(data))
        self.close_connection = True
        return
    self.reply(206 if start else 200, data[start:], headers)


ROUTES = [
    (r"/api/whoami-v2", whoami),
    (r"/api/repos/create", create),
    (r"/api/validate-yaml", validate_yaml),
    (rf"/api/{REPO}/preupload/([^/]+)", preupload),
    (rf"/api/{REPO}/commit/([^/]+)", commit),
    (rf"/api/{REPO}/tree/([^/]+)(/.*)?", tree),
    (rf"/api/{REPO}/paths-info/([^/]+)", paths_info),
    (rf"/api/{REPO}(?:/revision/([^/]+))?", info),
    (rf"/{REPO}/resolve/([^/]+)/(.+)", resolve),
]
