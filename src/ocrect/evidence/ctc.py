"""Connectionist temporal classification on plain arrays: decoding, forward score and forced alignment.

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
from rapidfuzz.distance import LCSseq

from ocrect.ends import alike

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


REACH = 48
"""Labels on either side of one, on whose frames its forward variables are kept: a path that is farther out would have to spell
them elsewhere, some fifty signs on frames that say others."""

LEAST_MATCHED = 0.75
"""Share of the reference's labels that the best path must have, for these to say where the others are.

Of two unrelated texts in seven letters half match by chance: at 0.5 one in 60 such references left out the path that counts.
"""


class Scorer:
    """log P(labels) by the forward algorithm (eq. 5 to 8), for many label sequences that resemble a reference.

    The forward variables of a prefix and the backward variables of a suffix do not depend on what lies between, so those
    of the reference serve every sequence: only the labels between the common prefix and the common suffix are run. One
    state's variables over its frames are a linear recurrence, solved at once by a running log-sum; so the cost is one vector
    operation a state, for all sequences together.

    The frames of a state are those of the labels up to ``reach`` away from it on the best path, and no others, so that time
    and memory grow with the labels alone. A line of fewer labels has all its frames: there the result is exact. Where the
    best path does not tell where the labels are, or a sequence has many more labels than the reference, or fewer, all frames
    are taken.

    A label beyond the last column is a symbol that was pruned: its log-probability is ``floor`` in every frame.
    """

    def __init__(self, log_probs: NDArray[Any], reference: Sequence[int], *, floor: float = LOWEST, reach: int = REACH) -> None:
        self._frames, self._columns = log_probs.shape
        if self._frames == 0:
            raise ValueError("a posterior has at least one frame")
        self._log_probs, self._floor, self._reach = log_probs, floor, reach
        pruned = np.full((1, self._frames), floor)
        emissions: Floats = np.concatenate([np.maximum(log_probs.T.astype(np.float64), LOWEST), pruned])
        self._sums = _running(emissions)
        self._reference = tuple(reference)
        self._starts, self._width = _windows(log_probs, self._reference, reach)
        both = np.stack([self._sums, _running(emissions[:, ::-1])])
        self._after_blank, self._after_label, self._rest = self._variables(both)
        if self._width < self._frames and not self._agrees():
            self._starts, self._width = _all_frames(self._reference, self._frames)
            self._after_blank, self._after_label, self._rest = self._variables(both)
        self._exact: Scorer | None = None

    def __call__(self, sequences: Sequence[Sequence[int]]) -> Floats:
        """The natural log-likelihood of each sequence; ``-inf`` where it needs more frames than there are."""
        if not sequences:
            return np.empty(0)
        shared = [alike(self._reference, labels) for labels in sequences]
        spans = [len(self._reference) - head - tail for head, tail in shared]
        middles = [labels[head : len(labels) - tail] for labels, (head, tail) in zip(sequences, shared, strict=True)]
        far = [abs(len(middle) - span) > self._reach // 2 for middle, span in zip(middles, spans, strict=True)]
        if self._width < self._frames and any(far):
            return self._in_two(sequences, far)
        heads = np.array([head for head, _ in shared])
        blank, label = self._after_blank[heads], self._after_label[heads]
        starts = self._starts[heads]
        last = np.array([labels[head - 1] if head else -1 for labels, head in zip(sequences, heads, strict=True)])
        sizes = np.array([len(middle) for middle in middles])
        for step in range(max(map(len, middles))):
            at = np.flatnonzero(sizes > step)
            following = np.array([middles[i][step] for i in at])
            places = heads[at] + step * np.array(spans)[at] // sizes[at]
            begins = self._starts[places + 1]
            entering = _entering(blank[at], label[at], last[at], following, starts[at], begins)
            label[at] = _stay(entering[:, :-1], self._summed(np.minimum(following, self._columns), begins))
            blank[at] = self._blank_after(label[at], begins)
            last[at], starts[at] = following, begins
        tails = np.array([len(self._reference) - tail for _, tail in shared])
        following = np.array([self._reference[k] if k < len(self._reference) else -2 for k in tails])
        entering = _entering(blank, label, last, following, starts, self._starts[tails + 1])
        return logsumexp(entering + self._rest[tails])

    def _in_two(self, sequences: Sequence[Sequence[int]], far: Sequence[bool]) -> Floats:
        """The scores where some sequences are ``far`` from the reference: these from all frames."""
        if self._exact is None:
            self._exact = Scorer(self._log_probs, self._reference, floor=self._floor, reach=len(self._reference) + 1)
        found = np.empty(len(sequences))
        for scorer, which in ((self._exact, True), (self, False)):
            chosen = [i for i, is_far in enumerate(far) if is_far is which]
            if chosen:
                found[chosen] = scorer([sequences[i] for i in chosen])
        return found

    def _variables(self, sums: Floats) -> tuple[Floats, Floats, Floats]:
        """Forward variables of the reference, in the blank after, and on the last of, its first k labels; and ``rest[k, t]``,
        the log-probability of frame t of label k's window and all behind it, given that label k begins there. The row -1 is
        the end, and each row of ``rest`` has a column more than the window: what begins behind the last frame.

        ``sums`` are those of :func:`_running`, onwards and from the end.
        """
        back = (self._frames - self._width - self._starts[1:])[::-1]
        labels = np.array([self._reference, self._reference[::-1]], dtype=np.int64)
        after_blank, after_label = self._forward(sums, labels, np.stack([self._starts[:-1], back]))
        rest = np.full((len(self._reference) + 1, self._width + 1), -np.inf)
        rest[:-1, :-1] = after_label[1, :0:-1, ::-1]
        rest[-1, -1] = 0.0
        return after_blank[0], after_label[0], rest

    def _agrees(self) -> bool:
        """True where the reference is as likely from its end to its beginning: no window was too narrow for it."""
        forward = float(np.logaddexp(self._after_blank[-1, -1], self._after_label[-1, -1]))
        first, none = np.array(self._reference[:1]), np.array([-1])
        entering = _entering(self._after_blank[:1], self._after_label[:1], none, first, self._starts[:1], self._starts[1:2])
        backward = float(logsumexp(entering + self._rest[:1])[0])
        return bool(abs(forward - backward) < 1e-6)

    def _forward(self, sums: Floats, labels: NDArray[np.int64], starts: NDArray[np.int64]) -> tuple[Floats, Floats]:
        """Forward variables of both directions, shape ``(2, 1 + labels, width)``: in the blank after, and on the last of, the
        first k labels. The row of k is of the frames from ``starts[:, k]``.
        """
        blank = np.empty((2, labels.shape[1] + 1, self._width))
        label = np.full(blank.shape, -np.inf)
        blank[:, 0] = sums[:, BLANK, 1 : self._width + 1]
        last, columns = np.array([-1, -1]), np.minimum(labels, self._columns)
        ways, everywhere = np.arange(2), self._width == self._frames
        blanks = sums[:, BLANK]
        for k, following in enumerate(labels.T, start=1):
            begins = starts[:, k]
            entering = _entering(blank[:, k - 1], label[:, k - 1], last, following, starts[:, k - 1], begins)
            if everywhere:
                own = sums[ways, columns[:, k - 1]]
            else:
                windows = [slice(begin, begin + self._width + 1) for begin in begins]
                own = np.stack([sums[way, columns[way, k - 1], windows[way]] for way in (0, 1)])
                blanks = np.stack([sums[way, BLANK, windows[way]] for way in (0, 1)])
            label[:, k] = _stay(entering[:, :-1], own)
            blank[:, k] = _stay(_moved_on(label[:, k]), blanks)
            last = following
        return blank, label

    def _summed(self, labels: NDArray[np.int64], starts: NDArray[np.int64]) -> Floats:
        """The running sums of a label each on the frames of its window, shape ``(n, width + 1)``."""
        everywhere = self._width == self._frames
        frames = starts[:, None] + np.arange(self._width + 1)
        found: Floats = self._sums[labels] if everywhere else self._sums[labels[:, None], frames]
        return found

    def _blank_after(self, label: Floats, starts: NDArray[np.int64]) -> Floats:
        return _stay(_moved_on(label), self._summed(np.zeros(len(label), dtype=np.int64), starts))


def _running(emissions: Floats) -> Floats:
    """The sums of each symbol's log-probabilities over the frames before each, and over all: a column more than frames."""
    return np.concatenate([np.zeros((len(emissions), 1)), np.cumsum(emissions, axis=1)], axis=1)


