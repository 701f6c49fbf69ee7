"""A folder of files: nothing is repeated that was finished, nothing lost or doubled, whatever is killed and whenever.

The files are PDFs whose own text is taken (``text_layer=only``), so that hundreds are read in seconds by the real pipeline.
"""

from __future__ import annotations

import errno
import json
import multiprocessing
import os
import random
import re
import resource
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from contextlib import suppress
from dataclasses import replace
from functools import partial
from html import unescape
from pathlib import Path
from urllib.parse import unquote_to_bytes

import pytest
from serving import a_pdf as pdf_of

from ocrect.batch import run as batch
from ocrect.batch.manifest import MOST_DEATHS, Found, Manifest, owner
from ocrect.batch.work import Plan
from ocrect.errors import ExportError, InputError, SettingsError
from ocrect.record.document import Block, Line, Page
from ocrect.settings import Settings

SETTINGS = Settings(text_layer="only", runtime="none", correct=False)


def a_pdf(path: Path, *texts: str) -> None:
    """A PDF with a page for each text, which is its text layer."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(pdf_of(*texts))


@pytest.fixture
def folders(tmp_path: Path) -> tuple[Path, Path]:
    inputs = tmp_path / "in"
    for n in range(6):
        a_pdf(inputs / f"sub{n % 2}" / f"file{n}.pdf", *(f"This is page {p} of the file number {n}" for p in range(1, 4)))
    return inputs, tmp_path / "out"


def plan(folders: tuple[Path, Path], *formats: str, settings: Settings = SETTINGS) -> Plan:
    inputs, outputs = folders
    return Plan(batch.manifest_of(outputs), inputs, outputs, settings, formats or ("text",))


def done(chosen: Plan, workers: int = 1, **how: bool) -> dict[str, int]:
    return batch.run(chosen, batch.processes(chosen, workers), said=lambda _: None, progress=lambda _: None, **how)


def command(folders: tuple[Path, Path]) -> list[str]:
    flags = ("--text-layer", "only", "--runtime", "none", "--no-correct", "-q", "--workers", "2")
    return [sys.executable, "-m", "ocrect", "batch", *map(str, folders), *flags]


def test_results_mirror_the_tree_and_are_not_made_twice(folders):
    assert done(plan(folders))["done"] == 6
    out = folders[1] / "sub1" / "file3.pdf.txt"
    assert out.read_text().startswith("This is page 1 of the file number 3")
    before = out.stat().st_mtime_ns
    assert done(plan(folders))["done"] == 6
    assert out.stat().st_mtime_ns == before


def test_of_each_file_the_pages_are_read_that_are_asked_for(folders):
    some = plan(folders, settings=SETTINGS.with_(pages="2-"))
    assert done(some)["done"] == 6
    text = (folders[1] / "sub1" / "file3.pdf.txt").read_text()
    assert [f"page {page}" in text for page in (1, 2, 3)] == [False, True, True]


def test_another_format_is_written_from_what_was_read(folders):
    done(plan(folders))
    with Manifest(plan(folders).manifest) as manifest:
        before = {row.path: row.pages for row in manifest.rows()}
    done(plan(folders, "text", "hocr"))
    with Manifest(plan(folders).manifest) as manifest:
        assert {row.path: row.pages for row in manifest.rows()} == before
    assert (folders[1] / "sub0" / "file0.pdf.hocr").exists()


def test_a_changed_setting_of_writing_writes_anew_and_reads_nothing(folders):
    done(plan(folders, "json"))
    out = folders[1] / "sub0" / "file0.pdf.json"
    with sqlite3.connect(plan(folders).manifest) as base:
        base.execute("UPDATE page SET review = 77")  # a page that is read again would have its own number
    before = out.stat().st_mtime_ns
    done(plan(folders, "json", settings=SETTINGS.with_(json_whole=True)))
    assert out.stat().st_mtime_ns > before
    with Manifest(plan(folders).manifest) as manifest:
        assert {row.review for row in manifest.rows()} == {3 * 77}


def test_changed_files_and_lost_results_are_done_anew_and_copies_are_not_read(folders):
    done(plan(folders))
    a_pdf(folders[0] / "sub0" / "file0.pdf", "Another text stands here now, all of it")
    (folders[1] / "sub1" / "file1.pdf.txt").unlink()
    shutil.copy(folders[0] / "sub1" / "file3.pdf", folders[0] / "copy of it.pdf")
    assert done(plan(folders))["done"] == 7
    assert (folders[1] / "sub0" / "file0.pdf.txt").read_text().startswith("Another text")
    assert (folders[1] / "sub1" / "file1.pdf.txt").exists()
    assert "file number 3" in (folders[1] / "copy of it.pdf.txt").read_text()


def test_a_file_that_cannot_be_read_is_kept_with_its_reason_and_stops_nothing(folders):
    (folders[0] / "broken.pdf").write_bytes(b"%PDF-1.4 and then nothing")
    assert done(plan(folders)) == {"waiting": 0, "working": 0, "done": 6, "failed": 1, "aside": 0}
    with Manifest(plan(folders).manifest) as manifest:
        (row,) = [row for row in manifest.rows() if row.state == "failed"]
    assert row.path == "broken.pdf"
    assert row.exit_code == 2


def test_what_workers_say_names_the_file_that_it_is_about(folders):
    shutil.rmtree(folders[0] / "sub1")
    flags = ("--text-layer", "only", "--runtime", "openai", "--model-url", "http://127.0.0.1:9/v1", "--workers", "1")
    found = subprocess.run(
        [sys.executable, "-m", "ocrect", "batch", *map(str, folders), *flags, "-q"], capture_output=True, text=True, check=False
    )
    warned = [line for line in found.stderr.splitlines() if "going on without the model that is named" in line]
    read = sorted(path.relative_to(folders[0]).as_posix() for path in folders[0].rglob("*.pdf"))
    assert len(read) > 1
    assert sorted(line.split(": ")[1] for line in warned) == read, found.stderr


def test_links_files_that_cannot_be_opened_and_an_empty_folder_are_told(folders, monkeypatch):
    inputs, outputs = folders
    told: list[str] = []
    for name in ("one.pdf", "two.pdf"):
        (inputs / name).symlink_to(inputs / "sub0" / "file0.pdf")
    (inputs / "sub0" / "dead.pdf").symlink_to(inputs / "nothing.pdf")
    (inputs / "sub0" / "more").symlink_to(inputs / "sub1")
    shut = inputs / "sub1" / "file1.pdf"
    opened = Path.open

    def refused(path: Path, *how: str) -> object:
        if path == shut:
            raise PermissionError(13, "Permission denied")
        return opened(path, *how)

    monkeypatch.setattr(Path, "open", refused)
    with Manifest(plan(folders).manifest) as manifest:
        assert batch.take_in(manifest, plan(folders), told.append) == 5
    assert told == [
        "one.pdf (and 3 more) is left out: it is a link, and links are not followed",
        "sub1/file1.pdf is left out: it is not to be opened",
    ]
    bare = outputs.parent / "bare"
    (bare / "sub").mkdir(parents=True)
    told.clear()
    empty = replace(plan(folders), inputs=bare, manifest=batch.manifest_of(bare / "out"))
    with Manifest(empty.manifest) as manifest:
        assert batch.take_in(manifest, empty, told.append) == 0
    assert told == [f"{bare} holds no image and no PDF"]


LOOP = (
    b"%PDF-1.4\n1 0 obj\n<</Type/Catalog/Pages 2 0 R>>\nendobj\n2 0 obj\n<</Type/Pages/Kids[2 0 R 2 0 R]/Count 2>>\nendobj\n"
    b"trailer<</Size 3/Root 1 0 R>>\n%%EOF"
)
"""A PDF whose pages are read as damaged ones, and of which no searchable PDF can be made."""


def test_a_result_that_cannot_be_written_stops_no_other_and_is_written_alone_when_it_is_tried_again(folders):
    inputs, outputs = folders
    (inputs / "loop.pdf").write_bytes(LOOP)
    byhand = outputs / "sub0" / "file0.pdf.txt"
    byhand.parent.mkdir(parents=True)
    byhand.write_text("what somebody wrote by hand")
    wanted = plan(folders, "text", "pdf")
    assert done(wanted) == {"waiting": 0, "working": 0, "done": 5, "failed": 2, "aside": 0}
    assert byhand.read_text() == "what somebody wrote by hand"
    assert byhand.with_suffix("").is_file()  # the searchable PDF beside it
    assert (outputs / "loop.pdf.txt").is_file()
    with Manifest(wanted.manifest) as manifest:
        said = {row.path: row.error for row in manifest.rows() if row.state == "failed"}
    assert ("by hand" in str(said), "is there already" in said["sub0/file0.pdf"], "Pages" in said["loop.pdf"]) == (
        False,
        True,
        True,
    )
    assert "<" not in said["loop.pdf"]  # no object of Python's stands for the file
    byhand.unlink()
    before = {path: path.stat().st_mtime_ns for path in outputs.rglob("file[1-9].*")}
    assert done(wanted, retry=True)["failed"] == 1
    assert byhand.read_text().startswith("This is page 1 of the file number 0")
    assert {path: path.stat().st_mtime_ns for path in outputs.rglob("file[1-9].*")} == before


def test_killed_at_any_moment_it_goes_on_where_it_was(folders):
    chance = random.Random(7)
    for kill in (os.kill, os.killpg, os.kill, os.killpg):  # the command alone, whose workers must notice, or all of them
        process = subprocess.Popen(command(folders), start_new_session=True, stderr=subprocess.DEVNULL)
        time.sleep(chance.uniform(0.5, 3.0))
        with suppress(ProcessLookupError):  # it was done
            kill(process.pid, signal.SIGKILL)
        process.wait()
        assert_none_is_left(process.pid)
    finished = subprocess.run(command(folders), capture_output=True, text=True, check=False)
    assert finished.returncode == 0, finished.stderr
    report = json.loads((folders[1] / ".ocrect" / "report.json").read_text())
    assert report["files"]["done"] == 6
    assert report["pages"] == 18
    texts = [path.read_text() for path in sorted(folders[1].rglob("*.pdf.txt"))]
    assert len(texts) == 6
    assert all(text.count("This is page") == 3 for text in texts)
    assert not list(folders[1].rglob("*.part"))


def assert_none_is_left(group: int) -> None:
    """No process of that group lives on for longer than a few seconds."""
    end = time.monotonic() + 10
    while time.monotonic() < end:
        try:
            os.killpg(group, 0)
        except ProcessLookupError:
            return
        time.sleep(0.1)
    raise AssertionError("a worker outlives its command")


def test_a_watched_folder_is_read_as_files_come_and_a_half_written_one_when_it_is_whole(folders):
    heed = partial(signal.signal, signal.SIGINT, signal.default_int_handler)  # ignored where the tests run in the background
    process = subprocess.Popen([*command(folders), "--watch"], stderr=subprocess.PIPE, preexec_fn=heed)
    try:
        assert in_the_end(folders[1] / "sub1" / "file5.pdf.txt", "file number 5")
        a_pdf(folders[0] / "late" / "one.pdf", "This one came late and is read all the same")
        assert in_the_end(folders[1] / "late" / "one.pdf.txt", "came late")
        a_pdf(folders[0] / "last.tmp", "This one came slowly and is whole at last")
        whole, slow = (folders[0] / "last.tmp").read_bytes(), folders[0] / "slow.pdf"
        slow.write_bytes(whole[:200])
        time.sleep(4)
        slow.write_bytes(whole)
        assert in_the_end(folders[1] / "slow.pdf.txt", "whole at last")
    finally:
        process.send_signal(signal.SIGINT)
        said = process.communicate(timeout=60)[1].decode()
    assert "Traceback" not in said
    done = sum(1 for path in folders[0].rglob("*.pdf"))
    assert f"{done} of {done} files done; the same command goes on with the rest\nocrect: interrupted" in said


@pytest.mark.skipif(not hasattr(os, "killpg"), reason="needs groups of processes")
@pytest.mark.parametrize("after", [0.0, 0.3, 1.0])
def test_ctrl_c_at_any_time_and_again_ends_all_processes_without_a_traceback(folders, after):
    heed = partial(signal.signal, signal.SIGINT, signal.default_int_handler)  # ignored where the tests run in the background
    process = subprocess.Popen(command(folders), stderr=subprocess.PIPE, start_new_session=True, preexec_fn=heed)
    while not plan(folders).manifest.exists():  # Python has not come to our first line yet
        time.sleep(0.01)
    time.sleep(after)
    for _ in range(3):
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGINT)  # as a terminal does: to the workers too
        time.sleep(0.05)
    said = process.communicate(timeout=60)[1].decode()
    assert ("Traceback" not in said, process.returncode in (0, 130)) == (True, True), said
    assert_none_is_left(process.pid)


def in_the_end(path: Path, words: str, seconds: float = 120) -> bool:
    """Whether the file is there in the end, and has these words in it."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if path.exists() and words in path.read_text():
            return True
        time.sleep(0.2)
    return False


