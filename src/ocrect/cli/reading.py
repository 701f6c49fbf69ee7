"""``ocrect read`` and ``ocrect correct``."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, cast

from ocrect.cli import options
from ocrect.cli.complaints import complain, page_error
from ocrect.cli.downloads import DownloadBar
from ocrect.errors import ExportError, InputError, PageError, SettingsError

if TYPE_CHECKING:
    from ocrect.pipeline import Pipeline
    from ocrect.plugins import Writer
    from ocrect.record.document import Document, Page

READ_EXAMPLES = """\
examples:
  ocrect read invoice.png                            the corrected text on standard output
  ocrect read scan.pdf --pages 1-3,7 -o scan.txt     three pages and one more, into a file
  ocrect read *.jpg -o out/ --format json            a file each in out/, with boxes, edits and findings
  ocrect read invoice.png --show-edits               what was changed and why, on standard error
  ocrect read rechnung.pdf --language de --prompt financial
  curl -s https://… | ocrect read - > text.txt
"""
SUFFIXES = {"text": ".txt", "json": ".json", "record": ".edits.txt"}


def register(commands: Any) -> None:
    """Add the two commands to the parser's sub-commands."""
    read = commands.add_parser(
        "read", help="read images and PDFs, and correct what was read", epilog=READ_EXAMPLES,
        description="Read images and PDFs, correct what was read, and check every correction against the pixels.",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )  # fmt: skip
    read.add_argument("scans", nargs="+", metavar="SCAN", help="PNG, JPEG, TIFF, WebP, BMP, GIF or PDF; - is standard input")
    options.add(read, "input", "reading", "language", "model", "correction")
    read.set_defaults(run=run_read)
    correct = commands.add_parser(
        "correct",
        help="correct what was read before, without its image",
        description="Correct a document that `ocrect read --format json` wrote (its evidence is in it), or a plain text. "
        "No image vouches for a plain text's edits: they are for review, or accepted with --accept-text-only.",
    )
    correct.add_argument("files", nargs="+", metavar="FILE", help="JSON of ocrect, or plain text; - is standard input")
    options.add(correct, "language", "model", "correction")
    correct.set_defaults(run=run_correct)
    for command in (read, correct):
        out = command.add_argument_group("output")
        out.add_argument("-o", "--output", metavar="OUT", help="file; or folder (an existing one, or with a / at its end)")
        out.add_argument("--format", default="text", metavar="NAME", help="text, json, record, or a plug-in's (default: text)")
        out.add_argument("--show-edits", action="store_true", help="print every edit and its reasons on standard error")
        out.add_argument("-q", "--quiet", action="store_true", help="no progress")


def run_read(chosen: argparse.Namespace) -> int:
    return _run(chosen, chosen.scans, _pages_read)


def run_correct(chosen: argparse.Namespace) -> int:
    return _run(chosen, chosen.files, _pages_corrected)


def _run(chosen: argparse.Namespace, files: list[str], pages_of: Any) -> int:
    """Each file through ``pages_of``; a file that fails is reported and the others go on. The first failure's exit code."""
    from ocrect import hub, plugins
    from ocrect.pipeline import Pipeline

    hub.watch(None if chosen.quiet else DownloadBar())
    settings = options.settings(chosen)
    writer = cast("Writer", plugins.load("writers", chosen.format))
    target = Target(chosen.output, chosen.format, writer, several=len(files) > 1)
    exit_code = 0
    with Pipeline(settings) as pipeline:
        for file in files:
            try:
                code = _one(pipeline, file, target, chosen, pages_of)
            except (InputError, PageError, ExportError) as error:
                complain(error, file)
                code = error.exit_code
            exit_code = exit_code or code
    return exit_code


def _one(pipeline: Pipeline, file: str, target: Target, chosen: argparse.Namespace, pages_of: Any) -> int:
    """Read one file and write it; where that breaks off, for whatever reason, the pages that are done are written first."""
    from ocrect.record import plaintext
    from ocrect.record.document import Document

    name = "standard input" if file == "-" else file
    pages: list[Page] = []
    try:
        for page in pages_of(pipeline, file, quiet=chosen.quiet):
            pages.append(page)
    except BaseException:
        if pages:
            done = Document(name, plaintext.joined(pages))
            where = target.write(done, file)
            amount = f"pages: {len(done.pages)}, lines: {len(list(done.lines()))}"
            print(f"\nocrect: broken off; what was done of {name} ({amount}) is in {where}", file=sys.stderr)
        raise
    document = Document(name, plaintext.joined(pages))
    target.write(document, file)
    if chosen.show_edits:
        _show_edits(document)
    for page in document.pages:
        error = page_error(page)
        if error is not None:
            complain(error, name)
    return PageError.exit_code if document.failures else 0


