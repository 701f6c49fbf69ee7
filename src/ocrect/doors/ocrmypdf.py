"""The plug-in for OCRmyPDF: ocrect as its engine, and ocrect's correction behind any other engine.

OCRmyPDF finds this module by its entry point. ``options`` travel to worker processes; what lives longer than a call (engines,
the language model) is made here once a process, on first use, and threads share it. The hooks in the main process are
``add_options`` and ``check_options``; ``get_ocr_engine`` is asked in every process.
"""

from __future__ import annotations

import atexit
import fcntl
import json
import logging
import re
from collections.abc import Callable, Generator
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

from ocrmypdf import hookimpl
from ocrmypdf.exceptions import BadArgsError, ExitCode, ExitCodeException, MissingDependencyError
from ocrmypdf.hocrtransform import OcrElement
from ocrmypdf.pluginspec import OcrEngine, OrientationConfidence
from PIL import Image

import ocrect
from ocrect import prepare, source
from ocrect.doors import elements
from ocrect.engines.tesseract.tessdata import CODES
from ocrect.errors import InputTooLargeError, OcrectError
from ocrect.pipeline import Pipeline
from ocrect.record import schema
from ocrect.record.document import Document, Failure, Page, PageImage
from ocrect.settings import Settings

_log = logging.getLogger("ocrect")

NAME = "ocrect"
SURE = 15.0
"""OCRmyPDF's measure of an orientation that is certain."""
_FILE = re.compile(r"(\d{6})_")
"""OCRmyPDF names a page's files by its number, from 1."""


class FailedError(ExitCodeException):
    """An error of ocrect with its exit code and next step."""

    def __init__(self, error: OcrectError) -> None:
        super().__init__(error.in_full)
        self.exit_code = ExitCode(error.exit_code) if error.exit_code in set(ExitCode) else ExitCode.child_process_error


@hookimpl
def add_options(parser: Any) -> None:
    """Our options in ``ocrmypdf --help``; every other setting is a variable (``OCRECT_…``) or stands in ``ocrect.toml``."""
    for action in parser._actions:  # argparse offers no other way to a plug-in
        if "--ocr-engine" in action.option_strings:
            action.choices = [*action.choices, NAME]
    group = parser.add_argument_group("ocrect", "Reading by ocrect, and correction that is checked against the pixels")
    group.add_argument(
        "--ocrect-correct", action="store_true", help="correct what another engine read (--ocr-engine tesseract)"
    )
    group.add_argument("--ocrect-no-correct", action="store_true", help="read with ocrect, and correct nothing")
    group.add_argument("--ocrect-prompt", metavar="TEXT", help="how to correct: general, financial, medical, legal, historical")
    group.add_argument("--ocrect-model", metavar="TEXT", help="language model: a Hugging Face repo id or a .gguf file")
    group.add_argument("--ocrect-record", metavar="FILE", help="write each page's edits and doubts, a line of JSON a page")


@hookimpl
def check_options(options: Any) -> None:
    """Refuse invalid settings, and choose our own text layer, which keeps every script's order and place."""
    try:
        _pipeline(_settings(options))  # nothing is loaded yet
    except OcrectError as error:
        refusal = MissingDependencyError if error.exit_code == ExitCode.missing_dependency else BadArgsError
        raise refusal(error.in_full) from error
    if _is_chosen(options) and options.pdf_renderer == "auto":
        options.pdf_renderer = "sandwich"
    if record := getattr(options, "ocrect_record", None):
        Path(record).write_bytes(b"")


@hookimpl(wrapper=True, tryfirst=True)
def get_ocr_engine(options: Any) -> Generator[None, Any, Any]:
    """Our engine where it is chosen (``auto`` is ours), else the one that others give, with our correction where asked for."""
    given = yield
    if _is_chosen(options):
        return Engine()
    if given is not None and options is not None and getattr(options, "ocrect_correct", False) and options.ocr_engine != "none":
        return Corrected(given)
    return given


def _is_chosen(options: Any) -> bool:
    return options is not None and getattr(options, "ocr_engine", "auto") in ("auto", NAME)


