"""Files are written whole or not at all."""

from __future__ import annotations

import errno
import io
import os
import stat
from pathlib import Path

import pytest

from ocrect import plugins, writers
from ocrect.errors import ExportError
from ocrect.record import schema
from ocrect.record.correction import Correction, Edit, Finding, Verdict
from ocrect.record.document import Block, Document, Line, Page
from ocrect.settings import Settings
from ocrect.source.original import OriginalFile


@pytest.fixture
def document():
    verdict = Verdict(Edit(0, 6, "Invoic", "Invoice"), "accepted")
    first = Page(1, blocks=(Block((Line("p1-l1", "Invoic", correction=Correction((verdict,))), Line("p1-l2", "Zürich € 5"))),))
    return Document("scan.png", (first, Page(2, blocks=(Block((Line("p2-l1", "Seite 2"),)),))))


def filled(document, name="text"):
    """What puts ``document`` into a stream by the writer of that name."""
    writer = plugins.load("writers", name)(Settings())
    return lambda out: writer(document, OriginalFile(None, Settings()), out)


def test_text_is_the_corrected_text_with_one_newline_at_its_end(document, tmp_path):
    writers.save(filled(document), tmp_path / "scan.txt")
    assert (tmp_path / "scan.txt").read_bytes().decode() == "Invoice\nZürich € 5\n\fSeite 2\n"


def test_an_empty_document_is_an_empty_line_of_text(tmp_path):
    writers.save(filled(Document("blank.png", (Page(1),))), tmp_path / "blank.txt")
    assert (tmp_path / "blank.txt").read_bytes() == b"\n"


def test_json_can_be_loaded_again(document, tmp_path):
    writers.save(filled(document, "json"), tmp_path / "scan.json")
    assert schema.loads((tmp_path / "scan.json").read_text(encoding="utf-8")) == document


def test_the_record_says_why_an_edit_that_no_check_speaks_of_was_not_made():
    out = io.BytesIO()
    silent = Finding("lexicon", None, "nothing to say")
    verdict = Verdict(Edit(0, 6, "Invoic", "Invoice"), "review", (silent,), "nbest")
    line = Line("p1-l1", "Invoic", correction=Correction((verdict,)))
    filled(Document("scan.png", (Page(1, blocks=(Block((line,)),)),)), "record")(out)
    assert out.getvalue().decode().splitlines() == [
        "? page 1, line 1: 'Invoic' → 'Invoice'  for review (from nbest)",
        "    · no check supports it",
        "edits: 0 accepted, 1 for review, 0 rejected",
    ]


@pytest.mark.parametrize("name", ["text", "json"])
def test_writers_are_found_by_name(name, document, tmp_path):
    writers.save(filled(document, name), tmp_path / "out")
    assert (tmp_path / "out").stat().st_size > 0


def test_a_missing_folder_is_an_error_that_says_how_to_make_it(document, tmp_path):
    with pytest.raises(ExportError, match="there is no folder") as caught:
        writers.save(filled(document), tmp_path / "missing" / "scan.txt")
    assert "mkdir -p" in caught.value.hint
    assert not (tmp_path / "missing").exists()


def test_a_folder_in_the_place_of_the_file_is_an_error(document, tmp_path):
    with pytest.raises(ExportError, match="it is a folder"):
        writers.save(filled(document), tmp_path)


def test_a_full_disk_leaves_the_old_file_and_nothing_else(document, tmp_path):
    def on_a_full_disk(out):
        out.write(b"half")
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    (tmp_path / "scan.txt").write_text("old")
    with pytest.raises(ExportError, match="No space left") as caught:
        writers.save(on_a_full_disk, tmp_path / "scan.txt", force=True)
    assert "disk is full" in caught.value.hint
    assert [(path.name, path.read_text()) for path in tmp_path.iterdir()] == [("scan.txt", "old")]


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no device that is always full here")
def test_a_device_that_is_full_is_an_export_error(document):
    with pytest.raises(ExportError, match="No space left"):
        writers.save(filled(document), "/dev/full")


@pytest.mark.parametrize("interruption", [KeyboardInterrupt, ZeroDivisionError])
def test_an_interrupted_export_leaves_nothing_and_is_not_hidden(interruption, document, tmp_path):
    def broken(out):
        out.write(b"half")
        raise interruption

    with pytest.raises(interruption):
        writers.save(broken, tmp_path / "scan.txt")
    assert list(tmp_path.iterdir()) == []


def test_a_file_that_is_replaced_keeps_its_permissions(document, tmp_path):
    path = tmp_path / "scan.txt"
    path.write_text("old")
    path.chmod(0o640)
    writers.save(filled(document), path, force=True)
    assert stat.S_IMODE(path.stat().st_mode) == 0o640
    assert path.read_text(encoding="utf-8").startswith("Invoice")


def test_a_new_file_has_the_permissions_that_new_files_have(document, tmp_path):
    (tmp_path / "by_hand").write_text("")
    writers.save(filled(document), tmp_path / "scan.txt")
    assert (tmp_path / "scan.txt").stat().st_mode == (tmp_path / "by_hand").stat().st_mode


def test_a_symbolic_link_is_followed_and_stays(document, tmp_path):
    (tmp_path / "real.txt").write_text("old")
    (tmp_path / "link.txt").symlink_to(tmp_path / "real.txt")
    writers.save(filled(document), tmp_path / "link.txt", force=True)
    assert (tmp_path / "link.txt").is_symlink()
    assert (tmp_path / "real.txt").read_text(encoding="utf-8").startswith("Invoice")


def test_a_name_that_is_too_long_is_an_export_error(document, tmp_path):
    with pytest.raises(ExportError, match="too long") as caught:
        writers.save(filled(document), tmp_path / ("n" * 300))
    assert "shorter" in caught.value.hint
