"""Read, propose, check, decide: the whole system on one screen.

Each stage is a plain callable found by name (:mod:`ocrect.plugins`) or given as an object. Reading needs the image;
correcting needs only the page that was read, so it can run later, elsewhere, with a better model.
"""

from __future__ import annotations

import logging
import os
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, closing, suppress
from dataclasses import replace
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self

import ocrect
from ocrect import prepare, source
from ocrect.correcting import prompts
from ocrect.correcting.case import LineFacts
from ocrect.correcting.doubts import doubted
from ocrect.correcting.judging import judged_page
from ocrect.correcting.readers.attached import attach
from ocrect.engines import choice, unread
from ocrect.errors import InputError, ModelError, OcrectError, PageError
from ocrect.lanes import End, side_by_side
from ocrect.plugins import Context, Runtime
from ocrect.record import plaintext
from ocrect.record.correction import Edit
from ocrect.record.document import Document, Failure, Line, Page, PageImage, Step
from ocrect.settings import Settings
from ocrect.source import Source
from ocrect.stages import Stages, Workshop
from ocrect.timekeeping import Timekeeper
from ocrect.wording import counted
from ocrect.words.language import languages_of, main_language
from ocrect.words.lexicon import UNDETERMINED

if TYPE_CHECKING:
    from ocrect.source.layered import Layered

log = logging.getLogger("ocrect")

Prompt = str | Callable[[], Mapping[str, str]]


