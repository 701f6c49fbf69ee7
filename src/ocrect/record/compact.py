"""A document as it is kept by default: a quarter of the size, and the same decisions but for near ties.

Most of a page's JSON is numbers that say more than they know. :func:`thinned` leaves out of them what no decision rests on:

- a posterior's log-probabilities keep 6 significant binary digits (an error below 1.6 %) of float16's 11; what has less than
  e^-11 in a frame shares the rest's mass evenly there;
- boxes and baselines are rounded to 1/8 pixel, confidences and lattices' log-likelihoods to 4 decimals;
- findings of checks that had nothing to say are left out.

The engine's reading stays what it is, to the letter. What it costs in decisions is in bench/figures/product.md.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from ocrect.evidence import CtcPosterior, Evidence, LatticeEvidence, Reading
from ocrect.record.correction import SETTLE, Correction, Finding, Verdict
from ocrect.record.document import Box, Document, Line

STEP = 1 / 8
"""Pixels to which boxes are rounded: a binary fraction, so that a number is short and exact."""
DECIMALS = 4
LEAST = -11.0
"""Natural logarithm of the least probability that is kept by itself."""
DIGITS = 6
"""Significant binary digits of a log-probability."""


def thinned(document: Document) -> Document:
    """``document`` with what no decision rests on left out of its numbers. Thinned again, it stays as it is."""
    pages = []
    for page in document.pages:
        blocks = tuple(replace(b, box=_rounded(b.box), lines=tuple(map(_line, b.lines))) for b in page.blocks)
        pages.append(replace(page, blocks=blocks))
    return replace(document, pages=tuple(pages))


def _line(line: Line) -> Line:
    return replace(
        line,
        box=_rounded(line.box),
        words=tuple(replace(w, box=_box(w.box), confidence=round(w.confidence, DECIMALS)) for w in line.words),
        glyphs=tuple(replace(g, box=_box(g.box), confidence=round(g.confidence, DECIMALS)) for g in line.glyphs),
        baseline=line.baseline and (_point(line.baseline[0]), _point(line.baseline[1])),
        evidence=_evidence(line.evidence),
        second_readings=tuple(replace(other, evidence=_evidence(other.evidence)) for other in line.second_readings),
        correction=line.correction and _correction(line.correction),
    )


def _correction(correction: Correction) -> Correction:
    return replace(correction, verdicts=tuple(map(_verdict, correction.verdicts)))


def _verdict(verdict: Verdict) -> Verdict:
    return replace(verdict, findings=tuple(f for f in verdict.findings if _says_something(f)))


def _says_something(finding: Finding) -> bool:
    spoke = finding.supports is not None or finding.score is not None or finding.witness == "person"
    return spoke or finding.asks or bool(finding.weight) or finding.check == SETTLE


def _evidence(evidence: Evidence | None) -> Evidence | None:
    if isinstance(evidence, CtcPosterior):
        return posterior(evidence)
    if isinstance(evidence, LatticeEvidence):
        return LatticeEvidence(tuple(tuple(_reading(reading) for reading in slot) for slot in evidence.slots))
    return evidence


def _reading(reading: Reading) -> Reading:
    return Reading(reading.text, reading.log_likelihood and round(reading.log_likelihood, DECIMALS))


def posterior(whole: CtcPosterior) -> CtcPosterior:
    """``whole`` with fewer digits and one value a frame for what is hardly possible there, if its text stays the same."""
    gathered = _gathered(whole.log_probs.astype(np.float32), whole.floor)
    for log_probs in (_short(gathered), gathered):
        try:
            made = CtcPosterior(log_probs, whole.alphabet, whole.floor, whole.known)
        except ValueError:  # rounded up, the probabilities of a frame may sum to too much
            continue
        if made.text == whole.text:
            return made
    return whole


def _gathered(log_probs: NDArray[np.float32], floor: float) -> NDArray[np.float16]:
    """What is below :data:`LEAST` gets the mean of such probabilities in its frame."""
    small = log_probs < LEAST
    mass = np.where(small, np.exp(log_probs), 0.0).sum(axis=1)
    rest = np.log(np.maximum(mass / np.maximum(small.sum(axis=1), 1), np.exp(floor)))
    return np.where(small, rest[:, None], log_probs).astype(np.float16)


def _short(log_probs: NDArray[np.float16]) -> NDArray[np.float16]:
    """Rounded to :data:`DIGITS` significant binary digits."""
    mantissa, exponent = np.frexp(log_probs.astype(np.float32))
    short: NDArray[np.float32] = np.ldexp(np.round(np.ldexp(mantissa, DIGITS)), exponent - DIGITS)
    return short.astype(np.float16)


def _rounded(box: Box | None) -> Box | None:
    return None if box is None else _box(box)


def _box(box: Box) -> Box:
    return Box(*_steps((box.left, box.top, box.right, box.bottom)))


def _point(point: tuple[float, float]) -> tuple[float, float]:
    x, y = _steps(point)
    return x, y


def _steps(values: Iterable[float]) -> list[float]:
    return [round(value / STEP) * STEP if abs(value) < 1e9 else value for value in values]
