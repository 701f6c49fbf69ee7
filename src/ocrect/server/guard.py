"""What every request passes before anything of ours sees it: its host, its origin, its key, its size, its time.

- **Host**: a page of another site whose name is made to point here (DNS rebinding) sends its own name; only ours are served.
- **Origin**: a browser says from which site's page a request comes; another site's are refused, whatever the method (CSRF).
- **Key**: where there are keys, all but the health checks ask for one.
- **Body**: no more bytes, and no longer, than the limits say; counted as they come.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Container
from contextlib import suppress

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from ocrect.batch.limits import Limits
from ocrect.errors import BusyError, ForbiddenError, InputTooLargeError, RequestError, SlowRequestError, UnauthorizedError
from ocrect.review.gate import host_name, netloc
from ocrect.server import problems
from ocrect.server.keys import Keys
from ocrect.server.metrics import Metrics
from ocrect.wording import counted

log = logging.getLogger("ocrect")

_DROPPING = 3.0  # seconds that a client has to send the rest of a body that is refused
OPEN = ("/healthz", "/readyz")
"""Paths that ask for no key: they say nothing but whether the service is well."""
PAGES = "/review"
"""Below this are pages for people, with a policy and an access of their own."""
HEADERS = {
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cache-Control": "no-store",
}


class Guard:
    """An ASGI application around another one."""

    def __init__(self, app: ASGIApp, *, hosts: Container[str], keys: Keys, limits: Limits, metrics: Metrics) -> None:
        self._app, self._hosts, self._keys, self._limits, self._metrics = app, hosts, keys, limits, metrics
        self._active = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            if scope["type"] == "lifespan":
                await self._app(scope, receive, send)
            return
        began, body = time.perf_counter(), _Body(receive, self._limits, Headers(scope=scope))
        answer = _Answer(send, body, bare=scope["path"].startswith(f"{PAGES}/"))
        with _Count(self):
            try:
                scope["client_name"] = self._admitted(scope)
                await self._app(scope, body, answer)
            except (RequestError, InputTooLargeError) as error:
                await self._refuse(error, scope, receive, answer)
        seconds = time.perf_counter() - began
        route = PAGES if scope["path"].startswith(f"{PAGES}/") else getattr(scope.get("route"), "path_format", "other")
        self._metrics.count(scope["method"] if route != "other" else "other", route, answer.status, seconds)
        log.info("%s %s %d %.3f s", scope["method"], route, answer.status, seconds)

    async def _refuse(self, error: RequestError | InputTooLargeError, scope: Scope, receive: Receive, answer: _Answer) -> None:
        if answer.status:  # the answer has begun: all that is left is to break it off
            raise error
        await problems.response(error)(scope, receive, answer)

    def _admitted(self, scope: Scope) -> str:
        """The name of the request's key; empty where none is needed.

        Raises:
            ForbiddenError, UnauthorizedError, BusyError, InputTooLargeError, RequestError
        """
        headers = Headers(scope=scope)
        self._check_place(headers)
        if self._active > self._limits.connections:
            raise BusyError(f"{self._active} requests are being answered")
        client = ""
        if scope["path"] not in OPEN and not scope["path"].startswith(f"{PAGES}/") and self._keys.known():
            scheme, _, key = headers.get("authorization", "").partition(" ")
            client = self._keys.owner(key.strip()) if scheme.lower() == "bearer" else ""
            if not client:
                raise UnauthorizedError("this needs a key" if not key else "this key is not known")
        length = headers.get("content-length", "0")
        if not (length.isascii() and length.isdecimal()):
            raise RequestError(f"Content-Length {length[:20]!r} is no number", hint="Send it right, or leave it out.")
        if int(length) > self._limits.body_bytes:
            raise _too_large(self._limits)
        return client

    def _check_place(self, headers: Headers) -> None:
        host = host_name(headers.get("host", ""))
        if host not in self._hosts:
            raise ForbiddenError(
                f"this service is not {host[:100]!r}", hint="Start it with --allow-host NAME to serve that name."
            )
        origin = headers.get("origin")
        elsewhere = origin is not None and (origin == "null" or netloc(origin) != headers.get("host", "").lower())
        linked = headers.get("sec-fetch-mode") == "navigate"
        if elsewhere or (headers.get("sec-fetch-site", "none") in ("cross-site", "same-site") and not linked):
            raise ForbiddenError(
                "the request comes from another site's page", hint="Send it from a program, or from our own page."
            )


class _Count:
    def __init__(self, guard: Guard) -> None:
        self._guard = guard

    def __enter__(self) -> None:
        self._guard._active += 1

    def __exit__(self, *_: object) -> None:
        self._guard._active -= 1


class _Answer:
    """Adds our headers to an answer and remembers its status. ``bare``: a page for people, which brings its own policy."""

    def __init__(self, send: Send, body: _Body, *, bare: bool) -> None:
        self._send, self._body, self._bare = send, body, bare
        self.status = 0

    async def __call__(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.status = message["status"]
            headers = MutableHeaders(raw=message["headers"])
            for name, value in HEADERS.items():
                if not (self._bare and name in headers):
                    headers[name] = value
            await self._body.drop()
            if not self._body.ended:
                headers["Connection"] = "close"  # what is left of the body is not read
            message["headers"] = headers.raw
        await self._send(message)


class _Body:
    """Counts a request's body as it comes, and the time that it takes.

    Raises:
        InputTooLargeError: more bytes than allowed.
        SlowRequestError: its end did not come in time.
    """

    def __init__(self, receive: Receive, limits: Limits, headers: Headers) -> None:
        self._receive, self._limits = receive, limits
        self._size = 0
        self._until = time.monotonic() + limits.body_seconds
        self.ended = "content-length" not in headers and "transfer-encoding" not in headers
        self._is_coming = "expect" not in headers

    async def __call__(self) -> Message:
        if self.ended:  # what follows is the client's leaving, for which there is no limit
            return await self._receive()
        try:
            async with asyncio.timeout(self._until - time.monotonic()):
                message = await self._receive()
        except TimeoutError:
            raise SlowRequestError(
                f"the body did not come within {counted(self._limits.body_seconds, 'second')}",
                hint="Send less, or over a faster line.",
            ) from None
        if message["type"] == "http.request":
            self._size += len(message.get("body", b""))
            self.ended = not message.get("more_body", False)
            if self._size > self._limits.body_bytes:
                raise _too_large(self._limits)
        return message

    async def drop(self) -> None:
        """Take in what is left, for a while, and keep none of it: where a connection is closed with bytes unread, the client's
        system takes the answer for lost. A client that asked whether to send (Expect) is told the answer instead.
        """
        with suppress(TimeoutError):
            async with asyncio.timeout(min(_DROPPING, max(0.0, self._until - time.monotonic()))):
                while self._is_coming and not self.ended:
                    message = await self._receive()
                    self._is_coming = message.get("more_body", False)
                    self.ended = message["type"] == "http.request" and not self._is_coming


def _too_large(limits: Limits) -> InputTooLargeError:
    return InputTooLargeError(f"the request has more than {limits.body_bytes} bytes", hint="Send fewer pages at a time.")
