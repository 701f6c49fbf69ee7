"""Edits, what the checks find about them, and the decision: the record that stands beside the engine's text.

The engine's text is never overwritten. A corrected line is ``Correction.apply(line.text)``, a pure function.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from difflib import SequenceMatcher
from functools import lru_cache
from itertools import pairwise
from math import exp
from typing import Literal

from rapidfuzz.distance import Levenshtein

from ocrect.ends import alike
from ocrect.letters import without_accents

Decision = Literal["accepted", "review", "rejected"]
Witness = Literal["image", "text", "model", "person"]
EditKind = Literal["digits", "letters", "punctuation", "accents", "case", "spaces"]


@dataclass(frozen=True, slots=True)
class Edit:
    """Replace ``text[start:end]``, which reads ``before``, with ``after``; offsets in code points of the line's text."""

    start: int
    end: int
    before: str
    after: str

    def __post_init__(self) -> None:
        if not 0 <= self.start <= self.end or self.end - self.start != len(self.before):
            raise ValueError(f"an edit's offsets must span its 'before': {self}")
        if self.before == self.after:
            raise ValueError(f"an edit must change something: {self}")

    def fits(self, text: str) -> bool:
        """True where ``before`` is what stands at these offsets of ``text``."""
        return self.end <= len(text) and text[self.start : self.end] == self.before

    def overlaps(self, other: Edit) -> bool:
        """True where both touch the same characters, or insert at the same place."""
        if self.start == self.end or other.start == other.end:
            return self.start <= other.end and other.start <= self.end
        return self.start < other.end and other.start < self.end


@dataclass(frozen=True, slots=True)
class Finding:
    """What one check says about one edit. ``supports`` is ``None`` where the check has nothing to say.

    ``witness`` tells whose word it is: the image's, the text's (word list, sums, rules), the language model's, or a person's.
    ``score`` is in the check's own unit, which its reason names (nats for likelihoods). ``weight`` is what the finding counts,
    in nats, where rivals for the same characters are ranked (:func:`strength`). ``asks`` says that a person should see the
    edit, however the decision would have been, unless the image opposes it.

    A finding that ``judges`` is the judgement of all witnesses together, whose words are ``weighed`` in it: for the decision
    theirs do not count again.

    ``who`` and ``when`` (ISO 8601, with its offset) are a person's: see :mod:`ocrect.record.review`.
    """

    check: str
    supports: bool | None
    reason: str
    score: float | None = None
    witness: Witness = "text"
    weight: float = 0.0
    asks: bool = False
    weighed: bool = False
    judges: bool = False
    who: str = ""
    when: str = ""


@dataclass(frozen=True, slots=True)
class Verdict:
    """An edit, the decision on it, the findings behind the decision, and who proposed it.

    ``machine`` is what the checks decided where a person's word stands over it, so that the word can be taken back.
    """

    edit: Edit
    decision: Decision
    findings: tuple[Finding, ...] = ()
    source: str = ""
    machine: Decision | None = None

    @property
    def by_person(self) -> bool:
        """Whether a person's word decided."""
        return any(f.witness == "person" and f.supports is not None for f in self.findings)

    @property
    def reason(self) -> str:
        """What decided, in words: what supported an accepted edit, what opposed another, or that nothing spoke for it."""
        wanted = self.decision == "accepted"
        lost = [f for f in self.findings if f.check == SETTLE]
        judged = [f for f in self.findings if f.judges or (f.supports is wanted and not f.weighed)]
        telling = lost or (judged if any(f.judges for f in judged) else [f for f in self.findings if f.supports is wanted])
        if telling or not self.findings:
            return "; ".join(map(_told, telling))
        heard = [f for f in self.findings if f.supports or f.score is not None]
        supported = any(f.supports for f in self.findings)
        return "; ".join(["no image vouches for it" if supported else "no check supports it", *map(_told, heard)])


def _told(finding: Finding) -> str:
    return f"{finding.check}: {finding.reason}"


SETTLE = "settle"
"""The finding of an edit that lost to a rival for the same characters: see :func:`settle`."""


@dataclass(frozen=True, slots=True)
class Correction:
    """All verdicts on one line, accepted or not, and the name of what proposed them.

    ``person`` is a person's word on the line as a whole: it reads as the accepted edits have it, and nothing else changes it.

    Raises:
        ValueError: two accepted edits overlap.
    """

    verdicts: tuple[Verdict, ...] = ()
    proposer: str = ""
    person: Finding | None = None

    def __post_init__(self) -> None:
        accepted = self.accepted
        for first, second in pairwise(accepted):
            if first.overlaps(second):
                raise ValueError(f"accepted edits overlap: {first} and {second}")

    @property
    def accepted(self) -> tuple[Edit, ...]:
        """The accepted edits in text order."""
        chosen = (v.edit for v in self.verdicts if v.decision == "accepted")
        return tuple(sorted(chosen, key=lambda e: (e.start, e.end)))

    def apply(self, text: str) -> str:
        """The corrected text: ``text`` with the accepted edits. See :func:`apply`."""
        return apply(text, self.accepted)


