"""Connectionist temporal classification on plain arrays: decoding, forward score, n-best and forced alignment.

Everywhere ``log_probs`` is an array of shape ``(frames, symbols)`` of natural logarithms, column 0 being the blank, and a
label is a column's number. Sums run in float64. Equation numbers are those of Graves, Fernández, Gomez and Schmidhuber,
"Connectionist Temporal Classification", ICML 2006.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

BLANK = 0
LOWEST = -745.0  # the natural log of the smallest float64; what is less likely than that counts as that


class Span(NamedTuple):
    """A label on the frames ``start`` to ``end`` (exclusive); ``probability`` is its highest there, 0..1."""

    label: int
    start: int
    end: int
    probability: float


def greedy(log_probs: NDArray[Any]) -> list[Span]:
    """Best path decoding: the likeliest label of every frame, repeats merged, blanks dropped (section 3.2)."""
    if not len(log_probs):
        return []
    path = log_probs.argmax(axis=1)
    starts = np.concatenate([[0], np.flatnonzero(np.diff(path)) + 1])
    labels, ends = path[starts].tolist(), [*starts[1:].tolist(), len(path)]
    # on the frames of its span a label is the likeliest one, so that its highest value there is that of the frames
    highest = np.minimum(np.maximum.reduceat(log_probs.max(axis=1), starts), 0.0).tolist()
    spans = zip(labels, starts.tolist(), ends, map(math.exp, highest), strict=True)
    return [Span(*span) for span in spans if span[0] != BLANK]


def _span(log_probs: NDArray[Any], label: int, start: int, end: int) -> Span:
    return Span(label, start, end, math.exp(min(0.0, float(log_probs[start:end, label].max()))))


class Scorer:
    """log P(labels) by the forward algorithm (eq. 5 to 8), for many label sequences that resemble a reference.

    The forward variables of a prefix and the backward variables of a suffix do not depend on what lies between, so those
    of the reference serve every sequence: only the labels between the common prefix and the common suffix are run.
    The result is exact. One state's variables over all frames are a linear recurrence, solved at once by a running
    log-sum; so the cost is one vector operation a state, for all sequences together.

    A label beyond the last column is a symbol that was pruned: its log-probability is ``floor`` in every frame.
    """

    def __init__(self, log_probs: NDArray[Any], reference: Sequence[int], *, floor: float = LOWEST) -> None:
        frames, self._columns = log_probs.shape
        if frames == 0:
            raise ValueError("a posterior has at least one frame")
        pruned = np.full((1, frames), floor)
        self._emissions: Floats = np.concatenate([np.maximum(log_probs.T.astype(np.float64), LOWEST), pruned])
        self._reference = tuple(reference)
        self._after_blank, self._after_label = self._forward(self._emissions, self._reference)
        _, backward = self._forward(self._emissions[:, ::-1], self._reference[::-1])
        # _rest[k, t]: the log-probability of frames t and on, given that label k begins there; row -1 is the end.
        self._rest = np.full((len(self._reference) + 1, frames + 1), -np.inf)
        self._rest[:-1, :-1] = backward[:0:-1, ::-1]
        self._rest[-1, -1] = 0.0

    def __call__(self, sequences: Sequence[Sequence[int]]) -> Floats:
        """The natural log-likelihood of each sequence; ``-inf`` where it needs more frames than there are."""
        if not sequences:
            return np.empty(0)
        shared = [_shared(self._reference, labels) for labels in sequences]
        heads = np.array([head for head, _ in shared])
        middles = [labels[head : len(labels) - tail] for labels, (head, tail) in zip(sequences, shared, strict=True)]
        blank, label = self._after_blank[heads], self._after_label[heads]
        last = np.array([labels[head - 1] if head else -1 for labels, head in zip(sequences, heads, strict=True)])
        for step in range(max(map(len, middles))):
            at = np.array([i for i, middle in enumerate(middles) if len(middle) > step])
            following = np.array([middles[i][step] for i in at])
            entering = _entering(blank[at], label[at], last[at], following)
            label[at] = _stay(entering[:, :-1], self._emissions[np.minimum(following, self._columns)])
            blank[at] = self._blank_after(label[at])
            last[at] = following
        tails = np.array([len(self._reference) - tail for _, tail in shared])
        following = np.array([self._reference[k] if k < len(self._reference) else -2 for k in tails])
        return logsumexp(_entering(blank, label, last, following) + self._rest[tails])

    def _forward(self, emissions: Floats, labels: Sequence[int]) -> tuple[Floats, Floats]:
        """Forward variables, shape ``(1 + labels, frames)``: in the blank after, and on the last of, the first k labels."""
        frames = emissions.shape[1]
        blank = np.empty((len(labels) + 1, frames))
        label = np.full((len(labels) + 1, frames), -np.inf)
        blank[0] = np.cumsum(emissions[BLANK])
        last = np.array([-1])
        for k, value in enumerate(labels, start=1):
            following = np.array([value])
            entering = _entering(blank[k - 1 : k], label[k - 1 : k], last, following)
            label[k] = _stay(entering[:, :-1], emissions[min(value, self._columns)])[0]
            shifted = np.concatenate([[-np.inf], label[k, :-1]])
            blank[k] = _stay(shifted, emissions[BLANK])
            last = following
        return blank, label

    def _blank_after(self, label: Floats) -> Floats:
        shifted = np.concatenate([np.full((len(label), 1), -np.inf), label[:, :-1]], axis=1)
        return _stay(shifted, self._emissions[BLANK])


def log_likelihoods(log_probs: NDArray[Any], sequences: Sequence[Sequence[int]]) -> Floats:
    """log P(labels) in nats for each label sequence (eq. 8); the first one is the reference of :class:`Scorer`."""
    return Scorer(log_probs, sequences[0])(sequences) if sequences else np.empty(0)


def _shared(reference: Sequence[int], labels: Sequence[int]) -> tuple[int, int]:
    """The lengths of the common prefix and, after it, of the common suffix."""
    most = min(len(reference), len(labels))
    head = 0
    while head < most and reference[head] == labels[head]:
        head += 1
    tail = 0
    while tail < most - head and reference[-1 - tail] == labels[-1 - tail]:
        tail += 1
    return head, tail


def _entering(blank: Floats, label: Floats, last: NDArray[Any], following: NDArray[Any]) -> Floats:
    """The mass that steps on to the label ``following`` at each frame, shape ``(n, frames + 1)``.

    It comes from the blank before it or, where the two labels differ, from the label ``last`` itself (eq. 6); at frame 0
    from the start, if no label came before (``last`` is -1).
    """
    start = np.where(last == -1, 0.0, -np.inf)[:, None]
    direct = np.where((last != following)[:, None], label, -np.inf)
    return np.concatenate([start, np.logaddexp(blank, direct)], axis=1)


def _stay(entering: Floats, emission: Floats) -> Floats:
    """Forward variables of one state: ``a[t] = emission[t] + logaddexp(a[t-1], entering[t])``, solved over all frames."""
    total = np.cumsum(emission, axis=-1)
    result: Floats = np.logaddexp.accumulate(entering - (total - emission), axis=-1) + total
    return result


def logsumexp(values: Floats) -> Floats:
    """log of the sum of exponentials over the last axis; ``-inf`` for nothing but ``-inf``."""
    highest = values.max(axis=-1, keepdims=True)
    anchor = np.where(np.isfinite(highest), highest, 0.0)
    with np.errstate(divide="ignore"):
        result: Floats = np.log(np.exp(values - anchor).sum(axis=-1)) + anchor[..., 0]
    return result


def align(log_probs: NDArray[Any], labels: Sequence[int]) -> list[Span]:
    """Forced alignment: the frames of each label on the likeliest path that spells ``labels`` (Viterbi).

    Raises:
        ValueError: the labels need more frames than there are.
    """
    if not labels:
        return []
    states = np.full(2 * len(labels) + 1, BLANK)
    states[1::2] = labels
    emissions = np.maximum(log_probs[:, states].astype(np.float64), LOWEST)
    skips = np.zeros(len(states), dtype=bool)
    skips[3::2] = states[3::2] != states[1:-2:2]
    score = np.full(len(states), -np.inf)
    score[:2] = emissions[0, :2]
    steps = np.zeros(emissions.shape, dtype=np.int8)  # how many states a path came forward by, into this frame
    for t in range(1, len(emissions)):
        one = np.concatenate([[-np.inf], score[:-1]])
        two = np.where(skips, np.concatenate([[-np.inf, -np.inf], score[:-2]]), -np.inf)
        options = np.stack([score, one, two])
        steps[t] = options.argmax(axis=0)
        score = options.max(axis=0) + emissions[t]
    state = len(states) - 1 if score[-1] >= score[-2] else len(states) - 2
    if not np.isfinite(score[state]):
        raise ValueError(f"{len(labels)} labels do not fit into {len(log_probs)} frames")
    frames: list[list[int]] = [[] for _ in labels]
    for t in range(len(emissions) - 1, -1, -1):
        if state % 2:
            frames[state // 2].append(t)
        state -= int(steps[t, state])
    return [_span(log_probs, label, held[-1], held[0] + 1) for label, held in zip(labels, frames, strict=True)]


def nbest(log_probs: NDArray[Any], n: int, *, width: int = 16, doubt: float = 0.001) -> list[tuple[tuple[int, ...], float]]:
    """The ``n`` likeliest label sequences, best first, with their log-likelihood summed over the paths in the beam.

    Prefix beam search (Hannun, Maas, Jurafsky and Ng, 2014, algorithm 1, without a language model). In every frame only
    labels of a probability above ``doubt`` are tried, so it branches where the network is in doubt and nowhere else.
    ``width`` prefixes are kept.
    """
    width = max(width, n)
    beam: dict[tuple[int, ...], tuple[float, float]] = {(): (0.0, -math.inf)}
    threshold = math.log(doubt)
    best = log_probs.argmax(axis=1)
    for t, frame in enumerate(log_probs):
        tried = {k: float(frame[k]) for k in {int(best[t]), *np.flatnonzero(frame > threshold).tolist()}}
        grown: dict[tuple[int, ...], tuple[float, float]] = {}
        for prefix, (blank, label) in beam.items():
            _extend(grown, prefix, blank, label, tried)
        kept = sorted(grown.items(), key=lambda item: -_add(*item[1]))
        beam = dict(kept[:width])
    return [(prefix, _add(*ends)) for prefix, ends in list(beam.items())[:n]]


def _extend(
    grown: dict[tuple[int, ...], tuple[float, float]],
    prefix: tuple[int, ...],
    blank: float,
    label: float,
    frame: dict[int, float],
) -> None:
    """Add to ``grown`` the prefix and its extensions by one frame; ends in a blank and on a label are kept apart."""
    total = _add(blank, label)
    last = prefix[-1] if prefix else None
    for k, value in frame.items():
        if k == BLANK:
            _put(grown, prefix, total + value, -math.inf)
        elif k == last:
            if label > -math.inf:
                _put(grown, prefix, -math.inf, label + value)
            if blank > -math.inf:
                _put(grown, (*prefix, k), -math.inf, blank + value)
        else:
            _put(grown, (*prefix, k), -math.inf, total + value)


def _put(grown: dict[tuple[int, ...], tuple[float, float]], prefix: tuple[int, ...], blank: float, label: float) -> None:
    old = grown.get(prefix, (-math.inf, -math.inf))
    grown[prefix] = (_add(old[0], blank), _add(old[1], label))


def _add(a: float, b: float) -> float:
    """log(exp(a) + exp(b))."""
    high, low = (a, b) if a >= b else (b, a)
    return high if low == -math.inf else high + math.log1p(math.exp(low - high))