class Engine(OcrEngine):
    """Reads and corrects page images for OCRmyPDF."""

    @staticmethod
    def version() -> str:
        return ocrect.__version__

    @staticmethod
    def creator_tag(options: Any) -> str:
        del options
        return f"ocrect {ocrect.__version__}"

    def __str__(self) -> str:
        return f"ocrect {ocrect.__version__}"

    @staticmethod
    def languages(options: Any) -> set[str]:
        """The codes that ``-l`` may name; if data is missing for one of them, the error comes when it is needed."""
        del options
        return {*CODES.values(), *CODES}

    @staticmethod
    def get_orientation(input_file: Path, options: Any) -> OrientationConfidence:
        """Degrees by which the page is turned clockwise: OCRmyPDF turns it back by them, though its documentation differs."""
        turns = _asked(input_file, options, lambda pipeline, image: pipeline.turns(image))
        return OrientationConfidence(angle=-90 * int(turns) % 360, confidence=SURE if turns else 0.0)

    @staticmethod
    def get_deskew(input_file: Path, options: Any) -> float:
        """Degrees by which the page must be turned counterclockwise to be level."""
        return _asked(input_file, options, lambda _, image: prepare.tilt(image))

    @staticmethod
    def supports_generate_ocr() -> bool:
        return True

    @staticmethod
    def generate_ocr(input_file: Path, options: Any, page_number: int = 0) -> tuple[OcrElement, str]:
        """The page as OCRmyPDF's tree, and its text."""
        page = replace(_read(input_file, options), number=page_number + 1)
        _record(page, options)
        return elements.tree(page), page.corrected

    @staticmethod
    def generate_hocr(input_file: Path, output_hocr: Path, output_text: Path, options: Any) -> None:
        from ocrect.writers.hocr import HocrWriter

        page = _numbered(_read(input_file, options), input_file)
        _record(page, options)
        with output_hocr.open("wb") as out:
            HocrWriter()(Document(input_file.name, (replace(page, number=1),)), _NoOriginal(), out)
        output_text.write_text(page.corrected, encoding="utf-8")

    @staticmethod
    def generate_pdf(input_file: Path, output_pdf: Path, output_text: Path, options: Any) -> None:
        """A PDF of the image's size that holds nothing but our invisible text."""
        from ocrect.writers.pdf import text_only

        page = _numbered(_read(input_file, options), input_file)
        _record(page, options)
        with output_pdf.open("wb") as out:
            text_only(replace(page, number=1), out)
        output_text.write_text(page.corrected, encoding="utf-8")


class Corrected(OcrEngine):
    """Another engine, and our correction of what it reads. No image vouches for an edit here, so numbers stay as they were read
    but for those that cannot be what they look like.
    """

    def __init__(self, engine: Any) -> None:
        self._engine = engine

    def __getattr__(self, name: str) -> Any:
        return getattr(self._engine, name)

    def version(self) -> str:
        return str(self._engine.version())

    def creator_tag(self, options: Any) -> str:
        return f"{self._engine.creator_tag(options)}, corrected by ocrect {ocrect.__version__}"

    def __str__(self) -> str:
        return f"{self._engine}, corrected by ocrect {ocrect.__version__}"

    def languages(self, options: Any) -> Any:
        return self._engine.languages(options)

    def get_orientation(self, input_file: Path, options: Any) -> Any:
        return self._engine.get_orientation(input_file, options)

    def get_deskew(self, input_file: Path, options: Any) -> Any:
        return self._engine.get_deskew(input_file, options)

    def supports_generate_ocr(self) -> bool:
        return True

    def generate_ocr(self, input_file: Path, options: Any, page_number: int = 0) -> tuple[OcrElement, str]:
        """The other engine's tree with our words in it, and the text."""
        if self._engine.supports_generate_ocr():
            tree, _ = self._engine.generate_ocr(input_file=input_file, options=options, page_number=page_number)
        else:
            hocr, text = (input_file.with_name(f"{input_file.stem}_read.{suffix}") for suffix in ("hocr", "txt"))
            self._engine.generate_hocr(input_file=input_file, output_hocr=hocr, output_text=text, options=options)
            tree = elements.parsed(hocr, input_file)
        page = _corrected(replace(elements.page(tree), number=page_number + 1), options)
        _record(page, options)
        elements.put(tree, page)
        return tree, page.corrected

    def generate_hocr(self, input_file: Path, output_hocr: Path, output_text: Path, options: Any) -> None:
        from ocrect.writers.hocr import HocrWriter

        self._engine.generate_hocr(input_file=input_file, output_hocr=output_hocr, output_text=output_text, options=options)
        page = _corrected(elements.page(elements.parsed(output_hocr, input_file)), options)
        _record(_numbered(page, input_file), options)
        with output_hocr.open("wb") as out:
            HocrWriter()(Document(input_file.name, (page,)), _NoOriginal(), out)
        output_text.write_text(page.corrected, encoding="utf-8")

    def generate_pdf(self, input_file: Path, output_pdf: Path, output_text: Path, options: Any) -> None:
        from ocrect.writers.pdf import text_only

        tree, text = self.generate_ocr(input_file, options, int(_numbered(Page(1), input_file).number) - 1)
        with output_pdf.open("wb") as out:
            text_only(replace(elements.page(tree), number=1), out)
        output_text.write_text(text, encoding="utf-8")