def apply(text: str, edits: Iterable[Edit]) -> str:
    """``text`` with every edit made.

    Raises:
        ValueError: edits overlap, or an edit's ``before`` is not what stands in ``text``.
    """
    parts: list[str] = []
    position = 0
    for edit in sorted(edits, key=lambda e: (e.start, e.end)):
        if edit.start < position:
            raise ValueError(f"edits overlap at {edit.start}: {edit}")
        if not edit.fits(text):
            raise ValueError(f"{edit.before!r} does not stand at {edit.start} of {text!r}")
        parts += (text[position : edit.start], edit.after)
        position = edit.end
    parts.append(text[position:])
    return "".join(parts)


def around(text: str, edit: Edit, reach: int = 300) -> tuple[str, str]:
    """The characters from ``reach`` before ``edit`` to ``reach`` behind it, as they stand in ``text`` and with the edit made.

    What is shorter than ``reach``, such as a number or a code, is changed in the line only where it is changed here.
    """
    start, end = max(0, edit.start - reach), edit.end + reach
    return text[start:end], text[start : edit.start] + edit.after + text[edit.end : end]


def whole_words(text: str, start: int, end: int) -> tuple[int, int]:
    """The span widened to the spaces around it, or the ends of ``text``."""
    while start and not text[start - 1].isspace():
        start -= 1
    while end < len(text) and not text[end].isspace():
        end += 1
    return start, end


def words_around(text: str, edit: Edit) -> tuple[int, str, str]:
    """``edit`` widened to whole words: where they start, as they stand in ``text``, and with the edit made."""
    start, end = whole_words(text, edit.start, edit.end)
    return start, text[start:end], text[start : edit.start] + edit.after + text[edit.end : end]


_TOKEN = re.compile(r"\s+|[^\s]+")


def edits(text: str, reply: str) -> tuple[Edit, ...]:
    """The edits that turn ``text`` into ``reply``, each over whole space-separated words, left to right.

    Words and the spaces between them are aligned (Ratcliff and Obershelp, 1988, as in :mod:`difflib`), so an amount or a
    code is always one edit, and ``apply(text, edits(text, reply)) == reply`` for any two strings.
    """
    before, after = _TOKEN.findall(text), _TOKEN.findall(reply)
    offsets = [0]
    for token in before:
        offsets.append(offsets[-1] + len(token))
    head, tail = alike(before, after)  # only those between are aligned, as time grows with their square
    matcher = SequenceMatcher(None, before[head : len(before) - tail], after[head : len(after) - tail], autojunk=False)
    found: list[Edit] = []
    for tag, i, j, k, m in matcher.get_opcodes():
        if tag != "equal":
            found += _split(offsets[head + i], before[head + i : head + j], after[head + k : head + m])
    return tuple(found)


def _split(start: int, before: Sequence[str], after: Sequence[str]) -> list[Edit]:
    """One edit a word where both sides have the same shape (as many words, same spaces), else one edit in all."""
    if len(before) == len(after) and all(b == a for b, a in zip(before, after, strict=True) if b.isspace()):
        out = []
        for b, a in zip(before, after, strict=True):
            if b != a:
                out.append(Edit(start, start + len(b), b, a))
            start += len(b)
        return out
    whole, changed = "".join(before), "".join(after)
    return [Edit(start, start + len(whole), whole, changed)]


@lru_cache(maxsize=256)
def atoms(edit: Edit) -> tuple[Edit, ...]:
    """The smallest changes of single characters or runs that make up ``edit``, with offsets into the line's text.

    Longest blocks alone would take ``wiil`` for *will* without its first ``i`` and with an ``l`` more.
    """
    before, after = edit.before, edit.after
    spans = _between(SequenceMatcher(None, before, after, autojunk=False).get_matching_blocks())
    if sum(max(j - i, m - k) for i, j, k, m in spans) > Levenshtein.distance(before, after):
        spans = _between((block.a, block.b, block.size) for block in Levenshtein.editops(before, after).as_matching_blocks())
    return tuple(Edit(edit.start + i, edit.start + j, before[i:j], after[k:m]) for i, j, k, m in spans)


def _between(blocks: Iterable[tuple[int, int, int]]) -> list[tuple[int, int, int, int]]:
    """What lies between blocks that two texts have alike (where each starts in the one and in the other, and how long it is):
    start and end in the one, then in the other.
    """
    found, one, other = [], 0, 0
    for a, b, size in blocks:
        if a > one or b > other:
            found.append((one, a, other, b))
        one, other = a + size, b + size
    return found


def kind_of(edit: Edit) -> EditKind:
    """What sort of change it is, the gravest first: digits, letters, punctuation, accents, case, spaces."""
    if any(c.isdigit() for atom in atoms(edit) for c in atom.before + atom.after):
        return "digits"
    before, after = "".join(edit.before.split()), "".join(edit.after.split())
    if before == after:
        return "spaces"
    if before.casefold() == after.casefold():
        return "case"
    if without_accents(before) == without_accents(after):
        return "accents"
    if "".join(filter(str.isalnum, before)) == "".join(filter(str.isalnum, after)):
        return "punctuation"
    return "letters"