def _moved_on(label: Floats) -> Floats:
    """Each row a frame later."""
    return np.concatenate([np.full((len(label), 1), -np.inf), label[:, :-1]], axis=1)


def _all_frames(reference: Sequence[int], frames: int) -> tuple[NDArray[np.int64], int]:
    """Windows of all frames."""
    return np.zeros(len(reference) + 2, dtype=np.int64), frames


def _windows(log_probs: NDArray[Any], reference: Sequence[int], reach: int) -> tuple[NDArray[np.int64], int]:
    """The first frames of the windows, and how many frames each has: of the start, of each label of the reference, of the end.

    The labels' own frames are those of the best path where it has the label, and between these where it has not.
    """
    frames = len(log_probs)
    if len(reference) <= reach:
        return _all_frames(reference, frames)
    best = greedy(log_probs)
    blocks = LCSseq.opcodes([span.label for span in best], list(reference)).as_matching_blocks()
    matched = [(block.b + k, best[block.a + k]) for block in blocks for k in range(block.size)]
    if len(matched) < LEAST_MATCHED * len(reference):
        return _all_frames(reference, frames)
    places = np.array([at for at, _ in matched])
    begins = np.interp(np.arange(len(reference)), places, [span.start for _, span in matched])
    ends = np.interp(np.arange(len(reference)), places, [span.end for _, span in matched])
    first, last = np.arange(len(reference)) - reach, np.arange(len(reference)) + reach
    starts = np.where(first < 0, 0, begins[np.maximum(first, 0)]).astype(np.int64)
    stops = np.where(last >= len(reference), frames, np.ceil(ends[np.minimum(last, len(reference) - 1)])).astype(np.int64)
    width = int((stops - starts).max())
    return np.concatenate([[0], np.minimum(starts, frames - width), [frames - width]]), width


