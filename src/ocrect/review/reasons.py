"""Why a place is shown to a person, in plain words: names of messages (:mod:`ocrect.review.catalogue`) with what goes into
them. What a check measured, in nats or odds, is not for here: ``ocrect explain`` shows it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ocrect.record.correction import Finding, Verdict
from ocrect.record.document import Doubt

_LEAST = 0.05
"""Score from which a finding that takes no side leans to one."""
_SPOKEN = ("image", "language-model", "second-engine", "lexicon", "word", "spacing", "arithmetic")


@dataclass(frozen=True, slots=True)
class Reason:
    """One sentence: the name of its message, whether it speaks for the proposal, and a detail in the words of the record
    (:func:`ocrect.review.catalogue.detail`).
    """

    message: str
    speaks_for: bool | None = None
    detail: str = ""


def of_verdict(verdict: Verdict) -> list[Reason]:
    """What speaks for an edit, what against it, and why nobody but a person can say."""
    found = [reason for finding in verdict.findings if (reason := _of(finding)) is not None]
    locked = any(f.check == "locked" and f.supports is False for f in verdict.findings)
    said = sorted(dict.fromkeys(found), key=lambda reason: reason.speaks_for is False)
    return [*said, Reason("why-locked" if locked else "why-unsure")]


def of_doubts(doubts: Sequence[Doubt]) -> list[Reason]:
    """What contradicts the place."""
    return [Reason("why-contradicts", None, reason) for reason in dict.fromkeys(doubt.reason for doubt in doubts)]


def _of(finding: Finding) -> Reason | None:
    if finding.check not in _SPOKEN:
        return None
    side = finding.supports
    if side is None and finding.score is not None and abs(finding.score) >= _LEAST and finding.check in _SPOKEN[:2]:
        return Reason(f"{finding.check}-leans-{'for' if finding.score > 0 else 'against'}", finding.score > 0)
    if side is None:
        return None
    detail = finding.reason.partition("with it ")[2] if finding.check == "arithmetic" else ""
    return Reason(f"{finding.check}-{'for' if side else 'against'}", side, detail)