def test_two_runs_at_once_share_the_work(folders):
    runs = [subprocess.Popen(command(folders), stderr=subprocess.PIPE) for _ in range(2)]
    assert [process.wait() for process in runs] == [0, 0]
    assert len(list(folders[1].rglob("*.pdf.txt"))) == 6


def opened(path, barrier, failures):
    barrier.wait()
    try:
        Manifest(path).close()
    except ExportError as error:
        failures.put(str(error))


def test_processes_that_open_a_new_manifest_at_the_same_moment_all_get_it(tmp_path):
    context = multiprocessing.get_context("fork")
    failures = context.Queue()
    for number in range(60):
        barrier = context.Barrier(6)
        openers = [context.Process(target=opened, args=(tmp_path / str(number) / "m", barrier, failures)) for _ in range(6)]
        for opener in openers:
            opener.start()
        for opener in openers:
            opener.join()
    assert failures.empty(), failures.get()


@pytest.mark.parametrize(
    "wrong", ["--engine", "--proposers", "--prompt", "--rules", "--runtime", "--checks", "--second-engine"]
)
def test_what_the_settings_name_and_is_not_there_ends_the_run_with_what_there_is(folders, wrong):
    flags = ("--text-layer", "only", "-q", "--workers", "2", wrong, "finansial" if wrong == "--prompt" else "nonesuch")
    line = [sys.executable, "-m", "ocrect", "batch", *map(str, folders), *flags]
    ended = subprocess.run(line, capture_output=True, text=True, timeout=250, check=False)
    assert (ended.returncode, "Traceback" in ended.stderr) == (1, False), ended.stderr
    assert wrong == "--checks" or "nonesuch" in ended.stderr or "financial" in ended.stderr
    assert "of 6 files" not in ended.stderr