def log_likelihoods(log_probs: NDArray[Any], sequences: Sequence[Sequence[int]]) -> Floats:
    """log P(labels) in nats for each label sequence (eq. 8); the first one is the reference of :class:`Scorer`."""
    return Scorer(log_probs, sequences[0])(sequences) if sequences else np.empty(0)


def _entering(
    blank: Floats,
    label: Floats,
    last: NDArray[Any],
    following: NDArray[Any],
    before: NDArray[np.int64],
    begins: NDArray[np.int64],
) -> Floats:
    """The mass that steps on to the label ``following`` at each frame from ``begins`` on, shape ``(n, width + 1)``.

    It comes from the blank before it or, where the two labels differ, from the label ``last`` itself (eq. 6), whose windows
    begin at ``before``; at frame 0 from the start, if no label came before (``last`` is -1).
    """
    start = np.where((last == -1) & (begins == 0), 0.0, -np.inf)[:, None]
    direct = np.where((last != following)[:, None], label, -np.inf)
    leaving = np.concatenate([start, np.logaddexp(blank, direct)], axis=1)
    moved = begins - before
    if not moved.any():
        return leaving
    at = np.arange(leaving.shape[1]) + moved[:, None]
    inside = at < leaving.shape[1]
    return np.where(inside, np.take_along_axis(leaving, np.where(inside, at, 0), axis=1), -np.inf)


def _stay(entering: Floats, sums: Floats) -> Floats:
    """Forward variables of one state: ``a[t] = emission[t] + logaddexp(a[t-1], entering[t])``, solved over all frames.

    ``sums`` are the running sums of the emissions (:func:`_running`), a column more than frames.
    """
    result: Floats = np.logaddexp.accumulate(entering - sums[..., :-1], axis=-1) + sums[..., 1:]
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
