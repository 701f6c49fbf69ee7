"""Alternatives for each symbol of a line, as engines give them that have no posterior by frame."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from heapq import heappop, heappush
from itertools import islice
from math import isfinite

import numpy as np

from ocrect.evidence.protocol import Reading, fold

MOST_TRIED = 50
"""Ways through a lattice tried for each reading that is asked for."""


@dataclass(frozen=True, slots=True)
class LatticeEvidence:
    """Alternatives for each symbol of a line, as Tesseract gives them: ``slots[i]`` are the readings of symbol i.

    A reading's text may be empty or several characters; its log-likelihood is in nats. The engine's own reading comes
    first in its slot. Where one symbol ends and the next begins is fixed, so only texts along the lattice can be scored.

    Raises:
        ValueError: a slot is empty, or a reading has no finite log-likelihood.
    """

    slots: tuple[tuple[Reading, ...], ...]

    def __post_init__(self) -> None:
        for slot in self.slots:
            if not slot or any(r.log_likelihood is None or not isfinite(r.log_likelihood) for r in slot):
                raise ValueError(f"each slot needs readings, each with a finite log-likelihood: {slot}")

    @property
    def text(self) -> str:
        """The engine's own reading: the first of each slot."""
        return "".join(slot[0].text for slot in self.slots)

    def log_likelihood(self, texts: Sequence[str]) -> list[float | None]:
        """log P(image | text) in nats after :func:`fold`, summed over the ways through the slots; ``None`` if there is none."""
        return [self._score(fold(text)) for text in texts]

    def _score(self, text: str) -> float | None:
        ends = {0: 0.0}  # characters of the text used so far -> log-likelihood of having used them
        for slot in self.slots:
            grown: dict[int, float] = {}
            for position, score in ends.items():
                for reading in slot:
                    piece = fold(reading.text)
                    if text.startswith(piece, position):
                        end = position + len(piece)
                        value = score + (reading.log_likelihood or 0.0)
                        grown[end] = float(np.logaddexp(grown[end], value)) if end in grown else value
            ends = grown
        return ends.get(len(text))

    def alternatives(self, n: int) -> list[Reading]:
        """The ``n`` likeliest readings, the engine's own first, by best-first search over the slots.

        Fewer where the search meets the same few texts over and over.
        """
        ranked = [sorted(slot, key=lambda reading: -(reading.log_likelihood or 0.0)) for slot in self.slots]
        found = dict.fromkeys([self.text])
        search = _best_first([[reading.log_likelihood or 0.0 for reading in slot] for slot in ranked])
        for choices in islice(search, MOST_TRIED * n):
            if len(found) >= n:
                break
            found.setdefault("".join(slot[k].text for slot, k in zip(ranked, choices, strict=True)))
        texts = list(found)[:n]
        return [Reading(t, score) for t, score in zip(texts, self.log_likelihood(texts), strict=True)]


def _best_first(scores: Sequence[Sequence[float]]) -> Iterator[tuple[int, ...]]:
    """Choices of one entry from each descending list, highest sum first, each once."""
    queue: list[tuple[float, tuple[int, ...], int]] = [(0.0, (0,) * len(scores), 0)]
    while queue:
        loss, choices, moved = heappop(queue)
        yield choices
        for i in range(moved, len(scores)):
            k = choices[i] + 1
            if k < len(scores[i]):
                step = scores[i][k - 1] - scores[i][k]
                heappush(queue, (loss + step, (*choices[:i], k, *choices[i + 1 :]), i))