def test_workers_that_die_before_they_have_a_file_are_not_started_for_ever(folders, monkeypatch):
    monkeypatch.setattr(batch.work, "main", _stillborn)
    said = []
    batch.run(plan(folders), batch.processes(plan(folders), 2), said=said.append, progress=lambda _: None)
    assert said
    assert len(said) <= 2 * MOST_DEATHS


def _stillborn(chosen, name):
    del chosen, name
    os._exit(3)


def test_a_file_that_ends_its_worker_three_times_is_set_aside(tmp_path):
    with Manifest(tmp_path / "m.sqlite") as manifest:
        manifest.add(Found("bad.pdf", 1, 1, "a"), "s", "text")
        for n in range(MOST_DEATHS):
            name = owner(n)
            assert manifest.claim(name) is not None
            assert manifest.died(name, "signal 9") == "bad.pdf"
        assert manifest.claim(owner(9)) is None
        (row,) = manifest.rows()
    assert row.state == "aside"
    assert "signal 9" in row.error


def test_a_file_is_claimed_once_until_its_lease_runs_out(tmp_path, monkeypatch):
    with Manifest(tmp_path / "m.sqlite") as one, Manifest(tmp_path / "m.sqlite") as two:
        one.add(Found("a.pdf", 1, 1, "a"), "s", "text")
        job = one.claim("here")
        assert job is not None
        assert two.claim("there") is None
        now = time.time()
        monkeypatch.setattr(time, "time", lambda: now + 1_000)
        taken = two.claim("there")
        assert taken is not None
        assert taken.id == job.id


