"""The application of docs/service.md behind a real WSGI server, with flat memory. Skipped without the model."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path

import pytest

from ocrect import hub

if find_spec("llama_cpp") is None or hub.embedded_path() is None:
    pytest.skip("llama-cpp-python or the embedded model is not installed", allow_module_level=True)
if not Path("/proc/self/status").exists():
    pytest.skip("resident memory is read from /proc", allow_module_level=True)

pytestmark = pytest.mark.model
PAGE = Path(__file__).parent.parent.parent / "docs" / "service.md"
SERVE = """
from socketserver import ThreadingMixIn
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

class Server(ThreadingMixIn, WSGIServer):
    daemon_threads = True

class Quiet(WSGIRequestHandler):
    def log_message(self, *_): pass

with make_server("127.0.0.1", 0, application, Server, Quiet) as server:
    print(server.server_port, flush=True)
    server.serve_forever()
"""
ALLOWED = 25.0  # MB that memory may grow by: what allocators and caches of words take, not a leak of 200 requests


class Service:
    """The running application."""

    def __init__(self, pid: int, port: int) -> None:
        self.pid, self.port = pid, port

    def correct(self, text: str) -> dict[str, object]:
        with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/", data=text.encode(), timeout=60) as reply:
            found: dict[str, object] = json.loads(reply.read())
        return found

    def children(self) -> list[int]:
        found = Path(f"/proc/{self.pid}/task").glob("*/children")
        return [int(pid) for tasks in found for pid in tasks.read_text(encoding="ascii").split()]

    def memory(self) -> float:
        """Resident memory of the service and its children in MB."""
        return sum(map(resident, [self.pid, *self.children()]))


def resident(pid: int) -> float:
    found = re.search(r"VmRSS:\s+(\d+) kB", Path(f"/proc/{pid}/status").read_text(encoding="ascii"))
    return int(found[1]) / 1024 if found else 0.0


@contextmanager
def serving(**settings: str) -> Iterator[Service]:
    code = "\n".join(re.findall(r"```python\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)) + SERVE
    environment = {**os.environ, "OCRECT_CONTEXT_SIZE": "512", "OCRECT_THREADS": "2", **settings}
    with subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, env=environment) as process:
        assert process.stdout is not None
        try:
            yield Service(process.pid, int(process.stdout.readline()))
        finally:
            process.kill()


ASKED, MEANT = "The claim pays the amuont of page", ("amuont", "amount")
"""Text of which the word list alone is not sure (`among`), so that the model is asked."""


def test_200_requests_with_the_model_kept_alive_leave_memory_flat() -> None:
    with serving(OCRECT_KEEP_ALIVE="300") as service, ThreadPoolExecutor(4) as clients:
        texts = [f"{ASKED} {number}." for number in range(200)]
        warm = [service.correct(text)["text"] for text in texts[:20]]
        before, child = service.memory(), service.children()
        replies = [reply["text"] for reply in clients.map(service.correct, texts[20:])]
        assert [*warm, *replies] == [text.replace(*MEANT) for text in texts]
        assert child
        assert service.children() == child
        assert service.memory() - before < ALLOWED


def test_a_model_freed_after_each_request_leaves_no_process_and_memory_flat() -> None:
    with serving(OCRECT_KEEP_ALIVE="0") as service:
        memory = []
        for number in range(8):
            text = f"{ASKED} {number}."
            assert service.correct(text)["text"] == text.replace(*MEANT)
            assert service.children() == []
            memory.append(service.memory())
        assert memory[-1] - memory[1] < ALLOWED


def has_ended(pid: int) -> bool:
    """True for a zombie without threads: its parent can wait for it. Its first thread is one before the others have ended."""
    process = Path(f"/proc/{pid}")
    return ") Z" in (process / "stat").read_text(encoding="ascii") and len(list((process / "task").iterdir())) == 1


def test_the_service_outlives_its_models_process() -> None:
    with serving() as service:
        service.correct(f"{ASKED} 1.")
        (child,) = service.children()
        os.kill(child, signal.SIGKILL)
        while not has_ended(child):
            time.sleep(0.01)
        reply = service.correct("The wark pays the amount.")  # another question: answers are remembered
        assert (reply["text"], reply["failures"]) == ("The work pays the amount.", [])
        assert service.children() != [child]
