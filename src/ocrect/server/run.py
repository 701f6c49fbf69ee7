"""From a folder and an address to a running service, and to its end."""

from __future__ import annotations

import asyncio
import ipaddress
import logging
import os
import signal
import socket
import sys
from collections.abc import Iterable
from typing import Any

import uvicorn
from uvicorn.protocols.http.h11_impl import H11Protocol

from ocrect.batch.jobs import Jobs
from ocrect.errors import ExportError, SettingsError
from ocrect.review.gate import LOOPBACK, Access, hosts
from ocrect.server import options
from ocrect.server.app import application
from ocrect.server.guard import PAGES
from ocrect.server.keys import Keys
from ocrect.server.metrics import Metrics
from ocrect.server.plan import Plan
from ocrect.server.pool import Pool, hold
from ocrect.server.reviewing import Reviewer
from ocrect.server.state import State
from ocrect.server.watch import Watch

log = logging.getLogger("ocrect")

HEAD_SECONDS = 10.0
"""Seconds in which a request's head must have come."""
_GRACE = 15  # seconds that answers on their way get when the service ends
_BACKLOG = 256


class Protocol(H11Protocol):
    """HTTP/1.1 of uvicorn, which waits for ever for a head that does not come; this one hangs up."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        self._due: asyncio.TimerHandle | None = None
        self._expect()

    def data_received(self, data: bytes) -> None:
        self._expect()
        super().data_received(data)

    def connection_lost(self, exc: Exception | None) -> None:
        if self._due is not None:
            self._due.cancel()
        super().connection_lost(exc)

    def _expect(self) -> None:
        """A head is on its way, where no request is being answered."""
        if self._due is None and (self.cycle is None or self.cycle.response_complete):
            self._due = self.loop.call_later(HEAD_SECONDS, self._check, self.cycle)

    def _check(self, before: Any) -> None:
        self._due = None
        if self.cycle is before and not self.transport.is_closing():
            self.transport.close()


class Server(uvicorn.Server):
    """Says where it listens, once it does: its address, and that of the review pages, whose token lets a reader in."""

    def __init__(self, config: uvicorn.Config, token: str) -> None:
        super().__init__(config)
        self._token = token

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        if self.started and sockets:
            host, port = sockets[0].getsockname()[:2]
            address = f"http://{f'[{host}]' if ':' in host else host}:{port}"
            print(f"{address}\nreview: {address}{PAGES}/?token={self._token}", flush=True)


def serve(plan: Plan, host: str, port: int, cores: int, allowed: Iterable[str] = ()) -> int:
    """Serve until told to end (SIGTERM, SIGINT); the exit code.

    Raises:
        SettingsError: another address than loopback without a key.
        ExportError: the folder or the address cannot be used.
    """
    keys = Keys(plan.folder)
    if not is_loopback(host) and not keys.known():
        raise SettingsError(
            f"{host} can be reached from other machines, and there is no key", hint="Make one: ocrect serve --new-key NAME."
        )
    plan = Plan(plan.folder, options.base(plan.settings, plan.limits.document_pages), plan.limits)
    os.umask(0o077)
    held, listening = hold(plan.folder), _listening(host, port)
    names = hosts((*LOOPBACK, host, *allowed))
    reviewer = Reviewer(plan, Access(hosts=names))
    pool = Pool(plan, Jobs(plan.manifest), cores, reviewer)
    watch = Watch(Jobs(plan.manifest), lambda: server.should_exit)
    state = State(plan, Jobs(plan.manifest).durable(), pool, watch, Metrics(), _isolation(plan))
    config = uvicorn.Config(
        application(state, names, keys),
        http=Protocol,
        ws="none",
        lifespan="on",
        log_config=None,
        access_log=False,
        server_header=False,
        timeout_keep_alive=5,
        timeout_graceful_shutdown=_GRACE,
        backlog=_BACKLOG,
        h11_max_incomplete_event_size=65_536,
    )
    server = Server(config, reviewer.access.token)
    before = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        for number in before:  # uvicorn raises the signal that ended it once more
            signal.signal(number, signal.SIG_IGN)
        server.run(sockets=[listening])
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
        listening.close()
        os.close(held)
    return 0 if server.started else 1


def is_loopback(host: str) -> bool:
    """Whether only this machine reaches an address."""
    if host.lower() == "localhost":
        return True
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False


def _listening(host: str, port: int) -> socket.socket:
    """A socket that listens there, and nowhere else.

    Raises:
        ExportError: it cannot be had.
    """
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(host.strip("[]"), port, type=socket.SOCK_STREAM)[0]
        made = socket.socket(family, kind, protocol)
        made.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        made.bind(address)
    except (OSError, OverflowError) as error:
        raise ExportError(
            f"cannot listen at {host}:{port}: {error}", hint="Name another --port, or --port 0 for a free one."
        ) from error
    made.set_inheritable(False)
    return made


def _isolation(plan: Plan) -> str:
    """Why workers have the network, empty where they have none; said once, in the log."""
    import subprocess

    if plan.needs_network:
        found = "the language model is behind a server"
    else:
        code = "import sys; from ocrect.server import confine; sys.stdout.write(confine.close_network())"
        done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)  # noqa: S603 - ours
        found = done.stdout if done.returncode == 0 else "the filter cannot be tried"
    if found:
        log.warning("workers have the network: %s", found)
    return found
