"""A real server process for tests, and what is sent to it."""

from __future__ import annotations

import io
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import pikepdf

CHEAP = ("--runtime", "none", "--text-layer", "only", "--workers", "2")
"""A service that reads the text of PDFs and corrects by rules: hundreds of documents in seconds, by the real pipeline."""


class Service:
    """A running ``ocrect serve``."""

    def __init__(self, process: subprocess.Popen[str], address: str, review: str, log: Path) -> None:
        self.process, self.address, self.review, self.log = process, address, review, log
        self.client = httpx.Client(base_url=address, timeout=280, trust_env=False)

    def send(
        self, data: bytes, *, wait: int | None = 250, headers: dict[str, str] | None = None, **fields: str
    ) -> httpx.Response:
        """POST a document."""
        prefer = {"Prefer": f"wait={wait}"} if wait is not None else {}
        name = fields.pop("name", "scan.pdf")
        return self.client.post(
            "/v1/documents", files={"file": (name, data)}, data=fields, headers={**prefer, **(headers or {})}
        )

    def correct(self, text: str | bytes, kind: str = "text/plain", **headers: str) -> httpx.Response:
        return self.client.post("/v1/correct", content=text, headers={"Content-Type": kind, **headers})

    def workers(self) -> list[int]:
        """The ids of the worker processes."""
        return [pid for pid in children(self.process.pid) if "spawn_main" in command_of(pid)]

    def end(self) -> int:
        self.process.terminate()
        return self.process.wait(90)


def children(pid: int) -> list[int]:
    found = Path(f"/proc/{pid}/task").glob("*/children")
    return [int(child) for tasks in found for child in tasks.read_text(encoding="ascii").split()]


def command_of(pid: int) -> str:
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes().decode("utf-8", "replace").replace("\0", " ")
    except OSError:
        return ""


def start(data: Path, *flags: str) -> Service:
    """Start a service on a free port and wait until it listens."""
    log = data.with_name(data.name + ".log")
    command = [sys.executable, "-m", "ocrect", "serve", "--port", "0", "--data", str(data), *flags]
    environment = {**os.environ, "OCRECT_LOG": "INFO", "ORT_DISABLE_TELEMETRY": "1"}
    with log.open("a", encoding="utf-8") as out:
        process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=out, text=True, env=environment)
    assert process.stdout is not None
    address = process.stdout.readline().strip()
    assert address, log.read_text(encoding="utf-8")
    return Service(process, address, process.stdout.readline().removeprefix("review:").strip(), log)


@contextmanager
def serving(data: Path, *flags: str) -> Iterator[Service]:
    service = start(data, *flags)
    try:
        yield service
    finally:
        service.client.close()
        if service.process.poll() is None:
            service.end()


def wait_until(true: Any, seconds: float = 250.0) -> None:
    deadline = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < deadline, "waited in vain"
        time.sleep(0.02)


def a_pdf(*texts: str) -> bytes:
    """A PDF with a page for each text, which is its text layer."""
    pdf = pikepdf.new()
    font = pdf.make_indirect(
        pikepdf.Dictionary(Type=pikepdf.Name.Font, Subtype=pikepdf.Name.Type1, BaseFont=pikepdf.Name.Helvetica)
    )
    for text in texts:
        pdf.add_blank_page(page_size=(300, 200))
        page = pdf.pages[-1]
        page.obj.Resources = pikepdf.Dictionary(Font=pikepdf.Dictionary(F1=font))
        page.obj.Contents = pdf.make_stream(f"BT /F1 12 Tf 20 150 Td ({text}) Tj ET".encode())
    out = io.BytesIO()
    pdf.save(out, deterministic_id=True)
    return out.getvalue()
