"""A runtime whose answers are looked at before they are believed: it may be a plug-in, or a server that is not what it says."""

from __future__ import annotations

from collections.abc import Sequence
from math import isnan
from numbers import Real
from typing import Any

from ocrect.errors import GenerationError
from ocrect.plugins import Question, Runtime, score_all

REMEMBERED = 4096
"""Questions whose scores are kept: the same words behind the same ones are asked about once, on whichever page they stand."""


class CheckedRuntime:
    """``runtime``; what its methods return that no runtime may return is an error that names it. Scores are remembered."""

    def __init__(self, runtime: Runtime) -> None:
        self._runtime = runtime
        self.name = runtime.name
        self._scored: dict[tuple[str, tuple[str, ...]], list[float]] = {}

    def generate(self, prompt: str, *, system: str = "", grammar: str = "", draft: str = "", max_tokens: int = 256) -> str:
        """See :class:`~ocrect.plugins.Runtime`.

        Raises:
            GenerationError: the reply is no ``str``.
        """
        reply: Any = self._runtime.generate(prompt, system=system, grammar=grammar, draft=draft, max_tokens=max_tokens)
        if not isinstance(reply, str):
            raise self._wrong(f"replies with {type(reply).__name__} instead of text")
        return reply

    def score(self, prefix: str, continuations: Sequence[str]) -> list[float]:
        """See :class:`~ocrect.plugins.Runtime`.

        Raises:
            GenerationError: the scores are not one number for each continuation.
        """
        return self.score_all([(prefix, continuations)])[0]

    def score_all(self, questions: Sequence[Question]) -> list[list[float]]:
        """The same for several questions; those that were not asked before are asked at once.

        Raises:
            GenerationError: as :meth:`score`.
        """
        asked = [(prefix, tuple(continuations)) for prefix, continuations in questions]
        known = {question: self._scored.get(question) for question in asked}  # another thread may clear them at any time
        new = [question for question, scores in known.items() if scores is None]
        found = {question: scores for question, scores in known.items() if scores is not None}
        found.update(zip(new, self._asked(new), strict=True))
        if len(self._scored) + len(new) > REMEMBERED:
            self._scored.clear()
        self._scored.update(found)
        return [found[question] for question in asked]

    def _asked(self, questions: Sequence[tuple[str, tuple[str, ...]]]) -> list[list[float]]:
        found: Any = score_all(self._runtime, questions) if len(questions) > 1 else [self._runtime.score(*q) for q in questions]
        answers = self._listed(found)
        if len(answers) != len(questions):
            raise self._wrong(f"scores {len(answers)} questions of {len(questions)}")
        return [self._scores(answer, texts) for answer, (_, texts) in zip(answers, questions, strict=True)]

    def _scores(self, scores: Any, continuations: Sequence[str]) -> list[float]:
        """One number for each of the continuations."""
        found = self._listed(scores)
        if len(found) != len(continuations):
            raise self._wrong(f"gives {len(found)} scores for {len(continuations)} texts")
        strange = [score for score in found if not isinstance(score, Real) or isnan(score)]
        if strange:
            raise self._wrong(f"scores with {strange[0]!r}, which is no number")
        return [float(score) for score in found]

    def _listed(self, scores: Any) -> list[Any]:
        try:
            return list(scores)
        except TypeError:
            raise self._wrong(f"scores with {type(scores).__name__} instead of a list of numbers") from None

    def close(self) -> None:
        """See :class:`~ocrect.plugins.Runtime`."""
        self._runtime.close()

    def __getattr__(self, name: str) -> Any:
        """What a runtime may say besides: ``can_write``, ``can_score``, ``languages``, ``release``."""
        return getattr(self._runtime, name)

    def _wrong(self, what: str) -> GenerationError:
        return GenerationError(
            f"the runtime {self.name!r} {what}", hint="Report it to who made the runtime; --runtime none goes without."
        )
