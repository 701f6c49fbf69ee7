"""The stages of a pipeline: which ones the settings ask for, made on first use, kept while needed, freed at the end."""

from __future__ import annotations

import logging
import sys
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from ocrect import plugins
from ocrect.correcting import rules
from ocrect.correcting.case import Check
from ocrect.engines import choice, page_language
from ocrect.errors import GenerationError, MissingDependencyError, ModelError, OcrectError, SettingsError
from ocrect.llm.checked import CheckedRuntime
from ocrect.llm.judged import JudgedRuntime
from ocrect.plugins import Engine, Proposer, Runtime
from ocrect.record.document import Page, PageImage
from ocrect.settings import Settings, wished
from ocrect.source.selection import ranges
from ocrect.words.lexicon import UNDETERMINED

log = logging.getLogger("ocrect")

PROPOSERS = ("rules", "sums", "confusions", "spacing", "second-engine", "nbest", "posterior", "lexicon", "rewrite")
CHECKS = (
    "locked", "scope", "image", "spacing", "second-engine", "arithmetic", "lexicon", "word", "judgement", "language-model"
)  # fmt: skip
ALWAYS = ("locked",)
"""Checks that neither settings nor given objects take away."""

MOST_LANES = 8
"""Pages read side by side at most: each holds its pixels, so memory grows with it."""


@dataclass(frozen=True, slots=True)
class Stages:
    """Objects to use in place of what the settings name; ``None`` takes the settings' choice."""

    engine: Engine | None = None
    second_engine: Engine | None = None
    runtime: Runtime | None = None
    proposers: Sequence[Proposer] | None = None
    checks: Sequence[Check] | None = None


