"""The posterior of a recogniser trained with CTC: how likely the pixels of a line make any text."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ocrect.evidence import beam, ctc
from ocrect.evidence.keeping import Kept
from ocrect.evidence.protocol import Reading, fold


@dataclass(frozen=True, slots=True)
class Symbol:
    """A character and the frames that it was read on, ``start`` to ``end`` (exclusive); ``confidence`` in 0..1."""

    text: str
    start: int
    end: int
    confidence: float


KEPT, KEPT_BYTES = 64, 64_000_000
"""Lines whose text is kept, and bytes of what else was worked out once of lines in work: a page's proposers see all its lines,
one after the other, and its checks do so after them. A line takes some 400,000 bytes, a long one of prose a million.
"""

MOST_IN_A_FRAME = 1.1
"""Most that a frame's probabilities may sum to. Rounding to float16, the floor under each column and the blank of a gap
(see :meth:`CtcPosterior.concatenate`) bring them above 1, all three together by less than 0.01 in what PP-OCR gives.
"""


@dataclass(frozen=True, slots=True, eq=False, weakref_slot=True)
class CtcPosterior:
    """The output of a recogniser trained with CTC, for one line: what it makes of every frame (column of pixels).

    ``log_probs`` has shape ``(frames, 1 + len(alphabet))``: natural logarithms, column 0 the blank, then one column for each
    symbol of ``alphabet``, each one code point. It is kept as read-only float16, never below ``floor``, so that what is
    saved and loaded is equal to the bit; take the line's text from :attr:`text`, not from the array before rounding.

    An engine's alphabet is large, and nearly all of it has no chance anywhere on a line. Such columns may be left out:
    then ``known`` holds all symbols that the engine can write, and one that has no column counts as ``floor`` in every
    frame. A symbol neither in ``alphabet`` nor in ``known`` is no evidence. The four fields are all there is to save.

    Raises:
        ValueError: the shape does not fit the alphabet, there is no frame, or the numbers are no log-probabilities: one is
            positive or not a number, or those of a frame sum to more than 1 beyond rounding.
    """

    log_probs: NDArray[np.float16]
    alphabet: tuple[str, ...]
    floor: float = -16.0
    known: str = ""

    def __post_init__(self) -> None:
        with np.errstate(over="ignore"):
            floor = np.float16(self.floor)
        given = np.asarray(self.log_probs)
        if given.ndim != 2 or given.shape[1] != 1 + len(self.alphabet) or not len(given):
            raise ValueError(f"log_probs of shape {given.shape} do not fit {len(self.alphabet)} symbols and a blank")
        if not given.max() <= 0.01 or not -60_000 < floor < 0:
            raise ValueError("log_probs and floor are natural logarithms of probabilities: none is positive or not a number")
        if any(len(symbol) != 1 for symbol in self.alphabet) or len(set(self.alphabet)) != len(self.alphabet):
            raise ValueError("the alphabet's symbols are different single code points")
        kept = np.clip(given, floor, 0).astype(np.float16)
        most = float(np.exp(kept.astype(np.float32)).sum(axis=1).max())
        if most > MOST_IN_A_FRAME:
            raise ValueError(f"the probabilities of a frame sum to {most:.2f}, and all that can be there is 1")
        kept.setflags(write=False)
        object.__setattr__(self, "log_probs", kept)
        object.__setattr__(self, "alphabet", tuple(self.alphabet))
        object.__setattr__(self, "floor", float(floor))

    @classmethod
    def from_softmax(cls, probabilities: NDArray[Any], known: str, *, least: float = 1e-5) -> CtcPosterior:
        """Keep of a whole softmax, shape ``(frames, 1 + len(known))``, the symbols that reach ``least`` in some frame."""
        kept = 1 + np.flatnonzero(probabilities[:, 1:].max(axis=0) >= least)
        with np.errstate(divide="ignore"):
            log_probs = np.log(probabilities[:, np.concatenate([[0], kept])])
        return cls(log_probs, tuple(known[i - 1] for i in kept), known=known)

    @classmethod
    def concatenate(cls, parts: Sequence[CtcPosterior], separator: str = " ") -> CtcPosterior:
        """One posterior for boxes that stand side by side on a line (at least one), with ``separator`` read between them.

        A gap between boxes is seen, not guessed: there the separator has all but e^-7 of the probability, which stays
        with the blank. A gap is ``max(1, 2 * len(separator) - 1)`` frames wide.
        """
        alphabet = tuple(dict.fromkeys(symbol for part in parts for symbol in (*part.alphabet, *separator)))
        column = {symbol: i for i, symbol in enumerate(alphabet, start=1)}
        floor = min(part.floor for part in parts)
        gap = np.full((max(1, 2 * len(separator) - 1), 1 + len(alphabet)), floor)
        gap[:, 0] = 0.0
        for i, symbol in enumerate(separator):
            gap[2 * i, [0, column[symbol]]] = (-7.0, 0.0)
        pieces = []
        for part in parts:
            wide = np.full((part.frames, 1 + len(alphabet)), part.floor)
            wide[:, [0, *(column[symbol] for symbol in part.alphabet)]] = part.log_probs
            pieces += [wide, gap]
        return cls(np.concatenate(pieces[:-1]), alphabet, floor, _union(tuple(part.known for part in parts)))

    @property
    def frames(self) -> int:
        return len(self.log_probs)

    @property
    def text(self) -> str:
        """The engine's own reading: the likeliest symbol of every frame, repeats merged (best path decoding), those of signs
        that no image tells apart (:func:`fold`) too: on frames in a row they are one sign.
        """
        return _text(self)

    def spans(self) -> list[Symbol]:
        """The symbols of :attr:`text` with their frames and confidences."""
        return list(_spans(self))

    def without(self, read: Iterable[Symbol]) -> CtcPosterior:
        """The posterior without these symbols of :meth:`spans`: on their frames the probability of each goes to the blank."""
        return self.moved((symbol.start, symbol.end, symbol.text, "") for symbol in read)

    def moved(self, moves: Iterable[tuple[int, int, str, str]]) -> CtcPosterior:
        """The posterior after probability has moved from one symbol, and all that no image tells from it (:func:`fold`), to
        another: ``(start, end, source, target)``.

        Frames count from 0, ``end`` is not included, and an empty string is the blank. The sum of each frame stays.
        """
        log_probs = self.log_probs.astype(np.float32)
        column = {"": 0} | {symbol: at for at, symbol in enumerate(self.alphabet, start=1)}
        for start, end, source, target in moves:
            kept, frames = column[target], slice(start, end)
            for gone in (at for symbol, at in column.items() if fold(symbol) == fold(source) and at != kept):
                log_probs[frames, kept] = np.minimum(np.logaddexp(log_probs[frames, kept], log_probs[frames, gone]), 0.0)
                log_probs[frames, gone] = self.floor
        return replace(self, log_probs=log_probs.astype(np.float16))

    def confidences(self) -> list[float]:
        """The highest probability of each symbol of :attr:`text` on its frames, with that of what no image tells from it
        (:func:`fold`), 0..1: which of two quotes it is is no doubt of what is there.
        """
        matrix, columns = _merged(self)
        return [float(np.exp(matrix[s.start : s.end, columns[fold(s.text)]].max())) for s in self.spans()]

    def align(self, text: str) -> list[Symbol] | None:
        """The frames of each character of ``text`` (folded, see :func:`fold`) on its likeliest path.

        ``None`` where the text does not fit into the frames or holds a symbol that has no column.
        """
        matrix, columns = _merged(self)
        labels = [columns.get(c, 0) for c in fold(text)]
        if 0 in labels or _frames_needed(labels) > self.frames:
            return None
        spans = ctc.align(matrix, labels)
        return [Symbol(c, s.start, s.end, s.probability) for c, s in zip(fold(text), spans, strict=True)]

    def log_likelihood(self, texts: Sequence[str]) -> list[float | None]:
        """log P(text | image) in nats by the CTC forward algorithm, after :func:`fold`; see :class:`Evidence`.

        Many texts that resemble the first one cost little more than it, and so do later calls with the same first text.
        """
        coded = [self._labels(text) for text in texts]
        scored = [labels for labels in coded if labels is not None]
        if not scored:
            return [None] * len(coded)
        values = iter(np.maximum(_scorer(self, scored[0])(scored), self.floor * self.frames).tolist())
        return [None if labels is None else next(values) for labels in coded]

    def alternatives(self, n: int) -> list[Reading]:
        """The ``n`` likeliest readings, the engine's own first; fewer where the network is in no doubt."""
        own = tuple(1 + self.alphabet.index(symbol) for symbol in self.text)
        found = [own, *(labels for labels, _ in beam.nbest(self.log_probs, n) if labels != own)][:n]
        texts = ["".join(self.alphabet[label - 1] for label in labels) for labels in found]
        first, *others = (Reading(t, score) for t, score in zip(texts, self.log_likelihood(texts), strict=True))
        return [first, *sorted(others, key=lambda reading: -(reading.log_likelihood or 0.0))]

    def _labels(self, text: str) -> tuple[int, ...] | None:
        """The columns of a text's symbols, numbers beyond the columns for pruned ones; ``None``: a symbol is not known."""
        _, columns = _merged(self)
        folded = fold(text)
        labels = tuple(columns.get(c, 0) for c in folded)
        if 0 not in labels:
            return labels
        known, pruned = _folded(self.known), len(self.alphabet) + 1
        if any(not label and c not in known for c, label in zip(folded, labels, strict=True)):
            return None
        return tuple(label or pruned + ord(c) for c, label in zip(folded, labels, strict=True))

    def __eq__(self, other: object) -> bool:
        if self is other:
            return True
        if not isinstance(other, CtcPosterior):
            return NotImplemented
        fields = (self.alphabet, self.floor, self.known) == (other.alphabet, other.floor, other.known)
        return fields and np.array_equal(self.log_probs, other.log_probs)

    def __hash__(self) -> int:
        return hash((self.alphabet, self.floor, self.log_probs[:, 0].tobytes()))


