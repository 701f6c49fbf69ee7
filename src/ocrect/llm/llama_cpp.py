"""The runtime ``llama-cpp``: a GGUF model run by llama.cpp, in a child process or (class :class:`LlamaCpp`) in this one."""

from __future__ import annotations

import logging
import threading
from collections.abc import Iterator, Sequence
from importlib.util import find_spec
from types import TracebackType
from typing import Any

from ocrect import hub
from ocrect.errors import MissingDependencyError, ModelLoadError, ModelMemoryError
from ocrect.llm import abilities, architectures, chat, requantized
from ocrect.llm.child import ChildRuntime
from ocrect.llm.keep_alive import KeepAlive
from ocrect.llm.native import INSTALL, NativeModel, devices, library_file, physical_cores
from ocrect.llm.plan import plan
from ocrect.llm.scoring import Scorer
from ocrect.llm.writing import Pick, write
from ocrect.plugins import Question
from ocrect.settings import Settings

log = logging.getLogger("ocrect")
_LONGEST_TOKEN = 16  # characters of a token that a draft may count on


def build(settings: Settings, *, progress: hub.Progress | None = None) -> KeepAlive:
    """The runtime for the model that the settings mean: found (and where allowed downloaded) now, loaded on first use.

    It runs in a process of its own, or in this one where ``settings.model_process`` is ``inline``.

    Raises:
        MissingDependencyError: llama-cpp-python is not installed.
        ModelError: the model cannot be had.
        SettingsError: several models match.
    """
    if find_spec("llama_cpp") is None:
        raise MissingDependencyError("the language model's runtime, llama-cpp-python, is not installed", hint=INSTALL)
    model = hub.find(settings, progress=progress)
    kind = LlamaCpp if settings.model_process == "inline" else ChildRuntime
    return KeepAlive(kind(model, settings), settings.keep_alive)


class LlamaCpp:
    """A model file, loaded on first use into this process. Threads share it, one call at a time.

    ``close`` stops a running generation within a pass, waits for it, and frees everything; a later call loads again.
    """

    def __init__(self, model: hub.ModelFile, settings: Settings) -> None:
        self.model = model
        self.settings = settings
        self.name = f"llama-cpp:{model.name}"
        self.can_write = abilities.can_write(model)
        self.languages = abilities.languages(model)
        self._lock = threading.Lock()
        self._stop = threading.Event()
        self._scorer: Scorer | None = None
        self._quantization = model.quantization

    def generate(self, prompt: str, *, system: str = "", grammar: str = "", draft: str = "", max_tokens: int = 256) -> str:
        """The model's reply under its own chat template (a plain layout where it has none).

        Raises:
            GenerationError: prompt or reply does not fit into the context, or ``close`` was called meanwhile.
            SettingsError: ``grammar`` is not valid GBNF.
            ModelError: the model cannot be loaded.
        """
        with self._lock:
            scorer = self._opened()
            tokens = chat.tokens(scorer.model, chat.pieces(scorer.model, system, prompt))
            pick = Pick(self.settings.temperature, self.settings.seed)
            guess = scorer.model.tokens(draft[: _LONGEST_TOKEN * max_tokens], begin=False)[:max_tokens] if draft else []
            reply = write(scorer, tokens, guess, grammar=grammar, max_tokens=max_tokens, pick=pick, stopped=self._stop.is_set)
            return chat.answer(scorer.model.text(reply))

    def score(self, prefix: str, continuations: Sequence[str]) -> list[float]:
        """log P(continuation | prefix) in nats for each; comparable within one call (see :meth:`.scoring.Scorer.score`).

        Raises:
            GenerationError: a continuation alone does not fit into the context.
            ModelError: the model cannot be loaded.
        """
        if not continuations:
            return []
        with self._lock:
            return self._opened().score(prefix, continuations)

    def score_all(self, questions: Sequence[Question]) -> list[list[float]]:
        """The same for several prefixes, each with its continuations: large passes cost less a token."""
        with self._lock:
            return self._opened().score_all(questions) if questions else []

    def ready(self) -> None:
        """Loads the model. Raises :class:`~ocrect.errors.ModelError` kinds."""
        with self._lock:
            self._opened()

    def close(self) -> None:
        """Frees the model. May be called at any time, from any thread, and again."""
        self._stop.set()
        with self._lock:
            if self._scorer is not None:
                self._scorer.model.close()
                self._scorer = None
            self._stop.clear()

    def __enter__(self) -> LlamaCpp:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.close()

    def description(self) -> dict[str, Any]:
        """What ran, for the record of provenance, as JSON values. ``gpu_layers`` is ``None`` while nothing is loaded."""
        return abilities.describe(self.model, self.settings, self.loaded)

    @property
    def loaded(self) -> tuple[int, int, str] | None:
        """Context in tokens, layers on the GPU and quantization of the weights; ``None`` while nothing is loaded."""
        scorer = self._scorer
        return (scorer.model.context, scorer.model.gpu_layers, self._quantization) if scorer else None

    def _opened(self) -> Scorer:
        if self._scorer is None:
            self._scorer = Scorer(self._loaded())
        return self._scorer

    def _loaded(self) -> NativeModel:
        architectures.check(self.model.header, library_file())
        threads, context = self.settings.threads or physical_cores(), self.settings.context_size
        chosen = plan(self.model.header, devices(), self.settings.gpu_layers, context, self.settings.batch)
        asked_in_vain = not chosen.layers and self.settings.gpu_layers not in ("auto", "0")
        log.log(logging.WARNING if asked_in_vain else logging.INFO, "%s: %s", self.model.name, chosen.words)
        for layers in _halving(chosen.layers):
            weights = requantized.as_it_is(self.model) if layers else requantized.for_cpu(self.model)
            try:
                model = NativeModel(
                    weights.path, context=context, batch=self.settings.batch, threads=threads, gpu_layers=layers
                )
            except (ModelMemoryError, ModelLoadError) as error:
                if layers == 0:
                    raise
                log.warning("%s; trying with fewer than %d layers on the GPU", error, layers)
            else:
                self._quantization = weights.quantization
                return model
        raise AssertionError("the last try is without a GPU")


def _halving(number: int) -> Iterator[int]:
    """``number``, half of it, and so on down to 0."""
    while number:
        yield number
        number //= 2
    yield 0
