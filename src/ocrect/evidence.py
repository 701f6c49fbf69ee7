"""What the image says about a text: the protocol that every kind of evidence fulfils, and a reading with its likelihood."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol, runtime_checkable


@dataclass(frozen=True, slots=True)
class Reading:
    """A text that the image allows, with its log-likelihood in nats (``None``: the engine gives none)."""

    text: str
    log_likelihood: float | None = None


@runtime_checkable
class Evidence(Protocol):
    """How likely the image of one line makes any text."""

    def log_likelihood(self, texts: Sequence[str]) -> list[float | None]:
        """log P(image | text) in nats for each text, up to one constant per line.

        ``None`` stands for "no evidence": the text holds a symbol that the engine cannot write, or a reading that
        this kind of evidence cannot score. It never means "impossible"; that is a very negative number.
        """

    def alternatives(self, n: int) -> list[Reading]:
        """The ``n`` likeliest readings, best first; the first is the engine's own."""