def _pages_read(pipeline: Pipeline, file: str, *, quiet: bool) -> Iterator[Page]:
    from ocrect import source

    given: Any = source.buffered(_standard_input()) if file == "-" else Path(file)
    total = source.count(given, pipeline.settings)
    yield from _progress(pipeline.pages(given), total, file, quiet)


def _pages_corrected(pipeline: Pipeline, file: str, *, quiet: bool) -> Iterator[Page]:
    from ocrect.record import plaintext

    pages = [part for page in _stored(file).pages for part in plaintext.parts(page)]
    yield from _progress(pipeline.correct_pages(pages), len(pages), file, quiet)


def _stored(file: str) -> Document:
    """The document in a JSON file of ocrect, or the one that a plain text makes."""
    from ocrect import source
    from ocrect.record import plaintext, schema

    text = source.read_text(_standard_input() if file == "-" else Path(file))
    return schema.loads(text) if text.lstrip().startswith("{") else plaintext.document(text)


def _standard_input() -> IO[bytes]:
    if sys.stdin is None:
        raise InputError("standard input is closed", hint="Name a file, or give the data as in `cat … | ocrect read -`.")
    return sys.stdin.buffer


def _progress(pages: Iterator[Page], total: int, file: str, quiet: bool) -> Iterator[Page]:
    from tqdm import tqdm

    hidden = quiet or not sys.stderr.isatty()
    yield from tqdm(pages, total=total, desc=Path(file).name, unit="page", disable=hidden, leave=False)


def _show_edits(document: Document) -> None:
    from ocrect import plugins

    sys.stdout.flush()
    plugins.load("writers", "record")(document, sys.stderr.buffer)


class Target:
    """Where results go: standard output, one file, or a file each in a folder.

    Raises:
        SettingsError: several files for one output file.
        ExportError: the folder is missing or cannot be made. That is found out before anything is read.
    """

    def __init__(self, output: str | None, format: str, writer: Writer, *, several: bool) -> None:
        from ocrect import writers as writers

        self._writer = writer
        self._suffix = SUFFIXES.get(format, "." + format)
        self._path = Path(output) if output and output != "-" else None
        try:
            self._folder = self._path is not None and self._is_folder(str(output), self._path)
        except OSError as error:
            raise writers.refused(str(output), error) from error
        self._taken: set[Path] = set()
        if several and self._path and not self._folder:
            raise SettingsError(f"several files cannot go into {output}", hint=f"Name a folder: -o {output}/")

    @staticmethod
    def _is_folder(named: str, path: Path) -> bool:
        """Whether results go into a folder, which is made where it is missing."""
        if named.endswith(("/", "\\")):
            path.mkdir(parents=True, exist_ok=True)
        elif not path.is_dir() and not path.parent.is_dir():
            raise ExportError(f"cannot write {path}: there is no folder {path.parent}", hint=f"Make it: mkdir -p {path.parent}")
        return path.is_dir()

    def write(self, document: Document, file: str) -> str:
        """Write and say where. Raises ExportError."""
        from ocrect import writers as writers

        if self._path is None:
            if sys.stdout is None:
                raise ExportError("standard output is closed", hint="Name a file: -o FILE")
            writers.stream(document, self._writer, sys.stdout.buffer, "to standard output")
            return "standard output"
        path = self._free(self._path / (_stem(file) + self._suffix)) if self._folder else self._path
        writers.write(document, self._writer, path)
        return str(path)

    def _free(self, path: Path) -> Path:
        """``path``, or with a number where another file of this run (a/x.png, b/x.png) has taken it."""
        number, wanted = 2, path
        while path in self._taken:
            path = wanted.with_name(f"{wanted.stem}-{number}{wanted.suffix}")
            number += 1
        self._taken.add(path)
        return path


def _stem(file: str) -> str:
    return "stdin" if file == "-" else Path(file).stem
