"""What every request to the review pages passes first: its host, its origin, its access, its size; and what every answer says.

- **Host**: a page of another site whose name is made to point here (DNS rebinding) sends its own name; only ours are served.
- **Access**: the address that the command prints holds a random token; who opens it gets a cookie, which no other site's page
  can have sent along (``SameSite=Strict``), and the token leaves the address.
- **Origin**: what changes something must come from one of our own pages and hold the word that only these know (CSRF).
- **Policy**: nothing is loaded from anywhere else, no script or style stands in a page, no page is framed.
"""

from __future__ import annotations

import hmac
import secrets
from collections.abc import Iterable
from dataclasses import dataclass, field
from urllib.parse import parse_qs, quote, urlencode, urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import cookie_parser
from starlette.responses import PlainTextResponse, RedirectResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

LOOPBACK = ("127.0.0.1", "localhost", "[::1]")
COOKIE = "ocrect_review"
WORD = "x-ocrect-word"
"""The header that holds the word against CSRF."""
MOST_BYTES = 256 * 1024
"""Of a request's body."""
HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; img-src 'self'; style-src 'self'; script-src 'self'; connect-src 'self'; form-action 'self'; "
        "base-uri 'none'; frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=()",
}


class TooLarge(Exception):  # noqa: N818
    """The body has more bytes than are read."""


@dataclass(frozen=True, slots=True)
class Access:
    """Who may come in. ``hosts`` are the names that the pages are served under, without a port; ``token`` opens them."""

    token: str = field(default_factory=lambda: secrets.token_urlsafe(24))
    hosts: tuple[str, ...] = LOOPBACK
    cookie: str = field(default_factory=lambda: secrets.token_urlsafe(24))
    word: str = field(default_factory=lambda: secrets.token_urlsafe(24))

    def holds(self, given: str, known: str) -> bool:
        """Whether a secret is the one it has to be, told in the same time whatever it is."""
        return hmac.compare_digest(given.encode("utf-8", "replace"), known.encode())


class Gate:
    """An ASGI application around the review's."""

    def __init__(self, app: ASGIApp, access: Access) -> None:
        self._app, self._access = app, access

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            if scope["type"] == "lifespan":
                await self._app(scope, receive, send)
            return
        answer = _with_headers(send)
        refused = self._refused(scope)
        if refused is not None:
            await refused(scope, receive, answer)
            return
        try:
            await self._app(scope, _counted(receive), answer)
        except TooLarge:
            await _plain("The request is too large.", 413)(scope, receive, answer)

    def _refused(self, scope: Scope) -> Response | None:
        headers = Headers(scope=scope)
        if host_name(headers.get("host", "")) not in self._access.hosts:
            return _plain("This page is not served under that name.", 403)
        length = headers.get("content-length", "0")
        if not (length.isascii() and length.isdecimal()) or int(length) > MOST_BYTES:
            return _plain("The request is too large.", 413)
        cookies = cookie_parser(headers.get("cookie", ""))
        given = parse_qs(scope.get("query_string", b"").decode("latin-1")).get("token", [""])[0]
        if given and scope["method"] in ("GET", "HEAD"):
            return self._let_in(scope) if self._access.holds(given, self._access.token) else _no_access()
        if not self._access.holds(cookies.get(COOKIE, ""), self._access.cookie):
            return _no_access()
        if scope["method"] not in ("GET", "HEAD") and not self._is_ours(headers):
            return _plain("This request does not come from one of these pages: load the page again.", 403)
        return None

    def _let_in(self, scope: Scope) -> Response:
        """The cookie, and the same page under an address without the token."""
        rest = parse_qs(scope.get("query_string", b"").decode("latin-1"))
        rest.pop("token", None)
        path = quote(scope.get("path", "/") or "/", safe="/~")
        if not path.startswith("/") or path.startswith("//"):
            path = "/"
        response = RedirectResponse(path + (f"?{urlencode(rest, doseq=True)}" if rest else ""), status_code=303)
        place = scope.get("root_path", "") or "/"
        secure = scope.get("scheme") == "https"
        response.set_cookie(COOKIE, self._access.cookie, path=place, httponly=True, samesite="strict", secure=secure)
        return response

    def _is_ours(self, headers: Headers) -> bool:
        origin = headers.get("origin")
        if origin is not None and netloc(origin) != headers.get("host", "").lower():
            return False
        if headers.get("sec-fetch-site", "same-origin") != "same-origin":
            return False
        return self._access.holds(headers.get(WORD, ""), self._access.word)


def _with_headers(send: Send) -> Send:
    async def sent(message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = MutableHeaders(raw=message.setdefault("headers", []))
            for name, value in HEADERS.items():
                headers.setdefault(name, value)
            headers.setdefault("Cache-Control", "no-store")
        await send(message)

    return sent


def _counted(receive: Receive) -> Receive:
    """The body as it comes, broken off where it is too large."""
    size = 0

    async def received() -> Message:
        nonlocal size
        message = await receive()
        size += len(message.get("body", b""))
        if size > MOST_BYTES:
            raise TooLarge
        return message

    return received


def _no_access() -> Response:
    return _plain("Open the address that the command printed: it holds the token that lets you in.", 401)


def _plain(text: str, status: int) -> Response:
    return PlainTextResponse(text + "\n", status_code=status)


def host_name(host: str) -> str:
    """A Host header without its port, in small letters; an IPv6 address keeps its brackets."""
    host = host.strip().lower()
    if host.startswith("["):
        return host.partition("]")[0] + "]"
    name, _, port = host.rpartition(":")
    return name if name and port.isdecimal() else host


def netloc(origin: str) -> str:
    """Host and port of an origin, as a Host header has them; empty where it is none."""
    try:
        return urlsplit(origin).netloc.lower()
    except ValueError:
        return ""


def hosts(names: Iterable[str]) -> tuple[str, ...]:
    """Names and addresses that pages are served under, as :class:`Access` takes them."""
    bare = filter(None, (name.strip("[] ") for name in names))  # no name would be that of requests without a Host
    return tuple(dict.fromkeys(host_name(f"[{name}]" if ":" in name else name) for name in bare))