class Pipeline:
    """Reads files and corrects what was read. Thread-safe where its stages are; ``close()`` frees the models.

    Raises:
        TypeError: ``settings`` are none.
        SettingsError: a setting names an engine or a runtime that is not installed.
    """

    def __init__(self, settings: Settings | None = None, *, prompt: Prompt | None = None, stages: Stages | None = None) -> None:
        if not isinstance(settings, Settings | None):
            raise TypeError(
                f"a Pipeline takes Settings, as in Pipeline(Settings(language='de')), not {type(settings).__name__}"
            )
        self.settings = settings or Settings.load()
        self.prompt = prompts.resolve(self.settings.prompt if prompt is None else prompt)
        self.times = Timekeeper()
        """How long the pages of files have been read or corrected that are in work."""
        self._workshop = Workshop(self.settings, stages or Stages(), prompted=self.prompt != prompts.PROMPTS["general"])

    # reading

    def read(self, file: Source, *, name: str = "") -> Document:
        """The document in ``file`` (a path, bytes or a binary stream), read and, unless switched off, corrected.

        Raises:
            InputError: the file as a whole cannot be read. A page that fails keeps its failure and stops nothing.
        """
        return Document(name or source_name(file), tuple(self.pages(file)), self.settings.languages)

    def pages(self, file: Source, *, pages: str = "") -> Iterator[Page]:
        """The same page by page, so that memory does not grow with the number of pages; ``pages`` in place of the settings'.

        A model that the settings name is asked first; where it fails the pages are read, corrected as :meth:`correct_page`
        says, and keep that failure.
        """
        for found in self.each([file], pages=pages):
            yield from found

    def each(self, files: Iterable[Source], *, pages: str = "") -> Iterator[Iterator[Page]]:
        """For each file its pages, as :meth:`pages` gives them; the next files are read while those of one are corrected.

        As with :func:`itertools.groupby` a file's pages are to be taken before the next file is asked for: what is left of
        them is passed over. What is wrong with a file as a whole is raised when its pages are taken.
        """
        files = list(files)
        settings = self.settings.with_(pages=pages) if pages else self.settings
        with closing(side_by_side(self.recognize, _all_pages(files, settings), self._workshop.lanes)) as read:
            for file in files:
                with self.at_work():
                    silent = self._workshop.ask_model() if self.settings.correct else None
                    found = _until_end(read)
                    yield self._finished(found, source_name(file), silent)
                    with suppress(InputError):
                        deque(found, maxlen=0)

    def _finished(self, read: Iterable[Page], name: str, silent: OcrectError | None) -> Iterator[Page]:
        """The pages of the file of that name, corrected; what was not read on one is said."""
        for page in read:
            log.info("page %d of %s", page.number, name)
            left = unread.told(page)
            if left:
                log.warning("page %d of %s: %s", page.number, name, left)
            if self.settings.correct:
                with self.times.timed(page):
                    page = self.correct_page(page, silent)
            yield page

    def recognize(self, found: PageImage | Layered) -> Page:
        """What a page says, uncorrected: its own text where it shows, and what the engine reads beside it, or in its pixels."""
        with self.times.timed(Page(found.number)):
            if isinstance(found, PageImage):
                return self._recognize(found)
            return found.settled(self._recognize, self._workshop.engine())

    def _recognize(self, image: PageImage) -> Page:
        """What the engine (and a second one, if asked for) reads in the pixels."""
        try:
            upright, page = prepare.read(image, self._workshop.engine())
            page = choice.stated(self._workshop.in_its_language(upright.image, page), self.settings)
            second = self._workshop.second_engine(main_language([line.language for line in page.lines()]))
            if second is not None:
                other = second(upright.image)
                page = attach(page, other, other.steps[0].name if other.steps else "second engine")
        except PageError as error:
            failure = Failure.of(error)
            return Page(image.number, image.width, image.height, image.dpi, steps=image.steps, failure=failure)
        return upright.as_given(unread.account(upright.image, page))

    def turns(self, image: PageImage) -> int:
        """By how many quarters a page has to be turned clockwise to be upright (:func:`ocrect.prepare.turns`).

        Raises:
            RecognitionError: the engine failed.
        """
        return prepare.turns(image, self._workshop.engine())

    # correcting

    def correct(self, read: Document | str) -> Document:
        """``read`` with a correction beside every line. A ``str`` is a document without evidence, a page for each form feed.

        Raises:
            TypeError: ``read`` is neither.
            ModelError: a model that the settings name cannot be had, or does not load.
        """
        document = plaintext.document(read) if isinstance(read, str) else read
        if not isinstance(document, Document):
            raise TypeError(f"a Document or a str can be corrected, not {type(read).__name__}; a file is read by read()")
        silent = self._workshop.ask_model()
        if silent is not None:  # nothing has been read yet that could be lost
            raise silent
        pages = (part for page in document.pages for part in plaintext.parts(page))
        with self.at_work():
            return replace(document, pages=plaintext.joined(map(self.correct_page, pages)))

    def correct_pages(self, pages: Iterable[Page]) -> Iterator[Page]:
        """The pages of one document, corrected one by one: the model is freed after the last (see ``keep_alive``).

        A model that the settings name is asked first, as by :meth:`pages`.
        """
        with self.at_work():
            silent = self._workshop.ask_model()
            for page in pages:
                log.info("correcting page %d, %s", page.number, counted(sum(1 for _ in page.lines()), "line"))
                yield self.correct_page(page, silent)

    def correct_page(self, page: Page, silent: OcrectError | None = None) -> Page:
        """``page`` with a correction beside every line.

        Where the language model fails, or was found ``silent`` before (:meth:`ocrect.stages.Workshop.ask_model`), it is
        corrected with the embedded one alone, else without any, and keeps the failure; where that fails too it is as read.
        """
        if silent is None:
            try:
                return self._corrected(page)
            except (PageError, ModelError) as error:
                silent = error
        became, failure = "left as it was read", Failure.of(silent)
        for runtime, how in self._workshop.stand_ins():
            try:
                page, became = self._corrected(page, runtime), f"corrected {how}"
                break
            except (PageError, ModelError) as error:
                log.debug("not %s: %s", how, error)
        return replace(page, failure=page.failure or replace(failure, message=f"{became}: {failure.message}"))

    def _corrected(self, page: Page, runtime: Callable[[], Runtime | None] | None = None) -> Page:
        lines = tuple(page.lines())
        with self.at_work():
            corrected = iter(self.correct_lines(lines, self.context(lines, runtime)))
        blocks = tuple(replace(block, lines=tuple(next(corrected) for _ in block.lines)) for block in page.blocks)
        return replace(page, blocks=blocks, steps=(*page.steps, self._step(runtime)))

    def correct_lines(self, lines: Sequence[Line], context: Context) -> list[Line]:
        """Each line with its correction: every proposal checked, decided, and kept with its findings.

        What a person decided on a line before stays as it is; all other verdicts are made anew.

        Raises:
            ValueError: a proposer has a bug: its lists are not one for each line, or an edit does not fit its line.
        """
        checks, text_only = self._workshop.checks(), self.settings.accept_text_only
        proposed = self.proposed(lines, context)
        corrections = judged_page(proposed, checks, accept_text_only=text_only)
        return doubted([replace(about.line, correction=found) for about, found in zip(proposed, corrections, strict=True)])

    def proposed(self, lines: Sequence[Line], context: Context) -> list[LineFacts]:
        """The lines with what all proposers propose for them, unjudged.

        Proposers and checks see the line's own language in ``context.language``, one of the settings' or, where they name none,
        the one that it has or that is found (:func:`ocrect.words.language.languages_of`); the line keeps it.

        Raises:
            ValueError: as :meth:`correct_lines`.
        """
        languages = self._languages(lines)
        contexts = {language: replace(context, language=language) for language in languages}
        proposals: list[dict[Edit, str]] = [{} for _ in lines]
        for name, proposer in self._workshop.proposers():
            for language, own in contexts.items():
                places = [i for i, found in enumerate(languages) if found == language]
                for i, edits in zip(places, proposer([lines[i] for i in places], own), strict=True):
                    _take(proposals[i], edits, lines[i], name)
        return [
            LineFacts(replace(line, language="" if language == UNDETERMINED else language), contexts[language], found)
            for line, language, found in zip(lines, languages, proposals, strict=True)
        ]

    def context(self, lines: Sequence[Line], runtime: Callable[[], Runtime | None] | None = None) -> Context:
        """What proposers and checks are told of a page of these lines; ``runtime`` in place of the pipeline's own."""
        asked = runtime or self._workshop.checked_runtime
        language = self.settings.languages[0] if self.settings.languages else main_language(self._languages(lines))
        return Context(lines, self.prompt, language, asked, self.settings.dictionary, self.settings.rules)

    def _languages(self, lines: Sequence[Line]) -> list[str]:
        """The language of each line: of those that the settings name, or the line's own, or the one found."""
        found = languages_of([line.text for line in lines], self.settings.languages)
        if self.settings.languages:
            return found
        return [line.language or language for line, language in zip(lines, found, strict=True)]

    def ask_model(self) -> OcrectError | None:
        """Why the model that the settings name cannot be had; see :meth:`ocrect.stages.Workshop.ask_model`."""
        return self._workshop.ask_model()

    def runtime(self) -> Runtime | None:
        """The language model; see :meth:`ocrect.stages.Workshop.runtime`."""
        return self._workshop.runtime()

    def _step(self, runtime: Callable[[], Runtime | None] | None) -> Step:
        without = {} if runtime is None else {"runtime": None}
        return Step("correct", ocrect.__version__, {**self._workshop.used(), **without, "prompt": self.prompt})

    # the end

    def at_work(self) -> AbstractContextManager[None]:
        """While a document is worked on, in however many calls. When the last one is done the runtime may free its model."""
        return self._workshop.at_work()

    def close(self) -> None:
        """Free engines and the language model. May be called at any time and twice; the next use makes them anew."""
        self._workshop.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.close()


