"""The language model in a process of its own: its end gives all memory back, and its crash is an error and not ours.

The process (:mod:`ocrect.llm.worker`) is started on the first call, and again after it has died or was closed.
"""

from __future__ import annotations

import logging
import threading
import weakref
from collections.abc import Sequence
from dataclasses import asdict
from typing import Any, cast

from ocrect import hub
from ocrect.errors import GenerationError, ModelError, ModelLoadError, ModelMemoryError, OcrectError
from ocrect.exchange.forks import restart_after_fork
from ocrect.exchange.process import GoneError, Process, UnsentError
from ocrect.llm import abilities
from ocrect.plugins import Question
from ocrect.settings import Settings

log = logging.getLogger("ocrect")
_LOGGERS = ("ocrect", "ocrect.llama")


class ChildRuntime:
    """A model file, loaded on first use into a process of its own. Threads share it, one call at a time.

    ``close`` ends the process, also in the middle of a call, which then raises GenerationError; a later call starts it
    again. In a forked process the first call starts another one.
    """

    def __init__(self, model: hub.ModelFile, settings: Settings) -> None:
        self.model = model
        self.settings = settings
        self.name = f"llama-cpp:{model.name}"
        self.can_write = abilities.can_write(model)
        self.languages = abilities.languages(model)
        self._lock = threading.RLock()  # a signal handler may close while its own thread starts the process
        self._running: list[Worker] = []
        weakref.finalize(self, _end, self._running)
        restart_after_fork(self)

    def generate(self, prompt: str, *, system: str = "", grammar: str = "", draft: str = "", max_tokens: int = 256) -> str:
        """The model's reply under its own chat template (a plain layout where it has none).

        Raises:
            GenerationError: prompt or reply does not fit into the context; ``close`` was called meanwhile; or the process
                died, and a later call starts it again.
            SettingsError: ``grammar`` is not valid GBNF.
            ModelError: the model cannot be loaded.
        """
        arguments = {"prompt": prompt, "system": system, "grammar": grammar, "draft": draft, "max_tokens": max_tokens}
        return cast("str", self._ask("generate", arguments))

    def score(self, prefix: str, continuations: Sequence[str]) -> list[float]:
        """log P(continuation | prefix) in nats for each; comparable within one call.

        Raises:
            GenerationError: a continuation alone does not fit into the context, or as for :meth:`generate`.
            ModelError: the model cannot be loaded.
        """
        if not continuations:
            return []
        return cast("list[float]", self._ask("score", {"prefix": prefix, "continuations": list(continuations)}))

    def score_all(self, questions: Sequence[Question]) -> list[list[float]]:
        """The same for several prefixes, each with its continuations."""
        return cast("list[list[float]]", self._ask("score_all", {"questions": list(questions)})) if questions else []

    def ready(self) -> None:
        """Has the process load the model. Raises :class:`~ocrect.errors.ModelError` kinds."""
        self._ask("ready", {})

    def close(self) -> None:
        """Ends the process. May be called at any time, from any thread, and again."""
        with self._lock:
            ended = self._running[:]
            self._running.clear()
        _end(ended)

    def description(self) -> dict[str, Any]:
        """What ran, for the record of provenance, as JSON values. ``gpu_layers`` is ``None`` while nothing is loaded."""
        return abilities.describe(self.model, self.settings, next((w.loaded for w in self._running[:]), None))

    @property
    def pid(self) -> int | None:
        """The process's id; ``None`` while there is none."""
        return next((worker.process.pid for worker in self._running[:]), None)

    def after_fork(self) -> None:
        """Leaves the process to the one that started it."""
        self._lock = threading.RLock()
        for worker in self._running:
            worker.disown()
        self._running.clear()

    def _ask(self, do: str, arguments: dict[str, Any]) -> Any:
        while True:
            worker, is_new = self._worker()
            try:
                return worker.ask(do, arguments)
            except UnsentError:  # it was closed, or died, before it was this call's turn
                self._drop(worker)
                if is_new and not worker.closed:
                    raise worker.failure() from None
                if not worker.closed:
                    log.warning("%s; it is started again", worker.failure())
            except GoneError:
                self._drop(worker)
                if worker.closed:
                    raise GenerationError("the generation was stopped") from None
                raise worker.failure() from None

    def _worker(self) -> tuple[Worker, bool]:
        """The running process, or a new one, and whether it is new."""
        with self._lock:
            if self._running:
                return self._running[0], False
            self._running.append(Worker(self.model, self.settings))
            return self._running[0], True

    def _drop(self, worker: Worker) -> None:
        with self._lock:
            if worker in self._running:
                self._running.remove(worker)
        worker.reap()


def _end(workers: list[Worker]) -> None:
    for worker in workers:
        worker.close()


class Worker(Process):
    """One process with one model, from its start to its end.

    Raises:
        ModelError: it cannot be started.
    """

    def __init__(self, model: hub.ModelFile, settings: Settings) -> None:
        self.loaded: tuple[int, int, str] | None = None
        start = {"model": _sent(model), "settings": settings.public()}
        try:
            super().__init__("ocrect.llm.worker", start, _LOGGERS, {"GGML_NO_BACKTRACE": "1"})  # a trace would hide the reason
        except OSError as error:
            raise ModelError(
                f"the language model's process cannot be started: {error}",
                hint="With model_process=inline it runs in this process.",
            ) from error

    def ask(self, do: str, arguments: dict[str, Any]) -> Any:
        """The result of a method of the model.

        Raises:
            UnsentError, GoneError: the process has ended.
            OcrectError: as the model raised it.
        """
        reply = self.call(do, arguments)
        self.loaded = reply.loaded
        return reply.value("the language model's process")

    def failure(self) -> OcrectError:
        """Why the process ended, in words. While loading it is the model's failure, later the page's."""
        said = "".join(f"\n  {line}" for line in list(self.said)[-3:])
        message = f"the language model's process {self.end}"
        if self.ended_by == "SIGKILL":
            message += ", most likely because the system ran out of memory"
            hint = "Use a smaller model or quantization, or a smaller context_size."
        else:
            hint = "The next call starts it again. If it ends again, check the model: ocrect models verify."
        if self.loaded:
            return GenerationError(message + said, hint=hint)
        kind = ModelMemoryError if self.ended_by == "SIGKILL" else ModelLoadError
        return kind(f"{message} while it loaded the model{said}", hint=hint)


def _sent(model: hub.ModelFile) -> dict[str, Any]:
    sent = asdict(model)
    sent["paths"] = [str(path) for path in model.paths]
    sent["header"]["path"] = str(model.header.path)
    return sent
