"""The command line as a user has it: real files, the real engine, a process of its own."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from PIL import Image

INVOICE = Path(__file__).parent.parent.parent / "examples" / "invoice.jpg"


def ocrect(*arguments: str | Path, stdin: bytes = b"", **environment: str) -> subprocess.CompletedProcess[bytes]:
    command = [sys.executable, "-m", "ocrect", *map(str, arguments)]
    return subprocess.run(
        command, input=stdin, capture_output=True, env={**os.environ, "OCRECT_RUNTIME": "none", **environment}, check=False
    )


def test_a_scanned_invoice_is_read_with_its_amounts() -> None:
    done = ocrect("read", INVOICE)
    text = done.stdout.decode()
    assert done.returncode == 0, done.stderr.decode()
    for amount in ("$1,500.00", "$120.00", "$1,620.00", "898.00", "INV-2023-0715", "2023-07-15"):
        assert amount in text


def test_standard_input_is_read_and_json_comes_out() -> None:
    done = ocrect("read", "-", "--format", "json", stdin=INVOICE.read_bytes())
    assert done.returncode == 0, done.stderr.decode()
    assert "Harbour" in json.dumps(json.loads(done.stdout))


def test_stored_json_is_corrected_again_without_the_image(tmp_path: Path) -> None:
    stored = tmp_path / "invoice.json"
    assert ocrect("read", INVOICE, "--no-correct", "--format", "json", "-o", stored).returncode == 0
    done = ocrect("correct", stored, "--show-edits")
    assert done.returncode == 0, done.stderr.decode()
    assert "$1,620.00" in done.stdout.decode()
    assert "edits: " in done.stderr.decode()


def test_the_good_files_come_out_and_the_exit_code_says_that_one_failed(tmp_path: Path) -> None:
    broken = tmp_path / "broken.jpg"
    broken.write_bytes(INVOICE.read_bytes()[:20_000])
    out = tmp_path / "out"
    done = ocrect("read", broken, INVOICE, tmp_path / "missing.png", "-o", f"{out}/")
    assert done.returncode == 2
    assert [p.name for p in out.iterdir()] == ["invoice.txt"]
    errors = done.stderr.decode()
    assert "truncated" in errors
    assert "missing.png" in errors
    assert "Traceback" not in errors


@pytest.mark.parametrize(
    ("arguments", "code", "says"),
    [
        (["read", "nothing-here.png"], 5, "nothing-here.png"),
        (["read", "."], 5, "directory"),
        (["read", INVOICE, "--language", "xx"], 3, "xx"),
        (["read", INVOICE, "--engine", "nonesuch"], 1, "ppocr"),
        (["read", INVOICE, "--gpu-layers", "-5"], 1, "gpu_layers"),
        (["read", INVOICE, "--format", "docx"], 1, "json"),
        (["read", INVOICE, "--dpi", "many"], 1, "dpi"),
        (["read", INVOICE, "--nonsense"], 1, "--help"),
        (["read", INVOICE, "-o", "/proc/none/out.txt"], 5, "/proc/none"),
        (["read", INVOICE, "--max-pixels", "1000"], 2, "max-pixels"),
        (["read", INVOICE, INVOICE, "-o", "one.txt"], 1, "folder"),
        (["frobnicate"], 1, "frobnicate"),
    ],
)
def test_bad_input_gets_a_message_a_next_step_and_its_exit_code(arguments: list[str | Path], code: int, says: str) -> None:
    done = ocrect(*arguments)
    errors = done.stderr.decode()
    assert (done.returncode, says in errors) == (code, True), errors
    assert "Traceback" not in errors


def test_interrupting_keeps_the_pages_that_were_done(tmp_path: Path) -> None:
    page = Image.open(INVOICE)
    scan, out = tmp_path / "scan.tif", tmp_path / "scan.txt"
    page.save(scan, save_all=True, append_images=[page] * 40, compression="jpeg")
    command = [sys.executable, "-m", "ocrect", "read", str(scan), "-o", str(out)]
    environment = {**os.environ, "OCRECT_RUNTIME": "none", "OCRECT_LOG": "INFO"}
    with subprocess.Popen(command, stderr=subprocess.PIPE, env=environment, text=True) as process:
        assert process.stderr is not None
        while "page 2" not in process.stderr.readline():
            assert process.poll() is None
        process.send_signal(signal.SIGINT)
        errors = process.stderr.read()
        deadline = time.monotonic() + 60
        while process.poll() is None and time.monotonic() < deadline:
            time.sleep(0.1)
    assert process.returncode == 130
    assert str(out) in errors
    assert "Traceback" not in errors
    assert "$1,620.00" in out.read_text(encoding="utf-8")


def test_help_teaches() -> None:
    text = ocrect("read", "--help").stdout.decode()
    assert "examples:" in text
    assert "--text-layer" in text
    assert "--gpu-layers" in text


def test_a_plain_text_on_standard_input_is_corrected() -> None:
    done = ocrect("correct", "-", "--accept-text-only", stdin=b"Total: $1O0.00\n Date: 2023-07-15")
    assert (done.returncode, done.stdout.decode()) == (0, "Total: $100.00\nDate: 2023-07-15\n")