def _take(found: dict[Edit, str], edits: Iterable[Edit], line: Line, proposer: str) -> None:
    """Adds a proposer's edits of one line to what was ``found`` before.

    Raises:
        ValueError: an edit does not fit its line.
    """
    for edit in edits:
        if not edit.fits(line.text):
            raise ValueError(f"proposer {proposer!r}: {edit.before!r} does not stand at {edit.start} of {line.text!r}")
        found[edit] = f"{found[edit]}, {proposer}" if edit in found else proposer


def _all_pages(files: Iterable[Source], settings: Settings) -> Iterator[PageImage | Layered | Page | End]:
    """The pages of all files, each file's followed by its end."""
    for file in files:
        try:
            yield from source.pages(file, settings)
        except InputError as error:
            yield End(error)
        else:
            yield End()


def _until_end(read: Iterator[Page | End]) -> Iterator[Page]:
    """The pages of one file.

    Raises:
        InputError: it broke off.
    """
    for page in read:
        if not isinstance(page, End):
            yield page
        elif page.error is None:
            return
        else:
            raise page.error


def source_name(file: Source) -> str:
    return os.fspath(file) if isinstance(file, str | os.PathLike) else str(getattr(file, "name", "bytes"))


def read(file: Source, *, prompt: Prompt | None = None, stages: Stages | None = None, **settings: Any) -> Document:
    """Read and correct one file with a pipeline of its own, which is closed afterwards. See :class:`Settings` for options."""
    with Pipeline(Settings.load(**settings), prompt=prompt, stages=stages) as pipeline:
        return pipeline.read(file)


def correct(read: Document | str, *, prompt: Prompt | None = None, stages: Stages | None = None, **settings: Any) -> Document:
    """Correct a document read before, or a plain text, with a pipeline of its own, which is closed afterwards."""
    with Pipeline(Settings.load(**settings), prompt=prompt, stages=stages) as pipeline:
        return pipeline.correct(read)