def test_a_file_that_gets_on_may_be_broken_off_any_number_of_times_and_one_that_does_not_may_not(tmp_path):
    with Manifest(tmp_path / "m.sqlite") as manifest:
        for name in ("long.pdf", "stuck.pdf"):
            manifest.add(Found(name, 1, 1, name), "s", "text")
        left = []
        for number in range(1, 40):
            for worker in ("one", "other"):
                job = manifest.claim(f"{worker} {number}")
                if job is not None and job.path == "long.pdf":
                    manifest.add_page(job, Page(number))
            left = [row.path for row in manifest.rows() if row.state != "aside"]
            with sqlite3.connect(manifest.path) as base:
                base.execute("UPDATE file SET lease = 0 WHERE state = 'working'")  # the power failed
        assert left == ["long.pdf"]


def test_pages_that_are_kept_are_not_asked_for_again(tmp_path):
    with Manifest(tmp_path / "m.sqlite") as manifest:
        manifest.add(Found("a.pdf", 1, 1, "a"), "s", "text")
        job = manifest.claim("me")
        assert job is not None
        manifest.add_page(job, Page(2, blocks=(Block((Line("l", "two"),)),)))
        manifest.give_back(job)
    with Manifest(tmp_path / "m.sqlite") as manifest:
        job = manifest.claim("me")
        assert job is not None
        assert manifest.numbers(job) == {2}
        assert manifest.document(job).text == "two"


