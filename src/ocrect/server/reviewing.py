"""The review pages as a part of the service: in a confined process of their own, since they show pictures of uploads.

The process gets a socket that already listens (a file in the service's folder) and cannot open another; requests below
``/review`` are handed through. It shows the documents of all keys to who has the address that is printed at the start.
"""

from __future__ import annotations

import asyncio
import logging
import multiprocessing
import os
import signal
import socket
import threading
from multiprocessing.process import BaseProcess

import h11
from starlette.types import Receive, Scope, Send

from ocrect.errors import BusyError, InputTooLargeError
from ocrect.review.gate import Access
from ocrect.server import confine, problems
from ocrect.server.guard import PAGES
from ocrect.server.plan import Plan

log = logging.getLogger("ocrect")

SOCKET = "review.sock"
_MOST_BYTES = 2**20
_PATIENCE = 30.0  # seconds until the process has started
_SLOWEST = 120.0  # seconds for an answer
_OURS = {b"connection", b"keep-alive", b"transfer-encoding", b"content-length", b"upgrade", b"te", b"expect"}
_THEIRS = _OURS - {b"content-length"} | {b"date"}


class Reviewer:
    """The process of the review pages: started when it is first asked for, and again after it has died.

    A thread that lives as long as the service starts it (:meth:`look`): it does not outlive that thread.
    """

    def __init__(self, plan: Plan, access: Access) -> None:
        self.plan, self.access = plan, access
        self.path = plan.folder / SOCKET
        self._wanted = threading.Event()
        self._process: BaseProcess | None = None

    def ask(self) -> None:
        """It is needed now."""
        self._wanted.set()

    def look(self) -> None:
        """Start it where it is wanted and does not run."""
        if self._process is not None and not self._process.is_alive():
            log.warning("the review pages' process ended (exit code %s)", self._process.exitcode)
            self._process.join()
            self._process = None
        if self._process is None and self._wanted.is_set():
            self._wanted.clear()
            self.path.unlink(missing_ok=True)
            with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as listening:
                listening.bind(str(self.path))
                self.path.chmod(0o600)
                listening.listen(64)
                spawn = multiprocessing.get_context("spawn")
                given = (self.plan, listening, self.access)
                self._process = spawn.Process(target=main, args=given, daemon=True)
                self._process.start()

    def end(self) -> None:
        """End it."""
        if self._process is not None:
            self._process.terminate()
            self._process.join(5)
            if self._process.is_alive():
                self._process.kill()
        self.path.unlink(missing_ok=True)


def main(plan: Plan, listening: socket.socket, access: Access) -> None:
    """The process: confined, then the pages until SIGTERM."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    confine.say_no_texts()
    confine.end_with_parent()
    confine.limit(plan.limits.worker_memory)
    confine.close_network()
    os.umask(0o077)

    import uvicorn

    from ocrect.batch.work import Plan as Folder
    from ocrect.review.app import app
    from ocrect.review.desk import Desk

    folder = Folder(plan.manifest, plan.uploads, plan.reviewed, plan.settings, (), force=True)
    with Desk(folder).open() as desk:
        config = uvicorn.Config(
            app(desk, access=access), root_path=PAGES, log_config=None, access_log=False, server_header=False, lifespan="off",
            ws="none", proxy_headers=False, timeout_graceful_shutdown=2,
        )  # fmt: skip
        uvicorn.Server(config).run(sockets=[listening])


class Pages:
    """The ASGI application that hands requests through to the process."""

    def __init__(self, reviewer: Reviewer) -> None:
        self._reviewer = reviewer

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return
        try:
            body = await _body(receive)
            async with asyncio.timeout(_PATIENCE):
                reader, writer = await self._connected()
        except (TimeoutError, InputTooLargeError) as error:
            known = error if isinstance(error, InputTooLargeError) else BusyError("the review pages do not start", after=5)
            await problems.response(known)(scope, receive, send)
            return
        try:
            async with asyncio.timeout(_SLOWEST):
                await _through(scope, body, reader, writer, send)
        finally:
            writer.close()

    async def _connected(self) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        while True:
            try:
                return await asyncio.open_unix_connection(str(self._reviewer.path))
            except OSError:
                self._reviewer.ask()
                await asyncio.sleep(0.1)


async def _body(receive: Receive) -> bytes:
    """A request's body.

    Raises:
        InputTooLargeError: it is more than a page sends.
    """
    parts: list[bytes] = []
    size, more = 0, True
    while more:
        message = await receive()
        if message["type"] != "http.request":
            break
        parts.append(message.get("body", b""))
        size += len(parts[-1])
        if size > _MOST_BYTES:
            raise InputTooLargeError(f"the request has more than {_MOST_BYTES} bytes")
        more = message.get("more_body", False)
    return b"".join(parts)


async def _through(scope: Scope, body: bytes, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, send: Send) -> None:
    """One request to the process, and its answer back."""
    connection = h11.Connection(h11.CLIENT)
    target = (scope.get("raw_path") or scope["path"].encode()).removeprefix(PAGES.encode()) or b"/"
    if scope.get("query_string"):
        target += b"?" + scope["query_string"]
    headers = [(name, value) for name, value in scope["headers"] if name.lower() not in _OURS]
    headers += [(b"content-length", str(len(body)).encode()), (b"connection", b"close")]
    for part in (h11.Request(method=scope["method"], target=target, headers=headers), h11.Data(data=body), h11.EndOfMessage()):
        writer.write(connection.send(part) or b"")
    await writer.drain()
    while True:
        event = connection.next_event()
        if event is h11.NEED_DATA:
            connection.receive_data(await reader.read(65_536))
        elif isinstance(event, h11.Response):
            kept = [(name, value) for name, value in event.headers if name.lower() not in _THEIRS]
            await send({"type": "http.response.start", "status": event.status_code, "headers": kept})
        elif isinstance(event, h11.Data):
            await send({"type": "http.response.body", "body": bytes(event.data), "more_body": True})
        elif isinstance(event, h11.EndOfMessage):
            await send({"type": "http.response.body", "body": b"", "more_body": False})
            return
        else:
            raise ConnectionError("the review pages' process ended in the middle of an answer")
