"""What every kind of evidence answers, a reading with its likelihood, and how texts are compared with an image."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from math import exp, inf, log
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


def log_sum(values: Sequence[float]) -> float:
    """The logarithm of the sum of what these are natural logarithms of; ``-inf`` for none."""
    top = max(values, default=-inf)
    return top + log(sum(exp(value - top) for value in values)) if top > -inf else top


_LOOKALIKES = str.maketrans(
    {
        **dict.fromkeys("‘’‚‛′`´", "'"),
        **dict.fromkeys("“”„‟″", '"'),
        **dict.fromkeys("‐‑‒–—―−", "-"),
        **dict.fromkeys("\u00a0\u2007\u2009\u202f\u3000", " "),
    }
)


def fold(text: str) -> str:
    """``text`` in NFC with the signs that no image tells apart made one: quotes, primes, dashes and kinds of space."""
    return unicodedata.normalize("NFC", text).translate(_LOOKALIKES)
