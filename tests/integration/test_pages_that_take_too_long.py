"""A page's time is bounded: one that takes too long has failed with a reason, and the others are read.

The hostile PDF is a few hundred bytes that keep pdfium for ever: a form that draws itself twice.
"""

from __future__ import annotations

import io
import json
import os
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Sequence
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import numpy as np
import pikepdf
import pytest
from pikepdf import Array, Dictionary, Name
from serving import CHEAP, a_pdf, serving

from ocrect import source
from ocrect.batch import run as batch
from ocrect.batch.manifest import Manifest
from ocrect.batch.work import Plan
from ocrect.errors import DamagedInputError, InputTooLargeError
from ocrect.exchange import wire
from ocrect.exchange.process import GoneError, Process
from ocrect.record.document import Page, PageImage
from ocrect.settings import Settings
from ocrect.source import child
from ocrect.source.layered import Layered

GOOD = "This is a page that can be read"
SOON = Settings(page_seconds=3, text_layer="only", runtime="none", correct=False)


def hostile(texts: Sequence[str]) -> bytes:
    """A PDF with a page for each text; one without a text never comes to its end."""
    made = pikepdf.open(io.BytesIO(a_pdf(*(text or "nothing" for text in texts))))
    for page, text in zip(made.pages, texts, strict=True):
        if not text:
            form = made.make_stream(b"/F Do /F Do", Type=Name.XObject, Subtype=Name.Form, BBox=Array([0, 0, 100, 100]))
            form.Resources = Dictionary(XObject=Dictionary(F=form))
            page.Contents = made.make_stream(b"/F Do")
            page.Resources = Dictionary(XObject=Dictionary(F=form))
    out = io.BytesIO()
    made.save(out)
    return out.getvalue()


@pytest.mark.parametrize("layer", ["only", "ignore", "auto"])
def test_the_other_pages_are_read(layer: str) -> None:
    found = list(source.pages(hostile([GOOD, "", GOOD]), SOON.with_(text_layer=layer)))
    failed = [page.failure for page in found if isinstance(page, Page) and page.failure]
    assert [getattr(page, "failure", None) is not None for page in found] == [False, True, False]
    assert failed[0] is not None
    assert failed[0].error == "InputTooLargeError"
    assert "page 2 of the PDF took more than 3 s" in failed[0].message
    assert "--page-seconds" in failed[0].hint


def test_a_file_of_that_page_alone_is_an_error() -> None:
    with pytest.raises(InputTooLargeError, match="took more than 3 s"):
        list(source.pages(hostile([""]), SOON))


def test_a_command_says_so_and_writes_the_rest(tmp_path: Path) -> None:
    scan, out = tmp_path / "scan.pdf", tmp_path / "out.txt"
    scan.write_bytes(hostile([GOOD, "", GOOD]))
    flags = ("--page-seconds", "3", "--text-layer", "only", "--no-correct", "-o", str(out))
    ran = subprocess.run(
        [sys.executable, "-m", "ocrect", "read", str(scan), *flags], capture_output=True, text=True, check=False
    )
    assert ran.returncode == InputTooLargeError.exit_code
    assert "page 2 of the PDF took more than 3 s" in ran.stderr
    assert "--page-seconds" in ran.stderr
    assert out.read_text(encoding="utf-8").split("\f") == [f"{GOOD}\n", "\n", f"{GOOD}\n"]


def test_a_folder_comes_to_its_end(tmp_path: Path) -> None:
    inputs = tmp_path / "in"
    inputs.mkdir()
    (inputs / "a.pdf").write_bytes(hostile([""]))
    (inputs / "b.pdf").write_bytes(hostile([GOOD, "", GOOD]))
    (inputs / "c.pdf").write_bytes(hostile([GOOD]))
    said: list[str] = []
    plan = Plan(batch.manifest_of(tmp_path / "out"), inputs, tmp_path / "out", SOON, ("text",))
    counts = batch.run(plan, batch.processes(plan, 2), said=said.append, progress=lambda _: None)
    assert (counts["done"], counts["failed"], said) == (2, 1, [])
    assert (tmp_path / "out" / "b.pdf.txt").read_text(encoding="utf-8").count(GOOD) == 2


def test_a_service_gives_the_other_pages(tmp_path: Path) -> None:
    with serving(tmp_path / "data", *CHEAP, "--no-correct", "--page-seconds", "3") as service:
        found = service.send(hostile([GOOD, "", GOOD]), formats="json").json()
        assert (found["state"], found["pages"]["done"], found["pages"]["failed"]) == ("done", 3, 1)
        assert service.send(hostile([GOOD])).json()["state"] == "done"


