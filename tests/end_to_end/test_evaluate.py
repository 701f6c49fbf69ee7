"""``ocrect evaluate`` as a user has it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from ocrect.record import schema
from ocrect.record.correction import Correction, Edit, Verdict
from ocrect.record.document import Block, Document, Line, Page

INVOICE = Path(__file__).parent.parent.parent / "examples" / "invoice.jpg"


def evaluate(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "ocrect", "evaluate", *map(str, arguments)]
    environment = {**os.environ, "OCRECT_RUNTIME": "none", "PYTHONIOENCODING": "utf-8"}
    return subprocess.run(command, capture_output=True, encoding="utf-8", env=environment, check=False)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Two stored documents with their truth, a German one in a folder of that name, and one without a truth."""
    repaired = Line("1", "Pay 1O.00 now", correction=Correction((Verdict(Edit(4, 9, "1O.00", "10.00"), "accepted"),)))
    broken = Line("1", "Summe 60,00", correction=Correction((Verdict(Edit(6, 11, "60,00", "600,00"), "accepted"),)))
    for name, line in (("a", repaired), ("de/b", broken), ("c", broken)):
        path = tmp_path / f"{name}.json"
        path.parent.mkdir(exist_ok=True)
        path.write_text(schema.dumps(Document(name, (Page(1, blocks=(Block((line,)),)),))), encoding="utf-8")
    (tmp_path / "a.gt.txt").write_text("Pay 10.00 now\n", encoding="utf-8")
    (tmp_path / "a.txt").write_text("what ocrect wrote once", encoding="utf-8")
    (tmp_path / "de" / "b.txt").write_text("Summe 60,00\n", encoding="utf-8")
    return tmp_path


def test_a_folder_is_measured_and_every_harmed_number_shown(folder: Path) -> None:
    done = evaluate(folder, "--no-correct")
    assert done.returncode == 0, done.stderr
    assert "2 pages of 2 files" in done.stdout
    assert "b.json: 60,00" in done.stdout
    assert "pages: 1 better, 1 worse, 0 the same" in done.stdout
    assert len(done.stdout.splitlines()) <= 24
    assert "Traceback" not in done.stderr


def test_json_says_the_same_by_language_and_kind(folder: Path) -> None:
    done = evaluate(folder, "--no-correct", "--json")
    values = json.loads(done.stdout)
    assert set(values["languages"]) == {"und", "de"}
    assert values["languages"]["und"]["cer"]["after"]["errors"] == 0
    assert values["kinds"]["digits"]["accepted"] == {"right": 1, "partly": 0, "wrong": 1, "unplaced": 0}
    assert [n["number"] for n in values["harmed_numbers"]] == ["60,00"]
    assert values["harm"] == {"rate": 0.25, "errors": 1, "of": 4}
    assert values["failures"] == []


def test_a_scan_is_read_and_compared_with_the_truth_named_for_it(tmp_path: Path) -> None:
    truth = tmp_path / "truth.txt"
    truth.write_text("Subtotal $1,500.00 Sales tax 8 % $120.00 Total amount due $1,620.00", encoding="utf-8")
    done = evaluate(f"{INVOICE}={truth}", "--json")
    assert done.returncode == 0, done.stderr
    values = json.loads(done.stdout)
    assert values["number_recall"]["after"] == {"rate": 1.0, "found": 4, "of": 4}
    assert values["pages"]["all"] == 1


def test_what_ocrect_wrote_beside_a_scan_is_no_truth_until_a_person_changes_it(folder: Path) -> None:
    written = folder / "c.txt"
    command = [sys.executable, "-m", "ocrect", "correct", str(folder / "c.json"), "-o", str(written), "--runtime", "none"]
    subprocess.run(command, check=True)
    done = evaluate(folder / "c.json", "--no-correct")
    assert done.returncode == 5
    assert "What ocrect wrote" in done.stderr
    written.write_text("Summe 600,00\n", encoding="utf-8")
    assert "1 page of 1 file" in evaluate(folder / "c.json", "--no-correct").stdout


def test_a_pair_that_fails_is_reported_and_the_others_go_on(folder: Path) -> None:
    (folder / "d.png").write_bytes(b"no picture")
    (folder / "d.txt").write_text("x", encoding="utf-8")
    done = evaluate(folder, "--no-correct")
    assert done.returncode == 2
    assert "d.png" in done.stderr
    assert "2 pages of 2 files" in done.stdout


def test_without_a_truth_the_message_says_where_it_should_be(folder: Path) -> None:
    done = evaluate(folder / "c.json")
    assert done.returncode == 5
    assert "c.gt.txt" in done.stderr
    assert "Traceback" not in done.stderr