class Workshop:
    """Makes the stages that the settings name, or gives those that were given. Thread-safe.

    ``prompted``: the user gave a prompt, which only a model that writes looks at.

    Raises:
        SettingsError: a setting names a plug-in that is not installed.
    """

    def __init__(self, settings: Settings, given: Stages, *, prompted: bool = False) -> None:
        self.settings = settings
        self._prompted = prompted
        self._given = given
        self._names = {
            "proposers": chosen("proposers", PROPOSERS, settings.proposers),
            "checks": chosen("checks", CHECKS, settings.checks, always=ALWAYS),
        }
        rules.chosen(settings.rules)
        _refuse_mistakes(settings)
        self._lock = threading.RLock()
        self._made: dict[str, Any] = {}
        self._documents = 0

    def engine(self) -> Engine:
        """The engine that reads."""
        engine = self._engine("engine", choice.choose)
        assert engine is not None, "an engine is always chosen"
        return engine

    def second_engine(self, language: str = "") -> Engine | None:
        """The engine that reads as a witness, or ``None``; in ``language`` if the settings name no language."""
        return self._engine("second_engine", choice.choose_second, language)

    def in_its_language(self, image: PageImage, page: Page) -> Page:
        """A page that was read, with its lines' languages; read again where another engine has its letters.

        See :func:`ocrect.engines.page_language.in_its_language`.
        """

        def make(settings: Settings) -> Engine:
            engine = self._engine("engine", choice.choose, settings.language)
            assert engine is not None, "an engine is always chosen"
            return engine

        return page_language.in_its_language(image, page, self.settings, None if self._given.engine is not None else make)

    def lanes(self) -> int:
        """How many pages may be read side by side: as many as cores, or threads in the settings, where the engines allow it."""
        engines = [engine for engine in (self.engine(), self.second_engine()) if engine is not None]
        if not all(getattr(engine, "side_by_side", False) for engine in engines):
            return 1
        return min(self.settings.cores, MOST_LANES)

    def runtime(self) -> Runtime | None:
        """The language model. ``None`` where the settings say so, or the default is not installed.

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

    def checked_runtime(self) -> Runtime | None:
        """The same, with its replies and scores checked for what they must be.

        One that writes and cannot score is judged by the embedded default where that is installed.

        Raises:
            ModelError: as for :meth:`runtime`, or its server cannot be asked whether it scores.
        """
        runtime = self.runtime()
        judge = None if runtime is None or getattr(runtime, "can_score", True) else self._judge()
        if runtime is not None and judge is not None:
            runtime = JudgedRuntime(runtime, judge)
        if runtime is None:
            return None
        with self._lock:
            checked: CheckedRuntime = self._made.setdefault("checked", CheckedRuntime(runtime))
            return checked

    def stand_ins(self) -> Iterator[tuple[Callable[[], Runtime | None], str]]:
        """What a page is corrected with where the model that the settings name does not answer, best first, and in words."""
        judge = self._judge() if self._given.runtime is None and self._names_model() else None
        if judge is not None:
            with self._lock:
                if "stand-in" not in self._made:
                    self._made["stand-in"] = CheckedRuntime(judge)
                    log.warning("pages are corrected with the embedded model alone while the one named does not answer")
                standing_in: Runtime = self._made["stand-in"]
            yield lambda: standing_in, "with the embedded model alone"
        yield lambda: None, "without the language model"

    def ask_model(self) -> OcrectError | None:
        """Why the model that the settings name cannot be had or does not answer; ``None`` where it does, or they name none.

        It is found (and where allowed downloaded), then loaded, or its server is asked (``ready`` of the runtime).
        """
        if self._given.runtime is not None or self.settings.runtime == "none" or not self._names_model():
            return None
        try:
            ready = getattr(self.runtime(), "ready", None)
            if callable(ready):
                ready()
        except (MissingDependencyError, ModelError, GenerationError) as error:
            log.warning("going on without the model that is named: %s", error)
            return error
        return None

    def proposers(self) -> list[tuple[str, Proposer]]:
        """The proposers with their names."""
        return self._named("proposers")

    def checks(self) -> list[Check]:
        """The checks, :data:`ALWAYS` among them."""
        return [check for _, check in self._named("checks")]

    def used(self) -> dict[str, Any]:
        """What has been made so far, as JSON values: the names of proposers and checks, and of the runtime."""
        stages = {kind: [name for name, _ in self._made.get(kind, ())] for kind in ("proposers", "checks")}
        runtime, judge = self._runtime_in_use(), self._made.get("judge")
        return {**stages, "runtime": runtime.name if runtime else None, **({"judge": judge.name} if judge else {})}

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
                done = () if self._documents else (self._runtime_in_use(), self._made.get("judge"))
            for runtime in done:
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

    def _runtime_in_use(self) -> Runtime | None:
        """The runtime that was given or has been made."""
        return self._given.runtime if self._given.runtime is not None else self._made.get("runtime")

    def _names_model(self) -> bool:
        wanted = self.settings
        return bool(wanted.model or wanted.models_folder or wanted.model_url) or wanted.runtime not in ("llama-cpp", "none")

    def _make_runtime(self) -> Runtime | None:
        try:
            runtime: Runtime = plugins.load("runtimes", self.settings.runtime)(self.settings)
        except (MissingDependencyError, ModelError) as error:
            if self._names_model():
                raise
            log.warning("going on without a language model: %s", error.in_full)
            return None
        if self._prompted and not getattr(runtime, "can_write", False):
            log.warning("%s", unused_prompt(runtime.name))
        return runtime

    def _judge(self) -> Runtime | None:
        """The embedded default, made on first use; ``None`` where it is not installed."""
        with self._lock:
            if "judge" not in self._made:
                embedded = self.settings.with_(runtime="llama-cpp", model="", models_folder="", model_url="", quantization="")
                try:
                    self._made["judge"] = plugins.load("runtimes", "llama-cpp")(embedded)
                except (MissingDependencyError, ModelError) as error:
                    log.warning("there is no embedded model to judge what another one writes, or to stand in for it: %s", error)
                    self._made["judge"] = None
            judge: Runtime | None = self._made["judge"]
            return judge

    def _engine(self, role: str, choose: Callable[[Settings], str], language: str = "") -> Engine | None:
        """The engine in that role, chosen and made on first use; ``None`` if none is chosen.

        ``language`` is the page's, for settings that name none.
        """
        given: Engine | None = getattr(self._given, role)
        if given is not None:
            return given
        settings = choice.for_first_reading(self.settings)
        if language not in ("", UNDETERMINED) and not self.settings.languages and choice.is_readable(language, settings):
            settings = choice.as_read(settings.with_(language=language))
        key = f"{role} {settings.language}"
        with self._lock:
            if key not in self._made:
                name = choose(settings)
                self._made[key] = plugins.load("engines", name)(settings) if name else None
            engine: Engine | None = self._made[key]
            return engine

    def _named(self, kind: plugins.Kind) -> list[tuple[str, Any]]:
        with self._lock:
            if kind not in self._made:
                given = getattr(self._given, kind)
                always = ALWAYS if kind == "checks" else ()
                names = self._names[kind] if given is None else always
                made = [(name, plugins.load(kind, name)(self.settings)) for name in names]
                self._made[kind] = made + [(getattr(stage, "name", type(stage).__name__), stage) for stage in given or ()]
            stages: list[tuple[str, Any]] = self._made[kind]
            return stages


def chosen(kind: plugins.Kind, default: Sequence[str], wish: str, always: Sequence[str] = ()) -> tuple[str, ...]:
    """The names of a kind that a setting such as ``default,+mine,-spacing`` asks for.

    Raises:
        SettingsError: a name is not installed, or what is in ``always`` is taken away or left out.
    """
    names = wished(wish, default, partial(plugins.find, kind))
    missing = [name for name in always if name not in names]
    if missing:
        raise SettingsError(
            f"{kind}={wish!r} leaves out {', '.join(missing)}, which cannot be switched off",
            hint="It keeps numbers, amounts, dates and codes as the image has them: begin with 'default'.",
        )
    return names


def unused_prompt(model: str) -> str:
    """The warning that a prompt has no effect with ``model``."""
    return f"the prompt is not used: {model} only judges readings; a model that writes looks at it (--model)"


def _refuse_mistakes(settings: Settings) -> None:
    """Refuse a misspelt engine or runtime, pages that are none, and what is not there or would not be looked at, now, and not
    at the first page that needs it.
    """
    ranges(settings.pages)
    for engine in (settings.engine, settings.second_engine):
        if engine not in ("auto", "none"):
            plugins.find("engines", engine)
    if settings.runtime != "none":
        plugins.find("runtimes", settings.runtime)
    if settings.tessdata and not Path(settings.tessdata).is_dir():
        raise SettingsError(
            f"tessdata={settings.tessdata!r} is no folder",
            hint="Name the one that holds eng.traineddata and the like; without it the usual places are looked at.",
        )
    if settings.quantization and settings.runtime in ("none", "openai"):
        raise SettingsError(
            f"quantization={settings.quantization!r} means nothing with runtime={settings.runtime}: no model file is loaded",
            hint="Leave it out, or name a model's file with --model.",
        )
    if settings.quantization and settings.runtime == "llama-cpp" and not (settings.model or settings.models_folder):
        raise SettingsError(
            f"quantization={settings.quantization!r} chooses a file of a model, and none is named",
            hint="Name one with --model, or leave --quantization out: the embedded model has one file.",
        )


def _empty_torch_cache() -> None:
    """Give back the GPU memory that torch keeps for later, where a plug-in or the caller uses torch; it is never imported."""
    torch = sys.modules.get("torch")
    if torch is not None and torch.cuda.is_initialized():
        torch.cuda.empty_cache()