class _Unanswering(BaseHTTPRequestHandler):
    """A model's server that lists its model and answers nothing else."""

    def log_message(self, format: str, *args: object) -> None:
        """Silent."""

    def do_GET(self) -> None:
        said = json.dumps({"data": [{"id": "small"}]}).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(said)))
        self.end_headers()
        self.wfile.write(said)

    def do_POST(self) -> None:
        threading.Event().wait(100)


def test_a_service_gives_back_the_other_pages_of_a_text_whose_model_does_not_answer(tmp_path: Path) -> None:
    text = "The cornpany has paid.\fNothing here.\fThe cornpany again."
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Unanswering)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, daemon=True).start()
    flags = ("--runtime", "openai", "--model-url", f"http://127.0.0.1:{server.server_port}/v1", "--page-seconds", "4")
    with serving(tmp_path / "data", *flags, "--workers", "1") as service:
        reply = service.correct(text, Prefer="wait=120")
        assert reply.status_code == 200, reply.text
        assert len(reply.text.split("\f")) == 3
        found = service.client.get(reply.headers["Content-Location"], params={"format": "json"}).json()
    server.shutdown()
    server.server_close()
    failed = [page["failure"]["message"] for page in found["pages"] if "failure" in page]
    assert failed
    assert all("took more than 4 s" in message for message in failed)


def test_a_crash_of_native_code_is_the_error_of_its_page(monkeypatch: pytest.MonkeyPatch) -> None:
    asked = Process.call

    def crashing(self: Process, do: str, arguments: dict[str, int], *rest: object, **how: float) -> object:
        if do == "page" and arguments["number"] == 2:
            threading.Timer(1.0, os.kill, (self.process.pid, signal.SIGSEGV)).start()  # it is inside pdfium then
        return asked(self, do, arguments, *rest, **how)  # type: ignore[arg-type]

    monkeypatch.setattr(Process, "call", crashing)
    first, second, third = source.pages(hostile([GOOD, "", GOOD]), SOON.with_(page_seconds=60))
    assert isinstance(second, Page)
    assert second.failure is not None
    assert second.failure.error == DamagedInputError.__name__
    assert "SIGSEGV" in second.failure.message
    assert [page.text for page in (first, third) if isinstance(page, Page)] == [GOOD, GOOD]


def test_a_number_of_pages_that_is_none_is_an_error_of_the_file(monkeypatch: pytest.MonkeyPatch) -> None:
    asked = Process.call

    def lying(self: Process, do: str, *rest: object, **how: float) -> wire.Reply:
        reply = asked(self, do, *rest, **how)  # type: ignore[arg-type]
        return replace(reply, result="many") if do == "open" else reply

    monkeypatch.setattr(Process, "call", lying)
    with pytest.raises(DamagedInputError, match="told no number of pages"):
        source.numbers(hostile([GOOD]), SOON)


def test_a_process_that_sends_what_is_no_message_is_ended_and_that_is_said_of_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "babbling.py").write_text("import os, time\nos.write(1, b'\\0\\0\\0\\2{]')\ntime.sleep(3600)\n", "utf-8")
    monkeypatch.syspath_prepend(tmp_path)
    process = Process("babbling", {}, ("ocrect",))
    with pytest.raises(GoneError):
        process.call("page", {})
    process.reap()
    assert process.process.returncode == -signal.SIGKILL
    assert process.end.startswith("sent what is no message: ")
    assert process.ended_by == ""  # it was no lack of memory


def test_a_process_that_ended_while_it_waited_is_replaced() -> None:
    for _ in range(3):
        assert source.numbers(hostile([GOOD]), SOON) == [1]
        for process in child._waiting._idle:
            process.process.kill()


def test_a_file_that_another_took_the_place_of_is_read_as_it_was_opened(tmp_path: Path) -> None:
    path, other = tmp_path / "scan.pdf", tmp_path / "other.pdf"
    path.write_bytes(hostile([GOOD]))
    other.write_bytes(hostile(["another file", "of two pages"]))
    with path.open("rb") as file:
        other.replace(path)
        with child.opened(file, SOON) as document:
            assert document.total == 1
            assert document.page(1).text == GOOD  # type: ignore[union-attr]


def test_pages_are_the_same_as_without_a_process() -> None:
    data = a_pdf("Invoice 2041 of the 3rd of May", "Total due 1,204.50", "")
    for layer in ("auto", "only", "ignore"):
        settings = Settings(text_layer=layer, dpi=100)
        alone = list(source.pages(data, settings.with_(page_seconds=0, pages="1-2")))
        for here, there in zip(alone, source.pages(data, settings.with_(pages="1-2")), strict=True):
            assert type(here) is type(there)
            if isinstance(here, PageImage) and isinstance(there, PageImage):
                _same(here, there)
            elif isinstance(here, Layered) and isinstance(there, Layered):
                assert (here.layer.page(), here.unread, here.fonts) == (there.layer.page(), there.unread, there.fonts)
                assert [run.words for run in here.samples] == [run.words for run in there.samples]
                assert (here.whole is None) == (there.whole is None)
                if here.whole is not None and there.whole is not None:
                    _same(here.whole, there.whole)
            else:
                assert here == there