class _NoOriginal:
    """For writers that need none."""

    def opened(self) -> Any:
        raise NotImplementedError

    def image(self, page: Page) -> PageImage:
        raise NotImplementedError


# the pipeline of this process


def _settings(options: Any) -> Settings:
    """The settings that OCRmyPDF's options make, over the environment and ``ocrect.toml``. OCRmyPDF runs a page a worker, so an
    engine takes one thread.
    """
    flags = {"prompt": "ocrect_prompt", "model": "ocrect_model"}
    changes = {setting: value for setting, option in flags.items() if (value := getattr(options, option, None))}
    if getattr(options, "ocrect_no_correct", False):
        changes["correct"] = False
    named_by = {name: code for code, name in CODES.items()}
    languages = [named_by.get(name, name) for name in getattr(options, "languages", None) or ["eng"]]
    made = Settings.load(language="+".join(languages), threads=1, **changes)
    megapixels = getattr(options, "max_image_mpixels", None)
    if megapixels and made.max_pixels == Settings().max_pixels:
        return made.with_(max_pixels=max(1, round(1e6 * megapixels)))
    return made


@cache
def _pipeline(settings: Settings) -> Pipeline:
    made = Pipeline(settings)
    atexit.register(made.close)
    return made


def _read(input_file: Path, options: Any) -> Page:
    """The page of an image file, corrected if the settings say so. One that is too large is an empty page with a warning, as
    OCRmyPDF does with pages that its own engine cannot read.

    Raises:
        FailedError: the image, the engine's data or the model cannot be had.
    """
    try:
        (page,) = _pipeline(_settings(options)).pages(input_file)
    except InputTooLargeError as error:
        page = _empty(input_file, error)
    except OcrectError as error:
        raise FailedError(error) from error
    if page.failure is not None:
        _log.error("page %s: %s %s", _numbered(page, input_file).number, page.failure.message, page.failure.hint)
    return page


def _empty(input_file: Path, error: OcrectError) -> Page:
    with Image.open(input_file) as image:
        dpi = image.info.get("dpi", (0, 0))[0]
        return Page(1, *image.size, dpi=float(dpi) or None, failure=Failure.of(error))


def _corrected(page: Page, options: Any) -> Page:
    try:
        return _pipeline(_settings(options).with_(accept_text_only=True)).correct_page(page)
    except OcrectError as error:
        raise FailedError(error) from error


def _numbered(page: Page, input_file: Path) -> Page:
    found = _FILE.match(input_file.name)
    return replace(page, number=int(found[1])) if found else page


def _asked(input_file: Path, options: Any, ask: Callable[[Pipeline, PageImage], float]) -> float:
    """What ``ask`` finds on the page of an image file, which is not read as a whole; 0 for an image that is too large.

    Raises:
        FailedError: the image or the engine's data cannot be had.
    """
    try:
        settings = _settings(options)
        image = next(iter(source.pages(input_file, settings)))
        return ask(_pipeline(settings), image) if isinstance(image, PageImage) else 0.0
    except InputTooLargeError:
        return 0.0  # the error is reported when the page is read
    except OcrectError as error:
        raise FailedError(error) from error


def _record(page: Page, options: Any) -> None:
    """Add the page to the record. Workers write to one file, each a whole line at a time."""
    path = getattr(options, "ocrect_record", None)
    if not path:
        return
    line = json.dumps(schema.dump(Document("", (page,))), ensure_ascii=False) + "\n"
    with Path(path).open("ab") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        file.write(line.encode("utf-8", "backslashreplace"))
