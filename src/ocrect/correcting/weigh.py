"""Check "judgement": how likely is it that the edit is right, by all witnesses together?

A logistic regression by kind of edit weighs what the witnesses say (:mod:`ocrect.correcting.witnesses`) with weights fitted on
pages whose truth is known (:mod:`ocrect.correcting.weights`, ``python -m bench.weighing``). Its log-odds, in nats, are held
against the bar of the kind, which was set by the precision wanted; what is likely but not sure enough is for a person to see.

It judges edits that the image can tell, of lines with evidence, and of others the letters that a language model writes.
Numbers, amounts, dates and codes have their own proofs and are not weighed, and a language model is asked only where its word
can change the decision.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from math import exp
from typing import NamedTuple

from ocrect import bars
from ocrect.correcting.case import Case, Check
from ocrect.correcting.ruled_out import out_of_question
from ocrect.correcting.weights import KINDS, Kind, Weights
from ocrect.correcting.witnesses import (
    WITNESSES,
    WITNESSES_OF_TEXT,
    changed_words,
    makes_words,
    puts_loose_space,
)
from ocrect.correcting.words.judge import WRITER, asked, is_for_the_judgement, is_judged_as_text, is_left_open
from ocrect.correcting.words.likeliest import lead
from ocrect.correcting.words.mixtures import mixed_up
from ocrect.record.correction import SINGLE, EditKind, Finding
from ocrect.settings import Settings
from ocrect.words.confusions import distance
from ocrect.words.lexicon import EXPLAINED

NAME = "judgement"

MODEL_WORTH, MODEL_MOST, MODEL_MOST_EXPLAINED = 0.3, 8.0, 16.0
"""What a nat of the language model's is worth, and how many of them count: more for what a usual misreading explains, or the
image leaves open. Of what else it finds much likelier some is the author's own spelling (``accummulated``, ``Punp``).
"""

MODEL_USUAL = 6.0
"""Nats by which it finds nearly any word of the list likelier than what is none: no more is a witness for one that it has not
written itself. (``telecopled`` had become *elected*, ``inmation`` *nation*.)
"""

_WRITTEN: Mapping[EditKind, Kind] = {"punctuation": "written punctuation", "spaces": "written spaces"}

_TOLD = 0.3
"""Nats from which a witness is named in the reason."""


class Judgement(NamedTuple):
    """The log-odds, in nats, that an edit is right, what each witness gave to them, the weights of its kind, and the bar from
    which it is accepted.
    """

    odds: float
    parts: Mapping[str, float]
    weights: Weights
    bar: float

    @property
    def reason(self) -> str:
        """The witnesses' words, the weightiest first, and the probability."""
        telling = sorted(self.parts.items(), key=lambda part: -abs(part[1]))
        told = ", ".join(f"{name} {weight:+.1f}" for name, weight in telling if abs(weight) >= _TOLD)
        share = 1.0 / (1.0 + exp(-max(-30.0, min(30.0, self.odds))))
        sure = f"{share:.1%}" if share >= 0.001 else "below 0.1%"
        return f"right with {sure}: {told or 'no witness says much'} (bar {self.bar:+.1f}, odds {self.odds:+.1f} nats)"


def build(settings: Settings) -> Check:
    """The check; it has no settings."""
    del settings
    return JudgementCheck()


class JudgementCheck:
    """The check, asked behind all others."""

    is_costly = True

    def __call__(self, case: Case, /) -> Finding:
        """Support from the bar of the kind up, opposition below what is worth a person's time, between the two a question.

        Raises:
            ModelError: the language model was asked and failed.
        """
        found = case.fact(judgement)
        if isinstance(found, str):
            return Finding(NAME, None, found)
        if case.score is None:
            heard = found.odds >= found.bar
            return Finding(NAME, heard or None, found.reason, found.odds, "model", weight=found.odds, judges=heard)
        if reason := case.fact(out_of_question):
            return Finding(NAME, False, f"{reason}: {found.reason}", found.odds, weight=found.odds, judges=True)
        supports = True if found.odds >= found.bar else None if found.odds >= found.weights.show else False
        if supports is True and (unsettled := _unsettled(case, found.odds)):
            reason = f"{unsettled}: {found.reason}"
            unsure = SINGLE * (1.0 - exp(-found.odds))  # so that no single witness decides, and the likeliest is asked about
            return Finding(NAME, None, reason, found.odds, weight=unsure, asks=True, judges=True)
        if supports is None and case.fact(puts_loose_space):
            supports = False
        return Finding(NAME, supports, found.reason, found.odds, weight=found.odds, asks=supports is None, judges=True)


