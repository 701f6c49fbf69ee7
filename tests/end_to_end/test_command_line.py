"""The command line as a user has it: real files, the real engine, a process of its own."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from functools import partial
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
        (["read", INVOICE, "-o", "x" * 300], 5, "too long"),
        (["read", INVOICE, "-o", f"{INVOICE}/"], 5, "exists"),
        (["read", INVOICE, "--pages", "2"], 5, "has 1 page"),
        (["read", INVOICE, "--pages", "two"], 1, "neither a page nor a range"),
        (["read", INVOICE, "--language", "+"], 1, "language"),
        (["read", INVOICE, "--runtime", "nonesuch"], 1, "llama-cpp"),
        (["read", INVOICE, "--threads", "99999999999999999999"], 1, "threads"),
        (["frobnicate"], 1, "frobnicate"),
    ],
)
def test_bad_input_gets_a_message_a_next_step_and_its_exit_code(arguments: list[str | Path], code: int, says: str) -> None:
    done = ocrect(*arguments)
    errors = done.stderr.decode()
    assert (done.returncode, says in errors) == (code, True), errors
    assert "Traceback" not in errors


@pytest.mark.parametrize(
    ("variable", "value", "says"),
    [
        ("OCRECT_DPI", "abc", "dpi"),
        ("OCRECT_LOG", "loud", "WARNING"),
        ("OCRECT_LANGUAGE", "", "no language"),
        ("OCRECT_LANGUGE", "de", "'language'"),
    ],
)
def test_a_mistake_in_a_variable_is_explained(variable: str, value: str, says: str) -> None:
    done = ocrect("read", INVOICE, **{variable: value})
    assert (done.returncode, says in done.stderr.decode()) == (1, True), done.stderr.decode()
    assert "Traceback" not in done.stderr.decode()


def test_a_missing_folder_is_said_before_anything_is_read(tmp_path: Path) -> None:
    done = ocrect("read", "nothing-here.png", "-o", tmp_path / "missing" / "out.txt")
    assert done.returncode == 5
    assert "mkdir -p" in done.stderr.decode()
    assert "nothing-here.png" not in done.stderr.decode()


def shell(line: str, page: Path) -> subprocess.CompletedProcess[bytes]:
    """A line for the shell, in which ``ocrect`` is ours and ``$PAGE`` a small page."""
    script = f'ocrect() {{ "{sys.executable}" -m ocrect "$@"; }}; {line}'
    environment = {**os.environ, "OCRECT_RUNTIME": "none", "PAGE": str(page)}
    return subprocess.run(["bash", "-c", script], capture_output=True, env=environment, check=False)


@pytest.fixture
def page(tmp_path: Path) -> Path:
    Image.new("RGB", (200, 60), "white").save(tmp_path / "page.png")
    return tmp_path / "page.png"


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs /dev/full")
@pytest.mark.parametrize(
    "command", ["--help", "--version", 'read "$PAGE"', 'read "$PAGE" --format json', "engines", "doctor --json"]
)
def test_a_full_disk_behind_standard_output_is_an_error(command: str, page: Path) -> None:
    done = shell(f"ocrect {command} > /dev/full", page)
    errors = done.stderr.decode()
    assert (done.returncode, "standard output: No space left" in errors) == (5, True), errors
    assert "Traceback" not in errors


@pytest.mark.parametrize(
    ("line", "code", "says"),
    [
        ('ocrect read "$PAGE" >&-', 5, "standard output is closed"),
        ("ocrect read - <&-", 2, "standard input is closed"),
        ("ocrect correct - <&-", 2, "standard input is closed"),
        (": | ocrect read -", 2, "empty"),
    ],
)
def test_a_closed_stream_is_said(line: str, code: int, says: str, page: Path) -> None:
    done = shell(line, page)
    assert (done.returncode, says in done.stderr.decode()) == (code, True), done.stderr.decode()
    assert "Traceback" not in done.stderr.decode()


def test_messages_do_not_go_among_the_results_where_standard_error_is_closed(page: Path) -> None:
    done = shell('ocrect read nothing-here.png "$PAGE" 2>&-', page)
    assert done.returncode == 5
    assert done.stdout == b"\n"


def test_a_reader_that_has_seen_enough_is_no_error_worth_words(page: Path) -> None:
    done = shell('ocrect read "$PAGE" "$PAGE" "$PAGE" --format json | true', page)
    assert done.stderr == b""


def test_a_file_without_the_pages_asked_for_stops_no_other(tmp_path: Path, page: Path) -> None:
    blank = Image.open(page)
    blank.save(tmp_path / "two.tif", save_all=True, append_images=[blank])
    done = ocrect("read", page, tmp_path / "two.tif", "--pages", "2", "-o", f"{tmp_path}/out/")
    assert done.returncode == 5
    assert "the file has 1 page" in done.stderr.decode()
    assert [p.name for p in (tmp_path / "out").iterdir()] == ["two.txt"]


def test_interrupting_keeps_the_pages_that_were_done(tmp_path: Path) -> None:
    page = Image.open(INVOICE)
    scan, out = tmp_path / "scan.tif", tmp_path / "scan.txt"
    page.save(scan, save_all=True, append_images=[page] * 40, compression="jpeg")
    command = [sys.executable, "-m", "ocrect", "read", str(scan), "-o", str(out)]
    errors = interrupted(command, "page 2")
    assert str(out) in errors
    assert "$1,620.00" in out.read_text(encoding="utf-8")


def interrupted(command: list[str], after: str) -> str:
    """What a command says that gets Ctrl-C when it has said ``after``; heeded even where the tests run in the background."""
    environment = {**os.environ, "OCRECT_RUNTIME": "none", "OCRECT_LOG": "INFO"}
    heed = partial(signal.signal, signal.SIGINT, signal.default_int_handler)
    with subprocess.Popen(command, stderr=subprocess.PIPE, env=environment, text=True, preexec_fn=heed) as process:
        assert process.stderr is not None
        said = ""
        while after not in said:
            line = process.stderr.readline()
            assert line, f"it ended: {said}"
            said += line
        process.send_signal(signal.SIGINT)
        errors = process.stderr.read()
        deadline = time.monotonic() + 60
        while process.poll() is None and time.monotonic() < deadline:
            time.sleep(0.1)
    assert process.returncode == 130
    assert "Traceback" not in errors
    return errors


def test_interrupting_keeps_the_parts_of_a_plain_text_that_were_done(tmp_path: Path) -> None:
    text, out = tmp_path / "long.txt", tmp_path / "out.txt"
    lines = [f"the line of number {i} in a book" for i in range(20_000)]
    text.write_text("\n".join(lines), encoding="utf-8")
    command = [sys.executable, "-m", "ocrect", "correct", str(text), "-o", str(out)]
    errors = interrupted(command, "60 lines\nocrect: correcting page 1, 60 lines\nocrect: correcting page 1, 60 lines")
    kept = out.read_text(encoding="utf-8").splitlines()
    assert f"(pages: 1, lines: {len(kept)}) is in {out}" in errors
    assert 120 <= len(kept) < 20_000
    assert kept == lines[: len(kept)]


def test_help_teaches() -> None:
    text = ocrect("read", "--help").stdout.decode()
    assert "examples:" in text
    assert "--text-layer" in text
    assert "--gpu-layers" in text


def test_a_plain_text_is_corrected_in_the_language_that_is_named() -> None:
    text = "Die Rechnung für den Monat Mai wurde noch nicht bezablt, wir bitten um Überweisung an unsere Bank.".encode()
    options = ("correct", "-", "--accept-text-only", "--runtime", "none", "--language")
    assert "nicht bezahlt" in ocrect(*options, "de", stdin=text).stdout.decode()
    assert "nicht bezablt" in ocrect(*options, "fr", stdin=text).stdout.decode()


def test_a_plain_text_on_standard_input_is_corrected() -> None:
    done = ocrect("correct", "-", "--accept-text-only", stdin=b"Total: $1O0.00\n Date: 2023-07-15")
    assert (done.returncode, done.stdout.decode()) == (0, "Total: $100.00\nDate: 2023-07-15\n")