def _same(here: PageImage, there: PageImage) -> None:
    assert np.array_equal(here.pixels, there.pixels)
    assert (here.number, here.dpi, here.steps) == (there.number, there.dpi, there.steps)


def test_what_is_interrupted_leaves_no_process_behind(tmp_path: Path) -> None:
    scan = tmp_path / "scan.pdf"
    scan.write_bytes(hostile([""]))
    flags = ("--text-layer", "only", "--runtime", "none")
    ran = subprocess.Popen([sys.executable, "-m", "ocrect", "read", str(scan), *flags], stderr=subprocess.PIPE)
    path = Path(f"/proc/{ran.pid}/task/{ran.pid}/children")
    if not path.exists():
        ran.kill()
        pytest.skip("the system does not tell of children")
    deadline = time.monotonic() + 60
    while not (started := path.read_text(encoding="ascii").split()) and time.monotonic() < deadline:
        time.sleep(0.05)
    time.sleep(1)
    ran.send_signal(signal.SIGTERM)
    assert ran.wait(30) == 128 + signal.SIGTERM
    assert started
    assert not any(_runs(process) for process in started)


def _runs(process: str) -> bool:
    try:
        return Path(f"/proc/{process}/stat").read_text(encoding="ascii").rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


STUCK = """
import time
from ocrect.record.document import Block, Line, Page

def build(settings):
    def engine(image):
        if image.number == 2:
            time.sleep(3600)
        return Page(image.number, image.width, image.height, blocks=(Block((Line("l1", "a line that was read"),)),))
    return engine
"""


def test_a_worker_whose_engine_is_stuck_is_replaced_and_its_page_has_failed(tmp_path: Path) -> None:
    packages, inputs, outputs = (tmp_path / name for name in ("packages", "in", "out"))
    info = packages / "stuck-1.dist-info"
    info.mkdir(parents=True)
    inputs.mkdir()
    (packages / "stuck.py").write_text(STUCK, encoding="utf-8")
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: stuck\nVersion: 1\n", encoding="utf-8")
    (info / "entry_points.txt").write_text("[ocrect.engines]\nstuck = stuck:build\n", encoding="utf-8")
    (inputs / "a.pdf").write_bytes(hostile([GOOD, GOOD, GOOD]))
    shutil.copy(inputs / "a.pdf", inputs / "b.pdf")
    flags = ("--engine", "stuck", "--text-layer", "ignore", "--no-correct", "--page-seconds", "5", "--workers", "2")
    ran = subprocess.run(
        [sys.executable, "-m", "ocrect", "batch", str(inputs), str(outputs), *flags, "--format", "json"],
        capture_output=True, text=True, check=False, env={**os.environ, "PYTHONPATH": str(packages)}, timeout=240,
    )  # fmt: skip
    assert "page 2: the page took more than 5 s" in ran.stderr
    for name in ("a", "b"):
        pages = json.loads((outputs / f"{name}.pdf.json").read_text(encoding="utf-8"))["pages"]
        assert [page["number"] for page in pages] == [1, 2, 3]
        assert ["failure" in page for page in pages] == [False, True, False]
    with Manifest(batch.manifest_of(outputs)) as manifest:
        assert {row.state for row in manifest.rows()} == {"done"}


@pytest.mark.parametrize("then", ["break", "raise RuntimeError('of the script')"])
def test_a_script_that_leaves_a_document_half_read_comes_to_its_end(tmp_path: Path, then: str) -> None:
    scan, script = tmp_path / "scan.pdf", tmp_path / "script.py"
    scan.write_bytes(a_pdf(GOOD, GOOD, GOOD))
    script.write_text(
        "import sys\nfrom ocrect import Pipeline, Settings\n"
        "pages = Pipeline(Settings(runtime='none', text_layer='only')).pages(sys.argv[1])\n"
        f"for page in pages:\n    print(page.number)\n    {then}\n",
        encoding="utf-8",
    )
    ran = subprocess.run([sys.executable, script, scan], capture_output=True, text=True, check=False, timeout=120)
    assert (ran.stdout, ran.returncode) == ("1\n", 0 if then == "break" else 1)
    assert ("of the script" in ran.stderr) == (then != "break")
