"""``ocrect explain`` as a user has it."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from ocrect.record import schema
from ocrect.record.correction import Correction, Edit, Verdict
from ocrect.record.document import Block, Document, Line, Page

INVOICE = Path(__file__).parent.parent.parent / "examples" / "invoice.jpg"


def ocrect(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "ocrect", *map(str, arguments)]
    environment = {**os.environ, "OCRECT_RUNTIME": "none", "PYTHONIOENCODING": "utf-8"}
    return subprocess.run(command, capture_output=True, encoding="utf-8", env=environment, check=False)


@pytest.fixture(scope="module")
def stored(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("explain") / "invoice.json"
    done = ocrect("read", INVOICE, "--format", "json", "-o", path)
    assert done.returncode == 0, done.stderr
    return path


def test_one_line_of_a_scan_is_explained_with_pictures(tmp_path: Path) -> None:
    page = tmp_path / "why.html"
    done = ocrect("explain", INVOICE, "--text", "subtotal", "-o", page)
    assert done.returncode == 0, done.stderr
    html = page.read_text(encoding="utf-8")
    assert "$1,500.00" in html
    assert "times less likely" in html
    assert html.count("data:image/png;base64,") == 2
    assert "http" not in html.replace("http-equiv", "")


def test_stored_json_is_explained_as_text_without_its_scan(stored: Path) -> None:
    lines = list(schema.loads(stored.read_text(encoding="utf-8")).lines())
    number, accepted = next(
        (n, edit) for n, line in enumerate(lines, 1) if line.correction for edit in line.correction.accepted
    )
    done = ocrect("explain", stored, "--line", str(number))
    assert done.returncode == 0, done.stderr
    assert f"page 1, line {number}" in done.stdout
    assert f"{accepted.after!r}  ✓ accepted" in done.stdout
    assert "likelier" in done.stdout


def test_a_whole_page_is_explained_with_the_pictures_of_its_scan(stored: Path, tmp_path: Path) -> None:
    page = tmp_path / "why.html"
    done = ocrect("explain", stored, "--scan", INVOICE, "-o", page)
    assert done.returncode == 0, done.stderr
    html = page.read_text(encoding="utf-8")
    assert "telephone" in html
    assert "data:image/png;base64," in html


def test_of_many_lines_rejected_edits_are_left_out_first_and_that_is_said(tmp_path: Path) -> None:
    lines = [Line(f"{n}", f"w{n}", correction=Correction((verdict(f"w{n}", n),))) for n in range(1, 26)]
    path = tmp_path / "many.json"
    path.write_text(schema.dumps(Document("many", (Page(1, blocks=(Block(tuple(lines)),)),))), encoding="utf-8")
    done = ocrect("explain", path)
    assert done.returncode == 0, done.stderr
    assert "5 more lines with edits are left out" in done.stderr
    assert done.stdout.count("page 1, line") == 20
    assert "line 25" in done.stdout
    assert "line 24" not in done.stdout


def verdict(word: str, number: int) -> Verdict:
    return Verdict(Edit(0, len(word), word, f"x{number}"), "accepted" if number == 25 else "rejected")


@pytest.mark.parametrize(
    ("arguments", "code", "says"),
    [
        (["--line", "99"], 1, "no line 99"),
        (["--text", "nowhere"], 1, "nowhere"),
        (["--scan", Path(__file__).parent.parent / "data" / "receipt.png"], 2, "pixels"),
        (["--line", "1", "-o", "/proc/none/why.html"], 5, "/proc/none"),
        (["--line", "1", "-o", "why.png"], 1, "why.html"),
    ],
)
def test_bad_input_gets_a_message_and_its_exit_code(stored: Path, arguments: list[str | Path], code: int, says: str) -> None:
    done = ocrect("explain", stored, *arguments)
    assert (done.returncode, says in done.stderr) == (code, True), done.stderr
    assert "Traceback" not in done.stderr
