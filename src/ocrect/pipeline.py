"""Read, propose, check, decide: the whole system on one screen.

Each stage is a plain callable found by name (:mod:`ocrect.plugins`) or given as an object. Reading needs the image;
correcting needs only the page that was read, so it can run later, elsewhere, with a better model.
"""

from __future__ import annotations

import logging
import os
import sys
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from types import TracebackType
from typing import Any, Self

import ocrect
from ocrect import plugins, prepare, source
from ocrect.correcting import prompts
from ocrect.correcting.locked.check import last_look
from ocrect.correcting.readers import agreement
from ocrect.engines import choice
from ocrect.errors import MissingDependencyError, ModelError, PageError
from ocrect.llm.checked import CheckedRuntime
from ocrect.plugins import Check, Context, Engine, Proposer, Runtime
from ocrect.record import plaintext
from ocrect.record.correction import Correction, Edit, Finding, decide, settle, strength
from ocrect.record.document import Document, Failure, Line, Page, PageImage, Step
from ocrect.settings import Settings
from ocrect.source import Source
from ocrect.words.language import identify

log = logging.getLogger("ocrect")

PROPOSERS = ("confusions", "spacing", "second-engine", "nbest", "lexicon", "rewrite")
CHECKS = ("locked", "scope", "image", "spacing", "doubt", "second-engine", "arithmetic", "lexicon", "word", "language-model")

Prompt = str | Callable[[], Mapping[str, str]]


@dataclass(frozen=True, slots=True)
class Stages:
    """Objects to use in place of what the settings name; ``None`` takes the settings' choice."""

    engine: Engine | None = None
    second_engine: Engine | None = None
    runtime: Runtime | None = None
    proposers: Sequence[Proposer] | None = None
    checks: Sequence[Check] | None = None


