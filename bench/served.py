"""A real ``ocrect serve`` for figures, and what is sent to it: documents of all kinds, and what hostile clients send."""

from __future__ import annotations

import http.client
import io
import os
import random
import re
import socket
import subprocess
import sys
import time
import zlib
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import pikepdf
from PIL import Image

INVOICE = Path(__file__).parents[1] / "examples" / "invoice.jpg"
WORDS = "the invoice of this month names an amount that is due within thirty days of delivery cornpany arnount".split()
Reply = tuple[int, dict[str, str], bytes]


@dataclass
class Service:
    """A running service."""

    process: subprocess.Popen[str]
    address: str
    data: Path

    def ask(self, method: str, path: str, body: bytes = b"", headers: dict[str, str] | None = None) -> Reply:
        """One request on a connection of its own: status, headers (small letters), body."""
        connection = http.client.HTTPConnection(urlsplit(self.address).netloc, timeout=600)
        try:
            connection.request(method, path, body or None, headers or {})
            reply = connection.getresponse()
            return reply.status, {name.lower(): value for name, value in reply.getheaders()}, reply.read()
        finally:
            connection.close()

    def send(self, data: bytes, name: str = "scan.pdf", **headers: str) -> Reply:
        """POST a document."""
        body, kind = form(data, name)
        return self.ask("POST", "/v1/documents", body, {"Content-Type": kind, **headers})

    def tree(self) -> list[int]:
        """The service's process and all below it."""
        found, left = [], [self.process.pid]
        while left:
            pid = left.pop()
            found.append(pid)
            for tasks in Path(f"/proc/{pid}/task").glob("*/children"):
                with suppress(OSError):
                    left += map(int, tasks.read_text(encoding="ascii").split())
        return found

    def workers(self) -> list[int]:
        return [pid for pid in self.tree() if b"spawn_main" in _command(pid)]


@contextmanager
def serving(data: Path, *flags: str, ended: bool = True) -> Iterator[Service]:
    """A service on a free port."""
    environment = {**os.environ, "ORT_DISABLE_TELEMETRY": "1"}
    command = [sys.executable, "-m", "ocrect", "serve", "--port", "0", "--data", str(data), *flags]
    with data.with_name("service.log").open("a") as log:
        process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=log, text=True, env=environment)
    assert process.stdout is not None
    try:
        yield Service(process, process.stdout.readline().strip(), data)
    finally:
        if ended and process.poll() is None:
            process.terminate()
        process.wait(60)
        process.stdout.close()


def resident(pid: int) -> float:
    """Resident memory in MB; 0 where there is no such process."""
    with suppress(OSError):
        found = re.search(r"VmRSS:\s+(\d+) kB", Path(f"/proc/{pid}/status").read_text(encoding="ascii"))
        return int(found[1]) / 1024 if found else 0.0
    return 0.0


def _command(pid: int) -> bytes:
    with suppress(OSError):
        return Path(f"/proc/{pid}/cmdline").read_bytes()
    return b""


def form(data: bytes, name: str) -> tuple[bytes, str]:
    """A multipart body with one file, and its content type."""
    edge = f"edge{random.getrandbits(64):x}"
    head = f'--{edge}\r\nContent-Disposition: form-data; name="file"; filename="{name}"\r\n\r\n'
    return head.encode() + data + f"\r\n--{edge}--\r\n".encode(), f"multipart/form-data; boundary={edge}"


def a_pdf(dice: random.Random, pages: int) -> bytes:
    """A PDF of text pages, each other than all before."""
    pdf = pikepdf.new()
    font = pikepdf.Dictionary(Type=pikepdf.Name.Font, Subtype=pikepdf.Name.Type1, BaseFont=pikepdf.Name.Helvetica)
    shared = pdf.make_indirect(font)
    for number in range(1, pages + 1):
        pdf.add_blank_page(page_size=(420, 300))
        lines = [f"Page {number} {dice.getrandbits(40):x}"] + [" ".join(dice.choices(WORDS, k=8)) for _ in range(8)]
        text = " 0 -20 Td ".join(f"({line}) Tj" for line in lines)
        pdf.pages[-1].obj.Resources = pikepdf.Dictionary(Font=pikepdf.Dictionary(F1=shared))
        pdf.pages[-1].obj.Contents = pdf.make_stream(f"BT /F1 11 Tf 20 260 Td {text} ET".encode())
    out = io.BytesIO()
    pdf.save(out)
    return out.getvalue()


def a_text(dice: random.Random) -> bytes:
    """A short text with words misread."""
    return "\n".join(" ".join(dice.choices(WORDS, k=9)) for _ in range(4)).encode()


