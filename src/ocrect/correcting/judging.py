"""All proposals for the lines of a page judged: every edit a case, every case before every check, and the decision.

What is left for a person are cards: one for each place, the likeliest reading on it, and of a page with an image no more than a
person looks at, first those where a wrong reading costs most. Where there is room left, numbers are asked about of which the
image is not sure, though nothing speaks for another reading.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import NamedTuple

from ocrect import bars
from ocrect.correcting.case import Case, Check, LineFacts
from ocrect.correcting.questions import answered
from ocrect.correcting.words.mixtures import may_be_either
from ocrect.record import review
from ocrect.record.correction import SETTLE, Correction, Finding, Verdict, decide, settle, strength

MOST_CARDS = 10
"""Places of a page with an image that a person is asked about, the costliest first. Pages of which much is asked are misread:
on the tuning half of scans and receipts 61 of 100 of the first five questions of a page hold an error, and 12 of the 15 behind
them; three quarters of the pages have none or one.
"""

_DEAR = frozenset({"amount", "date", "dose", "percent", "iban", "card", "tax-id"})


def judged_page(lines: Sequence[LineFacts], checks: Sequence[Check], *, accept_text_only: bool = False) -> list[Correction]:
    """The corrections of a page's lines: every proposed edit decided, and kept with its findings.

    What a person decided before stays as it is. What no image can tell from what was read is not judged: it would be changed by
    habit alone.
    """
    hearings = [_heard(about, checks) for about in lines]
    for check in checks:
        ahead = getattr(check, "ahead", None)
        if ahead:
            ahead([case for hearing in hearings for case, heard in hearing.items() if not heard.opposed])
    found = [_judged(about, heard, checks, accept_text_only) for about, heard in zip(lines, hearings, strict=True)]
    asked = [
        (about.case(verdict.edit), verdict)
        for about, correction in zip(lines, found, strict=True)
        for verdict in correction.verdicts
        if verdict.decision == "review" and about.line.evidence is not None
    ]
    changed = {id(verdict): _unasked(verdict, why) for case, verdict in asked if (why := case.fact(answered))}
    cards = [(_rank(case, verdict), verdict) for case, verdict in asked if id(verdict) not in changed]
    cards.sort(key=lambda card: card[0], reverse=True)
    changed |= {id(verdict): _left(verdict) for _, verdict in cards[MOST_CARDS:]}
    if len(cards) < MOST_CARDS:
        changed |= {id(verdict): _asked(verdict) for verdict in _unclear(lines, found)[: MOST_CARDS - len(cards)]}
    return [replace(c, verdicts=tuple(changed.get(id(v), v) for v in c.verdicts)) for c in found]


class _Heard(NamedTuple):
    """What the checks that cost little say of an edit, and whether one of them opposes it."""

    findings: list[Finding]
    opposed: bool


def _heard(about: LineFacts, checks: Sequence[Check]) -> dict[Case, _Heard]:
    """The edits of a line that a person has not decided about and that change what a reader sees."""
    told = {verdict.edit for verdict in about.line.verdicts if verdict.by_person}
    seen = about.line.evidence is not None
    cases = about.cases(edit for edit in about.sources if edit not in told)
    cheap = [check for check in checks if not getattr(check, "is_costly", False)]
    return {case: _opinions(case, cheap) for case in cases if not (seen and case.is_idle)}


def _opinions(case: Case, cheap: Sequence[Check]) -> _Heard:
    findings = [check(case) for check in cheap]
    return _Heard(findings, any(f.supports is False and not (f.weighed and case.score) for f in findings))


def _judged(about: LineFacts, hearing: Mapping[Case, _Heard], checks: Sequence[Check], text_only: bool) -> Correction:
    """The correction of one line, with a question to a person for each place in doubt."""
    costly = [check for check in checks if getattr(check, "is_costly", False)]
    by_person = [decide(v.edit, v.findings, v.source) for v in about.line.verdicts if v.by_person]
    verdicts = []
    for case, heard in hearing.items():
        findings = [*heard.findings, *(check(case) for check in costly if not heard.opposed)]
        verdicts.append(decide(case.edit, findings, case.source, accept_text_only=text_only))
    settled = settle(sorted([*by_person, *verdicts], key=strength, reverse=True))
    seen = about.line.evidence is not None
    correction = Correction(_one_a_place(settled) if seen else settled, ", ".join(dict.fromkeys(_proposers(about))))
    for check in checks:
        together = getattr(check, "together", None)
        correction = together(about, correction) if together else correction
    return review.replayed(about.line.correction, correction)


def _proposers(about: LineFacts) -> Iterator[str]:
    """The proposers of the line's edits, by name; some edits have several."""
    for names in about.sources.values():
        yield from names.split(", ")