@lru_cache(maxsize=KEPT)
def _spans(posterior: CtcPosterior) -> tuple[Symbol, ...]:
    found: list[Symbol] = []
    for span in ctc.greedy(posterior.log_probs):
        symbol = Symbol(posterior.alphabet[span.label - 1], span.start, span.end, span.probability)
        before = found[-1] if found else None
        if before and before.end == symbol.start and fold(before.text) == fold(symbol.text):
            likelier = max(before, symbol, key=lambda one: one.confidence)
            found[-1] = replace(likelier, start=before.start, end=symbol.end)
        else:
            found.append(symbol)
    return tuple(found)


@lru_cache(maxsize=KEPT)
def _text(posterior: CtcPosterior) -> str:
    return "".join(symbol.text for symbol in _spans(posterior))


def _merged(posterior: CtcPosterior) -> tuple[NDArray[np.float64], dict[str, int]]:
    """The posterior with lookalike columns added into one, and the column of each folded symbol."""
    size = 8 * posterior.frames * (1 + len(posterior.alphabet))
    return _MERGED.get(posterior, None, lambda: _merge(posterior), size)


def _merge(posterior: CtcPosterior) -> tuple[NDArray[np.float64], dict[str, int]]:
    matrix = posterior.log_probs.astype(np.float64)
    columns: dict[str, int] = {}
    for column, symbol in enumerate(posterior.alphabet, start=1):
        first = columns.setdefault(fold(symbol), column)
        if first != column:
            matrix[:, first] = np.minimum(np.logaddexp(matrix[:, first], matrix[:, column]), 0.0)
    return matrix, columns