def _unsettled(case: Case, odds: float) -> str:
    """Why a person decides about what the witnesses together are for; empty where nobody needs to be asked."""
    if case.changed and case.score and case.score.value < bars.LOCKED_NOT_OPPOSED:
        return "the image is against it, and numbers and codes are locked"
    return "another listed word is about as likely here" if _is_a_choice(case, odds) else ""


def _is_a_choice(case: Case, odds: float) -> bool:
    """True where the product's own proposal is one of several listed words that are about as likely: ``ceror`` may be *error*
    or *color*, and which of them stands there is for a person to see. So it is where all witnesses together find another
    likelier than image and word list do.
    """
    least = bars.LEAD.get(case.kind)
    if least is None or WRITER in case.proposed_by:
        return False
    return case.fact(lead) < least or any(rival.odds > odds for rival in _likely_rivals(case))


def _likely_rivals(case: Case) -> Iterator[Judgement]:
    """The judgements of listed words proposed for the same place and neither short of their bar nor out of question."""
    rivals = (case.about.case(edit) for edit in case.about.sources if edit != case.edit and edit.overlaps(case.edit))
    for rival in rivals:
        found = rival.fact(judgement) if rival.kind in bars.LEAD else ""
        if isinstance(found, str) or found.odds < found.bar or rival.fact(out_of_question):
            continue
        if all(map(case.lexicon.known, changed_words(rival)[1])):
            yield found


def judged_as(case: Case) -> Kind:
    """The kind by whose weights an edit is judged: a word in which a digit was read is one of letters. Of signs and spaces what
    the product's own proposers propose is mostly wrong, and what a language model writes mostly right: they are kinds apart.
    """
    if case.score is None:
        return "text"
    if WRITER in case.proposed_by and (written := _WRITTEN.get(case.kind)):
        return written
    return "letters" if case.fact(mixed_up) == "word" else case.kind


def judgement(case: Case) -> Judgement | str:
    """The edit judged, or why it is not."""
    of_text = case.fact(is_judged_as_text)
    if not of_text and not is_for_the_judgement(case):
        return "no image vouches for it" if case.score is None else "numbers, amounts, dates and codes are proved, not weighed"
    weights = KINDS[case.fact(judged_as)]
    parts = {name: weights.of(name, witness(case)) for name, witness in (WITNESSES_OF_TEXT if of_text else WITNESSES).items()}
    parts["kind"] = weights.base
    odds = sum(parts.values())
    bar = weights.heard if WRITER in case.proposed_by else weights.accept
    if _is_open(case, odds, bar) and not isinstance(said := case.fact(asked), str):
        gain = max(-MODEL_MOST, min(case.fact(_most_heard), said.gain(case.edit.after)))
        if makes_words(case) and WRITER not in case.proposed_by:
            gain = min(gain, max(0.0, gain - MODEL_USUAL))
        parts["language model"] = MODEL_WORTH * gain
    return Judgement(sum(parts.values()), parts, weights, bar)


def _is_open(case: Case, odds: float, bar: float) -> bool:
    """True where the language model's word can change the decision on what the others give these odds."""
    reach = MODEL_WORTH * (MODEL_MOST if odds >= bar else case.fact(_most_heard))
    return abs(odds - bar) < reach and (case.score is None or not case.fact(out_of_question))


def _most_heard(case: Case) -> float:
    """How many nats of the language model's count for the edit: none for letters of our own that the image is against."""
    if case.score is None:
        return MODEL_MOST
    if case.kind == "letters" and case.score.value < bars.IMAGE_OPPOSES["letters"]:
        return MODEL_MOST if WRITER in case.proposed_by else 0.0
    is_explained = case.kind == "letters" and distance(*case.words[1:]) < EXPLAINED
    return MODEL_MOST_EXPLAINED if is_explained or is_left_open(case) else MODEL_MOST