def _one_a_place(verdicts: Sequence[Verdict]) -> tuple[Verdict, ...]:
    """The verdicts with the likeliest of those for review that touch the same characters, and none beside an accepted one."""
    taken = [v.edit for v in verdicts if v.decision == "accepted"]
    asked: list[Verdict] = []
    for verdict in sorted((v for v in verdicts if v.decision == "review"), key=strength, reverse=True):
        if not any(verdict.edit.overlaps(edit) for edit in taken):
            taken.append(verdict.edit)
            asked.append(verdict)
    return tuple(v if v.decision != "review" or any(v is one for one in asked) else _left(v) for v in verdicts)


def _left(verdict: Verdict) -> Verdict:
    """A question that is not put: there are likelier readings of the place, or dearer places on the page."""
    return _unasked(verdict, "a person is asked about a likelier reading, or a dearer place")


def _unasked(verdict: Verdict, reason: str) -> Verdict:
    """A question that is not put, and why."""
    return replace(verdict, decision="rejected", findings=(*verdict.findings, Finding(SETTLE, None, reason)))


def _unclear(lines: Sequence[LineFacts], corrections: Sequence[Correction]) -> list[Verdict]:
    """Of the rejected edits those that change a word with digits and that the image hardly tells from what was read, the
    likeliest of each place where nothing is accepted or asked, the likeliest first.
    """
    found: list[tuple[float, Verdict]] = []
    for about, correction in zip(lines, corrections, strict=True):
        rivals = (
            (case.score.value, v) for v in correction.verdicts if (case := about.case(v.edit)).score and _is_rival(case, v)
        )
        taken = [v.edit for v in correction.verdicts if v.decision != "rejected" or v.by_person]
        for value, verdict in sorted(rivals, key=lambda rival: rival[0], reverse=True):
            if correction.person is None and not any(map(verdict.edit.overlaps, taken)):
                taken.append(verdict.edit)
                found.append((value, verdict))
    return [verdict for _, verdict in sorted(found, key=lambda pair: pair[0], reverse=True)]


def _is_rival(case: Case, verdict: Verdict) -> bool:
    seen = case.score is not None and case.score.value >= bars.NUMBER_UNCLEAR
    is_open = seen and verdict.decision == "rejected" and not verdict.by_person
    return is_open and case.fact(may_be_either) and not case.fact(answered)


def _asked(verdict: Verdict) -> Verdict:
    """A question about a number that was read and of which the image is not sure, though nothing speaks for another."""
    finding = Finding(SETTLE, None, "the image hardly tells it from what was read")
    return replace(verdict, decision="review", findings=(*verdict.findings, finding))


def _rank(case: Case, verdict: Verdict) -> tuple[int, tuple[bool, bool, int, float]]:
    """What it costs to be wrong about a place (an amount, date or dose, another number or a name, a word), and how likely it
    is.
    """
    kinds = {token.kind for token in case.changed}
    name = case.words.before[:1].isupper() and case.words.start > 0
    return (2 if kinds & _DEAR else 1 if kinds or name else 0), strength(verdict)