def _scorer(posterior: CtcPosterior, labels: tuple[int, ...]) -> ctc.Scorer:
    size = 8 * posterior.frames * (2 * (1 + len(posterior.alphabet)) + 3 * len(labels))
    return _SCORERS.get(posterior, labels, lambda: _score(posterior, labels), size)


def _score(posterior: CtcPosterior, labels: tuple[int, ...]) -> ctc.Scorer:
    return ctc.Scorer(_merged(posterior)[0], labels, floor=posterior.floor)


_MERGED: Kept[tuple[NDArray[np.float64], dict[str, int]]] = Kept(KEPT_BYTES // 4)
_SCORERS: Kept[ctc.Scorer] = Kept(KEPT_BYTES * 3 // 4)


@lru_cache(maxsize=8)
def _folded(known: str) -> frozenset[str]:
    return frozenset(map(fold, known))


@lru_cache(maxsize=8)
def _union(alphabets: tuple[str, ...]) -> str:
    """The symbols of all alphabets, once each; the very same object where all are equal."""
    return alphabets[0] if len(set(alphabets)) == 1 else "".join(dict.fromkeys("".join(alphabets)))


def _frames_needed(labels: Sequence[int]) -> int:
    return len(labels) + sum(a == b for a, b in pairwise(labels))
