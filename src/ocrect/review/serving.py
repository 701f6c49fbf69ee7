"""The review pages served to this machine alone."""

from __future__ import annotations

import socket
from collections.abc import Callable

import uvicorn

from ocrect.errors import SettingsError
from ocrect.review.app import app
from ocrect.review.desk import Desk
from ocrect.review.gate import Access

HOST = "127.0.0.1"


def serve(desk: Desk, *, who: str, port: int, ready: Callable[[str], None]) -> None:
    """Serve the pages until Ctrl-C; ``ready`` is told the address, whose token lets a reader in. Port 0 takes a free one.

    Raises:
        SettingsError: the port is taken, or may not be used.
    """
    access = Access()
    listening = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    with listening:
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listening.bind((HOST, port))
            listening.listen()
        except (OSError, OverflowError) as error:
            raise SettingsError(
                f"port {port} cannot be used: {getattr(error, 'strerror', None) or error}", hint="Name another: --port N"
            ) from error
        settings = uvicorn.Config(
            app(desk, access=access, who=who), log_level="warning", access_log=False, server_header=False, lifespan="off",
            timeout_graceful_shutdown=2, proxy_headers=False,
        )  # fmt: skip
        ready(f"http://{HOST}:{listening.getsockname()[1]}/?token={access.token}")
        uvicorn.Server(settings).run(sockets=[listening])