def decide(edit: Edit, findings: Sequence[Finding], source: str, *, accept_text_only: bool = False) -> Verdict:
    """The decision on one edit. Silence is not consent.

    A person's word decides. Where a finding judges all witnesses together, its word does: an edit that it supports is accepted
    unless a finding that was not weighed in it opposes; of what it neither supports nor opposes, that which another finding
    supports and none opposes; what one asks to show is for review.

    Otherwise an edit is accepted where some finding supports it and none opposes, and the image has spoken: some finding of its
    has a score (or the caller accepts edits that no image vouches for). What the image opposes is rejected; what else a finding
    asks to show is for review. What nothing supports is rejected, if the image has spoken or anything opposes it. The rest is
    for review: findings that contradict one another, and edits that no image can vouch for.
    """
    return Verdict(edit, _decision(findings, accept_text_only), tuple(findings), source)


def _decision(findings: Sequence[Finding], accept_text_only: bool) -> Decision:
    for finding in findings:
        if finding.witness == "person" and finding.supports is not None:
            return "accepted" if finding.supports else "rejected"
    judgement = next((f for f in findings if f.judges), None)
    if judgement is not None:
        decision = _judged(judgement, findings)
        unseen = judgement.witness == "model" and not accept_text_only
        return "review" if decision == "accepted" and unseen else decision
    image = [f.supports for f in findings if f.witness == "image" and f.score is not None]
    opposed = any(f.supports is False for f in findings)
    supported = any(f.supports for f in findings)
    if False in image:
        return "rejected"
    if any(f.asks for f in findings):
        return "review"
    if not supported and (opposed or image):
        return "rejected"
    return "accepted" if supported and not opposed and (image or accept_text_only) else "review"


SINGLE = 1.0
"""Log-odds, in nats, from which one sure witness is enough: of what it decided below, on 62 scans, half was wrong."""


def _judged(judgement: Finding, findings: Sequence[Finding]) -> Decision:
    """The decision where the witnesses have been weighed. Between the bars of the judgement, from :data:`SINGLE` up, one
    witness that is sure by its own bar decides, if none is against it.
    """
    others = [f for f in findings if not (f.weighed or f.judges)]
    single = others if judgement.weight < SINGLE else [f for f in findings if not f.judges]
    if any(f.supports is False for f in others):
        return "review" if any(f.asks for f in others) and judgement.supports is not False else "rejected"
    supported = any(f.supports for f in single) and not any(f.supports is False for f in single)
    if judgement.supports or (judgement.supports is None and supported):
        return "accepted"
    return "review" if judgement.asks or any(f.asks for f in others) else "rejected"


def strength(verdict: Verdict) -> tuple[bool, bool, int, float]:
    """What rivals for the same characters are ranked by: accepted first, of these a person's choice before all others, then the
    one that more checks support, then the one whose findings weigh more (:attr:`Finding.weight`, nats). Where a finding judges,
    it alone counts.
    """
    telling = [f for f in verdict.findings if f.judges] or verdict.findings
    supports = sum(f.supports is True for f in telling)
    return verdict.decision == "accepted", verdict.by_person, supports, sum(f.weight for f in telling)


def settle(verdicts: Sequence[Verdict]) -> tuple[Verdict, ...]:
    """Keep one accepted verdict where several overlap: the one listed first, or a later one that completes it, making all its
    changes and others that are as sure (:data:`FURTHER`). The rest are rejected with the reason. The caller lists them best
    first.
    """
    kept: list[Verdict] = []
    others: list[Verdict] = []
    for verdict in verdicts:
        if verdict.decision != "accepted":
            others.append(verdict)
            continue
        rivals = [k for k in kept if k.decision == "accepted" and k.edit.overlaps(verdict.edit)]
        if rivals and all(_completes(verdict, rival) and not rival.by_person for rival in rivals):
            kept = [_beaten(k, verdict) if k in rivals else k for k in kept]
        elif rivals:
            verdict = _beaten(verdict, rivals[0])
        kept.append(verdict)
    return tuple(sorted([*kept, *others], key=lambda v: (v.edit.start, v.edit.end, v.decision)))


FURTHER = 0.95
"""The least probability, given that some changes of a word are right, of further ones beside them."""


def _completes(verdict: Verdict, other: Verdict) -> bool:
    """True where a verdict makes all of the other's changes, and more: where both were judged, nearly as sure ones."""
    if not set(atoms(other.edit)) < set(atoms(verdict.edit)):
        return False
    sure, known = _probability(verdict), _probability(other)
    return sure is None or known is None or sure >= FURTHER * known


def _probability(verdict: Verdict) -> float | None:
    """That the edit is right, by the finding that judges; ``None`` where none does, as of numbers, which are proved."""
    judgement = next((f for f in verdict.findings if f.judges), None)
    return None if judgement is None else 1 / (1 + exp(min(-judgement.weight, 50.0)))


def _beaten(verdict: Verdict, rival: Verdict) -> Verdict:
    lost = Finding(SETTLE, None, f"the reading {rival.edit.after!r} is likelier here")
    return replace(verdict, decision="rejected", findings=(*verdict.findings, lost))