def test_a_strangers_database_and_a_missing_disk_are_errors(tmp_path):
    stranger = tmp_path / "x.sqlite"
    with sqlite3.connect(stranger) as base:
        base.execute("CREATE TABLE t (a)")
    with pytest.raises(InputError, match="no manifest"):
        Manifest(stranger)
    (tmp_path / "text").write_text("no database at all, but long enough to have a header" * 20)
    with pytest.raises(ExportError):
        Manifest(tmp_path / "text")


@pytest.mark.parametrize(
    ("number", "next_step"),
    [
        (errno.EROFS, "read-only"),
        (errno.EACCES, "permissions"),
        (errno.ENOSPC, "free some space"),
        (errno.ENAMETOOLONG, "shorter"),
    ],
)
def test_a_manifest_that_cannot_be_made_is_told_with_the_step_that_helps(tmp_path, monkeypatch, number, next_step):
    def refuse(*_, **__):
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr(Path, "mkdir", refuse)
    with pytest.raises(ExportError, match=os.strerror(number)) as caught:
        Manifest(tmp_path / "out" / "x.sqlite")
    assert (next_step in caught.value.hint, "Errno" in str(caught.value)) == (True, False)


def test_a_damaged_manifest_and_a_full_disk_are_told_with_the_step_that_helps(tmp_path):
    (tmp_path / "noise.sqlite").write_bytes(random.Random(1).randbytes(5_000))
    with pytest.raises(ExportError) as caught:
        Manifest(tmp_path / "noise.sqlite")
    assert "move it away" in caught.value.hint
    with Manifest(tmp_path / "x.sqlite") as manifest:
        manifest._base.execute("PRAGMA max_page_count = 1")
        with pytest.raises(ExportError) as caught:
            manifest.remember(tmp_path, {"words": "x" * 1_000_000})
    assert "free some space" in caught.value.hint


