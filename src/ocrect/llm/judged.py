"""A model that writes and cannot score, with another one that judges what it writes (Ollama's and llama-server's cannot)."""

from __future__ import annotations

from collections.abc import Sequence

from ocrect.plugins import Question, Runtime, score_all


class JudgedRuntime:
    """``writer``'s replies, and ``judge``'s scores. Whoever asks for ``languages`` asks which ones can be judged."""

    can_score = True

    def __init__(self, writer: Runtime, judge: Runtime) -> None:
        self._writer, self._judge = writer, judge
        self.name = f"{writer.name}, judged by {judge.name}"
        self.can_write = bool(getattr(writer, "can_write", False))
        self.languages: frozenset[str] | None = getattr(judge, "languages", None)

    def generate(self, prompt: str, *, system: str = "", grammar: str = "", draft: str = "", max_tokens: int = 256) -> str:
        """The writer's reply; see :class:`~ocrect.plugins.Runtime`."""
        return self._writer.generate(prompt, system=system, grammar=grammar, draft=draft, max_tokens=max_tokens)

    def score(self, prefix: str, continuations: Sequence[str]) -> list[float]:
        """The judge's scores; see :class:`~ocrect.plugins.Runtime`."""
        return self._judge.score(prefix, continuations)

    def score_all(self, questions: Sequence[Question]) -> list[list[float]]:
        """The judge's scores; see :class:`~ocrect.plugins.Runtime`."""
        return score_all(self._judge, questions)

    def close(self) -> None:
        """Closes both."""
        self._writer.close()
        self._judge.close()
