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

ROOT = Path(__file__).parent.parent.parent
INVOICE = ROOT / "examples" / "invoice.jpg"
DRAWN = ROOT / "tests" / "data"


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
        (["read", ""], 1, "the name is empty"),
        (["read", INVOICE, "-o", ""], 1, "the name is empty"),
        (["batch", ".", "out", "--workers", "-3"], 1, "1 to 1024"),
        (["serve", "--workers", "-3"], 1, "1 to 1024"),
        (["serve", "--workers", "99999999999"], 1, "1 to 1024"),
        (["read", INVOICE, "--engine", "nonesuch"], 1, "ppocr"),
        (["read", INVOICE, "--gpu-layers", "-5"], 1, "gpu_layers"),
        (["read", INVOICE, "--format", "nonesuch"], 1, "json"),
        (["read", INVOICE, "--dpi", "many"], 1, "dpi"),
        (["read", INVOICE, "--nonsense"], 1, "See `ocrect read --help`"),
        (["read", INVOICE, "--formt=json"], 1, "Did you mean --format?"),
        (["models", "list", "--nonsense"], 1, "See `ocrect models list --help`"),
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
        (["raed", INVOICE], 1, "Did you mean read?"),
        (["models", "lst"], 1, "Did you mean list?"),
        (["read", INVOICE, "--text-layer", "olny"], 1, "Did you mean only?"),
        (["explain", INVOICE, "-o", "why.png"], 1, "as in why.html"),
        (["read", INVOICE, "--language", "xx"], 1, "no engine reads the language 'xx'"),
        (["read", INVOICE, "--language", "en+qq"], 1, "Read here: af"),
        (["read", INVOICE, "--language", "hy"], 3, "tesseract-ocr-hye"),
        (["correct", INVOICE], 2, "`ocrect read`"),
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
        ("OCRECT_LANGUAGE", "germn", "'german'"),
        ("OCRECT_PROMPT", "finacial", "'financial'"),
    ],
)
def test_a_mistake_in_a_variable_is_explained(variable: str, value: str, says: str) -> None:
    done = ocrect("read", INVOICE, **{variable: value})
    assert (done.returncode, says in done.stderr.decode()) == (1, True), done.stderr.decode()
    assert "Traceback" not in done.stderr.decode()


@pytest.mark.parametrize("name", ["https://example.org/scan.png", "./none.png", "a//none.png"])
@pytest.mark.parametrize("command", ["read", "correct", "explain"])
def test_a_file_that_is_not_there_is_named_once_as_it_was_given(command: str, name: str) -> None:
    done = ocrect(command, name)
    said = done.stderr.decode()
    assert (done.returncode, said.count("scan.png") + said.count("none.png")) == (5, 1), said
    assert f"ocrect: {name} does not exist\n" in said


def test_standard_input_is_called_so_where_it_is_no_scan() -> None:
    done = ocrect("read", "-")
    assert (done.returncode, done.stderr.decode().splitlines()[0]) == (2, "ocrect: standard input: the file is empty")


def test_a_missing_folder_is_said_before_anything_is_read(tmp_path: Path) -> None:
    done = ocrect("read", "nothing-here.png", "-o", tmp_path / "missing" / "out.txt")
    assert done.returncode == 5
    assert "mkdir -p" in done.stderr.decode()
    assert "nothing-here.png" not in done.stderr.decode()


def test_the_output_never_replaces_what_is_read(tmp_path: Path) -> None:
    scan = tmp_path / "scan.png"
    Image.new("RGB", (200, 60), "white").save(scan)
    before = scan.read_bytes()
    words, notes = tmp_path / "words.txt", tmp_path / "notes.txt"
    words.write_text("Harbour")
    notes.write_text("the ordcr")
    for line in (
        ["read", scan, "-o", scan],
        ["read", scan, "--force", "-o", scan],
        ["read", scan, "--dictionary", words, "-o", words, "--force"],
        ["explain", scan, "-o", scan, "--force"],
        ["correct", notes, "-o", f"{tmp_path}/"],
        ["correct", notes, "--dictionary", words, "-o", words, "--force"],
    ):
        done = ocrect(*line)
        assert (done.returncode, "read in this run" in done.stderr.decode()) == (5, True), (line, done.stderr.decode())
    assert (scan.read_bytes(), words.read_text(), notes.read_text()) == (before, "Harbour", "the ordcr")


