"""The logistic regression that weighs the witnesses (:mod:`bench.weighing`): the fit, its odds of pages left out of it, and the
bars that follow from them.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

Row = dict[str, Any]
Floats = NDArray[np.float64]

LEAST, LEAST_RIGHT = 12, 35
"""Edits in which a number must speak to get a weight, and right ones of a kind, each once, for it to be fitted."""

LEAST_BAR, LEAST_HEARD, MOST_BAR, LEAST_SHOWN = 1.0, 0.0, 2.5, -1.0
"""Log-odds between which the bars lie, in nats: of the product's own proposals, of a model's, of both, and of what is shown."""

INVENTED, MISREPAIRED, FEWEST = 0.003, 0.08, 100
"""Shares of a model's wrong edits that may be accepted: of right text, and of misread text; and how many of its wrong
edits must be known. Of the wrong repairs made up here more than half are the engine's own second thoughts, which no model
knows: of the inventions of :mod:`bench.oracle` fewer than half as many are accepted.
"""

SHOWN = 0.6
"""Share right, at least, of what is shown to a person and not accepted."""

UNHEARD: Mapping[str, tuple[str, ...]] = {
    "digits": ("source.", "misreading."),
    "letters": ("misreading.", "source.nbest", "source.posterior", "source.lexicon"),
    **dict.fromkeys(("case", "accents", "punctuation", "spaces", "written spaces"), ("misreading.",)),
}
"""Witnesses that are not asked about a kind: whoever proposes a digit is no witness of it; which of the product's own proposers
found a word says no more than its image (with it, a word that was likelier by the image could be less likely by all); and
what is often misread so, since the wrong edits that are made up here are made of the same look-alikes, for which no engine
is to blame.
"""

FOLDS, RIDGES = 5, (0.3, 1.0, 3.0)


@dataclass(frozen=True, slots=True)
class Fit:
    """A logistic regression: log-odds = ``base`` + the numbers of an edit times the weights of ``names``."""

    base: float
    names: tuple[str, ...]
    weights: Floats

    def odds(self, rows: Sequence[Row]) -> Floats:
        found: Floats = self.base + _matrix(rows, self.names) @ self.weights
        return found


def _matrix(rows: Sequence[Row], names: Sequence[str]) -> Floats:
    return np.array([[row["numbers"].get(name, 0.0) for name in names] for row in rows]).reshape(len(rows), len(names))


def fitted(rows: Sequence[Row], ridge: float) -> Fit:
    """The regression of ``right`` on the numbers, by Newton's method, with a ridge on weights in standard deviations."""
    names = tuple(sorted({name for row in rows for name in row["numbers"]}))
    names = tuple(name for name in names if sum(name in row["numbers"] for row in rows) >= LEAST)
    (kind,) = {row["kind"] for row in rows}
    names = tuple(name for name in names if not name.startswith(UNHEARD.get(kind, ("\0",))))
    numbers, right = _matrix(rows, names), np.array([row["right"] for row in rows], dtype=float)
    scale = numbers.std(axis=0) + 1e-6
    design = np.c_[np.ones(len(rows)), numbers / scale]
    penalty = np.full(design.shape[1], ridge)
    penalty[0] = 1e-6
    found = np.zeros(design.shape[1])
    for _ in range(80):
        share = 1.0 / (1.0 + np.exp(-np.clip(design @ found, -30, 30)))
        spread = np.clip(share * (1.0 - share), 1e-6, None)
        slope = design.T @ (right - share) - penalty * found
        step = np.linalg.solve((design * spread[:, None]).T @ design + np.diag(penalty), slope)
        found = found + step
        if np.abs(step).max() < 1e-6:
            break
    return Fit(float(found[0]), names, found[1:] / scale)


def out_of_fold(rows: Sequence[Row], ridge: float) -> Floats:
    """The log-odds of each row by a fit without the pages of its fold."""
    folds = np.array([hashlib.sha256(f"fold {row['page']}".encode()).digest()[0] % FOLDS for row in rows])
    odds = np.zeros(len(rows))
    for fold in range(FOLDS):
        inside = folds == fold
        others = [row for row, left_out in zip(rows, inside, strict=True) if not left_out]
        if inside.any():
            odds[inside] = fitted(others, ridge).odds([row for row, left_out in zip(rows, inside, strict=True) if left_out])
    return odds


def bar(odds: Floats, right: Floats, wanted: float) -> float:
    """The least log-odds from which the share right is ``wanted``, as counted and as the odds themselves say it; infinite where
    there is none.
    """
    order = np.argsort(-odds)
    count = np.arange(1, len(odds) + 1)
    counted, said = (np.cumsum(values[order]) / count for values in (right, 1.0 / (1.0 + np.exp(-odds))))
    good = np.flatnonzero((np.minimum(counted, said) >= wanted) & (count >= 3))
    return float(odds[order][good[-1]]) if len(good) else float("inf")


def shown(odds: Floats, right: Floats, accept: float) -> float:
    """The least log-odds from which of what is not accepted :data:`SHOWN` is right; ``accept`` where there is none."""
    below = odds < accept
    return min(accept, max(bar(odds[below], right[below], SHOWN), LEAST_SHOWN))


def unheard(odds: Floats, repairs: NDArray[np.bool_]) -> float:
    """The least log-odds that of wrong proposals, of these ``odds``, at most :data:`INVENTED` of those of right text reach and
    at most :data:`MISREPAIRED` of those that are ``repairs`` of misread text, but one of each; infinite for too few. Repairs of
    which that share is not one count as the others.
    """
    if len(odds) < FEWEST:
        return float("inf")
    apart = repairs if MISREPAIRED * repairs.sum() >= 1 else np.zeros(len(odds), dtype=bool)
    parts = ((odds[~apart], INVENTED), (odds[apart], MISREPAIRED))
    most = [(np.sort(part), max(1, int(share * len(part)))) for part, share in parts if len(part)]
    return max(float(part[-1 - count]) for part, count in most) + 1e-3
