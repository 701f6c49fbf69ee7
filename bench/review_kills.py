"""Sessions of a review killed at random moments: the server, a client's connections, a browser. See :mod:`bench.review`."""

from __future__ import annotations

import json
import os
import random
import re
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx

from ocrect.batch.run import manifest_of
from ocrect.review.desk import token
from ocrect.review.ledger import Ledger

CHROMIUM = os.environ.get("CHROMIUM", "/usr/bin/chromium")
"""The browser; by default where Debian has it."""
WHAT = ("server", "server", "connections", "browser")
"""What is killed, as often as it stands here."""


@dataclass
class Session:
    """A reviewer at a server: names of the decisions that were sent, and of those that the server said it kept."""

    outputs: Path
    sent: set[str] = field(default_factory=set)
    kept: set[str] = field(default_factory=set)

    def run(self, what: str, moment: float) -> None:
        """Answer cards, or take back, until after ``moment`` seconds of it ``what`` is killed, and after it the server."""
        command = [sys.executable, "-m", "ocrect", "review", str(self.outputs), "--no-browser", "--who", "reviewer"]
        server = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        assert server.stdout is not None
        try:
            address = server.stdout.readline().strip()
            if what == "browser":
                self._by_keys(address, moment)
            else:
                self._by_requests(address, moment, server.pid if what == "server" else 0)
        finally:
            if what == "browser":  # what it sent at last is kept or not as if the server had lived on
                server.terminate()
            else:
                server.kill()
            server.wait()

    def _by_requests(self, address: str, moment: float, server: int) -> None:
        with httpx.Client(follow_redirects=True, timeout=30) as client:
            html = client.get(address).text
            with _later(moment, lambda: os.kill(server, signal.SIGKILL) if server else client.close()):
                self._answers(client, address.partition("/?")[0], html)

    def _answers(self, client: httpx.Client, root: str, html: str) -> None:
        word = _found(r'data-word="([^"]+)"', html)
        while True:
            card, last = _found(r'data-card="(\d+)"', html), _found(r'data-last="(\d+)"', html)
            name = token()
            self.sent.add(name)
            given: dict[str, Any] = {"last": int(last), "token": name}
            path = f"/cards/{card}" if card else "/undo"
            body = {**given, "said": "keep"} if card else given
            try:
                response = client.post(root + path, json=body, headers={"X-Ocrect-Word": word})
            except (httpx.HTTPError, RuntimeError, OSError):
                return  # the connection, or the client, is gone
            if response.status_code == 200:
                self.kept.add(name)
            html = response.json()["html"]
            if not card and not _found(r'data-card="(\d+)"', html):
                return

    def _by_keys(self, address: str, moment: float) -> None:
        from playwright.sync_api import Error, Request, Response, sync_playwright

        def sent(request: Request) -> None:
            if request.method == "POST":
                self.sent.add(json.loads(request.post_data or "")["token"])

        def answered(response: Response) -> None:
            if response.request.method == "POST" and response.status == 200:
                self.kept.add(json.loads(response.request.post_data or "")["token"])

        with _chromium() as (process, port), sync_playwright() as playwright:
            tab = playwright.chromium.connect_over_cdp(f"http://127.0.0.1:{port}").contexts[0].new_page()
            tab.on("request", sent)
            tab.on("response", answered)
            tab.goto(address)
            with suppress(Error), _later(moment, lambda: os.killpg(process.pid, signal.SIGKILL)):
                while True:
                    shown = tab.evaluate("document.body.dataset.shown || '0'")
                    tab.keyboard.press("r" if tab.query_selector("article.card") else "u")
                    tab.wait_for_function(f"document.body.dataset.shown !== '{shown}'")


@contextmanager
def _later(moment: float, kill: Callable[[], None]) -> Iterator[None]:
    timer = threading.Timer(moment, kill)
    timer.start()
    try:
        yield
    finally:
        timer.cancel()


@contextmanager
def _chromium() -> Iterator[tuple[subprocess.Popen[bytes], int]]:
    """A browser of our own, whose process is known, and the port at which it is told what to do."""
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as profile:
        flags = ["--headless=new", "--no-sandbox", "--disable-gpu", "--remote-debugging-port=0", f"--user-data-dir={profile}"]
        process = subprocess.Popen(
            [CHROMIUM, *flags, "about:blank"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True
        )
        try:
            port, until = Path(profile, "DevToolsActivePort"), time.monotonic() + 60
            while not (port.exists() and port.read_text().count("\n")):
                if time.monotonic() > until:
                    raise TimeoutError("the browser does not start")
                time.sleep(0.1)
            yield process, int(port.read_text().split()[0])
        finally:
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()


def _found(pattern: str, html: str) -> str:
    found = re.search(pattern, html)
    return found[1] if found else ""


def killed(outputs: Path, moments: int, seed: int) -> tuple[Counter[str], int, int, int]:
    """What was killed how often; decisions that were said to be kept, and of these how many are lost and how many doubled."""
    draw = random.Random(seed)
    session, kills = Session(outputs), Counter[str]()
    for _ in range(moments):
        what = draw.choice(WHAT)
        session.run(what, draw.uniform(0.05, 4.0 if what == "browser" else 1.0))
        kills[what] += 1
    with closing(Ledger(manifest_of(outputs))) as ledger:
        rows = [d.token for path in ledger.decided() for d in ledger.of_file(path)]
    lost = [name for name in session.kept if name not in rows]
    doubled = len(rows) - len(set(rows)) + sum(name.partition("-")[0] not in session.sent for name in rows)
    return kills, len(session.kept), len(lost), doubled