def test_a_file_of_the_user_beside_the_scan_is_kept_and_the_others_are_read(tmp_path: Path, page: Path) -> None:
    (tmp_path / "other.png").write_bytes(page.read_bytes())
    (tmp_path / "page.txt").write_text("my notes about the page")
    done = ocrect("read", page, tmp_path / "other.png", "-o", f"{tmp_path}/")
    assert (done.returncode, "page.txt is there already" in done.stderr.decode()) == (5, True)
    assert (tmp_path / "page.txt").read_text() == "my notes about the page"
    assert (tmp_path / "other.txt").is_file()
    assert ocrect("read", page, "-o", f"{tmp_path}/", "--force").returncode == 0
    assert (tmp_path / "page.txt").read_text() == "\n"


def test_standard_output_into_what_is_read_is_refused(page: Path) -> None:
    before = page.read_bytes()
    done = shell('ocrect read "$PAGE" >> "$PAGE"', page)
    assert (done.returncode, "read in this run" in done.stderr.decode()) == (5, True), done.stderr.decode()
    assert page.read_bytes() == before


@pytest.mark.parametrize(
    ("name", "begins"), [("x.json", "{"), ("x.JSON", "{"), ("x.edits.txt", "edits: "), ("x.txt", "\n"), ("x.md", "\n")]
)
def test_the_suffix_of_the_output_picks_the_format(name: str, begins: str, page: Path, tmp_path: Path) -> None:
    assert ocrect("read", page, "-o", tmp_path / name).returncode == 0
    assert (tmp_path / name).read_text().startswith(begins)


@pytest.mark.parametrize(
    ("name", "is_said"), [("x.xls", True), ("x.png", True), ("x.xml", True), ("x.txt", False), ("x", False)]
)
def test_that_a_suffix_is_none_of_any_format_is_said(name: str, is_said: bool, page: Path, tmp_path: Path) -> None:
    done = ocrect("read", page, "-o", tmp_path / name)
    assert (done.returncode, "will hold plain text" in done.stderr.decode()) == (0, is_said), done.stderr.decode()
    assert "plain text" not in ocrect("read", page, "-o", tmp_path / name, "--format", "text").stderr.decode()


@pytest.mark.parametrize(("form", "code"), [("pdf", 1), ("docx", 1), ("hocr", 1), ("html", 1), ("json", 0), ("text", 0)])
def test_several_files_go_into_one_stream_only_where_one_may_follow_another(form: str, code: int, page: Path) -> None:
    done = ocrect("read", page, page, "--format", form)
    assert (done.returncode, bool(done.stdout), "-o out/" in done.stderr.decode()) == (code, code == 0, code == 1), done.stderr


@pytest.mark.parametrize("line", [("batch", "", "out"), ("batch", "scans", ""), ("review", ""), ("serve", "--data", "")])
def test_an_empty_name_is_not_taken_for_the_working_folder(line: tuple[str, ...], tmp_path: Path) -> None:
    done = subprocess.run([sys.executable, "-m", "ocrect", *line], capture_output=True, cwd=tmp_path, check=False)
    assert (done.returncode, "the name is empty" in done.stderr.decode()) == (1, True), done.stderr.decode()
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("port", ["65536", "99999", "-1", "http", "8_0", "1e3"])
@pytest.mark.parametrize("command", [("serve",), ("review", "out")])
def test_a_port_that_is_none_is_refused_and_no_other_is_taken(command: tuple[str, ...], port: str) -> None:
    done = ocrect(*command, f"--port={port}")
    assert (done.returncode, "0 to 65535" in done.stderr.decode()) == (1, True), done.stderr.decode()


def test_a_runtime_that_lacks_its_server_is_said_before_the_first_page(page: Path) -> None:
    done = ocrect("read", page, "--runtime", "openai")
    assert (done.returncode, done.stdout, "needs model_url" in done.stderr.decode()) == (1, b"", True), done.stderr.decode()


def test_a_folder_of_scans_or_of_results_that_is_a_file_is_called_so(page: Path, tmp_path: Path) -> None:
    done = ocrect("batch", page, tmp_path / "out")
    assert (done.returncode, "`ocrect read`" in done.stderr.decode()) == (5, True), done.stderr.decode()
    done = ocrect("batch", tmp_path, page)
    assert (done.returncode, "is a file" in done.stderr.decode(), "Errno" in done.stderr.decode()) == (5, True, False)


def test_a_truth_that_is_no_text_is_blamed_and_not_its_scan(page: Path) -> None:
    page.with_suffix(".txt").write_bytes(b"\xff\xfe")
    done = ocrect("evaluate", page)
    assert (done.returncode, f"{page.with_suffix('.txt')}: the text is not UTF-8" in done.stderr.decode()) == (2, True), (
        done.stderr
    )


