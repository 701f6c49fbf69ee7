"""``ocrect read`` and ``ocrect correct``."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial
from itertools import islice
from pathlib import Path
from types import TracebackType
from typing import IO, TYPE_CHECKING, Any, Self

from ocrect.cli import options, output
from ocrect.cli.complaints import complain, page_errors
from ocrect.cli.downloads import DownloadBar
from ocrect.errors import DamagedInputError, ExportError, InputError, PageError, SettingsError
from ocrect.wording import counted

if TYPE_CHECKING:
    from ocrect.pipeline import Pipeline
    from ocrect.plugins import Writer
    from ocrect.record.document import Document, Page
    from ocrect.record.spool import Spool
    from ocrect.settings import Settings
    from ocrect.source.original import OriginalFile
    from ocrect.writers.target import Target

READ_EXAMPLES = """\
examples:
  ocrect read invoice.png                            the corrected text on standard output
  ocrect read scan.pdf --pages 1-3,7 -o scan.txt     three pages and one more, into a file
  ocrect read *.jpg -o out/ --format json            a file each in out/, with boxes, edits and findings
  ocrect read scan.pdf -o out/ --format pdf,alto,text several formats at once
  ocrect read invoice.png --show-edits               what was changed and why, on standard error
  ocrect read rechnung.pdf --language de --prompt financial
  curl -s https://… | ocrect read - > text.txt
"""
CORRECT_DESCRIPTION = """\
Correct a document that `ocrect read --format json` wrote (its evidence is in it), or a plain text. No image vouches for a
plain text's edits: they are for review, or accepted with --accept-text-only.
"""
CORRECT_EXAMPLES = """\
examples:
  ocrect correct invoice.json -o invoice.txt         correct again, without OCR
  ocrect correct invoice.json --dictionary own.txt   with your own words, names and products
  ocrect correct letter.txt --accept-text-only       the text of another engine
"""
STANDARD_INPUT = "-"


def register(commands: Any) -> None:
    """Add the two commands to the parser's sub-commands."""
    read = commands.add_parser(
        "read", help="read images and PDFs, and correct what was read", epilog=READ_EXAMPLES,
        description="Read images and PDFs, correct what was read, and check every correction against the pixels.",
    )  # fmt: skip
    read.add_argument(
        "scans",
        nargs="+",
        type=options.name,
        metavar="SCAN",
        help="PNG, JPEG, TIFF, WebP, BMP, GIF or PDF; - is standard input",
    )
    read.set_defaults(run=run_read)
    correct = commands.add_parser(
        "correct",
        help="correct what was read before, without its image",
        description=CORRECT_DESCRIPTION,
        epilog=CORRECT_EXAMPLES,
    )
    correct.add_argument(
        "files", nargs="+", type=options.name, metavar="FILE", help="JSON of ocrect, or plain text; - is standard input"
    )
    correct.set_defaults(run=run_correct)
    correct.add_argument(
        "--scan", type=options.name, metavar="SCAN", help="the scan that a JSON was made of, for formats that show or hold it"
    )
    for command in (read, correct):
        group = output.add(command)
        group.add_argument(
            "--show-edits", action="store_true", help="what was changed, what is in doubt, and why, on standard error"
        )
        group.add_argument("-q", "--quiet", action="store_true", help="no progress")
    options.add(read, "input", "reading", "language", "model", "correction", "output")
    options.add(correct, "language", "model", "correction", "output")


def run_read(chosen: argparse.Namespace) -> int:
    return _run(chosen, chosen.scans, _readings)


def run_correct(chosen: argparse.Namespace) -> int:
    return _run(chosen, chosen.files, _corrections)


@dataclass(frozen=True, slots=True)
class Work:
    """One file on its way: what is known of its document, the pages to come, and the file that it was read from."""

    document: Document
    pages: Iterator[Page]
    total: int
    original: OriginalFile
    in_parts: bool = False
    """Whether pages of plain text come in parts (:func:`ocrect.record.plaintext.parts`)."""

    def done(self, spool: Spool) -> Document:
        """The document of the pages that are done."""
        from ocrect.record import plaintext

        return replace(self.document, pages=plaintext.joined(spool.pages()) if self.in_parts else spool.pages())


