"""OCRmyPDF with ocrect beside OCRmyPDF with Tesseract.

python -m bench.with_ocrmypdf resources [--folder RESOURCES] [--only NAME]   its own test files: what ours alone does not do
python -m bench.with_ocrmypdf beside --data FOLDER [--pages 1 --pages 20]    scans with truth: CPU time, memory, words right

Without --folder the test files are fetched: they are in the source package of the installed version, which pip downloads. The
reading is without a language model. Each run is a process of its own; memory is the largest resident size of one process.
"""

from __future__ import annotations

import argparse
import io
import os
import subprocess
import sys
import tarfile
import tempfile
from collections import Counter
from collections.abc import Iterator, Sequence
from importlib.metadata import version
from pathlib import Path
from typing import NamedTuple

import img2pdf
import pypdfium2 as pdfium

from bench.dataset import Item, items

ENGINES = ("tesseract", "ocrect")
_COMMON = ("--output-type", "pdf", "--optimize", "0", "--jobs", "1", "--image-dpi", "300", "--quiet")
_LONGEST = 900  # seconds for one run


class Run(NamedTuple):
    """What a run came to: exit code, what it said last, CPU seconds, largest resident size in MiB."""

    code: int
    said: str
    seconds: float
    peak: float


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("what", choices=("resources", "beside"))
    parser.add_argument("--folder", type=Path)
    parser.add_argument("--only", action="append", help="names of test files (all where none is named)")
    parser.add_argument("--mode", default="force-ocr", choices=("force-ocr", "redo-ocr", "skip-text"))
    parser.add_argument("--data", type=Path)
    parser.add_argument("--set", default="scans")
    parser.add_argument("--pages", type=int, action="append")
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        if chosen.what == "resources":
            resources(chosen.folder or fetched(Path(folder)), Path(folder), chosen.only, f"--{chosen.mode}")
        else:
            beside(chosen.data, chosen.set, chosen.pages or [1, 20], Path(folder))


def fetched(folder: Path) -> Path:
    """The folder of test files of the installed version's source package."""
    name = f"ocrmypdf=={version('ocrmypdf')}"
    command = [sys.executable, "-m", "pip", "download", "-q", "--no-deps", "--no-binary", ":all:", "-d", str(folder), name]
    subprocess.run(command, check=True)
    (archive,) = folder.glob("ocrmypdf-*.tar.gz")
    with tarfile.open(archive) as opened:
        opened.extractall(folder, filter="data")
    return next(folder.glob("ocrmypdf-*/tests/resources"))


def resources(folder: Path, scratch: Path, only: Sequence[str] | None, mode: str) -> None:
    """The first page of each file with both engines, with ours where plain OCRmyPDF does it; tell what ours alone does not."""
    worse: list[str] = []
    count: Counter[str] = Counter()
    for path in sorted(p for p in folder.iterdir() if p.suffix in (".pdf", ".png", ".jpg")):
        if only and path.name not in only:
            continue
        plain = run(path, scratch / "plain.pdf", "tesseract", mode, "--pages", "1")
        count["plain fails"] += bool(plain.code)
        if plain.code:
            print(f"{path.name}: plain fails, exit code {plain.code}", flush=True)
            continue
        ours = run(path, scratch / "ours.pdf", "ocrect", mode, "--pages", "1")
        count["both"] += not ours.code
        told = f"{path.name}: plain {plain.seconds:.0f} CPU-s, ours {ours.seconds:.0f} CPU-s, exit code {ours.code}"
        print(told, ours.said if ours.code else "", flush=True)
        if ours.code:
            worse.append(path.name)
    print(f"{dict(count)}, ours alone fails: {worse or 'none'}")


def run(path: Path, out: Path, engine: str, *flags: str) -> Run:
    """One run of OCRmyPDF, watched by a process of its own, which tells its time and memory."""
    command = [sys.executable, "-m", "ocrmypdf", *_COMMON, "--ocr-engine", engine, *flags, str(path), str(out)]
    watched = [sys.executable, "-c", _WATCH, *command]
    environment = {**os.environ, "OCRECT_RUNTIME": "none", "OMP_THREAD_LIMIT": "1"}
    try:
        done = subprocess.run(watched, capture_output=True, text=True, env=environment, check=False, timeout=_LONGEST)
    except subprocess.TimeoutExpired:
        return Run(-1, f"more than {_LONGEST} seconds", float(_LONGEST), 0.0)
    code, seconds, peak = done.stdout.split()[-3:]
    said = done.stderr.strip().splitlines()
    return Run(int(code), said[-1] if said else "", float(seconds), float(peak))


_WATCH = """
import resource, subprocess, sys
code = subprocess.run(sys.argv[1:]).returncode
used = resource.getrusage(resource.RUSAGE_CHILDREN)
print(code, used.ru_utime + used.ru_stime, used.ru_maxrss / 1024)
"""


def beside(data: Path, name: str, lengths: Sequence[int], scratch: Path) -> None:
    """PDFs of so many scans: time, memory and words right of OCRmyPDF with either engine, and of `ocrect read` alone."""
    scans = [item for item in items(data, name) if item.kind == "image"]
    for count in lengths:
        own = scans[:count]
        path = scratch / f"{count}.pdf"
        path.write_bytes(img2pdf.convert([item.path("image").read_bytes() for item in own], layout_fun=_layout()))
        for engine in ENGINES:
            out = scratch / f"{engine}.pdf"
            done = run(path, out, engine, "--skip-text")
            right, words = _right(out, own) if not done.code else (0, 0)
            print(f"{count} pages, {engine}: {_told(done)}, words right {right} of {words}", flush=True)
        print(f"{count} pages, ocrect read alone: {_told(_read(path, scratch / 'read.pdf'))}", flush=True)


def _layout() -> object:
    return img2pdf.get_fixed_dpi_layout_fun((300, 300))


def _read(path: Path, out: Path) -> Run:
    out.unlink(missing_ok=True)
    command = [sys.executable, "-m", "ocrect", "read", str(path), "-o", str(out), "-q", "--language", "en", "--threads", "1"]
    watched = [sys.executable, "-c", _WATCH, *command]
    done = subprocess.run(watched, capture_output=True, text=True, env={**os.environ, "OCRECT_RUNTIME": "none"}, check=True)
    code, seconds, peak = done.stdout.split()[-3:]
    return Run(int(code), "", float(seconds), float(peak))


def _told(done: Run) -> str:
    return f"exit code {done.code}, {done.seconds:.1f} CPU-s, peak {done.peak:.0f} MiB {done.said if done.code else ''}".strip()


def _right(out: Path, own: Sequence[Item]) -> tuple[int, int]:
    """How many words of the ground truth are found in the PDF's text, page by page, and how many there are."""
    right = total = 0
    for words, item in zip(_words(out), own, strict=True):
        truth = Counter(item.truth.split())
        right += sum((truth & words).values())
        total += sum(truth.values())
    return right, total


def _words(out: Path) -> Iterator[Counter[str]]:
    with io.BytesIO(out.read_bytes()) as held:
        for page in pdfium.PdfDocument(held):
            yield Counter(page.get_textpage().get_text_range().replace("\ufffe", "-\n").split())


if __name__ == "__main__":
    main()
