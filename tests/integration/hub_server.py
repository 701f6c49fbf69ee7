"""A real HTTP server that speaks the Hugging Face hub's protocol as far as a download needs it, with faults on demand.

As the hub: the listing of a repo at a revision gives sizes and SHA-256; ``resolve`` answers with the commit, the linked size
and ETag and a redirect to where the bytes are; the bytes come with ``Range``.
"""

from __future__ import annotations

import hashlib
import json
import random
import struct
import threading
import time
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import unquote, urlsplit

COMMIT = "0123456789abcdef0123456789abcdef01234567"


def small_gguf(size: int = 100_000, seed: int = 1, parts: int = 1) -> bytes:
    """A whole GGUF file with one tensor of ``size`` random bytes, one of ``parts`` that a model is split into."""

    def text(value: str) -> bytes:
        return struct.pack("<Q", len(value)) + value.encode()

    head = b"GGUF" + struct.pack("<IQQ", 3, 1, 2)
    head += text("general.architecture") + struct.pack("<I", 8) + text("llama")
    head += text("split.count") + struct.pack("<II", 4, parts)
    head += text("x") + struct.pack("<IQIQ", 1, size, 24, 0)
    return head + b"\0" * (-len(head) % 32) + random.Random(seed).randbytes(size)


@dataclass
class Fault:
    """What goes wrong with one request: a status instead of an answer, or the bytes cut, stalled or altered."""

    where: str = "bytes"  # or "listing", "resolve"
    status: int = 0
    headers: dict[str, str] = field(default_factory=dict)
    cut_after: int = -1
    stall_after: int = -1
    stall_seconds: float = 30.0
    flip: int = -1
    without_length: bool = False


class HubServer(ThreadingHTTPServer):
    """The server, in a thread of its own. ``faults`` are used up in order.

    ``log`` holds (method, path, Range) of each request, ``tokens`` the paths to which an access token was sent.
    """

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.repos: dict[str, dict[str, bytes]] = {}
        self.declared: dict[str, dict[str, object]] = {}  # file -> what the listing says instead of the truth
        self.token = ""
        self.license = "apache-2.0"
        self.faults: list[Fault] = []
        self.log: list[tuple[str, str, str]] = []
        self.tokens: list[str] = []
        self.seconds_a_block = 0.0
        self._lock = threading.Lock()
        threading.Thread(target=self.serve_forever, daemon=True).start()

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"

    def fault(self, where: str) -> Fault | None:
        with self._lock:
            for i, fault in enumerate(self.faults):
                if fault.where == where:
                    return self.faults.pop(i)
        return None

    def requests(self, kind: str) -> list[tuple[str, str, str]]:
        return [entry for entry in self.log if f"/{kind}/" in entry[1]]

    def handle_error(self, request: object, client_address: object) -> None:
        """A client that hangs up is part of the play."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: HubServer

    def log_message(self, format: str, *args: object) -> None:
        path = unquote(urlsplit(self.path).path)
        self.server.log.append((self.command, path, self.headers.get("Range", "")))
        if self.headers.get("Authorization"):
            self.server.tokens.append(path)

    def do_HEAD(self) -> None:
        self.do_GET()

    def do_GET(self) -> None:
        parts = [unquote(part) for part in urlsplit(self.path).path.strip("/").split("/")]
        if parts[:2] == ["api", "models"]:
            self._listing("/".join(parts[2:4]), parts[5] if len(parts) > 5 else "main")
        elif len(parts) > 4 and parts[2] == "resolve":
            self._resolve("/".join(parts[:2]), "/".join(parts[4:]))
        elif parts[0] == "bytes":
            self._bytes("/".join(parts[1:3]), "/".join(parts[3:]))
        else:
            self._say(404)

    def _refused(self, where: str, repo: str) -> bool:
        fault = self.server.fault(where)
        if fault is not None:
            self._say(fault.status, fault.headers)
        elif self.server.token and self.headers.get("Authorization") != f"Bearer {self.server.token}":
            self._say(401, {"X-Error-Code": "GatedRepo"} if where == "resolve" else {})
        elif repo not in self.server.repos:
            self._say(404, {"X-Error-Code": "RepoNotFound"})
        else:
            return False
        return True

    def _listing(self, repo: str, revision: str) -> None:
        if self._refused("listing", repo):
            return
        if revision not in ("main", COMMIT):
            self._say(404, {"X-Error-Code": "RevisionNotFound"})
            return
        siblings = []
        for name, data in self.server.repos[repo].items():
            lfs = {"sha256": hashlib.sha256(data).hexdigest(), "size": len(data), "pointerSize": 134}
            entry: dict[str, object] = {"rfilename": name, "size": len(data), "blobId": "0" * 40, "lfs": lfs}
            changes = self.server.declared.get(name, {})
            siblings.append({**entry, **{k: v for k, v in changes.items() if k != "lfs"}, "lfs": changes.get("lfs", lfs)})
        tags = ["gguf", f"license:{self.server.license}"]
        body = {"id": repo, "sha": COMMIT, "tags": tags, "siblings": siblings, "private": False, "gated": False}
        self._say(200, {"Content-Type": "application/json"}, json.dumps(body).encode())

    def _resolve(self, repo: str, name: str) -> None:
        if self._refused("resolve", repo):
            return
        data = self.server.repos[repo].get(name)
        if data is None:
            self._say(404, {"X-Error-Code": "EntryNotFound", "X-Repo-Commit": COMMIT})
            return
        headers = {
            "X-Repo-Commit": COMMIT,
            "X-Linked-Size": str(len(data)),
            "X-Linked-ETag": f'"{hashlib.sha256(data).hexdigest()}"',
            "Location": f"http://localhost:{self.server.server_port}/bytes/{repo}/{name}",  # another host, as the hub's is
        }
        self._say(302, headers)

    def _bytes(self, repo: str, name: str) -> None:
        data = self.server.repos[repo][name]
        fault = self.server.fault("bytes") or Fault()
        if fault.status:
            self._say(fault.status, fault.headers)
            return
        wanted = self.headers.get("Range", "")
        start = int(wanted.removeprefix("bytes=").partition("-")[0]) if wanted else 0
        if start and start >= len(data):
            self._say(416, {"Content-Range": f"bytes */{len(data)}"})
            return
        if fault.flip >= 0:
            data = data[: fault.flip] + bytes([data[fault.flip] ^ 1]) + data[fault.flip + 1 :]
        self.send_response(206 if wanted else 200)
        if wanted:
            self.send_header("Content-Range", f"bytes {start}-{len(data) - 1}/{len(data)}")
        if fault.without_length:
            self.close_connection = True
        else:
            self.send_header("Content-Length", str(len(data) - start))
        self.end_headers()
        if self.command == "GET":
            self._send(data[start:], fault)

    def _send(self, data: bytes, fault: Fault) -> None:
        for first in range(0, len(data), 8192):
            block = data[first : first + 8192]
            for limit in (fault.cut_after, fault.stall_after):
                if 0 <= limit < first + len(block):
                    self.wfile.write(block[: limit - first])
                    self.wfile.flush()
                    if limit == fault.stall_after:
                        time.sleep(fault.stall_seconds)
                    self.close_connection = True
                    return
            self.wfile.write(block)
            if self.server.seconds_a_block:
                time.sleep(self.server.seconds_a_block)

    def _say(self, status: int, headers: dict[str, str] | None = None, body: bytes = b"") -> None:
        self.send_response(status)
        for name, value in (headers or {}).items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command == "GET":
            self.wfile.write(body)