def a_scan(dice: random.Random) -> bytes:
    """A strip of the example's invoice, other than all before."""
    with Image.open(INVOICE) as image:
        top = dice.randrange(0, image.height // 2)
        out = io.BytesIO()
        image.crop((0, top, image.width, top + 200)).save(out, "PNG")
    return out.getvalue() + dice.randbytes(8)


# what hostile clients send: each gives whether the service did the one right thing


def picture_bomb(service: Service, dice: random.Random) -> bool:
    """A PNG of a few kilobytes that claims four thousand million pixels."""

    def chunk(kind: bytes, body: bytes) -> bytes:
        return len(body).to_bytes(4, "big") + kind + body + zlib.crc32(kind + body).to_bytes(4, "big")

    head = (65_000).to_bytes(4, "big") + (65_000 + dice.randrange(500)).to_bytes(4, "big") + bytes([8, 2, 0, 0, 0])
    data = b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(bytes(10**6))) + chunk(b"IEND", b"")
    return _failed(service.send(data, "bomb.png", Prefer="wait=120"), service, 413)


def page_bomb(service: Service, dice: random.Random) -> bool:
    """A PDF whose page's content is a gigabyte of nothing, packed."""
    pdf = pikepdf.new()
    pdf.add_blank_page(page_size=(300, 300))
    pump = zlib.compressobj(9)
    packed = (
        b"".join(pump.compress(b" " * 2**20) for _ in range(256)) + pump.compress(b"%%%d" % dice.getrandbits(30)) + pump.flush()
    )
    pdf.pages[0].obj.Contents = pikepdf.Stream(pdf, packed, Filter=pikepdf.Name.FlateDecode)
    out = io.BytesIO()
    pdf.save(out, compress_streams=False)
    status, _, body = service.send(out.getvalue(), "bomb.pdf", Prefer="wait=120")
    return status == 200 and (b'"done"' in body or b'"failed"' in body)


def wrong_type(service: Service, dice: random.Random) -> bool:
    """Bytes that are no scan."""
    return _failed(service.send(b"#!/bin/sh\n" + dice.randbytes(900), "x.png", Prefer="wait=120"), service, 415, 422)


def traversal(service: Service, dice: random.Random) -> bool:
    """A name that leads out of the folder, for a file that is well."""
    status, _, body = service.send(a_pdf(dice, 1), "../../../../tmp/escaped.pdf", Prefer="wait=120")
    asked = service.ask("GET", "/v1/documents/..%2F..%2Fkeys.json/result")[0]
    return status == 200 and b'"escaped.pdf"' in body and asked in (404, 422) and not Path("/tmp/escaped.pdf").exists()


def slow_body(service: Service, dice: random.Random) -> bool:
    """A body that comes a byte a second."""
    host = urlsplit(service.address).netloc
    connection = http.client.HTTPConnection(host, timeout=120)
    connection.putrequest("POST", "/v1/correct")
    connection.putheader("Content-Type", "text/plain")
    connection.putheader("Content-Length", str(1000 + dice.randrange(9)))
    connection.endheaders()
    with suppress(OSError):
        for _ in range(30):
            connection.send(b"x")
            if _readable(connection):
                break
            time.sleep(1)
    status = connection.getresponse().status
    connection.close()
    return status == 408


def cancelled(service: Service, dice: random.Random) -> bool:
    """A long document, deleted while it is read: gone within a second."""
    place = service.send(a_pdf(dice, 60))[1].get("location", "")
    time.sleep(dice.uniform(0, 3))
    began = time.monotonic()
    status = service.ask("DELETE", place)[0]
    return status == 204 and time.monotonic() - began < 1 and service.ask("GET", place)[0] == 404


def gone_client(service: Service, dice: random.Random) -> bool:
    """A client that hangs up in the middle of its upload."""
    body, kind = form(dice.randbytes(200_000), "x.pdf")
    host, port = urlsplit(service.address).netloc.split(":")
    with socket.create_connection((host, int(port))) as connection:
        head = (
            f"POST /v1/documents HTTP/1.1\r\nHost: {host}:{port}\r\nContent-Type: {kind}\r\nContent-Length: {len(body)}\r\n\r\n"
        )
        connection.sendall(head.encode() + body[: len(body) // 2])
    return service.ask("GET", "/healthz")[0] == 200


HOSTILE = (picture_bomb, page_bomb, wrong_type, traversal, slow_body, cancelled, gone_client)


def _readable(connection: http.client.HTTPConnection) -> bool:
    import select

    return bool(select.select([connection.sock], [], [], 0)[0])


def _failed(reply: Reply, service: Service, *statuses: int) -> bool:
    """Whether the document failed with one of these statuses, as its result says too."""
    if reply[0] != 200 or b'"failed"' not in reply[2]:
        return False
    return service.ask("GET", reply[1]["location"] + "/result")[0] in statuses