def test_what_failed_in_a_folder_is_told_in_sentences(tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "empty.png").touch()
    done = ocrect("batch", tmp_path / "in", tmp_path / "out")
    assert (done.returncode, "is empty. Copy" in done.stderr.decode()) == (2, True), done.stderr.decode()
    assert "--retry" in done.stderr.decode()


def test_a_stored_document_is_written_in_another_format_without_correcting_it_and_keeps_its_language(tmp_path: Path) -> None:
    stored = tmp_path / "x.json"
    text = "Die Rechnung für den Monat Mai wurde noch nicht bezablt, wir bitten um Überweisung an unsere Bank."
    kept = ("correct", "--format", "json", "--language", "german", "--no-correct", "-o", stored, "-")
    assert ocrect(*kept, stdin=text.encode()).returncode == 0
    assert ocrect("correct", stored, "--accept-text-only", "--no-correct").stdout.decode() == text + "\n"
    assert "nicht bezahlt" in ocrect("correct", stored, "--accept-text-only").stdout.decode()
    assert "nicht bezablt" in ocrect("correct", stored, "--accept-text-only", "--language", "fr").stdout.decode()


@pytest.mark.parametrize(("command", "result"), [(("correct",), "out.pdf"), (("explain", "--line", "1"), "why.html")])
def test_a_wrong_scan_of_a_stored_document_is_named_and_nothing_is_written(
    command: tuple[str, ...], result: str, tmp_path: Path
) -> None:
    stored, out = tmp_path / "x.json", tmp_path / result
    assert ocrect("read", DRAWN / "receipt.png", "-o", stored).returncode == 0
    (tmp_path / "text.png").write_text("no picture")
    for scan, says in (
        ("none.png", "does not exist"),
        ("text.png", "plain text"),
        (".", "directory"),
        (DRAWN / "english.png", "620 × 340"),
    ):
        done = ocrect(command[0], stored, *command[1:], "--scan", tmp_path / scan, "-o", out)
        said = done.stderr.decode()
        assert (done.returncode in (2, 5), str(tmp_path / scan) in said, says in said) == (True, True, True), said
        assert not out.exists()


def test_edits_of_several_files_are_shown_with_their_names(tmp_path: Path) -> None:
    for name in ("one.txt", "two.txt"):
        (tmp_path / name).write_text("Total: $1O0.00\n")
    done = ocrect("correct", tmp_path / "one.txt", tmp_path / "two.txt", "--show-edits")
    for name in ("one.txt", "two.txt"):
        assert f"{tmp_path / name}: ? page 1, line 1: '$1O0.00'" in done.stderr.decode()


def test_what_stands_in_a_file_does_not_command_the_terminal(tmp_path: Path) -> None:
    (tmp_path / "hostile\x1b[31m.json").write_text('{"format": "ocrect"}')
    page = {"number": 1, "blocks": [{"lines": [{"id": "1", "text": "\x1b]0;owned\x07 1O0"}]}]}
    stored = tmp_path / "x.json"
    stored.write_text(json.dumps({"format": "ocrect", "version": "1.1", "source": "x", "pages": [page]}))
    for done in (ocrect("explain", stored, "--line", "1"), ocrect("correct", tmp_path / "hostile\x1b[31m.json")):
        assert b"\x1b" not in done.stdout + done.stderr


def test_choices_are_shown_as_choices() -> None:
    assert "{auto,only,ignore}" in ocrect("read", "--help").stdout.decode()


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


@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_what_was_done_when_it_was_told_to_end_lies_beside_the_whole_result(
    number: signal.Signals, code: int, tmp_path: Path
) -> None:
    page = Image.open(INVOICE)
    scan, out = tmp_path / "scan.tif", tmp_path / "scan.txt"
    page.save(scan, save_all=True, append_images=[page] * 40, compression="jpeg")
    out.write_text("the whole result of yesterday")
    command = [sys.executable, "-m", "ocrect", "read", str(scan), "-o", str(out), "--force"]
    errors = interrupted(command, "page 2", number, code)
    assert f"is in {out}.partial" in errors
    assert "$1,620.00" in (tmp_path / "scan.txt.partial").read_text(encoding="utf-8")
    assert out.read_text() == "the whole result of yesterday"