class Pipeline:
    """Reads files and corrects what was read. Thread-safe where its stages are; ``close()`` frees the models.

    Raises:
        SettingsError: a setting names an engine or a runtime that is not installed.
    """

    def __init__(self, settings: Settings | None = None, *, prompt: Prompt | None = None, stages: Stages | None = None) -> None:
        self.settings = settings or Settings.load()
        _find_named(self.settings)
        self.prompt = prompts.resolve(self.settings.prompt if prompt is None else prompt)
        self._given = stages or Stages()
        self._lock = threading.RLock()
        self._made: dict[str, Any] = {}
        self._documents = 0

    # reading

    def read(self, file: Source, *, name: str = "") -> Document:
        """The document in ``file`` (a path, bytes or a binary stream), read and, unless switched off, corrected.

        Raises:
            InputError: the file as a whole cannot be read. A page that fails keeps its failure and stops nothing.
        """
        return Document(name or source_name(file), tuple(self.pages(file)))

    def pages(self, file: Source) -> Iterator[Page]:
        """The same page by page, so that memory does not grow with the number of pages."""
        with self.at_work():
            for found in source.pages(file, self.settings):
                log.info("page %d of %s", found.number, source_name(file))
                page = found if isinstance(found, Page) else self.recognize(found)
                yield self.correct_page(page) if self.settings.correct else page

    def recognize(self, image: PageImage) -> Page:
        """What the engine (and a second one, if asked for) reads in the pixels, uncorrected."""
        try:
            first = self._engine("engine", choice.choose)
            assert first is not None, "an engine is always chosen"
            upright, page = prepare.read(image, first)
            second = self._engine("second_engine", choice.choose_second)
            if second is not None:
                other = second(upright.image)
                page = agreement.attach(page, other, other.steps[0].name if other.steps else "second engine")
        except PageError as error:
            failure = Failure.of(error)
            return Page(image.number, image.width, image.height, image.dpi, steps=image.steps, failure=failure)
        return upright.as_given(page)

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
        pages = (part for page in document.pages for part in plaintext.parts(page))
        return replace(document, pages=plaintext.joined(self.correct_pages(pages)))

    def correct_pages(self, pages: Iterable[Page]) -> Iterator[Page]:
        """The pages of one document, corrected one by one: the model is freed after the last (see ``keep_alive``)."""
        with self.at_work():
            for page in pages:
                log.info("correcting page %d, %d lines", page.number, sum(1 for _ in page.lines()))
                yield self.correct_page(page)

    def correct_page(self, page: Page) -> Page:
        """``page`` with a correction beside every line; where the language model fails, as it was read, with the failure."""
        lines = tuple(page.lines())
        context = Context(lines, self.prompt, self.settings.languages[0], self._checked_runtime)
        try:
            with self.at_work():
                corrected = iter(self.correct_lines(lines, context))
        except PageError as error:
            return replace(page, failure=Failure.of(error))
        blocks = tuple(replace(block, lines=tuple(next(corrected) for _ in block.lines)) for block in page.blocks)
        return replace(page, blocks=blocks, steps=(*page.steps, self._step()))

    def correct_lines(self, lines: Sequence[Line], context: Context) -> list[Line]:
        """Each line with its correction: every proposal checked, decided, and kept with its findings.

        What a person decided on a line before stays as it is; all other verdicts are made anew.

        Proposers and checks see the line's own language in ``context.language``, one of the settings'
        (:func:`ocrect.words.language.identify`).

        Raises:
            ValueError: a proposer has a bug: its lists are not one for each line, or an edit does not fit its line.
        """
        proposals: list[dict[Edit, str]] = [{} for _ in lines]
        page = context.texts
        languages = [identify(line.text, page, self.settings.languages) for line in lines]
        contexts = {language: replace(context, language=language) for language in languages}
        for name, proposer in self._stages("proposers", PROPOSERS):
            for language, own in contexts.items():
                places = [i for i, found in enumerate(languages) if found == language]
                for i, edits in zip(places, proposer([lines[i] for i in places], own), strict=True):
                    _take(proposals[i], edits, lines[i], name)
        return [
            replace(line, correction=self._judged(line, found, contexts[language]))
            for line, found, language in zip(lines, proposals, languages, strict=True)
        ]

    def _judged(self, line: Line, proposals: dict[Edit, str], context: Context) -> Correction:
        accept_text_only = self.settings.accept_text_only
        by_person = [decide(v.edit, v.findings, v.source) for v in line.verdicts if v.by_person]
        told = {verdict.edit for verdict in by_person}
        verdicts = [
            decide(edit, self._findings(line, edit, context), source, accept_text_only=accept_text_only)
            for edit, source in proposals.items()
            if edit not in told
        ]
        settled = settle(sorted([*by_person, *verdicts], key=strength, reverse=True))
        return last_look(line, Correction(settled, ", ".join(dict.fromkeys(proposals.values()))), context)

    def _findings(self, line: Line, edit: Edit, context: Context) -> list[Finding]:
        """What the checks say, cheap ones first; the language model is not asked about what is already opposed."""
        findings: list[Finding] = []
        for name, check in self._stages("checks", CHECKS):
            if name == "language-model" and any(f.supports is False for f in findings):
                continue
            findings.append(check(line, edit, context))
        return findings

    # what the stages are made of

    def runtime(self) -> Runtime | None:
        """The language model, made on first use. ``None`` where the settings say so, or the default is not installed.

        Raises:
            ModelError: a model that the settings name cannot be had.
        """
        if self._given.runtime is not None or self.settings.runtime == "none":
            return self._given.runtime
        with self._lock:
            if "runtime" not in self._made:
                self._made["runtime"] = self._make_runtime()
            runtime: Runtime | None = self._made["runtime"]
            return runtime

    def _runtime_in_use(self) -> Runtime | None:
        """The runtime that was given or has been made."""
        return self._given.runtime if self._given.runtime is not None else self._made.get("runtime")

    def _checked_runtime(self) -> Runtime | None:
        runtime = self.runtime()
        return None if runtime is None else CheckedRuntime(runtime)

    def _make_runtime(self) -> Runtime | None:
        try:
            runtime: Runtime = plugins.load("runtimes", self.settings.runtime)(self.settings)
        except (MissingDependencyError, ModelError) as error:
            if self.settings.model or self.settings.models_folder or self.settings.model_url:
                raise
            log.warning("going on without a language model: %s %s", error, error.hint)
            return None
        return runtime

    def _engine(self, role: str, choose: Callable[[Settings], str]) -> Engine | None:
        """The engine in that role, chosen and made on first use; ``None`` where the choice is none."""
        given: Engine | None = getattr(self._given, role)
        if given is not None:
            return given
        with self._lock:
            if role not in self._made:
                name = choose(self.settings)
                self._made[role] = plugins.load("engines", name)(self.settings) if name else None
            engine: Engine | None = self._made[role]
            return engine

    def _stages(self, kind: plugins.Kind, names: tuple[str, ...]) -> list[tuple[str, Any]]:
        """The proposers or checks with their names. The check of locked tokens is always among the checks."""
        with self._lock:
            if kind not in self._made:
                given = getattr(self._given, kind)
                made = [(name, plugins.load(kind, name)(self.settings)) for name in names if given is None or name == "locked"]
                self._made[kind] = made + [(getattr(stage, "name", type(stage).__name__), stage) for stage in given or ()]
            stages: list[tuple[str, Any]] = self._made[kind]
            return stages

    def _step(self) -> Step:
        runtime = self._runtime_in_use()
        stages = {kind: [name for name, _ in self._made.get(kind, ())] for kind in ("proposers", "checks")}
        model = runtime.name if runtime else None
        return Step("correct", ocrect.__version__, {**stages, "runtime": model, "prompt": self.prompt})

    # the end

    @contextmanager
    def at_work(self) -> Iterator[None]:
        """While a document is worked on, in however many calls. When the last one is done the runtime may free its model."""
        with self._lock:
            self._documents += 1
        try:
            yield
        finally:
            with self._lock:
                self._documents -= 1
                runtime = None if self._documents else self._runtime_in_use()
            release = getattr(runtime, "release", None)
            if callable(release):
                release()

    def close(self) -> None:
        """Free engines and the language model. May be called at any time and twice; the next use makes them anew."""
        with self._lock:
            made, self._made = self._made, {}
        for stage in made.values():
            close = getattr(stage, "close", None)
            if callable(close):
                close()
        _empty_torch_cache()

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
        found.setdefault(edit, proposer)


def _find_named(settings: Settings) -> None:
    """Refuse a misspelt engine or runtime now, and not at the first page that needs it."""
    for engine in (settings.engine, settings.second_engine):
        if engine not in ("auto", "none"):
            plugins.find("engines", engine)
    if settings.runtime != "none":
        plugins.find("runtimes", settings.runtime)


def _empty_torch_cache() -> None:
    """Give back the GPU memory that torch keeps for later, where a plug-in or the caller uses torch; it is never imported."""
    torch = sys.modules.get("torch")
    if torch is not None and torch.cuda.is_initialized():
        torch.cuda.empty_cache()


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