def test_where_the_disk_gives_out_below_the_manifest_it_is_told_what_to_do(tmp_path):
    """SQLite calls it a disk I/O error where not even the index of its log can be kept, as on a full disk."""
    with Manifest(tmp_path / "x.sqlite"):
        pass
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    old = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (8192, before[1]))
    try:
        with pytest.raises(ExportError) as caught:
            Manifest(tmp_path / "x.sqlite")
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
        signal.signal(signal.SIGXFSZ, old)
    assert "I/O" in str(caught.value)
    assert "free some space" in caught.value.hint


def test_a_manifest_of_the_first_version_is_brought_up_to_date_and_a_later_one_refused(tmp_path):
    from ocrect.batch import tables

    path = tmp_path / "m.sqlite"
    with Manifest(path) as manifest:
        manifest.add(Found("a.pdf", 1, 1, "a"), "s", "text")
    with sqlite3.connect(path) as base:
        for table in ("job", "usage", "run", "decision"):
            base.execute(f"DROP TABLE {table}")
        base.execute("DROP INDEX file_by_turn")
        base.execute("PRAGMA user_version = 1")
    with Manifest(path) as manifest:
        assert [row.path for row in manifest.rows()] == ["a.pdf"]
    with sqlite3.connect(path) as base:
        assert base.execute("PRAGMA user_version").fetchone() == (tables.VERSION,)
        assert base.execute("SELECT count(*) FROM job").fetchone() == (0,)
        base.execute(f"PRAGMA user_version = {tables.VERSION + 1}")
    with pytest.raises(InputError, match="no manifest of this version"):
        Manifest(path)


def test_the_input_folder_is_never_the_output_folder(folders):
    with pytest.raises(SettingsError, match="input folder"):
        done(plan((folders[0], folders[0])))


ODD = [b"x\xff.pdf", b"x\\xff.pdf", b"back\\slash.pdf", b"two\nlines.pdf", "tên.pdf".encode(), b"q'&<.pdf"]


def test_a_file_of_any_name_has_a_place_in_the_manifest_and_a_result_of_its_name(folders):
    for number, name in enumerate(ODD):
        a_pdf(folders[0] / os.fsdecode(name), f"This is page 1 of the odd file {number}")
    assert done(plan(folders, "text", "json"))["done"] == 6 + len(ODD)
    for number, name in enumerate(ODD):
        result = Path(os.fsdecode(os.fsencode(folders[1]) + b"/" + name + b".txt"))
        assert result.read_text() == f"This is page 1 of the odd file {number}\n"
        before = result.stat().st_mtime_ns
        assert done(plan(folders, "text", "json"))["done"] == 6 + len(ODD)
        assert result.stat().st_mtime_ns == before


def test_the_reports_links_lead_to_the_results(folders):
    a_pdf(folders[0] / os.fsdecode(ODD[0]), "This is page 1 of an odd file")
    assert subprocess.run(command(folders), capture_output=True, check=False).returncode == 0
    report = folders[1] / ".ocrect" / "report.html"
    links = [unquote_to_bytes(unescape(link)) for link in re.findall(r"href='([^']+)'", report.read_text())]
    assert len(links) == 7
    assert all(Path(os.fsdecode(os.fsencode(report.parent) + b"/" + link)).is_file() for link in links)
    assert json.loads((report.parent / "report.json").read_text())["files"]["done"] == 7


def test_settings_that_no_file_can_be_read_with_end_the_run_before_any_file(folders):
    chosen = plan(folders, settings=SETTINGS.with_(pages="x"))
    with pytest.raises(SettingsError, match="neither a page nor a range"):
        done(chosen)
    with Manifest(chosen.manifest) as manifest:
        assert manifest.counts()["waiting"] == 6