def interrupted(command: list[str], after: str, number: signal.Signals = signal.SIGINT, code: int = 130) -> str:
    """What a command says that is told to end when it has said ``after``; heeded even where the tests run in the background."""
    environment = {**os.environ, "OCRECT_RUNTIME": "none", "OCRECT_LOG": "INFO"}
    heed = partial(signal.signal, signal.SIGINT, signal.default_int_handler)
    with subprocess.Popen(command, stderr=subprocess.PIPE, env=environment, text=True, preexec_fn=heed) as process:
        assert process.stderr is not None
        said = ""
        while after not in said:
            line = process.stderr.readline()
            assert line, f"it ended: {said}"
            said += line
        process.send_signal(number)
        errors = process.stderr.read()
        deadline = time.monotonic() + 60
        while process.poll() is None and time.monotonic() < deadline:
            time.sleep(0.1)
    assert process.returncode == code
    assert "Traceback" not in errors
    return errors


def test_interrupting_keeps_the_parts_of_a_plain_text_that_were_done(tmp_path: Path) -> None:
    text, out = tmp_path / "long.txt", tmp_path / "out.txt"
    lines = [f"the line of number {i} in a book" for i in range(20_000)]
    text.write_text("\n".join(lines), encoding="utf-8")
    command = [sys.executable, "-m", "ocrect", "correct", str(text), "-o", str(out)]
    errors = interrupted(command, "60 lines\nocrect: correcting page 1, 60 lines\nocrect: correcting page 1, 60 lines")
    kept = (tmp_path / "out.txt.partial").read_text(encoding="utf-8").splitlines()
    assert f"(pages: 1, lines: {len(kept)}) is in {out}.partial" in errors
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


def test_a_mistake_in_the_command_is_not_blamed_on_the_text(tmp_path: Path) -> None:
    text = tmp_path / "page.txt"
    text.write_text("The company is due.", encoding="utf-8")
    for wrong in ("--rules", "--proposers", "--checks"):
        result = ocrect("correct", str(text), "--runtime", "none", wrong, "nonesuch")
        errors = result.stderr.decode()
        assert (result.returncode, "nonesuch" in errors, "--language" in errors, str(text) in errors) == (1, True, False, False)


def test_a_searchable_pdf_of_a_plain_text_asks_for_its_scan(tmp_path: Path) -> None:
    text = tmp_path / "page.txt"
    text.write_text("The company is due.", encoding="utf-8")
    result = ocrect("correct", str(text), "--runtime", "none", "-o", str(tmp_path / "out.pdf"))
    assert result.returncode == 5
    assert f"no scan of {text} is at hand" in result.stderr.decode()
    assert "--scan" in result.stderr.decode()


def test_a_plain_text_on_standard_input_is_corrected() -> None:
    done = ocrect("correct", "-", "--accept-text-only", stdin=b"Total: $1O0.00\n Date: 2023-07-15")
    assert (done.returncode, done.stdout.decode()) == (0, "Total: $100.00\nDate: 2023-07-15\n")


@pytest.mark.parametrize(
    ("text", "flags", "is_said"), [("tbe end", (), True), ("the end", (), False), ("tbe end", ("-q",), False)]
)
def test_a_plain_text_that_stays_as_it_is_although_there_are_edits_is_told_how_to_have_them(
    text: str, flags: tuple[str, ...], is_said: bool
) -> None:
    done = ocrect("correct", "-", "--language", "en", "--runtime", "none", *flags, stdin=f"so it was in {text} of it".encode())
    assert f"in {text} of" in done.stdout.decode()
    assert ("--accept-text-only" in done.stderr.decode()) == is_said


@pytest.mark.parametrize(
    "model",
    [
        {"OCRECT_RUNTIME": "openai", "OCRECT_MODEL_URL": "http://127.0.0.1:9/v1", "OCRECT_MODEL": "small"},
        {"OCRECT_RUNTIME": "llama-cpp", "OCRECT_MODEL": "Demo/Demo-3B-GGUF", "HF_HUB_OFFLINE": "1"},
    ],
    ids=["nothing listens", "not here"],
)
def test_a_model_that_cannot_be_asked_costs_no_reading_and_the_exit_code_says_so(tmp_path: Path, model: dict[str, str]) -> None:
    out = tmp_path / "out"
    done = ocrect("read", INVOICE, "-o", f"{out}/", **model)
    assert done.returncode == 7
    assert "$1,620.00" in (out / "invoice.txt").read_text(encoding="utf-8")
    errors = done.stderr.decode()
    assert "going on without the model that is named" in errors
    assert "Traceback" not in errors


def test_several_formats_go_into_a_folder_at_once(page: Path, tmp_path: Path) -> None:
    done = ocrect("read", page, "-o", f"{tmp_path}/out/", "--format", "pdf,alto,text")
    assert done.returncode == 0, done.stderr.decode()
    assert sorted(path.suffixes[-1] for path in (tmp_path / "out").iterdir()) == [".pdf", ".txt", ".xml"]
    assert ocrect("read", page, "--format", "pdf,text").returncode == 1