class Pipelines:
    """A pipeline for the settings, and one for another language where a document is in another; one at a time is open."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self._open: Pipeline | None = None

    def of(self, languages: tuple[str, ...] = ()) -> Pipeline:
        """The pipeline for these languages, or for the settings' own.

        Raises:
            SettingsError: a language is none.
        """
        from ocrect.pipeline import Pipeline

        wanted = self.settings.with_(language="+".join(languages)) if languages else self.settings
        if self._open is None or self._open.settings != wanted:
            self.close()
            self._open = Pipeline(wanted)
        return self._open

    def close(self) -> None:
        if self._open is not None:
            self._open.close()
        self._open = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.close()


def _run(chosen: argparse.Namespace, files: list[str], begin: Callable[..., Iterator[Callable[[], Work]]]) -> int:
    """Each file as ``begin`` begins it; one that fails is reported and the others go on. The first failure's exit code.

    What would stop the writing is found, and said, before the first file is read.
    """
    from ocrect import hub

    hub.watch(None if chosen.quiet else DownloadBar())
    settings = options.settings(chosen)
    writers = output.writers(chosen, settings)
    target = output.target(chosen, settings, writers, files)
    codes: list[int] = []
    with Pipelines(settings) as pipelines:
        free = [file for file in files if _is_free(target, file, codes)]
        for at, (file, work) in enumerate(zip(free, begin(pipelines, free, chosen), strict=True), 1):
            bar = f"{Path(file).name} ({at} of {len(free)})" if len(free) > 1 else Path(file).name
            try:
                codes.append(_one(work(), file, bar, writers, target, chosen))
            except (InputError, PageError, ExportError) as error:
                complain(error, _named(file))
                codes.append(error.exit_code)
    return next(filter(None, codes), 0)


def _is_free(target: Target, file: str, codes: list[int]) -> bool:
    """Whether there is a ``file`` to read and a place for its result; if not, that is said and the code added to ``codes``."""
    try:
        target.check(file)
        if file == STANDARD_INPUT:
            _standard_input()
    except (ExportError, InputError) as error:
        complain(error)
        codes.append(error.exit_code)
        return False
    return True


def _one(work: Work, file: str, bar: str, writers: Sequence[Writer], target: Target, chosen: argparse.Namespace) -> int:
    """Read one file and write it, with a progress bar of that name; where that breaks off, for whatever reason, the pages that
    are done are written beside.
    """
    from ocrect.record.spool import Spool

    name = _named(file)
    with work.original as original, Spool() as spool:
        try:
            for page in _progress(work, bar, quiet=chosen.quiet):
                spool.add(page)
        except BaseException:
            if len(spool):
                done = work.done(spool)
                where = " ".join(target.write_part([partial(writer, done, original) for writer in writers], file))
                amount = f"pages: {len(done.pages)}, lines: {len(list(done.lines()))}"
                print(f"\nocrect: broken off; what was done of {name} ({amount}) is in {where}", file=sys.stderr)
            raise
        document = work.done(spool)
        target.write([partial(writer, document, original) for writer in writers], file)
        if chosen.show_edits:
            _show_edits(document, name if len(_files(chosen)) > 1 else "")
        elif chosen.command == "correct" and not chosen.quiet:
            _tell_unaccepted(document, name)
        found = page_errors(document)
    for error in found:
        complain(error, name)
    return found[0].exit_code if found else 0


def _files(chosen: argparse.Namespace) -> list[str]:
    files: list[str] = chosen.scans if chosen.command == "read" else chosen.files
    return files


def _readings(pipelines: Pipelines, files: list[str], chosen: argparse.Namespace) -> Iterator[Callable[[], Work]]:
    """Scans on their way; the next ones are read while one is corrected and written."""
    from ocrect import source

    del chosen
    if not files:
        return
    given: list[Any] = [source.buffered(_standard_input()) if file == STANDARD_INPUT else file for file in files]
    pipeline = pipelines.of()
    for file, data, pages in zip(files, given, pipeline.each(given), strict=True):
        yield partial(_reading, pipeline, file, data, pages)


def _reading(pipeline: Pipeline, file: str, given: Any, pages: Iterator[Page]) -> Work:
    from ocrect import source
    from ocrect.record.document import Document
    from ocrect.source.original import OriginalFile

    document = Document(_named(file), languages=pipeline.settings.languages)
    total = len(source.numbers(given, pipeline.settings))
    return Work(document, pages, total, OriginalFile(given, pipeline.settings, file))


def _corrections(pipelines: Pipelines, files: list[str], chosen: argparse.Namespace) -> Iterator[Callable[[], Work]]:
    for file in files:
        yield partial(_correcting, pipelines, file, chosen)


def _correcting(pipelines: Pipelines, file: str, chosen: argparse.Namespace) -> Work:
    """A stored document or a plain text on its way; its original is the scan that was named, or one of its name beside it.

    A document is corrected in the languages that it was read in, unless the command names others.
    """
    from ocrect.record import plaintext
    from ocrect.source.original import OriginalFile

    document = _stored(file)
    try:
        pipeline = pipelines.of(() if chosen.language else document.languages)
    except SettingsError as error:
        pipelines.of()  # a mistake of the command's own is told as such
        raise DamagedInputError(f"{file}: {error}", hint="Name the language: --language.") from error
    if chosen.scan:
        original = OriginalFile(Path(chosen.scan), pipeline.settings, chosen.scan)
        for page in islice((page for page in document.pages if page.failure is None), 1):
            original.image(page)  # another scan is told before anything is done
    else:
        scan = Path(file).parent / Path(document.source).name
        is_there = scan.is_file() and not (file != STANDARD_INPUT and scan.samefile(file))  # a text is no scan of itself
        original = OriginalFile(scan if is_there else None, pipeline.settings, document.source)
    pages = [part for page in document.pages for part in plaintext.parts(page)]
    done = pipeline.correct_pages(pages) if pipeline.settings.correct else iter(pages)
    return Work(replace(document, languages=pipeline.settings.languages), done, len(pages), original, in_parts=True)


def _stored(file: str) -> Document:
    """The document in a JSON file of ocrect, or the one that a plain text makes."""
    from ocrect import source
    from ocrect.record import plaintext, schema

    text = source.read_text(_standard_input() if file == STANDARD_INPUT else file)
    if text.lstrip().startswith("{"):
        return schema.loads(text)
    return replace(plaintext.document(text), source=_named(file))


def _named(file: str) -> str:
    """What messages and documents call a file that the command was given."""
    return "standard input" if file == STANDARD_INPUT else file


def _standard_input() -> IO[bytes]:
    if sys.stdin is None:
        raise InputError("standard input is closed", hint="Name a file, or give the data as in `cat … | ocrect read -`.")
    return sys.stdin.buffer


def _progress(work: Work, bar: str, *, quiet: bool) -> Iterator[Page]:
    from tqdm import tqdm

    hidden = quiet or not sys.stderr.isatty()
    yield from tqdm(work.pages, total=work.total, desc=bar, unit="page", disable=hidden, leave=False)


def _tell_unaccepted(document: Document, name: str) -> None:
    """Say of a plain text, where all its edits are left for review, that there are some, and how to have them."""
    decisions = [verdict.decision for line in document.lines() if line.box is None for verdict in line.verdicts]
    left = decisions.count("review")
    if left and "accepted" not in decisions:
        sys.stdout.flush()
        print(
            f"ocrect: {name} stays as it is: {counted(left, 'edit')} for review, since no image vouches for any\n"
            "        --show-edits shows them; --accept-text-only makes those that the word list and the language model support",
            file=sys.stderr,
        )


def _show_edits(document: Document, name: str) -> None:
    """Print the record on standard error, each line of it behind the file's name where there are several files."""
    from ocrect.writers import record

    sys.stdout.flush()
    for line in record.lines(document):
        print(f"{name}: {line}" if name else line, file=sys.stderr)
